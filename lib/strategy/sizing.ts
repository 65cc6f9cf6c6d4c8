/**
 * Sizing helpers: pure functions from figures to a weight or a quantity.
 *
 * @module
 */

import { shown } from "./indicators/spec.ts";

const RangeErrorOf = RangeError, floor = Math.floor;

function checkRange(name: string, value: number, least: number, most: number): void {
  if (typeof value !== "number" || !(value >= least && value <= most)) {
    throw new RangeErrorOf(
      name + " must be a number from " + least + " to " + most + ", found " + shown(value),
    );
  }
}

/**
 * Returns the whole shares that a sum of money buys: `fixedAmount(10_000, 101.5)` is 98.
 *
 * @param amount Currency, at least 0.
 * @param price Currency, above 0.
 */
export function fixedAmount(amount: number, price: number): number {
  checkRange("amount", amount, 0, 1e12);
  checkRange("price", price, 1e-6, 1e9);
  return floor(amount / price);
}

/**
 * Returns the whole shares that a percentage of equity buys: `percentOfEquity(100_000, 25, 50)` is 500.
 *
 * @param equity Currency.
 * @param percent 0 to 1,000; 25 is a quarter.
 * @param price Currency, above 0.
 */
export function percentOfEquity(equity: number, percent: number, price: number): number {
  checkRange("equity", equity, 0, 1e12);
  checkRange("percent", percent, 0, 1000);
  checkRange("price", price, 1e-6, 1e9);
  return floor(equity * percent / 100 / price);
}

/** An annual volatility as a fraction (0.2 is 20 % a year). */
export interface AnnualVolatility {
  readonly annual: number;
}

/**
 * Returns the weight at which a position has the wanted volatility: target / volatility, at most `cap`. 0 when the volatility is 0 or
 * not known (NaN): an unknown risk is not taken.
 *
 * @param target Wanted volatility of the position.
 * @param measured Volatility of the asset, over the same horizon by type.
 * @param cap Largest weight. Default 1.
 */
export function volatilityTarget(
  target: AnnualVolatility,
  measured: AnnualVolatility,
  cap = 1,
): number {
  checkRange("target volatility", target.annual, 0, 100);
  checkRange("cap", cap, 0, 100);
  const volatility = measured.annual;
  if (!(volatility > 0)) return 0;
  const weight = target.annual / volatility;
  return weight < cap ? weight : cap;
}

/**
 * Returns the Kelly fraction of equity for a bet that wins `winLossRatio` times what it loses: p - (1 - p) / ratio, at least 0, at
 * most `cap`. Source: J. L. Kelly, "A New Interpretation of Information Rate", 1956.
 *
 * @param winRate Probability of a win, 0 to 1.
 * @param winLossRatio Mean win over mean loss, above 0.
 * @param cap Largest fraction. Default 0.25: full Kelly on estimated figures ruins.
 */
export function kellyFraction(winRate: number, winLossRatio: number, cap = 0.25): number {
  checkRange("win rate", winRate, 0, 1);
  checkRange("win/loss ratio", winLossRatio, 1e-9, 1e9);
  checkRange("cap", cap, 0, 100);
  const fraction = winRate - (1 - winRate) / winLossRatio;
  return fraction > cap ? cap : fraction > 0 ? fraction : 0;
}

/**
 * Returns the weight to ask for: the wanted one, or the held one while the two differ by no more than `band`. A full exit is always let
 * through.
 */
export function noTradeBand(wanted: number, held: number, band: number): number {
  checkRange("band", band, 0, 100);
  const difference = wanted > held ? wanted - held : held - wanted;
  return wanted === 0 || difference > band ? wanted : held;
}
