/**
 * Average directional index with its two directional indicators (Wilder, 1978).
 *
 * @module
 */

import { KEY } from "../../core/mod.ts";
import type { Bars } from "../../market/mod.ts";
import type { Kernel } from "./kernel.ts";
import { checkWindow, Spec } from "./spec.ts";
import { trueRangeAt } from "./true_range.ts";

const abs = Math.abs;

/**
 * The strength of a trend (the value) and the shares of up moves (`plusDi`) and down moves (`minusDi`) in the true range, all from 0 to
 * 100, smoothed as Wilder does. The directional index of a bar is 100 |plus - minus| / (plus + minus); a bar without any movement
 * leaves the average as it was.
 *
 * @param window Bars, 2 to 100,000. The first value is at bar 2 `window`, the first of the directional indicators at `window` + 1.
 * @throws {RangeError} When the window is out of its bounds.
 * @see TA-Lib `ADX`, `PLUS_DI`, `MINUS_DI`
 */
export function adx(window = 14): Spec<"plusDi" | "minusDi"> {
  const n = checkWindow("adx window", window, 2);
  return new Spec<"plusDi" | "minusDi">(KEY, {
    label: "adx(" + n + ")",
    needed: 2 * n,
    outputs: ["value", "plusDi", "minusDi"],
    overlay: false,
    create: () => new AdxKernel(n),
  });
}

class AdxKernel implements Kernel {
  readonly #window: number;
  #plus = 0;
  #minus = 0;
  #range = 0;
  #average = 0;

  constructor(window: number) {
    this.#window = window;
  }

  update(bars: Bars, from: number, to: number, out: readonly Float64Array[], at: number): void {
    const high = bars.high, low = bars.low, close = bars.close, shift = at - from;
    const averages = out[0]!, plusDi = out[1]!, minusDi = out[2]!;
    const n = this.#window, keep = (n - 1) / n;
    let plus = this.#plus, minus = this.#minus, range = this.#range, average = this.#average;
    for (let i = from; i < to; i++) {
      averages[i + shift] = NaN;
      plusDi[i + shift] = NaN;
      minusDi[i + shift] = NaN;
      if (i === 0) continue;
      // Wilder's sums: the first window - 1 bars are added up, later ones displace a share of the sum.
      const kept = i < n ? 1 : keep;
      const up = high[i]! - high[i - 1]!, down = low[i - 1]! - low[i]!;
      plus = plus * kept + (up > down && up > 0 ? up : 0);
      minus = minus * kept + (down > up && down > 0 ? down : 0);
      range = range * kept + trueRangeAt(high, low, close, i);
      if (i < n) continue;
      plusDi[i + shift] = range > 0 ? plus / range * 100 : 0;
      minusDi[i + shift] = range > 0 ? minus / range * 100 : 0;
      const both = plus + minus, index = both > 0 ? abs(plus - minus) / both * 100 : NaN;
      // The first average is the mean of the first window indices, a bar without one counting as 0.
      if (i < 2 * n) average += index === index ? index / n : 0;
      else if (index === index) average += (index - average) / n;
      if (i >= 2 * n - 1) averages[i + shift] = average;
    }
    this.#plus = plus;
    this.#minus = minus;
    this.#range = range;
    this.#average = average;
  }
}
