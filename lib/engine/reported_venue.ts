/**
 * The venue of a book whose orders are at a broker: nothing is matched here. What becomes of the orders is reported (see `report_orders.ts`).
 *
 * @module
 */

import type { StateTape } from "../core/mod.ts";
import type { Venue } from "../venue/mod.ts";

const RangeErrorOf = RangeError;
const freeze = Object.freeze as <T>(value: T) => T;

/** It has no state: one serves all. */
export const REPORTED_VENUE: Venue = freeze({
  levels: null,
  match: (): void => {},
  pass: (): void => {},
  split: (): void => {},
  carry: (tape: StateTape): void => tape.part("reported venue", 1),
  // Brokers know orders by what they were: they stay where they are.
  renumber: (): void => {
    throw new RangeErrorOf("orders at a broker do not leave their book");
  },
});
