/**
 * How a yearly date is written down ("the third Monday of January", "two days before Easter Sunday") and which day it is in a year.
 *
 * @module
 */

import { dayOfDate, unreachable } from "../core/mod.ts";

const floor = Math.floor;

/** Days of the week as numbers: what {@linkcode weekdayOf} returns. */
export const SUNDAY = 0, MONDAY = 1, TUESDAY = 2, THURSDAY = 4, FRIDAY = 5, SATURDAY = 6;

/** A date that every year has once. */
export type DateRule =
  /** The same month and day. */
  | { readonly kind: "fixed"; readonly month: number; readonly day: number }
  /** The first such weekday on or after month and day, and `plus` days more: the third Monday is the first from the 15th. */
  | {
    readonly kind: "weekday_from";
    readonly weekday: number;
    readonly month: number;
    readonly day: number;
    readonly plus?: number;
  }
  /** Days after Easter Sunday: -2 is Good Friday. */
  | { readonly kind: "easter"; readonly plus: number };

/** Returns the day of the week, 0 Sunday to 6 Saturday, of a count of days since 1970-01-01 (a Thursday). */
export function weekdayOf(day: number): number {
  const shifted = day + THURSDAY;
  return shifted - floor(shifted / 7) * 7;
}

/** Returns the day of a rule in a year, in days since 1970-01-01. */
export function dayOfRule(rule: DateRule, year: number): number {
  switch (rule.kind) {
    case "fixed":
      return dayOfDate(year, rule.month, rule.day);
    case "weekday_from": {
      const from = dayOfDate(year, rule.month, rule.day);
      return from + (rule.weekday - weekdayOf(from) + 7) % 7 + (rule.plus ?? 0);
    }
    case "easter":
      return easterSunday(year) + rule.plus;
    default:
      return unreachable(rule);
  }
}

/** The anonymous Gregorian algorithm (Nature, 1876; Meeus, Astronomical Algorithms, chapter 8), letters as published. */
function easterSunday(year: number): number {
  const a = year % 19, b = floor(year / 100), c = year % 100;
  const d = floor(b / 4), e = b % 4, f = floor((b + 8) / 25), g = floor((b - f + 1) / 3);
  const h = (19 * a + b - d - g + 15) % 30;
  const i = floor(c / 4), k = c % 4, l = (32 + 2 * e + 2 * i - h - k) % 7;
  const m = floor((a + 11 * h + 22 * l) / 451), n = h + l - 7 * m + 114;
  return dayOfDate(year, floor(n / 31), n % 31 + 1);
}
