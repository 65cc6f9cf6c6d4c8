/**
 * The bars of a run: found, cut to the dates asked for, in the prices asked for.
 *
 * A range is covered whole or the run does not start: a backtest that silently begins later than asked is a wrong answer.
 *
 * @module
 */

import { type CalendarName, sessionsBetween } from "../calendar/mod.ts";
import { firstAtLeast, formatDay, SandbarError } from "../core/mod.ts";
import { type BarColumns, isHalt, parsePeriod } from "../market/mod.ts";
import { type Adjust, adjustSeries, splitWarnings } from "./adjust.ts";
import { sessionDaysOf } from "./bar_times.ts";
import type { LoadedSeries } from "./series.ts";
import { findSeries, sourceBytes, type SourceQuery } from "./series_source.ts";
import { normalSymbol } from "./symbol_names.ts";

/** Which bars are asked for. */
export interface SeriesRequest {
  readonly symbol: string;
  /** For example `1d`. */
  readonly period: string;
  /** First session date, days since 1970-01-01, included. Default: the first there is. */
  readonly from?: number | undefined;
  /** Last session date, days since 1970-01-01, included. Default: the last there is. */
  readonly to?: number | undefined;
  readonly adjust: Adjust;
  /** A catalog, a folder of CSV files, or one CSV file, that the user named: nothing else is looked at. */
  readonly dataDir?: string | undefined;
  /** The catalog to look into when the user named none; what it lacks is taken from the bundled sample. */
  readonly defaultDir?: string | undefined;
  /** Calendar of CSV files; a catalog knows its own. Default XNYS. */
  readonly calendar?: CalendarName | undefined;
  /** Zone of times without one in CSV files: `UTC`, `exchange` or an IANA name. */
  readonly timezone?: string | undefined;
}

/** A series for a run. */
export interface SeriesLoad {
  readonly series: LoadedSeries;
  /** Sentences to show to the user. */
  readonly warnings: readonly string[];
}

/**
 * Returns the bars asked for.
 *
 * @throws {SandbarError} `data_missing` when there is no such series, or it does not cover the dates; `data_invalid` when a file is bad;
 * `bad_period`, `usage` for a period or symbol that is none.
 */
export function loadSeries(request: SeriesRequest): SeriesLoad {
  const found = findSeries(queryOf(request));
  const days = sessionDaysOf(found.calendar, found.columns.time);
  const [start, end] = rangeOf(found, days, request);
  const daysInRange = days.subarray(start, end);
  // Warnings are about what was traded, so they come from the prices before any adjustment.
  const warnings = splitWarnings(cut(found, start, end), daysInRange);
  if (found.synthetic) {
    warnings.unshift(`${found.symbol}: the bars are synthetic, not from any market`);
  }
  const adjusted = cut(adjustSeries(found, days, request.adjust), start, end);
  const first = daysInRange[0]!, last = daysInRange[daysInRange.length - 1]!;
  // A delisting comes after the last bar; whether the run reaches it is for the run to say. A halt before the first bar may last.
  const actions = adjusted.actions.filter((it) =>
    (it.exDay > first || isHalt(it)) && (it.exDay <= last || it.kind === "delist")
  );
  return { series: { ...adjusted, actions }, warnings };
}

/**
 * Returns about how many bytes the columns of a request will take, from the size of its file and before reading it; 0 when it has no
 * file of its own (the bundled sample).
 */
export function seriesBytes(request: SeriesRequest): number {
  return sourceBytes(queryOf(request));
}

function queryOf(request: SeriesRequest): SourceQuery {
  return {
    symbol: normalSymbol(request.symbol),
    period: parsePeriod(request.period).text,
    dataDir: request.dataDir,
    defaultDir: request.defaultDir,
    calendar: request.calendar ?? "XNYS",
    timezone: request.timezone,
  };
}

/**
 * Returns the bars of several requests.
 *
 * @throws {SandbarError} As {@linkcode loadSeries}; when several fail, one error that lists every symbol.
 */
export function loadAllSeries(requests: readonly SeriesRequest[]): SeriesLoad[] {
  const loads: SeriesLoad[] = [], failures: SandbarError[] = [];
  for (const request of requests) {
    try {
      loads.push(loadSeries(request));
    } catch (error) {
      if (!(error instanceof SandbarError)) throw error;
      failures.push(error);
    }
  }
  const [first] = failures;
  if (first === undefined) return loads;
  if (failures.length === 1) throw first;
  const lines = failures.map((failure) => `  ${failure.message.replaceAll("\n", "\n  ")}`);
  throw new SandbarError(
    first.code,
    `Cannot load ${failures.length} of ${requests.length} series:\n${lines.join("\n")}`,
    { cause: first },
  );
}

/** The rows of the dates asked for. */
function rangeOf(
  series: LoadedSeries,
  days: Float64Array,
  { from, to }: SeriesRequest,
): [start: number, end: number] {
  const first = days[0]!, last = days[days.length - 1]!;
  if (from === undefined && to === undefined) return [0, series.length];
  const begin = from ?? first, finish = to ?? last;
  const asked = `${formatDay(begin)} to ${formatDay(finish)}`;
  const there = `there is ${formatDay(first)} to ${formatDay(last)}`;
  const name = `${series.symbol} ${series.period}`;
  if (begin > last || finish < first) {
    const where = begin > last ? `from ${formatDay(begin)} on` : `up to ${formatDay(finish)}`;
    throw new SandbarError("data_missing", `${name} has no bar ${where}: ${there}`);
  }
  if (begin > finish) {
    throw new SandbarError("usage", `${name}: ${asked} is no range: --from is after --to`);
  }
  const sessions = sessionsBetween(series.calendar, begin, finish);
  if (sessions.length === 0) {
    throw new SandbarError("data_missing", `${name}: no session of ${series.calendar} in ${asked}`);
  }
  if (sessions.day[0]! < first || sessions.day[sessions.length - 1]! > last) {
    throw new SandbarError("data_missing", `${name} does not cover ${asked}: ${there}`, {
      context: { symbol: series.symbol, first: formatDay(first), last: formatDay(last) },
    });
  }
  const start = firstAtLeast(days, days.length, begin);
  const end = firstAtLeast(days, days.length, finish + 1);
  if (start === end) {
    throw new SandbarError("data_missing", `${name}: no bar in ${asked}; ${there}`);
  }
  return [start, end];
}

function cut(series: LoadedSeries, start: number, end: number): LoadedSeries {
  if (start === 0 && end === series.length) return series;
  const part = (column: Float64Array): Float64Array => column.subarray(start, end);
  const { time, closeTime, open, high, low, close, volume } = series.columns;
  const columns: BarColumns = {
    time: part(time),
    closeTime: part(closeTime),
    open: part(open),
    high: part(high),
    low: part(low),
    close: part(close),
    volume: part(volume),
  };
  const firstLine = series.firstLine === 0 ? 0 : series.firstLine + start;
  return { ...series, columns, length: end - start, firstLine };
}
