/**
 * Donchian's channel.
 *
 * @module
 */

import { KEY } from "../../core/mod.ts";
import type { Bars } from "../../market/mod.ts";
import type { Kernel } from "./kernel.ts";
import { MovingExtreme } from "./moving_extreme.ts";
import { checkWindow, Spec } from "./spec.ts";

/**
 * The highest high (`upper`) and lowest low (`lower`) of this and the `window` - 1 bars before, and the middle of both (the value). For a
 * breakout compare with the band one bar ago: this bar's own high and low are in it.
 *
 * @param window Bars, 1 to 100,000. The first value is at bar `window`.
 * @throws {RangeError} When the window is out of its bounds.
 * @see TA-Lib `MAX` of the highs and `MIN` of the lows
 */
export function donchian(window = 20): Spec<"upper" | "lower"> {
  const n = checkWindow("donchian window", window);
  return new Spec<"upper" | "lower">(KEY, {
    label: "donchian(" + n + ")",
    needed: n,
    outputs: ["value", "upper", "lower"],
    overlay: true,
    create: () => new DonchianKernel(n),
  });
}

class DonchianKernel implements Kernel {
  readonly #window: number;
  readonly #highest: MovingExtreme;
  readonly #lowest: MovingExtreme;

  constructor(window: number) {
    this.#window = window;
    this.#highest = new MovingExtreme(window, 1);
    this.#lowest = new MovingExtreme(window, -1);
  }

  update(bars: Bars, from: number, to: number, out: readonly Float64Array[], at: number): void {
    const high = bars.high, low = bars.low, shift = at - from, first = this.#window - 1;
    const middle = out[0]!, upper = out[1]!, lower = out[2]!;
    const highest = this.#highest, lowest = this.#lowest;
    for (let i = from; i < to; i++) {
      const top = highest.next(high[i]!, i), bottom = lowest.next(low[i]!, i);
      middle[i + shift] = i < first ? NaN : (top + bottom) / 2;
      upper[i + shift] = i < first ? NaN : top;
      lower[i + shift] = i < first ? NaN : bottom;
    }
  }
}
