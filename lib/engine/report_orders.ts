/**
 * Applies what a broker reports to a book whose orders it has: states through the lifecycle, fills to ledger and fill table, and what follows for
 * linked orders. A report never fails: what cannot be is counted by the order book, and a fill is never lost.
 *
 * @module
 */

import {
  isWorking,
  ORDER_FLAG,
  ORDER_REASON,
  ORDER_REPORT,
  ORDER_STATE,
  SIZING,
} from "../trading/mod.ts";
import type { Engine } from "./engine.ts";

/** Applies a report without a quantity, a number of `ORDER_REPORT`. Returns an `OUTCOME`. */
export function reportOrder(
  engine: Engine,
  row: number,
  report: number,
  reason: number,
  timeUs: number,
): number {
  const { book, linked } = engine, outcome = book.report(row, report, reason, timeUs);
  if (!isWorking(book.table.state[row]!)) linked.afterEnd(row, timeUs);
  if (report === ORDER_REPORT.replace_refused) book.remote!.denied.add(row);
  return outcome;
}

/**
 * Applies an execution of signed `quantity` units at `price` ticks; costs in micro-units.
 *
 * @returns The row of the fill.
 */
export function reportFill(
  engine: Engine,
  row: number,
  quantity: number,
  price: number,
  commission: number,
  fee: number,
  timeUs: number,
): number {
  const { book, fills, ledger, linked, risk } = engine, s = book.table.series[row]!;
  ledger.fill(s, quantity, price, commission, fee, 0);
  const fill = fills.add(row, engine.step, timeUs, quantity, price, commission, fee, 0);
  book.execute(row, quantity, fill, timeUs);
  linked.afterFill(row, ledger.position[s]!, timeUs);
  engine.settle();
  if (risk.isOn) risk.judge(timeUs);
  return fill;
}

/** Applies the broker's word that an order has the terms that were asked for last: it goes on under its next name. */
export function reportReplaced(engine: Engine, row: number, timeUs: number): void {
  const { book } = engine, { table } = book, remote = book.remote!;
  remote.generation.set(row, remote.generation.get(row) + 1);
  // In our book the order stays one row: what was refused and what was done lead back to where it stood before.
  book.report(row, ORDER_REPORT.replace_refused, ORDER_REASON.none, timeUs);
  if (!isWorking(table.state[row]!)) return;
  table.quantity[row] = remote.quantity.get(row);
  if (remote.limit.get(row) !== 0) table.limit[row] = remote.limit.get(row);
  if (remote.stop.get(row) !== 0) table.stop[row] = remote.stop.get(row);
  book.working.move(row, false);
  if (table.filled[row] === table.quantity[row]) {
    book.report(row, ORDER_REPORT.full_fill, ORDER_REASON.none, timeUs);
  }
}

/**
 * Makes a target an order by quantity, as it is sent: a broker takes no targets. What already works in its direction is not asked for twice.
 *
 * @param quantity Signed units.
 */
export function sizeOrder(engine: Engine, row: number, quantity: number): void {
  const { table } = engine.book;
  table.sizing[row] = SIZING.quantity;
  table.quantity[row] = quantity;
}

/** Notes that an order is about to be sent. */
export function isUnsent(engine: Engine, row: number): boolean {
  const { table } = engine.book;
  return table.state[row] === ORDER_STATE.pending && (table.flags[row]! & ORDER_FLAG.held) === 0;
}
