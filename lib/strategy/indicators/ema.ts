/**
 * Exponential moving average.
 *
 * @module
 */

import { KEY } from "../../core/mod.ts";
import type { Bars } from "../../market/mod.ts";
import { type BarField, checkField, columnOf, labelOf } from "./field.ts";
import type { Kernel } from "./kernel.ts";
import { checkWindow, Spec } from "./spec.ts";

/**
 * The exponential average with weight 2 / (window + 1), seeded with the mean of the first `window` values.
 *
 * @param window Bars, 1 to 100,000. The first value is at bar `window`.
 * @param field Column, default `close`.
 * @throws {RangeError} When a parameter is out of its bounds.
 * @see TA-Lib `EMA`
 */
export function ema(window = 30, field: BarField = "close"): Spec {
  const n = checkWindow("ema window", window), column = checkField("ema field", field);
  return new Spec(KEY, {
    label: labelOf("ema", n, column, "close"),
    needed: n,
    outputs: ["value"],
    overlay: column !== "volume",
    create: () => new EmaKernel(n, column),
  });
}

class EmaKernel implements Kernel {
  readonly #window: number;
  readonly #field: BarField;
  readonly #average: Exponential;

  constructor(window: number, field: BarField) {
    this.#window = window;
    this.#field = field;
    this.#average = new Exponential(window);
  }

  update(bars: Bars, from: number, to: number, out: readonly Float64Array[], at: number): void {
    const x = columnOf(bars, this.#field), o = out[0]!, average = this.#average;
    const n = this.#window, weight = average.weight, shift = at - from;
    let i = from;
    for (; i < to && i < n; i++) o[i + shift] = average.next(x[i]!);
    let value = average.value;
    for (; i < to; i++) {
      value += (x[i]! - value) * weight;
      o[i + shift] = value;
    }
    average.value = value;
  }
}

/**
 * A running exponential average, seeded with the mean of its first n values: the building block of EMA, DEMA, TEMA, TRIX, MACD.
 *
 * The seed is a running mean, so that the average of a constant is that constant to the bit. Once seeded, a loop may carry `value`
 * in a local variable with `value += (x - value) * weight` and write it back.
 */
export class Exponential {
  /** The average; while seeding, the mean so far. */
  value = 0;
  /** Weight of the newest value, in (0, 1]. */
  readonly weight: number;
  readonly #window: number;
  #count = 0;

  /** @param weight Weight of the newest value, in (0, 1]; default 2 / (window + 1). */
  constructor(window: number, weight = 2 / (window + 1)) {
    this.#window = window;
    this.weight = weight;
  }

  /** Takes the next value and returns the average, NaN before the n-th value. NaN is passed on and not counted. */
  next(x: number): number {
    if (x !== x) return x;
    if (this.#count < this.#window) {
      this.value += (x - this.value) / ++this.#count;
      return this.#count < this.#window ? NaN : this.value;
    }
    this.value += (x - this.value) * this.weight;
    return this.value;
  }
}
