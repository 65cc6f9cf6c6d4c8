// Every figure that Sandbar computes against tests/vectors/metrics (empyrical-reloaded 0.7.1, quantstats 0.0.86). BT-14.
// Permissions: --allow-read=.

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { parseDay, US_PER_DAY } from "../../lib/core/mod.ts";
import {
  annualReturn,
  computeMetrics,
  conditionalValueAtRisk,
  type Metrics,
  monthlyReturns,
  omega,
  ratePerPeriod,
  returnsOf,
  sharpe,
  sortino,
  valueAtRisk,
} from "../../lib/statistics/mod.ts";

type Row = Readonly<Record<string, number | string | null | Readonly<Record<string, number>>>>;
type Vectors = Readonly<Record<"full" | "common_vs_MSFT", Readonly<Record<string, Row>>>>;

const root = new URL("../../", import.meta.url);
const read = (path: string): string => Deno.readTextFileSync(new URL(path, root));
const empyrical = JSON.parse(read("tests/vectors/metrics/empyrical.json")) as Vectors & {
  readonly common_MSFT: Row;
  readonly calendar_year_returns: Readonly<Record<string, Readonly<Record<string, number>>>>;
};
const quantstats = JSON.parse(read("tests/vectors/metrics/quantstats.json")) as Vectors;

/** A run whose equity is a price: the first row is the cash before the first step. */
interface Series {
  readonly initialCash: number;
  readonly timesUs: Float64Array;
  readonly equity: Float64Array;
}

function sampleSeries(symbol: string): Series {
  const rows = read(`lib/data/sample/${symbol}.csv`).trim().split("\n").slice(1)
    .map((line) => line.split(","));
  const prices = rows.map((cells) => Number(cells[6]));
  return {
    initialCash: prices[0]!,
    timesUs: Float64Array.from(rows.slice(1), (cells) => closeOf(cells[0]!)),
    equity: Float64Array.from(prices.slice(1)),
  };
}

function commonSeries(symbol: string): Series {
  const [header, ...lines] = read("tests/vectors/metrics/returns.csv").trim().split("\n");
  const column = header!.split(",").indexOf(symbol), rows = lines.map((line) => line.split(","));
  let value = 1;
  return {
    initialCash: 1,
    timesUs: Float64Array.from(rows, (cells) => closeOf(cells[0]!)),
    equity: Float64Array.from(rows, (cells) => value *= 1 + Number(cells[column])),
  };
}

function closeOf(date: string): number {
  return (parseDay(date) + 21 / 24) * US_PER_DAY;
}

function metricsOf(series: Series, benchmark: Series): Metrics {
  return computeMetrics({
    ...series,
    periodsPerYear: 252,
    benchmarkEquity: benchmark.equity.map((value) =>
      value / benchmark.initialCash * series.initialCash
    ),
    trades: [],
    exposedSteps: 0,
    tradedNotional: 0,
    riskFreeRate: 0,
  });
}

const EMPYRICAL: Readonly<Record<string, keyof Metrics>> = {
  cum_returns_final: "totalReturn",
  annual_return: "annualReturn",
  annual_volatility: "volatility",
  sharpe_ratio: "sharpe",
  sortino_ratio: "sortino",
  max_drawdown: "maxDrawdown",
  calmar_ratio: "calmar",
  omega_ratio: "omega",
  tail_ratio: "tailRatio",
  value_at_risk: "valueAtRisk95",
  conditional_value_at_risk: "conditionalValueAtRisk95",
  stability_of_timeseries: "stability",
  alpha: "alpha",
  beta: "beta",
};

const DATES: Readonly<Record<string, keyof Metrics>> = {
  max_drawdown_peak_date: "maxDrawdownPeak",
  max_drawdown_valley_date: "maxDrawdownValley",
  max_drawdown_recovery_date: "maxDrawdownRecovery",
};

const QUANTSTATS: Readonly<Record<string, keyof Metrics>> = {
  skew: "skew",
  kurtosis: "kurtosis",
  kelly_criterion: "kelly",
  ulcer_index: "ulcerIndex",
};

function compare(name: string, actual: number | null, expected: unknown): void {
  assert(typeof expected === "number" && actual !== null, `${name}: ${actual} and ${expected}`);
  assertAlmostEquals(
    actual,
    expected,
    1e-10 * Math.max(1, Math.abs(expected)),
    `${name}: ${actual} is not ${expected}`,
  );
}

function compareAll(subject: string, series: Series, benchmark: Series, e: Row, q?: Row): number {
  const metrics = metricsOf(series, benchmark),
    returns = returnsOf(series.equity, series.initialCash)!;
  let compared = 0;
  const check = (name: string, actual: number | null, expected: unknown): void => {
    compare(`${subject} ${name}`, actual, expected);
    compared++;
  };
  for (const [theirs, ours] of Object.entries(EMPYRICAL)) {
    if (theirs in e) check(theirs, metrics[ours] as number | null, e[theirs]);
  }
  for (const [theirs, ours] of Object.entries(QUANTSTATS)) {
    if (q !== undefined) check(theirs, metrics[ours] as number | null, q[theirs]);
  }
  for (const [theirs, ours] of Object.entries(DATES)) {
    const date = metrics[ours] as string | null;
    assertEquals(
      date === null ? null : date.slice(0, 10),
      e[theirs] as string | null,
      `${subject} ${theirs}`,
    );
    compared++;
  }
  check("var_0.01", valueAtRisk(returns, 0.01), e["var_0.01"]);
  check("cvar_0.01", conditionalValueAtRisk(returns, 0.01), e["cvar_0.01"]);
  check("sharpe rf", sharpe(returns, 252, 0.0001), e["sharpe_ratio_rf_0.0001_daily"]);
  check(
    "sortino required",
    sortino(returns, 252, 0.0002),
    e["sortino_ratio_required_0.0002_daily"],
  );
  check(
    "omega required",
    omega(returns, ratePerPeriod(0.05, 252)),
    e["omega_ratio_required_0.05_annual"],
  );
  check(
    "annual 365",
    annualReturn(metrics.totalReturn!, returns.length, 365),
    e["annual_return_period_365"],
  );
  check("sharpe 365", sharpe(returns, 365), e["sharpe_ratio_period_365"]);
  assertEquals(returns.length, e["n"] as number);
  return compared;
}

for (const symbol of ["AAPL", "GOOG", "IBM", "MSFT"]) {
  Deno.test(`statistics: ${symbol} over its whole history equals the vectors (BT-14)`, () => {
    const series = sampleSeries(symbol);
    const compared = compareAll(
      symbol,
      series,
      series,
      empyrical.full[symbol]!,
      quantstats.full[symbol]!,
    );
    assertEquals(compared, 12 + 4 + 3 + 7);
  });

  Deno.test(`statistics: ${symbol} by calendar year equals the vectors (BT-15)`, () => {
    const { timesUs, equity, initialCash } = sampleSeries(symbol);
    const years = monthlyReturns(timesUs, equity, initialCash);
    const expected = empyrical.calendar_year_returns[symbol]!;
    assertEquals(years.map((row) => String(row.year)), Object.keys(expected));
    for (const row of years) {
      compare(`${symbol} ${row.year}`, row.total, expected[row.year]);
      // The months of a year compound to the year, the first month of the run included.
      const product = row.months.reduce<number>((growth, month) => growth * (1 + (month ?? 0)), 1);
      compare(`${symbol} months of ${row.year}`, product - 1, expected[row.year]);
    }
  });
}

for (const symbol of ["AAPL", "GOOG", "IBM"]) {
  Deno.test(`statistics: ${symbol} against MSFT equals the vectors (BT-14)`, () => {
    const compared = compareAll(
      symbol,
      commonSeries(symbol),
      commonSeries("MSFT"),
      empyrical.common_vs_MSFT[symbol]!,
      quantstats.common_vs_MSFT[symbol]!,
    );
    assertEquals(compared, 14 + 4 + 3 + 7);
  });
}

Deno.test("statistics: MSFT on the common dates equals the vectors (BT-14)", () => {
  const series = commonSeries("MSFT");
  assertEquals(compareAll("MSFT", series, series, empyrical.common_MSFT), 12 + 3 + 7);
});
