/**
 * How an account's figures are written for people: money with thousands, times of day in UTC, spans of time, and never a byte that a terminal
 * would obey.
 *
 * @module
 */

import {
  formatDecimal,
  formatIso,
  mulDiv,
  parseDecimal,
  thousands,
  type TimeUs,
} from "../../lib/core/mod.ts";

/** Returns a text whose control characters are shown as `?`: it may come from a strategy or a broker. */
export function printable(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, "?");
}

/** Returns decimal text with commas between thousands: `-100,212.50`. */
export function grouped(decimal: string): string {
  const [whole = "", fraction] = decimal.split(".");
  return fraction === undefined ? thousands(whole) : `${thousands(whole)}.${fraction}`;
}

/** Returns money to the cent, a half to the even one: `99,943.60`. What is exact is printed by `--json`. */
export function money(decimal: string): string {
  return grouped(rounded(decimal, 2));
}

/** Returns a price with two to four decimals: `446.8869`. */
export function price(decimal: string): string {
  return grouped(rounded(decimal, 4));
}

/** Returns a profit to the cent with its sign: `+125.00`. */
export function signed(decimal: string): string {
  const text = money(decimal);
  return text.startsWith("-") || /^[0.]*$/.test(text) ? text : `+${text}`;
}

/** Returns decimal text with at most so many decimals, at least two. */
function rounded(decimal: string, digits: number): string {
  const unit = 10 ** (6 - digits), ticks = mulDiv(parseDecimal(decimal, 6), 1, unit);
  return formatDecimal(ticks, digits, 2);
}

/** Returns percent with a fixed count of decimals: `-0.09 %`. */
export function percent(value: number, digits = 2): string {
  const text = value.toFixed(digits);
  return `${/^-0\.?0*$/.test(text) ? text.slice(1) : text} %`;
}

/** Returns date and time of day, UTC, to the second: `2024-01-05 15:29:59`. */
export function dateAndTime(timeUs: number): string {
  return formatIso(timeUs as TimeUs).slice(0, 19).replace("T", " ");
}

/** Returns a span of time in its two largest units: `2 h 3 min`, or its one below a minute: `0.25 s`. */
export function span(durationUs: number): string {
  const ms = Math.round(durationUs / 1000), seconds = Math.round(durationUs / 1e6);
  if (ms < 1000) return `${ms} ms`;
  if (ms < 60_000) return `${Number((ms / 1000).toFixed(1))} s`;
  const minutes = Math.floor(seconds / 60), hours = Math.floor(minutes / 60);
  if (hours === 0) return `${minutes} min ${seconds % 60} s`;
  if (hours < 24) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
