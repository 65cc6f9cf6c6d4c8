/**
 * The verbs of a strategy. Each is a request: nothing happens before the handler returns, and a market order fills no earlier than the
 * open of the next bar.
 *
 * @module
 */

import { didYouMean, isWhole, KEY } from "../core/mod.ts";
import { shown } from "./indicators/spec.ts";
import type { Order, OrderId, Position } from "./views.ts";

const TypeErrorOf = TypeError, RangeErrorOf = RangeError, ownKeys = Object.keys;

/** An order on its way to the engine: series number, codes, units, ticks; 0 (or -1 for an order) where there is nothing. */
export interface OrderTicket {
  series: number;
  type: number;
  timeInForce: number;
  flags: number;
  /** Signed units. */
  units: number;
  limit: number;
  stop: number;
  /** Ticks, or millionths of the price with the flag for percent. */
  trail: number;
  goodTillUs: number;
  stopLoss: number;
  takeProfit: number;
  ocoWith: number;
  afterFill: number;
}

/** What the engine does for the verbs. Symbols are series numbers, quantities units, prices ticks; 0 for no price. */
export interface TradePort {
  /** Returns the series of a symbol; throws when the run has none of that name. */
  seriesOf(symbol: string): number;
  /** Returns shares as units of the series' scale, NaN when they are not a multiple of its lot. */
  unitsOf(s: number, quantity: number): number;
  /** Returns the units that an amount of currency buys at the last close, floored to the lot. */
  unitsFor(s: number, amount: number): number;
  /** Why a quantity was not a multiple of the lot, for people. */
  lotText(s: number): string;
  order(ticket: OrderTicket): OrderId;
  target(s: number, units: number, stopLoss: number, takeProfit: number): OrderId;
  targetWeight(s: number, weight: number, stopLoss: number, takeProfit: number): OrderId;
  /** Units, limit and stop in ticks; 0 leaves each as it is. Units are unsigned. */
  amend(id: number, units: number, limit: number, stop: number): boolean;
  cancel(id: number): boolean;
  /** Cancels all working orders of a series, -1 for all; returns how many. */
  cancelAll(s: number): number;
  /** Series of an order, -1 for a number that is no order. */
  seriesOfOrder(id: number): number;
  cash(): number;
  equity(): number;
  position(s: number): Position;
  orders(): readonly Order[];
  orderOf(id: number): Order | undefined;
  now(): number;
}

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

const TYPES: readonly string[] = [
  "market",
  "limit",
  "stop",
  "stop_limit",
  "trailing_stop",
  "if_touched",
];
const TIMES: readonly string[] = ["day", "gtc", "gtd", "ioc", "fok", "opg", "cls"];
const PROTECTIVE_NAMES = ["stopLoss", "takeProfit"];
const OPTION_NAMES = [
  "limitPrice",
  "stopPrice",
  "trailAmount",
  "trailPercent",
  "timeInForce",
  "goodTill",
  "postOnly",
  "reduceOnly",
  "allOrNone",
  "ocoWith",
  "afterFill",
  "stopLoss",
  "takeProfit",
];
const REQUEST_NAMES = ["symbol", "side", "quantity", "notional", "type", ...OPTION_NAMES];
const WEIGHT_NAMES = ["sizedAt", ...PROTECTIVE_NAMES];
const AMENDMENT_NAMES = ["quantity", "limitPrice", "stopPrice"];
const MARKET = 0,
  LIMIT = 1,
  STOP = 2,
  STOP_LIMIT = 3,
  TRAILING = 4,
  IF_TOUCHED = 5,
  DAY = 0,
  GTD = 2,
  IOC = 3;
const POST_ONLY = 1, REDUCE_ONLY = 2, ALL_OR_NONE = 4, TRAIL_PERCENT = 8;
const PRICE_SCALE = 1e6, ROUNDER = 6755399441055744;

/** The strategy's hands: orders, targets, and its own book. */
export class Trade {
  readonly #port: TradePort;
  readonly #ticket: OrderTicket = {
    series: 0,
    type: 0,
    timeInForce: 0,
    flags: 0,
    units: 0,
    limit: 0,
    stop: 0,
    trail: 0,
    goodTillUs: 0,
    stopLoss: 0,
    takeProfit: 0,
    ocoWith: -1,
    afterFill: -1,
  };

  /** For the engine. */
  constructor(key: object, port: TradePort) {
    if (key !== KEY) throw new TypeErrorOf("trade comes from the engine");
    this.#port = port;
  }

  /** Engine time, microseconds UTC. */
  get now(): number {
    return this.#port.now();
  }
  /** Cash in currency. The proceeds of short sales are in it, but locked. */
  get cash(): number {
    return this.#port.cash();
  }
  /** Cash and positions at their last marks, in currency. */
  get equity(): number {
    return this.#port.equity();
  }
  /** Orders that are working: by symbol in the order of the run, then oldest first. */
  get orders(): readonly Order[] {
    return this.#port.orders();
  }

  /** Returns the position in a symbol; flat is a quantity of 0. The view is reused. */
  position(symbol: string): Position {
    return this.#port.position(this.#port.seriesOf(symbol));
  }

  /** Returns an order by its handle, in whatever state it is; undefined for a number that is no order. */
  order(id: OrderId): Order | undefined;
  /**
   * Asks for an order and returns its handle.
   *
   * @throws {RangeError} When a field is missing, unknown, out of bounds or contradicts another; nothing is sent then.
   */
  order(request: OrderRequest): OrderId;
  order(request: OrderRequest | OrderId): OrderId | Order | undefined {
    if (typeof request === "number") return this.#port.orderOf(request);
    checkNames("trade.order", request, REQUEST_NAMES);
    const side: unknown = request.side,
      notional: unknown = request.notional,
      quantity = request.quantity;
    if (side !== "buy" && side !== "sell") {
      throw new RangeErrorOf('trade.order: side must be "buy" or "sell", found ' + shown(side));
    }
    if ((quantity === undefined) === (notional === undefined)) {
      throw new RangeErrorOf("trade.order needs quantity or notional, one of the two");
    }
    if (
      notional !== undefined &&
      (typeof notional !== "number" || !(notional > 0 && notional <= 1e12))
    ) {
      throw new RangeErrorOf(
        "trade.order: notional must be an amount above 0, found " + shown(notional),
      );
    }
    const s = this.#port.seriesOf(request.symbol);
    const units = quantity === undefined
      ? this.#port.unitsFor(s, notional as number)
      : this.#unitsOf("trade.order", s, quantity);
    if (units === 0) {
      throw new RangeErrorOf(
        "trade.order: notional " + shown(notional) + " buys less than one lot",
      );
    }
    const ticket = this.#clear(s, side === "buy" ? units : -units);
    this.#fill("trade.order", ticket, request, request.type);
    return this.#port.order(ticket);
  }

  /** Buys a quantity of shares at market, or as the options say. */
  buy(symbol: string, quantity: number, options?: OrderOptions): OrderId {
    return this.#side("trade.buy", symbol, quantity, 1, options);
  }

  /** Sells a quantity of shares; more than is held goes short. */
  sell(symbol: string, quantity: number, options?: OrderOptions): OrderId {
    return this.#side("trade.sell", symbol, quantity, -1, options);
  }

  /**
   * Asks for a position of `quantity` shares (below 0: short), sized when it fills. A new target of a symbol takes the place of its
   * last one.
   */
  target(symbol: string, quantity: number, options?: ProtectiveOptions): OrderId {
    const s = this.#port.seriesOf(symbol);
    if (typeof quantity !== "number") {
      throw new RangeErrorOf("trade.target: quantity must be a number, found " + shown(quantity));
    }
    const units = this.#port.unitsOf(s, quantity);
    if (units !== units) {
      throw new RangeErrorOf("trade.target: quantity " + shown(quantity) + this.#port.lotText(s));
    }
    if (options === undefined) return this.#port.target(s, units, 0, 0);
    checkNames("trade.target", options, PROTECTIVE_NAMES);
    const { stopLoss, takeProfit } = options;
    return this.#port.target(
      s,
      units,
      ticksOf("trade.target", "stopLoss", stopLoss),
      ticksOf("trade.target", "takeProfit", takeProfit),
    );
  }

  /**
   * Asks for a position worth a fraction of equity: 1 is all of it, -0.5 is half of it short. Sized when it fills, at the fill's price
   * with its costs, floored to the lot, so that a full weight can be paid; or now, with `sizedAt: "decision"`.
   */
  targetWeight(symbol: string, weight: number, options?: WeightOptions): OrderId {
    const s = this.#port.seriesOf(symbol);
    if (typeof weight !== "number" || !(weight <= 100 && weight >= -100)) {
      throw new RangeErrorOf(
        "trade.targetWeight: weight must be a fraction from -100 to 100, found " + shown(weight),
      );
    }
    if (options === undefined) return this.#port.targetWeight(s, weight, 0, 0);
    checkNames("trade.targetWeight", options, WEIGHT_NAMES);
    const { sizedAt } = options, loss = ticksOf("trade.targetWeight", "stopLoss", options.stopLoss);
    const profit = ticksOf("trade.targetWeight", "takeProfit", options.takeProfit);
    if (sizedAt === undefined || sizedAt === "fill") {
      return this.#port.targetWeight(s, weight, loss, profit);
    }
    if (sizedAt !== "decision") {
      throw new RangeErrorOf(
        'trade.targetWeight: sizedAt must be "fill" or "decision", found ' + shown(sizedAt),
      );
    }
    const amount = weight * this.#port.equity(),
      units = this.#port.unitsFor(s, amount < 0 ? -amount : amount);
    return this.#port.target(s, amount < 0 ? -units : units, loss, profit);
  }

  /** Asks for a flat position: `target(symbol, 0)`. */
  close(symbol: string): OrderId {
    return this.#port.target(this.#port.seriesOf(symbol), 0, 0, 0);
  }

  /**
   * Changes a working order in place. A smaller quantity alone keeps its place among our orders of the same price; anything else moves it
   * behind them. Returns false when the order is no longer working.
   */
  amend(id: OrderId, changes: Amendment): boolean {
    checkNames("trade.amend", changes, AMENDMENT_NAMES);
    const s = typeof id === "number" ? this.#port.seriesOfOrder(id) : -1;
    if (s === -1) return false;
    const quantity = changes.quantity;
    const units = quantity === undefined ? 0 : this.#unitsOf("trade.amend", s, quantity);
    const limit = ticksOf("trade.amend", "limitPrice", changes.limitPrice);
    const stop = ticksOf("trade.amend", "stopPrice", changes.stopPrice);
    return this.#port.amend(id, units, limit, stop);
  }

  /** Cancels a working order. Returns false when it is no longer working. */
  cancel(id: OrderId): boolean {
    return typeof id === "number" && this.#port.cancel(id);
  }

  /** Cancels all working orders of a symbol, or of all symbols, and returns how many. */
  cancelAll(symbol?: string): number {
    return this.#port.cancelAll(symbol === undefined ? -1 : this.#port.seriesOf(symbol));
  }

  #side(
    verb: string,
    symbol: string,
    quantity: number,
    sign: number,
    options: OrderOptions | undefined,
  ): OrderId {
    const s = this.#port.seriesOf(symbol),
      ticket = this.#clear(s, this.#unitsOf(verb, s, quantity) * sign);
    if (options !== undefined) {
      checkNames(verb, options, OPTION_NAMES);
      this.#fill(verb, ticket, options, undefined);
    }
    return this.#port.order(ticket);
  }

  #unitsOf(verb: string, s: number, quantity: number): number {
    if (typeof quantity !== "number" || !(quantity > 0)) {
      throw new RangeErrorOf(
        verb + ": quantity must be a number above 0, found " + shown(quantity),
      );
    }
    const units = this.#port.unitsOf(s, quantity);
    if (units !== units) {
      throw new RangeErrorOf(verb + ": quantity " + shown(quantity) + this.#port.lotText(s));
    }
    return units;
  }

  /** The ticket as a market order for the day. It is one object, so that an order costs no memory. */
  #clear(s: number, units: number): OrderTicket {
    const ticket = this.#ticket;
    ticket.series = s;
    ticket.units = units;
    ticket.type = MARKET;
    ticket.timeInForce = DAY;
    ticket.flags =
      ticket.limit =
      ticket.stop =
      ticket.trail =
      ticket.goodTillUs =
        0;
    ticket.stopLoss = ticket.takeProfit = 0;
    ticket.ocoWith = ticket.afterFill = -1;
    return ticket;
  }

  #fill(verb: string, ticket: OrderTicket, options: OrderOptions, type: unknown): void {
    ticket.limit = ticksOf(verb, "limitPrice", options.limitPrice);
    ticket.stop = ticksOf(verb, "stopPrice", options.stopPrice);
    ticket.stopLoss = ticksOf(verb, "stopLoss", options.stopLoss);
    ticket.takeProfit = ticksOf(verb, "takeProfit", options.takeProfit);
    const amount = ticksOf(verb, "trailAmount", options.trailAmount),
      percent: unknown = options.trailPercent;
    if (
      percent !== undefined &&
      (typeof percent !== "number" || !(percent >= 0.0001 && percent < 100))
    ) {
      throw new RangeErrorOf(
        verb + ": trailPercent must be a percentage from 0.0001 to below 100, found " +
          shown(percent),
      );
    }
    if (amount !== 0 && percent !== undefined) {
      throw new RangeErrorOf(verb + ": give trailAmount or trailPercent, not both");
    }
    ticket.trail = percent === undefined ? amount : ((percent as number) * 1e4 + ROUNDER) - ROUNDER;
    ticket.flags = (flagOf(verb, "postOnly", options.postOnly) ? POST_ONLY : 0) +
      (flagOf(verb, "reduceOnly", options.reduceOnly) ? REDUCE_ONLY : 0) +
      (flagOf(verb, "allOrNone", options.allOrNone) ? ALL_OR_NONE : 0) +
      (percent === undefined ? 0 : TRAIL_PERCENT);
    ticket.ocoWith = orderOf(verb, "ocoWith", options.ocoWith, this.#port);
    ticket.afterFill = orderOf(verb, "afterFill", options.afterFill, this.#port);
    ticket.type = typeOf(verb, ticket, type);
    this.#time(verb, ticket, options);
    if ((ticket.flags & POST_ONLY) !== 0 && ticket.type !== LIMIT && ticket.type !== STOP_LIMIT) {
      throw new RangeErrorOf(verb + ": postOnly needs a limit order");
    }
  }

  #time(verb: string, ticket: OrderTicket, options: OrderOptions): void {
    const tif: unknown = options.timeInForce, goodTill: unknown = options.goodTill;
    const place = tif === undefined ? DAY : placeIn(TIMES, tif);
    if (place === -1) {
      throw new RangeErrorOf(
        verb + ": timeInForce must be day, gtc, gtd, ioc, fok, opg or cls, found " + shown(tif),
      );
    }
    if ((place === GTD) !== (goodTill !== undefined)) {
      throw new RangeErrorOf(verb + ": gtd and goodTill go together");
    }
    if (
      goodTill !== undefined &&
      (typeof goodTill !== "number" || !(goodTill > this.#port.now()) || !isWhole(goodTill))
    ) {
      throw new RangeErrorOf(
        verb + ": goodTill must be a time after now in microseconds, found " + shown(goodTill),
      );
    }
    if (place >= IOC && ticket.type !== MARKET && ticket.type !== LIMIT) {
      throw new RangeErrorOf(verb + ": " + shown(tif) + " is for market and limit orders");
    }
    ticket.timeInForce = place;
    ticket.goodTillUs = goodTill === undefined ? 0 : goodTill as number;
  }
}

/** The type of an order: as it was named, checked against its prices; or by the prices. */
function typeOf(verb: string, ticket: OrderTicket, named: unknown): number {
  const hasLimit = ticket.limit !== 0, hasStop = ticket.stop !== 0, trails = ticket.trail !== 0;
  const byPrices = trails
    ? TRAILING
    : hasLimit && hasStop
    ? STOP_LIMIT
    : hasLimit
    ? LIMIT
    : hasStop
    ? STOP
    : MARKET;
  const type = named === undefined ? byPrices : placeIn(TYPES, named);
  if (type === -1) {
    throw new RangeErrorOf(
      verb + ": type must be market, limit, stop, stop_limit, trailing_stop or if_touched, found " +
        shown(named),
    );
  }
  const wantsLimit = type === LIMIT || type === STOP_LIMIT,
    wantsStop = type === STOP || type === STOP_LIMIT || type === IF_TOUCHED;
  if (wantsLimit !== hasLimit || wantsStop !== hasStop || (type === TRAILING) !== trails) {
    const needs = type === MARKET
      ? "has no price"
      : type === LIMIT
      ? "needs limitPrice only"
      : type === STOP_LIMIT
      ? "needs limitPrice and stopPrice only"
      : type === TRAILING
      ? "needs trailAmount or trailPercent only"
      : "needs stopPrice only";
    throw new RangeErrorOf(verb + ": a " + TYPES[type] + " order " + needs);
  }
  return type;
}

function placeIn(words: readonly string[], word: unknown): number {
  for (let i = 0; i < words.length; i++) if (words[i] === word) return i;
  return -1;
}

function flagOf(verb: string, name: string, value: unknown): boolean {
  if (value === undefined || value === false) return false;
  if (value === true) return true;
  throw new RangeErrorOf(verb + ": " + name + " must be true or false, found " + shown(value));
}

function orderOf(verb: string, name: string, value: unknown, port: TradePort): number {
  if (value === undefined) return -1;
  if (typeof value === "number" && port.seriesOfOrder(value) !== -1) return value;
  throw new RangeErrorOf(
    verb + ": " + name + " must be the handle of an order, found " + shown(value),
  );
}

/** A price in ticks, 0 when it is not given. */
function ticksOf(verb: string, name: string, price: unknown): number {
  if (price === undefined) return 0;
  if (typeof price !== "number" || !(price > 0 && price <= 1e9)) {
    throw new RangeErrorOf(verb + ": " + name + " must be a price above 0, found " + shown(price));
  }
  const ticks = (price * PRICE_SCALE + ROUNDER) - ROUNDER;
  if (!isWhole(ticks) || ticks < 1) {
    throw new RangeErrorOf(verb + ": " + name + " is below the smallest price step");
  }
  return ticks;
}

/** Refuses a misspelt field instead of ignoring it. */
export function checkNames(where: string, bag: object, known: readonly string[]): void {
  if (typeof bag !== "object" || bag === null) {
    throw new TypeErrorOf(where + " needs an object with " + known[0]);
  }
  const names = ownKeys(bag);
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!;
    let found = false;
    for (let k = 0; k < known.length; k++) if (known[k] === name) found = true;
    if (!found) {
      throw new RangeErrorOf(where + ': unknown field "' + name + '"' + didYouMean(name, known));
    }
  }
}
