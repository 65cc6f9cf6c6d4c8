/**
 * Equity at session closes, so that runs on minute bars are measured by the same daily conventions as runs on daily bars.
 *
 * @module
 */

import { invariant } from "../core/mod.ts";

/** Equity by time: two columns of equal length. */
export interface EquitySeries {
  /** Microseconds UTC, ascending. */
  readonly timesUs: Float64Array;
  /** Currency. */
  readonly equity: Float64Array;
}

/**
 * Returns the equity at each session close of the run: the last step at or before it. A session without a step keeps the equity of
 * the one before (a return of 0). Sessions that end before the first step or begin after the last are left out; steps after the
 * last given close make a last row of their own, so that the final equity is never lost.
 *
 * @param timesUs Close times of the steps, ascending.
 * @param equity Currency, one value a step.
 * @param sessionCloseUs Closes of the sessions, ascending; may reach beyond the run on both ends.
 */
export function dailyEquity(
  timesUs: Float64Array,
  equity: Float64Array,
  sessionCloseUs: Float64Array,
): EquitySeries {
  invariant(timesUs.length === equity.length, "equity and times differ in length");
  const times: number[] = [], values: number[] = [], steps = timesUs.length;
  let step = 0, session = 0;
  while (session < sessionCloseUs.length && steps > 0 && sessionCloseUs[session]! < timesUs[0]!) {
    session++;
  }
  for (; session < sessionCloseUs.length && step < steps; session++) {
    const close = sessionCloseUs[session]!;
    while (step < steps && timesUs[step]! <= close) step++;
    times.push(close);
    values.push(equity[step - 1]!);
  }
  if (step < steps) {
    times.push(timesUs[steps - 1]!);
    values.push(equity[steps - 1]!);
  }
  return { timesUs: Float64Array.from(times), equity: Float64Array.from(values) };
}
