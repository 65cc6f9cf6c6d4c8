/**
 * Margin calls: at a close at which equity is below the maintenance margin, orders that nobody asked for close what `planMarginCall` names, at
 * the next opens. The working orders of the series concerned are cancelled first, so that nothing trades against the closing. Both carry the
 * reason `margin_call`. The strategy sees these orders and cannot cancel or amend them.
 *
 * Prices inside a bar are not watched: a broker may close out at a worse moment of the day.
 *
 * @module
 */

import {
  isMarginCalled,
  type Ledger,
  type LinkedOrders,
  ORDER_FLAG,
  ORDER_REASON,
  ORDER_TYPE,
  type OrderBook,
  planMarginCall,
  RowScratch,
  SIZING,
  TIME_IN_FORCE,
} from "../trading/mod.ts";

const F64 = Float64Array;

/** What margin calls work on: one book. */
export interface MarginBooks {
  readonly book: OrderBook;
  readonly linked: LinkedOrders;
  readonly ledger: Ledger;
}

/** The margin calls of one margin account. */
export class MarginCalls {
  readonly #books: MarginBooks;
  readonly #lots: Float64Array;
  readonly #pending: Float64Array;
  readonly #plan: Float64Array;
  readonly #rows: RowScratch = new RowScratch();

  /** @param lots Smallest step of each series, units. */
  constructor(books: MarginBooks, lots: Float64Array) {
    this.#books = books;
    this.#lots = lots;
    this.#pending = new F64(books.ledger.seriesCount);
    this.#plan = new F64(books.ledger.seriesCount);
  }

  /** Calls for margin if it lacks. The positions must be marked. */
  check(nowUs: number): void {
    const { ledger } = this.#books;
    if (!isMarginCalled(ledger)) return;
    for (let s = 0; s < ledger.seriesCount; s++) {
      this.#pending[s] = ledger.position[s] === 0 ? 0 : this.#closingOf(s);
    }
    if (!planMarginCall(ledger, this.#lots, this.#pending, this.#plan)) return;
    for (let s = 0; s < ledger.seriesCount; s++) {
      if (this.#plan[s] !== 0) this.#close(s, this.#plan[s]!, nowUs);
    }
  }

  /** Units that earlier calls still want to trade. */
  #closingOf(s: number): number {
    const { book } = this.#books, { table } = book, rows = this.#rows;
    let sum = 0;
    const count = book.working.list(s, rows);
    for (let k = 0; k < count; k++) {
      const row = rows.at(k);
      if (isForced(table.reason[row]!)) sum += table.quantity[row]! - table.filled[row]!;
    }
    return sum;
  }

  #close(s: number, quantity: number, nowUs: number): void {
    const { book, linked } = this.#books, { table } = book, rows = this.#rows;
    const count = book.working.list(s, rows);
    for (let k = 0; k < count; k++) {
      const row = rows.at(k);
      if (isForced(table.reason[row]!)) continue;
      book.cancel(row, ORDER_REASON.margin_call, nowUs);
      linked.afterEnd(row, nowUs);
    }
    const row = book.add(
      s,
      SIZING.quantity,
      ORDER_TYPE.market,
      TIME_IN_FORCE.gtc,
      ORDER_FLAG.reduce_only,
      quantity,
      0,
      0,
      0,
      nowUs,
      Infinity,
    );
    table.reason[row] = ORDER_REASON.margin_call;
  }
}

/** True for the reason of an order that works because the account must, not because the strategy asked. */
function isForced(reason: number): boolean {
  return reason === ORDER_REASON.margin_call;
}
