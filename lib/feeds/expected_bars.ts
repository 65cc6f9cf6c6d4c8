/**
 * How many bars a calendar expects in a span of time: what a feed is held against.
 *
 * @module
 */

import { type CalendarName, sessionsBetween } from "../calendar/mod.ts";
import { SandbarError, US_PER_DAY } from "../core/mod.ts";
import type { Period } from "../market/mod.ts";

/** Whose bars are counted. */
export interface BarGrid {
  readonly calendar: CalendarName;
  readonly period: Period;
}

/**
 * Returns how many bars open from `fromUs` to just before `toUs`: of minutes and hours counted from each session's open, of days the sessions,
 * of weeks those with a session.
 *
 * @throws {SandbarError} `bad_period` for bars of several days or weeks; `data_invalid` past the years of the calendar.
 */
export function expectedBars(grid: BarGrid, fromUs: number, toUs: number): number {
  const { calendar, period: { unit, count, us, text } } = grid;
  const isWhole = unit === "day" || unit === "week";
  if (isWhole && count > 1) {
    throw new SandbarError("bad_period", `cannot count bars of ${text}; 1d and 1w can be counted`);
  }
  if (toUs <= fromUs) return 0;
  const days = [fromUs, toUs].map((at) => Math.floor(at / US_PER_DAY)) as [number, number];
  const { length, openUs, closeUs } = sessionsBetween(calendar, ...days);
  let bars = 0, week = -1;
  for (let session = 0; session < length; session++) {
    const open = openUs[session]!, close = closeUs[session]!;
    if (isWhole) {
      if (open < fromUs || open >= toUs) continue;
      // 1970-01-01 was a Thursday: weeks begin on Monday.
      const thisWeek = Math.floor((Math.floor(open / US_PER_DAY) + 3) / 7);
      if (unit === "day" || thisWeek !== week) bars++;
      week = thisWeek;
    } else {
      const from = Math.max(open, fromUs), to = Math.min(close, toUs);
      if (to > from) bars += Math.ceil((to - open) / us) - Math.ceil((from - open) / us);
    }
  }
  return bars;
}
