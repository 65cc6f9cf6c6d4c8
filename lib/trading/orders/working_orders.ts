/**
 * The working orders of each series, in order of creation, with the two prices that tell in one comparison whether a bar can touch any
 * of them.
 *
 * @module
 */

import { copyI32, ORDER_TYPE, type OrderTable } from "./order_table.ts";

const F64 = Float64Array, I32 = Int32Array;

/** Doubly linked lists of order rows, one a series. */
export class WorkingOrders {
  /** Working orders over all series. */
  count = 0;
  /** First and last row of each series, -1 when there is none. */
  readonly head: Int32Array;
  readonly tail: Int32Array;
  /** Market orders (targets included) waiting in each series. */
  readonly markets: Int32Array;
  /** The highest price, in ticks, at which a falling price touches a resting order of the series; -Infinity for none. */
  readonly touchedBelow: Float64Array;
  /** The lowest price, in ticks, at which a rising price touches one; Infinity for none. */
  readonly touchedAbove: Float64Array;
  /** Row of the next order of the same series, -1 at the end. */
  next: Int32Array = new I32(1024);
  #previous: Int32Array = new I32(1024);
  #capacity = 1024;
  readonly #orders: OrderTable;

  constructor(seriesCount: number, orders: OrderTable) {
    this.#orders = orders;
    this.head = new I32(seriesCount);
    this.tail = new I32(seriesCount);
    this.markets = new I32(seriesCount);
    this.touchedBelow = new F64(seriesCount);
    this.touchedAbove = new F64(seriesCount);
    for (let s = 0; s < seriesCount; s++) {
      this.head[s] = this.tail[s] = -1;
      this.touchedBelow[s] = -Infinity;
      this.touchedAbove[s] = Infinity;
    }
  }

  /** Appends a row of the order table to the list of its series. */
  add(row: number): void {
    while (row >= this.#capacity) {
      const from = this.#capacity, to = from * 4;
      this.#capacity = to;
      this.next = copyI32(this.next, from, to);
      this.#previous = copyI32(this.#previous, from, to);
    }
    const s = this.#orders.series[row]!, last = this.tail[s]!;
    this.next[row] = -1;
    this.#previous[row] = last;
    if (last === -1) this.head[s] = row;
    else this.next[last] = row;
    this.tail[s] = row;
    this.count++;
    this.#include(s, row);
  }

  /** Takes a row out; the links of the others stay valid for a walk that has already read `next`. */
  remove(row: number): void {
    const s = this.#orders.series[row]!, next = this.next[row]!, previous = this.#previous[row]!;
    if (previous === -1) this.head[s] = next;
    else this.next[previous] = next;
    if (next === -1) this.tail[s] = previous;
    else this.#previous[next] = previous;
    this.count--;
    if (this.#orders.type[row] === ORDER_TYPE.market) this.markets[s]! -= 1;
    else if (this.#isNearest(s, row)) this.refresh(s);
  }

  /** True when no other order of the series is touched before this one. */
  #isNearest(s: number, row: number): boolean {
    const orders = this.#orders,
      price = orders.type[row] === ORDER_TYPE.limit ? orders.limit[row]! : orders.stop[row]!;
    return price === this.touchedBelow[s] || price === this.touchedAbove[s];
  }

  /** Recomputes the touch prices of a series: after a removal, and after a split changed the prices of its orders. */
  refresh(s: number): void {
    this.touchedBelow[s] = -Infinity;
    this.touchedAbove[s] = Infinity;
    this.markets[s] = 0;
    for (let row = this.head[s]!; row !== -1; row = this.next[row]!) this.#include(s, row);
  }

  #include(s: number, row: number): void {
    const orders = this.#orders, type = orders.type[row]!, buys = orders.quantity[row]! > 0;
    if (type === ORDER_TYPE.market) {
      this.markets[s]! += 1;
      return;
    }
    const price = type === ORDER_TYPE.limit ? orders.limit[row]! : orders.stop[row]!;
    // A falling price reaches buy limits and sell stops, a rising one sell limits and buy stops.
    if (buys === (type === ORDER_TYPE.limit)) {
      if (price > this.touchedBelow[s]!) this.touchedBelow[s] = price;
    } else if (price < this.touchedAbove[s]!) this.touchedAbove[s] = price;
  }
}
