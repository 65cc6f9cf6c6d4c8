/**
 * What a position costs while it is held: the fee for borrowed shares, interest on borrowed and on idle cash.
 *
 * All three run on calendar nights over a year of 360 days ("act/360"), as US brokers count: "Borrow Fee = (Value x Fee Rate) / 360"
 * (Interactive Brokers, Reporting Guide, Borrow Fee Details). A weekend is three nights. Amounts are exact and rounded once a
 * call, half to even.
 *
 * A simplification: the borrow fee is on the market value of the short position. Some brokers take 102 % of it, each share rounded up to
 * the dollar, which costs more for cheap shares.
 *
 * @module
 */

import { mulDiv, type Ratio, ratioOf } from "../core/mod.ts";

/** Days of the year in which rates are counted. */
export const DAYS_OF_YEAR = 360;

/** A rate a night. */
export type NightlyRate = Ratio;

/**
 * Returns the rate a night of a yearly rate.
 *
 * @param pctPerYear Percent a year, at least 0, at most nine decimals.
 * @throws {RangeError} When the rate is negative, not finite or too fine.
 */
export function nightlyRate(pctPerYear: number): NightlyRate {
  return ratioOf(pctPerYear, 100 * DAYS_OF_YEAR);
}

/**
 * Returns the fee for borrowing the shares of a short position, micro-units, at least 0.
 *
 * @param marketValue Value of the position at the close before the nights, micro-units; below 0 for a short one. A long one costs nothing.
 * @param nights Calendar nights, whole, at least 0.
 */
export function borrowFee(marketValue: number, rate: NightlyRate, nights: number): number {
  return marketValue < 0 ? interestOn(-marketValue, rate, nights) : 0;
}

/**
 * Returns the interest that the account pays for borrowed cash, micro-units, at least 0.
 *
 * @param cash Balance over the nights, micro-units; only what is below 0 is charged.
 * @param nights Calendar nights, whole, at least 0.
 */
export function debitInterest(cash: number, rate: NightlyRate, nights: number): number {
  return cash < 0 ? interestOn(-cash, rate, nights) : 0;
}

/**
 * Returns the interest that the account gets for idle cash, micro-units, at least 0.
 *
 * @param cash Balance over the nights, micro-units; only what is above 0 earns.
 * @param nights Calendar nights, whole, at least 0.
 */
export function creditInterest(cash: number, rate: NightlyRate, nights: number): number {
  return cash > 0 ? interestOn(cash, rate, nights) : 0;
}

function interestOn(amount: number, rate: NightlyRate, nights: number): number {
  return mulDiv(amount, rate.numerator * nights, rate.denominator);
}
