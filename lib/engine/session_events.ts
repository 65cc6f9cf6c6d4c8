/**
 * When the sessions of an exchange open and close, one after the other: what `onSession` is called by.
 *
 * @module
 */

import type { StateTape } from "../core/mod.ts";
import { SessionClock, type SessionColumns } from "./session_clock.ts";

/** The openings and closings of one exchange. */
export class SessionEvents {
  /** When the next one is, Infinity when there is none or nobody has asked for them. */
  nextUs = Infinity;
  readonly #table: SessionColumns;
  #at = 0;
  #isOpen = false;

  constructor(table: SessionColumns) {
    this.#table = table;
  }

  /** What comes next. */
  get kind(): "open" | "close" {
    return this.#isOpen ? "close" : "open";
  }

  /** Finds the first opening or closing after an instant. */
  find(timeUs: number): void {
    const table = this.#table, at = new SessionClock(table).sessionAfter(timeUs);
    this.#at = at;
    this.#isOpen = at < table.length && table.openUs[at]! <= timeUs;
    this.#plan();
  }

  /** Goes on to the next one: each session opens and closes, also where one begins as the other ends. */
  next(): void {
    if (this.#isOpen) this.#at++;
    this.#isOpen = !this.#isOpen;
    this.#plan();
  }

  /** Writes the state to a tape, or takes it back from one. */
  carry(tape: StateTape): void {
    tape.part("session events", 1);
    this.nextUs = tape.number(this.nextUs);
    this.#at = tape.number(this.#at);
    this.#isOpen = tape.flag(this.#isOpen);
  }

  #plan(): void {
    const table = this.#table, at = this.#at;
    this.nextUs = at >= table.length
      ? Infinity
      : this.#isOpen
      ? table.closeUs[at]!
      : table.openUs[at]!;
  }
}
