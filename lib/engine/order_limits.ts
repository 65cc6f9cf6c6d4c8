/**
 * The largest numbers that an order may name, and the checks for them.
 *
 * @module
 */

import * as core from "../core/mod.ts";

const { isWhole } = core;

/** The most working orders of a book; one more is refused with an error. */
export const MAX_WORKING_ORDERS = 100_000;
const MOST_UNITS = 1e12, MOST_TICKS = 1e15;
/** The largest quantity of an order, in units of the instrument's scale. */
export const MAX_QUANTITY = MOST_UNITS;
/** The largest weight, as a fraction of equity. */
export const MAX_WEIGHT = 100;
/** The largest price in ticks of 1e-6 that an order may name: one billion. */
export const MAX_PRICE = MOST_TICKS;

/** True for a whole number of lots within the limit. */
export function isUnits(quantity: number, lot: number): boolean {
  return isWhole(quantity) && quantity <= MOST_UNITS && quantity >= -MOST_UNITS &&
    isWhole(quantity / lot);
}

/** True for a price in ticks that an order may name. */
export function isPrice(value: number): boolean {
  return isWhole(value) && value > 0 && value <= MOST_TICKS;
}
