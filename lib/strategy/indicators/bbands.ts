/**
 * Bollinger bands.
 *
 * @module
 */

import { KEY } from "../../core/mod.ts";
import type { Bars } from "../../market/mod.ts";
import type { Kernel } from "./kernel.ts";
import { MovingDeviation } from "./moving_deviation.ts";
import { MovingSum } from "./moving_sum.ts";
import { checkPositive, checkWindow, Spec } from "./spec.ts";

/**
 * The mean of the last `window` closes (the value), and bands so many population standard deviations above (`upper`) and below
 * (`lower`) it.
 *
 * @param window Bars, 2 to 100,000. The first value is at bar `window`. TA-Lib's default of 5 is short; 20 is Bollinger's own.
 * @param up Deviations up to the upper band, above 0, at most 1,000.
 * @param down Deviations down to the lower band, default as many as up.
 * @throws {RangeError} When a parameter is out of its bounds.
 * @see TA-Lib `BBANDS` with a simple average
 */
export function bbands(window = 5, up = 2, down = up): Spec<"upper" | "lower"> {
  const n = checkWindow("bbands window", window, 2);
  const above = checkPositive("bbands up", up), below = checkPositive("bbands down", down);
  return new Spec<"upper" | "lower">(KEY, {
    label: "bbands(" + n + ", " + above + (above === below ? "" : ", " + below) + ")",
    needed: n,
    outputs: ["value", "upper", "lower"],
    overlay: true,
    create: () => new BollingerKernel(n, above, below),
  });
}

class BollingerKernel implements Kernel {
  readonly #sum: MovingSum;
  readonly #deviation: MovingDeviation;
  readonly #up: number;
  readonly #down: number;

  constructor(window: number, up: number, down: number) {
    this.#sum = new MovingSum(window);
    this.#deviation = new MovingDeviation(window);
    this.#up = up;
    this.#down = down;
  }

  update(bars: Bars, from: number, to: number, out: readonly Float64Array[], at: number): void {
    const middle = out[0]!, upper = out[1]!, lower = out[2]!, up = this.#up, down = this.#down;
    this.#sum.means(bars.close, bars.tickScale, from, to, middle, at);
    this.#deviation.run(bars.close, bars.tickScale, from, to, upper, at);
    for (let i = at, end = at + to - from; i < end; i++) {
      const deviation = upper[i]!;
      upper[i] = middle[i]! + up * deviation;
      lower[i] = middle[i]! - down * deviation;
    }
  }
}
