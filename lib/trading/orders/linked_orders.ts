/**
 * Orders that act on each other: children that wait for their parent's fill (OTO, brackets), and groups of which one cancels the others
 * (OCO).
 *
 * - A child is held until its parent fills. It then covers what the parent has opened: the filled quantity, at most the position. A further
 *   partial fill of the parent raises it. A parent that ends without a fill takes its children with it.
 * - When an order of a group fills in part, the others shrink to what is left of it; when it fills whole, they are cancelled.
 *
 * @module
 */

import { isWorking, ORDER_STATE } from "./lifecycle.ts";
import type { OrderBook } from "./order_book.ts";
import { ORDER_FLAG, ORDER_REASON, SparseColumn } from "./order_table.ts";
import { RowScratch } from "./working_orders.ts";

/** The links of one book. Links are row numbers plus one, 0 for none. */
export class LinkedOrders {
  readonly #book: OrderBook;
  readonly #firstChild: SparseColumn = new SparseColumn();
  readonly #nextChild: SparseColumn = new SparseColumn();
  /** The groups as rings. */
  readonly #nextInGroup: SparseColumn = new SparseColumn();
  /** All children, for what concerns those that are held. */
  readonly #children: RowScratch = new RowScratch();
  #used = false;

  constructor(book: OrderBook) {
    this.#book = book;
  }

  /** Makes a held order the child of another. */
  adopt(parent: number, child: number): void {
    this.#used = true;
    this.#book.table.parent.set(child, parent + 1);
    this.#nextChild.set(child, this.#firstChild.get(parent));
    this.#firstChild.set(parent, child + 1);
    this.#children.add(child);
  }

  /** Fills `rows` with the held orders of a series and returns how many they are. */
  heldOf(s: number, rows: RowScratch): number {
    const table = this.#book.table;
    rows.clear();
    for (let k = 0; k < this.#children.length; k++) {
      const child = this.#children.at(k);
      const isHeld = isWorking(table.state[child]!) &&
        (table.flags[child]! & ORDER_FLAG.held) !== 0;
      if (isHeld && table.series[child] === s) rows.add(child);
    }
    return rows.length;
  }

  /** Puts two orders, or an order and a group, into one group. */
  join(row: number, other: number): void {
    this.#used = true;
    const next = this.#nextInGroup.get(other);
    this.#nextInGroup.set(other, row + 1);
    this.#nextInGroup.set(row, next === 0 ? other + 1 : next);
  }

  /** Follows a fill: sets children free, shrinks or cancels the group. `position` is the book's in the series after the fill. */
  afterFill(row: number, position: number, timeUs: number): void {
    if (!this.#used) return;
    this.#feedChildren(row, position, timeUs);
    const table = this.#book.table, left = sizeOf(table.quantity[row]! - table.filled[row]!);
    const done = table.state[row] === ORDER_STATE.filled;
    for (
      let link = this.#nextInGroup.get(row);
      link !== 0 && link !== row + 1;
      link = this.#nextInGroup.get(link - 1)
    ) {
      const other = link - 1;
      if (done) this.#cancel(other, ORDER_REASON.sibling_filled, timeUs);
      else this.#resize(other, left, timeUs);
    }
  }

  /** Follows the end of an order without further fills: children that never lived end with it. */
  afterEnd(row: number, timeUs: number): void {
    if (!this.#used) return;
    for (let link = this.#firstChild.get(row); link !== 0; link = this.#nextChild.get(link - 1)) {
      const child = link - 1;
      if ((this.#book.table.flags[child]! & ORDER_FLAG.held) !== 0) {
        this.#cancel(child, ORDER_REASON.parent_ended, timeUs);
      }
    }
  }

  #feedChildren(row: number, position: number, timeUs: number): void {
    const table = this.#book.table, filled = table.filled[row]!;
    const opened = position !== 0 && (position > 0) === (filled > 0)
      ? smaller(sizeOf(filled), sizeOf(position))
      : 0;
    for (let link = this.#firstChild.get(row); link !== 0; link = this.#nextChild.get(link - 1)) {
      const child = link - 1, held = (table.flags[child]! & ORDER_FLAG.held) !== 0;
      // A parent that only closed a position has opened nothing to protect.
      if (opened === 0) {
        if (held && table.state[row] === ORDER_STATE.filled) {
          this.#cancel(child, ORDER_REASON.parent_ended, timeUs);
        }
        continue;
      }
      if (table.state[child] !== ORDER_STATE.pending && !held) {
        this.#resize(child, opened + sizeOf(table.filled[child]!), timeUs);
        continue;
      }
      table.quantity[child] = filled > 0 ? -opened : opened;
      if (held) this.#book.release(child);
    }
  }

  /** Sets what is left of an order to `size` units; nothing left cancels it. */
  #resize(row: number, size: number, timeUs: number): void {
    const table = this.#book.table, asked = table.quantity[row]!, filled = table.filled[row]!;
    if (table.state[row]! >= ORDER_STATE.filled) return;
    if (size === 0) {
      this.#cancel(row, ORDER_REASON.sibling_filled, timeUs);
      return;
    }
    table.quantity[row] = filled + (asked > 0 ? size : -size);
  }

  #cancel(row: number, reason: number, timeUs: number): void {
    if (this.#book.table.state[row]! < ORDER_STATE.filled) {
      this.#book.cancel(row, reason, timeUs);
      this.afterEnd(row, timeUs);
    }
  }
}

function sizeOf(units: number): number {
  return units < 0 ? -units : units;
}

function smaller(a: number, b: number): number {
  return a < b ? a : b;
}
