/**
 * Values of plotted indicators on their way to the host: rows of three numbers (plot, time, value) in one growing buffer that is
 * emptied after each slice.
 *
 * @module
 */

const F64 = Float64Array, AB = ArrayBuffer;

/** Numbers in a row. */
export const PLOT_WIDTH = 3;

/** Rows since they were last taken. */
export class PlotRows {
  length = 0;
  #capacity = 256;
  #bytes = new AB(256 * PLOT_WIDTH * 8);
  #rows = new F64(this.#bytes);

  /** The first `length * 24` bytes are the rows. */
  get bytes(): ArrayBuffer {
    return this.#bytes;
  }

  /** Adds a row: number of the plot, microseconds UTC, value. */
  add(plot: number, timeUs: number, value: number): void {
    if (this.length === this.#capacity) {
      const count = this.#capacity * PLOT_WIDTH, bytes = new AB(count * 16), rows = new F64(bytes);
      for (let i = 0; i < count; i++) rows[i] = this.#rows[i]!;
      this.#bytes = bytes;
      this.#rows = rows;
      this.#capacity *= 2;
    }
    const rows = this.#rows, at = this.length++ * PLOT_WIDTH;
    rows[at] = plot;
    rows[at + 1] = timeUs;
    rows[at + 2] = value;
  }

  /** Forgets all rows; the buffer is reused. */
  clear(): void {
    this.length = 0;
  }
}
