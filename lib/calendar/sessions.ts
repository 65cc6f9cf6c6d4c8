/**
 * The sessions of a calendar, as columns or one day at a time, and the wall clock of its zone.
 *
 * Computed from rules in integer arithmetic; nothing is remembered between calls. The exchanges are known from 1990 to 2030, and
 * beyond that a question is refused, never guessed. Regular sessions only: no trading before the open or after the close.
 *
 * @module
 */

import {
  dateOfDay,
  dayOfDate,
  formatDay,
  invariant,
  isWhole,
  SandbarError,
  US_PER_DAY,
  US_PER_MINUTE,
} from "../core/mod.ts";
import type { TimeUs } from "../core/mod.ts";
import { type Exchange, exchangeYear } from "./exchange.ts";
import { LONDON_STOCK_EXCHANGE } from "./london_stock_exchange.ts";
import { NEW_YORK_STOCK_EXCHANGE } from "./new_york_stock_exchange.ts";
import { offsetAt, summerOfYear, UTC } from "./zone.ts";

/** A calendar by name: market identifier codes (ISO 10383) of exchanges, or every day round the clock (crypto). */
export type CalendarName = "XNYS" | "XNAS" | "XLON" | "always_open";

/** Every calendar. */
export const CALENDAR_NAMES: readonly CalendarName[] = ["XNYS", "XNAS", "XLON", "always_open"];

/** The last date for which the exchanges' sessions are known, days since 1970-01-01: 2030-12-31. */
export const LAST_SESSION_DAY: number = dayOfDate(2030, 12, 31);

/** Sessions as columns, sorted by open. */
export interface SessionTable {
  /** Count of sessions: the length of each column. */
  readonly length: number;
  /** Date of each session in the exchange's zone, days since 1970-01-01. */
  readonly day: Float64Array;
  /** Open of each session, microseconds UTC. */
  readonly openUs: Float64Array;
  /** Close of each session, microseconds UTC. */
  readonly closeUs: Float64Array;
}

/** One session. */
export interface Session {
  /** Microseconds UTC. */
  readonly openUs: number;
  /** Microseconds UTC. */
  readonly closeUs: number;
  /** True when it closes before the regular time. */
  readonly early: boolean;
}

const FIRST_DAY = dayOfDate(1990, 1, 1), LAST_DAY = LAST_SESSION_DAY;
const floor = Math.floor;

/**
 * Returns the sessions of the dates from `fromDay` to `toDay`, both included; none when `toDay` is before `fromDay`.
 *
 * @param fromDay Days since 1970-01-01, as from `parseDay`.
 * @param toDay Days since 1970-01-01.
 * @throws {SandbarError} `data_invalid` when an exchange is asked for a date before 1990 or after 2030.
 */
export function sessionsBetween(
  calendar: CalendarName,
  fromDay: number,
  toDay: number,
): SessionTable {
  invariant(isWhole(fromDay) && isWhole(toDay), "a session date is a whole count of days");
  const exchange = exchangeOf(calendar);
  if (exchange === undefined) return everyDay(fromDay, toDay);
  checkDay(calendar, fromDay);
  checkDay(calendar, toDay);
  const capacity = toDay < fromDay ? 0 : toDay - fromDay + 1;
  const day = new Float64Array(capacity);
  const openUs = new Float64Array(capacity), closeUs = new Float64Array(capacity);
  const { zone, openMinute } = exchange, lastYear = dateOfDay(toDay).year;
  let length = 0;
  for (let year = dateOfDay(fromDay).year; year <= lastYear; year++) {
    const { first, closeMinutes } = exchangeYear(exchange, year);
    const summer = summerOfYear(zone, year);
    const end = first + closeMinutes.length - 1 < toDay ? closeMinutes.length : toDay - first + 1;
    for (let i = fromDay > first ? fromDay - first : 0; i < end; i++) {
      const closeMinute = closeMinutes[i]!;
      if (closeMinute === 0) continue;
      const midnight = (first + i) * US_PER_DAY;
      // The clocks change on Sundays, when no session is: one offset holds from open to close.
      const inSummer = summer.fromUs <= midnight && midnight < summer.toUs;
      const offset = zone.standardMinutes + (inSummer ? 60 : 0);
      day[length] = first + i;
      openUs[length] = midnight + (openMinute - offset) * US_PER_MINUTE;
      closeUs[length] = midnight + (closeMinute - offset) * US_PER_MINUTE;
      length++;
    }
  }
  return {
    length,
    day: day.slice(0, length),
    openUs: openUs.slice(0, length),
    closeUs: closeUs.slice(0, length),
  };
}

/**
 * Returns the session of a date, or undefined when the exchange is closed on it.
 *
 * @param day Days since 1970-01-01.
 * @throws {SandbarError} `data_invalid` when an exchange is asked for a date before 1990 or after 2030.
 */
export function sessionOfDay(calendar: CalendarName, day: number): Session | undefined {
  const table = sessionsBetween(calendar, day, day);
  if (table.length === 0) return undefined;
  const openUs = table.openUs[0]!, closeUs = table.closeUs[0]!;
  const exchange = exchangeOf(calendar);
  const early = exchange !== undefined &&
    closeUs - openUs < (exchange.closeMinute - exchange.openMinute) * US_PER_MINUTE;
  return { openUs, closeUs, early };
}

/**
 * Returns the minutes east of UTC that the clocks of the calendar's zone show at an instant: -300 or -240 in New York.
 *
 * @param timeUs Microseconds UTC.
 * @throws {SandbarError} `data_invalid` when an exchange is asked for an instant more than a day before 1990 or after 2030.
 */
export function zoneOffsetMinutes(calendar: CalendarName, timeUs: number): number {
  const exchange = exchangeOf(calendar);
  if (exchange === undefined) return 0;
  invariant(isWhole(floor(timeUs)), "an instant is a finite count of microseconds");
  // A day to spare on either side: the first and last local days reach past the UTC years.
  const day = floor(timeUs / US_PER_DAY);
  checkDay(calendar, day === FIRST_DAY - 1 ? FIRST_DAY : day === LAST_DAY + 1 ? LAST_DAY : day);
  return offsetAt(exchange.zone, timeUs);
}

/**
 * Returns the wall clock of the calendar's zone at an instant, in minutes since 1970-01-01T00:00 on that clock; part of a minute is
 * kept as a fraction. The local date is `Math.floor(result / 1440)`, the time of day the rest.
 *
 * @param timeUs Microseconds UTC.
 * @throws {SandbarError} `data_invalid` as {@linkcode zoneOffsetMinutes}.
 */
export function localMinutes(calendar: CalendarName, timeUs: number): number {
  return timeUs / US_PER_MINUTE + zoneOffsetMinutes(calendar, timeUs);
}

/**
 * Returns the instant at which the wall clock of the calendar's zone shows a local time: the way from "09:30 exchange time" to UTC.
 * A time that the clock shows twice (autumn) is the first of the two; one that it skips (spring) is read with the offset before the
 * change, an hour later on the clock. Both are what `Temporal` calls "compatible".
 *
 * @param localUs Microseconds since 1970-01-01T00:00 on the local clock: the instant if the clock were UTC.
 * @throws {SandbarError} `data_invalid` as {@linkcode zoneOffsetMinutes}.
 */
export function instantOfLocal(calendar: CalendarName, localUs: number): TimeUs {
  const exchange = exchangeOf(calendar);
  if (exchange === undefined) return localUs as TimeUs;
  const standard = exchange.zone.standardMinutes * US_PER_MINUTE;
  // The clock shows `localUs` in winter at one instant and in summer an hour sooner: ask what holds at the sooner one.
  const winter = localUs - standard, summer = winter - 60 * US_PER_MINUTE;
  const offset = zoneOffsetMinutes(calendar, summer) * US_PER_MINUTE;
  return (offset === standard ? winter : summer) as TimeUs;
}

/**
 * Returns the instant `days` later (earlier when negative) at the same time on the wall clock of the calendar's zone: across a change of the
 * clocks it is an hour more or less than so many times 24 hours.
 *
 * @param timeUs Microseconds UTC.
 * @param days Whole days.
 * @throws {SandbarError} `data_invalid` as {@linkcode zoneOffsetMinutes}.
 */
export function plusDays(calendar: CalendarName, timeUs: number, days: number): TimeUs {
  const offsetUs = zoneOffsetMinutes(calendar, timeUs) * US_PER_MINUTE;
  return instantOfLocal(calendar, timeUs + offsetUs + days * US_PER_DAY);
}

/**
 * Returns the trading day of an instant, days since 1970-01-01: the date at the exchange, which after 19:00 or 20:00 in New York is no longer
 * the date in UTC.
 *
 * @param timeUs Microseconds UTC.
 * @throws {SandbarError} `data_invalid` as {@linkcode zoneOffsetMinutes}.
 */
export function tradingDayOf(calendar: CalendarName, timeUs: number): number {
  return floor((timeUs + zoneOffsetMinutes(calendar, timeUs) * US_PER_MINUTE) / US_PER_DAY);
}

/** Returns the IANA name of the zone in which the calendar's times are: `America/New_York`. */
export function zoneNameOf(calendar: CalendarName): string {
  return (exchangeOf(calendar)?.zone ?? UTC).name;
}

function exchangeOf(calendar: CalendarName): Exchange | undefined {
  switch (calendar) {
    case "XNYS":
    case "XNAS":
      return NEW_YORK_STOCK_EXCHANGE;
    case "XLON":
      return LONDON_STOCK_EXCHANGE;
    case "always_open":
      return undefined;
  }
}

function everyDay(fromDay: number, toDay: number): SessionTable {
  const length = toDay < fromDay ? 0 : toDay - fromDay + 1;
  const day = new Float64Array(length);
  const openUs = new Float64Array(length), closeUs = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    day[i] = fromDay + i;
    openUs[i] = (fromDay + i) * US_PER_DAY;
    closeUs[i] = (fromDay + i + 1) * US_PER_DAY;
  }
  return { length, day, openUs, closeUs };
}

function checkDay(calendar: CalendarName, day: number): void {
  if (day >= FIRST_DAY && day <= LAST_DAY) return;
  throw new SandbarError(
    "data_invalid",
    `the calendar ${calendar} has no sessions for ${formatDay(day)}: it covers ` +
      `${formatDay(FIRST_DAY)} to ${formatDay(LAST_DAY)}; leave that part of the data out, ` +
      `or use the calendar always_open`,
    { context: { calendar, day } },
  );
}
