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

import type { StateTape } from "../core/mod.ts";
import type { Bars } from "../market/mod.ts";
import * as trading from "../trading/mod.ts";
import {
  type OrderBook,
  type OrderTable,
  type RowMap,
  RowScratch,
  type WorkingOrders,
} from "../trading/mod.ts";
import type { AuctionTrades } from "./auction_trades.ts";
import type { BarEntry } from "./bar_entry.ts";
import * as barPath from "./bar_path.ts";
import type { BarPath } from "./bar_path.ts";
import * as execution from "./execution.ts";
import type { Execution, ExecutionBooks } from "./execution.ts";
import type { FillMarket } from "./fill_market.ts";
import type { LevelTrades } from "./level_trades.ts";
import type { OrderIntake } from "./order_intake.ts";
import * as priceTicks from "./price_ticks.ts";
import type { SessionEdges } from "./session_edges.ts";
import { carryParts, renumberParts, type VenueParts } from "./venue_parts.ts";

const { isWorking, ORDER_TYPE, restsAsLimit, SIZING, TIME_IN_FORCE, waitingPrice } = trading;
const { isTrailing } = barPath;
const { TRADED } = execution;
const { toTicks } = priceTicks;

/** Matches the orders of a book against bars, along the path of the price. */
export class SimulatedVenue {
  readonly #book: OrderBook;
  readonly #table: OrderTable;
  readonly #working: WorkingOrders;
  readonly levels: LevelTrades | null;
  readonly #books: ExecutionBooks;
  readonly #execution: Execution;
  readonly #edges: SessionEdges;
  readonly #intake: OrderIntake;
  readonly #auctions: AuctionTrades;
  readonly #path: BarPath;
  readonly #bars: BarEntry | null;
  readonly #market: FillMarket | null;
  readonly #needsThrough: boolean;
  readonly #parts: VenueParts;
  /** Orders that trade at one point of the bar. */
  readonly #due: RowScratch = new RowScratch();

  constructor(parts: VenueParts) {
    const { books } = parts;
    this.#parts = parts;
    this.levels = parts.levels;
    this.#books = books;
    this.#book = books.book;
    this.#table = books.book.table;
    this.#working = books.book.working;
    this.#execution = parts.execution;
    this.#edges = parts.edges;
    this.#intake = parts.intake;
    this.#auctions = parts.auctions;
    this.#path = parts.path;
    this.#bars = parts.bars;
    this.#market = parts.market;
    this.#needsThrough = parts.rules.limitFill === "through";
  }

  /** See `Venue.carry`. */
  carry(tape: StateTape): void {
    carryParts(this.#parts, tape);
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
      if (this.#bars !== null) this.#bars.enter(s, bars, row);
      if (ledger.position[s] !== 0) ledger.setMark(s, toTicks(bars.open[row]!));
    }
    const first = touched[0]!;
    if (
      count === 1 && this.#working.count === 1 &&
      this.#matchOnly(first, series[first]!, rows[first]!)
    ) return;
    if (this.#book.fresh.length > 0) this.#intake.take(series, rows, touched, count);
    this.#fillAtOpen(series, rows, touched, count);
    // What the opens have set free (protective orders) takes part in the rest of the bars.
    for (let k = 0; k < count && this.#book.fresh.length > 0; k++) {
      const s = touched[k]!, bars = series[s]!, row = rows[s]!;
      this.#path.release(s, toTicks(bars.open[row]!), bars, row);
    }
    for (let k = 0; k < count && this.#working.count > 0; k++) {
      this.#walk(touched[k]!, series[touched[k]!]!, rows[touched[k]!]!);
    }
    this.#intake.unparkAll();
  }

  /** The inside of a bar, and the close of its session. */
  #walk(s: number, bars: Bars, row: number): void {
    this.#path.walk(s, bars, row);
    if (this.#working.watched[s]! > 0 && this.#edges.closes(s, row)) {
      this.#auctions.fillAtClose(s, bars, row);
    }
  }

  /** See `Venue.renumber`. */
  renumber(map: RowMap): void {
    renumberParts(this.#parts, map);
  }

  /** See `Venue.pass`. */
  pass(s: number, openTimeUs: number): void {
    this.#parts.intake.pass(s, openTimeUs);
  }

  /** See `Venue.split`. */
  split(s: number, bars: Bars, row: number, numerator: number, denominator: number): void {
    if (this.levels !== null) this.levels.clear(s);
    if (this.#market !== null) this.#market.split(s, bars, row, numerator, denominator);
  }

  /** The common case, one new market order and nothing else. Returns false when it is another case. */
  #matchOnly(s: number, bars: Bars, row: number): boolean {
    const order = this.#working.head[s]!, table = this.#table, timeUs = bars.time[row]!;
    const isPlain = order !== -1 && this.#book.fresh.length === 1 &&
      this.#book.fresh.at(0) === order &&
      table.type[order] === ORDER_TYPE.market &&
      table.timeInForce[order]! <= TIME_IN_FORCE.gtd && this.#intake.isAlive(order, timeUs);
    if (!isPlain) return false;
    this.#book.fresh.clear();
    this.#intake.accept(order, timeUs);
    if (!isWorking(table.state[order]!)) return true;
    const open = toTicks(bars.open[row]!);
    this.#working.lift(order);
    const quantity = this.#auctions.wanted(order, s, open, this.#books.ledger.equity());
    const traded = this.#execution.trade(order, s, quantity, open, true, 0, timeUs);
    if (isWorking(table.state[order]!)) {
      if (traded === TRADED.done) this.#working.rest(order);
      else this.#intake.wait(order);
    }
    // What a fill sets free (protective orders) takes part in the rest of the bar.
    if (this.#book.fresh.length > 0) this.#path.release(s, open, bars, row);
    if (this.#working.count > 0) this.#walk(s, bars, row);
    this.#intake.unparkAll();
    return true;
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
        const quantity = this.#auctions.wanted(order, s, open, equity);
        if (
          isWorking(table.state[order]!) &&
          this.#passOf(order, ledger.position[s]!, quantity) > pass
        ) {
          continue;
        }
        due.keep(k, -1);
        if (isWorking(table.state[order]!)) {
          this.#auctions.trade(order, s, quantity, open, bars.time[row]!, bars.time[row]!);
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
    if (alive && isLimit && price === open && this.#needsThrough) return false;
    this.#working.lift(order);
    if (alive) this.#due.add(order);
    else this.#intake.park(order);
    return true;
  }

  #tradesAtOpen(order: number, s: number, row: number, open: number): boolean {
    const table = this.#table;
    switch (table.timeInForce[order]!) {
      case TIME_IN_FORCE.opg:
        return this.#edges.opens(s, row);
      case TIME_IN_FORCE.cls:
        return false;
      case TIME_IN_FORCE.ioc:
      case TIME_IN_FORCE.fok:
        return true;
      default:
        if (!isTrailing(table, order)) return true;
        this.#path.trail(order, open);
        return table.quantity[order]! > 0 ? open >= table.stop[order]! : open <= table.stop[order]!;
    }
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
}
