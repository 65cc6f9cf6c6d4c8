/**
 * The openings and closings of an exchange as a strategy is told of them, in their order: each session opens and closes, also where one begins as
 * the other ends.
 *
 * @module
 */

import type { StateTape } from "../core/mod.ts";
import { SessionClock, type SessionColumns } from "./session_clock.ts";

/** Walks the events of one session table. Nothing is due before the first `find`. */
export class SessionEvents {
  /** When the next one is due, microseconds UTC; Infinity past the table. */
  nextUs = Infinity;
  /** Whether a session runs, so that the next event is its closing. */
  isOpen = false;
  readonly #table: SessionColumns;
  #at = 0;

  constructor(table: SessionColumns) {
    this.#table = table;
  }

  /** Goes to the first one after an instant. */
  find(timeUs: number): void {
    const table = this.#table, at = new SessionClock(table).sessionAfter(timeUs);
    this.#at = at;
    this.isOpen = at < table.length && table.openUs[at]! <= timeUs;
    this.#plan();
  }

  /** Goes on to the next one. */
  next(): void {
    if (this.isOpen) this.#at++;
    this.isOpen = !this.isOpen;
    this.#plan();
  }

  /** Writes the state to a tape, or takes it back from one. */
  carry(tape: StateTape): void {
    tape.part("session events", 1);
    this.nextUs = tape.number(this.nextUs);
    this.isOpen = tape.flag(this.isOpen);
    this.#at = tape.number(this.#at);
  }

  #plan(): void {
    const table = this.#table, at = this.#at;
    this.nextUs = at >= table.length
      ? Infinity
      : this.isOpen
      ? table.closeUs[at]!
      : table.openUs[at]!;
  }
}
