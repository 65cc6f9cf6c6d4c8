/**
 * Sandbar: runs trading strategies that nobody has to trust. A strategy file is backtested in a sealed sandbox; every reported number is
 * computed by the host.
 *
 * ```ts run
 * import { runBacktest } from "sandbar";
 *
 * const { json } = await runBacktest({ strategy: "strategies/sma_crossover.ts", symbols: ["GOOG"], params: { fast: 10, slow: 30 } });
 * console.log(json.account.finalEquity, json.metrics["sharpe"], json.hashes.ledger);
 * ```
 *
 * @module
 */

export {
  type BacktestOptions,
  type BacktestResult,
  type ChartBars,
  checkLookahead,
  compareResults,
  type Comparison,
  type DataJson,
  type FillRecord,
  type LedgerRecord,
  type MarkRecord,
  type MetricsJson,
  type OrderRecord,
  type PlotRecord,
  readResult,
  renderReport,
  RESULT_SCHEMA,
  type ResultJson,
  type ResultTables,
  runBacktest,
  type StoredResult,
  summaryText,
  type Verdict,
  writeResult,
} from "./lib/backtest/mod.ts";
export { type ParamValue, type RunOptions } from "./lib/config/mod.ts";
export { type ErrorCode, SandbarError, type SandbarErrorOptions } from "./lib/core/mod.ts";
export { type FailureKind, StrategyFailure } from "./lib/sandbox/mod.ts";
export type { RoundTrip } from "./lib/trading/mod.ts";
