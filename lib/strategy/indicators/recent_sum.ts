/**
 * The sum of the last n values of a stream that is no column: flows, ranges, ratios.
 *
 * Compensated (Knuth's two-sum), so there is no drift, and whole numbers below 2^53 are summed exactly. A window of zeros sums to
 * exactly zero, so that a guard against division by zero holds.
 *
 * @module
 */

const F64 = Float64Array;

/** A moving sum with its own ring of the last n values. */
export class RecentSum {
  /** The last n values in no order that matters; zeros before there are n. */
  readonly values: Float64Array;
  readonly #window: number;
  #slot = 0;
  #missing: number;
  #nonZero = 0;
  #sum = 0;
  #lost = 0;

  constructor(window: number) {
    this.#window = window;
    this.#missing = window;
    this.values = new F64(window);
  }

  /** Takes the next value and returns the sum of the last n, NaN before the n-th value. */
  next(value: number): number {
    const values = this.values, slot = this.#slot, old = values[slot]!;
    values[slot] = value;
    this.#slot = slot + 1 === this.#window ? 0 : slot + 1;
    if (this.#missing > 0) this.#missing--;
    const nonZero = this.#nonZero + (value !== 0 ? 1 : 0) - (old !== 0 ? 1 : 0);
    this.#nonZero = nonZero;
    if (nonZero === 0) {
      this.#sum = 0;
      this.#lost = 0;
      return this.#missing > 0 ? NaN : 0;
    }
    const sum = this.#sum, more = sum + value, part = more - sum;
    const less = more - old, rest = less - more;
    this.#sum = less;
    this.#lost += ((sum - (more - part)) + (value - part)) +
      ((more - (less - rest)) + (-old - rest));
    return this.#missing > 0 ? NaN : less + this.#lost;
  }
}
