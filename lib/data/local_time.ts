/**
 * From the wall clock of a named zone to UTC, for files whose times carry no zone. The only place of this room that knows zones other
 * than the exchanges'.
 *
 * A time that the clock shows twice (autumn) is the first of the two unless the row before is later; one that it skips (spring) is read
 * with the offset before the change.
 *
 * @module
 */

import { type CalendarName, zoneOffsetMinutes } from "../calendar/mod.ts";
import { SandbarError, US_PER_DAY, US_PER_HOUR, US_PER_MINUTE } from "../core/mod.ts";

/** Returns how far a zone is ahead of UTC at an instant, both in microseconds. */
export type ZoneOffset = (timeUs: number) => number;

/**
 * Returns the offsets of a zone by its name.
 *
 * @param name `UTC`, `exchange` (the zone of the calendar) or an IANA name such as `Europe/Berlin`.
 * @throws {SandbarError} `usage` when there is no such zone.
 */
export function zoneOffsetOf(name: string, calendar: CalendarName): ZoneOffset {
  if (name === "exchange") return (time) => zoneOffsetMinutes(calendar, time) * US_PER_MINUTE;
  if (name.toUpperCase() === "UTC") return () => 0;
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
  } catch (cause) {
    throw new SandbarError(
      "usage",
      `unknown time zone ${JSON.stringify(name)}: write UTC, exchange, or an IANA name such as ` +
        "America/New_York",
      { cause },
    );
  }
  return (time) => {
    const instant = Temporal.Instant.fromEpochMilliseconds(Math.floor(time / 1e3));
    return instant.toZonedDateTimeISO(name).offsetNanoseconds / 1e3;
  };
}

/**
 * Turns local times into instants, in place. NaN stays NaN.
 *
 * @param times Microseconds as the local clock shows them, as if it were UTC.
 */
export function localToUtc(times: Float64Array, length: number, offsetAt: ZoneOffset): void {
  // Zones are slow to ask, and almost every hour has one offset: ask at its two ends only.
  let hourStart = NaN, hourOffset = NaN, before = -Infinity;
  for (let i = 0; i < length; i++) {
    const local = times[i]!;
    if (!(local === local)) continue;
    const hour = Math.floor(local / US_PER_HOUR) * US_PER_HOUR;
    if (hour !== hourStart) {
      hourStart = hour;
      const first = readings(hour, offsetAt), last = readings(hour + US_PER_HOUR - 1, offsetAt);
      const plain = first.early === first.late && last.early === last.late &&
        first.early === last.early;
      hourOffset = plain ? first.early : NaN;
    }
    let offset = hourOffset;
    if (!(offset === offset)) {
      const { early, late } = readings(local, offsetAt);
      offset = local - early <= before ? late : early;
    }
    before = times[i] = local - offset;
  }
}

/** The offsets of the first and the last instant at which the clock shows a time; the same one twice where it does so once or never. */
function readings(local: number, offsetAt: ZoneOffset): { early: number; late: number } {
  const before = offsetAt(local - US_PER_DAY), after = offsetAt(local + US_PER_DAY);
  const early = offsetAt(local - before) === before, late = offsetAt(local - after) === after;
  if (early && late) return { early: before, late: after };
  return late ? { early: after, late: after } : { early: before, late: before };
}
