/**
 * Fewer points with the same picture: wider candles, and lines that keep the lowest and highest value of each bucket.
 *
 * @module
 */

import { firstAtLeast } from "../../core/mod.ts";
import type { ChartBars, FillRecord, PlotRecord } from "../result.ts";

/** Candles for display. `size` bars went into each. */
export interface Candles {
  readonly size: number;
  /** Close time of the last bar of each candle, microseconds UTC. */
  readonly timesUs: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
}

/** Returns at most `limit` candles of equal width in bars. */
export function widenBars(bars: ChartBars, limit: number): Candles {
  const rows = bars.timesUs.length, size = Math.max(1, Math.ceil(rows / limit));
  const count = Math.ceil(rows / size);
  const column = (): Float64Array => new Float64Array(count);
  const out: Candles = {
    size,
    timesUs: column(),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
  };
  for (let k = 0; k < count; k++) {
    const from = k * size, to = Math.min(rows, from + size);
    let high = -Infinity, low = Infinity, volume = 0;
    for (let i = from; i < to; i++) {
      if (bars.high[i]! > high) high = bars.high[i]!;
      if (bars.low[i]! < low) low = bars.low[i]!;
      volume += bars.volume[i]!;
    }
    out.timesUs[k] = bars.timesUs[to - 1]!;
    out.open[k] = bars.open[from]!;
    out.high[k] = high;
    out.low[k] = low;
    out.close[k] = bars.close[to - 1]!;
    out.volume[k] = volume;
  }
  return out;
}

/** Returns the plot's last value inside each candle, NaN where there is none. */
export function alignPlot(plot: PlotRecord, candles: Candles): Float64Array {
  const { timesUs, values } = plot, out = new Float64Array(candles.timesUs.length).fill(NaN);
  for (let k = 0, i = 0; k < out.length; k++) {
    for (const end = candles.timesUs[k]!; i < timesUs.length && timesUs[i]! <= end; i++) {
      if (!Number.isNaN(values[i]!)) out[k] = values[i]!;
    }
  }
  return out;
}

/** Buys or sells inside one candle, as one mark. */
export interface FillMark {
  /** Index of the candle. */
  readonly at: number;
  readonly bought: boolean;
  /** Units, positive. */
  readonly quantity: number;
  /** Mean price by quantity. */
  readonly price: number;
  readonly fills: number;
}

/** Returns the fills of the candles' symbol, those of one candle and side joined, in order of time. */
export function markFills(fills: readonly FillRecord[], candles: Candles): readonly FillMark[] {
  const sums = new Map<number, { quantity: number; value: number; fills: number }>();
  for (const fill of fills) {
    const at = candleAt(candles, fill.timeUs);
    if (at < 0) continue;
    const key = at * 2 + (fill.quantity > 0 ? 1 : 0), quantity = Math.abs(fill.quantity);
    const sum = sums.get(key) ?? { quantity: 0, value: 0, fills: 0 };
    sum.quantity += quantity;
    sum.value += quantity * fill.price;
    sum.fills++;
    sums.set(key, sum);
  }
  return [...sums].sort((a, b) => a[0] - b[0]).map(([key, sum]) => ({
    at: Math.floor(key / 2),
    bought: key % 2 === 1,
    quantity: sum.quantity,
    price: sum.value / sum.quantity,
    fills: sum.fills,
  }));
}

/** Returns the index of the candle that closes at or first after the time, -1 past the last. */
export function candleAt(candles: Candles, timeUs: number): number {
  const times = candles.timesUs;
  const at = firstAtLeast(times, times.length, timeUs);
  return at < times.length ? at : -1;
}

/**
 * Returns the rows to draw, ascending: all when there are at most `limit`, else the first, the last, and of each bucket the lowest
 * and the highest of every column.
 */
export function keepExtremes(columns: readonly Float64Array[], limit: number): readonly number[] {
  const rows = columns[0]?.length ?? 0;
  if (rows <= limit) return Array.from({ length: rows }, (_, i) => i);
  const buckets = Math.max(1, Math.floor((limit - 2) / (2 * columns.length)));
  const kept = new Set([0, rows - 1]);
  for (let k = 0; k < buckets; k++) {
    const from = Math.floor(k * rows / buckets), to = Math.floor((k + 1) * rows / buckets);
    for (const column of columns) {
      let least = from, most = from;
      for (let i = from + 1; i < to; i++) {
        if (column[i]! < column[least]!) least = i;
        if (column[i]! > column[most]!) most = i;
      }
      kept.add(least).add(most);
    }
  }
  return [...kept].sort((a, b) => a - b);
}
