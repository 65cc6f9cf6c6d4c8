/**
 * Williams' %R.
 *
 * @module
 */

import { KEY } from "../../core/mod.ts";
import type { Bars } from "../../market/mod.ts";
import type { Kernel } from "./kernel.ts";
import { MovingExtreme } from "./moving_extreme.ts";
import { checkWindow, Spec } from "./spec.ts";

/**
 * -100 (highest high - close) / (highest high - lowest low) over the last `window` bars: from -100 to 0, and 0 for a window without range.
 *
 * @param window Bars, 2 to 100,000. The first value is at bar `window`.
 * @throws {RangeError} When the window is out of its bounds.
 * @see TA-Lib `WILLR`
 */
export function willr(window = 14): Spec {
  const n = checkWindow("willr window", window, 2);
  return new Spec(KEY, {
    label: "willr(" + n + ")",
    needed: n,
    outputs: ["value"],
    overlay: false,
    create: () => new WilliamsKernel(n),
  });
}

class WilliamsKernel implements Kernel {
  readonly #window: number;
  readonly #highest: MovingExtreme;
  readonly #lowest: MovingExtreme;

  constructor(window: number) {
    this.#window = window;
    this.#highest = new MovingExtreme(window, 1);
    this.#lowest = new MovingExtreme(window, -1);
  }

  update(bars: Bars, from: number, to: number, out: readonly Float64Array[], at: number): void {
    const high = bars.high, low = bars.low, close = bars.close, o = out[0]!, shift = at - from;
    const highest = this.#highest, lowest = this.#lowest, first = this.#window - 1;
    for (let i = from; i < to; i++) {
      const top = highest.next(high[i]!, i), bottom = lowest.next(low[i]!, i);
      o[i + shift] = i < first ? NaN : top > bottom ? (close[i]! - top) / (top - bottom) * 100 : 0;
    }
  }
}
