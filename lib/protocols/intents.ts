/**
 * Intents: what a strategy asks for, as rows of six numbers. The only thing that crosses from a strategy to the host in a backtest; the
 * host replays them on its own engine.
 *
 * Row layout (six 64-bit floats, little-endian):
 *
 * | place | holds |
 * |---|---|
 * | 0 | position: step * 2 + phase; phase 0 between the bars before the step (timers, sessions), 1 after its bars |
 * | 1 | engine time of the request, microseconds UTC |
 * | 2 | code: verb + 16 * order type + 256 * time in force + 4,096 * flags + 1,048,576 * series |
 * | 3 | quantity in units (signed), target in units, weight as a fraction, row of an order, or the value of a term |
 * | 4 | limit price in ticks, 0 for none |
 * | 5 | stop price in ticks, 0 for none |
 *
 * What does not fit goes ahead of its row as terms, one row each: the verb `term`, its kind in the place of the order type.
 *
 * @module
 */

const WIDTH = 6;
/** Numbers in a row. */
export const INTENT_WIDTH = WIDTH;

/** What an intent asks for. */
export const VERB = {
  order: 1,
  targetQuantity: 2,
  targetWeight: 3,
  cancel: 4,
  /** New quantity, limit or stop (0: as it was) of the order named by the term `row`. */
  amend: 5,
  /** A term of the row that follows. */
  term: 6,
} as const;

/** Kinds of terms. */
export const TERM = {
  /** Distance of a trailing stop: ticks, or millionths of the price with the flag `trail_percent`. */
  trail: 1,
  /** When a good-till-date order dies, microseconds UTC. */
  good_till: 2,
  /** Prices in ticks at which the position that the order opens is closed with a loss, with a profit. */
  stop_loss: 3,
  take_profit: 4,
  /** Row of an order that cancels this one when it fills, and the other way round. */
  oco_with: 5,
  /** Row of the order whose fill sets this one free. */
  after_fill: 6,
  /** Row of the order to amend. */
  row: 7,
} as const;

/** Where in a step an intent was made. */
export const PHASE = { between: 0, after: 1 } as const;

/** Returns the code of a row. */
export function intentCode(
  verb: number,
  type: number,
  timeInForce: number,
  flags: number,
  series: number,
): number {
  return verb + 16 * type + 256 * timeInForce + 4096 * flags + 1048576 * series;
}

const F64 = Float64Array, AB = ArrayBuffer;

/** Rows on their way out, in one growing buffer that is emptied after each slice. */
export class IntentRows {
  length = 0;
  #capacity = 256;
  // The buffer is kept beside its view: `.buffer` is a getter that foreign code could replace.
  #bytes = new AB(256 * WIDTH * 8);
  #rows = new F64(this.#bytes);

  /** The first `length * 48` bytes are the rows. */
  get bytes(): ArrayBuffer {
    return this.#bytes;
  }

  /** Adds a row. */
  add(
    position: number,
    timeUs: number,
    code: number,
    quantity: number,
    limit: number,
    stop: number,
  ): void {
    if (this.length === this.#capacity) this.#grow();
    const rows = this.#rows, at = this.length++ * WIDTH;
    rows[at] = position;
    rows[at + 1] = timeUs;
    rows[at + 2] = code;
    rows[at + 3] = quantity;
    rows[at + 4] = limit;
    rows[at + 5] = stop;
  }

  /** Forgets all rows; the buffer is reused. */
  clear(): void {
    this.length = 0;
  }

  #grow(): void {
    const count = this.#capacity * WIDTH, bytes = new AB(count * 16), rows = new F64(bytes);
    for (let i = 0; i < count; i++) rows[i] = this.#rows[i]!;
    this.#bytes = bytes;
    this.#rows = rows;
    this.#capacity *= 2;
  }
}
