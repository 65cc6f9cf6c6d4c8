/**
 * The clock of the machine: the one module that may read real time and set real timers. Made once, where a program begins, and handed in.
 *
 * @module
 */

import { clearImmediate, setImmediate } from "node:timers";
import type { Clock, SleepOptions, TimerId } from "../protocols/mod.ts";
import { Timers } from "./timers.ts";

/** What the clock takes from the machine. */
export interface Host {
  /** Time of day, microseconds UTC. */
  timeOfDayUs(): number;
  /** Microseconds since some fixed point; may be a fraction. */
  monotonicUs(): number;
  /** Calls `fire` after `ms` milliseconds, with 0 as soon as everything that is ready has run. Returns what takes that back. */
  callAfter(ms: number, fire: () => void): () => void;
}

/**
 * The longest the machine is asked to wait at once: the time of day is then looked at again, because it may have been set. Also far below
 * 2^31 ms, past which a timer of the machine fires at once.
 */
export const LONGEST_WAIT_MS = 30_000;

/** Real time. */
export class SystemClock implements Clock {
  readonly #host: Host;
  readonly #timers = new Timers(this, () => this.#arm());
  #monotonicUs = 0;
  #disarm: () => void = nothing;
  #armedForUs = Infinity;

  /** @param host Where time comes from. Default the machine. */
  constructor(host: Host = MACHINE) {
    this.#host = host;
  }

  now(): number {
    return this.#host.timeOfDayUs();
  }

  monotonicUs(): number {
    const us = Math.floor(this.#host.monotonicUs());
    // The machine promises it; a virtual one that was moved to another host has been seen to break the promise.
    if (us > this.#monotonicUs) this.#monotonicUs = us;
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

  /** Asks the machine for one call when the first of all is due; for none when nothing waits, which would keep the process alive. */
  #arm(): void {
    const untilUs = this.#timers.untilNextUs();
    if (untilUs === Infinity) return this.#drop();
    const ms = Math.min(Math.max(0, Math.ceil(untilUs / 1000)), LONGEST_WAIT_MS);
    const forUs = this.monotonicUs() + ms * 1000;
    if (forUs >= this.#armedForUs) return;
    this.#drop();
    this.#armedForUs = forUs;
    this.#disarm = this.#host.callAfter(ms, () => {
      this.#armedForUs = Infinity;
      try {
        this.#timers.fireDue();
      } finally {
        this.#arm();
      }
    });
  }

  #drop(): void {
    this.#disarm();
    this.#disarm = nothing;
    this.#armedForUs = Infinity;
  }
}

function nothing(): void {}

const MACHINE: Host = {
  timeOfDayUs: () => Number(Temporal.Now.instant().epochNanoseconds / 1000n),
  monotonicUs: () => performance.now() * 1000,
  callAfter(ms, fire): () => void {
    if (ms === 0) {
      const immediate = setImmediate(fire);
      return () => clearImmediate(immediate);
    }
    const timeout = setTimeout(fire, ms);
    return () => clearTimeout(timeout);
  },
};
