/**
 * What a slippage model may know of the market at a fill: the volume of the bar and what our orders took of it, the bar before, and the
 * last completed sessions. Kept only for models that ask (see `Costs.slippageVaries`).
 *
 * Sessions are read when a bar is entered, each once: those that ended before it.
 *
 * @module
 */

import { put, type StateTape } from "../core/mod.ts";
import type { Bars } from "../market/mod.ts";
import { Liquidity } from "./liquidity.ts";
import type { SessionEdges } from "./session_edges.ts";
import { type SlippageContext, unknownContext } from "./slippage.ts";

const F64 = Float64Array, I32 = Int32Array;

/** The market of one venue, seen bar by bar. */
export class FillMarket {
  readonly #seriesCount: number;
  readonly #edges: SessionEdges;
  readonly #unitsPerShare: Float64Array;
  readonly #liquidity: readonly Liquidity[];
  readonly #contexts: readonly SlippageContext[];
  /** Bars of each series that the sessions have taken in, and what they traded of the session that runs. */
  readonly #taken: Int32Array;
  readonly #volume: Float64Array;
  /** Row of the last split of each series, 0 for none. */
  readonly #splitRow: Int32Array;

  /** @param edges Asked in order of time, by this object alone. */
  constructor(edges: SessionEdges, unitsPerShare: Float64Array, seriesCount: number) {
    this.#seriesCount = seriesCount;
    this.#edges = edges;
    this.#unitsPerShare = unitsPerShare;
    this.#taken = new I32(seriesCount);
    this.#volume = new F64(seriesCount);
    this.#splitRow = new I32(seriesCount);
    const liquidity: Liquidity[] = [], contexts: SlippageContext[] = [];
    for (let s = 0; s < seriesCount; s++) {
      put(liquidity, s, new Liquidity());
      put(contexts, s, unknownContext());
    }
    this.#liquidity = liquidity;
    this.#contexts = contexts;
  }

  /** Starts a bar: nothing of it is filled yet. */
  enter(s: number, bars: Bars, row: number): void {
    this.#take(s, bars, row);
    const context = this.#contexts[s]!, known = row > 0, liquidity = this.#liquidity[s]!;
    context.barVolume = bars.volume[row]!;
    context.barFilled = 0;
    // The bar before a split is told as it was: only its spread as a part of its price counts.
    if (this.#splitRow[s] !== row || row === 0) {
      context.previousHigh = known ? bars.high[row - 1]! : NaN;
      context.previousLow = known ? bars.low[row - 1]! : NaN;
      context.previousClose = known ? bars.close[row - 1]! : NaN;
    }
    context.averageDailyVolume = liquidity.averageDailyVolume;
    context.dailyVolatility = liquidity.dailyVolatility;
  }

  /** What is known at a fill in the bar that was entered last. */
  contextOf(s: number): SlippageContext {
    return this.#contexts[s]!;
  }

  /** Says whether base prices are those of a quote, which have the spread in them. */
  setQuoted(s: number, isQuoted: boolean): void {
    this.#contexts[s]!.isQuoted = isQuoted;
  }

  /** Counts a fill of `size` units. */
  filled(s: number, size: number): void {
    this.#contexts[s]!.barFilled += size / this.#unitsPerShare[s]!;
  }

  /** Restates what is known for a split that takes effect before a row. */
  split(s: number, bars: Bars, row: number, numerator: number, denominator: number): void {
    this.#take(s, bars, row);
    // Read before somebody restates the bars.
    if (this.#splitRow[s] !== row) {
      const context = this.#contexts[s]!;
      this.#splitRow[s] = row;
      context.previousHigh = bars.high[row - 1]!;
      context.previousLow = bars.low[row - 1]!;
      context.previousClose = bars.close[row - 1]!;
    }
    // One share becomes numerator / denominator: prices move the other way round.
    this.#liquidity[s]!.restate(denominator, numerator);
    this.#volume[s] = this.#volume[s]! * numerator / denominator;
  }

  /** Writes the state to a tape, or takes it back from one. */
  carry(tape: StateTape): void {
    tape.part("fill market", 1);
    const count = this.#seriesCount;
    tape.entries(this.#taken, count);
    tape.entries(this.#volume, count);
    tape.entries(this.#splitRow, count);
    for (let s = 0; s < count; s++) {
      const context = this.#contexts[s]!;
      this.#liquidity[s]!.carry(tape);
      // What a split has told of the bar before it counts at the next bar.
      context.previousHigh = tape.number(context.previousHigh);
      context.previousLow = tape.number(context.previousLow);
      context.previousClose = tape.number(context.previousClose);
    }
  }

  /** Takes in the bars before a row. */
  #take(s: number, bars: Bars, row: number): void {
    for (let at = this.#taken[s]!; at < row; at++) {
      // A session whose last bars are missing ends where the next one opens.
      if (this.#volume[s]! > 0 && this.#edges.opens(s, at)) this.#complete(s, bars, at - 1);
      this.#volume[s]! += bars.volume[at]!;
      if (this.#edges.closes(s, at)) this.#complete(s, bars, at);
    }
    if (row > this.#taken[s]!) this.#taken[s] = row;
  }

  #complete(s: number, bars: Bars, last: number): void {
    this.#liquidity[s]!.add(bars.close[last]!, this.#volume[s]!);
    this.#volume[s] = 0;
  }
}
