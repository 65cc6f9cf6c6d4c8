/**
 * Orders that have reached their time at an instant: resting ones by their heap, watched ones of the symbols that have a bar.
 *
 * @module
 */

import { isWorking, ORDER_REASON, type OrderBook, TIME_IN_FORCE } from "../trading/mod.ts";
import type { OrderDesk } from "./order_desk.ts";

/** What expires: the orders of an engine. */
export interface ExpiringBooks {
  readonly book: OrderBook;
  readonly touched: Int32Array;
  readonly touchedCount: number;
  readonly nowUs: number;
}

/** Ends what is due. */
export function expireDue(books: ExpiringBooks, desk: OrderDesk): void {
  const { working, table } = books.book, { expiry } = working, nowUs = books.nowUs;
  for (let row = expiry.first(); row !== -1 && expiry.firstKey() <= nowUs; row = expiry.first()) {
    desk.expire(row, reasonOf(books.book, row), nowUs);
  }
  for (let k = 0; k < books.touchedCount; k++) {
    for (let row = working.head[books.touched[k]!]!; row !== -1;) {
      const next = working.next[row]!;
      if (table.expiresUs[row]! <= nowUs) desk.expire(row, reasonOf(books.book, row), nowUs);
      row = next;
    }
  }
}

/** Ends all that still works, because there is no later bar. */
export function expireAll(books: ExpiringBooks, desk: OrderDesk): void {
  const { table } = books.book;
  for (let row = 0; row < table.length; row++) {
    if (isWorking(table.state[row]!)) desk.expire(row, ORDER_REASON.end_of_data, books.nowUs);
  }
}

function reasonOf(book: OrderBook, row: number): number {
  return book.table.timeInForce[row] === TIME_IN_FORCE.gtd
    ? ORDER_REASON.time_ended
    : ORDER_REASON.session_ended;
}
