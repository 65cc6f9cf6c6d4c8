/**
 * What an operator sees of a running session and can do to it: reads books, seats and links when it is asked; commands go to the session and
 * come back done. The HALT file is watched here.
 *
 * @module
 */

import type { LiveConfig } from "../config/mod.ts";
import { formatMoney } from "../core/mod.ts";
import { VERSION } from "../data/mod.ts";
import type { EventBus, SandbarEvent } from "../observe/mod.ts";
import type { Clock, TimerId } from "../protocols/mod.ts";
import type { Store } from "../store/mod.ts";
import { isWorking, RISK_RULE_NAMES } from "../trading/mod.ts";
import type {
  CommandAnswer,
  Controlled,
  DecisionView,
  EngineView,
  MoneyView,
  OperatorCommand,
  OrderView,
  PositionView,
  RiskView,
  StatusView,
  StrategyView,
} from "./control/controlled.ts";
import type { HaltFile } from "./control/halt_file.ts";
import { accountPositions, bookOrders } from "./book_views.ts";
import type { LiveSession } from "./live_session.ts";
import type { SessionData } from "./session_data.ts";
import type { Seat } from "./seat.ts";
import type { TradingCore } from "./trading_core.ts";

/** How often the HALT file is looked at. */
const HALT_POLL_US = 1e6;
/** Events shown at a glance. */
const LAST_EVENTS = 8;
/** Ended orders that are listed beside the open ones. */
const ENDED_ORDERS = 50;

/** What a view reads. */
export interface ViewParts {
  readonly config: LiveConfig;
  readonly core: TradingCore;
  readonly seats: readonly (Seat | null)[];
  readonly opened: readonly Seat["opened"][];
  readonly bus: EventBus;
  readonly store: Store;
  readonly clock: Clock;
  readonly startedUs: number;
  readonly data: SessionData;
}

/** The view of one session. */
export class SessionView implements Controlled {
  readonly #parts: ViewParts;
  #session: LiveSession | null = null;
  #halt: HaltFile | null = null;
  /** Set at the end: a store that is closed afterwards has not failed. */
  #ended: { readonly hasFailed: boolean } | null = null;
  #poll: TimerId | null = null;
  /** While a resumption is under way the HALT file still lies there. */
  #isResuming = false;

  constructor(parts: ViewParts) {
    this.#parts = parts;
  }

  /** Begins to pass commands on. */
  attach(session: LiveSession, halt: HaltFile): void {
    this.#session = session;
    this.#halt = halt;
  }

  /** Ends the watch over the HALT file and the passing on of commands. */
  detach(): void {
    this.#session = null;
    this.#ended = { hasFailed: this.#parts.store.failed.aborted };
    if (this.#poll !== null) this.#parts.clock.cancelTimer(this.#poll);
    this.#poll = null;
  }

  /** Halts when the HALT file says so, now and from now on. */
  watchHalt(): void {
    const reading = this.#halt!.read();
    if (reading.isHalted && this.#parts.core.state !== "halted" && !this.#isResuming) {
      const who = reading.who === "" ? "the HALT file" : reading.who;
      void this.#session!.command({ kind: "halt", who, why: reading.reason });
    }
    const { clock } = this.#parts;
    this.#poll = clock.setTimer(clock.now() + HALT_POLL_US, () => this.watchHalt());
  }

  async command(command: OperatorCommand): Promise<CommandAnswer> {
    const session = this.#session;
    if (session === null) {
      return {
        outcome: "refused",
        refusal: "unavailable",
        message: "the session is not running",
        sequence: null,
        state: this.#parts.core.state,
      };
    }
    const { kind, who, why } = command;
    // First the file: whatever happens to this process, the next start finds it.
    if (kind === "halt") {
      this.#halt!.write({ reason: why, who, timeUs: this.#parts.clock.now() });
    }
    this.#isResuming = kind === "resume";
    const answer = await session.command(command);
    if (kind === "resume" && answer.outcome === "done") this.#halt!.remove();
    this.#isResuming = false;
    return answer;
  }

  status(): StatusView {
    const { config, core, bus, store, data } = this.#parts, { journal } = store;
    const feedUs = this.#session?.lastFeedUs ?? null;
    return {
      account: config.accountId,
      mode: config.mode,
      broker: config.broker,
      feed: config.data.provider,
      isSynthetic: data.isSynthetic,
      version: VERSION,
      pid: Deno.pid,
      engine: this.#engine(),
      money: this.#money(),
      risk: this.#risk(),
      positionCount: core.books.reduce((sum, { engine }) => sum + engine.ledger.openPositions, 0),
      openOrderCount: core.books.reduce((sum, { engine }) => sum + engine.book.working.count, 0),
      strategies: this.#strategies(),
      links: {
        feed: {
          name: config.data.provider,
          state: core.isFinished || this.#ended !== null
            ? "ended"
            : this.#session === null
            ? "disconnected"
            : "connected",
          lastUs: feedUs,
          delayUs: null,
        },
        broker: this.#session?.broker ??
          { name: "paper, inside", state: "connected", lastUs: feedUs, delayUs: null },
        journal: {
          state: (this.#ended?.hasFailed ?? store.failed.aborted) ? "failed" : "writing",
          lastSequence: journal.lastSequence,
          durableSequence: journal.durableSequence,
          commitUs: store.commits === 0 ? null : store.lastCommitUs,
        },
      },
      lastEvents: bus.recent({ least: "info", limit: LAST_EVENTS }) as readonly SandbarEvent[],
    };
  }

  orders(): readonly OrderView[] {
    const { core } = this.#parts;
    return core.books.flatMap(({ engine }, k) => bookOrders(engine, core.ids[k]!, ENDED_ORDERS))
      .sort((a, b) => Number(b.isOpen) - Number(a.isOpen) || b.createdUs - a.createdUs);
  }

  positions(): readonly PositionView[] {
    const { core } = this.#parts, equity = this.#equity();
    return accountPositions(core, equity)
      .sort((a, b) => a.symbol < b.symbol ? -1 : a.symbol > b.symbol ? 1 : 0);
  }

  #equity(): number {
    return this.#parts.core.equity();
  }

  #engine(): EngineView {
    const { core, clock, startedUs } = this.#parts;
    return {
      ...core.standing(),
      ...(this.#session === null && !core.isFinished ? { state: "stopping" } : {}),
      startedUs,
      timeUs: core.nowUs,
      madeUs: clock.now(),
    };
  }

  #money(): MoneyView {
    const { core } = this.#parts, equity = this.#equity();
    const start = core.dayStart, profit = equity - start;
    return {
      equity: formatMoney(equity),
      cash: formatMoney(core.cash()),
      dayProfit: formatMoney(profit),
      dayProfitPct: start === 0 ? 0 : profit * 100 / start,
    };
  }

  #risk(): RiskView {
    const { config, core } = this.#parts, limits = config.run.risk, equity = this.#equity();
    // A book that has the account for itself is judged by its own switch alone.
    const isAlone = core.books.length === 1 || core.risk === null;
    const peak = isAlone ? core.books[0]!.engine.risk.kill.state().peak : core.risk!.peak;
    const value = isAlone ? core.books[0]!.engine.equity() : equity;
    const gross = core.books.reduce((sum, { engine: { ledger } }) => {
      for (let s = 0; s < ledger.seriesCount; s++) sum += Math.abs(ledger.value[s]!);
      return sum;
    }, 0);
    const day = this.#money().dayProfitPct;
    // That of the account is a cause in every book.
    const causes = new Map(
      core.books.flatMap(({ engine }) => engine.risk.kill.causes())
        .map((cause) => [`${cause.rule} ${cause.timeUs} ${cause.measured}`, cause]),
    );
    return {
      killCauses: [...causes.values()].map(({ rule, measured, limit, reason, timeUs }) => ({
        rule: RISK_RULE_NAMES[rule]!,
        text: reason === ""
          ? `${RISK_RULE_NAMES[rule]!}: ${measured.toFixed(2)}% (limit: ${limit}%)`
          : reason,
        timeUs,
      })),
      dayLossPct: Math.max(0, -day),
      maxDailyLossPct: limits?.maxDailyLossPct ?? null,
      drawdownPct: peak <= 0 ? 0 : Math.max(0, (peak - value) * 100 / peak),
      maxDrawdownPct: limits?.maxDrawdownPct ?? null,
      grossPct: equity === 0 ? 0 : gross * 100 / equity,
      maxGrossPct: percentOf(limits?.maxGrossExposure ?? null),
    };
  }

  #strategies(): StrategyView[] {
    const { core, seats, opened } = this.#parts;
    return core.ids.map((id, k) => {
      const { engine } = core.books[k]!, standing = core.standings[k]!, seat = seats[k];
      return {
        id,
        name: opened[k]!.terms.name,
        state: standing.quarantined !== ""
          ? "quarantined"
          : core.isFinished
          ? "stopped"
          : seat === null || seat === undefined
          ? "restarting"
          : "running",
        why: standing.quarantined,
        sourceHash: seat?.sourceHash ?? "",
        bookHash: engine.mirrorHash().toString(16),
        restarts: standing.restarts,
        equity: formatMoney(engine.equity()),
        lastDecision: lastDecision(engine, id),
      };
    });
  }
}

function percentOf(fraction: number | null): number | null {
  return fraction === null ? null : fraction * 100;
}

function lastDecision(
  engine: TradingCore["books"][number]["engine"],
  id: string,
): DecisionView | null {
  const row = engine.orders.length - 1;
  if (row < 0) return null;
  const [order] = bookOrders(engine, id, 1, row);
  if (order === undefined) return null;
  return {
    timeUs: order.createdUs,
    symbol: order.symbol,
    intent: `${order.side} ${order.quantity} ${order.type}`,
    outcome: order.reason !== "" && !isWorking(engine.orders.state[row]!)
      ? `${order.state}: ${order.reason}`
      : order.state,
  };
}
