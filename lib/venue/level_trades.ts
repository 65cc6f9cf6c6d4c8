/**
 * Trades against price levels, between two bars: what is bid and asked now, one level a side from a quote, or a depth book.
 *
 * - A market order takes the other side's levels, the best first, each at its own price; with one level, of a quote, slippage comes on top. A
 *   depth book tells itself what size costs: nothing comes on top there.
 * - A limit order takes what is not worse than its limit. One that has rested, because the levels before were worse, gets its limit when the
 *   other side reaches it.
 * - A stop is met when the side that it would trade on reaches it: a sell stop by the bid, a buy stop by the ask.
 * - What a level has given is gone until the feed tells of it again. What an order has not got waits, or ends with its time in force.
 *
 * Orders go in order of creation; protective orders that a fill sets free take part from the next quote on.
 *
 * @module
 */

import { put, sizeOf, type StateTape } from "../core/mod.ts";
import { type Bars, DEPTH_SIDE, DepthBook } from "../market/mod.ts";
import {
  isWorking,
  type Ledger,
  ORDER_FLAG,
  ORDER_REASON,
  ORDER_STATE,
  ORDER_TYPE,
  type OrderBook,
  type OrderTable,
  restsAsLimit,
  RowScratch,
  SIZING,
  TIME_IN_FORCE,
} from "../trading/mod.ts";
import { isTrailing } from "./bar_path.ts";
import { TRADED } from "./execution.ts";
import type { VenueParts } from "./venue_parts.ts";

const F64 = Float64Array, I32 = Int32Array;

/** What an order does at the levels of a moment. */
const MEETS = { nothing: 0, resting: 1, taking: 2 } as const;

/** Levels of each series, and the orders that they reach. */
export class LevelTrades {
  readonly #parts: Omit<VenueParts, "levels">;
  readonly #book: OrderBook;
  readonly #table: OrderTable;
  readonly #ledger: Ledger;
  readonly #levels: DepthBook[] = [];
  /** 1 for each series whose levels come from a depth book, not from quotes. */
  readonly #isDeep: Int32Array;
  readonly #due: RowScratch = new RowScratch();
  /** Best prices of each series when its levels were last matched, and when that was. */
  readonly #lastBid: Float64Array;
  readonly #lastAsk: Float64Array;
  readonly #lastUs: Float64Array;

  constructor(parts: Omit<VenueParts, "levels">) {
    const { book, ledger } = parts.books;
    this.#parts = parts;
    this.#book = book;
    this.#table = book.table;
    this.#ledger = ledger;
    this.#isDeep = new I32(ledger.seriesCount);
    this.#lastBid = new F64(ledger.seriesCount);
    this.#lastAsk = new F64(ledger.seriesCount);
    this.#lastUs = new F64(ledger.seriesCount);
    for (let s = 0; s < ledger.seriesCount; s++) {
      put(this.#levels, s, new DepthBook());
      this.#lastUs[s] = -Infinity;
    }
  }

  /** Takes a quote: prices in ticks, sizes in units. Without effect on a series with a depth book. */
  quote(s: number, bid: number, ask: number, bidSize: number, askSize: number): void {
    if (this.#isDeep[s] === 1) return;
    const levels = this.#levels[s]!;
    levels.clear();
    levels.bid(bid, bidSize);
    levels.ask(ask, askSize);
  }

  /** Returns the depth book of a series, for its feed to tell; from then on it, and not quotes, is what orders trade against. */
  depthOf(s: number): DepthBook {
    if (this.#isDeep[s] === 0) this.#levels[s]!.clear();
    this.#isDeep[s] = 1;
    return this.#levels[s]!;
  }

  /** Forgets the levels of a series: after a split their prices mean nothing. */
  clear(s: number): void {
    this.#levels[s]!.clear();
    this.#lastUs[s] = -Infinity;
  }

  /**
   * Matches the orders of a series against its levels.
   *
   * @param step Number of the last instant.
   * @param timeUs The moment.
   */
  match(step: number, s: number, timeUs: number): void {
    const { execution, market, bars, intake } = this.#parts, kept = execution.volumeLeft[s]!;
    execution.step = step;
    if (bars !== null) bars.moveTo(timeUs);
    if (market !== null) market.setQuoted(s, true);
    intake.takeAt(s, timeUs);
    const levels = this.#levels[s]!, bid = levels.best(DEPTH_SIDE.bid);
    const ask = levels.best(DEPTH_SIDE.ask);
    this.#collect(s, timeUs, bid, ask);
    this.#due.sort();
    const equity = this.#ledger.equity();
    for (let k = 0; k < this.#due.length; k++) {
      const order = this.#due.at(k);
      if (isWorking(this.#table.state[order]!)) this.#tryOne(order, s, timeUs, equity);
    }
    intake.unparkAll();
    this.#lastBid[s] = bid;
    this.#lastAsk[s] = ask;
    this.#lastUs[s] = timeUs;
    if (market !== null) market.setQuoted(s, false);
    execution.volumeLeft[s] = kept;
  }

  /** Trades the auctions of a bar whose inside was quoted: orders for the opening and for the close of a session. */
  matchAuctions(step: number, s: number, bars: Bars, row: number): void {
    const { execution, intake, edges, auctions, bars: entry } = this.#parts;
    execution.step = step;
    if (entry !== null) entry.enter(s, bars, row);
    intake.takeAt(s, bars.time[row]!);
    if (this.#book.working.watched[s] === 0) return;
    if (edges.opens(s, row)) auctions.fillAtOpening(s, bars, row);
    if (edges.closes(s, row)) auctions.fillAtClose(s, bars, row);
  }

  /** Writes the state to a tape, or takes it back from one. */
  carry(tape: StateTape): void {
    const count = this.#ledger.seriesCount;
    tape.part("levels", 1);
    tape.entries(this.#isDeep, count);
    tape.entries(this.#lastBid, count);
    tape.entries(this.#lastAsk, count);
    tape.entries(this.#lastUs, count);
    for (let s = 0; s < count; s++) this.#levels[s]!.carry(tape);
  }

  /** Lifts the orders that the levels could meet. */
  #collect(s: number, timeUs: number, bid: number, ask: number): void {
    const { working } = this.#book, table = this.#table;
    this.#due.clear();
    for (let order = working.head[s]!; order !== -1;) {
      const next = working.next[order]!, timeInForce = table.timeInForce[order]!;
      const forAuction = timeInForce === TIME_IN_FORCE.opg || timeInForce === TIME_IN_FORCE.cls;
      if (!forAuction && this.#isDue(order, timeUs)) {
        working.lift(order);
        this.#due.add(order);
      }
      order = next;
    }
    // A side that is empty leaves the other one to say where the price is.
    const low = bid > 0 ? bid : ask, high = ask > 0 ? ask : bid;
    const below = working.below[s]!, above = working.above[s]!;
    while (-below.firstKey() >= low) this.#lift(below.first(), timeUs);
    while (above.firstKey() <= high) this.#lift(above.first(), timeUs);
  }

  #lift(order: number, timeUs: number): void {
    this.#book.working.lift(order);
    if (this.#isDue(order, timeUs)) this.#due.add(order);
    else this.#parts.intake.park(order);
  }

  #isDue(order: number, timeUs: number): boolean {
    return this.#table.state[order] !== ORDER_STATE.pending &&
      this.#parts.intake.isAlive(order, timeUs);
  }

  #tryOne(order: number, s: number, timeUs: number, equity: number): void {
    const table = this.#table, { intake } = this.#parts;
    const meets = this.#meets(order, s);
    if (meets === MEETS.taking && (table.flags[order]! & ORDER_FLAG.post_only) !== 0) {
      intake.end(order, ORDER_REASON.would_trade, timeUs);
      return;
    }
    if (meets !== MEETS.nothing) this.#sweep(order, s, timeUs, meets, equity);
    if (!isWorking(table.state[order]!)) return;
    const timeInForce = table.timeInForce[order]!;
    if (timeInForce === TIME_IN_FORCE.ioc || timeInForce === TIME_IN_FORCE.fok) {
      intake.end(order, ORDER_REASON.not_filled_at_once, timeUs);
    } else if (meets === MEETS.nothing) intake.park(order);
    else intake.wait(order);
  }

  /** What an order does at the levels, a code of {@linkcode MEETS}; a stop-limit order that is met is triggered. */
  #meets(order: number, s: number): number {
    const table = this.#table, levels = this.#levels[s]!, type = table.type[order]!;
    const buys = table.quantity[order]! > 0, limit = table.limit[order]!;
    const isTriggered = (table.flags[order]! & ORDER_FLAG.triggered) !== 0;
    const price = levels.best(buys ? DEPTH_SIDE.ask : DEPTH_SIDE.bid);
    if (restsAsLimit(table, order)) {
      if (!(buys ? price <= limit : price >= limit)) return MEETS.nothing;
      return this.#hasRested(order, s, buys) ? MEETS.resting : MEETS.taking;
    }
    if (type === ORDER_TYPE.market || (isTriggered && type !== ORDER_TYPE.stop_limit)) {
      return MEETS.taking;
    }
    if (isTrailing(table, order) && price > 0) this.#parts.path.trail(order, price);
    const stop = table.stop[order]!, falls = buys === (type === ORDER_TYPE.if_touched);
    if (!(stop > 0 && (falls ? price <= stop : price >= stop))) return MEETS.nothing;
    if (type !== ORDER_TYPE.stop_limit) return MEETS.taking;
    table.flags[order]! |= ORDER_FLAG.triggered;
    return (buys ? price <= limit : price >= limit) ? MEETS.taking : MEETS.nothing;
  }

  /** Takes level after level until the order has what it wants, or the next one is worse than its limit. */
  #sweep(order: number, s: number, timeUs: number, meets: number, equity: number): void {
    const table = this.#table, { execution, auctions } = this.#parts, levels = this.#levels[s]!;
    const limit = table.limit[order]!, isQuantity = table.sizing[order] === SIZING.quantity;
    const side = this.#sideOf(order, s, equity), buys = side === DEPTH_SIDE.ask;
    const whole = isQuantity && ((table.flags[order]! & ORDER_FLAG.all_or_none) !== 0 ||
      table.timeInForce[order] === TIME_IN_FORCE.fok);
    if (whole) {
      const left = sizeOf(table.quantity[order]! - table.filled[order]!);
      if (levels.sweep(side, left, limit === 0 ? undefined : limit).filled < left) return;
    }
    const takes = this.#isDeep[s] === 0 && limit === 0;
    for (let place = 0; isWorking(table.state[order]!);) {
      const price = levels.priceAt(side, place), size = levels.sizeAt(side, place);
      if (!(price > 0) || (limit !== 0 && (buys ? price > limit : price < limit))) return;
      const wanted = auctions.wanted(order, s, price, equity);
      // A weight that wants the other side at this price has what it asks for.
      const asked = (wanted > 0) !== buys
        ? 0
        : whole && sizeOf(wanted) > size
        ? (buys ? size : -size)
        : wanted;
      const base = meets === MEETS.resting ? limit : price;
      execution.volumeLeft[s] = size;
      const traded = execution.trade(order, s, asked, base, takes, limit, timeUs);
      const left = execution.volumeLeft[s]!;
      if (left < size) this.#setSize(s, side, price, left);
      if (traded === TRADED.done && (asked === wanted || asked === 0)) return;
      // A level that is gone makes room for the next; what is too small for a lot is passed over.
      if (left > 0) place++;
    }
  }

  /** Whether a limit order was there when the levels were matched before, and they were worse than its limit. */
  #hasRested(order: number, s: number, buys: boolean): boolean {
    const limit = this.#table.limit[order]!;
    return this.#parts.intake.isAlive(order, this.#lastUs[s]!) &&
      !(buys ? this.#lastAsk[s]! <= limit : this.#lastBid[s]! >= limit);
  }

  /** The side that an order takes. */
  #sideOf(order: number, s: number, equity: number): number {
    const table = this.#table, levels = this.#levels[s]!;
    if (table.sizing[order] === SIZING.quantity) {
      return table.quantity[order]! > 0 ? DEPTH_SIDE.ask : DEPTH_SIDE.bid;
    }
    const ask = levels.best(DEPTH_SIDE.ask), bid = levels.best(DEPTH_SIDE.bid);
    const price = ask > 0 ? ask : bid;
    return price > 0 && this.#parts.auctions.wanted(order, s, price, equity) > 0
      ? DEPTH_SIDE.ask
      : DEPTH_SIDE.bid;
  }

  #setSize(s: number, side: number, price: number, size: number): void {
    const levels = this.#levels[s]!;
    if (side === DEPTH_SIDE.ask) levels.ask(price, size);
    else levels.bid(price, size);
  }
}
