/**
 * The feed: market data as it happens. A feed yields one event after the other and waits where the market waits; how fast time passes is
 * the feed's matter.
 *
 * Bars of a series come in order and once. One that is late, repeated or no bar at all is never delivered: it comes as a fault, which says what
 * was wrong, and so does every place where something is missing.
 *
 * @module
 */

/** One bar of a series. */
export interface FeedBar {
  /** Number of the series in the run. */
  readonly series: number;
  /** Open time and close time, microseconds UTC. */
  readonly timeUs: number;
  readonly closeUs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** What was wrong with what a source sent. */
export type FeedFault =
  /** A bar that closed before the last one delivered of its series: not delivered. */
  | { readonly kind: "late"; readonly bar: FeedBar; readonly lastCloseUs: number }
  /** A bar for the time of the last one delivered: not delivered. `isChanged` when its numbers are others, so that somebody corrected it. */
  | { readonly kind: "repeat"; readonly bar: FeedBar; readonly isChanged: boolean }
  /** Numbers that are no bar: not delivered. `reason` as of an import: `high 10.1 is below low 10.4`. */
  | { readonly kind: "invalid"; readonly bar: FeedBar; readonly reason: string }
  /** Bars that the calendar expects from `fromUs` to `toUs` and that did not come; the bar after them is delivered. */
  | {
    readonly kind: "gap";
    readonly series: number;
    readonly fromUs: number;
    readonly toUs: number;
    readonly missing: number;
  }
  /** Bars (and faults, each one) refused because a queue was full, from the time of the first to that of the last: to be fetched again. */
  | {
    readonly kind: "overflow";
    readonly refused: number;
    readonly fromUs: number;
    readonly toUs: number;
  };

/** What a feed yields, in order of time. */
export type FeedEvent =
  /** All bars that close at one instant, by number of their series. */
  | { readonly kind: "bars"; readonly timeUs: number; readonly bars: readonly FeedBar[] }
  | {
    readonly kind: "quote";
    readonly timeUs: number;
    readonly series: number;
    readonly bid: number;
    readonly ask: number;
    readonly bidSize: number;
    readonly askSize: number;
  }
  | { readonly kind: "fault"; readonly timeUs: number; readonly fault: FeedFault }
  /** A recorded feed is over. */
  | { readonly kind: "end"; readonly timeUs: number };

/** A source of market data for the series of a run. */
export interface Feed extends AsyncDisposable {
  readonly name: string;
  /** True when its prices are made up. */
  readonly isSynthetic: boolean;
  /**
   * Resolves with the next event once it has happened. After `end` there is none. One call at a time; an event whose call was aborted comes
   * with the next call.
   *
   * @throws {DOMException} `AbortError` when the signal is aborted.
   */
  next(signal: AbortSignal): Promise<FeedEvent>;
}
