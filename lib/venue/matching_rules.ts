/**
 * How the simulated venue matches orders with bars, as data. Each switch is read once, when a run is made: it picks an object that does it.
 *
 * @module
 */

/** How bars fill orders. */
export interface MatchingRules {
  /**
   * What prices a fill. Default next_open.
   *
   * - `next_open`: bars alone.
   * - `quote`: where quotes or a depth book of a symbol come, they alone: market orders take the ask or the bid; a bar in which none came is
   *   matched like any other.
   */
  readonly fillModel: "next_open" | "quote";
  /** How old a quote may be that prices a fill, milliseconds. Default 200. */
  readonly quoteAgeMaxMs: number;
  /**
   * The moment of a bar at which orders are looked at. Default open.
   *
   * - `open`: market orders fill at the open; what rests fills at the open or inside the bar.
   * - `close`: the close alone decides: market orders fill at it, a limit or stop order when the close has reached its price, and then at
   *   the close as well. Goes with the sequence `queue`: at one price there is no path.
   */
  readonly fillAt: "open" | "close";
  /** Whether a limit order needs a trade through its price or a touch of it. A price that is better fills it either way. Default through. */
  readonly limitFill: "through" | "touch";
  /**
   * In what order the orders that one bar reaches are filled. Default path.
   *
   * - `path`: at the open those that reduce a position first; inside the bar along the path that is worse for the position.
   * - `queue`: protective orders of entries first, then in order of creation, each against open, high and low on its own.
   */
  readonly sequence: "path" | "queue";
  /**
   * From when the protective orders of an entry take part. Default entry_bar.
   *
   * - `entry_bar`: along the path, from the entry on; in a queue, on the whole bar of an entry at market, else from the next bar on.
   * - `next_bar`: from the next bar on.
   */
  readonly protects: "entry_bar" | "next_bar";
  /**
   * When an order must be payable, and what happens else. Default fill.
   *
   * - `fill`: when it fills; the whole order is refused otherwise.
   * - `fill_opening`: as `fill`, but only the part that opens or adds; the part that closes a position fills first and stays.
   * - `submission_and_opening`: as `fill_opening`, and before it, at the bar after the decision, on paper: with the close of the decision (or
   *   its limit or stop price) orders are charged one after another against the cash of then, and one that brings it below zero is refused.
   * - `none`: cash may go below zero without limit.
   */
  readonly cashCheck: "fill" | "fill_opening" | "submission_and_opening" | "none";
  /**
   * What the proceeds of a short sale are. Default locked.
   *
   * - `locked`: collateral that buys nothing, and equity limits the short positions.
   * - `margin`: not cash: what can be opened is equity less the value of all positions, long and short.
   * - `cash`: cash that can be spent, without limit to the short positions.
   */
  readonly shortProceeds: "locked" | "margin" | "cash";
  /** When a target weight becomes a quantity: with the price and equity of its fill, or with the close that led to it. Default fill. */
  readonly weightSizing: "fill" | "decision";
  /**
   * Which fills slip: market and stop orders, or limit orders as well, which then do not fill where slippage would carry them past their
   * limit. Default takers.
   */
  readonly slips: "takers" | "all";
  /** Largest share of a bar's volume that all orders of an instrument together get, 0 to 1; null for no limit. Default null. */
  readonly participation: number | null;
  /** Microseconds from request to venue. Default 0. */
  readonly latencyUs: number;
  /** The most that chance adds to the latency of an order, microseconds, by the seed and the order's number. Default 0. */
  readonly latencyJitterUs: number;
  /** Share of orders that the venue rejects, for rehearsals, 0 to 1. Default 0. */
  readonly rejectionRate: number;
  /** Root of rejections and latencies. */
  readonly seed: number;
}

/** The rules when nothing is asked for. */
export const DEFAULT_MATCHING: MatchingRules = {
  fillModel: "next_open",
  quoteAgeMaxMs: 200,
  fillAt: "open",
  limitFill: "through",
  sequence: "path",
  protects: "entry_bar",
  cashCheck: "fill",
  shortProceeds: "locked",
  weightSizing: "fill",
  slips: "takers",
  participation: null,
  latencyUs: 0,
  latencyJitterUs: 0,
  rejectionRate: 0,
  seed: 1,
};
