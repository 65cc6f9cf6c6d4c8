/**
 * How a request's quantity is meant, by its verb.
 *
 * @module
 */

import * as protocols from "../protocols/mod.ts";
import * as trading from "../trading/mod.ts";

const { VERB } = protocols;
const { SIZING } = trading;

/** Returns the code of {@linkcode SIZING} of a verb that makes an order. */
export function sizingOf(verb: number): number {
  return verb === VERB.order
    ? SIZING.quantity
    : verb === VERB.targetQuantity
    ? SIZING.targetQuantity
    : SIZING.targetWeight;
}
