/**
 * What one strategy and several share when a backtest is over: the name of the result's folder, and which bars are refused.
 *
 * @module
 */

import type { ResultJson } from "../lib/backtest/mod.ts";
import { SandbarError } from "../lib/core/mod.ts";

/** A name for the folder of a run: strategies, symbols, time. */
export function runName(results: readonly ResultJson[]): string {
  const [first] = results, names = results.map(({ strategy }) => strategy.name).slice(0, 3);
  const symbols = first!.data.map((each) => each.symbol).slice(0, 3).join("-");
  const time = new Date().toISOString().replace(/[-:]/g, "").replace("T", "-").slice(0, 15);
  return `${names.join("-")}-${symbols}-${time}`.toLowerCase().replace(/[^a-z0-9.-]+/g, "-");
}

/** Refuses a result over made-up bars where only real ones are wanted. */
export function refuseSynthetic(
  json: ResultJson,
  { realDataOnly }: { readonly realDataOnly?: boolean },
): void {
  const synthetic = [...json.data, ...json.paths ?? []].find((each) => each.synthetic);
  if (realDataOnly !== true || synthetic === undefined) return;
  throw new SandbarError(
    "synthetic_refused",
    `${synthetic.symbol}: the bars are synthetic (${synthetic.source}), and --real-data-only was given`,
  );
}
