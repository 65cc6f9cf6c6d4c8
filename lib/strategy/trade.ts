/**
 * The verbs of a strategy. Each is a request: nothing happens before the handler returns, and a market order fills no earlier than the
 * open of the next bar.
 *
 * @module
 */

import { KEY } from "../core/mod.ts";
import { checkNames } from "./check_names.ts";
import { shown } from "./indicators/spec.ts";
import type {
  Amendment,
  OrderOptions,
  OrderRequest,
  ProtectiveOptions,
  WeightOptions,
} from "./order_options.ts";
import {
  clearTicket,
  fillTicket,
  newTicket,
  type OrderTicket,
  type TicketPort,
  ticksOf,
} from "./order_ticket.ts";
import type { Order, OrderId, Position } from "./views.ts";

const TypeErrorOf = TypeError, RangeErrorOf = RangeError;

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

/** What the engine does for the verbs. Symbols are series numbers, quantities units, prices ticks; 0 for no price. */
export interface TradePort extends TicketPort {
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
  cash(): number;
  equity(): number;
  position(s: number): Position;
  orders(): readonly Order[];
  orderOf(id: number): Order | undefined;
}

/** The strategy's hands: orders, targets, and its own book. */
export class Trade {
  readonly #port: TradePort;
  /** One for all orders: none costs memory. */
  readonly #ticket: OrderTicket = newTicket();

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

  /**
   * Returns an order by its handle: one that works, or one of the last 262,144 that ended. Undefined for any other
   * number.
   */
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
    fillTicket("trade.order", ticket, request, request.type, this.#port);
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
   * behind them. A quantity that is filled already ends the order. Returns false when the order is no longer working.
   *
   * @throws {RangeError} When a field is out of bounds, or the order has none of that name.
   */
  amend(id: OrderId, changes: Amendment): boolean {
    checkNames("trade.amend", changes, AMENDMENT_NAMES);
    const s = typeof id === "number" ? this.#port.seriesOfOrder(id) : -1;
    const quantity = changes.quantity;
    const limit = ticksOf("trade.amend", "limitPrice", changes.limitPrice);
    const stop = ticksOf("trade.amend", "stopPrice", changes.stopPrice);
    const order = s === -1 ? undefined : this.#port.orderOf(id);
    if (order === undefined || !order.isWorking) return false;
    const units = quantity === undefined ? 0 : this.#unitsOf("trade.amend", s, quantity);
    if (units === 0 && limit === 0 && stop === 0) {
      throw new RangeErrorOf("trade.amend needs quantity, limitPrice or stopPrice");
    }
    if (units !== 0 && order.isWaiting) {
      throw new RangeErrorOf(
        "trade.amend: an order that waits for its parent gets its quantity from the parent's fill",
      );
    }
    if (units !== 0 && order.isTarget) {
      throw new RangeErrorOf("trade.amend: a target has no quantity; give a new target");
    }
    if (limit !== 0 && order.limitPrice !== order.limitPrice) {
      throw new RangeErrorOf("trade.amend: a " + order.type + " order has no limitPrice");
    }
    if (stop !== 0 && (order.stopPrice !== order.stopPrice || order.type === "trailing_stop")) {
      throw new RangeErrorOf("trade.amend: a " + order.type + " order has no stopPrice to amend");
    }
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
      fillTicket(verb, ticket, options, undefined, this.#port);
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

  #clear(s: number, units: number): OrderTicket {
    clearTicket(this.#ticket, s, units);
    return this.#ticket;
  }
}
