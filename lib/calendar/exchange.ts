/**
 * What is written down about an exchange, and what follows from it for one year: which days are sessions and when each closes.
 *
 * Rules are applied in the order holidays, closures, early closes; a closed day stays closed whatever an early close says.
 *
 * @module
 */

import { dayOfDate, parseDay } from "../core/mod.ts";
import { type DateRule, dayOfRule, SATURDAY, SUNDAY, weekdayOf } from "./date_rules.ts";
import type { Zone } from "./zone.ts";

/** Days to move a date that falls on [Saturday, Sunday]. */
export type WeekendShift = readonly [saturday: number, sunday: number];

/** A day of every year on which the exchange is closed. */
export interface Holiday {
  readonly name: string;
  readonly date: DateRule;
  /** Where it is kept when it falls on a weekend. Default: it is lost. */
  readonly weekend?: WeekendShift;
  /** First year. Default: always. */
  readonly from?: number;
  /** Years in which the rule does not hold; the day kept instead is among the closures. */
  readonly except?: readonly number[];
}

/** A day of every year on which the exchange closes early. */
export interface EarlyClose {
  readonly name: string;
  readonly date: DateRule;
  readonly weekend?: WeekendShift;
  readonly from?: number;
  readonly to?: number;
  /** Days of the week on which the rule holds, 0 Sunday to 6 Saturday. Default: all. */
  readonly weekdays?: readonly number[];
  /** Minutes after local midnight. */
  readonly closeMinute: number;
}

/** A day closed once, with the reason. */
export interface Closure {
  /** ISO date. */
  readonly date: string;
  readonly reason: string;
}

/** A day that closed early once, with the reason. */
export interface SpecialClose extends Closure {
  /** Minutes after local midnight. */
  readonly closeMinute: number;
}

/** Everything written down about one exchange. Local times are minutes after local midnight. */
export interface Exchange {
  readonly zone: Zone;
  readonly openMinute: number;
  readonly closeMinute: number;
  readonly holidays: readonly Holiday[];
  readonly earlyCloses: readonly EarlyClose[];
  readonly closures: readonly Closure[];
  readonly specialCloses: readonly SpecialClose[];
}

/** The days of one year: `closeMinutes[i]` is the local close of day `first + i` in minutes, 0 where there is no session. */
export interface ExchangeYear {
  readonly first: number;
  readonly closeMinutes: Uint16Array;
}

/** Returns which days of a year are sessions and when each closes. */
export function exchangeYear(exchange: Exchange, year: number): ExchangeYear {
  const first = dayOfDate(year, 1, 1), thisYear = String(year) + "-";
  const closeMinutes = new Uint16Array(dayOfDate(year + 1, 1, 1) - first);
  let weekday = weekdayOf(first);
  for (let i = 0; i < closeMinutes.length; i++) {
    if (weekday !== SATURDAY && weekday !== SUNDAY) closeMinutes[i] = exchange.closeMinute;
    weekday = weekday === SATURDAY ? SUNDAY : weekday + 1;
  }
  for (const holiday of exchange.holidays) {
    if (year < (holiday.from ?? year) || holiday.except?.includes(year)) continue;
    closeMinutes[dayKept(holiday, year) - first] = 0;
  }
  for (const closure of exchange.closures) {
    if (closure.date.startsWith(thisYear)) closeMinutes[parseDay(closure.date) - first] = 0;
  }
  for (const rule of exchange.earlyCloses) {
    if (year < (rule.from ?? year) || year > (rule.to ?? year)) continue;
    const day = dayKept(rule, year);
    if (rule.weekdays !== undefined && !rule.weekdays.includes(weekdayOf(day))) continue;
    shorten(closeMinutes, day - first, rule.closeMinute);
  }
  for (const special of exchange.specialCloses) {
    if (!special.date.startsWith(thisYear)) continue;
    shorten(closeMinutes, parseDay(special.date) - first, special.closeMinute);
  }
  return { first, closeMinutes };
}

function dayKept(rule: Holiday | EarlyClose, year: number): number {
  const day = dayOfRule(rule.date, year);
  if (rule.weekend === undefined) return day;
  const weekday = weekdayOf(day);
  return day + (weekday === SATURDAY ? rule.weekend[0] : weekday === SUNDAY ? rule.weekend[1] : 0);
}

function shorten(closeMinutes: Uint16Array, at: number, closeMinute: number): void {
  if (closeMinutes[at] !== 0) closeMinutes[at] = closeMinute;
}
