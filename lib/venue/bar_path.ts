/**
 * The way of the price through a bar, and the orders that it meets.
 *
 * Four prices do not tell the path, so the worse one is taken: with a long position the low comes first, with a short one the high; without
 * a position the extreme that is nearer to the open. Where there are finer bars, the price goes through them one after the other, each of
 * them by the same rule; where these are missing or lie beyond the range of the bar, the bar is walked as if there were none.
 *
 * @module
 */

import * as core from "../core/mod.ts";
import type { Bars } from "../market/mod.ts";
import * as trading from "../trading/mod.ts";
import type { Ledger, OrderBook, OrderTable, WorkingOrders } from "../trading/mod.ts";
import type { Execution, ExecutionBooks } from "./execution.ts";
import type { MatchingRules } from "./matching_rules.ts";
import type { OrderIntake } from "./order_intake.ts";
import * as priceTicks from "./price_ticks.ts";

const { firstAtLeast, mulDiv } = core;
const { isWorking, ORDER_FLAG, ORDER_TYPE, restsAsLimit, waitingPrice } = trading;
const { toTicks } = priceTicks;

/** Walks bars and trades what rests in the way. */
export class BarPath {
  readonly #book: OrderBook;
  readonly #table: OrderTable;
  readonly #working: WorkingOrders;
  readonly #ledger: Ledger;
  readonly #execution: Execution;
  readonly #intake: OrderIntake;
  readonly #needsThrough: boolean;

  constructor(
    books: ExecutionBooks,
    execution: Execution,
    intake: OrderIntake,
    rules: MatchingRules,
  ) {
    this.#book = books.book;
    this.#table = books.book.table;
    this.#working = books.book.working;
    this.#ledger = books.ledger;
    this.#execution = execution;
    this.#intake = intake;
    this.#needsThrough = rules.limitFill === "through";
  }

  /** Trades the orders of a series that the inside of a bar reaches. */
  walk(s: number, bars: Bars, row: number): void {
    const working = this.#working, low = toTicks(bars.low[row]!), high = toTicks(bars.high[row]!);
    const trails = working.watched[s]! > 0;
    if (!trails && low > working.touchedBelow(s) && high < working.touchedAbove(s)) return;
    const { finer } = bars;
    if (finer !== null && this.#walkFiner(s, bars, row, finer, low, high)) return;
    this.#through(s, toTicks(bars.open[row]!), low, high, bars, row);
  }

  /** Goes from a price to both extremes, the worse one first, and to the close. */
  #through(s: number, from: number, low: number, high: number, bars: Bars, row: number): void {
    const held = this.#ledger.position[s]!;
    const lowFirst = held > 0 || (held === 0 && from - low <= high - from);
    const first = lowFirst ? low : high, second = lowFirst ? high : low;
    this.#leg(s, from, first, bars, row);
    this.#leg(s, first, second, bars, row);
    this.#leg(s, second, toTicks(bars.close[row]!), bars, row);
  }

  /** Goes through the finer bars of a bar. Returns false, and nothing is done, when they do not tell its inside. */
  #walkFiner(
    s: number,
    bars: Bars,
    row: number,
    finer: Bars,
    low: number,
    high: number,
  ): boolean {
    const from = firstAtLeast(finer.time, finer.length, bars.time[row]!);
    const closeUs = bars.closeTime[row]!, working = this.#working;
    let to = from, least = high, most = low;
    for (; to < finer.length && finer.closeTime[to]! <= closeUs; to++) {
      const lowest = toTicks(finer.low[to]!), highest = toTicks(finer.high[to]!);
      if (lowest < low || highest > high) return false;
      if (lowest < least) least = lowest;
      if (highest > most) most = highest;
    }
    if (to === from) return false;
    for (let at = from; at < to; at++) {
      const lowest = toTicks(finer.low[at]!), highest = toTicks(finer.high[at]!);
      const isReached = working.watched[s]! > 0 || lowest <= working.touchedBelow(s) ||
        highest >= working.touchedAbove(s);
      if (!isReached) continue;
      const open = toTicks(finer.open[at]!);
      this.#jump(s, open, finer.time[at]!);
      this.#through(s, open, lowest, highest, finer, at);
    }
    // An extreme that no finer bar has seen was traded at a time that is not known: at the end, when it can do most.
    const last = toTicks(finer.close[to - 1]!);
    this.#through(s, last, least > low ? low : last, most < high ? high : last, bars, row);
    return true;
  }

  /** Comes to a price without going through those before it: what waits between trades at it. */
  #jump(s: number, price: number, timeUs: number): void {
    const working = this.#working, table = this.#table;
    for (let order = working.head[s]!; order !== -1;) {
      const next = working.next[order]!, stop = table.stop[order]!;
      const isMet = isTrailing(table, order) && stop !== 0 &&
        (table.quantity[order]! > 0 ? price >= stop : price <= stop);
      if (isMet && this.#intake.isAliveInside(order, timeUs, timeUs)) {
        working.lift(order);
        this.tradeInside(order, s, price, timeUs);
      }
      order = next;
    }
    this.#release(s, price, timeUs, timeUs);
  }

  /** Trades, in the order in which the price meets them, the orders between two points of the path. */
  #leg(s: number, start: number, to: number, bars: Bars, row: number): void {
    const openTimeUs = bars.time[row]!, closeTimeUs = bars.closeTime[row]!, falls = to < start;
    let from = start;
    this.#trailAll(s, from, openTimeUs);
    for (;;) {
      const order = this.#nearest(s, from, to, falls, openTimeUs, closeTimeUs);
      if (order === -1) break;
      const waits = waitingPrice(this.#table, order);
      // What waits behind the point that the price has passed trades where the price is.
      from = falls ? (waits < from ? waits : from) : (waits > from ? waits : from);
      this.#working.lift(order);
      this.tradeInside(order, s, from, closeTimeUs);
      if (this.#book.fresh.length > 0) this.#release(s, from, openTimeUs, closeTimeUs);
    }
    this.#trailAll(s, to, openTimeUs);
  }

  /** Takes the orders that a fill has set free where the price stands; those that it has passed already trade there. */
  release(s: number, price: number, bars: Bars, row: number): void {
    this.#release(s, price, bars.time[row]!, bars.closeTime[row]!);
  }

  #release(s: number, price: number, openTimeUs: number, closeTimeUs: number): void {
    this.#intake.takeReleased(openTimeUs, s);
    this.#trailAll(s, price, openTimeUs);
    const below = this.#working.below[s]!, above = this.#working.above[s]!;
    for (let heap = below;; heap = above) {
      for (let order = heap.first(); order !== -1; order = heap.first()) {
        const waits = heap === below ? -heap.firstKey() : heap.firstKey();
        const isPassed = waits === price
          ? !restsAsLimit(this.#table, order) || !this.#needsThrough
          : (waits > price) === (heap === below);
        if (!isPassed) break;
        this.#working.lift(order);
        if (this.#intake.isAliveInside(order, openTimeUs, closeTimeUs)) {
          this.tradeInside(order, s, price, closeTimeUs);
          if (this.#book.fresh.length > 0) this.#intake.takeReleased(openTimeUs, s);
        } else this.#intake.park(order);
      }
      if (heap === above) return;
    }
  }

  #trailAll(s: number, price: number, openTimeUs: number): void {
    const working = this.#working, table = this.#table;
    for (let order = working.head[s]!; order !== -1; order = working.next[order]!) {
      if (
        isTrailing(table, order) && this.#intake.isAlive(order, openTimeUs)
      ) {
        this.trail(order, price);
      }
    }
  }

  /** The order that the price meets first between two points, -1 for none. */
  #nearest(
    s: number,
    from: number,
    to: number,
    falls: boolean,
    openTimeUs: number,
    closeTimeUs: number,
  ): number {
    const working = this.#working, table = this.#table;
    let best = -1, bestPrice = 0;
    const heap = falls ? working.below[s]! : working.above[s]!;
    for (let order = heap.first(); order !== -1; order = heap.first()) {
      const price = falls ? -heap.firstKey() : heap.firstKey();
      const through = restsAsLimit(table, order) && this.#needsThrough &&
        (falls ? price <= from : price >= from);
      if (falls ? (through ? price <= to : price < to) : (through ? price >= to : price > to)) {
        break;
      }
      if (this.#intake.isAliveInside(order, openTimeUs, closeTimeUs)) {
        best = order;
        bestPrice = price;
        break;
      }
      working.lift(order);
      this.#intake.park(order);
    }
    for (let order = working.head[s]!; order !== -1; order = working.next[order]!) {
      if (
        !isTrailing(table, order) ||
        !this.#intake.isAliveInside(order, openTimeUs, closeTimeUs)
      ) {
        continue;
      }
      const stop = table.stop[order]!, sells = table.quantity[order]! < 0;
      if (sells !== falls || (falls ? stop < to : stop > to)) continue;
      if (best === -1 || (falls ? stop > bestPrice : stop < bestPrice)) {
        best = order;
        bestPrice = stop;
      }
    }
    return best;
  }

  /** Trades a lifted order where the price has met it. */
  tradeInside(order: number, s: number, base: number, timeUs: number): void {
    const table = this.#table, type = table.type[order]!, buys = table.quantity[order]! > 0;
    const wasLimit = restsAsLimit(table, order);
    if (type === ORDER_TYPE.stop_limit && !wasLimit) {
      table.flags[order]! |= ORDER_FLAG.triggered;
      const limit = table.limit[order]!;
      // Touched, but the limit is not met here: it rests as a limit order for the rest of the path.
      if (buys ? base > limit : base < limit) {
        this.#working.rest(order);
        return;
      }
    }
    const quantity = table.quantity[order]! - table.filled[order]!;
    const bound = wasLimit || type === ORDER_TYPE.stop_limit ? table.limit[order]! : 0;
    this.#execution.trade(order, s, quantity, base, !wasLimit, bound, timeUs);
    if (isWorking(table.state[order]!)) this.#intake.wait(order);
  }

  /** Lets a trailing stop follow a price. */
  trail(order: number, price: number): void {
    const table = this.#table, buys = table.quantity[order]! > 0, trail = table.trail.get(order);
    const distance = (table.flags[order]! & ORDER_FLAG.trail_percent) === 0
      ? trail
      : mulDiv(price, trail, 1e6);
    const stop = buys ? price + distance : price - distance, before = table.stop[order]!;
    if (before === 0 || (buys ? stop < before : stop > before)) table.stop[order] = stop;
  }
}

/** True for a stop that still follows the price. */
export function isTrailing(table: OrderTable, order: number): boolean {
  return table.type[order] === ORDER_TYPE.trailing_stop &&
    (table.flags[order]! & ORDER_FLAG.triggered) === 0;
}
