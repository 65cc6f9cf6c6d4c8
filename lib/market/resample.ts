/**
 * Longer bars made from shorter ones, never ahead of their close.
 *
 * Buckets follow the exchange session: an hour bar starts at the session's open and every hour after it, the last one ends with the
 * session; a day bar is a session; a week bar is the sessions of a calendar week (Monday to Sunday). A bar is complete when a base bar
 * closes at its end, or, where that base bar is missing, when the next one has closed.
 *
 * @module
 */

import { mulDiv, roundHalfEven, US_PER_DAY } from "../core/mod.ts";
import { allocateColumns, Bars } from "./bars.ts";
import type { Period } from "./period.ts";

const floor = Math.floor, RangeErrorOf = RangeError;

/** Sessions sorted by time; the first `length` entries count. Microseconds UTC. */
export interface ResampleSessions {
  readonly length: number;
  readonly openUs: Float64Array;
  readonly closeUs: Float64Array;
}

/** Makes the bars of a longer period, fed with base bars in order. */
export class Resampler {
  /** The completed bars. */
  readonly bars: Bars;
  readonly #base: Bars;
  readonly #sessions: ResampleSessions;
  /** Length of an intraday bucket, or 0 for whole sessions and weeks. */
  readonly #spanUs: number;
  readonly #weeks: boolean;
  #capacity = 256;
  #session = 0;
  #bucket = -1;
  #endUs = 0;
  #open = 0;
  #high = 0;
  #low = 0;
  #close = 0;
  #volume = 0;
  #timeUs = 0;
  #closeUs = 0;

  /**
   * @param period Longer than the base; sessions are counted one by one, so days and weeks come only as `1d` and `1w`.
   * @throws {RangeError} When the period is not longer than the base, or is `2d` and the like.
   */
  constructor(base: Bars, basePeriod: Period, period: Period, sessions: ResampleSessions) {
    const whole = period.unit === "day" || period.unit === "week";
    if (period.us <= basePeriod.us || (!whole && period.us % basePeriod.us !== 0)) {
      throw new RangeErrorOf(
        "bars of " + period.text + " cannot be made from bars of " + basePeriod.text +
          ": ask for a longer multiple",
      );
    }
    if (whole && period.count !== 1) {
      throw new RangeErrorOf("only 1d and 1w of days and weeks are made, found " + period.text);
    }
    this.#base = base;
    this.#sessions = sessions;
    this.#spanUs = whole ? 0 : period.us;
    this.#weeks = period.unit === "week";
    this.bars = new Bars(base.symbol, base.tickScale, allocateColumns(this.#capacity), 0);
  }

  /** Takes a base row and returns how many bars it completed: 0, 1 or 2. */
  take(row: number): number {
    const base = this.#base,
      sessions = this.#sessions,
      timeUs = base.time[row]!,
      closeUs = base.closeTime[row]!;
    while (this.#session < sessions.length && sessions.closeUs[this.#session]! <= timeUs) {
      this.#session++;
    }
    const bucket = this.#bucketOf(timeUs);
    let completed = 0;
    if (bucket !== this.#bucket) {
      if (this.#bucket !== -1) completed += this.#complete();
      this.#begin(bucket, row, timeUs);
    } else {
      if (base.high[row]! > this.#high) this.#high = base.high[row]!;
      if (base.low[row]! < this.#low) this.#low = base.low[row]!;
      this.#volume += base.volume[row]!;
    }
    this.#close = base.close[row]!;
    this.#closeUs = closeUs;
    if (closeUs >= this.#endUs) {
      completed += this.#complete();
      this.#bucket = -1;
    }
    return completed;
  }

  /** Restates everything made so far in the prices after a split (see {@linkcode Bars.restate}). */
  restate(numerator: number, denominator: number): void {
    this.bars.restate(this.bars.length, numerator, denominator);
    const scaled = (price: number): number =>
      mulDiv(roundHalfEven(price * 1e6), numerator, denominator) / 1e6;
    this.#open = scaled(this.#open);
    this.#high = scaled(this.#high);
    this.#low = scaled(this.#low);
    this.#close = scaled(this.#close);
    this.#volume = this.#volume * denominator / numerator;
  }

  #bucketOf(timeUs: number): number {
    const sessions = this.#sessions, session = this.#session;
    const openUs = session < sessions.length ? sessions.openUs[session]! : timeUs;
    if (this.#weeks) return weekOf(openUs);
    // 1,440 buckets of a minute fit into a session of a day.
    return this.#spanUs === 0 ? session : session * 1440 + floor((timeUs - openUs) / this.#spanUs);
  }

  #begin(bucket: number, row: number, timeUs: number): void {
    const base = this.#base, sessions = this.#sessions, session = this.#session;
    this.#bucket = bucket;
    this.#timeUs = timeUs;
    this.#open = base.open[row]!;
    this.#high = base.high[row]!;
    this.#low = base.low[row]!;
    this.#volume = base.volume[row]!;
    if (session >= sessions.length) this.#endUs = Infinity;
    else if (this.#weeks) {
      let last = session;
      while (last + 1 < sessions.length && weekOf(sessions.openUs[last + 1]!) === bucket) last++;
      this.#endUs = sessions.closeUs[last]!;
    } else {
      const closeUs = sessions.closeUs[session]!;
      const end = this.#spanUs === 0
        ? closeUs
        : sessions.openUs[session]! + (bucket - session * 1440 + 1) * this.#spanUs;
      this.#endUs = end < closeUs ? end : closeUs;
    }
  }

  #complete(): number {
    const bars = this.bars, row = bars.length;
    if (row === this.#capacity) bars.reserve(this.#capacity *= 2);
    bars.time[row] = this.#timeUs;
    bars.closeTime[row] = this.#closeUs;
    bars.open[row] = this.#open;
    bars.high[row] = this.#high;
    bars.low[row] = this.#low;
    bars.close[row] = this.#close;
    bars.volume[row] = this.#volume;
    bars.length = row + 1;
    return 1;
  }
}

// Days since 1970-01-01, a Thursday: weeks begin on Monday.
function weekOf(timeUs: number): number {
  return floor((floor(timeUs / US_PER_DAY) + 3) / 7);
}
