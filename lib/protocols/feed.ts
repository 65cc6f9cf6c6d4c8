/**
 * The feed: market data as it happens. A feed yields one event after the other and waits where the market waits; how fast time passes is
 * the feed's matter.
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
  /** A recorded feed is over. */
  | { readonly kind: "end"; readonly timeUs: number };

/** A source of market data for the series of a run. */
export interface Feed extends AsyncDisposable {
  readonly name: string;
  /** True when its prices are made up. */
  readonly isSynthetic: boolean;
  /**
   * Resolves with the next event once it has happened. After `end` there is none.
   *
   * @throws {DOMException} `AbortError` when the signal is aborted.
   */
  next(signal: AbortSignal): Promise<FeedEvent>;
}
