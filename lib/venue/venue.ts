/**
 * The venue of a run: made from its rules, which are read here and nowhere on the way of an order.
 *
 * @module
 */

import type { StateTape } from "../core/mod.ts";
import type { Bars } from "../market/mod.ts";
import type { RowMap } from "../trading/mod.ts";
import { AuctionTrades } from "./auction_trades.ts";
import { BarEntry } from "./bar_entry.ts";
import { BarPath } from "./bar_path.ts";
import { Costs, type VenueRules } from "./costs.ts";
import { Execution, type ExecutionBooks } from "./execution.ts";
import { FillMarket } from "./fill_market.ts";
import { LevelTrades } from "./level_trades.ts";
import type { MatchingRules } from "./matching_rules.ts";
import { OrderIntake } from "./order_intake.ts";
import { purseOf } from "./purse.ts";
import { QueueVenue } from "./queue_venue.ts";
import type { SessionEdges } from "./session_edges.ts";
import { SimulatedVenue } from "./simulated_venue.ts";
import type { VenueParts } from "./venue_parts.ts";
import { WeightSizing } from "./weight_sizing.ts";

/** What bars do to the orders of a book. */
export interface Venue {
  /** What quotes and depth books do to them; null where there are only bars. */
  readonly levels: LevelTrades | null;
  /**
   * Matches all orders against the bars of one instant.
   *
   * @param step Number of the instant.
   * @param series All series of the run.
   * @param rows Row of each series at this instant.
   * @param touched Series with a bar at this instant; the first `count` entries.
   */
  match(
    step: number,
    series: readonly Bars[],
    rows: Int32Array,
    touched: Int32Array,
    count: number,
  ): void;
  /** A bar of a halted series passes, which opened at `openTimeUs`: nothing of it trades, and orders that live only at once end. */
  pass(s: number, openTimeUs: number): void;
  /** Learns of a split that takes effect before a row: `denominator` shares become `numerator`. */
  split(s: number, bars: Bars, row: number, numerator: number, denominator: number): void;
  /** Writes the state between two instants to a tape, or takes it back from one. */
  carry(tape: StateTape): void;
  /** Lets the orders leave that have no place in a map. */
  renumber(map: RowMap): void;
}

/** What a venue is made from. */
export interface VenueSpec {
  readonly venue: VenueRules;
  readonly matching: MatchingRules;
  /** Smallest step of each series, units. */
  readonly lots: Float64Array;
  readonly allowShort: boolean;
  /** Makes a reader of the sessions; each is asked in order of time. */
  readonly edges: () => SessionEdges;
}

/** Returns the venue of a book. */
export function createVenue(books: ExecutionBooks, spec: VenueSpec): Venue {
  const rules = spec.matching, costs = new Costs(spec.venue), purse = purseOf(rules);
  const { unitsPerShare, seriesCount } = books.ledger, { lots, allowShort } = spec;
  const market = costs.slippageVaries
    ? new FillMarket(spec.edges(), unitsPerShare, seriesCount)
    : null;
  const weights = new WeightSizing(books.ledger, costs, lots, purse, market);
  const execution = new Execution(books, {
    costs,
    lots,
    allowShort,
    rules,
    purse,
    market,
    weights,
  });
  const intake = new OrderIntake(books, rules);
  const parts: Omit<VenueParts, "levels"> = {
    books,
    rules,
    costs,
    edges: spec.edges(),
    market,
    bars: market === null && rules.participation === null && !costs.hasFees
      ? null
      : new BarEntry(execution, weights, market, rules.participation, unitsPerShare),
    execution,
    intake,
    auctions: new AuctionTrades(books, weights, execution, intake),
    path: new BarPath(books, execution, intake, rules),
  };
  const levels = rules.fillModel === "quote" ? new LevelTrades(parts) : null;
  return rules.sequence === "queue" || rules.fillAt === "close"
    ? new QueueVenue({ ...parts, levels })
    : new SimulatedVenue({ ...parts, levels });
}
