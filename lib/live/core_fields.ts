/**
 * What is known of an account from its journal, beside its market and its books.
 *
 * @module
 */

import type { UnassignedState } from "./unassigned.ts";

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
  readonly isFinished: boolean;
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
