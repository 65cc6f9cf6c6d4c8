/**
 * How a request's quantity is meant, by its verb.
 *
 * @module
 */

import { VERB } from "../protocols/mod.ts";
import { SIZING } from "../trading/mod.ts";

/** Returns the code of {@linkcode SIZING} of a verb that makes an order. */
export function sizingOf(verb: number): number {
  return verb === VERB.order
    ? SIZING.quantity
    : verb === VERB.targetQuantity
    ? SIZING.targetQuantity
    : SIZING.targetWeight;
}
