/**
 * The Sharpe ratio of a moving window, for the report.
 *
 * @module
 */

import { sharpe } from "./return_metrics.ts";

/** Periods of the report's rolling Sharpe. */
export const ROLLING_PERIODS = 30;

/**
 * Returns the annual Sharpe ratio of the last `periods` returns at each step; NaN while there are fewer, and where all are equal.
 *
 * @param rate Risk-free rate a period, fraction.
 */
export function rollingSharpe(
  returns: Float64Array,
  periodsPerYear: number,
  rate = 0,
  periods = ROLLING_PERIODS,
): Float64Array {
  const values = new Float64Array(returns.length).fill(NaN);
  // Each window is summed anew: a running sum of squares loses digits where a violent window gives way to a calm one.
  for (let end = periods; end <= returns.length; end++) {
    values[end - 1] = sharpe(returns.subarray(end - periods, end), periodsPerYear, rate) ?? NaN;
  }
  return values;
}
