/**
 * Exponential moving average.
 *
 * @module
 */

import { KEY } from "../../core/mod.ts";
import type { Bars } from "../../market/mod.ts";
import type { Kernel } from "./kernel.ts";
import { checkWindow, Spec } from "./spec.ts";

/**
 * The exponential average of the closes with weight 2 / (window + 1), seeded with the mean of the first `window` closes.
 *
 * @param window Bars, 1 to 100,000. The first value is at bar `window`.
 * @see TA-Lib `EMA`
 */
export function ema(window: number): Spec {
  const n = checkWindow("ema window", window);
  return new Spec(KEY, {
    label: "ema(" + n + ")",
    needed: n,
    outputs: ["value"],
    overlay: true,
    create: () => new EmaKernel(n),
  });
}

class EmaKernel implements Kernel {
  readonly #ema: Exponential;

  constructor(window: number) {
    this.#ema = new Exponential(window, 2 / (window + 1));
  }

  update(bars: Bars, from: number, to: number, out: readonly Float64Array[], at: number): void {
    const x = bars.close, o = out[0]!, ema = this.#ema, shift = at - from;
    for (let i = from; i < to; i++) o[i + shift] = ema.next(x[i]!);
  }
}

/** A running exponential average, seeded with the mean of its first n values: the building block of EMA, DEMA, TEMA, TRIX, MACD. */
export class Exponential {
  readonly #window: number;
  readonly #weight: number;
  #count = 0;
  #value = 0;

  /** @param weight Weight of the newest value, in (0, 1]. */
  constructor(window: number, weight: number) {
    this.#window = window;
    this.#weight = weight;
  }

  /** Takes the next value and returns the average, NaN before the n-th value. */
  next(x: number): number {
    if (this.#count < this.#window) {
      this.#value += x;
      if (++this.#count < this.#window) return NaN;
      this.#value /= this.#window;
      return this.#value;
    }
    this.#value += (x - this.#value) * this.#weight;
    return this.#value;
  }
}
