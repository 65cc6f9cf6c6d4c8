/**
 * Simple moving average.
 *
 * @module
 */

import { KEY } from "../../core/mod.ts";
import type { Bars } from "../../market/mod.ts";
import { type BarField, checkField, columnOf, labelOf, scaleOf } from "./field.ts";
import type { Kernel } from "./kernel.ts";
import { MovingSum } from "./moving_sum.ts";
import { checkWindow, Spec } from "./spec.ts";

/**
 * The mean of the last `window` values. Equal averages compare equal: the sum is exact for prices on the instrument's scale.
 *
 * @param window Bars, 1 to 100,000. The first value is at bar `window`.
 * @param field Column, default `close`.
 * @throws {RangeError} When a parameter is out of its bounds.
 * @see TA-Lib `SMA`
 */
export function sma(window = 30, field: BarField = "close"): Spec {
  const n = checkWindow("sma window", window), column = checkField("sma field", field);
  return new Spec(KEY, {
    label: labelOf("sma", n, column, "close"),
    needed: n,
    outputs: ["value"],
    overlay: column !== "volume",
    create: () => new SmaKernel(n, column),
  });
}

class SmaKernel implements Kernel {
  readonly #sum: MovingSum;
  readonly #field: BarField;

  constructor(window: number, field: BarField) {
    this.#sum = new MovingSum(window);
    this.#field = field;
  }

  update(bars: Bars, from: number, to: number, out: readonly Float64Array[], at: number): void {
    const field = this.#field;
    this.#sum.means(columnOf(bars, field), scaleOf(bars, field), from, to, out[0]!, at);
  }
}
