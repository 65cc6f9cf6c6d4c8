/**
 * The London Stock Exchange (XLON): rules and exceptions from 1990 to 2030.
 *
 * Sources: Banking and Financial Dealings Act 1971 (bank holidays of England) and royal proclamations; the exchange's notices of
 * half days. Hours are those of today for every year, as in `exchange_calendars`: before 1998 the real ones were shorter.
 *
 * @module
 */

import { MONDAY } from "./date_rules.ts";
import type { Exchange, WeekendShift } from "./exchange.ts";
import { LONDON } from "./zone.ts";

/** The next Monday. */
const NEXT_MONDAY: WeekendShift = [2, 1];
/** Christmas and Boxing Day take each other's weekday into account: either moves by two days. */
const TWO_DAYS_ON: WeekendShift = [2, 2];
/** The last weekday before. */
const FRIDAY_BEFORE: WeekendShift = [-1, -2];

const HALF_PAST_TWELVE = 12 * 60 + 30;

export const LONDON_STOCK_EXCHANGE: Exchange = {
  zone: LONDON,
  openMinute: 8 * 60,
  closeMinute: 16 * 60 + 30,
  holidays: [
    { name: "New Year's Day", date: { kind: "fixed", month: 1, day: 1 }, weekend: NEXT_MONDAY },
    { name: "Good Friday", date: { kind: "easter", plus: -2 } },
    { name: "Easter Monday", date: { kind: "easter", plus: 1 } },
    {
      name: "Early May bank holiday",
      date: { kind: "weekday_from", weekday: MONDAY, month: 5, day: 1 },
      except: [1995, 2020],
    },
    {
      name: "Spring bank holiday",
      date: { kind: "weekday_from", weekday: MONDAY, month: 5, day: 25 },
      except: [2002, 2012, 2022],
    },
    {
      name: "Summer bank holiday",
      date: { kind: "weekday_from", weekday: MONDAY, month: 8, day: 25 },
    },
    { name: "Christmas Day", date: { kind: "fixed", month: 12, day: 25 }, weekend: TWO_DAYS_ON },
    { name: "Boxing Day", date: { kind: "fixed", month: 12, day: 26 }, weekend: TWO_DAYS_ON },
  ],
  earlyCloses: [
    {
      name: "last session before Christmas",
      date: { kind: "fixed", month: 12, day: 24 },
      weekend: FRIDAY_BEFORE,
      closeMinute: HALF_PAST_TWELVE,
    },
    {
      name: "last session of the year",
      date: { kind: "fixed", month: 12, day: 31 },
      weekend: FRIDAY_BEFORE,
      closeMinute: HALF_PAST_TWELVE,
    },
  ],
  closures: [
    { date: "1995-05-08", reason: "early May bank holiday, moved to VE Day's 50th anniversary" },
    { date: "1999-12-31", reason: "millennium bank holiday" },
    { date: "2002-06-03", reason: "Golden Jubilee" },
    { date: "2002-06-04", reason: "spring bank holiday, moved to the Golden Jubilee" },
    { date: "2011-04-29", reason: "royal wedding" },
    { date: "2012-06-04", reason: "spring bank holiday, moved to the Diamond Jubilee" },
    { date: "2012-06-05", reason: "Diamond Jubilee" },
    { date: "2020-05-08", reason: "early May bank holiday, moved to VE Day's 75th anniversary" },
    { date: "2022-06-02", reason: "spring bank holiday, moved to the Platinum Jubilee" },
    { date: "2022-06-03", reason: "Platinum Jubilee" },
    { date: "2022-09-19", reason: "state funeral of Queen Elizabeth II" },
    { date: "2023-05-08", reason: "coronation of King Charles III" },
  ],
  specialCloses: [],
};
