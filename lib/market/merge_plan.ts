/**
 * The order in which several series are walked: by close time, all bars of one instant together, in the order of the symbols inside
 * an instant. Computed once before a run and replayed.
 *
 * @module
 */

import type { BarColumns } from "./bars.ts";

/** Set in a plan entry when it is the last bar of its instant; the low 15 bits are the series. */
export const LAST_OF_INSTANT = 0x8000;

/** A merge plan: one entry a bar. */
export interface MergePlan {
  /** Series number of each bar, with {@linkcode LAST_OF_INSTANT} on the last bar of each instant. */
  readonly entries: Uint16Array;
  /** Number of instants. */
  readonly steps: number;
}

/**
 * Returns the plan of several series. Ties in close time form one instant, its bars in series order.
 *
 * @param series Columns with increasing close times.
 * @param lengths Rows of each series.
 */
export function mergePlan(series: readonly BarColumns[], lengths: readonly number[]): MergePlan {
  const count = series.length, rows = new Float64Array(count);
  let total = 0;
  for (const length of lengths) total += length;
  const entries = new Uint16Array(total);
  // A binary heap of series by (close time of the next bar, series number).
  const heap = new Uint16Array(count);
  let size = 0;
  const timeOf = (s: number): number => series[s]!.closeTime[rows[s]!]!;
  const before = (a: number, b: number): boolean => {
    const x = timeOf(a), y = timeOf(b);
    return x < y || (x === y && a < b);
  };
  const sink = (from: number): void => {
    let at = from;
    for (;;) {
      const left = at * 2 + 1, right = left + 1;
      let least = at;
      if (left < size && before(heap[left]!, heap[least]!)) least = left;
      if (right < size && before(heap[right]!, heap[least]!)) least = right;
      if (least === at) return;
      const moved = heap[at]!;
      heap[at] = heap[least]!;
      heap[least] = moved;
      at = least;
    }
  };
  for (let s = 0; s < count; s++) if (lengths[s]! > 0) heap[size++] = s;
  for (let at = (size >> 1) - 1; at >= 0; at--) sink(at);
  let steps = 0;
  for (let i = 0; i < total; i++) {
    const s = heap[0]!, time = timeOf(s);
    rows[s]! += 1;
    if (rows[s]! >= lengths[s]!) heap[0] = heap[--size]!;
    sink(0);
    const last = size === 0 || timeOf(heap[0]!) !== time;
    entries[i] = last ? s | LAST_OF_INSTANT : s;
    if (last) steps++;
  }
  return { entries, steps };
}
