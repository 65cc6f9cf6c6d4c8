/**
 * What the page's scripts draw, reduced to what a screen can show, so that the file stays small however long the run was.
 *
 * @module
 */

import { MICROS_PER_UNIT } from "../../core/mod.ts";
import { drawdowns, returnsOf, rollingSharpe, tradeReturn } from "../../statistics/mod.ts";
import type { BacktestResult, ChartBars, PlotRecord, ResultTables } from "../result.ts";
import { plainText } from "./html.ts";
import {
  alignPlot,
  candleAt,
  type Candles,
  keepExtremes,
  markFills,
  widenBars,
} from "./thin_out.ts";

/** Bounds of the page; what they cut is said on it. */
export const LIMITS = {
  /** Candles of one symbol, and of all symbols together. */
  candles: 5000,
  allCandles: 12_000,
  /** Symbols with a chart. */
  symbols: 24,
  /** Rows of the equity chart and of the rolling Sharpe. */
  rows: 5000,
  /** Rows of the trade table. */
  trades: 4000,
  /** Values of strategy plots, all together. */
  plotValues: 60_000,
  marks: 500,
} as const;

/** A line of numbers for JSON: `null` where there is no value. */
export type Line = readonly (number | null)[];

/** One line that the strategy asked for. */
export interface PlotLine {
  readonly label: string;
  readonly values: Line;
}

/** One symbol's price chart. `t` in seconds UTC; all lines are as long as `t`. */
export interface SymbolChart {
  readonly symbol: string;
  readonly barsPerCandle: number;
  readonly barCount: number;
  readonly t: readonly number[];
  readonly open: Line;
  readonly high: Line;
  readonly low: Line;
  readonly close: Line;
  readonly volume: Line;
  /** Candle, 1 for bought and 0 for sold, quantity, mean price, count of fills. */
  readonly fills: readonly (readonly [number, 0 | 1, number, number, number])[];
  readonly overlays: readonly PlotLine[];
  readonly panels: readonly (readonly PlotLine[])[];
  readonly plotsLeftOut: number;
  readonly marks: readonly { readonly at: number; readonly label: string }[];
}

/**
 * A trade: number, symbol, 1 for long, quantity, entry and exit in seconds UTC, entry and exit price, bars, costs, net profit, and
 * return as fraction.
 */
export type TradeRow = readonly [
  number,
  string,
  0 | 1,
  string,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
];

/** The JSON in the page. */
export interface PageData {
  /** True when bars are shorter than a day: times are shown with the minute. */
  readonly intraday: boolean;
  readonly equity: {
    readonly t: readonly number[];
    readonly equity: Line;
    readonly benchmark: Line;
    readonly drawdown: Line;
  };
  readonly equityRows: number;
  readonly benchmarkName: string;
  readonly rolling: { readonly t: readonly number[]; readonly sharpe: Line };
  readonly marks: readonly { readonly t: number; readonly label: string }[];
  readonly symbols: readonly SymbolChart[];
  readonly trades: readonly TradeRow[];
}

/** Returns what the page draws. */
export function pageData(result: BacktestResult): PageData {
  const { json, tables } = result, initialCash = Number(json.account.initialCash);
  return {
    intraday: json.data.some((series) => !/[dwW]$/.test(series.period)),
    equity: equityLines(tables, initialCash),
    equityRows: tables.timesUs.length,
    benchmarkName: plainText(json.benchmark, 60),
    rolling: rollingLine(tables, initialCash),
    marks: tables.marks.slice(0, LIMITS.marks).map((mark) => ({
      t: seconds(mark.timeUs),
      label: plainText(mark.label, 80),
    })),
    symbols: symbolCharts(tables),
    trades: tradeRows(tables),
  };
}

function equityLines(tables: ResultTables, initialCash: number): PageData["equity"] {
  const { timesUs, equity, benchmarkEquity } = tables, depth = drawdowns(equity, initialCash);
  const rows = keepExtremes([equity, benchmarkEquity, depth], LIMITS.rows);
  return {
    t: rows.map((i) => seconds(timesUs[i]!)),
    equity: pick(equity, rows, 2),
    benchmark: pick(benchmarkEquity, rows, 2),
    drawdown: pick(depth, rows, 5),
  };
}

function rollingLine(tables: ResultTables, initialCash: number): PageData["rolling"] {
  const { timesUs, equity, periodsPerYear } = tables.periodic ??
    { timesUs: tables.timesUs, equity: tables.equity, periodsPerYear: 252 };
  const returns = returnsOf(equity, initialCash);
  if (returns === null) return { t: [], sharpe: [] };
  const values = rollingSharpe(returns, periodsPerYear);
  const first = values.findIndex((value) => !Number.isNaN(value));
  if (first < 0) return { t: [], sharpe: [] };
  const tail = values.subarray(first);
  const rows = keepExtremes([tail], LIMITS.rows);
  return {
    t: rows.map((i) => seconds(timesUs[first + i]!)),
    sharpe: pick(tail, rows, 3),
  };
}

function symbolCharts(tables: ResultTables): readonly SymbolChart[] {
  const shown = tables.bars.filter((bars) => bars.timesUs.length > 0).slice(0, LIMITS.symbols);
  const limit = Math.min(LIMITS.candles, Math.floor(LIMITS.allCandles / Math.max(1, shown.length)));
  let plotBudget: number = LIMITS.plotValues;
  return shown.map((bars) => {
    const candles = widenBars(bars, limit);
    // A plot that never got ready has nothing to draw.
    const plots = tables.plots.filter((plot) =>
      plot.symbol === bars.symbol && plot.values.some((value) => Number.isFinite(value))
    );
    const fitting = plots.slice(0, Math.floor(plotBudget / candles.timesUs.length));
    plotBudget -= fitting.length * candles.timesUs.length;
    return symbolChart(tables, bars, candles, fitting, plots.length - fitting.length);
  });
}

function symbolChart(
  tables: ResultTables,
  bars: ChartBars,
  candles: Candles,
  plots: readonly PlotRecord[],
  plotsLeftOut: number,
): SymbolChart {
  const line = (plot: PlotRecord): PlotLine => ({
    label: plainText(plot.label, 60),
    values: lineOf(alignPlot(plot, candles)),
  });
  const fills = markFills(tables.fills.filter((fill) => fill.symbol === bars.symbol), candles);
  return {
    symbol: plainText(bars.symbol, 40),
    barsPerCandle: candles.size,
    barCount: bars.timesUs.length,
    t: Array.from(candles.timesUs, seconds),
    open: lineOf(candles.open),
    high: lineOf(candles.high),
    low: lineOf(candles.low),
    close: lineOf(candles.close),
    volume: lineOf(candles.volume),
    fills: fills.map((
      mark,
    ) => [mark.at, mark.bought ? 1 : 0, short(mark.quantity), short(mark.price), mark.fills]),
    overlays: plots.filter((plot) => plot.overlay).map(line),
    panels: panelsOf(plots.filter((plot) => !plot.overlay)).map((panel) => panel.map(line)),
    plotsLeftOut,
    marks: tables.marks.slice(0, LIMITS.marks).map((mark) => ({
      at: candleAt(candles, mark.timeUs),
      label: plainText(mark.label, 80),
    })).filter((mark) => mark.at >= 0),
  };
}

// Outputs of one indicator, `macd(12,26,9)` and `macd(12,26,9).signal`, share a panel.
function panelsOf(plots: readonly PlotRecord[]): readonly (readonly PlotRecord[])[] {
  const panels = new Map<string, PlotRecord[]>();
  for (const plot of plots) {
    const end = plot.label.indexOf(")"), key = end < 0 ? plot.label : plot.label.slice(0, end + 1);
    const panel = panels.get(key);
    if (panel === undefined) panels.set(key, [plot]);
    else panel.push(plot);
  }
  return [...panels.values()];
}

function tradeRows(tables: ResultTables): readonly TradeRow[] {
  return tables.trades.slice(0, LIMITS.trades).map((trade, i) => [
    i + 1,
    plainText(trade.symbol, 40),
    trade.side === "long" ? 1 : 0,
    String(short(trade.quantityUnits / 10 ** trade.quantityDigits)),
    seconds(trade.entryTimeUs),
    seconds(trade.exitTimeUs),
    short(trade.entryPrice),
    short(trade.exitPrice),
    trade.bars,
    round((trade.commissionMicros + trade.feeMicros) / MICROS_PER_UNIT, 2),
    round(trade.netProfitMicros / MICROS_PER_UNIT, 2),
    round(tradeReturn(trade), 6),
  ]);
}

function seconds(timeUs: number): number {
  return Math.round(timeUs / 1e6);
}

function round(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}

/** Nine significant digits: every price on a scale of cents to hundredths of them, and half the bytes of a float. */
function short(value: number): number {
  return Number(value.toPrecision(9));
}

function lineOf(values: Float64Array): Line {
  return Array.from(values, (value) => Number.isFinite(value) ? short(value) : null);
}

function pick(values: Float64Array, rows: readonly number[], decimals: number): Line {
  return rows.map((i) => Number.isFinite(values[i]!) ? round(values[i]!, decimals) : null);
}
