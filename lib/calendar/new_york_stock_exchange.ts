/**
 * The New York Stock Exchange (XNYS) and Nasdaq (XNAS), which keep the same sessions: rules and exceptions from 1990 to 2030.
 *
 * Sources: NYSE Rule 7.2 (holidays) and the exchange's yearly notices of hours; closures as announced. After the last dated line the
 * table is the rules alone: a closure announced later (a state funeral, a storm) is not in it.
 *
 * Deliberately left out: trading halts, and openings or closings that moved during a day as it went (the blizzard of 1996-01-08, the
 * circuit breaker of 1997-10-27, the memorial opening of 2002-09-11). The session then has its regular hours, as in
 * `exchange_calendars`; bars of such a day simply have gaps.
 *
 * @module
 */

import { FRIDAY, MONDAY, THURSDAY, TUESDAY } from "./date_rules.ts";
import type { Exchange, WeekendShift } from "./exchange.ts";
import { NEW_YORK } from "./zone.ts";

/** Saturday is kept on Friday, Sunday on Monday. */
const NEAREST: WeekendShift = [-1, 1];
/** Saturday is lost: the Friday before would be the last trading day of an accounting period (NYSE Rule 7.2). */
const SUNDAY_ONLY: WeekendShift = [0, 1];

const ONE = 13 * 60, TWO = 14 * 60;

export const NEW_YORK_STOCK_EXCHANGE: Exchange = {
  zone: NEW_YORK,
  openMinute: 9 * 60 + 30,
  closeMinute: 16 * 60,
  holidays: [
    { name: "New Year's Day", date: { kind: "fixed", month: 1, day: 1 }, weekend: SUNDAY_ONLY },
    {
      name: "Martin Luther King Jr. Day",
      date: { kind: "weekday_from", weekday: MONDAY, month: 1, day: 15 },
      from: 1998,
    },
    {
      name: "Washington's Birthday",
      date: { kind: "weekday_from", weekday: MONDAY, month: 2, day: 15 },
    },
    { name: "Good Friday", date: { kind: "easter", plus: -2 } },
    { name: "Memorial Day", date: { kind: "weekday_from", weekday: MONDAY, month: 5, day: 25 } },
    {
      name: "Juneteenth",
      date: { kind: "fixed", month: 6, day: 19 },
      weekend: NEAREST,
      from: 2022,
    },
    { name: "Independence Day", date: { kind: "fixed", month: 7, day: 4 }, weekend: NEAREST },
    { name: "Labor Day", date: { kind: "weekday_from", weekday: MONDAY, month: 9, day: 1 } },
    {
      name: "Thanksgiving Day",
      date: { kind: "weekday_from", weekday: THURSDAY, month: 11, day: 22 },
    },
    { name: "Christmas Day", date: { kind: "fixed", month: 12, day: 25 }, weekend: NEAREST },
  ],
  earlyCloses: [
    // Until 2012 a Wednesday 3 July was a full day and the Friday after the holiday a half day.
    {
      name: "day before Independence Day",
      date: { kind: "fixed", month: 7, day: 3 },
      from: 1995,
      to: 2012,
      weekdays: [MONDAY, TUESDAY, THURSDAY],
      closeMinute: ONE,
    },
    {
      name: "Friday after Independence Day",
      date: { kind: "fixed", month: 7, day: 5 },
      from: 1995,
      to: 2012,
      weekdays: [FRIDAY],
      closeMinute: ONE,
    },
    {
      name: "day before Independence Day",
      date: { kind: "fixed", month: 7, day: 3 },
      from: 2013,
      closeMinute: ONE,
    },
    {
      name: "day after Thanksgiving",
      date: { kind: "weekday_from", weekday: THURSDAY, month: 11, day: 22, plus: 1 },
      from: 1992,
      to: 1992,
      closeMinute: TWO,
    },
    {
      name: "day after Thanksgiving",
      date: { kind: "weekday_from", weekday: THURSDAY, month: 11, day: 22, plus: 1 },
      from: 1993,
      closeMinute: ONE,
    },
    {
      name: "Christmas Eve",
      date: { kind: "fixed", month: 12, day: 24 },
      to: 1992,
      closeMinute: TWO,
    },
    {
      name: "Christmas Eve",
      date: { kind: "fixed", month: 12, day: 24 },
      from: 1993,
      closeMinute: ONE,
    },
  ],
  closures: [
    { date: "1994-04-27", reason: "funeral of President Nixon" },
    { date: "2001-09-11", reason: "attack on the World Trade Center" },
    { date: "2001-09-12", reason: "attack on the World Trade Center" },
    { date: "2001-09-13", reason: "attack on the World Trade Center" },
    { date: "2001-09-14", reason: "attack on the World Trade Center" },
    { date: "2004-06-11", reason: "mourning for President Reagan" },
    { date: "2007-01-02", reason: "mourning for President Ford" },
    { date: "2012-10-29", reason: "Hurricane Sandy" },
    { date: "2012-10-30", reason: "Hurricane Sandy" },
    { date: "2018-12-05", reason: "mourning for President George H. W. Bush" },
    { date: "2025-01-09", reason: "mourning for President Carter" },
  ],
  specialCloses: [
    { date: "1997-12-26", reason: "Friday after Christmas", closeMinute: ONE },
    { date: "1999-12-31", reason: "eve of the year 2000", closeMinute: ONE },
    { date: "2003-12-26", reason: "Friday after Christmas", closeMinute: ONE },
  ],
};
