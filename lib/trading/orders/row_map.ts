/**
 * Where the rows of a book go when ended orders leave it: those that stay move together and keep their order, so that every comparison of two
 * rows comes out as before. Orders that are linked leave together or not at all; fills leave with their order.
 *
 * A map is made between two instants, shown to each part that holds rows, and forgotten.
 *
 * @module
 */

import type { FillTable } from "./fill_table.ts";
import { isWorking } from "./lifecycle.ts";
import type { LinkedOrders } from "./linked_orders.ts";
import type { OrderTable } from "./order_table.ts";

const I32 = Int32Array, U8 = Uint8Array;

/** Old rows to new ones. */
export interface RowMap {
  /** New row of each order, -1 for one that leaves. */
  readonly to: Int32Array;
  /** Orders before and after. */
  readonly length: number;
  readonly kept: number;
  /** The same of fills. */
  readonly fillTo: Int32Array;
  readonly fills: number;
  readonly fillsKept: number;
}

/**
 * Returns the map by which orders leave that have ended and are not among the last `window` to do so.
 *
 * @param told Ends that somebody has been told of, as places in the list of ended orders: what is not told stays.
 * @param toldFills The same of fills.
 */
export function mapRows(
  table: OrderTable,
  fills: FillTable,
  linked: LinkedOrders,
  window: number,
  told: number,
  toldFills: number,
): RowMap {
  const { length, ended } = table, to = new I32(length), stays = new U8(length);
  const before = table.endings - window;
  for (let row = 0; row < length; row++) {
    if (isWorking(table.state[row]!) || table.ending[row]! > before) stays[row] = 1;
  }
  for (let at = told; at < ended.length; at++) stays[ended.row(at)] = 1;
  for (let fill = toldFills; fill < fills.length; fill++) stays[fills.order[fill]!] = 1;
  linked.keepTogether(stays, length);
  let kept = 0, fillsKept = 0;
  for (let row = 0; row < length; row++) to[row] = stays[row] === 1 ? kept++ : -1;
  const fillTo = new I32(fills.length);
  for (let fill = 0; fill < fills.length; fill++) {
    fillTo[fill] = stays[fills.order[fill]!] === 1 ? fillsKept++ : -1;
  }
  return { to, length, kept, fillTo, fills: fills.length, fillsKept };
}
