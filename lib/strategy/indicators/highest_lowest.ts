/**
 * Highest and lowest value of the last bars.
 *
 * @module
 */

import { KEY } from "../../core/mod.ts";
import type { Bars } from "../../market/mod.ts";
import { type BarField, checkField, columnOf, labelOf } from "./field.ts";
import type { Kernel } from "./kernel.ts";
import { MovingExtreme } from "./moving_extreme.ts";
import { checkWindow, Spec } from "./spec.ts";

/**
 * The highest value of this and the `window` - 1 bars before. For a breakout compare with the value one bar ago (`.previous`): this bar's
 * own high is in it.
 *
 * @param window Bars, 1 to 100,000. The first value is at bar `window`.
 * @param field Column, default `high`.
 * @throws {RangeError} When a parameter is out of its bounds.
 * @see TA-Lib `MAX`
 */
export function highest(window = 30, field: BarField = "high"): Spec {
  const n = checkWindow("highest window", window), column = checkField("highest field", field);
  return new Spec(KEY, {
    label: labelOf("highest", n, column, "high"),
    needed: n,
    outputs: ["value"],
    overlay: column !== "volume",
    create: () => new ExtremeKernel(n, column, 1),
  });
}

/**
 * The lowest value of this and the `window` - 1 bars before.
 *
 * @param window Bars, 1 to 100,000. The first value is at bar `window`.
 * @param field Column, default `low`.
 * @throws {RangeError} When a parameter is out of its bounds.
 * @see TA-Lib `MIN`
 */
export function lowest(window = 30, field: BarField = "low"): Spec {
  const n = checkWindow("lowest window", window), column = checkField("lowest field", field);
  return new Spec(KEY, {
    label: labelOf("lowest", n, column, "low"),
    needed: n,
    outputs: ["value"],
    overlay: column !== "volume",
    create: () => new ExtremeKernel(n, column, -1),
  });
}

class ExtremeKernel implements Kernel {
  readonly #window: number;
  readonly #field: BarField;
  readonly #extreme: MovingExtreme;

  constructor(window: number, field: BarField, sign: 1 | -1) {
    this.#window = window;
    this.#field = field;
    this.#extreme = new MovingExtreme(window, sign);
  }

  update(bars: Bars, from: number, to: number, out: readonly Float64Array[], at: number): void {
    const x = columnOf(bars, this.#field), o = out[0]!, shift = at - from;
    const extreme = this.#extreme, first = this.#window - 1;
    for (let i = from; i < to; i++) {
      const value = extreme.next(x[i]!, i);
      o[i + shift] = i < first ? NaN : value;
    }
  }
}
