/**
 * Slices: the next instants of a market as the bytes that a sealed child reads straight into its columns.
 *
 * @module
 */

import { firstAtLeast } from "../core/mod.ts";
import { type Bars, COLUMN_NAMES, LAST_OF_INSTANT } from "../market/mod.ts";
import { MIRROR_WIDTH } from "../protocols/mod.ts";
import type { PreparedMarket } from "./prepare_market.ts";

/** Bytes of a bar as it is sent: seven columns. */
const ROW_BYTES = COLUMN_NAMES.length * 8;
/** Numbers of a header before the bars of each series. */
const HEAD = 4;
const NO_ROWS = new Float64Array(0);

/** Returns the numbers of the series that have finer bars, in the order in which these are sent. */
export function finerSeries(bars: readonly Bars[]): number[] {
  return bars.flatMap(({ finer }, s) => finer === null ? [] : [s]);
}

/** The bytes of one slice. They are valid until the next one is made, which uses the same memory. */
export interface SliceBytes {
  readonly header: Uint32Array;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** Cuts a market into slices, from its first instant on. Finer bars go behind the series, as far as the bars that they are inside of. */
export class SliceWriter {
  readonly #bars: readonly Bars[];
  /** Series of each finer one. */
  readonly #finerOf: readonly number[];
  readonly #plan: Uint16Array | null;
  readonly #sent: number[];
  #planAt = 0;
  #buffer = new Uint8Array(0);

  constructor(market: Pick<PreparedMarket, "bars" | "plan">) {
    this.#finerOf = finerSeries(market.bars);
    this.#bars = [...market.bars, ...this.#finerOf.map((s) => market.bars[s]!.finer!)];
    this.#plan = market.plan;
    this.#sent = this.#bars.map(() => 0);
  }

  /**
   * Returns the next `steps` instants, which must be in the columns.
   *
   * @param rows Rows of the host's book that count at these instants (see `protocols/mirror.ts`); the first `count` are sent.
   */
  next(steps: number, rows: Float64Array = NO_ROWS, count = 0): SliceBytes {
    const header = new Uint32Array(HEAD + this.#bars.length), planFrom = this.#planAt;
    if (this.#plan === null) header[HEAD] = steps;
    else {
      for (let left = steps; left > 0;) {
        const entry = this.#plan[this.#planAt++]!;
        header[HEAD + (entry & 0x7fff)]! += 1;
        if ((entry & LAST_OF_INSTANT) !== 0) left--;
      }
    }
    this.#countFiner(header);
    header[0] = steps;
    header[1] = planFrom;
    header[2] = this.#planAt - planFrom;
    header[3] = count;
    const body = this.#fill(header, planFrom, rows.subarray(0, count * MIRROR_WIDTH));
    for (let s = 0; s < this.#sent.length; s++) this.#sent[s]! += header[HEAD + s]!;
    return { header, body };
  }

  #countFiner(header: Uint32Array): void {
    const first = this.#bars.length - this.#finerOf.length;
    this.#finerOf.forEach((s, k) => {
      const rows = this.#sent[s]! + header[HEAD + s]!, finer = this.#bars[first + k]!;
      if (rows === 0) return;
      // Times are whole microseconds.
      const endUs = this.#bars[s]!.closeTime[rows - 1]! + 1;
      header[HEAD + first + k] = firstAtLeast(finer.closeTime, finer.length, endUs) -
        this.#sent[first + k]!;
    });
  }

  /** Puts the bytes together: the bars series by series and column by column, the plan entries, the rows of the host's book. */
  #fill(header: Uint32Array, planFrom: number, rows: Float64Array): Uint8Array<ArrayBuffer> {
    let count = 0;
    for (let s = 0; s < this.#sent.length; s++) count += header[HEAD + s]!;
    const planBytes = header[2]! * 2, size = count * ROW_BYTES + planBytes + rows.byteLength;
    if (this.#buffer.length < size) this.#buffer = new Uint8Array(size);
    const body = this.#buffer.subarray(0, size);
    let at = 0;
    for (let s = 0; s < this.#sent.length; s++) {
      const bars = this.#bars[s]!, from = this.#sent[s]!, length = header[HEAD + s]!;
      for (const name of COLUMN_NAMES) {
        const column = bars[name];
        body.set(new Uint8Array(column.buffer, column.byteOffset + from * 8, length * 8), at);
        at += length * 8;
      }
    }
    if (planBytes > 0) {
      const plan = this.#plan!;
      body.set(new Uint8Array(plan.buffer, plan.byteOffset + planFrom * 2, planBytes), at);
      at += planBytes;
    }
    body.set(new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength), at);
    return body;
  }
}
