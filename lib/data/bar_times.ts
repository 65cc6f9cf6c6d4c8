/**
 * From the times of a file to the bars' open and close times, through the calendar.
 *
 * A daily bar opens and closes with its session. An intraday bar opens at its time and closes a period later, at the latest with its
 * session. What is in no session is left for the checks to report, never moved.
 *
 * @module
 */

import {
  type CalendarName,
  sessionsBetween,
  type SessionTable,
  zoneOffsetMinutes,
} from "../calendar/mod.ts";
import {
  invariant,
  lastAtMost,
  parseDay,
  SandbarError,
  US_PER_DAY,
  US_PER_MINUTE,
} from "../core/mod.ts";
import type { Period } from "../market/mod.ts";
import { type TimeForm, turnedOrderOf, unpackTurned } from "./csv_time.ts";
import { localToUtc, zoneOffsetOf } from "./local_time.ts";

/** What is known of the times of a file. */
export interface RawTimes {
  /** Name of the file, for messages. */
  readonly shown: string;
  /** As the file has them, of the kind that `form` says; changed in place to open times. NaN where unreadable. */
  readonly time: Float64Array;
  readonly length: number;
  readonly form: TimeForm;
}

/** How the times are to be read. */
export interface TimeOptions {
  readonly period: Period;
  readonly calendar: CalendarName;
  /** Zone of times without one: `UTC`, `exchange`, an IANA name, or undefined when the user named none. */
  readonly timezone: string | undefined;
}

/** What the times turned out to be. */
export interface ResolvedTimes {
  /** Daily bars: the session date of each row, days since 1970-01-01, NaN where unreadable. Intraday bars: undefined. */
  readonly days: Float64Array | undefined;
  /** The sessions of the calendar from the first to the last date of the rows. */
  readonly sessions: SessionTable;
}

/**
 * Turns the times of a file, in place, into microseconds UTC: of daily bars midnight UTC of the session's date, of intraday bars the
 * instant.
 *
 * @throws {SandbarError} `data_invalid` when the order of day and month is not clear, a zone is needed and not named, intraday bars
 * have dates only, or the calendar does not reach that far; `bad_period` for several days or weeks in a bar; `usage` for an unknown
 * zone.
 */
export function resolveTimes(raw: RawTimes, options: TimeOptions): ResolvedTimes {
  const { period, calendar } = options;
  if (period.unit === "week" || (period.unit === "day" && period.count > 1)) {
    throw new SandbarError(
      "bad_period",
      `Cannot read bars: ${raw.shown}: bars of ${period.text} are not imported; import 1d bars, ` +
        "larger periods are made from them",
    );
  }
  const form = turn(raw), daily = period.unit === "day";
  if (daily) toDays(raw, form, calendar);
  else toInstants(raw, form, options);
  const [first, last] = dayRange(raw);
  return {
    days: daily ? raw.time.map((time) => time / US_PER_DAY) : undefined,
    sessions: within(raw, () => sessionsBetween(calendar, first, last)),
  };
}

/** When each bar opens and closes, microseconds UTC. */
export interface BarTimes {
  readonly time: Float64Array;
  readonly closeTime: Float64Array;
}

/**
 * Returns the open and close times of rows that each lie in a session.
 *
 * @param time Instants of intraday bars; unused for daily ones.
 * @param resolved From {@linkcode resolveTimes}, of as many rows as `time`.
 */
export function placeInSessions(
  time: Float64Array,
  resolved: ResolvedTimes,
  period: Period,
): BarTimes {
  return resolved.days === undefined
    ? intradayTimes(time, resolved.sessions, period)
    : dailyTimes(resolved.days, resolved.sessions);
}

/**
 * Returns the session date of each bar, days since 1970-01-01.
 *
 * @param time Open times, microseconds UTC, increasing, each in a session of the calendar.
 */
export function sessionDaysOf(calendar: CalendarName, time: Float64Array): Float64Array {
  const days = new Float64Array(time.length);
  if (time.length === 0) return days;
  const { day, openUs, length: count } = sessionsBetween(
    calendar,
    Math.floor(time[0]! / US_PER_DAY),
    Math.floor(time[time.length - 1]! / US_PER_DAY),
  );
  let session = 0;
  for (let i = 0; i < time.length; i++) {
    while (session + 1 < count && openUs[session + 1]! <= time[i]!) session++;
    days[i] = day[session]!;
  }
  return days;
}

/** Settles the order of day and month where the year comes last. */
function turn(raw: RawTimes): "epoch" | "date" | "instant" | "local" {
  const { form, time, length, shown } = raw;
  if (form !== "turned_date" && form !== "turned_local") return form;
  const order = turnedOrderOf(time, length);
  if (order === "ambiguous" || order === "mixed") {
    const why = order === "ambiguous"
      ? "no row shows which of the first two numbers is the day"
      : "some rows have the day first and some the month";
    throw new SandbarError(
      "data_invalid",
      `Cannot read bars: ${shown}: dates with the year last, and ${why}; write them as 2024-12-31`,
    );
  }
  unpackTurned(time, length, order);
  return form === "turned_date" ? "date" : "local";
}

/** Makes each time the session date that it stands for, in microseconds. */
function toDays(raw: RawTimes, form: TimeForm, calendar: CalendarName): void {
  const { time, length } = raw, zoned = form === "epoch" || form === "instant";
  for (let i = 0; i < length; i++) {
    const value = time[i]!;
    if (!(value === value)) continue;
    let day = Math.floor(value / US_PER_DAY);
    // Midnight UTC is how most files write a bare date; any other instant is a moment of the session's day at the exchange.
    if (zoned && day * US_PER_DAY !== value) {
      const offset = within(raw, () => zoneOffsetMinutes(calendar, value)) * US_PER_MINUTE;
      day = Math.floor((value + offset) / US_PER_DAY);
    }
    time[i] = day * US_PER_DAY;
  }
}

function toInstants(raw: RawTimes, form: TimeForm, options: TimeOptions): void {
  if (form === "date") {
    throw new SandbarError(
      "data_invalid",
      `Cannot read bars: ${raw.shown}: the time column has dates only, ` +
        `so these are no ${options.period.text} bars; is the period 1d?`,
    );
  }
  if (form !== "local") return;
  if (options.timezone === undefined) {
    throw new SandbarError(
      "data_invalid",
      `Cannot read bars: ${raw.shown}: the times have no zone; say which clock they show with ` +
        "--timezone UTC, --timezone exchange, or a name such as --timezone America/New_York",
    );
  }
  const offsetAt = zoneOffsetOf(options.timezone, options.calendar);
  within(raw, () => localToUtc(raw.time, raw.length, offsetAt));
}

function dailyTimes(days: Float64Array, sessions: SessionTable): BarTimes {
  const time = new Float64Array(days.length), closeTime = new Float64Array(days.length);
  const { day, openUs, closeUs, length: count } = sessions;
  let session = 0;
  for (let i = 0; i < days.length; i++) {
    session++;
    if (!(session < count && day[session] === days[i])) {
      session = lastAtMost(day, count, days[i]!);
      invariant(day[session] === days[i], "a daily bar was placed outside of every session");
    }
    time[i] = openUs[session]!;
    closeTime[i] = closeUs[session]!;
  }
  return { time, closeTime };
}

function intradayTimes(time: Float64Array, sessions: SessionTable, period: Period): BarTimes {
  const { openUs, closeUs, length: count } = sessions, us = period.us;
  const closeTime = new Float64Array(time.length);
  let open = NaN, close = NaN;
  for (let i = 0; i < time.length; i++) {
    const at = time[i]!;
    if (!(at >= open && at < close)) {
      const session = lastAtMost(openUs, count, at);
      open = openUs[session]!;
      close = closeUs[session]!;
      invariant(at >= open && at < close, "a bar was placed outside of every session");
    }
    const end = at + us;
    closeTime[i] = end < close ? end : close;
  }
  return { time, closeTime };
}

/** First and last date in UTC, which is the exchange's date too for the sessions we know. An empty range when no time is readable. */
function dayRange({ time, length }: RawTimes): [first: number, last: number] {
  let least = Infinity, most = -Infinity;
  for (let i = 0; i < length; i++) {
    if (time[i]! < least) least = time[i]!;
    if (time[i]! > most) most = time[i]!;
  }
  if (least > most) return [parseDay("2000-01-02"), parseDay("2000-01-01")];
  return [Math.floor(least / US_PER_DAY), Math.floor(most / US_PER_DAY)];
}

/** Names the file when the calendar has to refuse. */
function within<T>(raw: RawTimes, ask: () => T): T {
  try {
    return ask();
  } catch (cause) {
    if (!(cause instanceof SandbarError)) throw cause;
    throw new SandbarError(cause.code, `Cannot read bars: ${raw.shown}: ${cause.message}`, {
      cause,
    });
  }
}
