/**
 * The state of a book as the one that follows it has it: what the host gives a strategy's child that starts in the midst of a run.
 *
 * @module
 */

import { type SavedState, StateTape } from "../core/mod.ts";
import { RiskControl } from "../trading/mod.ts";
import type { Engine } from "./engine.ts";
import type { EngineSpec } from "./engine_spec.ts";
import { MirrorVenue } from "./mirror_venue.ts";

/** Returns the state of a copy that knows all that is known here: its venue matches nothing, and it has no limits of risk. */
export function copyState(
  engine: Engine,
  { instruments, sessions, sessionsOf }: EngineSpec,
): SavedState {
  const tape = new StateTape();
  const risk = new RiskControl(null, engine, instruments, sessions[sessionsOf[0]!]!);
  engine.carry(tape, { risk, venue: new MirrorVenue(engine, instruments) });
  return tape.saved();
}
