/**
 * Double and triple exponential moving averages: exponential averages with most of their lag taken out (Mulloy, 1994).
 *
 * @module
 */

import { KEY } from "../../core/mod.ts";
import type { Bars } from "../../market/mod.ts";
import { Exponential } from "./ema.ts";
import { type BarField, checkField, columnOf, labelOf } from "./field.ts";
import type { Kernel } from "./kernel.ts";
import { checkWindow, Spec } from "./spec.ts";

/**
 * Twice the exponential average less the exponential average of it: 2 E1 - E2.
 *
 * @param window Bars, 1 to 100,000. The first value is at bar 2 `window` - 1.
 * @param field Column, default `close`.
 * @throws {RangeError} When a parameter is out of its bounds.
 * @see TA-Lib `DEMA`
 */
export function dema(window = 30, field: BarField = "close"): Spec {
  const n = checkWindow("dema window", window), column = checkField("dema field", field);
  return new Spec(KEY, {
    label: labelOf("dema", n, column, "close"),
    needed: 2 * n - 1,
    outputs: ["value"],
    overlay: column !== "volume",
    create: () => new DemaKernel(n, column),
  });
}

/**
 * 3 E1 - 3 E2 + E3, where each E is the exponential average of the one before.
 *
 * @param window Bars, 1 to 100,000. The first value is at bar 3 `window` - 2.
 * @param field Column, default `close`.
 * @throws {RangeError} When a parameter is out of its bounds.
 * @see TA-Lib `TEMA`
 */
export function tema(window = 30, field: BarField = "close"): Spec {
  const n = checkWindow("tema window", window), column = checkField("tema field", field);
  return new Spec(KEY, {
    label: labelOf("tema", n, column, "close"),
    needed: 3 * n - 2,
    outputs: ["value"],
    overlay: column !== "volume",
    create: () => new TemaKernel(n, column),
  });
}

class DemaKernel implements Kernel {
  readonly #needed: number;
  readonly #field: BarField;
  readonly #first: Exponential;
  readonly #second: Exponential;

  constructor(window: number, field: BarField) {
    this.#needed = 2 * window - 1;
    this.#field = field;
    this.#first = new Exponential(window);
    this.#second = new Exponential(window);
  }

  update(bars: Bars, from: number, to: number, out: readonly Float64Array[], at: number): void {
    const x = columnOf(bars, this.#field), o = out[0]!, shift = at - from, needed = this.#needed;
    const first = this.#first, second = this.#second, weight = first.weight;
    let i = from;
    for (; i < to && i < needed; i++) {
      const average = first.next(x[i]!);
      o[i + shift] = 2 * average - second.next(average);
    }
    let a = first.value, b = second.value;
    for (; i < to; i++) {
      a += (x[i]! - a) * weight;
      b += (a - b) * weight;
      o[i + shift] = 2 * a - b;
    }
    first.value = a;
    second.value = b;
  }
}

class TemaKernel implements Kernel {
  readonly #needed: number;
  readonly #field: BarField;
  readonly #first: Exponential;
  readonly #second: Exponential;
  readonly #third: Exponential;

  constructor(window: number, field: BarField) {
    this.#needed = 3 * window - 2;
    this.#field = field;
    this.#first = new Exponential(window);
    this.#second = new Exponential(window);
    this.#third = new Exponential(window);
  }

  update(bars: Bars, from: number, to: number, out: readonly Float64Array[], at: number): void {
    const x = columnOf(bars, this.#field), o = out[0]!, shift = at - from, needed = this.#needed;
    const first = this.#first, second = this.#second, third = this.#third, weight = first.weight;
    let i = from;
    for (; i < to && i < needed; i++) {
      const one = first.next(x[i]!), two = second.next(one);
      o[i + shift] = 3 * (one - two) + third.next(two);
    }
    let a = first.value, b = second.value, c = third.value;
    for (; i < to; i++) {
      a += (x[i]! - a) * weight;
      b += (a - b) * weight;
      c += (b - c) * weight;
      o[i + shift] = 3 * (a - b) + c;
    }
    first.value = a;
    second.value = b;
    third.value = c;
  }
}
