/**
 * What kind of account a run trades in, as data: what it may open, what it must keep, what holding costs.
 *
 * - `cash`: nothing is borrowed but shares. The proceeds of short sales are locked, the value of all short positions is at most equity.
 *   With settlement `instant` the proceeds of a sale pay for the next purchase at once. With `standard` they do from the open of the
 *   session on which they settle (US settlement cycles by date): only settled cash buys. A US broker lets unsettled proceeds buy shares
 *   that are then held until the proceeds have settled, and restricts accounts that sell them earlier ("good faith violations"); the rule
 *   here is the stricter one of such a restricted account, which can break no other.
 * - `margin`: after every fill that opens or adds, equity covers the initial margin of *all* positions, so that gross exposure is at most
 *   100 / `initialPct` times equity. Regulation T asks for 50 % (12 CFR 220.12). A fall below the maintenance margin at a close is a margin
 *   call: see `margin.ts`. FINRA Rule 4210 asks for 25 % of long and 30 % of short positions.
 *
 * Simplifications: no special memorandum account (a profit raises buying power only through equity), no extra margin for cheap or
 * concentrated positions, no pattern-day-trader rules, US dollars only.
 *
 * @module
 */

import { type Ratio, ratioOf } from "../../core/mod.ts";

const RangeErrorOf = RangeError;
/** Products of a margin's terms are exact up to this denominator. */
const FINEST = 1e6;

/** The account of a run. */
export interface AccountRules {
  readonly type: "cash" | "margin";
  /** When the proceeds of a sale can buy, in a cash account. */
  readonly settlement: "instant" | "standard";
  /** Percent of all positions that equity must cover when one is opened or added to; above 0, at most 100, at most four decimals. */
  readonly initialPct: number;
  /** Percent of long and of short positions that equity must cover at every close. */
  readonly maintenanceLongPct: number;
  readonly maintenanceShortPct: number;
  /** Percent a year of the value of short positions, paid. */
  readonly borrowRatePct: number;
  /** Percent a year of borrowed cash, paid. */
  readonly debitRatePct: number;
  /** Percent a year of idle cash, received. */
  readonly creditRatePct: number;
}

/** The account when nothing is asked for: cash, usable at once, holding costs nothing. */
export const DEFAULT_ACCOUNT: AccountRules = {
  type: "cash",
  settlement: "instant",
  initialPct: 50,
  maintenanceLongPct: 25,
  maintenanceShortPct: 30,
  borrowRatePct: 0,
  debitRatePct: 0,
  creditRatePct: 0,
};

/** The margins of a margin account as exact ratios. */
export interface MarginTerms {
  readonly initial: Ratio;
  readonly maintenanceLong: Ratio;
  readonly maintenanceShort: Ratio;
}

/**
 * Returns the margins of an account, null for a cash account.
 *
 * @throws {RangeError} When a percentage is negative or too fine, or the initial one is 0.
 */
export function marginTerms(rules: AccountRules): MarginTerms | null {
  if (rules.type === "cash") return null;
  const initial = ratioOf(rules.initialPct, 100);
  if (!(initial.numerator > 0 && initial.denominator <= FINEST)) {
    throw new RangeErrorOf("an initial margin must be above 0 % and have at most four decimals");
  }
  return {
    initial,
    maintenanceLong: ratioOf(rules.maintenanceLongPct, 100),
    maintenanceShort: ratioOf(rules.maintenanceShortPct, 100),
  };
}
