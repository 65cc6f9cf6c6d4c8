/**
 * Keltner's channel in its modern form (Raschke): an exponential average with bands of average true range.
 *
 * @module
 */

import { KEY } from "../../core/mod.ts";
import type { Bars } from "../../market/mod.ts";
import { Exponential } from "./ema.ts";
import type { Kernel } from "./kernel.ts";
import { checkPositive, checkWindow, Spec } from "./spec.ts";
import { AverageTrueRangeKernel } from "./true_range.ts";

/**
 * The exponential average of the closes (the value), and bands `multiplier` average true ranges above (`upper`) and below (`lower`) it.
 * All outputs start together.
 *
 * @param window Bars of the average, 1 to 100,000.
 * @param multiplier Average true ranges from the middle to a band, above 0, at most 1,000.
 * @param atrWindow Bars of the average true range, 1 to 100,000. The first value is at bar `window` or `atrWindow` + 1, whichever is later.
 * @throws {RangeError} When a parameter is out of its bounds.
 * @see TA-Lib `EMA`, `ATR`
 */
export function keltner(window = 20, multiplier = 2, atrWindow = 10): Spec<"upper" | "lower"> {
  const n = checkWindow("keltner window", window);
  const width = checkPositive("keltner multiplier", multiplier);
  const ranges = checkWindow("keltner atrWindow", atrWindow);
  return new Spec<"upper" | "lower">(KEY, {
    label: "keltner(" + n + ", " + width + ", " + ranges + ")",
    needed: n > ranges ? n : ranges + 1,
    outputs: ["value", "upper", "lower"],
    overlay: true,
    create: () => new KeltnerKernel(n, width, ranges),
  });
}

class KeltnerKernel implements Kernel {
  readonly #average: Exponential;
  readonly #width: number;
  readonly #range: AverageTrueRangeKernel;

  constructor(window: number, width: number, rangeWindow: number) {
    this.#average = new Exponential(window);
    this.#width = width;
    this.#range = new AverageTrueRangeKernel(rangeWindow, false);
  }

  update(bars: Bars, from: number, to: number, out: readonly Float64Array[], at: number): void {
    const close = bars.close, middle = out[0]!, upper = out[1]!, lower = out[2]!;
    const average = this.#average, width = this.#width, shift = at - from;
    // The range is computed into the main output, row by row replaced by the middle.
    this.#range.update(bars, from, to, out, at);
    for (let i = from; i < to; i++) {
      const value = average.next(close[i]!), distance = width * middle[i + shift]!;
      upper[i + shift] = value + distance;
      lower[i + shift] = value - distance;
      middle[i + shift] = distance === distance ? value : NaN;
    }
  }
}
