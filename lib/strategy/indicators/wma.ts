/**
 * Linearly weighted moving average.
 *
 * @module
 */

import { KEY } from "../../core/mod.ts";
import type { Bars } from "../../market/mod.ts";
import { type BarField, checkField, columnOf, labelOf, scaleOf } from "./field.ts";
import type { Kernel } from "./kernel.ts";
import { checkWindow, Spec } from "./spec.ts";
import { WeightedWindow } from "./weighted_window.ts";

/**
 * The mean of the last `window` values with weights 1 (oldest) to `window` (newest).
 *
 * @param window Bars, 1 to 100,000. The first value is at bar `window`.
 * @param field Column, default `close`.
 * @throws {RangeError} When a parameter is out of its bounds.
 * @see TA-Lib `WMA`
 */
export function wma(window = 30, field: BarField = "close"): Spec {
  const n = checkWindow("wma window", window), column = checkField("wma field", field);
  return new Spec(KEY, {
    label: labelOf("wma", n, column, "close"),
    needed: n,
    outputs: ["value"],
    overlay: column !== "volume",
    create: () => new WmaKernel(n, column),
  });
}

class WmaKernel implements Kernel {
  readonly #sums: WeightedWindow;
  readonly #field: BarField;

  constructor(window: number, field: BarField) {
    this.#sums = new WeightedWindow(window, 1, 0);
    this.#field = field;
  }

  update(bars: Bars, from: number, to: number, out: readonly Float64Array[], at: number): void {
    const field = this.#field;
    this.#sums.run(columnOf(bars, field), scaleOf(bars, field), from, to, out[0]!, at);
  }
}
