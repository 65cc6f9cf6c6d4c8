/**
 * A session that trades at a paper exchange: both in this process, real sockets on the loopback interface between them, time moved by hand.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { SimulatedClock } from "../../lib/clock/mod.ts";
import type { LiveConfig, LiveFlags } from "../../lib/config/mod.ts";
import { loadAllSeries } from "../../lib/data/mod.ts";
import type { LiveOptions, LiveOutcome } from "../../lib/live/mod.ts";
import { engineSpecOf, prepareMarket, requestsOf } from "../../lib/run/mod.ts";
import { Faults, PaperExchange, PaperServer } from "../../lib/vendors/paper/mod.ts";
import { liveConfig, SessionCase } from "./session_case.ts";

/** Time that passes at once while nothing moves: small beside every time-out. */
const STEP_US = 100_000;
/** The most looks at whether a session has ended. */
const MAX_LOOKS = 100_000;

/** An exchange, and sessions that trade at it. */
export class ExchangeCase implements AsyncDisposable {
  readonly session: SessionCase;
  readonly config: LiveConfig;
  readonly exchange: PaperExchange;
  readonly server: PaperServer;

  private constructor(session: SessionCase, config: LiveConfig, faults: Faults) {
    const { run } = config;
    const loads = loadAllSeries(requestsOf(run, undefined, config.data.catalogDir.real));
    const market = prepareMarket(loads.map(({ series }) => series), run.period);
    this.session = session;
    this.exchange = new PaperExchange({
      ...market,
      accountId: "PAPER-1",
      spec: engineSpecOf(run, market),
      isSynthetic: true,
      period: run.period,
      faults,
    });
    this.server = PaperServer.start({ exchange: this.exchange, clock: session.clock, port: 0 });
    this.config = {
      ...config,
      brokers: { ...config.brokers, paper: { url: this.server.url } },
    };
  }

  /**
   * Starts an exchange over the market of a session.
   *
   * @param flags With the text of a strategy, or of several by their file's name.
   */
  static async open(
    flags: LiveFlags & { strategy: string | Readonly<Record<string, string>> },
    faults = new Faults(),
  ): Promise<ExchangeCase> {
    const session = new SessionCase(), { strategy, ...rest } = flags;
    const files = typeof strategy === "string" ? { "strategy.ts": strategy } : strategy;
    const strategies = Object.entries(files).map(([name, text]) => session.strategy(name, text));
    return new ExchangeCase(
      session,
      await liveConfig(session.path, { ...rest, strategies }),
      faults,
    );
  }

  /** Runs a session to its end, while time goes on. */
  async run(
    config: Partial<LiveConfig> = {},
    options: Partial<LiveOptions> = {},
  ): Promise<LiveOutcome> {
    const running = this.session.run({ ...this.config, ...config }, options);
    const clock = options.clock instanceof SimulatedClock ? options.clock : this.session.clock;
    let isSettled = false, before = -1;
    const settle = (): void => void (isSettled = true);
    running.then(settle, settle);
    for (let looks = 0; !isSettled; looks++) {
      assert(looks < MAX_LOOKS, "the session does not end");
      await this.#round();
      const { server, exchange } = this;
      const moved = server.orderRequests + server.streamRequests + exchange.steps;
      if (moved === before) await clock.advance(STEP_US);
      before = moved;
    }
    return await running;
  }

  /** Asserts that the books of a session are those of the exchange, to the micro-unit, and that no order went out twice. */
  assertEqualBooks({ core }: LiveOutcome): void {
    const ledger = this.exchange.ledger(), { engine } = this.exchange;
    this.exchange.parts.bars.forEach(({ symbol }, s) => {
      const held = core.books.reduce((sum, book) => sum + book.engine.ledger.position[s]!, 0);
      assertEquals(
        held + core.unassigned.quantityOf(symbol) / 1e6,
        engine.ledger.position[s],
        symbol,
      );
    });
    const booked = core.books.flatMap(({ executions }) => [...executions.keys()]).sort();
    assertEquals(booked, ledger.executions.map(({ executionId }) => executionId).sort());
    assertEquals(core.cash(), engine.ledger.cash);
    for (const [clientId, count] of Object.entries(ledger.submitsSeen)) {
      assertEquals(count, 1, clientId);
    }
  }

  /** A round trip of its own: what was on the loopback interface before it has arrived. */
  async #round(): Promise<void> {
    const response = await fetch(this.server.url + "/v1/market");
    await response.body?.cancel();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
    this.session[Symbol.dispose]();
  }
}
