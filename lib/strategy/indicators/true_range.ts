/**
 * True range and its averages.
 *
 * @module
 */

import { KEY } from "../../core/mod.ts";
import type { Bars } from "../../market/mod.ts";
import type { Kernel } from "./kernel.ts";
import { checkWindow, Spec } from "./spec.ts";

const abs = Math.abs;

/**
 * The high or the last close, whichever is higher, less the low or the last close, whichever is lower, in price units. The first value
 * is at bar 2.
 *
 * @see TA-Lib `TRANGE`
 */
export function trange(): Spec {
  return new Spec(KEY, {
    label: "trange()",
    needed: 2,
    outputs: ["value"],
    overlay: false,
    create: () => new TrueRangeKernel(),
  });
}

/**
 * The average true range, in price units, smoothed as Wilder does: the mean of the first `window` ranges, then weight 1 / `window`.
 *
 * @param window Bars, 1 to 100,000. The first value is at bar `window` + 1.
 * @throws {RangeError} When the window is out of its bounds.
 * @see TA-Lib `ATR`
 */
export function atr(window = 14): Spec {
  const n = checkWindow("atr window", window);
  return new Spec(KEY, {
    label: "atr(" + n + ")",
    needed: n + 1,
    outputs: ["value"],
    overlay: false,
    create: () => new AverageTrueRangeKernel(n, false),
  });
}

/**
 * The average true range in percent of the close; 0 when the close is 0.
 *
 * @param window Bars, 1 to 100,000. The first value is at bar `window` + 1.
 * @throws {RangeError} When the window is out of its bounds.
 * @see TA-Lib `NATR`
 */
export function natr(window = 14): Spec {
  const n = checkWindow("natr window", window);
  return new Spec(KEY, {
    label: "natr(" + n + ")",
    needed: n + 1,
    outputs: ["value"],
    overlay: false,
    create: () => new AverageTrueRangeKernel(n, true),
  });
}

/** Returns the true range of row `i`, 1 or later. */
export function trueRangeAt(
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  i: number,
): number {
  // The range plus the gap below or above it, each 0 or half of |x| + x: without the branches it takes an eighth of the time.
  const h = high[i]!, l = low[i]!, last = close[i - 1]!, below = l - last, above = last - h;
  return (h - l) + ((abs(below) + below) + (abs(above) + above)) * 0.5;
}

class TrueRangeKernel implements Kernel {
  update(bars: Bars, from: number, to: number, out: readonly Float64Array[], at: number): void {
    const high = bars.high, low = bars.low, close = bars.close, o = out[0]!, shift = at - from;
    for (let i = from; i < to; i++) {
      o[i + shift] = i === 0 ? NaN : trueRangeAt(high, low, close, i);
    }
  }
}

/** Average true range, also the width of Keltner's channel. */
export class AverageTrueRangeKernel implements Kernel {
  readonly #window: number;
  readonly #percent: boolean;
  #value = 0;

  /** @param percent True for percent of the close instead of price units. */
  constructor(window: number, percent: boolean) {
    this.#window = window;
    this.#percent = percent;
  }

  update(bars: Bars, from: number, to: number, out: readonly Float64Array[], at: number): void {
    const high = bars.high, low = bars.low, close = bars.close, o = out[0]!, shift = at - from;
    const n = this.#window, weight = 1 / n;
    let value = this.#value, i = from;
    for (; i < to && i <= n; i++) {
      if (i > 0) value += (trueRangeAt(high, low, close, i) - value) / i;
      o[i + shift] = i < n ? NaN : value;
    }
    for (; i < to; i++) {
      value += (trueRangeAt(high, low, close, i) - value) * weight;
      o[i + shift] = value;
    }
    this.#value = value;
    if (!this.#percent) return;
    for (i = from; i < to; i++) {
      o[i + shift] = close[i] === 0 ? 0 * o[i + shift]! : o[i + shift]! / close[i]! * 100;
    }
  }
}
