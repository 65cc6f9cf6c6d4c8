/**
 * Periods (the size of a bar: `5m`, `1d`) and look-backs (a span back from now: `90d`, `1y`) as text.
 *
 * A period of days or weeks is counted in sessions, so its microseconds are nominal; when such a bar opens and closes comes from the
 * calendar.
 *
 * @module
 */

import { SandbarError, US_PER_DAY, US_PER_HOUR, US_PER_MINUTE } from "../core/mod.ts";

/** What a period is counted in. */
export type PeriodUnit = "minute" | "hour" | "day" | "week";

/** The size of a bar. */
export interface Period {
  /** The one spelling of this size: `5m`, `1h` (also for 60 minutes), `1d`, `1w`. */
  readonly text: string;
  readonly unit: PeriodUnit;
  /** Units in a bar, 1 to 9999. */
  readonly count: number;
  /** Nominal length, microseconds: 24 hours a day, 7 days a week. */
  readonly us: number;
}

interface UnitForm {
  readonly unit: PeriodUnit;
  readonly letter: string;
  readonly us: number;
  /** Accepted after the number. */
  readonly words: readonly string[];
  /** Refused, with the right spelling in the message: what other tools call it. */
  readonly foreign: readonly string[];
}

const UNITS: readonly UnitForm[] = [
  {
    unit: "minute",
    letter: "m",
    us: US_PER_MINUTE,
    words: ["m", "min"],
    foreign: ["mins", "minute", "minutes", "t"],
  },
  {
    unit: "hour",
    letter: "h",
    us: US_PER_HOUR,
    words: ["h", "hour"],
    foreign: ["hr", "hrs", "hours", "hourly"],
  },
  {
    unit: "day",
    letter: "d",
    us: US_PER_DAY,
    words: ["d", "day"],
    foreign: ["days", "daily"],
  },
  {
    unit: "week",
    letter: "w",
    us: 7 * US_PER_DAY,
    words: ["w", "week"],
    foreign: ["wk", "weeks", "weekly"],
  },
];

const PERIOD_FORMS = "write a whole number from 1 to 9999 and a unit: m or min, h or hour, " +
  "d or day, w or week, for example 5m, 1h, 1d";

/**
 * Returns the period of a text such as `1m`, `5min`, `1h`, `1d`, `1w`. Sixty minutes and one hour are the same period.
 *
 * @throws {SandbarError} `bad_period` when the text is no period, with the accepted forms and the nearest one.
 */
export function parsePeriod(text: string): Period {
  const match = /^([1-9]\d{0,3})([a-z]+)$/.exec(text);
  const form = UNITS.find((it) => it.words.includes(match?.[2] ?? ""));
  if (match === null || form === undefined) {
    const nearest = nearestPeriod(text);
    throw new SandbarError(
      "bad_period",
      `unknown period ${JSON.stringify(text)}: ${PERIOD_FORMS}` +
        (nearest === undefined ? "" : `; did you mean ${nearest}?`),
    );
  }
  return periodOf(form, Number(match[1]));
}

function periodOf(form: UnitForm, count: number): Period {
  const hour = UNITS[1]!;
  if (form.unit === "minute" && count % 60 === 0) return periodOf(hour, count / 60);
  return { text: `${count}${form.letter}`, unit: form.unit, count, us: count * form.us };
}

/** The period that was likely meant: other tools' words, capitals, blanks, the unit first (`M5`), or no number (`daily`). */
function nearestPeriod(text: string): string | undefined {
  // Elsewhere a capital M after the number is a month, which is no bar size here: a guess would mislead.
  if (/^\d+M$/.test(text)) return undefined;
  const compact = text.toLowerCase().replace(/[\s_-]+/g, "");
  const match = /^0*(\d*)([a-z]+)0*(\d*)$/.exec(compact) ?? /^0*(\d+)()()$/.exec(compact);
  if (match === null) return undefined;
  const [, before = "", word = "", after = ""] = match;
  if (before !== "" && after !== "") return undefined;
  const digits = before || after || "1";
  // A bare number: minutes are what most tools mean by it.
  const form = word === "" ? UNITS[0] : UNITS.find((it) => isNear(it, word));
  return form === undefined || digits.length > 4 ? undefined : periodOf(form, Number(digits)).text;
}

function isNear(form: UnitForm, word: string): boolean {
  return form.words.includes(word) || form.foreign.includes(word) ||
    // One slip in a word that is long enough to be recognised; `mo` is a month and not a slip of `m`.
    [...form.words, ...form.foreign].some((known) => known.length > 3 && isOneSlip(known, word));
}

/** True when one character inserted, left out, replaced or swapped with the next turns one word into the other. */
function isOneSlip(a: string, b: string): boolean {
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  const restA = a.slice(start), restB = b.slice(start);
  return restA.slice(1) === restB || restA === restB.slice(1) ||
    restA.slice(1) === restB.slice(1) ||
    (restA.slice(2) === restB.slice(2) && restA[0] === restB[1] && restA[1] === restB[0]);
}

/** A span back from now, in calendar days. */
export interface Lookback {
  /** The one spelling of this span: its days, `30d`. */
  readonly text: string;
  /** Calendar days, 1 to 36,500. */
  readonly days: number;
  /** Microseconds. */
  readonly us: number;
}

const LOOKBACK_DAYS: readonly (readonly [days: number, words: readonly string[]])[] = [
  [1, ["", "d", "day", "days"]],
  [7, ["w", "week", "weeks"]],
  [30, ["mo", "month", "months"]],
  [365, ["y", "year", "years"]],
];

const LONGEST_LOOKBACK_DAYS = 36_500;

/**
 * Returns the span of a text such as `90`, `90d`, `2w`, `6mo`, `1y` or `6 months`. A month is 30 days, a year 365, a bare number days.
 *
 * @throws {SandbarError} `bad_period` when the text is no such span or is longer than 100 years.
 */
export function parseLookback(text: string): Lookback {
  const match = /^([1-9]\d{0,4}) ?([a-z]*)$/.exec(text);
  const unit = LOOKBACK_DAYS.find(([, words]) => words.includes(match?.[2] ?? "?"));
  const days = Number(match?.[1]) * (unit?.[0] ?? NaN);
  if (days <= LONGEST_LOOKBACK_DAYS) return { text: `${days}d`, days, us: days * US_PER_DAY };
  throw new SandbarError(
    "bad_period",
    `unknown look-back ${JSON.stringify(text)}: write a whole number and a unit: d or days, ` +
      "w or weeks, mo or months (30 days), y or years (365 days), at most 100 years, " +
      "for example 90d, 6mo, 1y",
  );
}
