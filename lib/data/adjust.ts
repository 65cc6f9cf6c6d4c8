/**
 * A series in the prices that a run asks for: restated for its splits, or as traded with the splits handed on.
 *
 * @module
 */

import { formatDay, mulDiv, SandbarError } from "../core/mod.ts";
import {
  adjustForSplits,
  type CorporateAction,
  splitFactorAfter,
  suspectSplits,
  tickScaleOf,
} from "../market/mod.ts";
import type { LoadedSeries } from "./series.ts";

/** What a run can ask for. */
export type Adjust = "split" | "none";

/**
 * Returns the series in the prices asked for. `split` restates prices, volumes and dividends in the shares after the last recorded
 * split and hands on all but the splits; `none` leaves all as traded and hands on every action.
 *
 * @param series As loaded, with all recorded actions. Its columns are taken over and changed.
 * @param days Session date of each row.
 * @throws {SandbarError} `data_missing` when prices as traded are asked for and only adjusted ones are stored.
 */
export function adjustSeries(
  series: LoadedSeries,
  days: Float64Array,
  adjust: Adjust,
): LoadedSeries {
  if (adjust === "none") {
    if (series.adjusted !== "split") return series;
    throw new SandbarError(
      "data_missing",
      `${series.symbol} ${series.period} is stored adjusted for splits, prices as traded are not ` +
        "there; leave out --adjust none, or import an unadjusted file",
    );
  }
  const actions = series.actions.filter((it) => it.kind !== "split").map((action) =>
    restateDividend(action, series.actions)
  );
  if (series.adjusted === "split") return { ...series, actions };
  const hasSplits = series.actions.some((it) => it.kind === "split");
  const adjusted = hasSplits || series.adjusted === "none" ? "split" : "unknown";
  if (!hasSplits) return { ...series, adjusted, actions };
  const { open, high, low, close } = series.columns;
  adjustForSplits(series.columns, days, series.actions);
  return {
    ...series,
    adjusted,
    actions,
    tickScale: tickScaleOf([open, high, low, close], series.length),
  };
}

/**
 * Returns a warning for each overnight move that looks like a split nobody recorded; none for prices that are already adjusted.
 *
 * @param series As loaded, before adjusting.
 * @param days Session date of each row.
 */
export function splitWarnings(series: LoadedSeries, days: Float64Array): string[] {
  if (series.adjusted === "split" || series.synthetic) return [];
  return suspectSplits(series.columns, days, series.actions).map(({ day, ratio, move }) =>
    `${series.symbol}: the open of ${formatDay(day)} is ${
      move.toFixed(3)
    } times the close before ` +
    `it, close to a ${ratio} split that is not recorded; if it was one, import it with --actions`
  );
}

function restateDividend(
  action: CorporateAction,
  actions: readonly CorporateAction[],
): CorporateAction {
  if (action.kind !== "dividend") return action;
  const { numerator, denominator } = splitFactorAfter(actions, action.exDay);
  return { ...action, amountMicros: mulDiv(action.amountMicros, denominator, numerator) };
}
