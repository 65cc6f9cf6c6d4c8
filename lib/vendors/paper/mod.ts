/**
 * Floor 5: the paper broker: our simulated venue behind the broker protocol, in a process that outlives the one that trades; its client, and its
 * bars as a feed.
 *
 * @module
 */

export { PaperBroker, type PaperBrokerOptions } from "./paper_broker.ts";
export { PaperFeed, type PaperFeedOptions } from "./paper_feed.ts";
export * from "./simulator/mod.ts";
export type { FaultCommand } from "./wire.ts";
