import { setImmediate } from "node:timers";
import type { Clock } from "../protocols/mod.ts";

/** Date.now() and setTimeout are never called here; `now` of a clock is. */
export async function later(clock: Clock, timeUs: number): Promise<Date> {
  const performance = { elapsed: clock.monotonicUs() };
  await clock.sleepUntil(timeUs);
  setImmediate(() => {});
  const label = "Temporal.Now", table = { setTimeout: label, now: performance.elapsed };
  return new Date(clock.now() / 1000 + table.now);
}

export class Timers {
  setTimeout(): Temporal.Instant {
    return Temporal.Instant.fromEpochMilliseconds(0);
  }
}
