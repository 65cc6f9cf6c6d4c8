/**
 * From loaded series to what an engine walks: bars, merge plan, sessions, scheduled corporate actions.
 *
 * @module
 */

import { type CalendarName, sessionsBetween, type SessionTable } from "../calendar/mod.ts";
import { dayOfDate, firstAtLeast, formatDay, SandbarError, US_PER_DAY } from "../core/mod.ts";
import type { LoadedSeries } from "../data/mod.ts";
import type { ScheduledAction } from "../engine/mod.ts";
import {
  Bars,
  type CorporateAction,
  type Delisting,
  type Halt,
  isHalt,
  mergePlan,
} from "../market/mod.ts";

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
  const sessions = calendars.map((calendar) => sessionsOf(calendar, loaded));
  return {
    bars,
    plan: plan.entries,
    steps: plan.steps,
    sessions,
    sessionsOf: loaded.map((series) => calendars.indexOf(series.calendar)),
    actions: scheduledActions(loaded, calendars, sessions),
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

/**
 * Places each action before the first bar on or after its ex-date; a delisting at the open of the first session on or after it, a halt at its
 * own time. One that the run does not reach is left out: a run reaches the session after its last bar.
 */
function scheduledActions(
  loaded: readonly LoadedSeries[],
  calendars: readonly CalendarName[],
  sessions: readonly SessionTable[],
): ScheduledAction[] {
  const scheduled: ScheduledAction[] = [];
  const lastUs = Math.max(...loaded.map((series) => series.columns.closeTime[series.length - 1]!));
  for (let s = 0; s < loaded.length; s++) {
    const series = loaded[s]!, { columns, length, actions } = series;
    const table = sessions[calendars.indexOf(series.calendar)]!;
    for (const action of actions) {
      if (isHalt(action)) {
        const { kind, timeUs } = action;
        if (timeUs > lastUs) continue;
        scheduled.push({
          kind,
          series: s,
          row: firstAtLeast(columns.time, length, timeUs),
          timeUs,
        });
        continue;
      }
      const row = firstAtLeast(columns.time, length, action.exDay * US_PER_DAY);
      if (action.kind === "delist") {
        if (row < length) throw tradedAfter(action, columns.time[length - 1]!);
        const timeUs = openFrom(table, action.exDay);
        if (timeUs <= openFrom(table, dayOf(lastUs - 1) + 1)) {
          scheduled.push({ kind: "delist", series: s, row, timeUs });
        }
        continue;
      }
      if (row === length) continue;
      scheduled.push(placed(action, { series: s, row, timeUs: columns.closeTime[row]! }));
    }
  }
  return scheduled.sort((a, b) => a.timeUs - b.timeUs || a.series - b.series);
}

function placed(
  action: Exclude<CorporateAction, Delisting | Halt>,
  place: { readonly series: number; readonly row: number; readonly timeUs: number },
): ScheduledAction {
  switch (action.kind) {
    case "split": {
      const { kind, numerator, denominator } = action;
      return { kind, ...place, numerator, denominator };
    }
    case "dividend":
      return { kind: action.kind, ...place, amountMicros: action.amountMicros };
    case "rename":
      return { kind: action.kind, ...place, newSymbol: action.newSymbol };
  }
}

/** Open of the first session on or after a day, Infinity past the table. */
function openFrom(table: SessionTable, day: number): number {
  const k = firstAtLeast(table.openUs, table.length, day * US_PER_DAY);
  return k < table.length ? table.openUs[k]! : Infinity;
}

function tradedAfter(action: Delisting, lastUs: number): SandbarError {
  return new SandbarError(
    "data_invalid",
    `Cannot run ${action.symbol}: its corporate actions say that it was delisted on ` +
      `${formatDay(action.exDay)}, and it has bars until ${formatDay(dayOf(lastUs))}; correct ` +
      "the actions or the bars, or end the run before it with --to",
  );
}
