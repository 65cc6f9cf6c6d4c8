/**
 * From loaded series to what an engine walks: bars, merge plan, sessions, scheduled corporate actions.
 *
 * @module
 */

import { type CalendarName, sessionsBetween, type SessionTable } from "../calendar/mod.ts";
import { dayOfDate, US_PER_DAY } from "../core/mod.ts";
import type { LoadedSeries } from "../data/mod.ts";
import type { ScheduledAction } from "../engine/mod.ts";
import { Bars, mergePlan } from "../market/mod.ts";

/** The market of a run. */
export interface PreparedMarket {
  readonly bars: readonly Bars[];
  /** Merge plan entries, null for a single series. */
  readonly plan: Uint16Array | null;
  readonly steps: number;
  readonly sessions: readonly SessionTable[];
  /** Number of the session table of each series. */
  readonly sessionsOf: readonly number[];
  readonly actions: readonly ScheduledAction[];
  /** Just before the first bar, microseconds UTC. */
  readonly startUs: number;
  /** Periods of the metrics in a year: 252 sessions of an exchange, 365 days of a market that never closes. */
  readonly periodsPerYear: number;
}

/** Sessions kept after the last bar, so that an order made at the end still knows when its day would end. */
const DAYS_AFTER = 10;
const LAST_DAY = dayOfDate(2030, 12, 31);

/** Returns the market of a run over the given series, in their order. */
export function prepareMarket(loaded: readonly LoadedSeries[], period: string): PreparedMarket {
  const bars = loaded.map((series) =>
    new Bars(series.symbol, series.tickScale, series.columns, series.length)
  );
  const plan = loaded.length === 1
    ? { entries: null, steps: loaded[0]!.length }
    : mergePlan(loaded.map((series) => series.columns), loaded.map((series) => series.length));
  const calendars = [...new Set(loaded.map((series) => series.calendar))];
  const always = calendars.every((calendar) => calendar === "always_open");
  return {
    bars,
    plan: plan.entries,
    steps: plan.steps,
    sessions: calendars.map((calendar) => sessionsOf(calendar, loaded)),
    sessionsOf: loaded.map((series) => calendars.indexOf(series.calendar)),
    actions: scheduledActions(loaded),
    startUs: Math.min(...loaded.map((series) => series.columns.time[0]!)) - 1,
    periodsPerYear: period.endsWith("w") ? 52 : always ? 365 : 252,
  };
}

function sessionsOf(calendar: CalendarName, loaded: readonly LoadedSeries[]): SessionTable {
  let first = Infinity, last = -Infinity;
  for (const series of loaded) {
    if (series.calendar !== calendar) continue;
    first = Math.min(first, dayOf(series.columns.time[0]!));
    last = Math.max(last, dayOf(series.columns.time[series.length - 1]!));
  }
  return sessionsBetween(
    calendar,
    first,
    calendar === "always_open" ? last + DAYS_AFTER : Math.min(last + DAYS_AFTER, LAST_DAY),
  );
}

/** The session date of a bar: regular sessions lie within one UTC date. */
function dayOf(timeUs: number): number {
  return Math.floor(timeUs / US_PER_DAY);
}

/** The first row that opens at an instant or later, `length` when there is none. */
function firstRowFrom(time: Float64Array, length: number, fromUs: number): number {
  let low = 0, high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (time[middle]! < fromUs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Places each action before the first bar on or after its ex-date. */
function scheduledActions(loaded: readonly LoadedSeries[]): ScheduledAction[] {
  const scheduled: ScheduledAction[] = [];
  for (let s = 0; s < loaded.length; s++) {
    const { columns, length, actions } = loaded[s]!;
    for (const action of actions) {
      const row = firstRowFrom(columns.time, length, action.exDay * US_PER_DAY);
      if (row === length) continue;
      const place = { series: s, row, timeUs: columns.closeTime[row]! };
      scheduled.push(
        action.kind === "split"
          ? {
            kind: "split",
            ...place,
            numerator: action.numerator,
            denominator: action.denominator,
          }
          : { kind: "dividend", ...place, amountMicros: action.amountMicros },
      );
    }
  }
  return scheduled.sort((a, b) => a.timeUs - b.timeUs || a.series - b.series);
}
