/**
 * What a session is made of, and how it behaves.
 *
 * @module
 */

import type { EventBus } from "../observe/mod.ts";
import type { Clock, Feed, Journal } from "../protocols/mod.ts";
import type { SliceReport } from "../sandbox/mod.ts";
import type { BrokerSide } from "./broker_side.ts";
import type { FailedAtLast } from "./catch_up.ts";
import type { Seat } from "./seat.ts";
import type { OverrunPolicy } from "./account_state.ts";
import type { TradingCore } from "./trading_core.ts";

/** What a session is made of. */
export interface SessionParts {
  readonly core: TradingCore;
  /** In the order of the core's books; null for one that may not run. */
  readonly seats: (Seat | null)[];
  /** Starts a strategy anew and brings it to the last instant of its book. */
  readonly reseat: (strategy: number) => Promise<{ seat: Seat; left: Left }>;
  readonly journal: Journal;
  /** Null where the venue is inside. */
  readonly broker: BrokerSide | null;
  readonly feed: Feed;
  readonly clock: Clock;
  readonly bus: EventBus;
  readonly rules: SessionRules;
  /** Whether a snapshot is taken at the next change: strategies are asked for their state before it. */
  readonly isSnapshotDue: () => boolean;
  /** Takes what a strategy wrote and drew. */
  readonly onReport?: (strategy: number, report: SliceReport) => void;
  /** Called after each event, and once before the first. */
  readonly onChange?: () => void;
}

/** What a strategy that was brought back asks for beyond what is recorded, or that it fails there. */
export type Left = SliceReport | FailedAtLast;

/** How a session behaves. */
export interface SessionRules {
  readonly overrunPolicy: OverrunPolicy;
  readonly restartLimit: number;
  /** The most inputs that are recorded for a restart of a strategy. */
  readonly maxReplayEvents: number;
  /** Requests in answer to one event: more is a fault of the strategy. */
  readonly maxIntents: number;
  readonly ordersOnStop: "cancel" | "keep";
  /** Whether the feed's time is that of the clock. */
  readonly isRealTime: boolean;
  /** Whether the feed is asked for more only once the broker has answered what was sent. */
  readonly isInStep: boolean;
  /** Length of a bar, microseconds. */
  readonly periodUs: number;
  /** Between two ticks of the engine's timer, microseconds. */
  readonly cycleUs: number;
  /** Between two comparisons with the broker: ticks, and microseconds. */
  readonly reconcileTicks: number;
  readonly reconcileUs: number;
  /** Ticks after which the session ends, 0 for never. */
  readonly maxCycles: number;
}
