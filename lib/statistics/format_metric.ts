/**
 * Figures as people read them, the same in the terminal and in the report.
 *
 * @module
 */

import { thousands, unreachable } from "../core/mod.ts";
import { METRICS, type MetricUnit } from "./metrics_table.ts";

const UNITS: ReadonlyMap<string, MetricUnit> = new Map(METRICS.map((m) => [m.name, m.unit]));

/**
 * Returns a figure as text: `12.34%`, `$1,234.50`, `0.88`, `1,770 days`, `2008-11-24`, or `n/a` where it is undefined.
 *
 * @param name A name of `METRICS`; another one is written as it is.
 * @param value A fraction, amount, count or ISO time as `computeMetrics` gives it.
 */
export function formatMetric(name: string, value: number | string | null): string {
  if (value === null || (typeof value === "number" && !Number.isFinite(value))) return "n/a";
  const unit = UNITS.get(name);
  if (unit === undefined) return String(value);
  if (typeof value === "string") return unit === "date" ? formatTime(value) : value;
  switch (unit) {
    case "percent":
      return formatPercent(value);
    case "money":
      return formatDollars(value);
    case "ratio":
      return formatNumber(value, 2);
    case "count":
      return formatNumber(value, 0);
    case "days":
      return formatNumber(value, 0) + (value === 1 ? " day" : " days");
    case "bars":
      return formatNumber(value, 1) + " bars";
    case "date":
      return String(value);
    default:
      return unreachable(unit);
  }
}

/** Returns a number with fixed decimals and commas between thousands; what rounds to zero has no sign. */
export function formatNumber(value: number, decimals: number): string {
  const text = Math.abs(value).toFixed(decimals);
  // toFixed turns to exponents at 1e21; such a number is shown as it is.
  if (text.includes("e")) return String(value);
  const [whole = "0", fraction] = text.split(".");
  const grouped = thousands(whole) +
    (fraction === undefined ? "" : "." + fraction);
  return value < 0 && /[1-9]/.test(text) ? "-" + grouped : grouped;
}

/** Returns a fraction as percent with two decimals. */
export function formatPercent(value: number): string {
  return formatNumber(value * 100, 2) + "%";
}

/** Returns an amount in dollars with cents, the sign before the dollar. */
export function formatDollars(value: number): string {
  const text = formatNumber(value, 2);
  return text.startsWith("-") ? "-$" + text.slice(1) : "$" + text;
}

// The minute of a close says nothing more in a summary; the tables keep it.
function formatTime(iso: string): string {
  return iso.slice(0, 10);
}
