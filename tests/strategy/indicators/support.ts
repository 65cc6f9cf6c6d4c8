/**
 * What the tests of the indicators share: bars from the sample data and from a seed, runs in blocks, one spec of every kind.
 *
 * @module
 */

import { Random, US_PER_DAY, US_PER_HOUR } from "../../../lib/core/mod.ts";
import { allocateColumns, Bars, COLUMN_NAMES, tickScaleOf } from "../../../lib/market/mod.ts";
import * as indicators from "../../../lib/strategy/indicators/mod.ts";
import type { Spec } from "../../../lib/strategy/indicators/mod.ts";
import { specParts } from "../../../lib/strategy/indicators/spec.ts";

const ROOT = new URL("../../../", import.meta.url);

/** Reads a comma-separated file below the project's root; rows of cells, heading first. */
export function readTable(path: string): string[][] {
  return Deno.readTextFileSync(new URL(path, ROOT)).trimEnd().split("\n").map((line) =>
    line.split(",")
  );
}

/** Returns the raw rows of a symbol of the sample data, as daily bars of 13:30 to 20:00 UTC. */
export function sampleBars(symbol: string): Bars {
  const rows = readTable("lib/data/sample/" + symbol + ".csv").slice(1);
  return barsOf(symbol, rows.length, (i) => rows[i]!.slice(1, 6).map(Number));
}

/** A walk of prices on the scale with many equal neighbours; volumes are whole and sometimes 0. */
export function walk(seed: number, rows: number, scale: number): Bars {
  const random = new Random(seed);
  let level = 100 * scale;
  const step = (): number => Math.floor(random.next() * 9) - 4;
  return barsOf("WALK", rows, () => {
    const open = level, close = level + (random.next() < 0.3 ? 0 : step());
    const high = Math.max(open, close) + (random.next() < 0.5 ? 0 : Math.abs(step()));
    const low = Math.min(open, close) - (random.next() < 0.5 ? 0 : Math.abs(step()));
    level = Math.max(close, 50);
    const volume = random.next() < 0.1 ? 0 : Math.floor(random.next() * 1e6);
    return [open / scale, high / scale, low / scale, close / scale, volume];
  });
}

/** A walk whose prices and volumes are on no scale. */
export function roughWalk(seed: number, rows: number): Bars {
  const random = new Random(seed);
  let level = 100;
  return barsOf("ROUGH", rows, () => {
    const open = level, close = level * (1 + (random.next() - 0.5) / 50);
    level = close;
    const high = Math.max(open, close) * (1 + random.next() / 100);
    const low = Math.min(open, close) * (1 - random.next() / 100);
    return [open, high, low, close, random.next() * 1000];
  });
}

/** Returns daily bars with the given open, high, low, close and volume per row. */
export function barsOf(symbol: string, rows: number, rowOf: (i: number) => number[]): Bars {
  const table = Array.from({ length: rows }, (_, i) => rowOf(i));
  const column = (k: number): Float64Array => Float64Array.from(table, (row) => row[k]!);
  const prices = [column(0), column(1), column(2), column(3)];
  const bars = new Bars(symbol, tickScaleOf(prices, rows), allocateColumns(rows), rows);
  bars.open.set(prices[0]!);
  bars.high.set(prices[1]!);
  bars.low.set(prices[2]!);
  bars.close.set(prices[3]!);
  bars.volume.set(column(4));
  for (let i = 0; i < rows; i++) {
    bars.time[i] = (11000 + i) * US_PER_DAY + 13.5 * US_PER_HOUR;
    bars.closeTime[i] = bars.time[i]! + 6.5 * US_PER_HOUR;
  }
  return bars;
}

/** Returns the rows `from` to the end as a series of their own. */
export function tail(bars: Bars, from: number): Bars {
  const rows = bars.length - from;
  const rest = new Bars(bars.symbol, bars.tickScale, allocateColumns(rows), rows);
  for (const name of COLUMN_NAMES) rest[name].set(bars[name].subarray(from, bars.length));
  return rest;
}

/**
 * Returns the outputs of a fresh kernel over the bars.
 *
 * @param nextBlock Size of the next block, at least 1; without it, one block. Each block is written to a small buffer at an offset.
 */
export function run(spec: Spec<string>, bars: Bars, nextBlock?: () => number): Float64Array[] {
  const { outputs, create } = specParts(spec), kernel = create(), rows = bars.length;
  const whole = outputs.map(() => new Float64Array(rows).fill(-1));
  if (nextBlock === undefined) {
    kernel.update(bars, 0, rows, whole, 0);
    return whole;
  }
  for (let from = 0, to = 0; from < rows; from = to) {
    to = Math.min(rows, from + nextBlock());
    const buffers = outputs.map(() => new Float64Array(to - from + 3).fill(-1));
    kernel.update(bars, from, to, buffers, 2);
    buffers.forEach((buffer, k) => {
      if (buffer[0] !== -1 || buffer[1] !== -1 || buffer[to - from + 2] !== -1) {
        throw new Error(specParts(spec).label + " wrote outside its block");
      }
      whole[k]!.set(buffer.subarray(2, 2 + to - from), from);
    });
  }
  return whole;
}

/** Returns the first row whose bits differ, or -1. */
export function firstDifference(a: Float64Array, b: Float64Array): number {
  const x = new BigUint64Array(a.buffer), y = new BigUint64Array(b.buffer);
  return x.length === y.length ? x.findIndex((bits, i) => bits !== y[i]) : 0;
}

/** Fails with label and row unless every output has the same bits. */
export function assertSameBits(
  spec: Spec<string>,
  actual: readonly Float64Array[],
  expected: readonly Float64Array[],
  context: string,
): void {
  const { label, outputs } = specParts(spec);
  outputs.forEach((output, k) => {
    const row = firstDifference(actual[k]!, expected[k]!);
    if (row < 0) return;
    throw new Error(
      `${label} ${output} row ${row}: ${actual[k]![row]} is not ${expected[k]![row]} (${context})`,
    );
  });
}

const {
  adx,
  aroon,
  atr,
  bbands,
  cci,
  dema,
  donchian,
  ema,
  highest,
  keltner,
  linearreg,
  lowest,
  macd,
  mfi,
  mom,
  natr,
  obv,
  price,
  roc,
  rsi,
  sar,
  sma,
  stddev,
  stoch,
  stochf,
  tema,
  trange,
  trix,
  ultosc,
  vwap,
  willr,
  wma,
} = indicators;

/** Every indicator with its defaults, then with other parameters: the smallest windows, other columns. */
export const EVERY_SPEC: readonly Spec<string>[] = [
  ...[adx, aroon, atr, bbands, cci, dema, donchian, ema, highest, keltner, linearreg].map((f) =>
    f()
  ),
  ...[lowest, macd, mfi, mom, natr, obv, price, roc, rsi, sar, sma, stddev, stoch].map((f) => f()),
  ...[stochf, tema, trange, trix, ultosc, vwap, willr, wma].map((f) => f()),
  ...[atr, dema, donchian, ema, highest, lowest, mom, natr, roc, sma, tema, trix, vwap, wma].map((
    f,
  ) => f(1)),
  ...[adx, aroon, bbands, cci, linearreg, mfi, rsi, stddev, willr].map((f) => f(2)),
  ...[dema, ema, highest, linearreg, lowest, mom, roc, rsi, sma, stddev, tema, trix, wma].map((f) =>
    f(7, "volume")
  ),
  ...[sma, ema, wma, stddev].map((f) => f(40, "open")),
  ...[price("open"), price("high"), price("low"), price("volume")],
  bbands(20, 1.5, 3),
  donchian(33),
  keltner(1, 0.5, 1),
  keltner(5, 1, 40),
  macd(1, 2, 1),
  macd(3, 40, 2),
  sar(0.1, 0.1),
  stoch(1, 1, 1),
  stoch(14, 3, 3),
  stochf(1, 1),
  stochf(3, 20),
  ultosc(1, 2, 3),
  vwap(50),
];
