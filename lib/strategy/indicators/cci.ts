/**
 * Commodity channel index.
 *
 * @module
 */

import { KEY } from "../../core/mod.ts";
import type { Bars } from "../../market/mod.ts";
import { factorOf, rounderOf } from "./field.ts";
import type { Kernel } from "./kernel.ts";
import { RecentSum } from "./recent_sum.ts";
import { checkWindow, Spec } from "./spec.ts";

const abs = Math.abs;

/**
 * The typical price (high + low + close) / 3 less its mean, over 0.015 times its mean absolute deviation from that mean, both over
 * the last `window` bars; 0 for a window in which the typical price did not change. Each bar costs `window` steps.
 *
 * @param window Bars, 2 to 100,000. The first value is at bar `window`.
 * @throws {RangeError} When the window is out of its bounds.
 * @see TA-Lib `CCI`
 */
export function cci(window = 14): Spec {
  const n = checkWindow("cci window", window, 2);
  return new Spec(KEY, {
    label: "cci(" + n + ")",
    needed: n,
    outputs: ["value"],
    overlay: false,
    create: () => new CciKernel(n),
  });
}

class CciKernel implements Kernel {
  readonly #window: number;
  readonly #prices: RecentSum;

  constructor(window: number) {
    this.#window = window;
    this.#prices = new RecentSum(window);
  }

  update(bars: Bars, from: number, to: number, out: readonly Float64Array[], at: number): void {
    const high = bars.high, low = bars.low, close = bars.close, o = out[0]!, shift = at - from;
    const s = factorOf(bars.tickScale), r = rounderOf(bars.tickScale);
    const n = this.#window, prices = this.#prices, values = prices.values;
    for (let i = from; i < to; i++) {
      // Three times the typical price, and n times every deviation: whole ticks throughout, and the factors cancel in the quotient.
      const price = ((high[i]! + low[i]! + close[i]!) * s + r) - r, sum = prices.next(price);
      if (i < n - 1) {
        o[i + shift] = NaN;
        continue;
      }
      let deviations = 0;
      for (let k = 0; k < n; k++) deviations += abs(values[k]! * n - sum);
      o[i + shift] = deviations > 0 ? (price * n - sum) * n / (0.015 * deviations) : 0;
    }
  }
}
