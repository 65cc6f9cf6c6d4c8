/**
 * What a bar brings for runs with a volume limit, fees by date, or slippage that depends on the market.
 *
 * @module
 */

import { US_PER_DAY } from "../core/mod.ts";
import type { Bars } from "../market/mod.ts";
import type { Execution } from "./execution.ts";
import type { FillMarket } from "./fill_market.ts";
import type { WeightSizing } from "./weight_sizing.ts";

const floor = Math.floor;

/** Enters the bars of one venue. */
export class BarEntry {
  readonly #execution: Execution;
  readonly #weights: WeightSizing;
  readonly #market: FillMarket | null;
  readonly #participation: number | null;
  readonly #unitsPerShare: Float64Array;

  constructor(
    execution: Execution,
    weights: WeightSizing,
    market: FillMarket | null,
    participation: number | null,
    unitsPerShare: Float64Array,
  ) {
    this.#execution = execution;
    this.#weights = weights;
    this.#market = market;
    this.#participation = participation;
    this.#unitsPerShare = unitsPerShare;
  }

  /** Comes to a moment between two bars. */
  moveTo(timeUs: number): void {
    this.#weights.day = floor(timeUs / US_PER_DAY);
  }

  /** Starts a bar of a series. */
  enter(s: number, bars: Bars, row: number): void {
    if (this.#market !== null) this.#market.enter(s, bars, row);
    this.moveTo(bars.time[row]!);
    if (this.#participation === null) return;
    const units = bars.volume[row]! * this.#participation * this.#unitsPerShare[s]!;
    // A volume that is not known gives nothing.
    this.#execution.volumeLeft[s] = units > 0 ? floor(units) : 0;
  }
}
