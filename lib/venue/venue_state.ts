/**
 * The state that a venue keeps from one instant to the next, whatever its sequence.
 *
 * @module
 */

import type { StateTape } from "../core/mod.ts";
import type { VenueParts } from "./venue.ts";

/** Writes the state of a venue's parts to a tape, or takes it back from one. */
export function carryParts(parts: VenueParts, tape: StateTape): void {
  parts.execution.carry(tape);
  parts.intake.carry(tape);
  if (parts.market !== null) parts.market.carry(tape);
}
