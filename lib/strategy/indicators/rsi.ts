/**
 * Relative strength index.
 *
 * @module
 */

import { KEY } from "../../core/mod.ts";
import type { Bars } from "../../market/mod.ts";
import { type BarField, checkField, columnOf, labelOf } from "./field.ts";
import type { Kernel } from "./kernel.ts";
import { checkWindow, Spec } from "./spec.ts";

const abs = Math.abs;

/**
 * 100 times the average gain over the average gain plus the average loss, both smoothed as Wilder does: the mean of the first
 * `window` changes, then weight 1 / `window`. From 0 to 100; 0 when the price has never changed.
 *
 * @param window Bars, 2 to 100,000. The first value is at bar `window` + 1.
 * @param field Column, default `close`.
 * @throws {RangeError} When a parameter is out of its bounds.
 * @see TA-Lib `RSI`
 */
export function rsi(window = 14, field: BarField = "close"): Spec {
  const n = checkWindow("rsi window", window, 2), column = checkField("rsi field", field);
  return new Spec(KEY, {
    label: labelOf("rsi", n, column, "close"),
    needed: n + 1,
    outputs: ["value"],
    overlay: false,
    create: () => new RsiKernel(n, column),
  });
}

class RsiKernel implements Kernel {
  readonly #window: number;
  readonly #field: BarField;
  // Both are `window` times the averages, and the gains also doubled: the factors cancel in the quotient, and no branch is left.
  #gains = 0;
  #moves = 0;

  constructor(window: number, field: BarField) {
    this.#window = window;
    this.#field = field;
  }

  update(bars: Bars, from: number, to: number, out: readonly Float64Array[], at: number): void {
    const x = columnOf(bars, this.#field), o = out[0]!, n = this.#window, shift = at - from;
    const keep = (n - 1) / n;
    let gains = this.#gains, moves = this.#moves, i = from;
    for (; i < to && i <= n; i++) {
      if (i > 0) {
        const change = x[i]! - x[i - 1]!, size = abs(change);
        gains += size + change;
        moves += size;
      }
      o[i + shift] = i < n ? NaN : moves > 0 ? gains / moves * 50 : 0;
    }
    for (; i < to; i++) {
      const change = x[i]! - x[i - 1]!, size = abs(change);
      gains = gains * keep + (size + change);
      moves = moves * keep + size;
      o[i + shift] = moves > 0 ? gains / moves * 50 : 0;
    }
    this.#gains = gains;
    this.#moves = moves;
  }
}
