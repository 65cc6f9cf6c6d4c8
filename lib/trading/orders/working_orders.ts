/**
 * The working orders of each series, arranged by what makes them trade: those that need a look at every bar in a list, those that wait for
 * a price in a heap for falling and one for rising prices, and all that die by themselves in a heap by time. However many orders rest, a
 * bar that reaches none of them costs two comparisons.
 *
 * @module
 */

import { put, type StateTape } from "../../core/mod.ts";
import * as orderTable from "./order_table.ts";
import type { OrderTable } from "./order_table.ts";
import { RowHeap } from "./row_heap.ts";
import * as columns from "./columns.ts";
import type { RowMap } from "./row_map.ts";

const { copyI32, moveEntries } = columns;

const { ORDER_FLAG, ORDER_TYPE, TIME_IN_FORCE } = orderTable;

const I32 = Int32Array;

const LIMITS_LAST = 2147483648;

/** Where a working order waits. */
const PLACE = { none: 0, watched: 1, below: 2, above: 3 } as const;

/** The orders of a book that can still trade. */
export class WorkingOrders {
  /** Over all series. */
  count = 0;
  /** Resting orders by the time at which they die; a watched order is looked at on every bar anyway. */
  readonly expiry: RowHeap = new RowHeap();
  /** First and last watched order of each series, -1 when there is none; and how many there are. */
  readonly head: Int32Array;
  readonly watched: Int32Array;
  /** Resting orders of each series by the price that a fall reaches (the highest first: key is the negative price) or a rise. */
  readonly below: readonly RowHeap[];
  readonly above: readonly RowHeap[];
  /** Row of the next watched order of the same series, -1 at the end. */
  next: Int32Array = new I32(1024);
  readonly #tail: Int32Array;
  #previous: Int32Array = new I32(1024);
  #place: Int32Array = new I32(1024);
  /** Order among equals; the row's number unless an amendment lost it its place. */
  #priority: Int32Array = new I32(1024);
  #lastPriority = 0;
  #capacity = 1024;
  readonly #seriesCount: number;
  readonly #orders: OrderTable;

  constructor(seriesCount: number, orders: OrderTable) {
    this.#seriesCount = seriesCount;
    this.#orders = orders;
    this.head = new I32(seriesCount);
    this.#tail = new I32(seriesCount);
    this.watched = new I32(seriesCount);
    const below: RowHeap[] = [], above: RowHeap[] = [];
    for (let s = 0; s < seriesCount; s++) {
      this.head[s] = this.#tail[s] = -1;
      put(below, s, new RowHeap());
      put(above, s, new RowHeap());
    }
    this.below = below;
    this.above = above;
  }

  /** The highest price, in ticks, at which a falling price reaches a resting order of the series; -Infinity for none. */
  touchedBelow(s: number): number {
    return -this.below[s]!.firstKey();
  }

  /** The lowest price, in ticks, at which a rising price reaches one; Infinity for none. */
  touchedAbove(s: number): number {
    return this.above[s]!.firstKey();
  }

  /** Order among equals: the smaller goes first. */
  priorityOf(row: number): number {
    return this.#priority[row]!;
  }

  /** Takes an order in, behind all that are in. */
  add(row: number): void {
    while (row >= this.#capacity) this.#grow();
    this.#priority[row] = ++this.#lastPriority;
    this.count++;
    this.#arrange(row);
    const expiresUs = this.#orders.expiresUs[row]!;
    if (this.#place[row] !== PLACE.watched && expiresUs < Infinity) {
      this.expiry.add(row, expiresUs, this.#orders.idOf(row));
    }
  }

  /** Takes an order out. Links that a walk has already read stay valid. */
  remove(row: number): void {
    if (this.#place[row] !== PLACE.none) this.#leave(row);
    if (this.expiry.length > 0) this.expiry.remove(row);
    this.count--;
  }

  /** Puts an order where its changed terms belong, with its place among equals or behind them. */
  move(row: number, keepsPriority: boolean): void {
    this.#leave(row);
    if (!keepsPriority) this.#priority[row] = ++this.#lastPriority;
    this.#arrange(row);
  }

  /** Takes an order out of the way while it is being matched; it stays working. */
  lift(row: number): void {
    this.#leave(row);
  }

  /** Puts a lifted order back to wait. */
  rest(row: number): void {
    this.#arrange(row);
  }

  /** True while an order waits: it is working and not lifted. */
  has(row: number): boolean {
    return row < this.#capacity && this.#place[row] !== PLACE.none;
  }

  /** Fills `rows` with the working orders of a series, oldest first, and returns how many they are. */
  list(s: number, rows: RowScratch): number {
    rows.clear();
    for (let row = this.head[s]!; row !== -1; row = this.next[row]!) rows.add(row);
    const below = this.below[s]!, above = this.above[s]!;
    for (let k = 0; k < below.length; k++) rows.add(below.rowAt(k));
    for (let k = 0; k < above.length; k++) rows.add(above.rowAt(k));
    rows.sort();
    return rows.length;
  }

  /** Writes the state to a tape, or takes it back from one. */
  carry(tape: StateTape): void {
    tape.part("working orders", 1);
    this.count = tape.number(this.count);
    this.#lastPriority = tape.number(this.#lastPriority);
    this.#capacity = tape.number(this.#capacity);
    const capacity = this.#capacity, rows = this.#orders.length;
    // Rows behind the capacity were never taken in.
    const length = rows < capacity ? rows : capacity;
    this.next = tape.i32(this.next, length, capacity);
    this.#previous = tape.i32(this.#previous, length, capacity);
    this.#place = tape.i32(this.#place, length, capacity);
    this.#priority = tape.i32(this.#priority, length, capacity);
    this.expiry.carry(tape);
    for (let s = 0; s < this.#seriesCount; s++) {
      this.head[s] = tape.number(this.head[s]!);
      this.#tail[s] = tape.number(this.#tail[s]!);
      this.watched[s] = tape.number(this.watched[s]!);
      this.below[s]!.carry(tape);
      this.above[s]!.carry(tape);
    }
  }

  /** Names the rows anew; each that works stays. */
  renumber(map: RowMap): void {
    const { to } = map, capacity = this.#capacity;
    for (let s = 0; s < this.#seriesCount; s++) {
      for (let row = this.head[s]!; row !== -1;) {
        const next = this.next[row]!, previous = this.#previous[row]!;
        this.next[row] = next === -1 ? -1 : to[next]!;
        this.#previous[row] = previous === -1 ? -1 : to[previous]!;
        row = next;
      }
      if (this.head[s] !== -1) {
        this.head[s] = to[this.head[s]!]!;
        this.#tail[s] = to[this.#tail[s]!]!;
      }
      this.below[s]!.renumber(map);
      this.above[s]!.renumber(map);
    }
    this.expiry.renumber(map);
    const length = map.length < capacity ? map.length : capacity;
    moveEntries(this.next, to, length);
    moveEntries(this.#previous, to, length);
    moveEntries(this.#place, to, length);
    moveEntries(this.#priority, to, length);
  }

  #arrange(row: number): void {
    const orders = this.#orders, s = orders.series[row]!;
    const place = placeOf(orders, row);
    this.#place[row] = place;
    if (place === PLACE.watched) {
      const last = this.#tail[s]!;
      this.next[row] = -1;
      this.#previous[row] = last;
      if (last === -1) this.head[s] = row;
      else this.next[last] = row;
      this.#tail[s] = row;
      this.watched[s]! += 1;
    } else {
      const price = waitingPrice(orders, row);
      // At one price what trades by a touch goes before what needs a trade through: a walk can stop at the first that is not met.
      const tie = this.#priority[row]! + (restsAsLimit(orders, row) ? LIMITS_LAST : 0);
      if (place === PLACE.below) this.below[s]!.add(row, -price, tie);
      else this.above[s]!.add(row, price, tie);
    }
  }

  #leave(row: number): void {
    const s = this.#orders.series[row]!, place = this.#place[row]!;
    this.#place[row] = PLACE.none;
    if (place === PLACE.below) this.below[s]!.remove(row);
    else if (place === PLACE.above) this.above[s]!.remove(row);
    else {
      const next = this.next[row]!, previous = this.#previous[row]!;
      if (previous === -1) this.head[s] = next;
      else this.next[previous] = next;
      if (next === -1) this.#tail[s] = previous;
      else this.#previous[next] = previous;
      this.watched[s]! -= 1;
    }
  }

  #grow(): void {
    const from = this.#capacity, to = from * 4;
    this.#capacity = to;
    this.next = copyI32(this.next, from, to);
    this.#previous = copyI32(this.#previous, from, to);
    this.#place = copyI32(this.#place, from, to);
    this.#priority = copyI32(this.#priority, from, to);
  }
}

/** The price in ticks at which a resting order trades or wakes. */
export function waitingPrice(orders: OrderTable, row: number): number {
  return restsAsLimit(orders, row) ? orders.limit[row]! : orders.stop[row]!;
}

/** True for a limit order and for a stop-limit order whose stop was touched. */
export function restsAsLimit(orders: OrderTable, row: number): boolean {
  const type = orders.type[row]!;
  return type === ORDER_TYPE.limit ||
    (type === ORDER_TYPE.stop_limit && (orders.flags[row]! & ORDER_FLAG.triggered) !== 0);
}

function placeOf(orders: OrderTable, row: number): number {
  const type = orders.type[row]!, timeInForce = orders.timeInForce[row]!;
  // A stop that has met its price and waits for volume is a market order.
  const watched = type === ORDER_TYPE.market || type === ORDER_TYPE.trailing_stop ||
    timeInForce >= TIME_IN_FORCE.ioc ||
    (type !== ORDER_TYPE.stop_limit && (orders.flags[row]! & ORDER_FLAG.triggered) !== 0);
  if (watched) return PLACE.watched;
  // A falling price reaches buy limits, sell stops and buys that wait to be touched; a rising one their mirrors.
  const buys = orders.quantity[row]! > 0,
    reachedFalling = type === ORDER_TYPE.if_touched || restsAsLimit(orders, row);
  return buys === reachedFalling ? PLACE.below : PLACE.above;
}

/** Rows for one walk, reused from walk to walk. */
export class RowScratch {
  length = 0;
  #rows: Int32Array = new I32(64);
  #capacity = 64;

  /** Returns a row. */
  at(place: number): number {
    return this.#rows[place]!;
  }

  /** Keeps the rows from a place on. */
  keep(place: number, row: number): void {
    this.#rows[place] = row;
  }

  /** Appends a row. */
  add(row: number): void {
    if (this.length === this.#capacity) {
      this.#rows = copyI32(this.#rows, this.#capacity, this.#capacity * 4);
      this.#capacity *= 4;
    }
    this.#rows[this.length++] = row;
  }

  /** Forgets all rows. */
  clear(): void {
    this.length = 0;
  }

  /** Forgets the rows that leave, and names the others anew. */
  renumber(map: RowMap): void {
    let kept = 0;
    for (let k = 0; k < this.length; k++) {
      const row = map.to[this.#rows[k]!]!;
      if (row >= 0) this.#rows[kept++] = row;
    }
    this.length = kept;
  }

  /** Forgets a row, wherever it stands. */
  drop(row: number): void {
    let kept = 0;
    for (let k = 0; k < this.length; k++) {
      if (this.#rows[k] !== row) this.#rows[kept++] = this.#rows[k]!;
    }
    this.length = kept;
  }

  /** Writes the state to a tape, or takes it back from one. */
  carry(tape: StateTape): void {
    this.length = tape.number(this.length);
    this.#capacity = tape.number(this.#capacity);
    this.#rows = tape.i32(this.#rows, this.length, this.#capacity);
  }

  /** Sorts the rows, the smallest first (Shell's method: no memory, no call that could be replaced). */
  sort(): void {
    const rows = this.#rows;
    for (let gap = this.length >> 1; gap > 0; gap >>= 1) {
      for (let i = gap; i < this.length; i++) {
        const row = rows[i]!;
        let at = i;
        while (at >= gap && rows[at - gap]! > row) {
          rows[at] = rows[at - gap]!;
          at -= gap;
        }
        rows[at] = row;
      }
    }
  }
}
