/**
 * The account of several strategies that ran beside each other: the sum of their books.
 *
 * @module
 */

import { formatMoney } from "../core/mod.ts";
import { computeMetrics } from "../statistics/mod.ts";
import type { BacktestResult, MetricsJson } from "./result.ts";

/** Figures that follow from the sum of the equities; those of trades and of exposure are each strategy's own. */
const OF_EQUITY = [
  "finalEquity",
  "totalReturn",
  "cagr",
  "volatility",
  "sharpe",
  "sortino",
  "calmar",
  "maxDrawdown",
];

/** An account of several strategies. */
export interface AccountJson {
  readonly currency: "USD";
  /** Decimal texts: sums of the strategies' books. */
  readonly initialCash: string;
  readonly finalCash: string;
  readonly finalEquity: string;
  readonly metrics: MetricsJson;
}

/** What the figures of an account are taken with. */
export interface AccountOptions {
  /** See `PreparedMarket.periodsPerYear`. */
  readonly periodsPerYear: number;
  /** A year, a fraction. */
  readonly riskFreeRate: number;
}

/** Returns the account of results over the same bars. */
export function accountJson(
  results: readonly BacktestResult[],
  { periodsPerYear, riskFreeRate }: AccountOptions,
): AccountJson {
  const [first] = results, { timesUs, periodic } = first!.tables;
  const sum = (of: (result: BacktestResult) => Float64Array): Float64Array =>
    of(first!).map((_, k) => results.reduce((total, each) => total + of(each)[k]!, 0));
  const money = (of: (result: BacktestResult) => string): number =>
    results.reduce((total, each) => total + Math.round(Number(of(each)) * 1e6), 0);
  const equity = sum(({ tables }) => tables.equity);
  const initialCash = money(({ json }) => json.account.initialCash);
  const metrics = computeMetrics({
    equity: periodic === undefined ? equity : sum(({ tables }) => tables.periodic!.equity),
    timesUs: periodic?.timesUs ?? timesUs,
    benchmarkEquity: sum(({ tables }) =>
      tables.periodic?.benchmarkEquity ?? tables.benchmarkEquity
    ),
    ...(periodic === undefined ? {} : { everyStep: { timesUs, equity } }),
    initialCash: initialCash / 1e6,
    periodsPerYear,
    trades: [],
    exposedSteps: 0,
    tradedNotional: 0,
    riskFreeRate,
  });
  return {
    currency: "USD",
    initialCash: formatMoney(initialCash),
    finalCash: formatMoney(money(({ json }) => json.account.finalCash)),
    finalEquity: formatMoney(money(({ json }) => json.account.finalEquity)),
    metrics: Object.fromEntries(
      Object.entries(metrics).filter(([name]) => OF_EQUITY.includes(name)),
    ),
  };
}
