/**
 * The largest or smallest of the last n values, with its row, in constant time a bar on average whatever the values are.
 *
 * A ring holds the candidates: rows whose value is not reached by any later one, so their values fall from head to tail. A new
 * value drops the candidates that it reaches; the head leaves when its row leaves the window (the monotonic queue).
 *
 * @module
 */

const F64 = Float64Array, I32 = Int32Array;

/** A moving maximum or minimum; of equal values the latest counts. */
export class MovingExtreme {
  readonly #window: number;
  readonly #sign: number;
  readonly #mask: number;
  readonly #values: Float64Array;
  readonly #rows: Int32Array;
  #head = 0;
  #tail = 0;

  /** @param sign 1 for the maximum, -1 for the minimum. */
  constructor(window: number, sign: 1 | -1) {
    let size = 1;
    while (size < window) size *= 2;
    this.#window = window;
    this.#sign = sign;
    this.#mask = size - 1;
    this.#values = new F64(size);
    this.#rows = new I32(size);
  }

  /** Takes the value of the next row and returns the extreme of the last n rows (of all rows while there are fewer). */
  next(value: number, row: number): number {
    const values = this.#values, rows = this.#rows, mask = this.#mask;
    const signed = value * this.#sign;
    let head = this.#head, tail = this.#tail;
    if (head < tail && rows[head & mask]! <= row - this.#window) head++;
    while (tail > head && values[(tail - 1) & mask]! <= signed) tail--;
    values[tail & mask] = signed;
    rows[tail & mask] = row;
    this.#head = head;
    this.#tail = tail + 1;
    return values[head & mask]! * this.#sign;
  }

  /** Row of the extreme last returned. */
  row(): number {
    return this.#rows[this.#head & this.#mask]!;
  }
}
