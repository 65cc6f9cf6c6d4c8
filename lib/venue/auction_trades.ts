/**
 * Trades at one price for all: at the open, and at the close of a session. What each order type and time in force does there, whatever the
 * sequence in which the venue takes the orders.
 *
 * @module
 */

import type { Bars } from "../market/mod.ts";
import * as trading from "../trading/mod.ts";
import { type Ledger, type OrderTable, RowScratch, type WorkingOrders } from "../trading/mod.ts";
import * as execution from "./execution.ts";
import type { Execution, ExecutionBooks } from "./execution.ts";
import type { OrderIntake } from "./order_intake.ts";
import * as priceTicks from "./price_ticks.ts";
import type { WeightSizing } from "./weight_sizing.ts";

const { isWorking, ORDER_FLAG, ORDER_REASON, ORDER_STATE, ORDER_TYPE, restsAsLimit } = trading;
const { SIZING, TIME_IN_FORCE } = trading;
const { TRADED } = execution;
const { toTicks } = priceTicks;

/** Trades of one book at opens and closes. */
export class AuctionTrades {
  readonly #table: OrderTable;
  readonly #working: WorkingOrders;
  readonly #ledger: Ledger;
  readonly #weights: WeightSizing;
  readonly #execution: Execution;
  readonly #intake: OrderIntake;
  readonly #due: RowScratch = new RowScratch();

  constructor(
    books: ExecutionBooks,
    weights: WeightSizing,
    execution: Execution,
    intake: OrderIntake,
  ) {
    this.#table = books.book.table;
    this.#working = books.book.working;
    this.#ledger = books.ledger;
    this.#weights = weights;
    this.#execution = execution;
    this.#intake = intake;
  }

  /** Returns the signed quantity in units that is wanted now. */
  wanted(order: number, s: number, price: number, equity: number): number {
    const table = this.#table, asked = table.quantity[order]!, sizing = table.sizing[order]!;
    if (sizing === SIZING.quantity) return asked - table.filled[order]!;
    const held = this.#ledger.position[s]!;
    if (sizing === SIZING.targetQuantity) return asked - held;
    return this.#weights.positionOf(s, price, asked, equity) - held;
  }

  /**
   * Trades a lifted order at the price of an opening, or of any moment at which all trade at one price.
   *
   * @param quantity Signed units that are wanted.
   * @param price Price ticks of the moment, slippage not included.
   * @param openTimeUs Open of the bar.
   * @param timeUs The moment.
   */
  trade(
    order: number,
    s: number,
    quantity: number,
    price: number,
    openTimeUs: number,
    timeUs: number,
  ): void {
    const table = this.#table, type = table.type[order]!, limit = table.limit[order]!;
    if (type === ORDER_TYPE.stop_limit) table.flags[order]! |= ORDER_FLAG.triggered;
    const bounded = restsAsLimit(table, order),
      marketable = !bounded || (quantity > 0 ? price <= limit : price >= limit);
    if (
      marketable && (table.flags[order]! & ORDER_FLAG.post_only) !== 0 &&
      this.#intake.arrivesAt(order, openTimeUs)
    ) {
      this.#intake.end(order, ORDER_REASON.would_trade, timeUs);
      return;
    }
    const traded = marketable
      ? this.#execution.trade(order, s, quantity, price, !bounded, bounded ? limit : 0, timeUs)
      : TRADED.nothing;
    if (!isWorking(table.state[order]!)) return;
    const timeInForce = table.timeInForce[order]!;
    if (timeInForce === TIME_IN_FORCE.ioc || timeInForce === TIME_IN_FORCE.fok) {
      this.#intake.end(order, ORDER_REASON.not_filled_at_once, timeUs);
    } else if (timeInForce === TIME_IN_FORCE.opg) {
      this.#intake.end(order, ORDER_REASON.auction_passed, timeUs);
    } else if (traded === TRADED.done || !marketable) this.#working.rest(order);
    else this.#intake.wait(order);
  }

  /** Trades the orders for the opening of a session that a bar begins. */
  fillAtOpening(s: number, bars: Bars, row: number): void {
    const table = this.#table, working = this.#working, open = toTicks(bars.open[row]!);
    const timeUs = bars.time[row]!, due = this.#due;
    due.clear();
    for (let order = working.head[s]!; order !== -1; order = working.next[order]!) {
      const isTaken = table.state[order] !== ORDER_STATE.pending;
      if (
        isTaken && table.timeInForce[order] === TIME_IN_FORCE.opg &&
        this.#intake.isAlive(order, timeUs)
      ) due.add(order);
    }
    const equity = this.#ledger.equity();
    for (let k = 0; k < due.length; k++) {
      const order = due.at(k);
      if (!isWorking(table.state[order]!)) continue;
      working.lift(order);
      this.trade(order, s, this.wanted(order, s, open, equity), open, timeUs, timeUs);
    }
  }

  /** Trades the orders for the close of a session that a bar ends. */
  fillAtClose(s: number, bars: Bars, row: number): void {
    const table = this.#table, working = this.#working, close = toTicks(bars.close[row]!);
    const openTimeUs = bars.time[row]!, timeUs = bars.closeTime[row]!, ledger = this.#ledger;
    this.#due.clear();
    for (let order = working.head[s]!; order !== -1; order = working.next[order]!) {
      // One that a fill has set free in this very bar, and that the venue takes on the next, is too late.
      const isTaken = table.state[order] !== ORDER_STATE.pending;
      if (
        isTaken && table.timeInForce[order] === TIME_IN_FORCE.cls &&
        this.#intake.isAlive(order, openTimeUs)
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
      const quantity = this.wanted(order, s, close, ledger.equity());
      const isLimit = table.type[order] === ORDER_TYPE.limit;
      if (!isLimit || (quantity > 0 ? close <= limit : close >= limit)) {
        this.#execution.trade(order, s, quantity, close, !isLimit, isLimit ? limit : 0, timeUs);
      }
      if (isWorking(table.state[order]!)) {
        this.#intake.end(order, ORDER_REASON.auction_passed, timeUs);
      }
    }
  }
}
