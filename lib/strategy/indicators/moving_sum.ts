/**
 * The sum of the last n values of a column, without drift.
 *
 * Prices on a scale are summed as whole ticks, which is exact in a `number` (2^53 ticks are 9e11 for prices in 1e-4). Values on no
 * scale are summed with compensation (Neumaier), which keeps the error near one rounding however long the column is.
 *
 * @module
 */

// 1.5 * 2^52: adding and subtracting it rounds half to even (see core/numbers.ts; repeated here so that the loop has no call).
const ROUNDER = 6755399441055744;

/** A moving sum over one column; state between blocks. */
export class MovingSum {
  readonly #window: number;
  #sum = 0;
  #compensation = 0;

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
    if (scale > 0) this.#exact(x, scale, this.#window * scale, from, to, out, at);
    else this.#compensated(x, this.#window, from, to, out, at);
  }

  #exact(
    x: Float64Array,
    scale: number,
    divisor: number,
    from: number,
    to: number,
    out: Float64Array,
    at: number,
  ): void {
    const n = this.#window, shift = at - from;
    let sum = this.#sum, i = from;
    for (; i < to && i < n; i++) {
      sum += (x[i]! * scale + ROUNDER) - ROUNDER;
      out[i + shift] = i === n - 1 ? sum / divisor : NaN;
    }
    for (; i < to; i++) {
      sum += ((x[i]! * scale + ROUNDER) - ROUNDER) - ((x[i - n]! * scale + ROUNDER) - ROUNDER);
      out[i + shift] = sum / divisor;
    }
    this.#sum = sum;
  }

  #compensated(
    x: Float64Array,
    divisor: number,
    from: number,
    to: number,
    out: Float64Array,
    at: number,
  ): void {
    const n = this.#window, shift = at - from;
    for (let i = from; i < to; i++) {
      this.#add(x[i]!);
      if (i >= n) this.#add(-x[i - n]!);
      out[i + shift] = i >= n - 1 ? (this.#sum + this.#compensation) / divisor : NaN;
    }
  }

  #add(value: number): void {
    const sum = this.#sum, next = sum + value;
    const a = sum < 0 ? -sum : sum, b = value < 0 ? -value : value;
    this.#compensation += a >= b ? (sum - next) + value : (value - next) + sum;
    this.#sum = next;
  }
}
