/**
 * What happened to our orders: one row a fill, in order of time.
 *
 * @module
 */

import type { StateTape } from "../../core/mod.ts";
import * as columns from "./columns.ts";
import type { RowMap } from "./row_map.ts";

const { copyF64, copyI32, moveEntries } = columns;

const F64 = Float64Array, I32 = Int32Array;

/** Columns of fills; the first `length` rows are in use. */
export class FillTable {
  length = 0;
  /** Fills that have left the table with their orders. */
  spilled = 0;
  #capacity = 1024;
  /** Row in the order table. */
  order: Int32Array = new I32(1024);
  /** Step (instant) of the run in which it happened. */
  step: Int32Array = new I32(1024);
  /** Microseconds UTC: the bar's open time for a fill at the open, its close time for one inside the bar. */
  timeUs: Float64Array = new F64(1024);
  /** Units, signed: above 0 bought. */
  quantity: Float64Array = new F64(1024);
  /** Price ticks, slippage included. */
  price: Float64Array = new F64(1024);
  /** Micro-units. */
  commission: Float64Array = new F64(1024);
  fee: Float64Array = new F64(1024);
  slippage: Float64Array = new F64(1024);

  /** Adds a fill and returns its row. */
  add(
    order: number,
    step: number,
    timeUs: number,
    quantity: number,
    price: number,
    commission: number,
    fee: number,
    slippage: number,
  ): number {
    if (this.length === this.#capacity) this.#grow();
    const row = this.length++;
    this.order[row] = order;
    this.step[row] = step;
    this.timeUs[row] = timeUs;
    this.quantity[row] = quantity;
    this.price[row] = price;
    this.commission[row] = commission;
    if (fee !== 0) this.fee[row] = fee;
    this.slippage[row] = slippage;
    return row;
  }

  /** All fills that there ever were. */
  get made(): number {
    return this.length + this.spilled;
  }

  /** Lets the fills leave that have no place in a map. */
  renumber(map: RowMap): void {
    const { to, fillTo, fills, fillsKept } = map;
    for (let fill = 0; fill < fills; fill++) this.order[fill] = to[this.order[fill]!]!;
    this.spilled += fills - fillsKept;
    this.length = fillsKept;
    moveEntries(this.order, fillTo, fills);
    moveEntries(this.step, fillTo, fills);
    moveEntries(this.timeUs, fillTo, fills);
    moveEntries(this.quantity, fillTo, fills);
    moveEntries(this.price, fillTo, fills);
    moveEntries(this.commission, fillTo, fills);
    moveEntries(this.fee, fillTo, fills);
    moveEntries(this.slippage, fillTo, fills);
  }

  #grow(): void {
    const from = this.#capacity, to = from * 4;
    this.#capacity = to;
    this.order = copyI32(this.order, from, to);
    this.step = copyI32(this.step, from, to);
    this.timeUs = copyF64(this.timeUs, from, to);
    this.quantity = copyF64(this.quantity, from, to);
    this.price = copyF64(this.price, from, to);
    this.commission = copyF64(this.commission, from, to);
    this.fee = copyF64(this.fee, from, to);
    this.slippage = copyF64(this.slippage, from, to);
  }

  /** Writes the state to a tape, or takes it back from one. */
  carry(tape: StateTape): void {
    tape.part("fills", 2);
    this.length = tape.number(this.length);
    this.spilled = tape.number(this.spilled);
    this.#capacity = tape.number(this.#capacity);
    const length = this.length, capacity = this.#capacity;
    this.order = tape.i32(this.order, length, capacity);
    this.step = tape.i32(this.step, length, capacity);
    this.timeUs = tape.f64(this.timeUs, length, capacity);
    this.quantity = tape.f64(this.quantity, length, capacity);
    this.price = tape.f64(this.price, length, capacity);
    this.commission = tape.f64(this.commission, length, capacity);
    this.fee = tape.f64(this.fee, length, capacity);
    this.slippage = tape.f64(this.slippage, length, capacity);
  }
}
