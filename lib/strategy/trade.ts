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

/** What the engine does for the verbs. Symbols are series numbers, quantities units, prices ticks; 0 for no price. */
export interface TradePort {
  /** Returns the series of a symbol; throws when the run has none of that name. */
  seriesOf(symbol: string): number;
  /** Returns shares as units of the series' scale, NaN when they are not a multiple of its lot. */
  unitsOf(s: number, quantity: number): number;
  /** Why a quantity was not a multiple of the lot, for people. */
  lotText(s: number): string;
  order(
    s: number,
    type: number,
    timeInForce: number,
    units: number,
    limit: number,
    stop: number,
  ): OrderId;
  target(s: number, units: number): OrderId;
  targetWeight(s: number, weight: number): OrderId;
  cancel(id: number): boolean;
  cash(): number;
  equity(): number;
  position(s: number): Position;
  orders(): readonly Order[];
  orderOf(id: number): Order | undefined;
  now(): number;
}

/** Price of a resting order and how long it rests. */
export interface OrderOptions {
  /** In currency: makes it a limit order. */
  readonly limitPrice?: number;
  /** In currency: makes it a stop order. */
  readonly stopPrice?: number;
  /** `day` (default) dies at the close of the session in which it is active, `gtc` rests until it is cancelled. */
  readonly timeInForce?: "day" | "gtc";
}

/** A full order request. */
export interface OrderRequest extends OrderOptions {
  readonly symbol: string;
  readonly side: "buy" | "sell";
  /** Shares, above 0. */
  readonly quantity: number;
  /** Default: limit or stop when such a price is given, else market. */
  readonly type?: "market" | "limit" | "stop";
}

const REQUEST_NAMES = [
  "symbol",
  "side",
  "quantity",
  "type",
  "limitPrice",
  "stopPrice",
  "timeInForce",
];
const OPTION_NAMES = ["limitPrice", "stopPrice", "timeInForce"];
const MARKET = 0, LIMIT = 1, STOP = 2, DAY = 0, GTC = 1;
const PRICE_SCALE = 1e6, ROUNDER = 6755399441055744;

/** The strategy's hands: orders, targets, and its own book. */
export class Trade {
  readonly #port: TradePort;

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
    const side: unknown = request.side, type: unknown = request.type;
    if (side !== "buy" && side !== "sell") {
      throw new RangeErrorOf('trade.order: side must be "buy" or "sell", found ' + shown(side));
    }
    if (type !== undefined && type !== "market" && type !== "limit" && type !== "stop") {
      throw new RangeErrorOf(
        'trade.order: type must be "market", "limit" or "stop", found ' + shown(type),
      );
    }
    return this.#send(
      "trade.order",
      request.symbol,
      request.quantity,
      side === "buy" ? 1 : -1,
      request,
      type,
    );
  }

  /** Buys a quantity of shares at market, or at the prices in the options. */
  buy(symbol: string, quantity: number, options?: OrderOptions): OrderId {
    if (options === undefined) return this.#market("trade.buy", symbol, quantity, 1);
    checkNames("trade.buy", options, OPTION_NAMES);
    return this.#send("trade.buy", symbol, quantity, 1, options, undefined);
  }

  /** Sells a quantity of shares; more than is held goes short. */
  sell(symbol: string, quantity: number, options?: OrderOptions): OrderId {
    if (options === undefined) return this.#market("trade.sell", symbol, quantity, -1);
    checkNames("trade.sell", options, OPTION_NAMES);
    return this.#send("trade.sell", symbol, quantity, -1, options, undefined);
  }

  /**
   * Asks for a position of `quantity` shares (below 0: short), sized when it fills. A new target of a symbol takes the place of its
   * last one.
   */
  target(symbol: string, quantity: number): OrderId {
    const s = this.#port.seriesOf(symbol);
    if (typeof quantity !== "number") {
      throw new RangeErrorOf("trade.target: quantity must be a number, found " + shown(quantity));
    }
    const units = this.#port.unitsOf(s, quantity);
    if (units !== units) {
      throw new RangeErrorOf("trade.target: quantity " + shown(quantity) + this.#port.lotText(s));
    }
    return this.#port.target(s, units);
  }

  /**
   * Asks for a position worth a fraction of equity: 1 is all of it, -0.5 is half of it short. Sized when it fills, at the fill's price
   * with its costs, floored to the lot, so that a full weight can be paid.
   */
  targetWeight(symbol: string, weight: number): OrderId {
    const s = this.#port.seriesOf(symbol);
    if (typeof weight !== "number" || !(weight <= 100 && weight >= -100)) {
      throw new RangeErrorOf(
        "trade.targetWeight: weight must be a fraction from -100 to 100, found " + shown(weight),
      );
    }
    return this.#port.targetWeight(s, weight);
  }

  /** Asks for a flat position: `target(symbol, 0)`. */
  close(symbol: string): OrderId {
    return this.#port.target(this.#port.seriesOf(symbol), 0);
  }

  /** Cancels a working order. Returns false when it is no longer working. */
  cancel(id: OrderId): boolean {
    return typeof id === "number" && this.#port.cancel(id);
  }

  #market(verb: string, symbol: string, quantity: number, sign: number): OrderId {
    const s = this.#port.seriesOf(symbol);
    return this.#port.order(s, MARKET, DAY, this.#unitsOf(verb, s, quantity) * sign, 0, 0);
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

  #send(
    verb: string,
    symbol: string,
    quantity: number,
    sign: number,
    options: OrderOptions,
    type: "market" | "limit" | "stop" | undefined,
  ): OrderId {
    const s = this.#port.seriesOf(symbol), units = this.#unitsOf(verb, s, quantity);
    const limitPrice: unknown = options.limitPrice, stopPrice: unknown = options.stopPrice;
    const tif: unknown = options.timeInForce;
    const limit = ticksOf(verb, "limitPrice", limitPrice),
      stop = ticksOf(verb, "stopPrice", stopPrice);
    if (limit !== 0 && stop !== 0) {
      throw new RangeErrorOf(
        verb + ": a limit price and a stop price together (stop-limit) are not supported",
      );
    }
    const code = type === undefined
      ? (limit !== 0 ? LIMIT : stop !== 0 ? STOP : MARKET)
      : type === "limit"
      ? LIMIT
      : type === "stop"
      ? STOP
      : MARKET;
    if ((code === LIMIT) !== (limit !== 0) || (code === STOP) !== (stop !== 0)) {
      throw new RangeErrorOf(
        verb + ": a " + type + " order " +
          (code === MARKET
            ? "has no price"
            : code === LIMIT
            ? "needs limitPrice only"
            : "needs stopPrice only"),
      );
    }
    if (tif !== undefined && tif !== "day" && tif !== "gtc") {
      throw new RangeErrorOf(verb + ': timeInForce must be "day" or "gtc", found ' + shown(tif));
    }
    return this.#port.order(s, code, tif === "gtc" ? GTC : DAY, units * sign, limit, stop);
  }
}

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
