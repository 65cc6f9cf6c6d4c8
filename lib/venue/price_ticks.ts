/**
 * Prices of columns as the venue counts them.
 *
 * @module
 */

import { roundHalfEven } from "../core/mod.ts";
import { PRICE_SCALE } from "../market/mod.ts";

/** A price column's value in price ticks. */
export function toTicks(price: number): number {
  return roundHalfEven(price * PRICE_SCALE);
}
