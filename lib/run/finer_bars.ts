/**
 * Finer bars put inside the bars of a run, and how far they tell their inside. Whether a bar is told is decided anew by the venue, in host and
 * child alike, by the same rule: there are finer bars within its time, and none of them leaves its range.
 *
 * @module
 */

import { formatDay, thousands, US_PER_DAY } from "../core/mod.ts";
import type { LoadedSeries } from "../data/mod.ts";
import { Bars } from "../market/mod.ts";

/** Gives each series its finer bars, and returns what the user should know of them. */
export function attachFiner(bars: readonly Bars[], loaded: readonly LoadedSeries[]): string[] {
  return loaded.flatMap((series, s) => {
    const { symbol, tickScale, columns, length, period } = series, coarse = bars[s]!;
    const finer = new Bars(symbol, tickScale, columns, length);
    coarse.finer = finer;
    const { untold, first } = countUntold(coarse, finer);
    if (untold === 0) return [];
    return [
      `${symbol}: inside ${thousands(untold)} of ${thousands(coarse.length)} bars (the first on ${
        formatDay(Math.floor(coarse.time[first]! / US_PER_DAY))
      }) there are no ${period} bars, or some that leave its range: the worse way of four prices was taken there`,
    ];
  });
}

/** Counts the bars whose inside is not told. */
function countUntold(bars: Bars, finer: Bars): { untold: number; first: number } {
  let untold = 0, first = -1, at = 0;
  for (let row = 0; row < bars.length; row++) {
    const openUs = bars.time[row]!, closeUs = bars.closeTime[row]!;
    while (at < finer.length && finer.time[at]! < openUs) at++;
    let isTold = false;
    for (; at < finer.length && finer.closeTime[at]! <= closeUs; at++) {
      isTold = true;
      if (finer.low[at]! < bars.low[row]! || finer.high[at]! > bars.high[row]!) {
        isTold = false;
        break;
      }
    }
    if (isTold) continue;
    untold++;
    if (first === -1) first = row;
  }
  return { untold, first };
}
