/**
 * Holds the bars of a source against what a feed promises: in order, once, numbers that are a bar, and none missing. Pure; every feed over a
 * source that may err asks it before it delivers.
 *
 * @module
 */

import { allocateColumns, checkBars } from "../market/mod.ts";
import type { FeedBar, FeedFault } from "../protocols/mod.ts";
import { type BarGrid, expectedBars } from "./expected_bars.ts";

/** A series that is guarded. */
export interface GuardedSeries extends BarGrid {
  /** Close of the last bar that the run knows already, microseconds UTC. Default none: then nothing can be missing before the first. */
  readonly lastCloseUs?: number;
}

/** What is to be done with a bar. */
export interface GuardedBar {
  readonly isDelivered: boolean;
  /** To be delivered before the bar, or instead of it. */
  readonly fault: FeedFault | undefined;
}

const GOOD: GuardedBar = { isDelivered: true, fault: undefined };

interface Track {
  readonly grid: BarGrid;
  lastCloseUs: number;
  last: FeedBar | undefined;
}

/** Remembers the last bar delivered of each series. */
export class FeedGuard {
  readonly #tracks: readonly Track[];
  readonly #row = allocateColumns(1);

  /** @param series By their number in the run. */
  constructor(series: readonly GuardedSeries[]) {
    this.#tracks = series.map((grid) => ({
      grid,
      lastCloseUs: grid.lastCloseUs ?? -Infinity,
      last: undefined,
    }));
  }

  /** Says whether a bar is to be delivered and what is wrong. One that is delivered is the last of its series from then on. */
  take(bar: FeedBar): GuardedBar {
    const track = this.#tracks[bar.series]!, { lastCloseUs, last } = track;
    const reason = this.#wrong(bar);
    if (reason !== undefined) return refused({ kind: "invalid", bar, reason });
    if (bar.closeUs < lastCloseUs) return refused({ kind: "late", bar, lastCloseUs });
    if (bar.closeUs === lastCloseUs) {
      return refused({ kind: "repeat", bar, isChanged: last !== undefined && differ(bar, last) });
    }
    track.lastCloseUs = bar.closeUs;
    track.last = bar;
    if (lastCloseUs === -Infinity || bar.timeUs === lastCloseUs) return GOOD;
    const fromUs = lastCloseUs, toUs = bar.timeUs;
    const missing = expectedBars(track.grid, fromUs, toUs);
    if (missing === 0) return GOOD;
    const fault: FeedFault = { kind: "gap", series: bar.series, fromUs, toUs, missing };
    return { isDelivered: true, fault };
  }

  #wrong(bar: FeedBar): string | undefined {
    const { time, open, high, low, close, volume } = this.#row;
    time[0] = bar.timeUs;
    open[0] = bar.open;
    high[0] = bar.high;
    low[0] = bar.low;
    close[0] = bar.close;
    volume[0] = bar.volume;
    if (!(bar.closeUs > bar.timeUs)) return `its close ${bar.closeUs} is not after its open`;
    return checkBars({ n: 1, time, open, high, low, close, volume }).problems[0]?.message;
  }
}

function refused(fault: FeedFault): GuardedBar {
  return { isDelivered: false, fault };
}

function differ(a: FeedBar, b: FeedBar): boolean {
  return a.timeUs !== b.timeUs || a.open !== b.open || a.high !== b.high || a.low !== b.low ||
    a.close !== b.close || a.volume !== b.volume;
}
