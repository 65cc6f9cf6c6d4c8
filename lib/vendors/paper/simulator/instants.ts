/**
 * The bars of an exchange by the number of their instant, so that a client that lost an answer asks for the same instant again.
 *
 * @module
 */

import { type Bars, LAST_OF_INSTANT } from "../../../market/mod.ts";
import type { FeedBar } from "../../../protocols/mod.ts";

/** All instants of a market. */
export class Instants {
  readonly #bars: readonly Bars[];
  readonly #plan: Uint16Array | null;
  /** Row of each entry of the plan, and the first entry of each instant. */
  readonly #rows: Uint32Array;
  readonly #starts: Uint32Array;

  constructor(bars: readonly Bars[], plan: Uint16Array | null, steps: number) {
    this.#bars = bars;
    this.#plan = plan;
    this.#rows = new Uint32Array(plan?.length ?? 0);
    this.#starts = new Uint32Array(plan === null ? 0 : steps + 1);
    if (plan === null) return;
    const next = new Uint32Array(bars.length);
    let step = 0;
    for (let k = 0; k < plan.length; k++) {
      this.#rows[k] = next[plan[k]! & ~LAST_OF_INSTANT]!++;
      if (plan[k]! >= LAST_OF_INSTANT) this.#starts[++step] = k + 1;
    }
  }

  /** Returns the bars that close at an instant, in the order in which the engine walks them. */
  at(step: number): FeedBar[] {
    if (this.#plan === null) return [barOf(this.#bars[0]!, step, 0)];
    const found: FeedBar[] = [];
    for (let k = this.#starts[step]!; k < this.#starts[step + 1]!; k++) {
      const s = this.#plan[k]! & ~LAST_OF_INSTANT;
      found.push(barOf(this.#bars[s]!, this.#rows[k]!, s));
    }
    return found;
  }
}

function barOf(bars: Bars, row: number, series: number): FeedBar {
  return {
    series,
    timeUs: bars.time[row]!,
    closeUs: bars.closeTime[row]!,
    open: bars.open[row]!,
    high: bars.high[row]!,
    low: bars.low[row]!,
    close: bars.close[row]!,
    volume: bars.volume[row]!,
  };
}
