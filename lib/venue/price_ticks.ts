/**
 * Prices of columns as the venue counts them.
 *
 * @module
 */

import * as core from "../core/mod.ts";
import * as market from "../market/mod.ts";

const { roundHalfEven } = core;
const { PRICE_SCALE } = market;

/** A price column's value in price ticks. */
export function toTicks(price: number): number {
  return roundHalfEven(price * PRICE_SCALE);
}
