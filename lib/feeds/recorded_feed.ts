/**
 * Loaded series as a feed: the bars of a backtest, instant by instant, delivered as if they happened now.
 *
 * @module
 */

import { invariant } from "../core/mod.ts";
import type { LoadedSeries } from "../data/mod.ts";
import { type BarColumns, LAST_OF_INSTANT, mergePlan } from "../market/mod.ts";
import type { FeedBar, FeedEvent } from "../protocols/mod.ts";
import { PacedFeed, type PaceOptions } from "./paced_feed.ts";

/** How a recorded feed is played. */
export interface RecordedFeedOptions extends PaceOptions {
  /** Instants that are left out at the start, because they were delivered before. Default 0. */
  readonly skip?: number;
}

/**
 * Returns a feed of the bars of several series, numbered as they are given, and `end` after the last. The first instant comes at once, the
 * others when as much time has passed since as lies between their closes, divided by the speed.
 *
 * @throws {SandbarError} `usage` for a speed that is none.
 */
export function recordedFeed(
  series: readonly LoadedSeries[],
  options: RecordedFeedOptions,
): PacedFeed {
  invariant(series.length > 0, "a recorded feed of no series");
  return new PacedFeed({
    clock: options.clock,
    speed: options.speed,
    name: "recorded",
    isSynthetic: series.some((it) => it.synthetic),
    events: recordedEvents(series).drop(options.skip ?? 0),
  });
}

/** The same instants, with the same bars in the same order, as a backtest of the series walks. */
function* recordedEvents(series: readonly LoadedSeries[]): Generator<FeedEvent, undefined> {
  const columns = series.map((it) => it.columns), rows = new Uint32Array(series.length);
  const { entries } = mergePlan(columns, series.map((it) => it.length));
  let bars: FeedBar[] = [], timeUs = 0;
  for (const entry of entries) {
    const s = entry & ~LAST_OF_INSTANT;
    const bar = barOf(columns[s]!, rows[s]!++, s);
    bars.push(bar);
    timeUs = bar.closeUs;
    if (entry < LAST_OF_INSTANT) continue;
    yield { kind: "bars", timeUs, bars };
    bars = [];
  }
  yield { kind: "end", timeUs };
}

/** Returns a row of columns as a bar of a feed. */
export function barOf(columns: BarColumns, row: number, series: number): FeedBar {
  return {
    series,
    timeUs: columns.time[row]!,
    closeUs: columns.closeTime[row]!,
    open: columns.open[row]!,
    high: columns.high[row]!,
    low: columns.low[row]!,
    close: columns.close[row]!,
    volume: columns.volume[row]!,
  };
}
