/**
 * Floor 5: market data as it happens: recorded and simulated feeds, and what every feed needs to keep its promises (order, gaps, bounds).
 *
 * @module
 */

export { type BarGrid, expectedBars } from "./expected_bars.ts";
export { FeedGuard, type GuardedBar, type GuardedSeries } from "./feed_guard.ts";
export { FeedQueue, type FeedQueueCounts } from "./feed_queue.ts";
export { type FeedSpeed, type PacedFeed, type PaceOptions } from "./paced_feed.ts";
export { recordedFeed } from "./recorded_feed.ts";
export { simulatedFeed, type SimulatedFeedOptions } from "./simulated_feed.ts";
