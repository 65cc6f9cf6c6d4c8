/**
 * Books one execution: how much of an order trades at a price, whether the account may, what it costs, and what follows for the order and
 * those linked to it.
 *
 * @module
 */

import {
  type FillTable,
  type Ledger,
  type LinkedOrders,
  ORDER_FLAG,
  ORDER_REASON,
  ORDER_REPORT,
  type OrderBook,
  refusalOf,
  SIZING,
  TIME_IN_FORCE,
} from "../trading/mod.ts";
import type { Costs } from "./costs.ts";

const F64 = Float64Array, floor = Math.floor;

/** What an execution came to. */
export const TRADED = {
  /** All that was asked for at this moment, or the order has ended. */
  done: 0,
  /** A part; the bar has no more to give. */
  part: 1,
  /** Nothing now; the order waits for a later bar. */
  nothing: 2,
} as const;

/** What an execution works on: one book. */
export interface ExecutionBooks {
  readonly book: OrderBook;
  readonly linked: LinkedOrders;
  readonly fills: FillTable;
  readonly ledger: Ledger;
}

/** Executions of one book in one venue. */
export class Execution {
  /** Units that the running bar of each series can still give; Infinity without a volume limit. */
  readonly volumeLeft: Float64Array;
  step = 0;
  readonly #book: OrderBook;
  readonly #linked: LinkedOrders;
  readonly #fills: FillTable;
  readonly #ledger: Ledger;
  readonly #costs: Costs;
  readonly #lots: Float64Array;
  readonly #allowShort: boolean;

  constructor(books: ExecutionBooks, costs: Costs, lots: Float64Array, allowShort: boolean) {
    this.#book = books.book;
    this.#linked = books.linked;
    this.#fills = books.fills;
    this.#ledger = books.ledger;
    this.#costs = costs;
    this.#lots = lots;
    this.#allowShort = allowShort;
    const count = books.ledger.seriesCount, left = new F64(count);
    for (let s = 0; s < count; s++) left[s] = Infinity;
    this.volumeLeft = left;
  }

  /**
   * Trades what an order asks for at this moment.
   *
   * @param asked Signed units that are wanted now; 0 when a target is reached.
   * @param base Price ticks without slippage, for the cost of slippage.
   * @param price Price ticks at which it trades.
   * @returns A code of {@linkcode TRADED}.
   */
  trade(
    row: number,
    s: number,
    asked: number,
    base: number,
    price: number,
    timeUs: number,
  ): number {
    const table = this.#book.table, flags = table.flags[row]!;
    let quantity = asked;
    if ((flags & ORDER_FLAG.reduce_only) !== 0) {
      quantity = reducing(asked, this.#ledger.position[s]!);
      if (quantity === 0) return this.#end(row, ORDER_REASON.nothing_to_reduce, timeUs);
    }
    if (quantity === 0) return this.#finishTarget(row, s, timeUs);
    const given = this.#available(row, s, quantity);
    if (given === 0) return TRADED.nothing;
    const size = given < 0 ? -given : given, units = this.#ledger.unitsPerShare[s]!;
    // No account holds 2^53 micro-units: an order that opens more than that is refused before its amount is formed.
    if (
      size * price > this.#ledger.largestProduct[s]! &&
      (this.#ledger.position[s]! + given) * given > 0
    ) {
      return this.#reject(row, ORDER_REASON.insufficient_funds, timeUs);
    }
    const commission = this.#costs.commission(size, units, this.#ledger.notional(s, size, price));
    const refusal = !this.#allowShort && given < 0 && given + this.#ledger.position[s]! < 0
      ? ORDER_REASON.not_shortable
      : refusalOf(this.#ledger, s, given, price, commission);
    if (refusal !== ORDER_REASON.none) return this.#reject(row, refusal, timeUs);
    const gap = price > base ? price - base : base - price;
    const slippage = this.#ledger.notional(s, size, gap);
    this.#ledger.fill(s, given, price, commission, 0, slippage);
    const fill = this.#fills.add(row, this.step, timeUs, given, price, commission, 0, slippage);
    this.volumeLeft[s]! -= size;
    const whole = given === quantity;
    // A reduce-only order that has brought the position to zero has nothing more to do, whatever its quantity was.
    const completes = whole && (table.sizing[row] !== SIZING.quantity || quantity !== asked ||
      table.filled[row]! + given === table.quantity[row]);
    this.#book.fill(row, given, completes, fill, timeUs);
    this.#linked.afterFill(row, this.#ledger.position[s]!, timeUs);
    return whole ? TRADED.done : TRADED.part;
  }

  /** What the bar's volume gives of a signed quantity: in lots; all or nothing where the order says so. */
  #available(row: number, s: number, quantity: number): number {
    const left = this.volumeLeft[s]!, size = quantity < 0 ? -quantity : quantity;
    if (size <= left) return quantity;
    const table = this.#book.table;
    const whole = (table.flags[row]! & ORDER_FLAG.all_or_none) !== 0 ||
      table.timeInForce[row] === TIME_IN_FORCE.fok;
    if (whole) return 0;
    const lot = this.#lots[s]!, given = floor(left / lot) * lot;
    return quantity < 0 ? -given : given;
  }

  /** A target that is already reached is done; a weight too small for one lot is refused by name. */
  #finishTarget(row: number, s: number, timeUs: number): number {
    const table = this.#book.table;
    const reached = table.sizing[row] !== SIZING.targetWeight || table.quantity[row] === 0 ||
      this.#ledger.position[s] !== 0;
    const report = reached ? ORDER_REPORT.full_fill : ORDER_REPORT.rejected;
    this.#book.report(
      row,
      report,
      reached ? ORDER_REASON.none : ORDER_REASON.below_min_size,
      timeUs,
    );
    this.#linked.afterEnd(row, timeUs);
    return TRADED.done;
  }

  #reject(row: number, reason: number, timeUs: number): number {
    this.#book.report(row, ORDER_REPORT.rejected, reason, timeUs);
    this.#linked.afterEnd(row, timeUs);
    return TRADED.done;
  }

  #end(row: number, reason: number, timeUs: number): number {
    this.#book.cancel(row, reason, timeUs);
    this.#linked.afterEnd(row, timeUs);
    return TRADED.done;
  }
}

/** The part of a signed quantity that brings a position closer to zero. */
function reducing(quantity: number, held: number): number {
  if (held === 0 || (held > 0) === (quantity > 0)) return 0;
  const most = -held;
  return quantity > 0 ? (quantity < most ? quantity : most) : (quantity > most ? quantity : most);
}
