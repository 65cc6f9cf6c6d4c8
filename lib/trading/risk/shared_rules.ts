/**
 * The rules of an account of several books, as the gate of one of them asks for them: after its own rules, of what those let pass.
 *
 * @module
 */

import type { OrderTerms } from "./worst_case.ts";

/** What an order breaks: number of the rule, limit and measured value in the rule's unit. */
export interface Breach {
  readonly rule: number;
  readonly limit: number;
  readonly measured: number;
}

/** The rules of an account. */
export interface SharedRules {
  /** Returns what an order breaks, null for nothing. */
  breachOf(order: OrderTerms): Breach | null;
  /** Takes note of an order that goes out. */
  take(nowUs: number): void;
}
