/**
 * Aroon: how long ago the last high and the last low were.
 *
 * @module
 */

import { KEY } from "../../core/mod.ts";
import type { Bars } from "../../market/mod.ts";
import type { Kernel } from "./kernel.ts";
import { MovingExtreme } from "./moving_extreme.ts";
import { checkWindow, Spec } from "./spec.ts";

/**
 * 100 when the highest high (`up`) or lowest low (`down`) of this and the `window` bars before is this bar's, 0 when it is the oldest;
 * the value is up less down, from -100 to 100. Of equal extremes the latest counts.
 *
 * @param window Bars back, 2 to 100,000. The first value is at bar `window` + 1.
 * @throws {RangeError} When the window is out of its bounds.
 * @see TA-Lib `AROON`, `AROONOSC`
 */
export function aroon(window = 14): Spec<"up" | "down"> {
  const n = checkWindow("aroon window", window, 2);
  return new Spec<"up" | "down">(KEY, {
    label: "aroon(" + n + ")",
    needed: n + 1,
    outputs: ["value", "up", "down"],
    overlay: false,
    create: () => new AroonKernel(n),
  });
}

class AroonKernel implements Kernel {
  readonly #window: number;
  readonly #highest: MovingExtreme;
  readonly #lowest: MovingExtreme;

  constructor(window: number) {
    this.#window = window;
    this.#highest = new MovingExtreme(window + 1, 1);
    this.#lowest = new MovingExtreme(window + 1, -1);
  }

  update(bars: Bars, from: number, to: number, out: readonly Float64Array[], at: number): void {
    const high = bars.high, low = bars.low, n = this.#window, shift = at - from;
    const values = out[0]!, ups = out[1]!, downs = out[2]!;
    const highest = this.#highest, lowest = this.#lowest;
    for (let i = from; i < to; i++) {
      highest.next(high[i]!, i);
      lowest.next(low[i]!, i);
      const start = i < n ? NaN : i - n, top = highest.row(), bottom = lowest.row();
      values[i + shift] = start === start ? 100 * (top - bottom) / n : NaN;
      ups[i + shift] = 100 * (top - start) / n;
      downs[i + shift] = 100 * (bottom - start) / n;
    }
  }
}
