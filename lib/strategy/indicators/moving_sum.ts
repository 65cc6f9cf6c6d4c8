/**
 * The mean of the last n values of a column, without drift.
 *
 * Prices on a scale are summed as whole ticks, which is exact in a `number` (2^53 ticks are 9e11 for prices in 1e-4): the mean is the
 * exact one rounded once, so equal means compare equal. Values on no scale are summed with compensation (Knuth's two-sum), which
 * keeps the error near one rounding however long the column is.
 *
 * @module
 */

import { factorOf, rounderOf } from "./field.ts";

/** A moving sum over one column; state between blocks. */
export class MovingSum {
  readonly #window: number;
  #sum = 0;
  #lost = 0;

  constructor(window: number) {
    this.#window = window;
  }

  /**
   * Writes the mean of the last n values of rows `from` to `to - 1`, NaN for the first n - 1 rows of the column.
   *
   * @param scale Power of ten on which the column is whole, or 0.
   */
  means(
    x: Float64Array,
    scale: number,
    from: number,
    to: number,
    out: Float64Array,
    at: number,
  ): void {
    if (scale > 0) this.#exact(x, scale, from, to, out, at);
    else this.#compensated(x, from, to, out, at);
  }

  #exact(
    x: Float64Array,
    scale: number,
    from: number,
    to: number,
    out: Float64Array,
    at: number,
  ): void {
    const n = this.#window, s = factorOf(scale), r = rounderOf(scale);
    const divisor = n * s, shift = at - from;
    let sum = this.#sum, i = from;
    for (; i < to && i < n; i++) {
      sum += (x[i]! * s + r) - r;
      out[i + shift] = i === n - 1 ? sum / divisor : NaN;
    }
    // The difference is rounded to ticks, not both prices: one rounding a bar, and just as exact.
    for (; i < to; i++) {
      sum += ((x[i]! - x[i - n]!) * s + r) - r;
      out[i + shift] = sum / divisor;
    }
    this.#sum = sum;
  }

  #compensated(x: Float64Array, from: number, to: number, out: Float64Array, at: number): void {
    const n = this.#window, shift = at - from;
    let sum = this.#sum, lost = this.#lost;
    for (let i = from; i < to; i++) {
      const value = x[i]!, old = i >= n ? x[i - n]! : 0;
      const more = sum + value, part = more - sum;
      lost += (sum - (more - part)) + (value - part);
      sum = more - old;
      const rest = sum - more;
      lost += (more - (sum - rest)) + (-old - rest);
      out[i + shift] = i >= n - 1 ? (sum + lost) / n : NaN;
    }
    this.#sum = sum;
    this.#lost = lost;
  }
}
