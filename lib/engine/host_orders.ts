/**
 * What the host does to a book that no strategy asked for: cancels its orders, closes its positions. Both carry the reason from the start, so
 * that the strategy can neither take them back nor change them.
 *
 * @module
 */

import {
  isWorking,
  ORDER_FLAG,
  ORDER_TYPE,
  type OrderBook,
  RowScratch,
  SIZING,
  TIME_IN_FORCE,
} from "../trading/mod.ts";
import type { Engine } from "./engine.ts";

/** Cancels all working and waiting orders. Returns how many. */
export function cancelOrders(engine: Engine, reason: number): number {
  const { book, linked, ledger, nowUs } = engine, rows = new RowScratch();
  let count = 0;
  for (let s = 0; s < ledger.seriesCount; s++) {
    for (let pass = 0; pass < 2; pass++) {
      const listed = pass === 0 ? book.working.list(s, rows) : linked.heldOf(s, rows);
      for (let k = 0; k < listed; k++) {
        if (!isWorking(book.table.state[rows.at(k)]!)) continue;
        book.cancel(rows.at(k), reason, nowUs);
        linked.afterEnd(rows.at(k), nowUs);
        count++;
      }
    }
  }
  return count;
}

/** Cancels all orders and asks to close every position at the next open. Returns how many positions. */
export function closePositions(engine: Engine, reason: number): number {
  const { book, ledger, nowUs } = engine;
  cancelOrders(engine, reason);
  let count = 0;
  for (let s = 0; s < ledger.seriesCount; s++) {
    if (ledger.position[s] === 0) continue;
    closePosition(book, s, reason, nowUs);
    count++;
  }
  return count;
}

/** Asks to close a position at the next open. */
export function closePosition(book: OrderBook, s: number, reason: number, nowUs: number): void {
  const row = book.add(
    s,
    SIZING.targetQuantity,
    ORDER_TYPE.market,
    TIME_IN_FORCE.gtc,
    ORDER_FLAG.reduce_only,
    0,
    0,
    0,
    0,
    nowUs,
    Infinity,
  );
  book.table.reason[row] = reason;
}
