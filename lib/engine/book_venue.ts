/**
 * Which venue a book has: that of the book it follows, a broker's, or the simulated one.
 *
 * @module
 */

import * as venue from "../venue/mod.ts";
import type { Venue } from "../venue/mod.ts";
import type { Engine } from "./engine.ts";
import type { EngineSpec } from "./engine_spec.ts";
import { REPORTED_VENUE } from "./reported_venue.ts";
import { SessionEdgesOf } from "./session_clock.ts";

const { createVenue } = venue;

/** Returns the venue of a book. `lots`: smallest step of each series, units. */
export function venueOf(engine: Engine, spec: EngineSpec, lots: Float64Array): Venue {
  if (engine.mirror !== null) return engine.mirror;
  if (engine.book.remote !== null) return REPORTED_VENUE;
  return createVenue(engine, {
    venue: spec.venue,
    matching: spec.matching,
    lots,
    allowShort: spec.rights.short,
    edges: () => new SessionEdgesOf(engine.series, spec.sessions, spec.sessionsOf),
  });
}
