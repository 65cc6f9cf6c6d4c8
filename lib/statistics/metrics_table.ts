/**
 * Every figure with its label, unit and convention: the one source for the summary, the report and the documentation.
 *
 * @module
 */

import type { Metrics } from "./compute_metrics.ts";

/** How a figure is written: a fraction as percent, money with cents, a ratio with two decimals, a time as a date. */
export type MetricUnit = "percent" | "money" | "ratio" | "count" | "days" | "bars" | "date";

/** One figure. */
export interface MetricEntry {
  readonly name: keyof Metrics;
  readonly label: string;
  readonly unit: MetricUnit;
  readonly group: "return" | "risk" | "ratio" | "trades";
  /** How it is computed, one line. N: periods a year; n: periods; r: simple returns a period. */
  readonly convention: string;
}

/** The figures in the order of display. Conventions: empyrical-reloaded 0.7.1 where nothing else is said. */
export const METRICS: readonly MetricEntry[] = [
  row("finalEquity", "Final equity", "money", "return", "Cash plus positions at the last close."),
  row("totalReturn", "Total return", "percent", "return", "Final equity / initial cash - 1."),
  row("annualReturn", "Annual return", "percent", "return", "(1 + total return)^(N/n) - 1."),
  row(
    "cagr",
    "CAGR (calendar)",
    "percent",
    "return",
    "(1 + total return)^(1/years) - 1, years = first to last close / 365.25 days.",
  ),
  row(
    "benchmarkReturn",
    "Benchmark return",
    "percent",
    "return",
    "Total return of buying and holding the benchmark with the same cash.",
  ),
  row(
    "alpha",
    "Alpha",
    "percent",
    "return",
    "(1 + mean(r - rf - beta x (benchmark r - rf)))^N - 1, a year.",
  ),
  row("beta", "Beta", "ratio", "return", "Covariance with the benchmark's r / variance of these."),
  row(
    "exposure",
    "Exposure",
    "percent",
    "return",
    "Share of steps at whose end a position was open.",
  ),
  row(
    "turnover",
    "Turnover a year",
    "ratio",
    "return",
    "Value of all fills (bought plus sold) / mean equity / (n/N) years.",
  ),
  row("volatility", "Volatility", "percent", "risk", "Sample deviation of r (n - 1) x sqrt(N)."),
  row(
    "maxDrawdown",
    "Max drawdown",
    "percent",
    "risk",
    "Lowest equity / highest equity before it - 1, initial cash included, every step looked at.",
  ),
  row(
    "maxDrawdownPeak",
    "Drawdown peak",
    "date",
    "risk",
    "Close of the peak before the deepest fall; n/a when that is the initial cash.",
  ),
  row("maxDrawdownValley", "Drawdown valley", "date", "risk", "Close of its lowest point."),
  row(
    "maxDrawdownRecovery",
    "Drawdown recovery",
    "date",
    "risk",
    "First close back at the peak; n/a when the run ends below it.",
  ),
  row(
    "maxDrawdownDays",
    "Drawdown length",
    "days",
    "risk",
    "Calendar days (UTC) from peak to recovery, or to the end of the run.",
  ),
  row(
    "ulcerIndex",
    "Ulcer index",
    "percent",
    "risk",
    "sqrt(sum of squared drawdowns / (n - 1)), as quantstats 0.0.86.",
  ),
  row("valueAtRisk95", "VaR 95", "percent", "risk", "5th percentile of r, linear; a loss is < 0."),
  row(
    "conditionalValueAtRisk95",
    "CVaR 95",
    "percent",
    "risk",
    "Mean of the worst floor((n - 1) x 0.05) + 1 of r.",
  ),
  row("tailRatio", "Tail ratio", "ratio", "risk", "|95th percentile of r| / |5th percentile|."),
  row("skew", "Skew", "ratio", "risk", "Of r, corrected for bias, as quantstats 0.0.86."),
  row("kurtosis", "Kurtosis", "ratio", "risk", "Excess, corrected for bias, as quantstats 0.0.86."),
  row("sharpe", "Sharpe", "ratio", "ratio", "Mean(r - rf) / sample deviation (n - 1) x sqrt(N)."),
  row(
    "sortino",
    "Sortino",
    "ratio",
    "ratio",
    "Mean(r - rf) / root mean square of what is below rf, over all n, x sqrt(N).",
  ),
  row("calmar", "Calmar", "ratio", "ratio", "Annual return / |max drawdown|."),
  row("omega", "Omega", "ratio", "ratio", "Sum of r above rf / sum of r below rf."),
  row(
    "stability",
    "Stability",
    "ratio",
    "ratio",
    "R squared of a straight line through the running sum of log(1 + r).",
  ),
  row(
    "kelly",
    "Kelly fraction",
    "percent",
    "ratio",
    "p - (1 - p)/w on r: p share of gains, w mean gain / mean loss, as quantstats 0.0.86.",
  ),
  row("trades", "Trades", "count", "trades", "Closed round trips; an open position is none yet."),
  row("winRate", "Win rate", "percent", "trades", "Trades with net profit above 0 / all trades."),
  row(
    "profitFactor",
    "Profit factor",
    "ratio",
    "trades",
    "Sum of net profits / sum of net losses.",
  ),
  row("expectancy", "Expectancy", "money", "trades", "Mean net profit a trade."),
  row("averageTrade", "Average trade", "percent", "trades", "Mean of net profit / entry notional."),
  row("bestTrade", "Best trade", "percent", "trades", "Highest net profit / entry notional."),
  row("worstTrade", "Worst trade", "percent", "trades", "Lowest net profit / entry notional."),
  row("averageBarsHeld", "Average holding", "bars", "trades", "Mean of steps from entry to exit."),
  row(
    "sqn",
    "SQN",
    "ratio",
    "trades",
    "sqrt(trades) x mean net profit / its sample deviation (n - 1).",
  ),
];

function row(
  name: keyof Metrics,
  label: string,
  unit: MetricUnit,
  group: MetricEntry["group"],
  convention: string,
): MetricEntry {
  return { name, label, unit, group, convention };
}
