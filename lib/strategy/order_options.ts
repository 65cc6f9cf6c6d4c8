/**
 * What a strategy says of an order: its kind, its prices, how long it rests and what it is tied to.
 *
 * @module
 */

import type { OrderId } from "./views.ts";

/** The kinds of orders. */
export type OrderType = "market" | "limit" | "stop" | "stop_limit" | "trailing_stop" | "if_touched";
/** How long an order rests: see the strategy guide. */
export type TimeInForce = "day" | "gtc" | "gtd" | "ioc" | "fok" | "opg" | "cls";

/** Protective orders of an entry, prices in currency: set free when it fills, for what it opened; one cancels the other. */
export interface ProtectiveOptions {
  /** Closes the position with a loss at this price (a stop order). */
  readonly stopLoss?: number;
  /** Closes it with a profit at this price (a limit order). */
  readonly takeProfit?: number;
}

/** Prices of a resting order, how long it rests, and what it is tied to. */
export interface OrderOptions extends ProtectiveOptions {
  /** In currency: makes it a limit order, with a stop price a stop-limit order. */
  readonly limitPrice?: number;
  /** In currency: makes it a stop order; the price to touch of an `if_touched` order. */
  readonly stopPrice?: number;
  /** In currency: makes it a trailing stop at this distance from the best price. */
  readonly trailAmount?: number;
  /** In percent of the price: makes it a trailing stop at this distance. */
  readonly trailPercent?: number;
  /**
   * `day` (default) dies at the close of the session in which it is active, `gtc` rests until it is cancelled, `gtd` until `goodTill`; `ioc`
   * fills at once what it can, `fok` all or nothing; `opg` takes part in the opening only, `cls` in the close only.
   */
  readonly timeInForce?: TimeInForce;
  /** Microseconds UTC, with `gtd`. */
  readonly goodTill?: number;
  /** Refused instead of filled at once (limit orders). */
  readonly postOnly?: boolean;
  /** Can only bring the position closer to zero. */
  readonly reduceOnly?: boolean;
  /** Fills whole or not at all. */
  readonly allOrNone?: boolean;
  /** One cancels the other: when one of the two fills, the other is cancelled, or shrinks to what is left. */
  readonly ocoWith?: OrderId;
  /** Waits until this order fills, then covers what it opened. */
  readonly afterFill?: OrderId;
}

/** A full order request: a quantity of shares, or an amount of currency that is turned into shares at the last close. */
export interface OrderRequest extends OrderOptions {
  readonly symbol: string;
  readonly side: "buy" | "sell";
  /** Shares, above 0. */
  readonly quantity?: number;
  /** Currency, above 0. */
  readonly notional?: number;
  /** Default: by the prices that are given, market without any. */
  readonly type?: OrderType;
}

/** When a weight becomes a quantity: when it fills, at that price and with costs (default), or now, at the last close. */
export interface WeightOptions extends ProtectiveOptions {
  readonly sizedAt?: "fill" | "decision";
}

/** What `trade.amend` changes; what is left out stays. */
export interface Amendment {
  /** Shares in all, what is filled included, above 0. */
  readonly quantity?: number;
  readonly limitPrice?: number;
  readonly stopPrice?: number;
}
