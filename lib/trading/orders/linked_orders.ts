/**
 * Orders that act on each other: children that wait for their parent's fill (OTO, brackets), and groups of which one cancels the others
 * (OCO).
 *
 * - An exit (a protective order, or a child on the other side in the same symbol) is set free by the first fill of its parent. It covers what
 *   the parent has opened and no exit has closed yet: at most the position, at most its own quantity. A further fill of the parent raises it.
 * - Any other child is set free with its own quantity when its parent is filled whole.
 * - A parent that ends without a fill takes its waiting children with it; after a partial fill it leaves the exits that protect that part,
 *   and sets free no others.
 * - When an order of a group fills in part, the others of the same symbol shrink to what is left of it; when it fills whole, all others are
 *   cancelled. An order that is cancelled or expires leaves the others of its group alone.
 * - An order that the venue has replaced hands all its links over to its successor: children, parent and group go on with that one.
 *
 * @module
 */

import * as core from "../../core/mod.ts";
import type { StateTape } from "../../core/mod.ts";
import * as lifecycle from "./lifecycle.ts";
import type { OrderBook } from "./order_book.ts";
import * as orderTable from "./order_table.ts";
import { SparseColumn } from "./columns.ts";
import type { OrderTable } from "./order_table.ts";
import type { RowMap } from "./row_map.ts";
import * as splitUnits from "../portfolio/split_units.ts";
import { RowScratch } from "./working_orders.ts";

const { sizeOf } = core;
const { isWorking, ORDER_STATE } = lifecycle;
const { ORDER_FLAG, ORDER_REASON, SIZING } = orderTable;
const { unitsAfterSplit } = splitUnits;

const I32 = Int32Array;

/** The links of one book. Links are row numbers plus one, 0 for none. */
export class LinkedOrders {
  readonly #book: OrderBook;
  readonly #table: OrderTable;
  readonly #firstChild: SparseColumn = new SparseColumn();
  readonly #nextChild: SparseColumn = new SparseColumn();
  /** Own quantity of a child, unsigned units; 0 for a protective order, which covers all that there is. */
  readonly #own: SparseColumn = new SparseColumn();
  /** The groups as rings. */
  readonly #nextInGroup: SparseColumn = new SparseColumn();
  /** All children, for what concerns those that are held. */
  readonly #children: RowScratch = new RowScratch();
  #used = false;

  constructor(book: OrderBook) {
    this.#book = book;
    this.#table = book.table;
  }

  /** Writes the state to a tape, or takes it back from one. */
  carry(tape: StateTape): void {
    tape.part("linked orders", 1);
    this.#used = tape.flag(this.#used);
    this.#firstChild.carry(tape);
    this.#nextChild.carry(tape);
    this.#own.carry(tape);
    this.#nextInGroup.carry(tape);
    this.#children.carry(tape);
  }

  /** Lets every order stay (1 in `stays`) that is linked, over however many others, with one that does. */
  keepTogether(stays: Uint8Array, length: number): void {
    if (!this.#used) return;
    const { parent, predecessor } = this.#table, roots = new I32(length);
    for (let row = 0; row < length; row++) roots[row] = row;
    for (let row = 0; row < length; row++) {
      unite(roots, row, parent.get(row) - 1);
      unite(roots, row, predecessor.get(row) - 1);
      unite(roots, row, this.#nextInGroup.get(row) - 1);
    }
    for (let row = 0; row < length; row++) {
      if (stays[row] === 1) stays[rootOf(roots, row)] = 1;
    }
    for (let row = 0; row < length; row++) stays[row] = stays[rootOf(roots, row)]!;
  }

  /** Lets the orders leave that have no place in a map. */
  renumber(map: RowMap): void {
    this.#firstChild.renumberLinks(map);
    this.#nextChild.renumberLinks(map);
    this.#own.renumber(map);
    this.#nextInGroup.renumberLinks(map);
    this.#children.renumber(map);
  }

  /** Makes a held order the child of a working one. A quantity of 0 makes it protective. What the parent has filled already counts. */
  adopt(parent: number, child: number, timeUs: number): void {
    this.#used = true;
    this.#table.parent.set(child, parent + 1);
    this.#own.set(child, sizeOf(this.#table.quantity[child]!));
    this.#nextChild.set(child, this.#firstChild.get(parent));
    this.#firstChild.set(parent, child + 1);
    this.#children.add(child);
    const filled = this.#table.filled[parent]!;
    if (filled !== 0 && this.#isExit(child, parent)) {
      this.#feedExit(child, parent, this.#openedBy(parent, filled), timeUs);
    }
  }

  /** Fills `rows` with the held orders of a series and returns how many they are. */
  heldOf(s: number, rows: RowScratch): number {
    const table = this.#table;
    rows.clear();
    for (let k = 0; k < this.#children.length; k++) {
      const child = this.#children.at(k);
      if (table.series[child] === s && this.#isHeld(child)) rows.add(child);
    }
    return rows.length;
  }

  /** Restates the own quantities of a series' children after a split. */
  split(s: number, numerator: number, denominator: number): void {
    for (let k = 0; k < this.#children.length; k++) {
      const child = this.#children.at(k), own = this.#own.get(child);
      if (own === 0 || this.#table.series[child] !== s) continue;
      const restated = unitsAfterSplit(own, numerator, denominator);
      // Less than a unit is left: one unit, because 0 stands for no bound. It closes no more than the parent opened.
      this.#own.set(child, restated === 0 ? 1 : restated);
    }
  }

  /** Puts two orders, or an order and a group, into one group. */
  join(row: number, other: number): void {
    this.#used = true;
    const next = this.#nextInGroup.get(other);
    this.#nextInGroup.set(other, row + 1);
    this.#nextInGroup.set(row, next === 0 ? other + 1 : next);
  }

  /**
   * Follows a fill: sets children free, shrinks or cancels the group. A late fill of an order that was replaced counts for its successor.
   *
   * @param position The book's in the series after the fill, signed units.
   */
  afterFill(filledRow: number, position: number, timeUs: number): void {
    if (!this.#used) return;
    const table = this.#table, row = table.latest(filledRow);
    this.#feedChildren(row, position, timeUs);
    const done = table.state[row] === ORDER_STATE.filled;
    // Of a target it is not known what is left.
    const left = table.sizing[row] === SIZING.quantity ? this.#leaves(row) : Infinity;
    for (
      let link = this.#nextInGroup.get(row);
      link !== 0 && link !== row + 1;
      link = this.#nextInGroup.get(link - 1)
    ) {
      const other = link - 1;
      if (done) this.#cancel(other, ORDER_REASON.sibling_filled, timeUs);
      else if (table.series[other] === table.series[row] && left < this.#leaves(other)) {
        this.#leave(other, left, ORDER_REASON.sibling_filled, timeUs);
      }
    }
  }

  /** Follows the end of an order: children that still wait end with it. */
  afterEnd(row: number, timeUs: number): void {
    if (!this.#used) return;
    for (let link = this.#firstChild.get(row); link !== 0; link = this.#nextChild.get(link - 1)) {
      if (this.#isHeld(link - 1)) this.#cancel(link - 1, ORDER_REASON.parent_ended, timeUs);
    }
  }

  /**
   * Follows `OrderBook.replaced`: hands the links of an order over to its successor. One that had filled its new quantity already is done
   * with, and its children and group learn of it.
   *
   * @param position The book's in the series, signed units.
   */
  afterReplace(row: number, successor: number, position: number, timeUs: number): void {
    if (!this.#used) return;
    const table = this.#table, parent = table.parent.get(row), own = this.#own.get(row);
    this.#moveChildren(row, successor);
    if (parent !== 0) {
      this.#moveAmongChildren(parent - 1, row, successor);
      table.parent.set(successor, parent);
      // A new quantity is the child's own; the old one may be what the parent had filled of it.
      const isKept = own === 0 || table.quantity[successor] === table.quantity[row];
      this.#own.set(successor, isKept ? own : sizeOf(table.quantity[successor]!));
      this.#children.add(successor);
    }
    if (this.#nextInGroup.get(row) !== 0) this.#moveInGroup(row, successor);
    if (table.state[successor] === ORDER_STATE.filled) this.afterFill(successor, position, timeUs);
  }

  #moveChildren(row: number, successor: number): void {
    const first = this.#firstChild.get(row);
    if (first === 0) return;
    this.#firstChild.set(row, 0);
    this.#firstChild.set(successor, first);
    for (let link = first; link !== 0; link = this.#nextChild.get(link - 1)) {
      this.#table.parent.set(link - 1, successor + 1);
    }
  }

  #moveAmongChildren(parent: number, row: number, successor: number): void {
    const next = this.#nextChild;
    next.set(successor, next.get(row));
    next.set(row, 0);
    if (this.#firstChild.get(parent) === row + 1) this.#firstChild.set(parent, successor + 1);
    else {
      let before = this.#firstChild.get(parent) - 1;
      while (next.get(before) !== row + 1) before = next.get(before) - 1;
      next.set(before, successor + 1);
    }
  }

  #moveInGroup(row: number, successor: number): void {
    const next = this.#nextInGroup;
    let before = row;
    while (next.get(before) !== row + 1) before = next.get(before) - 1;
    next.set(before, successor + 1);
    next.set(successor, next.get(row));
    next.set(row, 0);
  }
  #feedChildren(row: number, position: number, timeUs: number): void {
    const isFilled = this.#table.state[row] === ORDER_STATE.filled;
    let opened = -1;
    for (let link = this.#firstChild.get(row); link !== 0; link = this.#nextChild.get(link - 1)) {
      const child = link - 1;
      if (!this.#isExit(child, row)) {
        if (isFilled && this.#isHeld(child)) this.#book.release(child);
        continue;
      }
      // A parent that only closed a position has opened nothing to protect.
      if (opened < 0) opened = this.#openedBy(row, position);
      if (opened > 0) this.#feedExit(child, row, opened, timeUs);
      else if (isFilled && this.#isHeld(child)) {
        this.#cancel(child, ORDER_REASON.parent_ended, timeUs);
      }
    }
  }

  /** Lets an exit cover what its parent has opened. */
  #feedExit(child: number, parent: number, opened: number, timeUs: number): void {
    const table = this.#table, own = this.#own.get(child), done = sizeOf(table.filled[child]!);
    const size = own === 0 ? opened : smaller(opened, own - done);
    if (this.#isHeld(child)) {
      table.quantity[child] = table.filled[parent]! > 0 ? -size : size;
      this.#book.release(child);
    } else if (isWorking(table.state[child]!)) {
      this.#leave(child, size, ORDER_REASON.parent_ended, timeUs);
    }
  }

  /** Units that an order has opened, its exits have not closed, and the book still holds. */
  #openedBy(row: number, position: number): number {
    const table = this.#table, filled = table.filled[row]!;
    if (position === 0 || (position > 0) !== (filled > 0)) return 0;
    let open = sizeOf(filled);
    for (let link = this.#firstChild.get(row); link !== 0; link = this.#nextChild.get(link - 1)) {
      if (this.#isExit(link - 1, row)) open -= sizeOf(table.filled[link - 1]!);
    }
    return smaller(open > 0 ? open : 0, sizeOf(position));
  }

  #isExit(child: number, parent: number): boolean {
    const table = this.#table;
    return this.#own.get(child) === 0 ||
      (table.series[child] === table.series[parent] &&
        table.quantity[child]! * table.filled[parent]! < 0);
  }

  #isHeld(row: number): boolean {
    const table = this.#table;
    return (table.flags[row]! & ORDER_FLAG.held) !== 0 && isWorking(table.state[row]!);
  }

  #leaves(row: number): number {
    return sizeOf(this.#table.quantity[row]! - this.#table.filled[row]!);
  }

  /** Sets what is left of an order to `size` units; nothing left cancels it. */
  #leave(row: number, size: number, reason: number, timeUs: number): void {
    const table = this.#table;
    if (!isWorking(table.state[row]!) || table.sizing[row] !== SIZING.quantity) return;
    if (size === 0) {
      this.#cancel(row, reason, timeUs);
      return;
    }
    table.quantity[row] = table.filled[row]! + (table.quantity[row]! > 0 ? size : -size);
  }

  #cancel(row: number, reason: number, timeUs: number): void {
    if (!isWorking(this.#table.state[row]!)) return;
    this.#book.cancel(row, reason, timeUs);
    this.afterEnd(row, timeUs);
  }
}

/** Puts two rows, of which the second may be -1, into one set. */
function unite(roots: Int32Array, row: number, other: number): void {
  if (other < 0) return;
  const a = rootOf(roots, row), b = rootOf(roots, other);
  if (a < b) roots[b] = a;
  else roots[a] = b;
}

function rootOf(roots: Int32Array, row: number): number {
  let at = row;
  while (roots[at] !== at) at = roots[at] = roots[roots[at]!]!;
  return at;
}

function smaller(a: number, b: number): number {
  return a < b ? a : b;
}
