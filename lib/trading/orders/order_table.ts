/**
 * Our orders as rows of typed-array columns, never objects. An order's id, which others know it by, is how many were made before it: never
 * reused, and its row number as long as no order has left the table (see `row_map.ts`).
 *
 * @module
 */

import { numbered, type StateTape } from "../../core/mod.ts";
import * as columns from "./columns.ts";
import { RowList, SparseColumn } from "./columns.ts";
import type { RowMap } from "./row_map.ts";

const { copyF64, copyI32, copyU8, moveEntries } = columns;

const F64 = Float64Array, I32 = Int32Array, U8 = Uint8Array;

/** How the quantity of an order is given. */
export const SIZING = {
  /** A signed quantity. */
  quantity: 0,
  /** A position to reach, sized when it fills. */
  targetQuantity: 1,
  /** A share of equity to reach, sized when it fills. */
  targetWeight: 2,
} as const;

/** When an order fills. */
export const ORDER_TYPE = {
  market: 0,
  limit: 1,
  stop: 2,
  /** A stop that becomes a limit order when it is touched. */
  stop_limit: 3,
  /** A stop that follows the best price at a distance. */
  trailing_stop: 4,
  /** A market order that waits for a better price to be touched. */
  if_touched: 5,
} as const;

/** How long an order rests, or in which auction it takes part. */
export const TIME_IN_FORCE = {
  /** Until the close of the session in which it becomes active. */
  day: 0,
  /** Until it is cancelled. */
  gtc: 1,
  /** Until a given time. */
  gtd: 2,
  /** What fills at once; the rest is cancelled. */
  ioc: 3,
  /** All of it at once, or nothing. */
  fok: 4,
  /** Only at the opening of a session. */
  opg: 5,
  /** Only at the close of a session. */
  cls: 6,
} as const;

/** Properties of an order, added up. */
export const ORDER_FLAG = {
  /** Refused instead of filled at once: it may only rest. */
  post_only: 1,
  /** Can only bring the position closer to zero. */
  reduce_only: 2,
  /** Fills whole or not at all. */
  all_or_none: 4,
  /** `trail` is a fraction of the price in millionths, not a distance in ticks. */
  trail_percent: 8,
  /** A stop-limit order whose stop was touched: it is a limit order now. */
  triggered: 16,
  /** Waits for its parent to fill. */
  held: 32,
} as const;

/** What happened to an order that a reader should know, added up; most orders have none. */
export const ORDER_MARK = {
  /** A fill came after the order had ended. */
  late_fill: 1,
  /** More was filled than was ordered. */
  overfilled: 2,
  /** A fill was busted or corrected. */
  corrected: 4,
  /** It was proved absent at the venue and turned up after all. */
  revived: 8,
} as const;

/**
 * Why an order ended without a full fill, or why it was made although the strategy did not ask (`margin_call`). Codes of the closed list of
 * order outcomes; the numbers are places in this list.
 */
export const ORDER_REASON_NAMES = [
  "none",
  "insufficient_funds",
  "not_shortable",
  "below_min_size",
  "not_granted",
  "cancelled_by_strategy",
  "replaced_by_target",
  "session_ended",
  "end_of_data",
  "time_ended",
  "not_filled_at_once",
  "would_trade",
  "nothing_to_reduce",
  "sibling_filled",
  "parent_ended",
  "auction_passed",
  "venue_rejected",
  "insufficient_liquidity",
  "risk_refused",
  "kill_switch",
  "margin_call",
  "delisted",
  "operator",
  "strategy_failed",
  "halted",
] as const;

export type OrderReasonName = typeof ORDER_REASON_NAMES[number];

/** A reason by its number. */
export const ORDER_REASON: { readonly [Name in OrderReasonName]: number } = numbered(
  ORDER_REASON_NAMES,
);

export const ORDER_TYPE_NAMES = [
  "market",
  "limit",
  "stop",
  "stop_limit",
  "trailing_stop",
  "if_touched",
] as const;
export const TIME_IN_FORCE_NAMES = ["day", "gtc", "gtd", "ioc", "fok", "opg", "cls"] as const;

/** Columns of orders; the first `length` rows are in use. States change through `OrderBook` only. */
export class OrderTable {
  length = 0;
  /** Orders that have left the table. */
  spilled = 0;
  /** Rows that stayed when orders left the last time, and their ids; the rows behind them are numbered on. */
  #stayed = 0;
  #ids: Int32Array = new I32(0);
  #capacity = 1024;
  /** Series number of the instrument. */
  series: Int32Array = new I32(1024);
  sizing: Uint8Array = new U8(1024);
  type: Uint8Array = new U8(1024);
  timeInForce: Uint8Array = new U8(1024);
  flags: Uint8Array = new U8(1024);
  state: Uint8Array = new U8(1024);
  reason: Uint8Array = new U8(1024);
  /** Units, signed (above 0 buys); the position to reach for a target; the fraction of equity for a weight. */
  quantity: Float64Array = new F64(1024);
  /** Units filled so far, signed like the fills; with what was filled of the orders that this one replaced. */
  filled: Float64Array = new F64(1024);
  /** Limit and stop price in price ticks, 0 where the type has none; a trailing stop's stop follows the price. */
  limit: Float64Array = new F64(1024);
  stop: Float64Array = new F64(1024);
  /** When the strategy asked, microseconds UTC. */
  createdUs: Float64Array = new F64(1024);
  /** When the order ended (fill, cancel, refusal, expiry), microseconds UTC; NaN while working. */
  endedUs: Float64Array = new F64(1024);
  /** When the order dies by itself, microseconds UTC; Infinity for good-till-cancelled. */
  expiresUs: Float64Array = new F64(1024);
  /** Orders that have ended so far, those that have left included; and when each did: the first is 1. */
  endings = 0;
  ending: Int32Array = new I32(1024);
  /** Row of the last fill in the fill table, -1 before. */
  fill: Int32Array = new I32(1024);
  readonly trail: SparseColumn = new SparseColumn();
  /** State to return to when a cancel or a replace is refused. */
  readonly before: SparseColumn = new SparseColumn();
  /** Sums of {@linkcode ORDER_MARK}. */
  readonly marks: SparseColumn = new SparseColumn();
  /** Row plus one of the order that replaced this one, and of the one that this one replaced; 0 for none. */
  readonly successor: SparseColumn = new SparseColumn();
  readonly predecessor: SparseColumn = new SparseColumn();
  /** Row plus one of the order whose fill sets this one free; 0 for none. */
  readonly parent: SparseColumn = new SparseColumn();
  /** Rows of ended orders in the order in which they ended. */
  readonly ended: RowList = new RowList();

  /** Adds a row in state 0, `pending`, and returns it. */
  add(
    series: number,
    sizing: number,
    type: number,
    timeInForce: number,
    flags: number,
    quantity: number,
    limit: number,
    stop: number,
    trail: number,
    createdUs: number,
    expiresUs: number,
  ): number {
    if (this.length === this.#capacity) this.#grow();
    const row = this.length++;
    this.series[row] = series;
    this.sizing[row] = sizing;
    this.type[row] = type;
    this.timeInForce[row] = timeInForce;
    this.flags[row] = flags;
    this.quantity[row] = quantity;
    // Most orders have no price: a fresh column is zero, and a page that is not written costs nothing.
    if (limit !== 0) this.limit[row] = limit;
    if (stop !== 0) this.stop[row] = stop;
    if (trail !== 0) this.trail.set(row, trail);
    this.createdUs[row] = createdUs;
    this.endedUs[row] = NaN;
    this.expiresUs[row] = expiresUs;
    this.fill[row] = -1;
    return row;
  }

  /** All orders that were ever made. */
  get made(): number {
    return this.length + this.spilled;
  }

  /** Rows that were added since orders left the last time. */
  get added(): number {
    return this.length - this.#stayed;
  }

  /** Notes that an order has ended. */
  end(row: number, timeUs: number): void {
    this.endedUs[row] = timeUs;
    this.ending[row] = ++this.endings;
    this.ended.add(row);
  }

  /** Returns the id of a row. */
  idOf(row: number): number {
    return row < this.#stayed ? this.#ids[row]! : row + this.spilled;
  }

  /** Returns the row of an id, -1 for one that has left. What is no id has a row that is none either. */
  rowOf(id: number): number {
    let low = 0, high = this.#stayed;
    if (!(id < high + this.spilled)) return id - this.spilled;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#ids[middle]! < id) low = middle + 1;
      else high = middle;
    }
    return low < this.#stayed && this.#ids[low] === id ? low : -1;
  }

  /** Lets the orders leave that have no place in a map. */
  renumber(map: RowMap): void {
    const { to, length, kept } = map, ids = new I32(kept);
    for (let row = 0; row < length; row++) {
      if (to[row]! < 0) continue;
      ids[to[row]!] = this.idOf(row);
      if (this.fill[row]! >= 0) this.fill[row] = map.fillTo[this.fill[row]!]!;
    }
    this.spilled += length - kept;
    this.#ids = ids;
    this.#stayed = this.length = kept;
    moveEntries(this.series, to, length);
    moveEntries(this.sizing, to, length);
    moveEntries(this.type, to, length);
    moveEntries(this.timeInForce, to, length);
    moveEntries(this.flags, to, length);
    moveEntries(this.state, to, length);
    moveEntries(this.reason, to, length);
    moveEntries(this.quantity, to, length);
    moveEntries(this.filled, to, length);
    moveEntries(this.limit, to, length);
    moveEntries(this.stop, to, length);
    moveEntries(this.createdUs, to, length);
    moveEntries(this.endedUs, to, length);
    moveEntries(this.expiresUs, to, length);
    moveEntries(this.fill, to, length);
    moveEntries(this.ending, to, length);
    this.trail.renumber(map);
    this.before.renumber(map);
    this.marks.renumber(map);
    this.successor.renumberLinks(map);
    this.predecessor.renumberLinks(map);
    this.parent.renumberLinks(map);
    this.ended.renumber(map);
  }

  /** Returns the order that goes on for a row: the last of its successors, itself when it was not replaced. */
  latest(row: number): number {
    let last = row;
    for (let link = this.successor.get(row); link !== 0; link = this.successor.get(last)) {
      last = link - 1;
    }
    return last;
  }

  #grow(): void {
    const from = this.#capacity, to = from * 4;
    this.#capacity = to;
    this.series = copyI32(this.series, from, to);
    this.fill = copyI32(this.fill, from, to);
    this.ending = copyI32(this.ending, from, to);
    this.sizing = copyU8(this.sizing, from, to);
    this.type = copyU8(this.type, from, to);
    this.timeInForce = copyU8(this.timeInForce, from, to);
    this.flags = copyU8(this.flags, from, to);
    this.state = copyU8(this.state, from, to);
    this.reason = copyU8(this.reason, from, to);
    this.quantity = copyF64(this.quantity, from, to);
    this.filled = copyF64(this.filled, from, to);
    this.limit = copyF64(this.limit, from, to);
    this.stop = copyF64(this.stop, from, to);
    this.createdUs = copyF64(this.createdUs, from, to);
    this.endedUs = copyF64(this.endedUs, from, to);
    this.expiresUs = copyF64(this.expiresUs, from, to);
  }

  /** Writes the state to a tape, or takes it back from one. */
  carry(tape: StateTape): void {
    tape.part("orders", 2);
    this.length = tape.number(this.length);
    this.spilled = tape.number(this.spilled);
    this.endings = tape.number(this.endings);
    this.#stayed = tape.number(this.#stayed);
    this.#ids = tape.i32(this.#ids, this.#stayed, this.#stayed);
    this.#capacity = tape.number(this.#capacity);
    const length = this.length, capacity = this.#capacity;
    this.series = tape.i32(this.series, length, capacity);
    this.fill = tape.i32(this.fill, length, capacity);
    this.ending = tape.i32(this.ending, length, capacity);
    this.sizing = tape.u8(this.sizing, length, capacity);
    this.type = tape.u8(this.type, length, capacity);
    this.timeInForce = tape.u8(this.timeInForce, length, capacity);
    this.flags = tape.u8(this.flags, length, capacity);
    this.state = tape.u8(this.state, length, capacity);
    this.reason = tape.u8(this.reason, length, capacity);
    this.quantity = tape.f64(this.quantity, length, capacity);
    this.filled = tape.f64(this.filled, length, capacity);
    this.limit = tape.f64(this.limit, length, capacity);
    this.stop = tape.f64(this.stop, length, capacity);
    this.createdUs = tape.f64(this.createdUs, length, capacity);
    this.endedUs = tape.f64(this.endedUs, length, capacity);
    this.expiresUs = tape.f64(this.expiresUs, length, capacity);
    this.trail.carry(tape);
    this.before.carry(tape);
    this.marks.carry(tape);
    this.successor.carry(tape);
    this.predecessor.carry(tape);
    this.parent.carry(tape);
    this.ended.carry(tape);
  }
}
