/**
 * The population standard deviation of the last n values of a column.
 *
 * The textbook form (mean of squares less square of mean) loses all digits when the price is large against its spread. Here the values
 * are whole ticks above an anchor, a price at most n bars old: sum and sum of squares are exact, and so is `n Q - S S` up to 2^53.
 * The anchor moves every n bars, with the sums made anew, which also bounds the error of prices on no scale.
 *
 * @module
 */

import { factorOf, rounderOf } from "./field.ts";

const sqrt = Math.sqrt;

/** A moving deviation over one column; state between blocks. */
export class MovingDeviation {
  readonly #window: number;
  #anchor = 0;
  #sum = 0;
  #squares = 0;
  #slides = 0;
  #flat = 0;

  constructor(window: number) {
    this.#window = window;
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
    const n = this.#window, s = factorOf(scale), r = rounderOf(scale);
    const divisor = n * s, shift = at - from;
    let anchor = this.#anchor, sum = this.#sum, squares = this.#squares;
    let slides = this.#slides, flat = this.#flat;
    for (let i = from; i < to; i++) {
      flat = i > 0 && x[i] === x[i - 1] ? flat + 1 : 1;
      if (i < n - 1) {
        out[i + shift] = NaN;
        continue;
      }
      if (slides === 0) {
        anchor = (x[i]! * s + r) - r;
        sum = 0;
        squares = 0;
        for (let k = i - n + 1; k <= i; k++) {
          const value = ((x[k]! * s + r) - r) - anchor;
          sum += value;
          squares += value * value;
        }
        slides = n;
      } else {
        const value = ((x[i]! * s + r) - r) - anchor;
        const old = ((x[i - n]! * s + r) - r) - anchor;
        sum += value - old;
        squares += value * value - old * old;
      }
      slides--;
      const spread = n * squares - sum * sum;
      // Equal prices have no spread at all, whatever was rounded on the way.
      out[i + shift] = flat >= n || spread < 0 ? 0 : sqrt(spread) / divisor;
    }
    this.#anchor = anchor;
    this.#sum = sum;
    this.#squares = squares;
    this.#slides = slides;
    this.#flat = flat;
  }
}
