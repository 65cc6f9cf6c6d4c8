/**
 * A clock that moves only when it is told to: what tests and simulations run on. A week of trading passes in milliseconds, and the same calls
 * give the same order on every machine.
 *
 * While it moves, it stops at each due time, lets the callback and everything that then is ready run, and goes on; so each of them sees its
 * own due time as now. What is due already fires in the next turn of the event loop, without anybody moving the clock. It does not wait for
 * files, sockets or other processes: whoever needs them awaits them between two moves.
 *
 * @module
 */

import { setImmediate } from "node:timers";
import { invariant, parseIso } from "../core/mod.ts";
import type { Clock, SleepOptions, TimerId } from "../protocols/mod.ts";
import { Timers } from "./timers.ts";

/** The most callbacks at one instant: more means that a timer sets itself again for the same time. */
const MAX_FIRED_AN_INSTANT = 100_000;

/** A clock moved by hand. */
export class SimulatedClock implements Clock {
  readonly #timers = new Timers(this, () => this.#fireSoon());
  #monotonicUs = 0;
  /** Time of day less monotonic time. */
  #offsetUs: number;
  #isMoving = false;
  #firesSoon = false;

  /**
   * @param start Microseconds UTC, or ISO 8601 with a zone.
   * @throws {SandbarError} `invalid_time` for a text that is none or has no zone.
   */
  constructor(start: number | string) {
    this.#offsetUs = typeof start === "string" ? parseIso(start) : start;
    invariant(Number.isSafeInteger(this.#offsetUs), `a clock that starts at ${start}`);
  }

  now(): number {
    return this.#offsetUs + this.#monotonicUs;
  }

  monotonicUs(): number {
    return this.#monotonicUs;
  }

  sleep(durationUs: number, options?: SleepOptions): Promise<void> {
    return this.#timers.sleep(durationUs, options);
  }

  sleepUntil(dueUs: number, options?: SleepOptions): Promise<void> {
    return this.#timers.sleepUntil(dueUs, options);
  }

  setTimer(dueUs: number, fire: () => void): TimerId {
    return this.#timers.setTimer(dueUs, fire);
  }

  cancelTimer(id: TimerId): boolean {
    return this.#timers.cancelTimer(id);
  }

  /** Number of timers and sleeps that wait. */
  get waiting(): number {
    return this.#timers.size;
  }

  /**
   * Moves both times on. Resolves when everything due on the way has fired and what followed from it has run.
   *
   * @param durationUs Microseconds, whole, at least 0.
   */
  async advance(durationUs: number): Promise<void> {
    invariant(
      Number.isSafeInteger(durationUs) && durationUs >= 0,
      `a clock that is moved by ${durationUs} us; it goes forward by whole microseconds`,
    );
    invariant(!this.#isMoving, "a clock that is moved while it moves");
    this.#isMoving = true;
    try {
      const target = this.#monotonicUs + durationUs;
      await turn();
      for (let fired = 0;;) {
        const next = this.#monotonicUs + Math.max(0, this.#timers.untilNextUs());
        if (next > target) break;
        if (next > this.#monotonicUs) fired = 0;
        invariant(++fired <= MAX_FIRED_AN_INSTANT, "a timer that is always due again");
        this.#monotonicUs = next;
        this.#timers.fireNext();
        await turn();
      }
      this.#monotonicUs = target;
    } finally {
      this.#isMoving = false;
    }
  }

  /** Moves on to a time of day, which must not be past. */
  advanceTo(timeUs: number): Promise<void> {
    return this.advance(timeUs - this.now());
  }

  /** Moves to the next due time. Resolves with false, and moves nothing, when nothing waits. */
  async advanceToNext(): Promise<boolean> {
    await turn();
    const until = this.#timers.untilNextUs();
    if (until === Infinity) return false;
    await this.advance(Math.max(0, until));
    return true;
  }

  /**
   * Moves from due time to due time until a promise is settled, and returns its result.
   *
   * @param withinUs The longest that may pass, microseconds. Default a week.
   * @throws {Error} When that has passed, or nothing waits any more.
   */
  async runUntil<T>(promise: Promise<T>, withinUs = 6.048e11): Promise<T> {
    const endUs = this.#monotonicUs + withinUs;
    let isSettled = false;
    const settle = (): void => void (isSettled = true);
    promise.then(settle, settle);
    for (;;) {
      await turn();
      if (isSettled) return promise;
      invariant(this.#monotonicUs <= endUs, `a promise not settled within ${withinUs} us`);
      invariant(await this.advanceToNext() || isSettled, "a promise for which no timer waits");
    }
  }

  /** Sets the time of day forward or back, as a hand or a time server would; monotonic time stays. What is due then fires soon. */
  stepTimeOfDay(byUs: number): void {
    invariant(Number.isSafeInteger(byUs), `a time of day that is moved by ${byUs} us`);
    this.#offsetUs += byUs;
    this.#fireSoon();
  }

  #fireSoon(): void {
    if (this.#isMoving || this.#firesSoon || this.#timers.untilNextUs() > 0) return;
    this.#firesSoon = true;
    setImmediate(() => {
      this.#firesSoon = false;
      // A move that has begun since fires it in its own order.
      if (this.#isMoving) return;
      try {
        this.#timers.fireDue();
      } finally {
        this.#fireSoon();
      }
    });
  }
}

/** Resolves after everything that is ready has run: microtasks to the last, then what the event loop has. It takes no time. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
