/**
 * The simulated exchange: what a bar does to the orders of a book.
 *
 * An instant is matched in this order.
 *
 * 1. Orders that are new and due (made before the bar opened, by the latency of the venue) are taken, or rejected at the seeded rate.
 * 2. At the open. Market orders (targets included), orders for the opening, orders that live only at once, and every resting order that the
 *    open price triggers: a stop that it reaches, a limit that it betters. Over all symbols of the instant, orders that bring a position
 *    closer to zero go first, so that a rotation can pay for what it buys; then sales through zero, which free the cash of a long position;
 *    then the others; each in order of creation. Weights are taken of the equity at these opens, before any of the fills.
 * 3. Inside the bar, symbol by symbol. Four prices do not tell the path, so the worse one is taken: with a long position the low comes
 *    first, with a short one the high; without a position the extreme that is nearer to the open. A stop fills at its price when the bar
 *    touches it; a limit order only when the bar trades through its price (or touches it, by rule), because a touch does not say that our
 *    order was reached. A trailing stop follows the path. Orders set free by a fill take part in what is left of the path.
 * 4. At the close of a session, orders for the close.
 *
 * Market and stop fills are moved against the order by the slippage; limit fills are not. With a volume limit a bar gives no more than its
 * share, the earlier in this order the first; what is left waits.
 *
 * @module
 */

import type { Bars } from "../market/mod.ts";
import {
  isWorking,
  ORDER_FLAG,
  ORDER_REASON,
  ORDER_TYPE,
  type OrderBook,
  type OrderTable,
  restsAsLimit,
  RowScratch,
  SIZING,
  TIME_IN_FORCE,
  waitingPrice,
  type WorkingOrders,
} from "../trading/mod.ts";
import type { Costs } from "./costs.ts";
import { BarPath } from "./bar_path.ts";
import { Execution, type ExecutionBooks, TRADED } from "./execution.ts";
import type { MatchingRules } from "./matching_rules.ts";
import { OrderIntake } from "./order_intake.ts";
import { toTicks } from "./price_ticks.ts";
import { WeightSizing } from "./weight_sizing.ts";

const floor = Math.floor;

/** Tells where in its session a bar stands. */
export interface SessionEdges {
  /** True for the first bar of a session. */
  opens(s: number, row: number): boolean;
  /** True for a bar that ends with its session. */
  closes(s: number, row: number): boolean;
}

/** Matches the orders of a book against bars. */
export class SimulatedVenue {
  readonly #book: OrderBook;
  readonly #table: OrderTable;
  readonly #working: WorkingOrders;
  readonly #books: ExecutionBooks;
  readonly #costs: Costs;
  readonly #weights: WeightSizing;
  readonly #execution: Execution;
  readonly #rules: MatchingRules;
  readonly #edges: SessionEdges;
  readonly #intake: OrderIntake;
  readonly #path: BarPath;
  /** Orders that trade at one point of the bar. */
  readonly #due: RowScratch = new RowScratch();

  constructor(
    books: ExecutionBooks,
    costs: Costs,
    lots: Float64Array,
    allowShort: boolean,
    rules: MatchingRules,
    edges: SessionEdges,
  ) {
    this.#books = books;
    this.#book = books.book;
    this.#table = books.book.table;
    this.#working = books.book.working;
    this.#costs = costs;
    this.#weights = new WeightSizing(books.ledger, costs, lots);
    this.#execution = new Execution(books, costs, lots, allowShort);
    this.#rules = rules;
    this.#edges = edges;
    this.#intake = new OrderIntake(books, rules);
    this.#path = new BarPath(books, costs, this.#execution, this.#intake, rules);
  }

  /**
   * Matches all orders against the bars of one instant.
   *
   * @param step Number of the instant.
   * @param series All series of the run.
   * @param rows Row of each series at this instant.
   * @param touched Series with a bar at this instant; the first `count` entries.
   */
  match(
    step: number,
    series: readonly Bars[],
    rows: Int32Array,
    touched: Int32Array,
    count: number,
  ): void {
    const ledger = this.#books.ledger;
    this.#execution.step = step;
    for (let k = 0; k < count; k++) {
      const s = touched[k]!, bars = series[s]!, row = rows[s]!;
      if (this.#rules.participation !== null) this.#limitVolume(s, bars.volume[row]!);
      if (ledger.position[s] !== 0) ledger.setMark(s, toTicks(bars.open[row]!));
    }
    const first = touched[0]!;
    if (
      count === 1 && this.#working.count === 1 &&
      this.#matchOnly(first, series[first]!, rows[first]!)
    ) return;
    if (this.#book.fresh.length > 0) this.#intake.take(series, rows, touched, count);
    this.#fillAtOpen(series, rows, touched, count);
    for (let k = 0; k < count && this.#working.count > 0; k++) {
      const s = touched[k]!, bars = series[s]!, row = rows[s]!;
      this.#path.walk(s, bars, row);
      if (this.#working.watched[s]! > 0 && this.#edges.closes(s, row)) {
        this.#fillAtClose(s, bars, row);
      }
    }
    this.#intake.unparkAll();
  }

  /** The common case, one new market order and nothing else. Returns false when it is another case. */
  #matchOnly(s: number, bars: Bars, row: number): boolean {
    const order = this.#working.head[s]!, table = this.#table, timeUs = bars.time[row]!;
    const isPlain = order !== -1 && this.#book.fresh.length === 1 &&
      table.type[order] === ORDER_TYPE.market &&
      table.timeInForce[order]! <= TIME_IN_FORCE.gtd && this.#intake.isAlive(order, timeUs);
    if (!isPlain) return false;
    this.#book.fresh.clear();
    this.#intake.accept(order, timeUs);
    if (!isWorking(table.state[order]!)) return true;
    const open = toTicks(bars.open[row]!);
    this.#working.lift(order);
    this.#tradeAtOpen(
      order,
      s,
      this.#wanted(order, s, open, this.#books.ledger.equity()),
      open,
      timeUs,
    );
    // What a fill sets free (protective orders) takes part in the rest of the bar.
    if (this.#book.fresh.length > 0) this.#intake.takeReleased(timeUs);
    if (this.#working.count > 0) this.#path.walk(s, bars, row);
    this.#intake.unparkAll();
    return true;
  }

  #limitVolume(s: number, volume: number): void {
    const shares = volume * this.#rules.participation!;
    this.#execution.volumeLeft[s] = floor(shares * this.#books.ledger.unitsPerShare[s]!);
  }

  #fillAtOpen(series: readonly Bars[], rows: Int32Array, touched: Int32Array, count: number): void {
    const due = this.#due, table = this.#table, ledger = this.#books.ledger;
    due.clear();
    for (let k = 0; k < count; k++) {
      this.#collectAtOpen(touched[k]!, series[touched[k]!]!, rows[touched[k]!]!);
    }
    if (due.length === 0) return;
    due.sort();
    const equity = ledger.equity();
    for (let pass = 0; pass < 3; pass++) {
      for (let k = 0; k < due.length; k++) {
        const order = due.at(k);
        if (order < 0) continue;
        const s = table.series[order]!,
          bars = series[s]!,
          row = rows[s]!,
          open = toTicks(bars.open[row]!);
        const quantity = this.#wanted(order, s, open, equity);
        if (
          isWorking(table.state[order]!) &&
          this.#passOf(order, ledger.position[s]!, quantity) > pass
        ) {
          continue;
        }
        due.keep(k, -1);
        if (isWorking(table.state[order]!)) {
          this.#tradeAtOpen(order, s, quantity, open, bars.time[row]!);
        }
      }
    }
  }

  /** Lifts the orders of a series that the open fills and adds them to the due list. */
  #collectAtOpen(s: number, bars: Bars, row: number): void {
    const working = this.#working,
      open = toTicks(bars.open[row]!),
      openTimeUs = bars.time[row]!;
    for (let order = working.head[s]!; order !== -1;) {
      const next = working.next[order]!;
      if (this.#intake.isAlive(order, openTimeUs) && this.#tradesAtOpen(order, s, row, open)) {
        working.lift(order);
        this.#due.add(order);
      }
      order = next;
    }
    const below = working.below[s]!, above = working.above[s]!;
    while (-below.firstKey() >= open && this.#liftTriggered(below.first(), open, openTimeUs));
    while (above.firstKey() <= open && this.#liftTriggered(above.first(), open, openTimeUs));
  }

  /** Lifts the first resting order if the open triggers it. One that does not live yet is parked, so that the next is seen. */
  #liftTriggered(order: number, open: number, openTimeUs: number): boolean {
    const table = this.#table, alive = this.#intake.isAlive(order, openTimeUs);
    const isLimit = restsAsLimit(table, order), price = waitingPrice(table, order);
    // A limit order at the very open has the open for a touch, not for a trade through.
    if (alive && isLimit && price === open && this.#rules.limitFill === "through") return false;
    this.#working.lift(order);
    if (alive) this.#due.add(order);
    else this.#intake.park(order);
    return true;
  }

  #tradesAtOpen(order: number, s: number, row: number, open: number): boolean {
    const table = this.#table, type = table.type[order]!;
    switch (table.timeInForce[order]!) {
      case TIME_IN_FORCE.opg:
        return this.#edges.opens(s, row);
      case TIME_IN_FORCE.cls:
        return false;
      case TIME_IN_FORCE.ioc:
      case TIME_IN_FORCE.fok:
        return true;
      default:
        if (type !== ORDER_TYPE.trailing_stop) return true;
        this.#path.trail(order, open);
        return table.quantity[order]! > 0 ? open >= table.stop[order]! : open <= table.stop[order]!;
    }
  }

  /** Returns the signed quantity in units that is wanted now. */
  #wanted(order: number, s: number, price: number, equity: number): number {
    const table = this.#table, asked = table.quantity[order]!, sizing = table.sizing[order]!;
    if (sizing === SIZING.quantity) return asked - table.filled[order]!;
    const held = this.#books.ledger.position[s]!;
    if (sizing === SIZING.targetQuantity) return asked - held;
    return this.#weights.positionOf(s, price, asked, equity) - held;
  }

  /** When an order fills among those of one open: 0 when it brings the position closer to zero, 1 when it sells through zero, else 2. */
  #passOf(order: number, held: number, quantity: number): number {
    if (held === 0 || quantity === 0 || (held > 0) === (quantity > 0)) return 2;
    const table = this.#table, next = held + quantity;
    // A weight on the other side wants to go through zero, also when there is no cash for it yet.
    const crosses = table.sizing[order] === SIZING.targetWeight
      ? table.quantity[order]! * held < 0
      : next !== 0 && (next > 0) !== (held > 0);
    if (!crosses) return 0;
    return held > 0 ? 1 : 2;
  }

  #tradeAtOpen(order: number, s: number, quantity: number, open: number, timeUs: number): void {
    const table = this.#table,
      type = table.type[order]!,
      buys = quantity > 0,
      limit = table.limit[order]!;
    if (type === ORDER_TYPE.stop_limit) table.flags[order]! |= ORDER_FLAG.triggered;
    const bounded = restsAsLimit(table, order),
      marketable = !bounded || (buys ? open <= limit : open >= limit);
    if (marketable && (table.flags[order]! & ORDER_FLAG.post_only) !== 0) {
      this.#intake.end(order, ORDER_REASON.would_trade, timeUs);
      return;
    }
    const price = bounded ? open : this.#costs.slipped(open, buys);
    const traded = marketable
      ? this.#execution.trade(order, s, quantity, open, price, timeUs)
      : TRADED.nothing;
    if (!isWorking(table.state[order]!)) return;
    const timeInForce = table.timeInForce[order]!;
    if (timeInForce === TIME_IN_FORCE.ioc || timeInForce === TIME_IN_FORCE.fok) {
      this.#intake.end(order, ORDER_REASON.not_filled_at_once, timeUs);
    } else if (timeInForce === TIME_IN_FORCE.opg) {
      this.#intake.end(order, ORDER_REASON.auction_passed, timeUs);
    } else if (traded === TRADED.done || !marketable) this.#working.rest(order);
    else this.#intake.park(order);
  }

  #fillAtClose(s: number, bars: Bars, row: number): void {
    const table = this.#table, working = this.#working, close = toTicks(bars.close[row]!);
    const openTimeUs = bars.time[row]!, timeUs = bars.closeTime[row]!, ledger = this.#books.ledger;
    this.#due.clear();
    for (let order = working.head[s]!; order !== -1; order = working.next[order]!) {
      if (
        table.timeInForce[order] === TIME_IN_FORCE.cls && this.#intake.isAlive(order, openTimeUs)
      ) {
        this.#due.add(order);
      }
    }
    if (this.#due.length === 0) return;
    if (ledger.position[s] !== 0) ledger.setMark(s, close);
    for (let k = 0; k < this.#due.length; k++) {
      const order = this.#due.at(k), limit = table.limit[order]!;
      if (!isWorking(table.state[order]!)) continue;
      working.lift(order);
      const quantity = this.#wanted(order, s, close, ledger.equity()), buys = quantity > 0;
      const isLimit = table.type[order] === ORDER_TYPE.limit;
      if (!isLimit || (buys ? close <= limit : close >= limit)) {
        this.#execution.trade(
          order,
          s,
          quantity,
          close,
          isLimit ? close : this.#costs.slipped(close, buys),
          timeUs,
        );
      }
      if (isWorking(table.state[order]!)) {
        this.#intake.end(order, ORDER_REASON.auction_passed, timeUs);
      }
    }
  }
}
