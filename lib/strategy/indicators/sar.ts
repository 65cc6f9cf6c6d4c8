/**
 * Parabolic stop and reverse (Wilder, 1978).
 *
 * @module
 */

import { KEY } from "../../core/mod.ts";
import type { Bars } from "../../market/mod.ts";
import type { Kernel } from "./kernel.ts";
import { checkPositive, Spec } from "./spec.ts";

/**
 * A stop that follows the trend and turns when it is hit, in price units. It moves by the acceleration factor times its distance from the
 * extreme of the trend; the factor grows by `acceleration` with every new extreme, up to `maximum`; the stop never enters the
 * range of the last two bars. The first trend is down when bar 2 made a lower low by more than it made a higher high, else up.
 *
 * The first value is at bar 2.
 *
 * @param acceleration Above 0, at most 1.
 * @param maximum Above 0, at most 1, not below `acceleration`.
 * @throws {RangeError} When a parameter is out of its bounds.
 * @see TA-Lib `SAR`
 */
export function sar(acceleration = 0.02, maximum = 0.2): Spec {
  const most = checkPositive("sar maximum", maximum, 1);
  const step = checkPositive("sar acceleration", acceleration, most);
  return new Spec(KEY, {
    label: "sar(" + step + ", " + most + ")",
    needed: 2,
    outputs: ["value"],
    overlay: true,
    create: () => new ParabolicKernel(step, most),
  });
}

class ParabolicKernel implements Kernel {
  readonly #step: number;
  readonly #most: number;
  #rising = true;
  #factor = 0;
  #stop = 0;
  #extreme = 0;

  constructor(step: number, most: number) {
    this.#step = step;
    this.#most = most;
  }

  update(bars: Bars, from: number, to: number, out: readonly Float64Array[], at: number): void {
    const high = bars.high, low = bars.low, o = out[0]!, shift = at - from;
    const step = this.#step, most = this.#most;
    let rising = this.#rising, factor = this.#factor, stop = this.#stop, extreme = this.#extreme;
    for (let i = from; i < to; i++) {
      if (i === 0) {
        o[i + shift] = NaN;
        continue;
      }
      const h = high[i]!, l = low[i]!;
      // Bar 2 has no other bar before it that counts: its own range stands in for the last one's.
      const lastHigh = high[i === 1 ? 1 : i - 1]!, lastLow = low[i === 1 ? 1 : i - 1]!;
      if (i === 1) {
        const up = h - high[0]!, down = low[0]! - l;
        rising = !(down > 0 && down > up);
        factor = step;
        stop = rising ? low[0]! : high[0]!;
        extreme = rising ? h : l;
      }
      const hit = rising ? l <= stop : h >= stop;
      if (hit) {
        rising = !rising;
        stop = rising ? below(extreme, lastLow, l) : above(extreme, lastHigh, h);
        factor = step;
        extreme = rising ? h : l;
      } else if (rising ? h > extreme : l < extreme) {
        extreme = rising ? h : l;
        factor = factor + step > most ? most : factor + step;
      }
      o[i + shift] = stop;
      const next = stop + factor * (extreme - stop);
      stop = rising ? below(next, lastLow, l) : above(next, lastHigh, h);
    }
    this.#rising = rising;
    this.#factor = factor;
    this.#stop = stop;
    this.#extreme = extreme;
  }
}

function below(value: number, a: number, b: number): number {
  const least = a < b ? a : b;
  return value > least ? least : value;
}

function above(value: number, a: number, b: number): number {
  const most = a > b ? a : b;
  return value < most ? most : value;
}
