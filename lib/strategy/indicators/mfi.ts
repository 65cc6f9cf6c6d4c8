/**
 * Money flow index.
 *
 * @module
 */

import { KEY } from "../../core/mod.ts";
import type { Bars } from "../../market/mod.ts";
import { factorOf, rounderOf } from "./field.ts";
import type { Kernel } from "./kernel.ts";
import { RecentSum } from "./recent_sum.ts";
import { checkWindow, Spec } from "./spec.ts";

/**
 * 100 times the money that flowed in over all money that flowed, in the last `window` bars: the typical price (high + low + close) / 3
 * times the volume, in when the typical price rose, out when it fell, neither when it stayed. From 0 to 100; 0 when nothing flowed.
 *
 * @param window Bars, 2 to 100,000. The first value is at bar `window` + 1.
 * @throws {RangeError} When the window is out of its bounds.
 * @see TA-Lib `MFI` (which also gives 0 for a flow below one unit of currency)
 */
export function mfi(window = 14): Spec {
  const n = checkWindow("mfi window", window, 2);
  return new Spec(KEY, {
    label: "mfi(" + n + ")",
    needed: n + 1,
    outputs: ["value"],
    overlay: false,
    create: () => new MoneyFlowKernel(n),
  });
}

class MoneyFlowKernel implements Kernel {
  readonly #in: RecentSum;
  readonly #out: RecentSum;
  #last = 0;

  constructor(window: number) {
    this.#in = new RecentSum(window);
    this.#out = new RecentSum(window);
  }

  update(bars: Bars, from: number, to: number, out: readonly Float64Array[], at: number): void {
    const high = bars.high, low = bars.low, close = bars.close, volume = bars.volume;
    const o = out[0]!, shift = at - from, flowsIn = this.#in, flowsOut = this.#out;
    const s = factorOf(bars.tickScale), r = rounderOf(bars.tickScale);
    let last = this.#last;
    for (let i = from; i < to; i++) {
      // In whole ticks, so that an unchanged typical price is seen as unchanged; the factor cancels in the quotient.
      const price = ((high[i]! + low[i]! + close[i]!) * s + r) - r, flow = price * volume[i]!;
      if (i === 0) o[i + shift] = NaN;
      else {
        const into = flowsIn.next(price > last ? flow : 0);
        const all = into + flowsOut.next(price < last ? flow : 0);
        o[i + shift] = all === 0 ? 0 : into / all * 100;
      }
      last = price;
    }
    this.#last = last;
  }
}
