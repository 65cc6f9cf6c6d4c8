/**
 * Floor 5: market data as it happens: recorded and simulated feeds, and what every feed needs to keep its promises (order, gaps, bounds).
 *
 * @module
 */

export { type FeedSpeed, type PacedFeed, type PaceOptions } from "./paced_feed.ts";
export { recordedFeed } from "./recorded_feed.ts";
