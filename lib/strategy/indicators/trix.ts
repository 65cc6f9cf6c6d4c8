/**
 * TRIX: the rate of change of a triple-smoothed average.
 *
 * @module
 */

import { KEY } from "../../core/mod.ts";
import type { Bars } from "../../market/mod.ts";
import { Exponential } from "./ema.ts";
import { type BarField, checkField, columnOf, labelOf } from "./field.ts";
import type { Kernel } from "./kernel.ts";
import { checkWindow, Spec } from "./spec.ts";

/**
 * The one-bar change, in percent, of the exponential average of the exponential average of the exponential average.
 *
 * @param window Bars, 1 to 100,000. The first value is at bar 3 `window` - 1.
 * @param field Column, default `close`.
 * @throws {RangeError} When a parameter is out of its bounds.
 * @see TA-Lib `TRIX`
 */
export function trix(window = 30, field: BarField = "close"): Spec {
  const n = checkWindow("trix window", window), column = checkField("trix field", field);
  return new Spec(KEY, {
    label: labelOf("trix", n, column, "close"),
    needed: 3 * n - 1,
    outputs: ["value"],
    overlay: false,
    create: () => new TrixKernel(n, column),
  });
}

class TrixKernel implements Kernel {
  readonly #needed: number;
  readonly #field: BarField;
  readonly #first: Exponential;
  readonly #second: Exponential;
  readonly #third: Exponential;
  #previous = NaN;

  constructor(window: number, field: BarField) {
    this.#needed = 3 * window - 1;
    this.#field = field;
    this.#first = new Exponential(window);
    this.#second = new Exponential(window);
    this.#third = new Exponential(window);
  }

  update(bars: Bars, from: number, to: number, out: readonly Float64Array[], at: number): void {
    const x = columnOf(bars, this.#field), o = out[0]!, shift = at - from, needed = this.#needed;
    const first = this.#first, second = this.#second, third = this.#third, weight = first.weight;
    let previous = this.#previous, i = from;
    for (; i < to && i < needed; i++) {
      const value = third.next(second.next(first.next(x[i]!)));
      o[i + shift] = percentChange(value, previous);
      previous = value;
    }
    let a = first.value, b = second.value, c = third.value;
    for (; i < to; i++) {
      a += (x[i]! - a) * weight;
      b += (a - b) * weight;
      c += (b - c) * weight;
      o[i + shift] = percentChange(c, previous);
      previous = c;
    }
    first.value = a;
    second.value = b;
    third.value = c;
    this.#previous = previous;
  }
}

function percentChange(value: number, previous: number): number {
  return previous === 0 ? 0 : (value - previous) / previous * 100;
}
