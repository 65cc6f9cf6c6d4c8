/**
 * Which session an instant belongs to, read from a table with a cursor that only moves forward.
 *
 * @module
 */

import { put } from "../core/mod.ts";
import type { Bars } from "../market/mod.ts";

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

  /** Open of the session that is `sessions` after the first one that closes after the instant. Infinity past the table. */
  openAfter(timeUs: number, sessions: number): number {
    const at = this.sessionAfter(timeUs) + sessions;
    return at < this.#table.length ? this.#table.openUs[at]! : Infinity;
  }

  /** Close of the first session that closes after the instant: when a day order made now dies. Infinity past the table. */
  closeAfter(timeUs: number): number {
    const at = this.sessionAfter(timeUs);
    return at < this.#table.length ? this.#table.closeUs[at]! : Infinity;
  }
}

/** Returns the clock of each series; series of one table share it. */
export function clocksOf(
  tables: readonly SessionColumns[],
  tableOf: readonly number[],
): readonly SessionClock[] {
  const clocks: SessionClock[] = [], list: SessionClock[] = [];
  for (let k = 0; k < tables.length; k++) put(clocks, k, new SessionClock(tables[k]!));
  for (let s = 0; s < tableOf.length; s++) put(list, s, clocks[tableOf[s]!]!);
  return list;
}

/** Tells which bars open and close a session. Asked in order of time, a series at a time. */
export class SessionEdgesOf {
  readonly #series: readonly Bars[];
  readonly #tables: readonly SessionColumns[];
  readonly #tableOf: readonly number[];
  readonly #clocks: readonly SessionClock[];

  constructor(
    series: readonly Bars[],
    tables: readonly SessionColumns[],
    tableOf: readonly number[],
  ) {
    this.#series = series;
    this.#tables = tables;
    this.#tableOf = tableOf;
    const clocks: SessionClock[] = [];
    for (let s = 0; s < series.length; s++) put(clocks, s, new SessionClock(tables[tableOf[s]!]!));
    this.#clocks = clocks;
  }

  /** True for the first bar of a session. */
  opens(s: number, row: number): boolean {
    const bars = this.#series[s]!, table = this.#tables[this.#tableOf[s]!]!;
    const session = this.#clocks[s]!.sessionAfter(bars.time[row]!);
    return row === 0 || session >= table.length ||
      bars.closeTime[row - 1]! <= table.openUs[session]!;
  }

  /** True for a bar that ends with its session. */
  closes(s: number, row: number): boolean {
    const bars = this.#series[s]!, table = this.#tables[this.#tableOf[s]!]!;
    const session = this.#clocks[s]!.sessionAfter(bars.time[row]!);
    return session < table.length && bars.closeTime[row]! >= table.closeUs[session]!;
  }
}
