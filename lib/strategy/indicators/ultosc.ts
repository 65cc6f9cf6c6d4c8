/**
 * Ultimate oscillator (Williams, 1976).
 *
 * @module
 */

import { KEY } from "../../core/mod.ts";
import type { Bars } from "../../market/mod.ts";
import type { Kernel } from "./kernel.ts";
import { RecentSum } from "./recent_sum.ts";
import { checkWindow, Spec } from "./spec.ts";
import { trueRangeAt } from "./true_range.ts";

/**
 * Buying pressure (the close less the low or the last close, whichever is lower) over the true range, summed over three windows and
 * averaged with weights 4, 2 and 1, shortest first. From 0 to 100; a window without any range counts as 0.
 *
 * @param short Bars, 1 to 99,998.
 * @param medium Bars, above `short`.
 * @param long Bars, above `medium`, at most 100,000. The first value is at bar `long` + 1.
 * @throws {RangeError} When a parameter is out of its bounds.
 * @see TA-Lib `ULTOSC`
 */
export function ultosc(short = 7, medium = 14, long = 28): Spec {
  const a = checkWindow("ultosc short", short), b = checkWindow("ultosc medium", medium, a + 1);
  const c = checkWindow("ultosc long", long, b + 1);
  return new Spec(KEY, {
    label: "ultosc(" + a + ", " + b + ", " + c + ")",
    needed: c + 1,
    outputs: ["value"],
    overlay: false,
    create: () => new UltimateKernel(a, b, c),
  });
}

class UltimateKernel implements Kernel {
  readonly #short: Pressure;
  readonly #medium: Pressure;
  readonly #long: Pressure;

  constructor(short: number, medium: number, long: number) {
    this.#short = new Pressure(short);
    this.#medium = new Pressure(medium);
    this.#long = new Pressure(long);
  }

  update(bars: Bars, from: number, to: number, out: readonly Float64Array[], at: number): void {
    const high = bars.high, low = bars.low, close = bars.close, o = out[0]!, shift = at - from;
    const short = this.#short, medium = this.#medium, long = this.#long;
    for (let i = from; i < to; i++) {
      if (i === 0) {
        o[i + shift] = NaN;
        continue;
      }
      const last = close[i - 1]!, bottom = low[i]! < last ? low[i]! : last;
      const bought = close[i]! - bottom;
      const range = trueRangeAt(high, low, close, i);
      const parts = 4 * short.next(bought, range) + 2 * medium.next(bought, range);
      o[i + shift] = (parts + long.next(bought, range)) / 7 * 100;
    }
  }
}

/** Share of the range that was bought, over one window. */
class Pressure {
  readonly #bought: RecentSum;
  readonly #range: RecentSum;

  constructor(window: number) {
    this.#bought = new RecentSum(window);
    this.#range = new RecentSum(window);
  }

  next(bought: number, range: number): number {
    const part = this.#bought.next(bought), whole = this.#range.next(range);
    return whole === 0 ? 0 : part / whole;
  }
}
