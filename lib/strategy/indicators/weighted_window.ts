/**
 * Linearly weighted sums of the last n values of a column: what the weighted average and the linear regression are made of.
 *
 * Both slide in constant time: with S the sum and W the sum weighted 1 (oldest) to n (newest), W grows by n times the new value and
 * shrinks by the old S. Values are taken as whole ticks above an anchor, a price at most n bars old, so that the sums stay small and
 * exact; the anchor moves every n bars, with the sums made anew. Prices on no scale go the same way, and the renewal bounds their error.
 *
 * @module
 */

import { factorOf, rounderOf } from "./field.ts";

/** The moving value `(a W - b S) / (n (n + 1) / 2)`, where `a` and `b` weigh a constant column to itself. */
export class WeightedWindow {
  readonly #window: number;
  readonly #a: number;
  readonly #b: number;
  #anchor = 0;
  #sum = 0;
  #weighted = 0;
  #slides = 0;

  /**
   * @param a Factor of the weighted sum.
   * @param b Factor of the plain sum; `a (n + 1) / 2 - b` must be (n + 1) / 2.
   */
  constructor(window: number, a: number, b: number) {
    this.#window = window;
    this.#a = a;
    this.#b = b;
  }

  /** Writes rows `from` to `to - 1`, NaN for the first n - 1 rows of the column. `scale` as for a moving sum. */
  run(
    x: Float64Array,
    scale: number,
    from: number,
    to: number,
    out: Float64Array,
    at: number,
  ): void {
    const n = this.#window, a = this.#a, b = this.#b, s = factorOf(scale), r = rounderOf(scale);
    const weights = n * (n + 1) / 2, divisor = weights * s, shift = at - from;
    let anchor = this.#anchor, sum = this.#sum, weighted = this.#weighted, slides = this.#slides;
    let i = from;
    for (; i < to && i < n - 1; i++) out[i + shift] = NaN;
    for (; i < to; i++) {
      if (slides === 0) {
        anchor = (x[i]! * s + r) - r;
        sum = 0;
        weighted = 0;
        for (let k = 1; k <= n; k++) {
          const value = ((x[i - n + k]! * s + r) - r) - anchor;
          sum += value;
          weighted += k * value;
        }
        slides = n;
      } else {
        const value = ((x[i]! * s + r) - r) - anchor;
        weighted += n * value - sum;
        sum += value - (((x[i - n]! * s + r) - r) - anchor);
      }
      slides--;
      out[i + shift] = (anchor * weights + (a * weighted - b * sum)) / divisor;
    }
    this.#anchor = anchor;
    this.#sum = sum;
    this.#weighted = weighted;
    this.#slides = slides;
  }
}
