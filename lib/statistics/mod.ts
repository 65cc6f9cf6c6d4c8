/**
 * What a run's equity and trades amount to: returns, risk, drawdown, trades, and the tables of the report. Pure.
 *
 * A figure that is undefined (no trades, no losses, one step, ruin) is `null` and printed `n/a`, never 0. The conventions are those
 * of empyrical-reloaded 0.7.1; skew, kurtosis, Kelly and ulcer index, which it lacks, are those of quantstats 0.0.86. Each is told in
 * one line in {@linkcode METRICS}.
 *
 * @module
 */

export * from "./compute_metrics.ts";
export * from "./daily_equity.ts";
export * from "./drawdown.ts";
export * from "./format_metric.ts";
export * from "./metrics_table.ts";
export * from "./monthly_returns.ts";
export * from "./return_metrics.ts";
export * from "./returns.ts";
export * from "./rolling_sharpe.ts";
export * from "./trade_metrics.ts";
