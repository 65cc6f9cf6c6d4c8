/**
 * One series of bars as columns: `Float64Array` per field, never an object per bar. The engine reads them at a cursor; indicators
 * read any row up to the last one filled. Rows are filled in slices (backtest) or one by one (live).
 *
 * A strategy never gets hold of this object, only of views that end at now.
 *
 * @module
 */

import { mulDiv, roundHalfEven } from "../core/mod.ts";

const F64 = Float64Array, AB = ArrayBuffer;

/** The columns of a series, all of one length. */
export interface BarColumns {
  /** Open time of each bar, microseconds UTC. */
  readonly time: Float64Array;
  /** Close time of each bar, microseconds UTC: when the bar is seen. */
  readonly closeTime: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  /** Units traded. */
  readonly volume: Float64Array;
}

/** The columns in the order in which they are stored, hashed and sent. */
export const COLUMN_NAMES = [
  "time",
  "closeTime",
  "open",
  "high",
  "low",
  "close",
  "volume",
] as const;

/** The columns of one series; the first `length` rows are filled. */
export class Bars implements BarColumns {
  /** Instrument, for example `GOOG`. */
  readonly symbol: string;
  /**
   * The power of ten on which every price of the series is a whole number (10,000 for four decimals), or 0 when there is none up to
   * 1e6. Moving sums count in these ticks, so that they are exact; with 0 they are compensated.
   */
  tickScale: number;
  /** Rows filled so far. */
  length: number;
  time: Float64Array;
  closeTime: Float64Array;
  open: Float64Array;
  high: Float64Array;
  low: Float64Array;
  close: Float64Array;
  volume: Float64Array;
  /** Finer bars of the same series, which tell the way of the price inside these ones; null without any. Set once, before a run. */
  finer: Bars | null = null;

  constructor(symbol: string, tickScale: number, columns: BarColumns, length: number) {
    this.symbol = symbol;
    this.tickScale = tickScale;
    this.length = length;
    this.time = columns.time;
    this.closeTime = columns.closeTime;
    this.open = columns.open;
    this.high = columns.high;
    this.low = columns.low;
    this.close = columns.close;
    this.volume = columns.volume;
  }

  /** Moves the filled rows to columns with room for `capacity` rows: for series that grow as they are made. */
  reserve(capacity: number): void {
    const longer = allocateColumns(capacity), length = this.length;
    this.time = copied(this.time, longer.time, length);
    this.closeTime = copied(this.closeTime, longer.closeTime, length);
    this.open = copied(this.open, longer.open, length);
    this.high = copied(this.high, longer.high, length);
    this.low = copied(this.low, longer.low, length);
    this.close = copied(this.close, longer.close, length);
    this.volume = copied(this.volume, longer.volume, length);
  }

  /**
   * Restates rows 0 to `end` - 1 in the prices after a split: prices times `numerator / denominator`, volumes the other way,
   * prices rounded half to even to 1e-6, which is the tick scale from then on. Kernels made before must be made anew.
   */
  restate(end: number, numerator: number, denominator: number): void {
    scalePrices(this.open, end, numerator, denominator);
    scalePrices(this.high, end, numerator, denominator);
    scalePrices(this.low, end, numerator, denominator);
    scalePrices(this.close, end, numerator, denominator);
    const volume = this.volume;
    for (let i = 0; i < end; i++) volume[i] = volume[i]! * denominator / numerator;
    if (this.tickScale !== 0) this.tickScale = 1e6;
  }
}

/** Returns columns on the given buffers, one a column in the order of {@linkcode COLUMN_NAMES}. */
export function columnsOver(buffers: readonly ArrayBuffer[]): BarColumns {
  return {
    time: new F64(buffers[0]!),
    closeTime: new F64(buffers[1]!),
    open: new F64(buffers[2]!),
    high: new F64(buffers[3]!),
    low: new F64(buffers[4]!),
    close: new F64(buffers[5]!),
    volume: new F64(buffers[6]!),
  };
}

/** Returns empty columns with room for `capacity` rows. */
export function allocateColumns(capacity: number): BarColumns {
  const bytes = capacity * 8;
  return columnsOver([
    new AB(bytes),
    new AB(bytes),
    new AB(bytes),
    new AB(bytes),
    new AB(bytes),
    new AB(bytes),
    new AB(bytes),
  ]);
}

function copied(from: Float64Array, to: Float64Array, length: number): Float64Array {
  for (let i = 0; i < length; i++) to[i] = from[i]!;
  return to;
}

function scalePrices(
  column: Float64Array,
  end: number,
  numerator: number,
  denominator: number,
): void {
  for (let i = 0; i < end; i++) {
    column[i] = mulDiv(roundHalfEven(column[i]! * 1e6), numerator, denominator) / 1e6;
  }
}

/**
 * Returns the smallest power of ten up to 1e6 on which all given prices are whole numbers, or 0 when there is none.
 *
 * @param columns Price columns, each with at least `length` rows.
 * @param length Rows to look at.
 */
export function tickScaleOf(columns: readonly Float64Array[], length: number): number {
  let scale = 1;
  for (const column of columns) {
    for (let i = 0; i < length; i++) {
      const price = column[i]!;
      while (roundHalfEven(price * scale) / scale !== price) {
        scale *= 10;
        if (scale > 1e6) return 0;
      }
    }
  }
  return scale;
}
