/**
 * All figures of a run from its equity, its benchmark and its trades.
 *
 * @module
 */

import { formatIso, invariant, type TimeUs, US_PER_DAY } from "../core/mod.ts";
import type { RoundTrip } from "../trading/mod.ts";
import type { EquitySeries } from "./daily_equity.ts";
import { maxDrawdown, ulcerIndex } from "./drawdown.ts";
import {
  annualReturn,
  conditionalValueAtRisk,
  defined,
  kelly,
  kurtosis,
  mean,
  omega,
  regression,
  sharpe,
  skew,
  sortino,
  stability,
  tailRatio,
  valueAtRisk,
  volatility,
} from "./return_metrics.ts";
import { ratePerPeriod, returnsOf } from "./returns.ts";
import { type TradeMetrics, tradeMetrics } from "./trade_metrics.ts";

const US_PER_YEAR = 365.25 * US_PER_DAY;

/** What a run hands in. Money in currency. */
export interface MetricsInput {
  /** Equity, one value a period: every step, or the session closes when a session has more than one step. */
  readonly equity: Float64Array;
  /** Close times of the periods, microseconds UTC, ascending; as long as `equity`. */
  readonly timesUs: Float64Array;
  /** Before the first period, above 0. */
  readonly initialCash: number;
  /** N, for example 252. */
  readonly periodsPerYear: number;
  /** Buy-and-hold from the same initial cash; as long as `equity`. */
  readonly benchmarkEquity: Float64Array;
  readonly trades: readonly RoundTrip[];
  /** Steps at whose end a position was open. */
  readonly exposedSteps: number;
  /** Value of all fills, bought plus sold. */
  readonly tradedNotional: number;
  /** Fraction a year, for example 0.02. */
  readonly riskFreeRate: number;
  /** Equity at every step, when `equity` is resampled: drawdown and exposure look at these, so that no fall inside a day is lost. */
  readonly everyStep?: EquitySeries;
}

/** The figures of a run. Fractions, not percent; times in ISO 8601; `null` where undefined. Each is explained in `METRICS`. */
export interface Metrics extends TradeMetrics {
  readonly finalEquity: number | null;
  readonly totalReturn: number | null;
  readonly annualReturn: number | null;
  readonly cagr: number | null;
  readonly benchmarkReturn: number | null;
  readonly volatility: number | null;
  readonly sharpe: number | null;
  readonly sortino: number | null;
  readonly calmar: number | null;
  readonly omega: number | null;
  readonly alpha: number | null;
  readonly beta: number | null;
  readonly maxDrawdown: number | null;
  readonly maxDrawdownPeak: string | null;
  readonly maxDrawdownValley: string | null;
  readonly maxDrawdownRecovery: string | null;
  readonly maxDrawdownDays: number | null;
  readonly ulcerIndex: number | null;
  readonly valueAtRisk95: number | null;
  readonly conditionalValueAtRisk95: number | null;
  readonly tailRatio: number | null;
  readonly skew: number | null;
  readonly kurtosis: number | null;
  readonly stability: number | null;
  readonly kelly: number | null;
  readonly exposure: number | null;
  readonly turnover: number | null;
}

/** Returns the figures of a run. Of a run without a step all but the trade count are `null`. */
export function computeMetrics(input: MetricsInput): Metrics {
  const { equity, timesUs, initialCash, periodsPerYear, benchmarkEquity } = input;
  const n = equity.length;
  invariant(timesUs.length === n && benchmarkEquity.length === n, "columns differ in length");
  invariant(initialCash > 0 && periodsPerYear > 0, "initial cash and periods a year are above 0");
  const rate = ratePerPeriod(input.riskFreeRate, periodsPerYear);
  const returns = n === 0 ? null : returnsOf(equity, initialCash);
  const total = n === 0 ? null : equity[n - 1]! / initialCash - 1;
  const annual = total === null ? null : annualReturn(total, n, periodsPerYear);
  const every = input.everyStep ?? { timesUs, equity };
  const drawdown = drawdownMetrics(every, initialCash);
  const depth = drawdown.maxDrawdown;
  return {
    finalEquity: n === 0 ? null : equity[n - 1]!,
    totalReturn: total,
    annualReturn: annual,
    cagr: calendarGrowth(total, timesUs),
    benchmarkReturn: n === 0 ? null : defined(benchmarkEquity[n - 1]! / initialCash - 1),
    volatility: returns && volatility(returns, periodsPerYear),
    sharpe: returns && sharpe(returns, periodsPerYear, rate),
    sortino: returns && sortino(returns, periodsPerYear, rate),
    calmar: annual === null || depth === null || depth === 0 ? null : defined(annual / -depth),
    omega: returns && omega(returns, rate),
    ...againstBenchmark(returns, input, rate),
    ...drawdown,
    valueAtRisk95: returns && valueAtRisk(returns),
    conditionalValueAtRisk95: returns && conditionalValueAtRisk(returns),
    tailRatio: returns && tailRatio(returns),
    skew: returns && skew(returns),
    kurtosis: returns && kurtosis(returns),
    stability: returns && stability(returns),
    kelly: returns && kelly(returns),
    exposure: every.equity.length === 0 ? null : input.exposedSteps / every.equity.length,
    turnover: turnover(input),
    ...tradeMetrics(input.trades),
  };
}

function calendarGrowth(total: number | null, timesUs: Float64Array): number | null {
  if (total === null || total < -1) return null;
  const span = timesUs[timesUs.length - 1]! - timesUs[0]!;
  return span > 0 ? defined((1 + total) ** (US_PER_YEAR / span) - 1) : null;
}

function againstBenchmark(
  returns: Float64Array | null,
  input: MetricsInput,
  rate: number,
): Pick<Metrics, "alpha" | "beta"> {
  const benchmark = returnsOf(input.benchmarkEquity, input.initialCash);
  if (returns === null || benchmark === null) return { alpha: null, beta: null };
  return regression(returns, benchmark, input.periodsPerYear, rate);
}

type DrawdownMetrics = Pick<
  Metrics,
  | "maxDrawdown"
  | "maxDrawdownPeak"
  | "maxDrawdownValley"
  | "maxDrawdownRecovery"
  | "maxDrawdownDays"
  | "ulcerIndex"
>;

function drawdownMetrics(series: EquitySeries, initialCash: number): DrawdownMetrics {
  const { timesUs, equity } = series, n = equity.length;
  const { depth, peak, valley, recovery } = maxDrawdown(equity, initialCash);
  const timeOf = (step: number): string | null =>
    step < 0 ? null : formatIso(timesUs[step]! as TimeUs);
  // A peak at the initial cash has no step of its own: the first step is the nearest time known.
  const from = timesUs[Math.max(peak, 0)]!, to = timesUs[recovery < 0 ? n - 1 : recovery]!;
  return {
    maxDrawdown: n === 0 ? null : depth,
    maxDrawdownPeak: valley < 0 ? null : timeOf(peak),
    maxDrawdownValley: timeOf(valley),
    maxDrawdownRecovery: timeOf(recovery),
    maxDrawdownDays: valley < 0 ? null : dayOf(to) - dayOf(from),
    ulcerIndex: ulcerIndex(equity, initialCash),
  };
}

function dayOf(timeUs: number): number {
  return Math.floor((timeUs - 1) / US_PER_DAY);
}

function turnover(input: MetricsInput): number | null {
  const average = mean(input.equity), years = input.equity.length / input.periodsPerYear;
  return average > 0 ? defined(input.tradedNotional / average / years) : null;
}
