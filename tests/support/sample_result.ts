/**
 * A finished backtest on bundled bars without the engine: a crossover of two averages, filled at the next open with slippage and
 * commission, long only. For tests of what comes after a run (statistics, report). Reads `lib/data/sample/`.
 *
 * @module
 */

import { formatIso, formatMoney, parseDay, type TimeUs, US_PER_DAY } from "../../lib/core/mod.ts";
import type { RoundTrip } from "../../lib/trading/mod.ts";
import { computeMetrics } from "../../lib/statistics/mod.ts";
import {
  type BacktestResult,
  type ChartBars,
  type FillRecord,
  type MarkRecord,
  type OrderRecord,
  type PlotRecord,
  RESULT_SCHEMA,
} from "../../lib/backtest/result.ts";

/** What may differ from the plain sample. */
export interface SampleOptions {
  /** Shorter and longer average in bars. Default 10 and 30. */
  readonly fast?: number;
  readonly slow?: number;
  /** Bars to keep from the start. Default all. */
  readonly rows?: number;
  /** Repeats the bars as minutes to this count, for long runs. */
  readonly minutes?: number;
  /** Name of the strategy, and of a mark and a log line: what a hostile strategy may choose. */
  readonly label?: string;
}

const CASH = 100_000;
const SLIPPAGE = 0.0005;
const COMMISSION = 0.0001;

/** Returns the result of the crossover on one sample symbol. */
export function sampleResult(symbol = "GOOG", options: SampleOptions = {}): BacktestResult {
  const bars = options.minutes === undefined
    ? sampleBars(symbol, options.rows)
    : minuteBars(sampleBars(symbol), options.minutes);
  const { fast = 10, slow = 30, label = "Golden cross" } = options;
  const run = crossover(bars, average(bars.close, fast), average(bars.close, slow));
  const n = bars.timesUs.length, base = bars.close[0] ?? 1;
  const benchmarkEquity = bars.close.map((close) => CASH * close / base);
  const marks: MarkRecord[] = n > 40 ? [{ timeUs: bars.timesUs[Math.floor(n / 2)]!, label }] : [];
  return {
    json: resultJson(symbol, bars, run, { fast, slow }, benchmarkEquity, label),
    tables: {
      timesUs: bars.timesUs,
      equity: run.equity,
      benchmarkEquity,
      trades: run.trades,
      openTrades: [],
      ledger: [],
      orders: run.orders,
      fills: run.fills,
      bars: n === 0 ? [] : [bars],
      plots: [
        plot(`sma(${fast})`, bars, average(bars.close, fast), true),
        plot(`sma(${slow})`, bars, average(bars.close, slow), true),
        plot("momentum(20)", bars, momentum(bars.close, 20), false),
      ],
      marks,
      logs: marks.map(({ timeUs }) => ({ timeUs, text: `${label}: halfway` })),
    },
  };
}

function sampleBars(symbol: string, rows?: number): ChartBars {
  const url = new URL(`../../lib/data/sample/${symbol}.csv`, import.meta.url);
  const lines = Deno.readTextFileSync(url).trim().split("\n").slice(
    1,
    rows === undefined ? undefined : rows + 1,
  )
    .map((line) => line.split(","));
  const column = (k: number): Float64Array => Float64Array.from(lines, (cells) => Number(cells[k]));
  return {
    symbol,
    timesUs: Float64Array.from(lines, (cells) => (parseDay(cells[0]!) + 21 / 24) * US_PER_DAY),
    open: column(1),
    high: column(2),
    low: column(3),
    close: column(4),
    volume: column(5),
  };
}

// The days' bars again and again, one a minute, 390 a day: long, with the shape of prices.
function minuteBars(days: ChartBars, count: number): ChartBars {
  const size = days.timesUs.length, start = parseDay("2004-08-19") * US_PER_DAY + 14.5 * 3.6e9;
  const column = (values: Float64Array): Float64Array =>
    Float64Array.from({ length: count }, (_, i) => values[i % size]!);
  return {
    symbol: days.symbol,
    timesUs: Float64Array.from(
      { length: count },
      (_, i) => start + Math.floor(i / 390) * US_PER_DAY + (i % 390 + 1) * 6e7,
    ),
    open: column(days.open),
    high: column(days.high),
    low: column(days.low),
    close: column(days.close),
    volume: column(days.volume),
  };
}

interface Run {
  readonly equity: Float64Array;
  readonly trades: readonly RoundTrip[];
  readonly orders: readonly OrderRecord[];
  readonly fills: readonly FillRecord[];
  readonly cash: number;
  readonly commission: number;
  readonly slippage: number;
  readonly traded: number;
  readonly exposedSteps: number;
}

function crossover(bars: ChartBars, fast: Float64Array, slow: Float64Array): Run {
  const n = bars.timesUs.length, equity = new Float64Array(n);
  const trades: RoundTrip[] = [], orders: OrderRecord[] = [], fills: FillRecord[] = [];
  let cash = CASH, units = 0, entry = -1, entryPrice = 0, entryFee = 0;
  let commission = 0, slippage = 0, traded = 0, exposedSteps = 0, wanted = 0;
  const fill = (i: number, quantity: number): number => {
    const price = bars.open[i]! * (1 + Math.sign(quantity) * SLIPPAGE), value = quantity * price;
    const fee = Math.abs(value) * COMMISSION;
    cash -= value + fee;
    units += quantity;
    commission += fee;
    slippage += Math.abs(quantity) * bars.open[i]! * SLIPPAGE;
    traded += Math.abs(value);
    fills.push({
      orderId: orders.length + 1,
      symbol: bars.symbol,
      timeUs: bars.timesUs[i]!,
      quantity,
      price,
    });
    orders.push(order(bars, i, quantity, price, fee, orders.length + 1));
    return fee;
  };
  for (let i = 0; i < n; i++) {
    if (wanted > 0 && units === 0) {
      entry = i;
      entryPrice = bars.open[i]! * (1 + SLIPPAGE);
      entryFee = fill(i, Math.floor(cash / (entryPrice * (1 + COMMISSION))));
    } else if (wanted < 0 && units > 0) {
      const quantity = units,
        exitPrice = bars.open[i]! * (1 - SLIPPAGE),
        fee = entryFee + fill(i, -quantity);
      trades.push({
        symbol: bars.symbol,
        side: "long",
        quantityUnits: quantity,
        quantityDigits: 0,
        entryTimeUs: bars.timesUs[entry]!,
        exitTimeUs: bars.timesUs[i]!,
        entryPrice,
        exitPrice,
        entryNotionalMicros: Math.round(quantity * entryPrice * 1e6),
        netProfitMicros: Math.round((quantity * (exitPrice - entryPrice) - fee) * 1e6),
        commissionMicros: Math.round(fee * 1e6),
        feeMicros: 0,
        bars: i - entry,
      });
    }
    equity[i] = cash + units * bars.close[i]!;
    if (units > 0) exposedSteps++;
    const above = fast[i]! > slow[i]!, below = fast[i]! < slow[i]!;
    wanted = i === 0
      ? 0
      : above && fast[i - 1]! <= slow[i - 1]!
      ? 1
      : below && fast[i - 1]! >= slow[i - 1]!
      ? -1
      : 0;
  }
  return { equity, trades, orders, fills, cash, commission, slippage, traded, exposedSteps };
}

function order(
  bars: ChartBars,
  i: number,
  quantity: number,
  price: number,
  fee: number,
  id: number,
): OrderRecord {
  return {
    id,
    symbol: bars.symbol,
    side: quantity > 0 ? "buy" : "sell",
    type: "market",
    timeInForce: "day",
    state: "FILLED",
    reason: "",
    createdUs: bars.timesUs[i - 1]!,
    endedUs: bars.timesUs[i]!,
    quantity: String(Math.abs(quantity)),
    filled: String(Math.abs(quantity)),
    limitPrice: "",
    stopPrice: "",
    fillPrice: price.toFixed(6),
    commission: fee.toFixed(6),
    fee: "0",
    slippage: (Math.abs(quantity) * bars.open[i]! * SLIPPAGE).toFixed(6),
    risk: "",
  };
}

function average(values: Float64Array, window: number): Float64Array {
  let sum = 0;
  return values.map((value, i) => {
    sum += value - (i >= window ? values[i - window]! : 0);
    return i >= window - 1 ? sum / window : NaN;
  });
}

function momentum(values: Float64Array, window: number): Float64Array {
  return values.map((value, i) => i >= window ? value - values[i - window]! : NaN);
}

function plot(label: string, bars: ChartBars, values: Float64Array, overlay: boolean): PlotRecord {
  return { label, symbol: bars.symbol, overlay, timesUs: bars.timesUs, values };
}

function money(amount: number): string {
  return formatMoney(Math.round(amount * 1e6));
}

function resultJson(
  symbol: string,
  bars: ChartBars,
  run: Run,
  params: Readonly<Record<string, number>>,
  benchmarkEquity: Float64Array,
  label: string,
): BacktestResult["json"] {
  const n = bars.timesUs.length, last = n === 0 ? CASH : run.equity[n - 1]!;
  const iso = (i: number): string => n === 0 ? "" : formatIso(bars.timesUs[i]! as TimeUs);
  const minutes = n > 1 && bars.timesUs[1]! - bars.timesUs[0]! < US_PER_DAY / 2;
  const hash = (digit: string): string => digit.repeat(64);
  return {
    schema: RESULT_SCHEMA,
    sandbar: "0.1.0",
    deno: "2.9.6",
    v8: "14.6",
    strategy: {
      name: label === "Golden cross" ? "sma-crossover" : label,
      file: "strategies/sma_crossover.ts",
      sha256: hash("1"),
    },
    params,
    seed: 7,
    data: [{
      symbol,
      period: minutes ? "1m" : "1d",
      rows: n,
      from: iso(0),
      to: iso(n - 1),
      sha256: hash("2"),
      source: "bundled sample",
      adjust: "split",
      synthetic: minutes,
    }],
    account: {
      currency: "USD",
      initialCash: money(CASH),
      finalCash: money(run.cash),
      finalEquity: money(last),
    },
    venue: {
      slippageBps: 5,
      commission: "0.01% of notional",
      limitFill: "through",
      account: "cash",
      settlement: "instant",
      borrowRatePct: 0,
      debitRatePct: 0,
      creditRatePct: 0,
    },
    risk: {
      limits: "off",
      refused: 0,
      refusedBy: {},
      wouldRefuse: 0,
      wouldRefuseBy: {},
      kills: 0,
      firstKills: [],
    },
    metrics: {
      ...computeMetrics({
        equity: run.equity,
        timesUs: bars.timesUs,
        initialCash: CASH,
        periodsPerYear: minutes ? 252 * 390 : 252,
        benchmarkEquity,
        trades: run.trades,
        exposedSteps: run.exposedSteps,
        tradedNotional: run.traded,
        riskFreeRate: 0,
      }),
    },
    benchmark: symbol,
    counts: {
      bars: n,
      orders: run.orders.length,
      fills: run.fills.length,
      trades: run.trades.length,
      refused: 0,
    },
    costs: {
      commission: money(run.commission),
      fees: "0.00",
      slippage: money(run.slippage),
      dividends: "0.00",
      financing: "0.00",
    },
    hashes: {
      data: hash("3"),
      config: hash("4"),
      intents: hash("5"),
      ledger: hash("6"),
      result: hash("7"),
    },
    lookaheadChecked: false,
    warnings: run.trades.length < 30
      ? [`Only ${run.trades.length} trades: too few to tell skill from luck.`]
      : [],
    timing: { startMs: 60, loadMs: 12, strategyMs: 30, replayMs: 10, totalMs: 140 },
    verdict: { kind: "ok", message: "The strategy ran to the last bar." },
    files: {},
  };
}
