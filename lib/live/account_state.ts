/**
 * What an account is made from, and what there is of it beside its market and its books.
 *
 * @module
 */

import type { EngineSpec } from "../engine/mod.ts";
import type { RiskLimits } from "../trading/mod.ts";
import type { AccountRiskState } from "./account_risk.ts";
import type { OrderNames } from "./order_names.ts";
import type { UnassignedState } from "./unassigned.ts";

/** How an account trades. */
export interface AccountTerms {
  /** Of the orders at a broker; null where the venue is inside. */
  readonly names: OrderNames | null;
  /** Of the account as a whole; undefined: none. */
  readonly limits: RiskLimits | undefined;
}

/** A strategy's place in the account. */
export interface CoreStrategy {
  readonly id: string;
  readonly spec: EngineSpec;
}

/** What the operator has set. */
export type OperatorState = "ready" | "paused" | "halted";

/** What an account is beside its market and its books. */
export interface OperatorFields {
  readonly state: OperatorState;
  readonly why: string;
  readonly holds: readonly string[];
  readonly frozen: readonly string[];
  readonly unreconciled: string;
  readonly unassigned: UnassignedState;
  /** Null for an account without limits. */
  readonly risk: AccountRiskState | null;
  readonly isFinished: boolean;
  /** Quotes since the last bars. */
  readonly quotes: number;
  readonly dayStart: number;
  readonly day: number;
}

/** What is known of a strategy from the journal. */
export interface StrategyStanding {
  restarts: number;
  /** Why it may not run any more; empty while it may. */
  quarantined: string;
  /** True while as many inputs are recorded for it as there may be: what adds risk is held back. */
  isFull: boolean;
}

/** What becomes of a book whose strategy failed. */
export type OverrunPolicy = "cancel" | "flatten";

/** What holds an account back, in words. */
export const HOLD_TEXTS: Readonly<Record<string, string>> = {
  bars: "bars are late",
  link: "the broker is not connected",
};
