/**
 * Momentum and rate of change.
 *
 * @module
 */

import { KEY } from "../../core/mod.ts";
import type { Bars } from "../../market/mod.ts";
import { type BarField, checkField, columnOf, labelOf } from "./field.ts";
import type { Kernel } from "./kernel.ts";
import { checkWindow, Spec } from "./spec.ts";

/**
 * The change over `window` bars, in the unit of the column.
 *
 * @param window Bars, 1 to 100,000. The first value is at bar `window` + 1.
 * @param field Column, default `close`.
 * @throws {RangeError} When a parameter is out of its bounds.
 * @see TA-Lib `MOM`
 */
export function mom(window = 10, field: BarField = "close"): Spec {
  const n = checkWindow("mom window", window), column = checkField("mom field", field);
  return new Spec(KEY, {
    label: labelOf("mom", n, column, "close"),
    needed: n + 1,
    outputs: ["value"],
    overlay: false,
    create: () => new MomentumKernel(n, column),
  });
}

/**
 * The change over `window` bars in percent of the value then; 0 when that was 0.
 *
 * @param window Bars, 1 to 100,000. The first value is at bar `window` + 1.
 * @param field Column, default `close`.
 * @throws {RangeError} When a parameter is out of its bounds.
 * @see TA-Lib `ROC`
 */
export function roc(window = 10, field: BarField = "close"): Spec {
  const n = checkWindow("roc window", window), column = checkField("roc field", field);
  return new Spec(KEY, {
    label: labelOf("roc", n, column, "close"),
    needed: n + 1,
    outputs: ["value"],
    overlay: false,
    create: () => new RateOfChangeKernel(n, column),
  });
}

class MomentumKernel implements Kernel {
  readonly #window: number;
  readonly #field: BarField;

  constructor(window: number, field: BarField) {
    this.#window = window;
    this.#field = field;
  }

  update(bars: Bars, from: number, to: number, out: readonly Float64Array[], at: number): void {
    const x = columnOf(bars, this.#field), o = out[0]!, n = this.#window, shift = at - from;
    let i = from;
    for (; i < to && i < n; i++) o[i + shift] = NaN;
    for (; i < to; i++) o[i + shift] = x[i]! - x[i - n]!;
  }
}

class RateOfChangeKernel implements Kernel {
  readonly #window: number;
  readonly #field: BarField;

  constructor(window: number, field: BarField) {
    this.#window = window;
    this.#field = field;
  }

  update(bars: Bars, from: number, to: number, out: readonly Float64Array[], at: number): void {
    const x = columnOf(bars, this.#field), o = out[0]!, n = this.#window, shift = at - from;
    let i = from;
    for (; i < to && i < n; i++) o[i + shift] = NaN;
    for (; i < to; i++) {
      const then = x[i - n]!;
      o[i + shift] = then === 0 ? 0 : (x[i]! - then) / then * 100;
    }
  }
}
