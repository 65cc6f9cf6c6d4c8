/**
 * Time: integer microseconds since the Unix epoch, UTC, exact to the year 2255. Text is ISO 8601 with a zone.
 * Local times exist only in `lib/calendar` and at the edges.
 *
 * @module
 */

import { SandbarError } from "./errors.ts";
import { MAX_EXACT } from "./numbers.ts";

declare const instant: unique symbol;

/** An instant: integer microseconds since 1970-01-01T00:00:00Z. */
export type TimeUs = number & { readonly [instant]: true };

export const US_PER_SECOND = 1e6;
export const US_PER_MINUTE = 6e7;
export const US_PER_HOUR = 3.6e9;
export const US_PER_DAY = 8.64e10;

const floor = Math.floor;

/** Returns the count of days since 1970-01-01 of a proleptic Gregorian date (Howard Hinnant's `days_from_civil`). */
export function dayOfDate(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = floor(y / 400), yearOfEra = y - era * 400;
  const dayOfYear = floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + floor(yearOfEra / 4) - floor(yearOfEra / 100) + dayOfYear;
  return era * 146097 + dayOfEra - 719468;
}

/** A calendar date: year, month 1 to 12, day 1 to 31. */
export interface CalendarDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** Returns the date of a count of days since 1970-01-01: the inverse of {@linkcode dayOfDate}. */
export function dateOfDay(days: number): CalendarDate {
  const z = days + 719468, era = floor(z / 146097), dayOfEra = z - era * 146097;
  const yearOfEra = floor(
    (dayOfEra - floor(dayOfEra / 1460) + floor(dayOfEra / 36524) - floor(dayOfEra / 146096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + floor(yearOfEra / 4) - floor(yearOfEra / 100));
  const m = floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - floor((153 * m + 2) / 5) + 1, month = m < 10 ? m + 3 : m - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

const ISO_DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const ISO_INSTANT =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2})$/;

/**
 * Returns the day number of an ISO date such as `2004-08-19`.
 *
 * @throws {SandbarError} `invalid_time` when the text is not a date that exists.
 */
export function parseDay(text: string): number {
  const match = ISO_DATE.exec(text);
  if (match !== null) {
    const day = dayOfDate(Number(match[1]), Number(match[2]), Number(match[3]));
    if (formatDay(day) === text) return day;
  }
  throw new SandbarError(
    "invalid_time",
    `not a date: ${JSON.stringify(text)}; write it as 2024-12-31`,
  );
}

/** Returns a day number as an ISO date. */
export function formatDay(day: number): string {
  const date = dateOfDay(day);
  return `${pad(date.year, 4)}-${pad(date.month, 2)}-${pad(date.day, 2)}`;
}

/**
 * Returns the instant of an ISO 8601 text with a zone (`Z` or an offset). Digits past the microsecond are cut.
 *
 * @throws {SandbarError} `invalid_time` when the text is malformed, names no existing date, has no zone, or lies past the exact range.
 */
export function parseIso(text: string): TimeUs {
  const match = ISO_INSTANT.exec(text);
  if (match !== null) {
    const [, year, month, day, hour, minute, second = "00", fraction = "", zone = "Z"] = match;
    const date = parseDay(`${year}-${month}-${day}`);
    const h = Number(hour), m = Number(minute), s = Number(second);
    if (h < 24 && m < 60 && s < 60) {
      const offset = zone === "Z" ? 0 : offsetMinutes(zone);
      const micros = Number(fraction.padEnd(6, "0").slice(0, 6));
      const time = date * US_PER_DAY + (h * 60 + m - offset) * US_PER_MINUTE +
        s * US_PER_SECOND + micros;
      if (time <= MAX_EXACT && time >= -MAX_EXACT) return time as TimeUs;
    }
  }
  throw new SandbarError(
    "invalid_time",
    `not an instant with a zone: ${JSON.stringify(text)}; write it as 2024-12-31T14:30:00Z`,
  );
}

/** Minutes of an offset such as `-05:00`, NaN when there is no such offset. */
function offsetMinutes(zone: string): number {
  const hours = Number(zone.slice(1, 3)), minutes = Number(zone.slice(-2));
  if (hours > 23 || minutes > 59) return NaN;
  return (zone[0] === "-" ? -1 : 1) * (hours * 60 + minutes);
}

/** Returns an instant as ISO 8601 in UTC with as many sub-second digits as it needs (none, 3 or 6). */
export function formatIso(time: TimeUs): string {
  const day = floor(time / US_PER_DAY), rest = time - day * US_PER_DAY;
  const hour = floor(rest / US_PER_HOUR), minute = floor(rest / US_PER_MINUTE) % 60;
  const second = floor(rest / US_PER_SECOND) % 60, micros = rest % US_PER_SECOND;
  const fraction = micros === 0
    ? ""
    : micros % 1000 === 0
    ? `.${pad(micros / 1000, 3)}`
    : `.${pad(micros, 6)}`;
  return `${formatDay(day)}T${pad(hour, 2)}:${pad(minute, 2)}:${pad(second, 2)}${fraction}Z`;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, "0");
}
