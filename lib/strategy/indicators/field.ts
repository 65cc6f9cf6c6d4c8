/**
 * The column of a bar that an indicator reads, and its whole ticks.
 *
 * @module
 */

import type { Bars } from "../../market/mod.ts";
import { shown } from "./spec.ts";

/** A column that an indicator can be made of. Prices in the account currency, `volume` in units traded. */
export type BarField = "open" | "high" | "low" | "close" | "volume";

const RangeErrorOf = RangeError;

// 1.5 * 2^52: adding and subtracting it rounds half to even (see core/numbers.ts; used inline so that the loops have no call).
const ROUNDER = 6755399441055744;

/**
 * Returns the field after checking it.
 *
 * @throws {RangeError} When it is not the name of a column.
 */
export function checkField(name: string, value: BarField): BarField {
  if (
    value !== "close" && value !== "high" && value !== "low" && value !== "open" &&
    value !== "volume"
  ) {
    throw new RangeErrorOf(
      name + ' must be "open", "high", "low", "close" or "volume", found ' + shown(value),
    );
  }
  return value;
}

/** Returns the column of the field. */
export function columnOf(bars: Bars, field: BarField): Float64Array {
  return field === "close"
    ? bars.close
    : field === "high"
    ? bars.high
    : field === "low"
    ? bars.low
    : field === "open"
    ? bars.open
    : bars.volume;
}

/** Returns the power of ten on which the column is whole, or 0 when none is known. */
export function scaleOf(bars: Bars, field: BarField): number {
  return field === "volume" ? 0 : bars.tickScale;
}

/**
 * Returns the factor `s` with which `(x * s + r) - r` turns prices into whole ticks, where `r` is {@linkcode rounderOf}: sums and
 * differences of ticks are exact. For prices on no scale both together leave `x` as it is.
 */
export function factorOf(scale: number): number {
  return scale > 0 ? scale : 1;
}

/** Returns the `r` that belongs to {@linkcode factorOf}. */
export function rounderOf(scale: number): number {
  return scale > 0 ? ROUNDER : 0;
}

/** Returns `sma(10)`, or `sma(10, high)` when the field is not the usual one of the indicator. */
export function labelOf(name: string, window: number, field: BarField, usual: BarField): string {
  return name + "(" + window + (field === usual ? ")" : ", " + field + ")");
}
