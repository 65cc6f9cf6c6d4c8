/**
 * Standard deviation of prices.
 *
 * @module
 */

import { KEY } from "../../core/mod.ts";
import type { Bars } from "../../market/mod.ts";
import { type BarField, checkField, columnOf, labelOf, scaleOf } from "./field.ts";
import type { Kernel } from "./kernel.ts";
import { MovingDeviation } from "./moving_deviation.ts";
import { checkWindow, Spec } from "./spec.ts";

/**
 * The population standard deviation (divided by `window`, not `window` - 1) of the last values, in the unit of the column.
 *
 * @param window Bars, 2 to 100,000. The first value is at bar `window`.
 * @param field Column, default `close`.
 * @throws {RangeError} When a parameter is out of its bounds.
 * @see TA-Lib `STDDEV` with one deviation
 */
export function stddev(window = 5, field: BarField = "close"): Spec {
  const n = checkWindow("stddev window", window, 2), column = checkField("stddev field", field);
  return new Spec(KEY, {
    label: labelOf("stddev", n, column, "close"),
    needed: n,
    outputs: ["value"],
    overlay: false,
    create: () => new StandardDeviationKernel(n, column),
  });
}

class StandardDeviationKernel implements Kernel {
  readonly #deviation: MovingDeviation;
  readonly #field: BarField;

  constructor(window: number, field: BarField) {
    this.#deviation = new MovingDeviation(window);
    this.#field = field;
  }

  update(bars: Bars, from: number, to: number, out: readonly Float64Array[], at: number): void {
    const field = this.#field;
    this.#deviation.run(columnOf(bars, field), scaleOf(bars, field), from, to, out[0]!, at);
  }
}
