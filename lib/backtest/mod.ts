/**
 * Floor 7: a backtest from options to result, its files, its summary and its report.
 *
 * @module
 */

export { type AccountJson, accountJson } from "./account_result.ts";
export {
  type ComparedValue,
  compareResults,
  type Comparison,
  type ComparisonTable,
  comparisonTables,
  type OrderRowDifference,
  orderText,
  type TradeDifference,
  tradeText,
} from "./compare.ts";

export {
  checkLookahead,
  firstDifference,
  type LookaheadOptions,
  type OrderDifference,
  type TracedRun,
} from "./lookahead.ts";
export { readResult, type StoredResult } from "./read_result.ts";
export { renderReport } from "./report/mod.ts";
export * from "./result.ts";
export { resultJson, sha256Result } from "./result_json.ts";
export { runTables, stepTimes } from "./run_tables.ts";
export { NoteCollector } from "./tables.ts";
export {
  type BacktestOptions,
  runBacktest,
  type RunPlace,
  runSpec,
  type RunTrace,
  runTraced,
} from "./run.ts";
export { withSymbolOfFile } from "./single_file.ts";
export { accountText, sparkline, summaryText } from "./summary.ts";
export {
  type Verification,
  type VerifiedPart,
  type VerifyOptions,
  verifyResult,
} from "./verify.ts";
export { refuseUnwritable, writeResult } from "./write_result.ts";
