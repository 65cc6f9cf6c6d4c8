/**
 * One series with its running indicators: how their buffers are filled a block ahead, moved on, and run anew after a split.
 *
 * @module
 */

import type { Bars, Resampler } from "../market/mod.ts";
import {
  type Indicator,
  type Kernel,
  SeriesCursor,
  type SpecParts,
} from "../strategy/engine_door.ts";

const F64 = Float64Array;

/** Bars computed ahead at a time: a buffer stays in the cache. */
const BLOCK = 1024;

/** One indicator over one series. */
export interface Slot {
  readonly group: Group;
  readonly track: Track;
  kernel: Kernel;
  readonly out: readonly Float64Array[];
  /** Handles for this symbol, one an output. */
  readonly fixed: (Indicator | null)[];
  /** Number of the first plot, -1 when not plotted. */
  plot: number;
  next: Slot | null;
}

/** What `data.indicator(...)` made: the same indicator over every symbol. */
export interface Group {
  readonly parts: SpecParts;
  readonly bySymbol: Record<string, Slot>;
  /** Handles that follow the handler's symbol. */
  readonly following: readonly Indicator[];
}

/** One series (of the run, or of a longer period) with its indicators. */
export interface Track {
  readonly bars: Bars;
  readonly cursor: SeriesCursor;
  readonly resampler: Resampler | null;
  readonly period: string;
  slots: Slot | null;
  lastSlot: Slot | null;
  next: Track | null;
}

/** Returns a track without indicators. */
export function newTrack(bars: Bars, period: string, resampler: Resampler | null): Track {
  const cursor = new SeriesCursor();
  // Place 1 of fresh buffers is NaN: what an indicator shows before the first bar.
  cursor.place = cursor.last = 1;
  return { bars, cursor, resampler, period, slots: null, lastSlot: null, next: null };
}

function buffer(): Float64Array {
  const values = new F64(BLOCK + 1);
  for (let i = 0; i <= BLOCK; i++) values[i] = NaN;
  return values;
}

/**
 * Returns the buffers of an indicator with `count` outputs, all NaN. Array literals, because they define their elements: a store into
 * `list[i]` could meet a setter on Array.prototype.
 */
export function buffers(count: number): readonly Float64Array[] {
  if (count === 1) return [buffer()];
  if (count === 2) return [buffer(), buffer()];
  if (count === 3) return [buffer(), buffer(), buffer()];
  return [buffer(), buffer(), buffer(), buffer()];
}

/** Computes the block that begins with the cursor's row, as far as bars are there. */
export function nextBlock(track: Track): void {
  const cursor = track.cursor, bars = track.bars, from = cursor.row, before = cursor.place - 1;
  const to = from + BLOCK < bars.length ? from + BLOCK : bars.length;
  for (let slot = track.slots; slot !== null; slot = slot.next) runBlock(slot, from, to, before);
  cursor.place = 1;
  cursor.last = to - from;
}

function runBlock(slot: Slot, from: number, to: number, before: number): void {
  const out = slot.out, count = slot.group.parts.outputs.length;
  for (let k = 0; k < count; k++) {
    const values = out[k]!;
    values[0] = values[before]!;
  }
  slot.kernel.update(slot.track.bars, from, to, out, 1);
}

/** Feeds a base row to a longer period and moves it on by the bars that this completed. */
export function takeBase(track: Track, row: number): void {
  const completed = track.resampler!.take(row), cursor = track.cursor;
  for (let i = 0; i < completed; i++) {
    cursor.row++;
    for (let slot = track.slots; slot !== null; slot = slot.next) {
      runBlock(slot, cursor.row, cursor.row + 1, 1);
    }
    cursor.place = 1;
  }
}

/** Runs fresh kernels over rows 0 to `end` - 1 and leaves the last two values where the cursor reads them. */
export function rerun(track: Track, end: number): void {
  const cursor = track.cursor, place = cursor.place;
  for (let slot = track.slots; slot !== null; slot = slot.next) {
    const kernel = slot.group.parts.create(),
      out = slot.out,
      count = slot.group.parts.outputs.length;
    slot.kernel = kernel;
    let last = 0;
    for (let from = 0; from < end; from += BLOCK) {
      const to = from + BLOCK < end ? from + BLOCK : end;
      for (let k = 0; k < count; k++) out[k]![0] = last === 0 ? NaN : out[k]![last]!;
      kernel.update(track.bars, from, to, out, 1);
      last = to - from;
    }
    if (last === 0) continue;
    for (let k = 0; k < count; k++) {
      const values = out[k]!, now = values[last]!, previous = values[last - 1]!;
      values[place] = now;
      values[place - 1] = previous;
    }
  }
  cursor.last = place;
}
