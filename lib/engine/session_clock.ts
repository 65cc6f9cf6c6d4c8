/**
 * Which session an instant belongs to, read from a table with a cursor that only moves forward.
 *
 * @module
 */

/** Sessions of an exchange, sorted; the first `length` entries count. Times in microseconds UTC. */
export interface SessionColumns {
  readonly length: number;
  readonly openUs: Float64Array;
  readonly closeUs: Float64Array;
}

/** A forward-only reader of a session table. */
export class SessionClock {
  readonly #table: SessionColumns;
  #at = 0;

  constructor(table: SessionColumns) {
    this.#table = table;
  }

  /** Number of the first session that closes after the instant: the running one, or the next one; `length` when there is none. */
  sessionAfter(timeUs: number): number {
    const table = this.#table;
    while (this.#at < table.length && table.closeUs[this.#at]! <= timeUs) this.#at++;
    return this.#at;
  }

  /** Close of the first session that closes after the instant: when a day order made now dies. Infinity past the table. */
  closeAfter(timeUs: number): number {
    const at = this.sessionAfter(timeUs);
    return at < this.#table.length ? this.#table.closeUs[at]! : Infinity;
  }
}
