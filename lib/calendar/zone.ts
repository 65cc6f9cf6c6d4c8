/**
 * Daylight saving of the exchanges' zones as a table of laws. The day on which the clocks change is computed, never looked up in a
 * zone database, so that the same input gives the same instant on every machine.
 *
 * Covers the years of the session tables. Deliberately no general zone library.
 *
 * @module
 */

import { dateOfDay, US_PER_DAY, US_PER_MINUTE } from "../core/mod.ts";
import { type DateRule, dayOfRule, SUNDAY } from "./date_rules.ts";

const floor = Math.floor;

/** The law on summer time in the years `from` to `to`: both days are Sundays. */
interface SummerLaw {
  readonly from: number;
  readonly to: number;
  readonly begins: DateRule;
  readonly ends: DateRule;
}

/** A zone: its offset in winter, and summer time of one hour. In a year without a law there is no summer time. */
export interface Zone {
  /** Its name in the IANA database, for whoever asks others about it. */
  readonly name: string;
  /** Minutes east of UTC in winter: -300 for New York. */
  readonly standardMinutes: number;
  /** Minutes after 00:00 UTC at which summer time begins on its day. */
  readonly beginsUtcMinute: number;
  /** Minutes after 00:00 UTC at which summer time ends on its day. */
  readonly endsUtcMinute: number;
  readonly laws: readonly SummerLaw[];
}

/** UTC all year. */
export const UTC: Zone = {
  name: "UTC",
  standardMinutes: 0,
  beginsUtcMinute: 0,
  endsUtcMinute: 0,
  laws: [],
};

/** Clocks change at 02:00 wall time. Sources: Uniform Time Act as amended in 1986; from 2007 the Energy Policy Act of 2005. */
export const NEW_YORK: Zone = {
  name: "America/New_York",
  standardMinutes: -300,
  beginsUtcMinute: 7 * 60,
  endsUtcMinute: 6 * 60,
  laws: [
    // First Sunday of April to the last Sunday of October.
    { from: 1987, to: 2006, begins: sunday(4, 1), ends: sunday(10, 25) },
    // Second Sunday of March to the first Sunday of November.
    { from: 2007, to: 2030, begins: sunday(3, 8), ends: sunday(11, 1) },
  ],
};

/** Clocks change at 01:00 UTC. Sources: the Summer Time Orders of 1989 to 1994; from 1996 directives 94/21/EC and 2000/84/EC. */
export const LONDON: Zone = {
  name: "Europe/London",
  standardMinutes: 0,
  beginsUtcMinute: 60,
  endsUtcMinute: 60,
  laws: [
    // Last Sunday of March to the first Sunday from 22 October: in 1995 a week before the last.
    { from: 1990, to: 1995, begins: sunday(3, 25), ends: sunday(10, 22) },
    // Last Sunday of March to the last Sunday of October.
    { from: 1996, to: 2030, begins: sunday(3, 25), ends: sunday(10, 25) },
  ],
};

/** Summer time of one year: from `fromUs` (included) to `toUs` (excluded), microseconds UTC. Both 0 when there is none. */
export interface Summer {
  readonly fromUs: number;
  readonly toUs: number;
}

/** Returns when summer time holds in a year. */
export function summerOfYear(zone: Zone, year: number): Summer {
  const law = zone.laws.find((it) => it.from <= year && year <= it.to);
  if (law === undefined) return { fromUs: 0, toUs: 0 };
  return {
    fromUs: dayOfRule(law.begins, year) * US_PER_DAY + zone.beginsUtcMinute * US_PER_MINUTE,
    toUs: dayOfRule(law.ends, year) * US_PER_DAY + zone.endsUtcMinute * US_PER_MINUTE,
  };
}

/** Returns the minutes east of UTC that the zone's clocks show at an instant. */
export function offsetAt(zone: Zone, timeUs: number): number {
  if (zone.laws.length === 0) return zone.standardMinutes;
  const summer = summerOfYear(zone, dateOfDay(floor(timeUs / US_PER_DAY)).year);
  const inSummer = summer.fromUs <= timeUs && timeUs < summer.toUs;
  return zone.standardMinutes + (inSummer ? 60 : 0);
}

function sunday(month: number, day: number): DateRule {
  return { kind: "weekday_from", weekday: SUNDAY, month, day };
}
