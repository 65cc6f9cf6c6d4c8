/**
 * The clock: the only way to the time of day and to waiting. Everything that needs one is given one; there is no global default.
 *
 * Two times: the time of day, which whoever sets the machine's clock may move either way, and monotonic time, which only goes on. Timers and
 * `sleepUntil` are set on the time of day (09:30 is 09:30, whatever the clock did before), `sleep` on monotonic time (ten seconds are ten
 * seconds). One contract suite runs against every implementation.
 *
 * @module
 */

/** Handle of a timer. */
export type TimerId = number;

/** What a wait may be given. */
export interface SleepOptions {
  /** Ends the wait when it is aborted. */
  readonly signal?: AbortSignal | undefined;
}

/** Time and waiting. All times are integer microseconds. */
export interface Clock {
  /** Microseconds since the Unix epoch, UTC. It may be set back by whoever sets the machine's clock. */
  now(): number;
  /** Microseconds since some fixed point. Never decreases, whatever happens to the wall clock. */
  monotonicUs(): number;
  /**
   * Resolves `durationUs` of monotonic time later. With 0 everything that is ready runs first: that is how a long loop lets others in.
   *
   * @throws {DOMException} `AbortError` when the signal is aborted, also before the call.
   */
  sleep(durationUs: number, options?: SleepOptions): Promise<void>;
  /**
   * Resolves once the time of day is `dueUs` or later.
   *
   * @throws {DOMException} `AbortError` as {@linkcode sleep}.
   */
  sleepUntil(dueUs: number, options?: SleepOptions): Promise<void>;
  /**
   * Calls `fire` once the time of day is `dueUs` or later; at once (never within this call) when it is past. Timers fire in order of their
   * due times, then in the order in which they were set.
   */
  setTimer(dueUs: number, fire: () => void): TimerId;
  /** Returns false when the timer has fired or was cancelled. */
  cancelTimer(id: TimerId): boolean;
}
