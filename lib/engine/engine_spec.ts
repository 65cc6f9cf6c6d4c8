/**
 * What a run is made from, beside its bars.
 *
 * @module
 */

import type { Instrument } from "../market/mod.ts";
import type { AccountRules, RiskLimits } from "../trading/mod.ts";
import type { MatchingRules, VenueRules } from "../venue/mod.ts";
import type { ScheduledAction } from "./corporate_actions.ts";
import type { Rights } from "./rights.ts";
import type { SessionColumns } from "./session_clock.ts";

/** Everything a run depends on beside its bars: the same for host and child. */
export interface EngineSpec {
  readonly instruments: readonly Instrument[];
  /** Micro-units. */
  readonly initialCash: number;
  readonly venue: VenueRules;
  readonly matching: MatchingRules;
  /** Default: a cash account whose proceeds are usable at once. */
  readonly account?: AccountRules;
  readonly rights: Rights;
  /** Limits of risk; absent: none. The loss of a day is counted by the sessions of the first series. */
  readonly risk?: RiskLimits;
  /**
   * Of paper and live, where a strategy has a copy of its book: `original` is the host's, in which a request that comes too late (to cancel
   * what has ended) changes nothing; `copy` follows it: it matches nothing, judges nothing, and calls for no margin.
   */
  readonly mirror?: "original" | "copy";
  /**
   * What decides over orders: by default the simulated venue. `reported`: a broker, whose reports are applied as they come (see
   * `report_orders.ts`); nothing is matched, expires or is called for here.
   */
  readonly execution?: "simulated" | "reported";
  /** Session tables of the run, and for each series the number of its table. */
  readonly sessions: readonly SessionColumns[];
  readonly sessionsOf: readonly number[];
  /** Sorted by time, then series. */
  readonly actions: readonly ScheduledAction[];
}
