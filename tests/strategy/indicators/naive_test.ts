import { assert } from "@std/assert";
import { US_PER_DAY, US_PER_HOUR, US_PER_MINUTE } from "../../../lib/core/mod.ts";
import type { Bars } from "../../../lib/market/mod.ts";
import {
  aroon,
  bbands,
  donchian,
  highest,
  keltner,
  lowest,
  price,
  sma,
  type Spec,
  stddev,
  vwap,
} from "../../../lib/strategy/indicators/mod.ts";
import { specParts } from "../../../lib/strategy/indicators/spec.ts";
import { barsOf, roughWalk, run, tail, walk } from "./support.ts";

const SEED = 20260731;

const SERIES = [walk(SEED, 600, 100), roughWalk(SEED, 600)];

/** Compares each output with a function of the row; before `needed` it must be NaN. */
function compare(
  spec: Spec<string>,
  bars: Bars,
  expectedAt: (i: number) => readonly number[],
): void {
  const { label, needed, outputs } = specParts(spec);
  run(spec, bars).forEach((column, k) => {
    column.forEach((found, i) => {
      const expected = i < needed - 1 ? NaN : expectedAt(i)[k]!;
      const near = Math.abs(found - expected) <= 1e-12 * Math.max(1, Math.abs(expected));
      const message = `${label} ${outputs[k]} row ${i}: ${found} is not ${expected}`;
      assert(Number.isNaN(expected) ? Number.isNaN(found) : near, message);
    });
  });
}

const last = (x: Float64Array, i: number, n: number): Float64Array => x.subarray(i - n + 1, i + 1);

Deno.test(`highest, lowest, donchian: equal to a search of each window (seed ${SEED})`, () => {
  for (const bars of SERIES) {
    for (const n of [1, 2, 3, 20, 64, 65, 599]) {
      compare(highest(n), bars, (i) => [Math.max(...last(bars.high, i, n))]);
      compare(lowest(n), bars, (i) => [Math.min(...last(bars.low, i, n))]);
      compare(highest(n, "close"), bars, (i) => [Math.max(...last(bars.close, i, n))]);
      compare(donchian(n), bars, (i) => {
        const top = Math.max(...last(bars.high, i, n)), bottom = Math.min(...last(bars.low, i, n));
        return [(top + bottom) / 2, top, bottom];
      });
    }
  }
});

Deno.test("highest, lowest: a long fall and a long rise, where every window loses its extreme", () => {
  for (const direction of [1, -1]) {
    const bars = barsOf("RAMP", 5000, (i) => {
      const level = 10_000 + direction * i;
      return [level, level + 1, level - 1, level, 1];
    });
    const oldest = (i: number): number => 10_000 + direction * (direction > 0 ? i : i - 999);
    compare(highest(1000), bars, (i) => [oldest(i) + 1]);
    const newest = (i: number): number => 10_000 + direction * (direction > 0 ? i - 999 : i);
    compare(lowest(1000), bars, (i) => [newest(i) - 1]);
  }
});

Deno.test(`aroon: equal to a search for the latest extreme (seed ${SEED})`, () => {
  const n = 25;
  for (const bars of SERIES) {
    compare(aroon(n), bars, (i) => {
      const highs = last(bars.high, i, n + 1), lows = last(bars.low, i, n + 1);
      const up = 100 * highs.lastIndexOf(Math.max(...highs)) / n;
      const down = 100 * lows.lastIndexOf(Math.min(...lows)) / n;
      return [up - down, up, down];
    });
  }
});

Deno.test(`keltner: equal to averages computed from the first bar for each row (seed ${SEED})`, () => {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const smoothed = (values: readonly number[], n: number, weight: number): number =>
    values.slice(n).reduce((m, value) => m + weight * (value - m), mean(values.slice(0, n)));
  for (const full of SERIES) {
    const bars = tail(full, 400);
    for (const [n, width, ranges] of [[20, 2, 10], [5, 1.5, 30]] as const) {
      const ranged = [...bars.close.keys()].slice(1).map((i) =>
        Math.max(
          bars.high[i]! - bars.low[i]!,
          Math.abs(bars.high[i]! - bars.close[i - 1]!),
          Math.abs(bars.low[i]! - bars.close[i - 1]!),
        )
      );
      compare(keltner(n, width, ranges), bars, (i) => {
        const middle = smoothed([...bars.close.subarray(0, i + 1)], n, 2 / (n + 1));
        const range = smoothed(ranged.slice(0, i), ranges, 1 / ranges);
        return [middle, middle + width * range, middle - width * range];
      });
    }
  }
});

const typical = (bars: Bars, i: number): number =>
  (bars.high[i]! + bars.low[i]! + bars.close[i]!) / 3;

function weightedMean(bars: Bars, from: number, to: number): number {
  let money = 0, volume = 0;
  for (let i = from; i <= to; i++) {
    money += typical(bars, i) * bars.volume[i]!;
    volume += bars.volume[i]!;
  }
  return volume > 0 ? money / volume : typical(bars, to);
}

Deno.test(`bbands: so many deviations above, so many below the mean (seed ${SEED})`, () => {
  for (const bars of SERIES) {
    const [means] = run(sma(20), bars), [deviations] = run(stddev(20), bars);
    compare(bbands(20, 1.5, 3), bars, (i) => {
      const mean = means![i]!, deviation = deviations![i]!;
      return [mean, mean + 1.5 * deviation, mean - 3 * deviation];
    });
  }
});

Deno.test(`vwap(n): equal to the weighted mean of each window (seed ${SEED})`, () => {
  for (const bars of SERIES) {
    for (const n of [1, 2, 50]) {
      compare(vwap(n), bars, (i) => [weightedMean(bars, i - n + 1, i)]);
    }
  }
});

/** Gives the walk the open times; each bar lasts `lengthUs`. */
function timed(times: readonly number[], lengthUs: number): Bars {
  const bars = walk(SEED, times.length, 100);
  times.forEach((time, i) => {
    bars.time[i] = time;
    bars.closeTime[i] = time + lengthUs;
  });
  return bars;
}

/** Returns open times from `first`, one every `lengthUs`. */
const every = (first: number, count: number, lengthUs: number): number[] =>
  Array.from({ length: count }, (_, i) => first + i * lengthUs);

const DAY = 20_000 * US_PER_DAY;

Deno.test("vwap(): the sessions of an exchange, with a pause and a missing bar inside", () => {
  const morning = (day: number): number[] =>
    every(DAY + day * US_PER_DAY + 13.5 * US_PER_HOUR, 20, US_PER_MINUTE);
  const second = morning(1);
  const bars = timed(
    [...morning(0), ...second.slice(0, 7), ...second.slice(9), ...morning(4)],
    US_PER_MINUTE,
  );
  compare(vwap(), bars, (i) => [weightedMean(bars, i < 20 ? 0 : i < 38 ? 20 : 38, i)]);
});

Deno.test("vwap(): a session through midnight UTC is one session, and the night ends it", () => {
  // 09:00 to 01:00 UTC: the next session begins on the UTC day on which the last one ended.
  const bars = timed(
    [0, 1, 2].flatMap((day) => every(DAY + day * US_PER_DAY + 9 * US_PER_HOUR, 16, US_PER_HOUR)),
    US_PER_HOUR,
  );
  compare(vwap(), bars, (i) => [weightedMean(bars, i - i % 16, i)]);
});

Deno.test("vwap(): a short pause ends the session if midnight UTC is in it", () => {
  // From 02:00, 01:00 and 00:00 UTC, until an hour or two before midnight: no two starts are 24 hours apart.
  const bars = timed(
    [0, 1, 2].flatMap((day) =>
      every(DAY + day * US_PER_DAY + (2 - day) * US_PER_HOUR, 21, US_PER_HOUR)
    ),
    US_PER_HOUR,
  );
  compare(vwap(), bars, (i) => [weightedMean(bars, i - i % 21, i)]);
});

Deno.test("vwap(): a market that never closes starts anew at midnight UTC", () => {
  const bars = timed(every(DAY, 96, US_PER_HOUR), US_PER_HOUR);
  compare(vwap(), bars, (i) => [weightedMean(bars, i - i % 24, i)]);
  // Data that begins within a day: its first day and the next are one session, then midnights count.
  const late = timed(every(DAY + 13 * US_PER_HOUR, 96, US_PER_HOUR), US_PER_HOUR);
  compare(vwap(), late, (i) => [weightedMean(late, i < 35 ? 0 : i - (i - 35) % 24, i)]);
});

Deno.test("vwap(): a daily bar is its own session", () => {
  const bars = SERIES[0]!;
  compare(vwap(), bars, (i) => [typical(bars, i)]);
});

Deno.test("price: the column itself", () => {
  const bars = SERIES[1]!;
  for (const field of ["open", "high", "low", "close", "volume"] as const) {
    compare(price(field), bars, (i) => [bars[field][i]!]);
  }
});
