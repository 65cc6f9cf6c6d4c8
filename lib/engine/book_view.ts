/**
 * The strategy's own book as its verbs and views see it: turns symbols, shares and prices into series, units and ticks, records each
 * request as an intent, and passes it to the engine.
 *
 * @module
 */

import * as core from "../core/mod.ts";
import { didYouMean, KEY, put } from "../core/mod.ts";
import * as protocols from "../protocols/mod.ts";
import { IntentRows } from "../protocols/mod.ts";
import {
  type Fill,
  type Order,
  type OrderId,
  type OrderTicket,
  type Position,
  shown,
  type TradePort,
} from "../strategy/engine_door.ts";
import * as trading from "../trading/mod.ts";
import { RowScratch } from "../trading/mod.ts";
import type { Engine } from "./engine.ts";
import * as orderLimits from "./order_limits.ts";
import { fillView, orderView } from "./order_views.ts";

const { isWhole, roundHalfEven, sizeOf } = core;
const { intentCode, PHASE, TERM, VERB } = protocols;
const { isWorking, ORDER_REASON, ORDER_TYPE, TIME_IN_FORCE } = trading;
const { MAX_QUANTITY } = orderLimits;

const TypeErrorOf = TypeError, RangeErrorOf = RangeError;
const freeze = Object.freeze as <T>(value: T) => T;
const MICROS = 1e6, floor = Math.floor;
/** What the book takes: nothing, requests, or nothing because a request is under way. */
const CLOSED = 0, OPEN = 1, BUSY = 2;

const MOST_INTENTS = 10_000;
/** The most requests between two bars, or after one. */
export const MAX_INTENTS_PER_EVENT = MOST_INTENTS;

/** The book behind `trade`. */
export class BookView implements TradePort {
  readonly intents: IntentRows = new IntentRows();
  readonly #engine: Engine;
  readonly #sizesAtDecision: boolean;
  readonly #history: number;
  readonly #symbols: readonly string[];
  readonly #seriesBySymbol: Record<string, number>;
  readonly #positions: readonly PositionView[];
  #phase: number = PHASE.after;
  #state = CLOSED;
  #requests = 0;
  #lastSymbol: string;
  #lastSeries = 0;
  #position = -1;

  /**
   * @param sizesAtDecision True where the venue takes weights as quantities by the last close.
   * @param history See `HISTORY_ORDERS`.
   */
  constructor(
    engine: Engine,
    symbols: readonly string[],
    sizesAtDecision: boolean,
    history: number,
  ) {
    this.#engine = engine;
    this.#history = history;
    this.#sizesAtDecision = sizesAtDecision;
    this.#symbols = symbols;
    const bySymbol = { __proto__: null } as unknown as Record<string, number>,
      positions: PositionView[] = [];
    for (let s = 0; s < symbols.length; s++) {
      bySymbol[symbols[s]!] = s;
      put(positions, s, freeze(new PositionView(KEY, engine, s, symbols[s]!)));
    }
    this.#seriesBySymbol = bySymbol;
    this.#positions = positions;
    this.#lastSymbol = symbols[0]!;
  }

  /** Opens the book: requests are taken until it is closed, each in the given phase of its step. */
  open(phase: number): void {
    this.#phase = phase;
    this.#state = OPEN;
  }

  /**
   * Closes the book: nothing is taken outside a handler.
   *
   * @throws {RangeError} When a request broke off half-way and the strategy went on: what the engine holds may be half an order.
   */
  close(): void {
    if (this.#state === BUSY) {
      throw new RangeErrorOf(
        "an order request broke off half-way (too many working orders, or a full stack?) and its error was caught: " +
          "the run cannot go on",
      );
    }
    this.#state = CLOSED;
  }

  seriesOf(symbol: string): number {
    // Mostly the symbol of the last request: one comparison instead of a look-up.
    if (symbol === this.#lastSymbol) return this.#lastSeries;
    const s = typeof symbol === "string" ? this.#seriesBySymbol[symbol] : undefined;
    if (s === undefined) {
      throw new RangeErrorOf(
        "the run has no symbol " + shown(symbol) +
          (typeof symbol === "string" ? didYouMean(symbol, this.#symbols) : "") +
          ": add it to --symbols",
      );
    }
    this.#lastSymbol = symbol;
    this.#lastSeries = s;
    return s;
  }

  unitsOf(s: number, quantity: number): number {
    const perShare = this.#engine.ledger.unitsPerShare[s]!, exact = quantity * perShare;
    const units = roundHalfEven(exact), off = exact - units;
    // A fraction of a share such as 0.1 is no exact number: what is left is noise of the product, not a finer quantity.
    const whole = perShare === 1 ? off === 0 : off < 1e-3 && off > -1e-3;
    return whole && isWhole(units) && units <= MAX_QUANTITY && units >= -MAX_QUANTITY ? units : NaN;
  }

  lotText(s: number): string {
    return this.#engine.ledger.unitsPerShare[s] === 1
      ? " is not a whole number of shares (run with --fractional to trade parts of a share)"
      : " is finer than a millionth of a share, or too large";
  }

  unitsFor(s: number, amount: number): number {
    const engine = this.#engine, row = engine.rows[s]!, lot = engine.lotOf(s);
    if (row < 0) return 0;
    const lots = floor(
      amount / (engine.series[s]!.close[row]! * engine.ledger.multiplier[s]!) *
        engine.ledger.unitsPerShare[s]! / lot,
    );
    return lots * lot <= MAX_QUANTITY ? lots * lot : 0;
  }

  order(ticket: OrderTicket): OrderId {
    const s = ticket.series;
    if (ticket.trail !== 0) this.#term(s, TERM.trail, ticket.trail);
    if (ticket.goodTillUs !== 0) this.#term(s, TERM.good_till, ticket.goodTillUs);
    if (ticket.ocoWith >= 0) this.#term(s, TERM.oco_with, ticket.ocoWith);
    if (ticket.afterFill >= 0) this.#term(s, TERM.after_fill, ticket.afterFill);
    this.#protect(s, ticket.stopLoss, ticket.takeProfit);
    return this.#request(
      VERB.order,
      s,
      ticket.type,
      ticket.timeInForce,
      ticket.flags,
      ticket.units,
      ticket.limit,
      ticket.stop,
    );
  }

  target(s: number, units: number, stopLoss: number, takeProfit: number): OrderId {
    this.#protect(s, stopLoss, takeProfit);
    return this.#request(
      VERB.targetQuantity,
      s,
      ORDER_TYPE.market,
      TIME_IN_FORCE.day,
      0,
      units,
      0,
      0,
    );
  }

  targetWeight(s: number, weight: number, stopLoss: number, takeProfit: number): OrderId {
    if (this.#sizesAtDecision) {
      const amount = weight * this.equity(), units = this.unitsFor(s, sizeOf(amount));
      return this.target(s, amount < 0 ? -units : units, stopLoss, takeProfit);
    }
    this.#protect(s, stopLoss, takeProfit);
    return this.#request(
      VERB.targetWeight,
      s,
      ORDER_TYPE.market,
      TIME_IN_FORCE.day,
      0,
      weight,
      0,
      0,
    );
  }

  amend(id: number, units: number, limit: number, stop: number): boolean {
    const { orders } = this.#engine, row = this.#rowOf(id);
    if (row === -1 || !this.#isOurs(row)) return false;
    const s = orders.series[row]!, signed = orders.quantity[row]! < 0 ? -units : units;
    this.#term(s, TERM.row, id);
    this.#request(VERB.amend, s, ORDER_TYPE.market, TIME_IN_FORCE.day, 0, signed, limit, stop);
    return true;
  }

  cancel(id: number): boolean {
    const row = this.#rowOf(id);
    if (row === -1 || !this.#isOurs(row)) return false;
    const s = this.#engine.orders.series[row]!;
    this.#request(VERB.cancel, s, ORDER_TYPE.market, TIME_IN_FORCE.day, 0, id, 0, 0);
    return true;
  }

  /** True for a working order that the strategy made: one of a margin call cannot be taken back. */
  #isOurs(row: number): boolean {
    const orders = this.#engine.orders;
    return isWorking(orders.state[row]!) && orders.reason[row] === ORDER_REASON.none;
  }

  cancelAll(series: number): number {
    const rows = new RowScratch(), { working, table } = this.#engine.book;
    let count = 0;
    for (let s = 0; s < this.#symbols.length; s++) {
      if (series !== -1 && s !== series) continue;
      working.list(s, rows);
      for (let k = 0; k < rows.length; k++) if (this.cancel(table.idOf(rows.at(k)))) count++;
    }
    return count;
  }

  seriesOfOrder(id: number): number {
    const row = this.#rowOf(id);
    return row === -1 ? -1 : this.#engine.orders.series[row]!;
  }

  /** The row of an order that the strategy can ask for, -1 for any other: whether older ones have left the book yet makes no difference. */
  #rowOf(id: number): number {
    const { orders } = this.#engine;
    if (!isWhole(id) || id < 0 || id >= orders.made) return -1;
    const row = orders.rowOf(id);
    if (row === -1 || isWorking(orders.state[row]!)) return row;
    return orders.ending[row]! > orders.endings - this.#history ? row : -1;
  }

  cash(): number {
    return this.#engine.ledger.cash / MICROS;
  }

  equity(): number {
    return this.#engine.equity() / MICROS;
  }

  position(s: number): Position {
    return this.#positions[s]!;
  }

  orders(): readonly Order[] {
    const rows = new RowScratch(), { working } = this.#engine.book, list: Order[] = [];
    let count = 0;
    for (let s = 0; s < this.#symbols.length; s++) {
      working.list(s, rows);
      for (let k = 0; k < rows.length; k++) list[count++] = this.orderAt(rows.at(k));
    }
    return freeze(list);
  }

  orderOf(id: number): Order | undefined {
    const row = this.#rowOf(id);
    return row === -1 ? undefined : this.orderAt(row);
  }

  now(): number {
    return this.#engine.nowUs;
  }

  /** Returns an order as plain data. */
  orderAt(row: number): Order {
    return orderView(this.#engine, this.#symbols, row);
  }

  /** Returns a fill as plain data. */
  fillAt(row: number): Fill {
    return fillView(this.#engine, this.#symbols, row);
  }

  #protect(s: number, stopLoss: number, takeProfit: number): void {
    if (stopLoss !== 0) this.#term(s, TERM.stop_loss, stopLoss);
    if (takeProfit !== 0) this.#term(s, TERM.take_profit, takeProfit);
  }

  #term(s: number, kind: number, value: number): void {
    const place = this.#place();
    this.#state = BUSY;
    this.intents.add(place, this.#engine.nowUs, intentCode(VERB.term, kind, 0, 0, s), value, 0, 0);
    this.#engine.term(kind, value);
    this.#state = OPEN;
  }

  #request(
    verb: number,
    s: number,
    type: number,
    timeInForce: number,
    flags: number,
    quantity: number,
    limit: number,
    stop: number,
  ): OrderId {
    const engine = this.#engine, code = intentCode(verb, type, timeInForce, flags, s);
    const place = this.#place();
    // Before the row is recorded: whatever breaks off from here on (an exhausted stack) ends the run when the book is closed.
    this.#state = BUSY;
    this.intents.add(place, engine.nowUs, code, quantity, limit, stop);
    const id = engine.request(verb, s, type, timeInForce, flags, quantity, limit, stop) as OrderId;
    this.#state = OPEN;
    return id;
  }

  /** The position of a row that is made now; refuses it outside a handler and above the quota. */
  #place(): number {
    if (this.#state !== OPEN) {
      throw new TypeErrorOf("orders are made in a handler, not before the run or after it");
    }
    const engine = this.#engine;
    const position = this.#phase === PHASE.after ? engine.step * 2 + 1 : engine.step * 2 + 2;
    if (position !== this.#position) {
      this.#position = position;
      this.#requests = 0;
    }
    if (++this.#requests > MOST_INTENTS) {
      throw new RangeErrorOf("quota: more than " + MOST_INTENTS + " requests in one step");
    }
    return position;
  }
}

/** A position that is read where it stands. */
class PositionView implements Position {
  readonly #engine: Engine;
  readonly #s: number;
  readonly #symbol: string;

  constructor(key: object, engine: Engine, s: number, symbol: string) {
    if (key !== KEY) throw new TypeErrorOf("positions come from the engine");
    this.#engine = engine;
    this.#s = s;
    this.#symbol = symbol;
  }

  get symbol(): string {
    return this.#symbol;
  }
  get quantity(): number {
    const ledger = this.#engine.ledger;
    return ledger.position[this.#s]! / ledger.unitsPerShare[this.#s]!;
  }
  get averagePrice(): number {
    const ledger = this.#engine.ledger;
    return ledger.cost[this.#s]! / MICROS /
      (ledger.position[this.#s]! / ledger.unitsPerShare[this.#s]! * ledger.multiplier[this.#s]!);
  }
  get value(): number {
    this.#engine.settle();
    return this.#engine.ledger.value[this.#s]! / MICROS;
  }
  get unrealisedProfit(): number {
    this.#engine.settle();
    const ledger = this.#engine.ledger;
    return (ledger.value[this.#s]! - ledger.cost[this.#s]!) / MICROS;
  }
}
