/**
 * Rows of numbers that are only added to, until all of them are forgotten.
 *
 * @module
 */

/** A growing table. */
export class GrowingRows {
  /** Rows so far. */
  count = 0;
  readonly #width: number;
  #numbers = new Float64Array(0);

  constructor(width: number) {
    this.#width = width;
  }

  /** Adds the first `count` rows of a table. */
  add(rows: Float64Array, count: number): void {
    const size = this.count * this.#width, more = count * this.#width;
    if (size + more > this.#numbers.length) {
      const longer = new Float64Array(Math.max(1024, (size + more) * 2));
      longer.set(this.#numbers.subarray(0, size));
      this.#numbers = longer;
    }
    this.#numbers.set(rows.subarray(0, more), size);
    this.count += count;
  }

  /** Forgets all rows. */
  clear(): void {
    this.count = 0;
    this.#numbers = new Float64Array(0);
  }

  /** The rows from one to before another, not a copy: valid until rows are added. */
  from(first: number, end: number = this.count): Float64Array {
    return this.#numbers.subarray(first * this.#width, end * this.#width);
  }

  /** A number of a row. */
  at(row: number, place: number): number {
    return this.#numbers[row * this.#width + place]!;
  }
}
