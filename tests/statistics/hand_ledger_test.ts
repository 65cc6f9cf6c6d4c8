// Runs small enough to compute by hand, and the edges at which figures are undefined. BT-14.

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { parseIso, US_PER_DAY } from "../../lib/core/mod.ts";
import {
  computeMetrics,
  dailyEquity,
  formatMetric,
  formatNumber,
  METRICS,
  type Metrics,
  type MetricsInput,
  monthlyReturns,
  rollingSharpe,
} from "../../lib/statistics/mod.ts";
import type { RoundTrip } from "../../lib/trading/mod.ts";

const START = parseIso("2024-01-29T21:00:00Z");

function run(equity: readonly number[], rest: Partial<MetricsInput> = {}): Metrics {
  return computeMetrics({
    equity: Float64Array.from(equity),
    timesUs: Float64Array.from(equity, (_, i) => START + i * US_PER_DAY),
    initialCash: 100,
    periodsPerYear: 252,
    benchmarkEquity: new Float64Array(equity.length).fill(100),
    trades: [],
    exposedSteps: 0,
    tradedNotional: 0,
    riskFreeRate: 0,
    ...rest,
  });
}

function trade(netProfit: number, entryNotional: number, bars: number): RoundTrip {
  return {
    symbol: "GOOG",
    side: "long",
    quantityUnits: 1,
    quantityDigits: 0,
    entryTimeUs: START,
    exitTimeUs: START + bars * US_PER_DAY,
    entryPrice: entryNotional,
    exitPrice: entryNotional + netProfit,
    entryNotionalMicros: entryNotional * 1e6,
    netProfitMicros: netProfit * 1e6,
    commissionMicros: 0,
    feeMicros: 0,
    bars,
  };
}

const close = (actual: number | null, expected: number): void => {
  assert(actual !== null, `n/a is not ${expected}`);
  assertAlmostEquals(actual, expected, 1e-12);
};

Deno.test("statistics: a ledger of six steps gives the figures computed by hand (BT-14)", () => {
  // Returns of 0, +10 %, -10 %, 0, +20 %, -5 % on 100.
  const equity = [100, 110, 99, 99, 118.8, 112.86];
  const metrics = run(equity, {
    trades: [trade(10, 100, 2), trade(-5, 50, 1), trade(0, 80, 3)],
    exposedSteps: 3,
    tradedNotional: 212.3,
    // Half the strategy's returns: 0, +5 %, -5 %, 0, +10 %, -2.5 %.
    benchmarkEquity: Float64Array.of(100, 105, 99.75, 99.75, 109.725, 106.981875),
  });
  const mean = 0.15 / 6, squares = 0.01 + 0.01 + 0.04 + 0.0025;
  const deviation = Math.sqrt((squares - 6 * mean * mean) / 5);
  close(metrics.finalEquity, 112.86);
  close(metrics.totalReturn, 0.1286);
  close(metrics.annualReturn, 1.1286 ** 42 - 1);
  close(metrics.cagr! / (1.1286 ** (365.25 / 5) - 1), 1);
  close(metrics.volatility, deviation * Math.sqrt(252));
  close(metrics.sharpe, mean / deviation * Math.sqrt(252));
  close(metrics.sortino, mean / Math.sqrt(0.0125 / 6) * Math.sqrt(252));
  close(metrics.omega, 2);
  close(metrics.maxDrawdown, -0.1);
  close(metrics.calmar, metrics.annualReturn! / 0.1);
  // Sorted: -0.1 -0.05 0 0 0.1 0.2; 5 % lies a quarter of the way from the first to the second.
  close(metrics.valueAtRisk95, -0.0875);
  close(metrics.conditionalValueAtRisk95, -0.1);
  close(metrics.tailRatio, 0.175 / 0.0875);
  close(metrics.beta, 2);
  close(metrics.alpha, 0);
  close(metrics.benchmarkReturn, 0.06981875);
  close(metrics.exposure, 0.5);
  close(metrics.turnover, 212.3 / (639.66 / 6) * 42);
  assertEquals(metrics.maxDrawdownPeak, "2024-01-30T21:00:00Z");
  assertEquals(metrics.maxDrawdownValley, "2024-01-31T21:00:00Z");
  assertEquals(metrics.maxDrawdownRecovery, "2024-02-02T21:00:00Z");
  assertEquals(metrics.maxDrawdownDays, 3);

  assertEquals(metrics.trades, 3);
  close(metrics.winRate, 1 / 3);
  close(metrics.profitFactor, 2);
  close(metrics.expectancy, 5 / 3);
  close(metrics.averageTrade, 0);
  close(metrics.bestTrade, 0.1);
  close(metrics.worstTrade, -0.1);
  close(metrics.averageBarsHeld, 2);
  // Deviations from 5/3: 25/3, -20/3, -5/3; their squares sum to 1050/9.
  close(metrics.sqn, Math.sqrt(3) * (5 / 3) / Math.sqrt(1050 / 18));
});

Deno.test("statistics: a risk-free rate a year is compounded to the period", () => {
  const equity = [101, 100, 102], rate = 1.02 ** (1 / 252) - 1, free = run(equity);
  const metrics = run(equity, { riskFreeRate: 0.02 });
  close(metrics.sharpe, free.sharpe! - rate / (free.volatility! / Math.sqrt(252)) * Math.sqrt(252));
  assert(metrics.sortino! < free.sortino! && metrics.omega! < free.omega!);
});

Deno.test("statistics: without trades every trade figure but the count is undefined", () => {
  const metrics = run([100, 101]);
  assertEquals(metrics.trades, 0);
  for (const { name, group } of METRICS) {
    if (group === "trades" && name !== "trades") assertEquals(metrics[name], null, name);
  }
});

Deno.test("statistics: trades that only win have no profit factor, one trade has no SQN", () => {
  const metrics = run([100, 101], { trades: [trade(1, 100, 1)] });
  assertEquals([metrics.winRate, metrics.profitFactor, metrics.sqn], [1, null, null]);
});

Deno.test("statistics: one step has a return but no spread", () => {
  const metrics = run([95]);
  close(metrics.totalReturn, -0.05);
  close(metrics.maxDrawdown, -0.05);
  assertEquals(metrics.maxDrawdownPeak, null);
  assertEquals(metrics.maxDrawdownValley, "2024-01-29T21:00:00Z");
  for (
    const name of ["cagr", "volatility", "sharpe", "alpha", "beta", "skew", "stability"] as const
  ) {
    assertEquals(metrics[name], null, name);
  }
});

Deno.test("statistics: no step at all leaves everything but the trade count undefined", () => {
  const metrics = run([]);
  for (const { name } of METRICS) assertEquals(metrics[name], name === "trades" ? 0 : null, name);
});

Deno.test("statistics: constant equity has no ratio and no drawdown", () => {
  const metrics = run([100, 100, 100, 100, 100]);
  assertEquals([metrics.totalReturn, metrics.annualReturn, metrics.cagr], [0, 0, 0]);
  assertEquals([metrics.volatility, metrics.maxDrawdown, metrics.valueAtRisk95], [0, 0, 0]);
  for (
    const name of [
      "sharpe",
      "sortino",
      "calmar",
      "omega",
      "tailRatio",
      "beta",
      "alpha",
      "skew",
      "kurtosis",
      "stability",
      "kelly",
      "maxDrawdownValley",
      "maxDrawdownDays",
    ] as const
  ) assertEquals(metrics[name], null, name);
});

Deno.test("statistics: equal returns have no Sharpe, however their quotients round", () => {
  const equity = Array.from({ length: 50 }, (_, i) => 100 * 1.001 ** (i + 1));
  assertEquals(run(equity).sharpe, null);
});

Deno.test("statistics: ruin leaves returns undefined and keeps what is defined", () => {
  const wiped = run([100, 50, 0]);
  close(wiped.totalReturn, -1);
  close(wiped.annualReturn, -1);
  close(wiped.maxDrawdown, -1);
  assert(wiped.sharpe! < 0);
  assertEquals(wiped.stability, null);

  const owing = run([100, -20, -10]);
  close(owing.totalReturn, -1.1);
  close(owing.maxDrawdown, -1.2);
  for (const name of ["annualReturn", "cagr", "sharpe", "volatility", "calmar", "beta"] as const) {
    assertEquals(owing[name], null, name);
  }
});

Deno.test("statistics: drawdown and exposure look at every step when equity is resampled", () => {
  const minutes = Float64Array.of(100, 80, 100, 101), start = START;
  const timesUs = Float64Array.from(minutes, (_, i) => start + i * 6e7);
  const metrics = run([101], {
    everyStep: { timesUs, equity: minutes },
    exposedSteps: 1,
  });
  close(metrics.maxDrawdown, -0.2);
  close(metrics.exposure, 0.25);
  assertEquals(metrics.maxDrawdownValley, "2024-01-29T21:01:00Z");
});

Deno.test("statistics: daily equity takes the last step of each session and loses no row", () => {
  const timesUs = Float64Array.of(10, 20, 30, 41, 70, 95);
  const daily = dailyEquity(
    timesUs,
    Float64Array.of(1, 2, 3, 4, 5, 6),
    Float64Array.of(5, 30, 40, 60, 80),
  );
  assertEquals([...daily.timesUs], [30, 40, 60, 80, 95]);
  assertEquals([...daily.equity], [3, 3, 4, 5, 6]);
  const nothing = dailyEquity(new Float64Array(0), new Float64Array(0), Float64Array.of(5));
  assertEquals(nothing.equity.length, 0);
});

Deno.test("statistics: the monthly table counts the first month from the initial cash (BT-15)", () => {
  const times = ["2023-12-29", "2024-01-02", "2024-01-31", "2024-03-01"]
    .map((date) => parseIso(date + "T21:00:00Z"));
  const rows = monthlyReturns(Float64Array.from(times), Float64Array.of(110, 121, 99, 198), 100);
  assertEquals(rows.map((row) => row.year), [2023, 2024]);
  close(rows[0]!.months[11]!, 0.1);
  close(rows[1]!.months[0]!, -0.1);
  assertEquals(rows[1]!.months[1], null);
  close(rows[1]!.months[2]!, 1);
  close(rows[1]!.total, 0.8);
});

Deno.test("statistics: a bar that ends at midnight belongs to the month it ends", () => {
  const times = Float64Array.of(parseIso("2024-02-01T00:00:00Z"), parseIso("2024-02-02T00:00:00Z"));
  const [year] = monthlyReturns(times, Float64Array.of(101, 102.01), 100);
  close(year!.months[0]!, 0.01);
  close(year!.months[1]!, 0.01);
});

Deno.test("statistics: the rolling Sharpe starts with the first full window", () => {
  const returns = Float64Array.from({ length: 40 }, (_, i) => i % 2 === 0 ? 0.02 : -0.01);
  const rolling = rollingSharpe(returns, 252);
  assertEquals(rolling.findIndex((value) => !Number.isNaN(value)), 29);
  close(rolling[29]!, 0.005 / (0.015 * Math.sqrt(30 / 29)) * Math.sqrt(252));
});

Deno.test("statistics: every metric has one row in the table, and undefined prints n/a (BT-14)", () => {
  const metrics = run([100, 101]);
  assertEquals(
    METRICS.map((row) => row.name).sort(),
    (Object.keys(metrics) as (keyof Metrics)[]).sort(),
  );
  for (const { name, convention } of METRICS) {
    assertEquals(formatMetric(name, null), "n/a");
    assert(convention.endsWith(".") && !convention.includes("\n"), name);
  }
});

Deno.test("statistics: figures are written for people", () => {
  assertEquals(formatMetric("totalReturn", -0.65294), "-65.29%");
  assertEquals(formatMetric("totalReturn", -0.00001), "0.00%");
  assertEquals(formatMetric("totalReturn", 123.456), "12,345.60%");
  assertEquals(formatMetric("finalEquity", 1234567.891), "$1,234,567.89");
  assertEquals(formatMetric("expectancy", -1234.5), "-$1,234.50");
  assertEquals(formatMetric("trades", 1048), "1,048");
  assertEquals(formatMetric("maxDrawdownDays", 1), "1 day");
  assertEquals(formatMetric("averageBarsHeld", 20.04), "20.0 bars");
  assertEquals(formatMetric("maxDrawdownValley", "2008-11-24T21:00:00Z"), "2008-11-24");
  assertEquals(formatMetric("sharpe", NaN), "n/a");
  assertEquals(formatMetric("somethingNew", 5), "5");
  assertEquals(formatNumber(999.995, 2), "1,000.00");
});
