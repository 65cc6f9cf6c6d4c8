/**
 * How the simulated venue matches orders with bars, as data.
 *
 * @module
 */

/** How bars fill orders. */
export interface MatchingRules {
  /** Whether a limit order needs a trade through its price or a touch of it. Default through. */
  readonly limitFill: "through" | "touch";
  /** Largest share of a bar's volume that our orders get, 0 to 1; null for no limit. Default null. */
  readonly participation: number | null;
  /** Microseconds from request to venue. Default 0. */
  readonly latencyUs: number;
  /** Share of orders that the venue rejects, for rehearsals, 0 to 1. Default 0. */
  readonly rejectionRate: number;
  /** Root of the rejections. */
  readonly seed: number;
}

/** The rules when nothing is asked for. */
export const DEFAULT_MATCHING: MatchingRules = {
  limitFill: "through",
  participation: null,
  latencyUs: 0,
  rejectionRate: 0,
  seed: 1,
};
