/**
 * Random sessions from one seed: the markets and strategies of the engine's property tests, one or two strategies an account, some of which
 * fail at an instant, and an operator who orders something now and then. Each can be run from any state of its store.
 *
 * @module
 */

import { SimulatedClock } from "../../lib/clock/mod.ts";
import { invariant, US_PER_DAY } from "../../lib/core/mod.ts";
import { PacedFeed } from "../../lib/feeds/paced_feed.ts";
import { barOf } from "../../lib/feeds/recorded_feed.ts";
import type { OperatorCommand } from "../../lib/live/control/controlled.ts";
import { LiveMarket, type MarketTemplate } from "../../lib/live/live_market.ts";
import type { SessionEnd } from "../../lib/live/live_session.ts";
import { decodeJsonPayload } from "../../lib/live/records.ts";
import { pastOf } from "../../lib/live/recover_core.ts";
import { recoverSession } from "../../lib/live/recover_session.ts";
import type { SessionPlan } from "../../lib/live/session_plan.ts";
import type { TradingCore } from "../../lib/live/trading_core.ts";
import { type Bars, LAST_OF_INSTANT, mergePlan } from "../../lib/market/mod.ts";
import { EventBus } from "../../lib/observe/mod.ts";
import { type FeedBar, type FeedEvent, JOURNAL_KIND } from "../../lib/protocols/mod.ts";
import { sha256Ledger } from "../../lib/run/hashes.ts";
import type { KvBackend } from "../../lib/store/kv_backend.ts";
import { LEAST_SNAPSHOT_INTERVAL_US, openStore, type Store } from "../../lib/store/mod.ts";
import { specOf } from "../engine/support.ts";
import { anyRun, Dice } from "../property/random_run.ts";
import { type Setup, TrustedSeat } from "./trusted_seat.ts";

/** Account of all sessions. */
export const ACCOUNT = "crash";

/** A record, as text that two journals are compared by. Starts are left out: they tell of processes. */
export interface ToldRecord {
  readonly sequence: number;
  readonly kind: number;
  readonly text: string;
  /** Number of the operator's order; NaN for another record. */
  readonly why: number;
}

/** What a session came to. */
export interface SessionOutcome {
  readonly end: SessionEnd;
  /** Hashes of the books, standings of the strategies, state of the account. */
  readonly books: string;
  readonly orders: number;
  readonly restarts: number;
}

/** What a run tells while it runs. */
export interface SessionWatch {
  /** After each event. */
  readonly onChange?: (store: Store) => void;
  /** A command was answered as done. */
  readonly onDone?: (sequence: number) => void;
  readonly onOpen?: (store: Store) => void;
  /** The session has come to its end. */
  readonly onEnd?: (store: Store) => Promise<void>;
}

/** How a session is run: as fast as it goes and without snapshots, or a bar every few seconds of its clock and a snapshot every ten. */
export type SessionPace = "max" | "paced";

/** Daily bars of a market that never closes come every five seconds. */
const SPEED = 86_400 / 5;

/** An order of the operator, after so many instants. */
interface TimedCommand {
  readonly step: number;
  readonly command: OperatorCommand;
}

/** A session that can be run again and again. */
export class RandomSession {
  readonly steps: number;
  readonly #template: MarketTemplate;
  readonly #strategies: readonly {
    readonly setup: Setup;
    readonly spec: ReturnType<typeof specOf>;
  }[];
  readonly #commands: readonly TimedCommand[];
  readonly #events: readonly FeedEvent[];
  readonly #rules: SessionPlan["rules"];

  constructor(seed: number) {
    const dice = new Dice(seed + 13), input = anyRun(seed), { bars } = input;
    const spec = specOf(input), count = dice.between(1, 2);
    this.#events = eventsOf(bars);
    this.steps = this.#events.length - 1;
    this.#template = {
      sessions: spec.sessions as MarketTemplate["sessions"],
      sessionsOf: spec.sessionsOf,
      actions: spec.actions,
      startUs: Math.min(...bars.map((each) => each.time[0]!)) - 1,
      periodsPerYear: 252,
      series: bars.map(({ symbol, tickScale, length }) => ({
        symbol,
        tickScale,
        capacity: length,
      })),
    };
    this.#strategies = Array.from({ length: count }, (_, k) => {
      // Of another seed, but for shares of the same kind.
      let own = seed;
      for (let other = seed + 1000 * k; k > 0 && own === seed; other++) {
        if (anyRun(other).fractional === input.fractional && other !== seed) own = other;
      }
      const setup = anyRun(own).strategy as Setup;
      const busy = dice.chance(0.5) ? withSessions(setup) : setup;
      return { setup: dice.chance(0.6) ? faulty(busy, this.#someTimes(dice), dice) : busy, spec };
    });
    const times = Array.from({ length: dice.between(0, 5) }, () => dice.between(0, this.steps));
    this.#commands = times.sort((a, b) => a - b).map((step, k): TimedCommand => ({
      step,
      command: {
        kind: dice.one(["pause", "halt", "flatten", "resume", "resume"]),
        who: "test",
        why: String(k),
        rearm: true,
      },
    }));
    this.#rules = {
      overrunPolicy: dice.one(["cancel", "flatten"]),
      restartLimit: dice.between(0, 2),
      maxReplayEvents: Infinity,
      maxIntents: Infinity,
      ordersOnStop: "keep",
      isRealTime: false,
      isInStep: false,
      periodUs: US_PER_DAY,
      cycleUs: 6e7,
      reconcileTicks: 0,
      reconcileUs: 0,
      maxCycles: 0,
    };
  }

  /** Runs it to its end from what is stored. Rejects when the database fails. */
  async run(
    kv: KvBackend,
    { startUs, pace, watch = {} }: {
      readonly startUs: number;
      readonly pace: SessionPace;
      readonly watch?: SessionWatch;
    },
  ): Promise<SessionOutcome> {
    const clock = new SimulatedClock(startUs), running = this.#run(kv, clock, pace, watch);
    const outcome = pace === "max" ? await running : await clock.runUntil(running);
    // The event loop gets a turn, in which it frees what thousands of runs have used.
    await clock.advance(0);
    return outcome;
  }

  async #run(
    kv: KvBackend,
    clock: SimulatedClock,
    pace: SessionPace,
    watch: SessionWatch,
  ): Promise<SessionOutcome> {
    const store = await openStore({ at: kv, account: ACCOUNT, clock, limits: { backupCount: 2 } });
    const before = TrustedSeat.open;
    try {
      watch.onOpen?.(store);
      const outcome = await this.#runIn(store, clock, pace, watch);
      await watch.onEnd?.(store);
      return outcome;
    } finally {
      invariant(TrustedSeat.open === before, "a session leaves a strategy behind");
      await store.close();
    }
  }

  async #runIn(
    store: Store,
    clock: SimulatedClock,
    pace: SessionPace,
    watch: SessionWatch,
  ): Promise<SessionOutcome> {
    const plan = this.#plan(pace), stored = await recordsOf(store);
    await using recovered = await recoverSession(plan, {
      store,
      past: await pastOf(store),
      clock,
      bus: new EventBus({ bufferSize: 100 }),
      onChange: () => {
        watch.onChange?.(store);
        orderDue();
      },
    });
    const { core, ready } = recovered;
    if (ready === null) return outcomeOf("end_of_feed", core);
    const { session, left, keeper } = ready, begun = plan.market.steps;
    // What was ordered and is durable is not ordered again; the operator repeats the rest. Of an earlier instant everything is durable.
    let ordered = this.#commands.filter(({ step }) => step < begun).length;
    while (this.#commands[ordered]?.step === begun && stored.some((it) => it.why === ordered)) {
      ordered++;
    }
    const orderDue = (): void => {
      for (; this.#commands[ordered]?.step === plan.market.steps; ordered++) {
        void session.command(this.#commands[ordered]!.command).then((answer) => {
          if (answer.outcome === "done") watch.onDone?.(answer.sequence!);
        });
      }
    };
    const end = await session.run(left, new AbortController().signal);
    if (store.failed.aborted) throw store.failed.reason;
    if (pace === "paced") await keeper.finish();
    return outcomeOf(end, core);
  }

  #plan(pace: SessionPace): SessionPlan {
    const market = new LiveMarket(this.#template);
    return {
      account: ACCOUNT,
      identity: { begunUs: 0, config: "", data: "", strategies: [] },
      upgrade: null,
      market,
      limits: this.#strategies[0]!.spec.risk,
      broker: null,
      strategies: this.#strategies.map(({ setup, spec }, k) => ({
        id: `s${k}`,
        spec,
        sourceHash: "",
        open: () => Promise.resolve(new TrustedSeat(setup, spec, market)),
      })),
      openFeed: (clock, seen) =>
        new PacedFeed({
          clock,
          speed: pace === "max" ? "max" : SPEED,
          name: "recorded",
          isSynthetic: true,
          events: this.#events.values().drop(seen.instants) as Iterator<FeedEvent, undefined>,
        }),
      rules: this.#rules,
      snapshots: pace === "max"
        ? { maxRecords: Infinity, maxAgeUs: Infinity }
        : { maxRecords: Infinity, maxAgeUs: LEAST_SNAPSHOT_INTERVAL_US },
      backupCount: 1,
    };
  }

  #someTimes(dice: Dice): Set<number> {
    const count = dice.between(1, 3);
    return new Set(
      Array.from({ length: count }, () => this.#events[dice.between(0, this.steps - 1)]!.timeUs),
    );
  }
}

/** All records of a store but the starts of processes, and the number of the last. */
export async function recordsOf(store: Store): Promise<ToldRecord[]> {
  const told: ToldRecord[] = [];
  let before: number | undefined;
  for await (const { sequence, timeUs, kind, payload } of store.journal.read(1)) {
    if (before !== undefined && sequence !== before + 1) {
      throw new Error(`record ${sequence} follows ${before}`);
    }
    before = sequence;
    if (kind === JOURNAL_KIND.birth || kind === JOURNAL_KIND.start) continue;
    told.push({
      sequence,
      kind,
      text: `${kind} ${timeUs} ${payload.toBase64()}`,
      why: kind === JOURNAL_KIND.command ? Number(decodeJsonPayload(payload)["why"]) : NaN,
    });
  }
  return told;
}

/** Acts when the exchange opens and closes too. */
function withSessions(setup: Setup): Setup {
  return (context) => {
    let sessions = 0;
    return {
      ...setup(context),
      onSession: (_session, trade): void => {
        if (++sessions % 3 === 0) trade.buy(context.data.symbols[0]!, 1);
      },
    };
  };
}

/** Fails in the bars of some instants, some in a timer, which then comes again until there are no restarts left. */
function faulty(setup: Setup, timesUs: ReadonlySet<number>, dice: Dice): Setup {
  const badTimer = dice.chance(0.2) ? dice.between(1, 8) : Infinity, first = dice.chance(0.5);
  return (context) => {
    const handlers = setup(context);
    let timers = 0;
    return {
      ...handlers,
      onBars: (slice, trade): void => {
        const isBad = timesUs.has(trade.now);
        if (isBad && first) throw new Error("a fault before");
        handlers.onBars?.(slice, trade);
        // What it asked for in this instant counts for nothing.
        if (isBad) throw new Error("a fault after");
      },
      onTimer: (timer, trade): void => {
        if (++timers === badTimer) throw new Error("a fault in a timer");
        handlers.onTimer?.(timer, trade);
      },
    };
  };
}

function eventsOf(bars: readonly Bars[]): FeedEvent[] {
  const rows = bars.map(() => 0), events: FeedEvent[] = [];
  let instant: FeedBar[] = [];
  for (const entry of mergePlan(bars, bars.map((each) => each.length)).entries) {
    const s = entry & ~LAST_OF_INSTANT, bar = barOf(bars[s]!, rows[s]!++, s);
    instant.push(bar);
    if (entry < LAST_OF_INSTANT) continue;
    events.push({ kind: "bars", timeUs: bar.closeUs, bars: instant });
    instant = [];
  }
  return [...events, { kind: "end", timeUs: events[events.length - 1]!.timeUs }];
}

function outcomeOf(end: SessionEnd, core: TradingCore): SessionOutcome {
  const books = core.books.map((book, k) => [
    sha256Ledger(book.engine),
    book.intentsSha256(),
    new Uint8Array(book.mirrored.from(0).slice().buffer).toBase64(),
    book.engine.bookHash(),
    book.engine.ledger.cash,
    book.equity.subarray(0, core.market.steps).join(),
    [...book.skipped].join(),
    core.standings[k]!.restarts,
    core.standings[k]!.quarantined,
  ]);
  return {
    end,
    books: JSON.stringify([books, core.state, core.why, core.dayStart, core.nowUs]),
    orders: core.books.reduce((sum, { engine }) => sum + engine.orders.length, 0),
    restarts: core.standings.reduce((sum, { restarts }) => sum + restarts, 0),
  };
}
