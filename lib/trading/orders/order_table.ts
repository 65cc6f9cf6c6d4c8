/**
 * Our orders as rows of typed-array columns, never objects: an order's handle is its row number. The table only grows; a row is never
 * removed or reused within a run.
 *
 * @module
 */

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
export const ORDER_TYPE = { market: 0, limit: 1, stop: 2 } as const;

/** How long an order rests. */
export const TIME_IN_FORCE = { day: 0, gtc: 1 } as const;

/** Where an order stands. `working` covers pending and resting; the others are final. */
export const ORDER_STATE = {
  working: 0,
  filled: 1,
  cancelled: 2,
  rejected: 3,
  expired: 4,
} as const;

/** Why an order ended without a full fill. Codes of the closed list of order outcomes. */
export const ORDER_REASON = {
  none: 0,
  insufficient_funds: 1,
  not_shortable: 2,
  below_min_size: 3,
  not_granted: 4,
  cancelled_by_strategy: 5,
  replaced_by_target: 6,
  session_ended: 7,
  end_of_data: 8,
} as const;

export const ORDER_TYPE_NAMES = ["market", "limit", "stop"] as const;
export const TIME_IN_FORCE_NAMES = ["day", "gtc"] as const;
export const ORDER_STATE_NAMES = ["working", "filled", "cancelled", "rejected", "expired"] as const;
export const ORDER_REASON_NAMES = [
  "",
  "insufficient_funds",
  "not_shortable",
  "below_min_size",
  "not_granted",
  "cancelled_by_strategy",
  "replaced_by_target",
  "session_ended",
  "end_of_data",
] as const;

/** Columns of orders; the first `length` rows are in use. */
export class OrderTable {
  length = 0;
  #capacity = 1024;
  /** Series number of the instrument. */
  series: Int32Array = new I32(1024);
  sizing: Uint8Array = new U8(1024);
  type: Uint8Array = new U8(1024);
  timeInForce: Uint8Array = new U8(1024);
  state: Uint8Array = new U8(1024);
  reason: Uint8Array = new U8(1024);
  /** Quantity in units, signed (above 0 buys); the position to reach for a target; the fraction of equity for a weight. */
  quantity: Float64Array = new F64(1024);
  /** Limit and stop price in price ticks, 0 where the type has none. */
  limit: Float64Array = new F64(1024);
  stop: Float64Array = new F64(1024);
  /** When the strategy asked, microseconds UTC. */
  createdUs: Float64Array = new F64(1024);
  /** When the order ended (fill, cancel, refusal, expiry), microseconds UTC; NaN while working. */
  endedUs: Float64Array = new F64(1024);
  /** When a day order dies, microseconds UTC; Infinity for good-till-cancelled. */
  expiresUs: Float64Array = new F64(1024);
  /** Rows of ended orders in the order in which they ended. */
  readonly ended: RowList = new RowList();
  /** Row of the fill in the fill table, -1 before. */
  fill: Int32Array = new I32(1024);

  /** Adds a working order and returns its row. */
  add(
    series: number,
    sizing: number,
    type: number,
    timeInForce: number,
    quantity: number,
    limit: number,
    stop: number,
    createdUs: number,
    expiresUs: number,
  ): number {
    if (this.length === this.#capacity) this.#grow();
    const row = this.length++;
    this.series[row] = series;
    this.sizing[row] = sizing;
    this.type[row] = type;
    this.timeInForce[row] = timeInForce;
    this.quantity[row] = quantity;
    // Most orders have no price: a fresh column is zero, and a page that is not written costs nothing.
    if (limit !== 0) this.limit[row] = limit;
    if (stop !== 0) this.stop[row] = stop;
    this.createdUs[row] = createdUs;
    this.endedUs[row] = NaN;
    this.expiresUs[row] = expiresUs;
    this.fill[row] = -1;
    return row;
  }

  /** Ends a working order and adds it to the list of ended ones. */
  end(row: number, state: number, reason: number, timeUs: number): void {
    this.ended.add(row);
    this.state[row] = state;
    this.reason[row] = reason;
    this.endedUs[row] = timeUs;
  }

  #grow(): void {
    const from = this.#capacity, to = from * 4;
    this.#capacity = to;
    this.series = copyI32(this.series, from, to);
    this.fill = copyI32(this.fill, from, to);
    this.sizing = copyU8(this.sizing, from, to);
    this.type = copyU8(this.type, from, to);
    this.timeInForce = copyU8(this.timeInForce, from, to);
    this.state = copyU8(this.state, from, to);
    this.reason = copyU8(this.reason, from, to);
    this.quantity = copyF64(this.quantity, from, to);
    this.limit = copyF64(this.limit, from, to);
    this.stop = copyF64(this.stop, from, to);
    this.createdUs = copyF64(this.createdUs, from, to);
    this.endedUs = copyF64(this.endedUs, from, to);
    this.expiresUs = copyF64(this.expiresUs, from, to);
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
