/**
 * Timers of a strategy, ordered by due time, then by order of creation.
 *
 * @module
 */

import type { StateTape } from "../core/mod.ts";

const RangeErrorOf = RangeError;

/** The most timers that may wait. */
export const MAX_TIMERS = 1000;

interface WaitingTimer {
  readonly id: number;
  readonly name: string;
  readonly dueUs: number;
  readonly everyUs: number;
  next: WaitingTimer | null;
}

/** A timer that is due. */
export interface DueTimer {
  readonly id: number;
  readonly name: string;
  readonly time: number;
}

/** The waiting timers. */
export class TimerQueue {
  /** Due time of the first, Infinity when none waits. */
  nextDueUs = Infinity;
  #first: WaitingTimer | null = null;
  #count = 0;
  #lastId = 0;

  /**
   * Adds a timer and returns its number.
   *
   * @param everyUs Microseconds after which it is due again, 0 for once.
   * @throws {RangeError} When 1,000 are waiting.
   */
  add(name: string, dueUs: number, everyUs: number): number {
    const id = ++this.#lastId;
    this.#insert(id, name, dueUs, everyUs);
    return id;
  }

  /** Removes a timer. Returns false when it does not wait. */
  cancel(id: number): boolean {
    let before: WaitingTimer | null = null;
    for (let timer = this.#first; timer !== null; before = timer, timer = timer.next) {
      if (timer.id !== id) continue;
      if (before === null) this.#first = timer.next;
      else before.next = timer.next;
      this.#count--;
      this.nextDueUs = this.#first === null ? Infinity : this.#first.dueUs;
      return true;
    }
    return false;
  }

  /** Takes the first timer out; a repeating one is put back at its next due time. */
  take(): DueTimer {
    const timer = this.#first!;
    this.#first = timer.next;
    this.#count--;
    this.nextDueUs = this.#first === null ? Infinity : this.#first.dueUs;
    if (timer.everyUs > 0) {
      this.#insert(timer.id, timer.name, timer.dueUs + timer.everyUs, timer.everyUs);
    }
    return { id: timer.id, name: timer.name, time: timer.dueUs };
  }

  /** Writes the waiting timers to a tape, or takes them back into a queue that has none. */
  carry(tape: StateTape): void {
    tape.part("timers", 1);
    this.#lastId = tape.number(this.#lastId);
    const count = tape.number(this.#count);
    if (tape.isLoading) {
      this.#first = null;
      this.#count = 0;
      this.nextDueUs = Infinity;
    }
    for (let k = 0, timer = this.#first; k < count; k++) {
      const id = tape.number(timer === null ? 0 : timer.id);
      const dueUs = tape.number(timer === null ? 0 : timer.dueUs);
      const everyUs = tape.number(timer === null ? 0 : timer.everyUs);
      const name = tape.text(timer === null ? "" : timer.name);
      if (timer === null) this.#insert(id, name, dueUs, everyUs);
      else timer = timer.next;
    }
  }

  #insert(id: number, name: string, dueUs: number, everyUs: number): void {
    if (this.#count === MAX_TIMERS) {
      throw new RangeErrorOf("more than " + MAX_TIMERS + " timers wait");
    }
    let before: WaitingTimer | null = null, after = this.#first;
    while (after !== null && (after.dueUs < dueUs || (after.dueUs === dueUs && after.id < id))) {
      before = after;
      after = after.next;
    }
    const timer: WaitingTimer = { id, name, dueUs, everyUs, next: after };
    if (before === null) this.#first = timer;
    else before.next = timer;
    this.#count++;
    this.nextDueUs = this.#first!.dueUs;
  }
}
