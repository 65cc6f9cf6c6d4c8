/**
 * A clock that a test moves by hand: wall and monotonic time together, or one alone.
 *
 * @module
 */

import type { Clock, TimerId } from "../../lib/protocols/mod.ts";

interface Waiting {
  readonly dueUs: number;
  readonly isMonotonic: boolean;
  readonly fire: () => void;
}

/** Time that stands still until it is moved. */
export class HandClock implements Clock {
  #wallUs: number;
  #monotonicUs = 0;
  #nextId: TimerId = 1;
  readonly #waiting = new Map<TimerId, Waiting>();

  constructor(startUs = 1_800_000_000_000_000) {
    this.#wallUs = startUs;
  }

  now(): number {
    return this.#wallUs;
  }

  monotonicUs(): number {
    return this.#monotonicUs;
  }

  sleep(durationUs: number, { signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
    return new Promise((resolve, reject) => {
      const aborted = (): void => {
        this.#waiting.delete(id);
        reject(new DOMException("The sleep was aborted", "AbortError"));
      };
      const fire = (): void => {
        signal?.removeEventListener("abort", aborted);
        resolve();
      };
      const id = this.#wait({ dueUs: this.#monotonicUs + durationUs, isMonotonic: true, fire });
      if (signal?.aborted === true) return aborted();
      signal?.addEventListener("abort", aborted, { once: true });
    });
  }

  setTimer(dueUs: number, fire: () => void): TimerId {
    return this.#wait({ dueUs, isMonotonic: false, fire });
  }

  cancelTimer(id: TimerId): boolean {
    return this.#waiting.delete(id);
  }

  /** Lets time pass, for both clocks. */
  pass(durationUs: number): void {
    this.#monotonicUs += durationUs;
    this.#wallUs += durationUs;
    this.#fireDue();
  }

  /** Sets the wall clock, as an operator does: what is monotonic does not notice. */
  setWall(wallUs: number): void {
    this.#wallUs = wallUs;
    this.#fireDue();
  }

  #wait(waiting: Waiting): TimerId {
    this.#waiting.set(this.#nextId, waiting);
    return this.#nextId++;
  }

  #fireDue(): void {
    for (const [id, { dueUs, isMonotonic, fire }] of [...this.#waiting]) {
      if (dueUs > (isMonotonic ? this.#monotonicUs : this.#wallUs)) continue;
      this.#waiting.delete(id);
      fire();
    }
  }
}
