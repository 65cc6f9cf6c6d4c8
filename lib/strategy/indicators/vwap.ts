/**
 * Volume-weighted average price, of the session or of the last bars.
 *
 * @module
 */

import { KEY, US_PER_DAY, US_PER_HOUR } from "../../core/mod.ts";
import type { Bars } from "../../market/mod.ts";
import { factorOf, rounderOf } from "./field.ts";
import type { Kernel } from "./kernel.ts";
import { RecentSum } from "./recent_sum.ts";
import { checkWindow, Spec } from "./spec.ts";

const floor = Math.floor;

// Longer than any gap inside a session of 6.5 hours, shorter than the 8 hours between two days of extended trading.
const NIGHT = 7 * US_PER_HOUR;

/**
 * The mean of the typical prices (high + low + close) / 3 weighted with the volume, in price units: of the session so far, or of the last
 * `window` bars. Where nothing has been traded it is the typical price of the bar.
 *
 * A kernel sees bars, not calendars, so a session starts by this rule: with the first bar; with a bar whose UTC day is another than the
 * last bar's, when there is a gap between the close of that bar and the open of this one; after any gap of 7 hours or more; and at the
 * first UTC midnight after 24 hours. So a pause in the day does not end a session, nor does midnight in a session that trades
 * through it, an evening that ends after midnight does not run into the morning, and markets that never close start anew each day. A
 * daily bar is its own session.
 *
 * @param window Bars, 1 to 100,000. The first value is at bar `window`. Without it, the session, from bar 1 on.
 * @throws {RangeError} When the window is out of its bounds.
 */
export function vwap(window?: number): Spec {
  if (window === undefined) {
    return new Spec(KEY, {
      label: "vwap()",
      needed: 1,
      outputs: ["value"],
      overlay: true,
      create: () => new SessionKernel(),
    });
  }
  const n = checkWindow("vwap window", window);
  return new Spec(KEY, {
    label: "vwap(" + n + ")",
    needed: n,
    outputs: ["value"],
    overlay: true,
    create: () => new WindowKernel(n),
  });
}

class SessionKernel implements Kernel {
  #money = 0;
  #volume = 0;
  #startedAt = 0;
  #dayEnd = 0;

  update(bars: Bars, from: number, to: number, out: readonly Float64Array[], at: number): void {
    const high = bars.high, low = bars.low, close = bars.close, volumes = bars.volume;
    const time = bars.time, closeTime = bars.closeTime, o = out[0]!, shift = at - from;
    const s = factorOf(bars.tickScale), r = rounderOf(bars.tickScale), divisor = 3 * s;
    let money = this.#money, volume = this.#volume;
    let startedAt = this.#startedAt, dayEnd = this.#dayEnd;
    for (let i = from; i < to; i++) {
      const openedAt = time[i]!, gap = i === 0 ? NIGHT : openedAt - closeTime[i - 1]!;
      const newDay = openedAt >= dayEnd;
      if (newDay) dayEnd = (floor(openedAt / US_PER_DAY) + 1) * US_PER_DAY;
      if (gap >= NIGHT || (newDay && (gap > 0 || openedAt - startedAt >= US_PER_DAY))) {
        money = 0;
        volume = 0;
        startedAt = openedAt;
      }
      // Three times the price, in whole ticks: exact up to 2^53, so that a constant price is its own average.
      const price = ((high[i]! + low[i]! + close[i]!) * s + r) - r;
      money += price * volumes[i]!;
      volume += volumes[i]!;
      o[i + shift] = volume > 0 ? money / (volume * divisor) : price / divisor;
    }
    this.#money = money;
    this.#volume = volume;
    this.#startedAt = startedAt;
    this.#dayEnd = dayEnd;
  }
}

class WindowKernel implements Kernel {
  readonly #window: number;
  readonly #money: RecentSum;
  readonly #volume: RecentSum;

  constructor(window: number) {
    this.#window = window;
    this.#money = new RecentSum(window);
    this.#volume = new RecentSum(window);
  }

  update(bars: Bars, from: number, to: number, out: readonly Float64Array[], at: number): void {
    const high = bars.high, low = bars.low, close = bars.close, volumes = bars.volume;
    const s = factorOf(bars.tickScale), r = rounderOf(bars.tickScale), divisor = 3 * s;
    const o = out[0]!, shift = at - from, first = this.#window - 1;
    for (let i = from; i < to; i++) {
      const price = ((high[i]! + low[i]! + close[i]!) * s + r) - r;
      const money = this.#money.next(price * volumes[i]!), volume = this.#volume.next(volumes[i]!);
      o[i + shift] = i < first ? NaN : volume > 0 ? money / (volume * divisor) : price / divisor;
    }
  }
}
