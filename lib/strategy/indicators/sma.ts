/**
 * Simple moving average.
 *
 * @module
 */

import { KEY } from "../../core/mod.ts";
import type { Bars } from "../../market/mod.ts";
import type { Kernel } from "./kernel.ts";
import { checkWindow, Spec } from "./spec.ts";
import { MovingSum } from "./moving_sum.ts";

/**
 * The mean of the last `window` closes. Equal averages compare equal: the sum is exact for prices on the instrument's scale.
 *
 * @param window Bars, 1 to 100,000. The first value is at bar `window`.
 * @see TA-Lib `SMA`
 */
export function sma(window: number): Spec {
  const n = checkWindow("sma window", window);
  return new Spec(KEY, {
    label: "sma(" + n + ")",
    needed: n,
    outputs: ["value"],
    overlay: true,
    create: () => new SmaKernel(n),
  });
}

class SmaKernel implements Kernel {
  readonly #sum: MovingSum;

  constructor(window: number) {
    this.#sum = new MovingSum(window);
  }

  update(bars: Bars, from: number, to: number, out: readonly Float64Array[], at: number): void {
    this.#sum.means(bars.close, bars.tickScale, from, to, out[0]!, at);
  }
}
