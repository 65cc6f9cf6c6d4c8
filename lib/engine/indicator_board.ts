/**
 * All running indicators of a strategy: over the bars of the run and over longer periods made from them.
 *
 * Values are computed a block ahead in tight loops into a small buffer and read at a cursor. A buffer may thus hold values of bars that
 * are still to come: it must never be reachable from a strategy. No buffer is ever stored into an element of a plain array or passed to
 * a built-in that could be replaced.
 *
 * @module
 */

import { KEY, put } from "../core/mod.ts";
import { type Bars, parsePeriod, type Period, Resampler } from "../market/mod.ts";
import {
  Bar,
  Indicator,
  type IndicatorPort,
  pointIndicator,
  type SeriesCursor,
  shown,
  type Spec,
  specParts,
  unpointIndicator,
} from "../strategy/engine_door.ts";
import {
  buffers,
  type Group,
  newTrack,
  nextBlock,
  rerun,
  type Slot,
  takeBase,
  type Track,
} from "./indicator_track.ts";
import { PlotRows } from "./plot_rows.ts";
import type { SessionColumns } from "./session_clock.ts";

const F64 = Float64Array,
  quote = JSON.stringify,
  RangeErrorOf = RangeError,
  TypeErrorOf = TypeError,
  define = Object.defineProperty;
const freeze = Object.freeze as <T>(value: T) => T;

/** The most indicators, counted once a symbol. */
export const MAX_INDICATORS = 4096;
/** The most lines in a report. */
export const MAX_PLOTS = 64;

/** The indicators of a run. */
export class IndicatorBoard {
  readonly plots: PlotRows = new PlotRows();
  readonly #tracks: readonly Track[];
  readonly #sessions: readonly SessionColumns[];
  readonly #period: Period;
  readonly #plotStride: number;
  readonly #bySymbol: Record<string, Track>;
  #count = 0;
  #plotCount = 0;
  #plotText = "";
  /** True when an advance is more than a step of the cursor: longer periods, plots. */
  #hasMore = false;
  #open = false;

  /**
   * @param sessions The session table of each series.
   * @param period Bar size of the run, for example `1d`.
   * @param plotStride Every how many bars a plotted value is kept, 0 for never.
   */
  constructor(
    series: readonly Bars[],
    sessions: readonly SessionColumns[],
    period: string,
    plotStride: number,
  ) {
    const tracks: Track[] = [], bySymbol = { __proto__: null } as unknown as Record<string, Track>;
    for (let s = 0; s < series.length; s++) {
      const track = newTrack(series[s]!, "", null);
      put(tracks, s, track);
      bySymbol[series[s]!.symbol] = track;
    }
    this.#tracks = tracks;
    this.#bySymbol = bySymbol;
    this.#sessions = sessions;
    this.#period = parsePeriod(period);
    this.#plotStride = plotStride;
  }

  /** Opens or closes the phase in which indicators may be asked for: `setup`. */
  setOpen(open: boolean): void {
    this.#open = open;
  }

  /** Cursor of a series of the run. */
  cursorOf(s: number): SeriesCursor {
    return this.#tracks[s]!.cursor;
  }

  /** Description of the plots as JSON lines, in the order of their numbers. */
  plotText(): string {
    return this.#plotText;
  }

  /** Moves a series to its next bar. */
  advance(s: number): void {
    const track = this.#tracks[s]!, cursor = track.cursor;
    cursor.row++;
    if (++cursor.place > cursor.last) nextBlock(track);
    if (this.#hasMore) this.#advanceMore(track);
  }

  /** Longer periods and plots, where there are any. */
  #advanceMore(track: Track): void {
    const row = track.cursor.row;
    for (let derived = track.next; derived !== null; derived = derived.next) takeBase(derived, row);
    if (this.#plotCount > 0 && this.#plotStride > 0 && row % this.#plotStride === 0) {
      this.#recordPlots(track);
    }
  }

  /** Points all following handles at a symbol: the handler's. */
  follow(s: number): void {
    for (let track: Track | null = this.#tracks[s]!; track !== null; track = track.next) {
      for (let slot = track.slots; slot !== null; slot = slot.next) {
        const following = slot.group.following;
        for (let k = 0; k < following.length; k++) {
          pointIndicator(following[k]!, slot.out[k]!, track.cursor);
        }
      }
    }
  }

  /** Leaves the following handles without a symbol: in `onBars`, `onTimer` and the like of a run with several symbols. */
  followNone(): void {
    for (let track: Track | null = this.#tracks[0]!; track !== null; track = track.next) {
      for (let slot = track.slots; slot !== null; slot = slot.next) {
        const following = slot.group.following;
        for (let k = 0; k < following.length; k++) unpointIndicator(following[k]!);
      }
    }
  }

  /** Restates the past of a series after a split and runs its indicators over it anew. */
  restate(s: number, row: number, numerator: number, denominator: number): void {
    const track = this.#tracks[s]!;
    track.bars.restate(row, denominator, numerator);
    rerun(track, row);
    for (let derived = track.next; derived !== null; derived = derived.next) {
      derived.resampler!.restate(denominator, numerator);
      rerun(derived, derived.bars.length);
    }
  }

  /** Makes an indicator over every symbol and returns the handle that follows the handler's symbol. */
  indicator(period: string, spec: Spec<string>): Indicator {
    if (!this.#open) {
      throw new TypeErrorOf("indicators are asked for in setup, before the first bar");
    }
    const parts = specParts(spec), count = this.#tracks.length;
    if (this.#count + count > MAX_INDICATORS) {
      throw new RangeErrorOf("more than " + MAX_INDICATORS + " indicators");
    }
    this.#count += count;
    const group: Group = {
      parts,
      bySymbol: { __proto__: null } as never,
      following: null as never,
    };
    for (let s = 0; s < count; s++) {
      const track = this.#trackOf(period, s);
      const slot: Slot = {
        group,
        track,
        kernel: parts.create(),
        out: buffers(parts.outputs.length),
        fixed: [null, null, null, null],
        plot: -1,
        next: null,
      };
      group.bySymbol[track.bars.symbol] = slot;
      if (track.lastSlot === null) track.slots = slot;
      else track.lastSlot.next = slot;
      track.lastSlot = slot;
    }
    const first = group.bySymbol[this.#tracks[0]!.bars.symbol]!;
    const following = this.#handles(first);
    (group as { following: readonly Indicator[] }).following = following;
    if (count > 1) { for (let k = 0; k < following.length; k++) unpointIndicator(following[k]!); }
    return following[0]!;
  }

  /** Checks a period and makes its bars for every symbol. */
  checkPeriod(text: string): void {
    if (!this.#open) throw new TypeErrorOf("periods are asked for in setup, before the first bar");
    const period = parsePeriod(text);
    for (let s = 0; s < this.#tracks.length; s++) {
      const track = this.#tracks[s]!;
      let last = track, found = false;
      for (let each: Track | null = track.next; each !== null; each = each.next) {
        if (each.period === text) found = true;
        last = each;
      }
      if (found) continue;
      const resampler = new Resampler(track.bars, this.#period, period, this.#sessions[s]!);
      last.next = newTrack(resampler.bars, text, resampler);
      this.#hasMore = true;
    }
  }

  /** Returns the view of the last bar of a symbol. */
  bar(period: string, symbol: string): Bar {
    const track = this.#symbolTrack(period, symbol);
    return freeze(new Bar(KEY, track.bars, track.cursor));
  }

  /** Returns a copy of the last values of a column. */
  window(period: string, symbol: string, field: string, length: number): Float64Array {
    const track = this.#symbolTrack(period, symbol), bars = track.bars, seen = track.cursor.row + 1;
    const column = field === "open"
      ? bars.open
      : field === "high"
      ? bars.high
      : field === "low"
      ? bars.low
      : field === "close"
      ? bars.close
      : bars.volume;
    const count = length < seen ? length : seen, copy = new F64(count), from = seen - count;
    for (let i = 0; i < count; i++) copy[i] = column[from + i]!;
    return copy;
  }

  #trackOf(period: string, s: number): Track {
    let track: Track | null = this.#tracks[s]!;
    while (track !== null && track.period !== period) track = track.next;
    return track!;
  }

  #symbolTrack(period: string, symbol: string): Track {
    let track: Track | null | undefined = typeof symbol === "string"
      ? this.#bySymbol[symbol]
      : undefined;
    if (track === undefined) throw new RangeErrorOf("the run has no symbol " + shown(symbol));
    while (track !== null && track.period !== period) track = track.next;
    return track!;
  }

  /** Makes the handles of a slot, the further outputs as properties of the first. */
  #handles(slot: Slot): readonly Indicator[] {
    const names = slot.group.parts.outputs, main = this.#handle(slot, 0);
    if (names.length === 1) return [freeze(main)];
    const second = this.#output(main, slot, 1);
    if (names.length === 2) return [freeze(main), second];
    const third = this.#output(main, slot, 2);
    if (names.length === 3) return [freeze(main), second, third];
    const fourth = this.#output(main, slot, 3);
    return [freeze(main), second, third, fourth];
  }

  #output(main: Indicator, slot: Slot, k: number): Indicator {
    const handle = freeze(this.#handle(slot, k));
    define(
      main,
      slot.group.parts.outputs[k]!,
      { __proto__: null, value: handle, enumerable: true } as PropertyDescriptor,
    );
    return handle;
  }

  #handle(slot: Slot, k: number): Indicator {
    const port: IndicatorPort = {
      at: (symbol) => this.#fixed(slot.group, symbol, k),
      plot: () => this.#plot(slot.group),
      needed: slot.group.parts.needed,
    };
    return new Indicator(KEY, slot.out[k]!, slot.track.cursor, port);
  }

  #fixed(group: Group, symbol: string, k: number): Indicator {
    const slot = typeof symbol === "string" ? group.bySymbol[symbol] : undefined;
    if (slot === undefined) throw new RangeErrorOf("the run has no symbol " + shown(symbol));
    if (slot.fixed[k] === null) {
      const handles = this.#handles(slot);
      // The elements exist already: a store meets no setter of the prototype.
      for (let i = 0; i < handles.length; i++) slot.fixed[i] = handles[i]!;
    }
    return slot.fixed[k]!;
  }

  #plot(group: Group): void {
    if (!this.#open) throw new TypeErrorOf("plots are asked for in setup, before the first bar");
    const names = group.parts.outputs;
    for (let s = 0; s < this.#tracks.length; s++) {
      const slot = group.bySymbol[this.#tracks[s]!.bars.symbol]!;
      if (slot.plot !== -1 || this.#plotCount + names.length > MAX_PLOTS) continue;
      slot.plot = this.#plotCount;
      this.#hasMore = true;
      this.#plotCount += names.length;
      for (let k = 0; k < names.length; k++) {
        const label = group.parts.label + (names.length === 1 ? "" : " " + names[k]) +
          (slot.track.period === "" ? "" : " " + slot.track.period);
        this.#plotText += "[" + quote(label) + "," + quote(slot.track.bars.symbol) + "," +
          group.parts.overlay + "]\n";
      }
    }
  }

  #recordPlots(base: Track): void {
    const timeUs = base.bars.closeTime[base.cursor.row]!;
    for (let track: Track | null = base; track !== null; track = track.next) {
      for (let slot = track.slots; slot !== null; slot = slot.next) {
        if (slot.plot === -1) continue;
        for (let k = 0; k < slot.group.parts.outputs.length; k++) {
          this.plots.add(slot.plot + k, timeUs, slot.out[k]![track.cursor.place]!);
        }
      }
    }
  }
}
