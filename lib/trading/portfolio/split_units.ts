/**
 * What a split makes of a count of units: whole units and a rest that is less than one.
 *
 * @module
 */

import { checkExact } from "../../core/mod.ts";

/**
 * Returns the whole units that `units` become, cut towards zero. Exact: the product is never formed.
 *
 * @param units Integer, signed.
 * @param numerator New shares, positive integer.
 * @param denominator Old shares, positive integer.
 * @throws {RangeError} When the result is above 2^53 - 1.
 */
export function unitsAfterSplit(units: number, numerator: number, denominator: number): number {
  const part = units % denominator, whole = (units - part) / denominator;
  const rest = restAfterSplit(units, numerator, denominator);
  return checkExact(whole * numerator + (part * numerator - rest) / denominator);
}

/** Returns what is left of a unit, in units of 1 / `denominator`, signed like `units`. */
export function restAfterSplit(units: number, numerator: number, denominator: number): number {
  return ((units % denominator) * numerator) % denominator;
}
