/**
 * The clock: the only way to the time of day and to waiting. Everything that needs one is given one; there is no global default.
 *
 * @module
 */

/** Handle of a timer. */
export type TimerId = number;

/** Time and waiting. All times are integer microseconds. */
export interface Clock {
  /** Microseconds since the Unix epoch, UTC. It may be set back by whoever sets the machine's clock. */
  now(): number;
  /** Microseconds since some fixed point. Never decreases, whatever happens to the wall clock. */
  monotonicUs(): number;
  /**
   * Resolves `durationUs` later.
   *
   * @throws {DOMException} `AbortError` when the signal is aborted, also before the call.
   */
  sleep(durationUs: number, options?: { readonly signal?: AbortSignal }): Promise<void>;
  /** Calls `fire` once the time is `dueUs` or later; at once (never within this call) when it is past. */
  setTimer(dueUs: number, fire: () => void): TimerId;
  /** Returns false when the timer has fired or was cancelled. */
  cancelTimer(id: TimerId): boolean;
}
