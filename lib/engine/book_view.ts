/**
 * The strategy's own book as its verbs and views see it: turns symbols, shares and prices into series, units and ticks, records each
 * request as an intent, and passes it to the engine.
 *
 * @module
 */

import { didYouMean, isWhole, KEY, put, roundHalfEven } from "../core/mod.ts";
import { PRICE_SCALE } from "../market/mod.ts";
import { intentCode, IntentRows, PHASE, VERB } from "../protocols/mod.ts";
import {
  type Fill,
  type Order,
  type OrderId,
  type Position,
  shown,
  type TradePort,
} from "../strategy/engine_door.ts";
import {
  ORDER_REASON_NAMES,
  ORDER_STATE,
  ORDER_STATE_NAMES,
  ORDER_TYPE,
  ORDER_TYPE_NAMES,
  SIZING,
  TIME_IN_FORCE,
  TIME_IN_FORCE_NAMES,
} from "../trading/mod.ts";
import type { Engine } from "./engine.ts";
import { MAX_QUANTITY } from "./request_bounds.ts";

const TypeErrorOf = TypeError, RangeErrorOf = RangeError;
const freeze = Object.freeze as <T>(value: T) => T;
const MICROS = 1e6;
/** What the book takes: nothing, requests, or nothing because a request is under way. */
const CLOSED = 0, OPEN = 1, BUSY = 2;

/** The most requests between two bars, or after one. */
export const MAX_INTENTS_PER_EVENT = 10_000;

/** The book behind `trade`. */
export class BookView implements TradePort {
  readonly intents: IntentRows = new IntentRows();
  readonly #engine: Engine;
  readonly #symbols: readonly string[];
  readonly #seriesBySymbol: Record<string, number>;
  readonly #positions: readonly PositionView[];
  #phase: number = PHASE.after;
  #state = CLOSED;
  #requests = 0;
  #lastSymbol: string;
  #lastSeries = 0;
  #position = -1;

  constructor(engine: Engine, symbols: readonly string[]) {
    this.#engine = engine;
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

  order(
    s: number,
    type: number,
    timeInForce: number,
    units: number,
    limit: number,
    stop: number,
  ): OrderId {
    return this.#request(VERB.order, s, type, timeInForce, units, limit, stop);
  }

  target(s: number, units: number): OrderId {
    return this.#request(
      VERB.targetQuantity,
      s,
      ORDER_TYPE.market,
      TIME_IN_FORCE.day,
      units,
      0,
      0,
    );
  }

  targetWeight(s: number, weight: number): OrderId {
    return this.#request(
      VERB.targetWeight,
      s,
      ORDER_TYPE.market,
      TIME_IN_FORCE.day,
      weight,
      0,
      0,
    );
  }

  cancel(id: number): boolean {
    const orders = this.#engine.orders;
    if (!isWhole(id) || id < 0 || id >= orders.length || orders.state[id] !== ORDER_STATE.working) {
      return false;
    }
    this.#request(
      VERB.cancel,
      orders.series[id]!,
      ORDER_TYPE.market,
      TIME_IN_FORCE.day,
      id,
      0,
      0,
    );
    return true;
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
    const working = this.#engine.working, list: Order[] = [];
    let count = 0;
    for (let s = 0; s < this.#symbols.length; s++) {
      for (let row = working.head[s]!; row !== -1; row = working.next[row]!) {
        list[count++] = this.orderAt(row);
      }
    }
    return freeze(list);
  }

  orderOf(id: number): Order | undefined {
    return isWhole(id) && id >= 0 && id < this.#engine.orders.length ? this.orderAt(id) : undefined;
  }

  now(): number {
    return this.#engine.nowUs;
  }

  /** Returns an order as plain data. */
  orderAt(row: number): Order {
    const orders = this.#engine.orders, s = orders.series[row]!, fills = this.#engine.fills;
    const fill = orders.fill[row]!, sizing = orders.sizing[row]!;
    const units = fill >= 0
      ? fills.quantity[fill]!
      : sizing === SIZING.quantity
      ? orders.quantity[row]!
      : NaN;
    const size = units < 0 ? -units : units;
    const sells = units === units ? units < 0 : this.#isBelow(s, sizing, orders.quantity[row]!);
    return freeze({
      id: row as OrderId,
      symbol: this.#symbols[s]!,
      side: sells ? "sell" : "buy",
      type: ORDER_TYPE_NAMES[orders.type[row]!]!,
      timeInForce: TIME_IN_FORCE_NAMES[orders.timeInForce[row]!]!,
      state: ORDER_STATE_NAMES[orders.state[row]!]!,
      reason: ORDER_REASON_NAMES[orders.reason[row]!]!,
      quantity: size / this.#engine.ledger.unitsPerShare[s]!,
      limitPrice: priceOf(orders.limit[row]!),
      stopPrice: priceOf(orders.stop[row]!),
      createdTime: orders.createdUs[row]!,
    });
  }

  /** True when a target or a weight asks for less than is held: as far as can be told before it is sized. */
  #isBelow(s: number, sizing: number, asked: number): boolean {
    const engine = this.#engine, { position, value } = engine.ledger;
    if (sizing === SIZING.targetQuantity || asked === 0 || position[s] === 0) {
      return asked < position[s]!;
    }
    return asked * engine.equity() < value[s]!;
  }

  /** Returns a fill as plain data. */
  fillAt(row: number): Fill {
    const fills = this.#engine.fills,
      order = fills.order[row]!,
      s = this.#engine.orders.series[order]!;
    const units = fills.quantity[row]!;
    return freeze({
      order: order as OrderId,
      symbol: this.#symbols[s]!,
      side: units < 0 ? "sell" : "buy",
      quantity: (units < 0 ? -units : units) / this.#engine.ledger.unitsPerShare[s]!,
      price: fills.price[row]! / PRICE_SCALE,
      commission: fills.commission[row]! / MICROS,
      time: fills.timeUs[row]!,
    });
  }

  #request(
    verb: number,
    s: number,
    type: number,
    timeInForce: number,
    quantity: number,
    limit: number,
    stop: number,
  ): OrderId {
    if (this.#state !== OPEN) {
      throw new TypeErrorOf("orders are made in a handler, not before the run or after it");
    }
    const engine = this.#engine;
    const position = this.#phase === PHASE.after ? engine.step * 2 + 1 : engine.step * 2 + 2;
    if (position !== this.#position) {
      this.#position = position;
      this.#requests = 0;
    }
    if (++this.#requests > MAX_INTENTS_PER_EVENT) {
      throw new RangeErrorOf("quota: more than " + MAX_INTENTS_PER_EVENT + " requests in one step");
    }
    // Before the row is recorded: whatever breaks off from here on (an exhausted stack) ends the run when the book is closed.
    this.#state = BUSY;
    this.intents.add(
      position,
      engine.nowUs,
      intentCode(verb, type, timeInForce, s),
      quantity,
      limit,
      stop,
    );
    const id = engine.request(verb, s, type, timeInForce, quantity, limit, stop) as OrderId;
    this.#state = OPEN;
    return id;
  }
}

function priceOf(ticks: number): number {
  return ticks === 0 ? NaN : ticks / PRICE_SCALE;
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
      (ledger.position[this.#s]! / ledger.unitsPerShare[this.#s]!);
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
