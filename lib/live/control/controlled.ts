/**
 * What an operator sees of a running account and can do to it: the interface that the runner implements and the control server serves. The
 * views are plain data and are what `--json` prints.
 *
 * - Money, prices and quantities are exact decimal text, times integer microseconds UTC, shares of something percent.
 * - A view is read between two steps of the engine: its parts fit each other.
 * - Lists are bounded by whoever makes them.
 *
 * @module
 */

import type { EngineStateName, OrderStateName } from "../../trading/mod.ts";
import type { SandbarEvent } from "../../observe/mod.ts";

/** What an operator may order. */
export const OPERATOR_COMMANDS = [
  "pause",
  "resume",
  "halt",
  "flatten",
  "reconcile",
  "assign",
  "stop",
] as const;

export type OperatorCommandKind = typeof OPERATOR_COMMANDS[number];

/** An order of the operator. */
export interface OperatorCommand {
  readonly kind: OperatorCommandKind;
  readonly who: string;
  readonly why: string;
  /** `resume`: lifts the kill switch too. */
  readonly rearm?: boolean;
  /** `assign`: how much of what no strategy owns goes into whose book. The quantity is decimal text, negative for a short position. */
  readonly symbol?: string;
  readonly quantity?: string;
  readonly strategy?: string;
}

/** Why a command was not done: it names what is not there; the engine is halted or killed; it cannot now, but may later. */
export type CommandRefusal = "invalid" | "halted" | "unavailable";

/** What became of a command. */
export type CommandAnswer =
  & {
    /** For people: what was done, or why not and what to do. */
    readonly message: string;
    /** Record of the command in the journal; null when nothing was journaled. */
    readonly sequence: number | null;
    /** State of the engine afterwards. */
    readonly state: EngineStateName;
  }
  & (
    | { readonly outcome: "done" }
    | { readonly outcome: "refused"; readonly refusal: CommandRefusal }
  );

/** What runs under an account. */
export interface Controlled {
  status(): StatusView;
  /** Open orders, then the last that ended, each newest first. */
  orders(): readonly OrderView[];
  /** By symbol, then by book. */
  positions(): readonly PositionView[];
  /**
   * Does what an operator ordered, as a journaled event with who and why. Resolves when the record is durable and the command done; `stop`
   * resolves when the stop is durable and begun. It never rejects for what an operator can cause.
   *
   * `halt` writes the HALT file, so that the next start is halted too; one that is halted already is done. `resume` removes the file when its
   * record is durable and before the engine goes on: otherwise the file would halt it again.
   */
  command(command: OperatorCommand): Promise<CommandAnswer>;
}

/** The account at a glance. */
export interface StatusView {
  readonly account: string;
  /** Whether real money is at stake. */
  readonly mode: "paper" | "live";
  readonly broker: string;
  readonly feed: string;
  /** True when the prices are made up. */
  readonly isSynthetic: boolean;
  readonly version: string;
  readonly pid: number;
  readonly engine: EngineView;
  readonly money: MoneyView;
  readonly risk: RiskView;
  readonly positionCount: number;
  readonly openOrderCount: number;
  /** In the order in which they are served. */
  readonly strategies: readonly StrategyView[];
  readonly links: {
    readonly feed: LinkView;
    readonly broker: LinkView;
    readonly journal: JournalView;
  };
  /** The newest events that matter, the oldest first. */
  readonly lastEvents: readonly SandbarEvent[];
}

/** The engine. */
export interface EngineView {
  readonly state: EngineStateName;
  /** Why it is held back; empty when it is ready. */
  readonly why: string;
  /** Start of the process. */
  readonly startedUs: number;
  /** Engine time: that of the newest market data or tick. */
  readonly timeUs: number;
  /** Time of the machine when the view was made. */
  readonly madeUs: number;
}

/** The account's money in its currency. */
export interface MoneyView {
  readonly equity: string;
  readonly cash: string;
  /** Equity against the close of the session before. */
  readonly dayProfit: string;
  readonly dayProfitPct: number;
}

/** How far the limits are used. A limit that is off is null. */
export interface RiskView {
  /** Causes of the kill switch that hold, the first that came first; empty when it is armed. */
  readonly killCauses: readonly KillCauseView[];
  /** 0 on a day without a loss. */
  readonly dayLossPct: number;
  readonly maxDailyLossPct: number | null;
  readonly drawdownPct: number;
  readonly maxDrawdownPct: number | null;
  /** Sum of the sizes of all positions in percent of equity. */
  readonly grossPct: number;
  readonly maxGrossPct: number | null;
}

/** A cause of the kill switch. */
export interface KillCauseView {
  readonly rule: string;
  /** For people, with measured value and limit. */
  readonly text: string;
  readonly timeUs: number;
}

/** State of a strategy. */
export type StrategyState = "starting" | "running" | "restarting" | "quarantined" | "stopped";

/** A strategy and its process. */
export interface StrategyView {
  /** As the configuration names it. */
  readonly id: string;
  /** As its file names it. */
  readonly name: string;
  readonly state: StrategyState;
  /** Why it does not run; empty when it does. */
  readonly why: string;
  /** SHA-256 of its sources, and the hash of its book at the last checkpoint. */
  readonly sourceHash: string;
  readonly bookHash: string;
  readonly restarts: number;
  /** Its share of the account. */
  readonly equity: string;
  /** Its newest decision that asked for something, null before the first. */
  readonly lastDecision: DecisionView | null;
}

/** What a strategy asked for and what became of it. */
export interface DecisionView {
  readonly timeUs: number;
  readonly symbol: string;
  /** For people, for example `buy 100 market`. */
  readonly intent: string;
  /** For people, for example `sent` or `max_position_pct: 25.2% (limit: 20%)`. */
  readonly outcome: string;
}

/** A link to the world. */
export interface LinkView {
  readonly name: string;
  readonly state: "connected" | "disconnected" | "ended";
  /** When something came over it for the last time, null before. */
  readonly lastUs: number | null;
  /** How late the newest message was, null when it is not known. */
  readonly delayUs: number | null;
}

/** The journal. */
export interface JournalView {
  readonly state: "writing" | "failed";
  readonly lastSequence: number;
  readonly durableSequence: number;
  /** Time that the newest commit took, null before the first. */
  readonly commitUs: number | null;
}

/** An order of ours. */
export interface OrderView {
  readonly clientId: string;
  readonly brokerId: string | null;
  readonly strategy: string;
  readonly symbol: string;
  readonly side: "buy" | "sell";
  readonly quantity: string;
  readonly filledQuantity: string;
  readonly averagePrice: string | null;
  readonly type: string;
  readonly limitPrice: string | null;
  readonly stopPrice: string | null;
  readonly timeInForce: string;
  readonly state: OrderStateName;
  readonly isOpen: boolean;
  /** Why it ended without a full fill or is held; empty without one. */
  readonly reason: string;
  readonly createdUs: number;
  readonly updatedUs: number;
}

/** What a book holds of a symbol. */
export interface PositionView {
  readonly symbol: string;
  /** Whose it is; `unassigned` is what no strategy owns. */
  readonly strategy: string;
  /** Negative for a short position. */
  readonly quantity: string;
  readonly averagePrice: string;
  /** Null before the first price. */
  readonly mark: string | null;
  readonly value: string | null;
  readonly unrealisedProfit: string | null;
  readonly realisedProfit: string;
  /** Value in percent of the account's equity. */
  readonly weightPct: number | null;
  readonly openedUs: number;
}

/** All that a look at an account shows. */
export interface AccountView {
  readonly status: StatusView;
  readonly orders: readonly OrderView[];
  readonly positions: readonly PositionView[];
}

/** Returns a look at an account. */
export function viewOf(controlled: Controlled): AccountView {
  return {
    status: controlled.status(),
    orders: controlled.orders(),
    positions: controlled.positions(),
  };
}
