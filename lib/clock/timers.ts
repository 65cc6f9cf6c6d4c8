/**
 * What waits on a clock, in the order in which it is due: timers on the time of day, sleeps on monotonic time. Both clocks keep one of these
 * and tell it when to look; it knows no time of its own.
 *
 * @module
 */

import { invariant } from "../core/mod.ts";
import type { SleepOptions, TimerId } from "../protocols/mod.ts";

/** The most that may wait on one clock. One more is refused: whatever sets so many has lost them. */
export const MAX_WAITING = 10_000;

/** The two times of a clock. */
export interface Times {
  now(): number;
  monotonicUs(): number;
}

interface Waiting {
  readonly id: TimerId;
  readonly dueUs: number;
  readonly fire: () => void;
}

/** The timers and sleeps of one clock. */
export class Timers {
  readonly #times: Times;
  readonly #onChange: () => void;
  readonly #onTimeOfDay: Waiting[] = [];
  readonly #onMonotonic: Waiting[] = [];
  #lastId = 0;

  /** @param onChange Called after something was added or cancelled: another may now be the first, or none. */
  constructor(times: Times, onChange: () => void) {
    this.#times = times;
    this.#onChange = onChange;
  }

  /** Number of those that wait. */
  get size(): number {
    return this.#onTimeOfDay.length + this.#onMonotonic.length;
  }

  /** Sets a timer on the time of day. */
  setTimer(dueUs: number, fire: () => void): TimerId {
    return this.#add(this.#onTimeOfDay, dueUs, fire);
  }

  /** Returns false when nothing of that number waits. */
  cancelTimer(id: TimerId): boolean {
    const isCancelled = removed(this.#onTimeOfDay, id) || removed(this.#onMonotonic, id);
    if (isCancelled) this.#onChange();
    return isCancelled;
  }

  /** Resolves after a span of monotonic time. */
  sleep(durationUs: number, options: SleepOptions = {}): Promise<void> {
    invariant(durationUs >= 0, `a sleep of ${durationUs} us`);
    const dueUs = this.#times.monotonicUs() + durationUs;
    return this.#wait((fire) => this.#add(this.#onMonotonic, dueUs, fire), options.signal);
  }

  /** Resolves when the time of day has come. */
  sleepUntil(dueUs: number, options: SleepOptions = {}): Promise<void> {
    return this.#wait((fire) => this.setTimer(dueUs, fire), options.signal);
  }

  /** Microseconds until the first is due, negative when it is past, Infinity when nothing waits. */
  untilNextUs(): number {
    return Math.min(this.#untilTimeOfDay(), this.#untilMonotonic());
  }

  /** Takes out the first, due or not, and calls it. */
  fireNext(): void {
    this.#first().shift()?.fire();
  }

  /**
   * Fires what is due, in order. What the callbacks add waits for the next call even if it is due, so that a timer that sets itself again
   * does not keep everything else out.
   */
  fireDue(): void {
    const lastId = this.#lastId;
    while (this.untilNextUs() <= 0) {
      const list = this.#first();
      if (list[0]!.id > lastId) return;
      list.shift()!.fire();
    }
  }

  #untilTimeOfDay(): number {
    const first = this.#onTimeOfDay[0];
    return first === undefined ? Infinity : first.dueUs - this.#times.now();
  }

  #untilMonotonic(): number {
    const first = this.#onMonotonic[0];
    return first === undefined ? Infinity : first.dueUs - this.#times.monotonicUs();
  }

  /** The list whose first is due before the other's; of two due at one moment, the one set before. */
  #first(): Waiting[] {
    const wall = this.#untilTimeOfDay(), monotonic = this.#untilMonotonic();
    if (wall !== monotonic) return wall < monotonic ? this.#onTimeOfDay : this.#onMonotonic;
    const a = this.#onTimeOfDay[0]?.id ?? 0, b = this.#onMonotonic[0]?.id ?? 0;
    return a < b ? this.#onTimeOfDay : this.#onMonotonic;
  }

  #add(list: Waiting[], dueUs: number, fire: () => void): TimerId {
    invariant(Number.isSafeInteger(dueUs), `a timer due at ${dueUs}, which is no count of us`);
    invariant(this.size < MAX_WAITING, `more than ${MAX_WAITING} timers wait on one clock`);
    const id = ++this.#lastId;
    let low = 0, high = list.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (list[middle]!.dueUs <= dueUs) low = middle + 1;
      else high = middle;
    }
    list.splice(low, 0, { id, dueUs, fire });
    this.#onChange();
    return id;
  }

  #wait(add: (fire: () => void) => TimerId, signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted === true) return Promise.reject(abortError());
    return new Promise((resolve, reject) => {
      const id = add(() => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      });
      const onAbort = (): void => {
        this.cancelTimer(id);
        reject(abortError());
      };
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  }
}

function removed(list: Waiting[], id: TimerId): boolean {
  const at = list.findIndex((it) => it.id === id);
  if (at !== -1) list.splice(at, 1);
  return at !== -1;
}

function abortError(): DOMException {
  return new DOMException("the wait was ended", "AbortError");
}
