/**
 * Linear regression: the end of the fitted line.
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
 * The value, at the newest bar, of the least-squares line through the last `window` values. It equals three times the weighted
 * average less twice the simple one.
 *
 * @param window Bars, 2 to 100,000. The first value is at bar `window`.
 * @param field Column, default `close`.
 * @throws {RangeError} When a parameter is out of its bounds.
 * @see TA-Lib `LINEARREG`
 */
export function linearreg(window = 14, field: BarField = "close"): Spec {
  const n = checkWindow("linearreg window", window, 2);
  const column = checkField("linearreg field", field);
  return new Spec(KEY, {
    label: labelOf("linearreg", n, column, "close"),
    needed: n,
    outputs: ["value"],
    overlay: column !== "volume",
    create: () => new LinearRegressionKernel(n, column),
  });
}

class LinearRegressionKernel implements Kernel {
  readonly #sums: WeightedWindow;
  readonly #field: BarField;

  constructor(window: number, field: BarField) {
    this.#sums = new WeightedWindow(window, 3, window + 1);
    this.#field = field;
  }

  update(bars: Bars, from: number, to: number, out: readonly Float64Array[], at: number): void {
    const field = this.#field;
    this.#sums.run(columnOf(bars, field), scaleOf(bars, field), from, to, out[0]!, at);
  }
}
