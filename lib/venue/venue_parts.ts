/**
 * What the sequences of matching share: their parts, and the state that these keep from one instant to the next.
 *
 * @module
 */

import type { StateTape } from "../core/mod.ts";
import type { RowMap } from "../trading/mod.ts";
import type { AuctionTrades } from "./auction_trades.ts";
import type { BarEntry } from "./bar_entry.ts";
import type { BarPath } from "./bar_path.ts";
import type { Costs } from "./costs.ts";
import type { Execution, ExecutionBooks } from "./execution.ts";
import type { FillMarket } from "./fill_market.ts";
import type { LevelTrades } from "./level_trades.ts";
import type { MatchingRules } from "./matching_rules.ts";
import type { OrderIntake } from "./order_intake.ts";
import type { SessionEdges } from "./session_edges.ts";

/** The parts that the sequences share. */
export interface VenueParts {
  readonly books: ExecutionBooks;
  readonly rules: MatchingRules;
  readonly costs: Costs;
  readonly edges: SessionEdges;
  readonly market: FillMarket | null;
  readonly bars: BarEntry | null;
  readonly execution: Execution;
  readonly intake: OrderIntake;
  readonly auctions: AuctionTrades;
  readonly path: BarPath;
  /** Null where there are only bars. */
  readonly levels: LevelTrades | null;
}

/** Writes the state of a venue's parts to a tape, or takes it back from one. */
export function carryParts(parts: VenueParts, tape: StateTape): void {
  parts.execution.carry(tape);
  parts.intake.carry(tape);
  if (parts.market !== null) parts.market.carry(tape);
  if (parts.levels !== null) parts.levels.carry(tape);
}

/** Lets the orders leave a venue's parts that have no place in a map. */
export function renumberParts(parts: VenueParts, map: RowMap): void {
  parts.execution.renumber(map);
  parts.intake.renumber(map);
}
