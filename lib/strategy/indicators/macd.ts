/**
 * Moving average convergence and divergence.
 *
 * @module
 */

import { KEY } from "../../core/mod.ts";
import type { Bars } from "../../market/mod.ts";
import { Exponential } from "./ema.ts";
import type { Kernel } from "./kernel.ts";
import { checkWindow, Spec } from "./spec.ts";

/**
 * The fast less the slow exponential average of the closes (the value), the exponential average of that (`signal`), and the difference
 * of both (`histogram`). As in TA-Lib the fast average is seeded so that its first value is at the same bar as the slow one's, and
 * all three outputs start together.
 *
 * @param fast Bars of the fast average, 1 to 99,999.
 * @param slow Bars of the slow average, above `fast`, at most 100,000.
 * @param signal Bars of the signal, 1 to 100,000. The first value is at bar `slow` + `signal` - 1.
 * @throws {RangeError} When a parameter is out of its bounds.
 * @see TA-Lib `MACD`
 */
export function macd(fast = 12, slow = 26, signal = 9): Spec<"signal" | "histogram"> {
  const f = checkWindow("macd fast", fast), s = checkWindow("macd slow", slow, f + 1);
  const g = checkWindow("macd signal", signal);
  return new Spec<"signal" | "histogram">(KEY, {
    label: "macd(" + f + ", " + s + ", " + g + ")",
    needed: s + g - 1,
    outputs: ["value", "signal", "histogram"],
    overlay: false,
    create: () => new MacdKernel(f, s, g),
  });
}

class MacdKernel implements Kernel {
  readonly #fastStart: number;
  readonly #needed: number;
  readonly #fast: Exponential;
  readonly #slow: Exponential;
  readonly #signal: Exponential;

  constructor(fast: number, slow: number, signal: number) {
    this.#fastStart = slow - fast;
    this.#needed = slow + signal - 1;
    this.#fast = new Exponential(fast);
    this.#slow = new Exponential(slow);
    this.#signal = new Exponential(signal);
  }

  update(bars: Bars, from: number, to: number, out: readonly Float64Array[], at: number): void {
    const x = bars.close, values = out[0]!, signals = out[1]!, histogram = out[2]!;
    const fast = this.#fast, slow = this.#slow, signal = this.#signal, shift = at - from;
    const needed = this.#needed, fastStart = this.#fastStart;
    let i = from;
    for (; i < to && i < needed; i++) {
      const difference = (i < fastStart ? NaN : fast.next(x[i]!)) - slow.next(x[i]!);
      const average = signal.next(difference), ready = average === average;
      values[i + shift] = ready ? difference : NaN;
      signals[i + shift] = average;
      histogram[i + shift] = difference - average;
    }
    const fastWeight = fast.weight, slowWeight = slow.weight, signalWeight = signal.weight;
    let a = fast.value, b = slow.value, c = signal.value;
    for (; i < to; i++) {
      a += (x[i]! - a) * fastWeight;
      b += (x[i]! - b) * slowWeight;
      const difference = a - b;
      c += (difference - c) * signalWeight;
      values[i + shift] = difference;
      signals[i + shift] = c;
      histogram[i + shift] = difference - c;
    }
    fast.value = a;
    slow.value = b;
    signal.value = c;
  }
}
