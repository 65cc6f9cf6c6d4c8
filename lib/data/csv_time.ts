/**
 * The time column of a CSV file. The form is found from the first row and every row must have it; rows are then read byte by byte.
 *
 * Forms with a zone give an instant, forms without give the local time as if it were UTC; `bar_times.ts` makes instants of those.
 *
 * @module
 */

import {
  dayOfDate,
  formatDay,
  US_PER_DAY,
  US_PER_HOUR,
  US_PER_MINUTE,
  US_PER_SECOND,
} from "../core/mod.ts";

/**
 * - `epoch`: a count of seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by size row by row
 * - `date`: a date alone, year first
 * - `instant`: date and time with `Z` or an offset
 * - `local`: date and time without a zone
 * - `turned_date`, `turned_local`: the same with the year last, whose order of day and month the whole file has to show
 */
export type TimeForm = "epoch" | "date" | "instant" | "local" | "turned_date" | "turned_local";

// Turned dates are packed as (yyyyaabb * ms per day + ms of the day): below 2^53, which microseconds would not be.
const MS_PER_DAY = 86_400_000;

const YEAR_FIRST = String.raw`\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{8}`;
const YEAR_LAST = String.raw`(\d{1,2}[-./]\d{1,2}[-./]\d{4})`;
const TIME_OF_DAY = String.raw`(\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?|\d{4}|\d{6})`;
const ZONE = String.raw`( ?Z| ?UTC| ?[+-]\d{2}:?\d{2}| ?[+-]\d{2})`;
/** Groups: 2 a date with the year last, 3 the time of day, 4 its zone. */
const DATE_TIME = new RegExp(
  `^(${YEAR_FIRST}|${YEAR_LAST})(?:[T ]+${TIME_OF_DAY}${ZONE}?)?$`,
  "i",
);

/**
 * Returns the form of a time cell without quotes and outer spaces, or undefined when it is none that is known.
 *
 * @param text For example `2024-01-02T14:30:00Z`.
 */
export function timeFormOf(text: string): TimeForm | undefined {
  if (/^\d{8}$/.test(text)) return "date";
  if (/^(19|20)\d{12}$/.test(text)) return "local";
  if (/^\d{9,19}(\.\d+)?$/.test(text)) return "epoch";
  const match = DATE_TIME.exec(text);
  if (match === null) return undefined;
  const turned = match[2] !== undefined,
    clock = match[3] !== undefined,
    zone = match[4] !== undefined;
  if (turned) return zone ? undefined : clock ? "turned_local" : "turned_date";
  return zone ? "instant" : clock ? "local" : "date";
}

/** The forms in words, for messages. */
export const TIME_FORMS_TEXT =
  "2024-12-31, 20241231, 2024-12-31T14:30:00Z, 2024-12-31 14:30, 12/31/2024, or seconds, milliseconds, microseconds or " +
  "nanoseconds since 1970";

/**
 * Returns the time of a cell in microseconds, or NaN when the bytes do not have the form.
 *
 * @param bytes The block.
 * @param from First byte of the cell, without quotes and spaces.
 * @param to Byte after the last.
 * @param form From {@linkcode timeFormOf} on the first row. Turned forms give a packed value for {@linkcode unpackTurned}.
 */
export function timeOfCell(bytes: Uint8Array, from: number, to: number, form: TimeForm): number {
  switch (form) {
    case "epoch":
      return epochOf(bytes, from, to);
    case "date":
    case "instant":
    case "local":
      return dateTimeOf(bytes, from, to, form);
    case "turned_date":
    case "turned_local":
      return turnedOf(bytes, from, to, form);
  }
}

/** Returns the microseconds since midnight of a time-of-day cell (`14:30`, `143000`), or NaN. */
export function clockOfCell(bytes: Uint8Array, from: number, to: number): number {
  clockEnd = from;
  const value = to - from <= 1 ? digits(bytes, from, to) : readClock(bytes, from, to);
  return to - from <= 1 ? (value === 0 ? 0 : NaN) : clockEnd === to ? value : NaN;
}

/** What a whole file of turned dates shows about the order of day and month. */
export type TurnedOrder = "month_first" | "day_first" | "ambiguous" | "mixed";

/** Returns which order of day and month fits every row of packed values; values that are NaN are passed over. */
export function turnedOrderOf(values: Float64Array, length: number): TurnedOrder {
  let monthFirst = true, dayFirst = true;
  for (let i = 0; i < length; i++) {
    const date = Math.floor(values[i]! / MS_PER_DAY);
    const a = Math.floor(date / 100) % 100, b = date % 100;
    if (a > 12) monthFirst = false;
    if (b > 12) dayFirst = false;
  }
  if (monthFirst && dayFirst) return "ambiguous";
  return monthFirst ? "month_first" : dayFirst ? "day_first" : "mixed";
}

/** Turns packed values into local microseconds in place. */
export function unpackTurned(
  values: Float64Array,
  length: number,
  order: "month_first" | "day_first",
): void {
  for (let i = 0; i < length; i++) {
    const packed = values[i]!, date = Math.floor(packed / MS_PER_DAY);
    const a = Math.floor(date / 100) % 100, b = date % 100, year = Math.floor(date / 10_000);
    const day = order === "month_first" ? validDay(year, a, b) : validDay(year, b, a);
    values[i] = day * US_PER_DAY + (packed - date * MS_PER_DAY) * 1e3;
  }
}

function epochOf(bytes: Uint8Array, from: number, to: number): number {
  let end = from;
  while (end < to && isDigit(bytes[end]!)) end++;
  const count = end - from;
  let rest = 0, scale = 1;
  if (end < to) {
    if (bytes[end] !== 46) return NaN;
    for (let i = end + 1; i < to; i++) {
      if (!isDigit(bytes[i]!)) return NaN;
      if (scale < 1e6) {
        rest = rest * 10 + (bytes[i]! - 48);
        scale *= 10;
      }
    }
  }
  if (count < 1 || count > 19) return NaN;
  // Nanoseconds have more digits than a number holds: the last three are cut before they are read.
  if (count >= 18) return digits(bytes, from, end - 3);
  const value = digits(bytes, from, end);
  if (count >= 15) return value;
  const unit = count >= 12 ? 1e3 : US_PER_SECOND;
  return value * unit + Math.floor(rest * unit / scale);
}

let lastDateKey = -1, lastDay = 0;

function dateTimeOf(
  bytes: Uint8Array,
  from: number,
  to: number,
  form: "date" | "instant" | "local",
): number {
  if (to - from < 8) return NaN;
  const year = digits(bytes, from, from + 4);
  let at = from + 4, month = 0, dayOfMonth = 0;
  if (isDigit(bytes[at]!)) {
    month = digits(bytes, at, at + 2);
    dayOfMonth = digits(bytes, at + 2, at + 4);
    at += 4;
  } else {
    const mark = bytes[at]!;
    if (mark !== 45 && mark !== 46 && mark !== 47) return NaN;
    const monthEnd = isDigit(bytes[at + 2]!) ? at + 3 : at + 2;
    month = digits(bytes, at + 1, monthEnd);
    if (bytes[monthEnd] !== mark || monthEnd + 1 >= to) return NaN;
    at = monthEnd + 2 < to && isDigit(bytes[monthEnd + 2]!) ? monthEnd + 3 : monthEnd + 2;
    dayOfMonth = digits(bytes, monthEnd + 1, at);
  }
  const key = year * 10_000 + month * 100 + dayOfMonth;
  if (key !== lastDateKey) {
    const day = validDay(year, month, dayOfMonth);
    if (!(day === day)) return NaN;
    lastDateKey = key;
    lastDay = day;
  }
  const date = lastDay * US_PER_DAY;
  if (form === "date") return at === to ? date : NaN;
  while (at < to && (bytes[at] === 84 || bytes[at] === 116 || bytes[at] === 32)) at++;
  if (at >= to) return NaN;
  const clock = readClock(bytes, at, to);
  at = clockEnd;
  while (at < to && bytes[at] === 32) at++;
  if (form === "local") return at === to ? date + clock : NaN;
  return date + clock - readZone(bytes, at, to);
}

/** Minutes, as microseconds, that the zone at `at` is ahead of UTC, or NaN. */
function readZone(bytes: Uint8Array, at: number, to: number): number {
  const length = to - at, first = bytes[at]!;
  if (length === 1 && (first === 90 || first === 122)) return 0;
  if (length === 3 && (first | 32) === 117) {
    return (bytes[at + 1]! | 32) === 116 && (bytes[at + 2]! | 32) === 99 ? 0 : NaN;
  }
  if (first !== 43 && first !== 45) return NaN;
  const hours = digits(bytes, at + 1, at + 3);
  let minutes = 0;
  if (length === 5) minutes = digits(bytes, at + 3, at + 5);
  else if (length === 6 && bytes[at + 3] === 58) minutes = digits(bytes, at + 4, at + 6);
  else if (length !== 3) return NaN;
  if (hours > 23 || minutes > 59) return NaN;
  return (first === 45 ? -1 : 1) * (hours * 60 + minutes) * US_PER_MINUTE;
}

// Where the last clock ended: a second result without an object per row.
let clockEnd = 0;

function readClock(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && isDigit(bytes[at]!)) at++;
  const count = at - from;
  let hour = 0, minute = 0, second = 0, fraction = 0;
  clockEnd = at;
  if (at < to && bytes[at] === 58) {
    if (count < 1 || count > 2) return NaN;
    hour = digits(bytes, from, at);
    minute = digits(bytes, at + 1, at + 3);
    at += 3;
    if (at < to && bytes[at] === 58) {
      second = digits(bytes, at + 1, at + 3);
      at += 3;
      if (at < to && (bytes[at] === 46 || bytes[at] === 44)) {
        let unit = US_PER_SECOND / 10;
        for (at++; at < to && isDigit(bytes[at]!); at++) {
          // Digits past the microsecond are cut.
          if (unit >= 1) fraction += (bytes[at]! - 48) * unit;
          unit /= 10;
        }
      }
    }
    if (at > to) return NaN;
    clockEnd = at;
  } else if (count === 6 || count === 4) {
    hour = digits(bytes, from, from + 2);
    minute = digits(bytes, from + 2, from + 4);
    if (count === 6) second = digits(bytes, from + 4, from + 6);
  } else return NaN;
  if (!(hour < 24 && minute < 60 && second < 60)) return NaN;
  return hour * US_PER_HOUR + minute * US_PER_MINUTE + second * US_PER_SECOND + fraction;
}

function turnedOf(
  bytes: Uint8Array,
  from: number,
  to: number,
  form: "turned_date" | "turned_local",
): number {
  let at = from;
  while (at < to && isDigit(bytes[at]!)) at++;
  const a = digits(bytes, from, at), mark = bytes[at]!, second = at + 1;
  if (at - from > 2 || (mark !== 45 && mark !== 46 && mark !== 47)) return NaN;
  at = second;
  while (at < to && isDigit(bytes[at]!)) at++;
  const b = digits(bytes, second, at);
  if (at - second > 2 || bytes[at] !== mark || at + 5 > to) return NaN;
  const year = digits(bytes, at + 1, at + 5);
  at += 5;
  // One of the two readings has to be a date.
  if (!(validDay(year, a, b) > -1e9) && !(validDay(year, b, a) > -1e9)) return NaN;
  let clock = 0;
  if (form === "turned_local") {
    while (at < to && bytes[at] === 32) at++;
    clock = readClock(bytes, at, to);
    at = clockEnd;
  }
  if (at !== to) return NaN;
  return (year * 10_000 + a * 100 + b) * MS_PER_DAY + Math.floor(clock / 1e3);
}

/** Returns the day number of a date from 1900 to 2254, NaN when there is no such date. */
function validDay(year: number, month: number, day: number): number {
  if (!(year >= 1900 && year <= 2254 && month >= 1 && month <= 12 && day >= 1 && day <= 31)) {
    return NaN;
  }
  const days = dayOfDate(year, month, day);
  return day <= 28 || Number(formatDay(days).slice(8)) === day ? days : NaN;
}

function digits(bytes: Uint8Array, from: number, to: number): number {
  if (from >= to) return NaN;
  let value = 0;
  for (let i = from; i < to; i++) {
    const digit = bytes[i]! - 48;
    if (!(digit >= 0 && digit <= 9)) return NaN;
    value = value * 10 + digit;
  }
  return value;
}

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57;
}
