/**
 * What an engine may let out, by its state: everything when it is ready, only what brings positions closer to zero when it is held back,
 * nothing while it comes up or goes down. A backtest is ready from its first bar to its last.
 *
 * @module
 */

import { numbered } from "../../core/mod.ts";

/** The states; numbers are places in this list. */
export const ENGINE_STATE_NAMES = [
  "starting",
  "recovering",
  "reconciling",
  "ready",
  "paused",
  "degraded",
  "halted",
  "stopping",
] as const;

export type EngineStateName = typeof ENGINE_STATE_NAMES[number];

/** Which orders leave. Cancels always do once the engine is reconciled. */
export const LETS_OUT = { nothing: 0, reductions: 1, everything: 2 } as const;

/** A state by its number. */
export const ENGINE_STATE: { readonly [Name in EngineStateName]: number } = numbered(
  ENGINE_STATE_NAMES,
);

/** Returns which orders leave in a state, a code of {@linkcode LETS_OUT}. */
export function letsOut(state: number): number {
  switch (state) {
    case ENGINE_STATE.ready:
      return LETS_OUT.everything;
    case ENGINE_STATE.paused:
    case ENGINE_STATE.degraded:
    case ENGINE_STATE.halted:
      return LETS_OUT.reductions;
    default:
      return LETS_OUT.nothing;
  }
}
