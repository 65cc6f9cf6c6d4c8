/**
 * Stochastic oscillators: where the close lies in the range of the last bars.
 *
 * @module
 */

import { KEY } from "../../core/mod.ts";
import type { Bars } from "../../market/mod.ts";
import type { Kernel } from "./kernel.ts";
import { MovingExtreme } from "./moving_extreme.ts";
import { RecentSum } from "./recent_sum.ts";
import { checkWindow, Spec } from "./spec.ts";

/**
 * The slow stochastic: %K, 100 (close - lowest low) / (highest high - lowest low), averaged over `slowK` bars (the value), and the average
 * of that over `slowD` bars (`signal`). From 0 to 100; %K of a window without range is 0. Both outputs start together.
 *
 * @param fastK Bars of the range, 1 to 100,000.
 * @param slowK Bars of the first average, 1 to 100,000.
 * @param slowD Bars of the second average, 1 to 100,000. The first value is at bar `fastK` + `slowK` + `slowD` - 2.
 * @throws {RangeError} When a parameter is out of its bounds.
 * @see TA-Lib `STOCH` with simple averages
 */
export function stoch(fastK = 5, slowK = 3, slowD = 3): Spec<"signal"> {
  const range = checkWindow("stoch fastK", fastK), slow = checkWindow("stoch slowK", slowK);
  const signal = checkWindow("stoch slowD", slowD);
  return new Spec<"signal">(KEY, {
    label: "stoch(" + range + ", " + slow + ", " + signal + ")",
    needed: range + slow + signal - 2,
    outputs: ["value", "signal"],
    overlay: false,
    create: () => new StochasticKernel(range, slow, signal),
  });
}

/**
 * The fast stochastic: %K itself (the value) and its average over `fastD` bars (`signal`). From 0 to 100; %K of a window without range
 * is 0. Both outputs start together.
 *
 * @param fastK Bars of the range, 1 to 100,000.
 * @param fastD Bars of the average, 1 to 100,000. The first value is at bar `fastK` + `fastD` - 1.
 * @throws {RangeError} When a parameter is out of its bounds.
 * @see TA-Lib `STOCHF` with simple averages
 */
export function stochf(fastK = 5, fastD = 3): Spec<"signal"> {
  const range = checkWindow("stochf fastK", fastK), signal = checkWindow("stochf fastD", fastD);
  return new Spec<"signal">(KEY, {
    label: "stochf(" + range + ", " + signal + ")",
    needed: range + signal - 1,
    outputs: ["value", "signal"],
    overlay: false,
    create: () => new StochasticKernel(range, 1, signal),
  });
}

class StochasticKernel implements Kernel {
  readonly #window: number;
  readonly #slowWindow: number;
  readonly #signalWindow: number;
  readonly #highest: MovingExtreme;
  readonly #lowest: MovingExtreme;
  readonly #slow: RecentSum;
  readonly #signal: RecentSum;

  constructor(window: number, slowWindow: number, signalWindow: number) {
    this.#window = window;
    this.#slowWindow = slowWindow;
    this.#signalWindow = signalWindow;
    this.#highest = new MovingExtreme(window, 1);
    this.#lowest = new MovingExtreme(window, -1);
    this.#slow = new RecentSum(slowWindow);
    this.#signal = new RecentSum(signalWindow);
  }

  update(bars: Bars, from: number, to: number, out: readonly Float64Array[], at: number): void {
    const high = bars.high, low = bars.low, close = bars.close, shift = at - from;
    const values = out[0]!, signals = out[1]!, highest = this.#highest, lowest = this.#lowest;
    const slow = this.#slow, slowWindow = this.#slowWindow;
    const signal = this.#signal, signalWindow = this.#signalWindow;
    const first = this.#window - 1, second = first + slowWindow - 1;
    for (let i = from; i < to; i++) {
      const top = highest.next(high[i]!, i), bottom = lowest.next(low[i]!, i);
      values[i + shift] = NaN;
      signals[i + shift] = NaN;
      if (i < first) continue;
      const fastK = top > bottom ? (close[i]! - bottom) / (top - bottom) * 100 : 0;
      const slowK = slow.next(fastK) / slowWindow;
      if (i < second) continue;
      const slowD = signal.next(slowK) / signalWindow;
      values[i + shift] = slowD === slowD ? slowK : NaN;
      signals[i + shift] = slowD;
    }
  }
}
