/**
 * Returns by calendar month and year, for the heat map of the report.
 *
 * @module
 */

import { dateOfDay, invariant, US_PER_DAY } from "../core/mod.ts";

/** One year of the table. Fractions; `null` where the run has no step in the month, or its base was zero or negative. */
export interface YearReturns {
  readonly year: number;
  /** January to December. */
  readonly months: readonly (number | null)[];
  readonly total: number | null;
}

/**
 * Returns one row a calendar year. The first month counts from the initial cash, later ones from the last equity of the month
 * before. A step belongs to the UTC month in which its bar ends; one that ends at midnight belongs to the day before.
 *
 * @param timesUs Close times of the steps, ascending.
 * @param equity Currency, one value a step.
 * @param initialCash Currency before the first step.
 */
export function monthlyReturns(
  timesUs: Float64Array,
  equity: Float64Array,
  initialCash: number,
): readonly YearReturns[] {
  invariant(timesUs.length === equity.length, "equity and times differ in length");
  const years: { year: number; months: (number | null)[]; total: number | null }[] = [];
  let monthBase = initialCash,
    yearBase = initialCash,
    last = initialCash,
    month = 0,
    nextMonthUs = 0;
  for (let i = 0; i < equity.length; i++) {
    if (i === 0 || timesUs[i]! > nextMonthUs) {
      const date = dateOfDay(Math.floor((timesUs[i]! - 1) / US_PER_DAY));
      nextMonthUs = startOfNextMonth(timesUs[i]!);
      month = date.month;
      monthBase = last;
      if (years.at(-1)?.year !== date.year) {
        yearBase = last;
        years.push({ year: date.year, months: new Array(12).fill(null), total: null });
      }
    }
    last = equity[i]!;
    const row = years[years.length - 1]!;
    row.months[month - 1] = change(last, monthBase);
    row.total = change(last, yearBase);
  }
  return years;
}

function change(value: number, base: number): number | null {
  return base > 0 ? value / base - 1 : null;
}

function startOfNextMonth(timeUs: number): number {
  const day = Math.floor((timeUs - 1) / US_PER_DAY), { month } = dateOfDay(day);
  let next = day + 1;
  while (dateOfDay(next).month === month) next++;
  return next * US_PER_DAY;
}
