/**
 * A feed over events that are known already, each delivered when its time has come: real time, so many times faster, or as fast as they are
 * taken. What recorded and simulated data have in common.
 *
 * Times go by the time of day of the clock, so that a clock which jumps ahead finds the events of the jump waiting, as a market's would.
 *
 * @module
 */

import { invariant, SandbarError } from "../core/mod.ts";
import type { Clock, Feed, FeedEvent } from "../protocols/mod.ts";

/** How many times faster than real time, above 0 and at most 1,000,000; or `max`: without waiting. */
export type FeedSpeed = number | "max";

/** How a feed is paced. */
export interface PaceOptions {
  readonly clock: Clock;
  readonly speed: FeedSpeed;
}

/** What a paced feed plays. */
export interface PacedFeedParts extends PaceOptions {
  readonly name: string;
  readonly isSynthetic: boolean;
  /** The events in order of time, without end or with one. */
  readonly events: Iterator<FeedEvent, undefined>;
  /** The time of the events that is now when the first is asked for, microseconds UTC. Default that of the first: it comes at once. */
  readonly fromUs?: number;
}

const FASTEST = 1e6;
/** Events delivered one after the other before everything else that is ready gets its turn. */
const EVENTS_A_TURN = 64;

/** Plays events by the clock. */
export class PacedFeed implements Feed {
  readonly name: string;
  readonly isSynthetic: boolean;
  readonly #clock: Clock;
  readonly #speed: FeedSpeed;
  readonly #events: Iterator<FeedEvent, undefined>;
  readonly #closed = new AbortController();
  #fromUs: number | undefined;
  #startedUs: number | undefined;
  #waiting: FeedEvent | undefined;
  #sinceTurn = 0;
  #isAsked = false;

  /** @throws {SandbarError} `usage` for a speed that is none. */
  constructor(parts: PacedFeedParts) {
    const { speed } = parts;
    if (speed !== "max" && !(speed > 0 && speed <= FASTEST)) {
      throw new SandbarError(
        "usage",
        `Cannot play ${parts.name} at speed ${speed}: give a number above 0 and at most ` +
          "1,000,000 (1 is real time, 60 a minute in a second), or max",
      );
    }
    this.name = parts.name;
    this.isSynthetic = parts.isSynthetic;
    this.#clock = parts.clock;
    this.#speed = speed;
    this.#events = parts.events;
    this.#fromUs = parts.fromUs;
  }

  async next(signal: AbortSignal): Promise<FeedEvent> {
    invariant(!this.#isAsked, `${this.name} was asked for an event while it was asked for one`);
    this.#isAsked = true;
    try {
      const event = this.#waiting ??= this.#events.next().value;
      invariant(event !== undefined, `${this.name} was asked for an event after its end`);
      await this.#until(event.timeUs, signal);
      this.#waiting = undefined;
      return event;
    } finally {
      this.#isAsked = false;
    }
  }

  /** Ends a wait that goes on, with `AbortError`. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort();
    return Promise.resolve();
  }

  #until(timeUs: number, signal: AbortSignal): Promise<void> | undefined {
    const clock = this.#clock, nowUs = clock.now();
    const startedUs = this.#startedUs ??= nowUs, fromUs = this.#fromUs ??= timeUs;
    const dueUs = this.#speed === "max"
      ? nowUs
      : startedUs + Math.ceil((timeUs - fromUs) / this.#speed);
    const isWait = dueUs > nowUs, isAborted = signal.aborted || this.#closed.signal.aborted;
    if (!isWait && !isAborted && ++this.#sinceTurn < EVENTS_A_TURN) return undefined;
    this.#sinceTurn = 0;
    const either = { signal: AbortSignal.any([signal, this.#closed.signal]) };
    return isWait ? clock.sleepUntil(dueUs, either) : clock.sleep(0, either);
  }
}
