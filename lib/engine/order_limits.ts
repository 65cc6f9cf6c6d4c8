/**
 * The largest numbers that an order may name, and the checks for them.
 *
 * @module
 */

import { isWhole } from "../core/mod.ts";

/** The most working orders of a book; one more is refused with an error. */
export const MAX_WORKING_ORDERS = 100_000;
/** The largest quantity of an order, in units of the instrument's scale. */
export const MAX_QUANTITY = 1e12;
/** The largest weight, as a fraction of equity. */
export const MAX_WEIGHT = 100;
/** The largest price in ticks of 1e-6 that an order may name: one billion. */
export const MAX_PRICE = 1e15;

/** True for a whole number of lots within the limit. */
export function isUnits(quantity: number, lot: number): boolean {
  return isWhole(quantity) && quantity <= MAX_QUANTITY && quantity >= -MAX_QUANTITY &&
    isWhole(quantity / lot);
}

/** True for a price in ticks that an order may name. */
export function isPrice(value: number): boolean {
  return isWhole(value) && value > 0 && value <= MAX_PRICE;
}
