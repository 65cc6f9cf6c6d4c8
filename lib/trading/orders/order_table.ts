/**
 * Our orders as rows of typed-array columns, never objects: an order's handle is its row number. The table only grows; a row is never
 * removed or reused within a run.
 *
 * @module
 */

import { numbered, type StateTape } from "../../core/mod.ts";

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
    tape.part("orders", 1);
    this.length = tape.number(this.length);
    this.#capacity = tape.number(this.#capacity);
    const length = this.length, capacity = this.#capacity;
    this.series = tape.i32(this.series, length, capacity);
    this.fill = tape.i32(this.fill, length, capacity);
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

/** A column that few orders use: as long as the last row that was set; the rest reads as 0. */
export class SparseColumn {
  #values: Float64Array = new F64(64);
  #capacity = 64;

  /** Returns the value of a row, 0 when it was never set. */
  get(row: number): number {
    return row < this.#capacity ? this.#values[row]! : 0;
  }

  /** Sets the value of a row. */
  set(row: number, value: number): void {
    if (row >= this.#capacity) {
      const to = row * 2;
      this.#values = copyF64(this.#values, this.#capacity, to);
      this.#capacity = to;
    }
    this.#values[row] = value;
  }

  /** Writes the state to a tape, or takes it back from one. */
  carry(tape: StateTape): void {
    this.#capacity = tape.number(this.#capacity);
    this.#values = tape.f64(this.#values, this.#capacity, this.#capacity);
  }
}

/** A growing list of row numbers. */
export class RowList {
  length = 0;
  #capacity = 1024;
  #rows: Int32Array = new I32(1024);

  /** Appends a row. */
  add(row: number): void {
    if (this.length === this.#capacity) {
      this.#rows = copyI32(this.#rows, this.#capacity, this.#capacity * 2);
      this.#capacity *= 2;
    }
    this.#rows[this.length++] = row;
  }

  /** Returns the row at a place of the list. */
  row(at: number): number {
    return this.#rows[at]!;
  }

  /** Writes the state to a tape, or takes it back from one. */
  carry(tape: StateTape): void {
    this.length = tape.number(this.length);
    this.#capacity = tape.number(this.#capacity);
    this.#rows = tape.i32(this.#rows, this.length, this.#capacity);
  }
}

// Copied element by element: inside the sealed realm no method of a typed array may be called (ARCHITECTURE.md).
/** Returns a longer copy of a column. */
export function copyF64(source: Float64Array, length: number, capacity: number): Float64Array {
  const copy = new F64(capacity);
  for (let i = 0; i < length; i++) copy[i] = source[i]!;
  return copy;
}

/** Returns a longer copy of a column. */
export function copyI32(source: Int32Array, length: number, capacity: number): Int32Array {
  const copy = new I32(capacity);
  for (let i = 0; i < length; i++) copy[i] = source[i]!;
  return copy;
}

function copyU8(source: Uint8Array, length: number, capacity: number): Uint8Array {
  const copy = new U8(capacity);
  for (let i = 0; i < length; i++) copy[i] = source[i]!;
  return copy;
}
