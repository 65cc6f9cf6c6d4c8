/**
 * From the host's engine after a run to the tables of the result.
 *
 * @module
 */

import { formatDecimal } from "../core/mod.ts";
import type { Engine } from "../engine/mod.ts";
import { PRICE_DIGITS } from "../market/mod.ts";
import {
  ORDER_REASON,
  ORDER_REASON_NAMES,
  ORDER_STATE_NAMES,
  ORDER_TYPE_NAMES,
  SIZING,
  TIME_IN_FORCE_NAMES,
} from "../trading/mod.ts";
import type { ChartBars, FillRecord, MarkRecord, OrderRecord, PlotRecord } from "./result.ts";
import { refusalTexts } from "./risk_result.ts";

/** Decimals of quantities, a series each. */
export type QuantityDigits = readonly number[];

/** Returns one record an order, in the order in which they were made. */
export function orderRecords(engine: Engine, digits: QuantityDigits): OrderRecord[] {
  const { orders } = engine, totals = fillTotals(engine), records: OrderRecord[] = [];
  const refusals = refusalTexts(engine);
  for (let row = 0; row < orders.length; row++) {
    const s = orders.series[row]!, scale = digits[s]!, isFilled = orders.fill[row]! >= 0;
    const filled = orders.filled[row]!;
    const signed = orders.sizing[row] === SIZING.quantity ? orders.quantity[row]! : filled;
    // A target without a fill was never sized: it shows where it wanted to go.
    const towards = signed === 0 ? orders.quantity[row]! : signed;
    const price = (ticks: number): string =>
      ticks === 0 ? "" : formatDecimal(ticks, PRICE_DIGITS, 2);
    const money = (micros: number): string => isFilled ? formatDecimal(micros, 6, 2) : "";
    const reason = orders.reason[row]!;
    records.push({
      id: row,
      symbol: engine.series[s]!.symbol,
      side: towards <= 0 ? "sell" : "buy",
      type: ORDER_TYPE_NAMES[orders.type[row]!]!,
      timeInForce: TIME_IN_FORCE_NAMES[orders.timeInForce[row]!]!,
      state: ORDER_STATE_NAMES[orders.state[row]!]!,
      reason: reason === ORDER_REASON.none ? "" : ORDER_REASON_NAMES[reason]!,
      createdUs: orders.createdUs[row]!,
      endedUs: orders.endedUs[row]!,
      quantity: signed === 0 ? "" : formatDecimal(Math.abs(signed), scale),
      filled: formatDecimal(Math.abs(filled), scale),
      limitPrice: price(orders.limit[row]!),
      stopPrice: price(orders.stop[row]!),
      fillPrice: isFilled ? price(totals.averagePrice(row)) : "",
      commission: money(totals.commission[row]!),
      fee: money(totals.fee[row]!),
      slippage: money(totals.slippage[row]!),
      risk: refusals.get(row) ?? "",
    });
  }
  return records;
}

/** What the fills of each order add up to. */
interface FillTotals {
  readonly commission: Float64Array;
  readonly fee: Float64Array;
  readonly slippage: Float64Array;
  /** Mean price by quantity in ticks, rounded half to even. */
  averagePrice(row: number): number;
}

function fillTotals(engine: Engine): FillTotals {
  const { fills, orders } = engine, count = orders.length;
  const commission = new Float64Array(count),
    fee = new Float64Array(count),
    slippage = new Float64Array(count);
  // Sum of quantity times price as an exact integer: it can leave 2^53 where a single price does not.
  const weighted = new Map<number, bigint>();
  for (let fill = 0; fill < fills.length; fill++) {
    const row = fills.order[fill]!;
    commission[row]! += fills.commission[fill]!;
    fee[row]! += fills.fee[fill]!;
    slippage[row]! += fills.slippage[fill]!;
    if (fills.quantity[fill] === orders.filled[row]) continue;
    const product = BigInt(Math.abs(fills.quantity[fill]!)) * BigInt(fills.price[fill]!);
    weighted.set(row, (weighted.get(row) ?? 0n) + product);
  }
  return {
    commission,
    fee,
    slippage,
    averagePrice: (row) => {
      const sum = weighted.get(row), size = BigInt(Math.abs(orders.filled[row]!));
      if (sum === undefined || size === 0n) return fills.price[orders.fill[row]!]!;
      const whole = sum / size, twice = (sum % size) * 2n;
      return Number(twice > size || (twice === size && whole % 2n === 1n) ? whole + 1n : whole);
    },
  };
}

/** Returns one record a fill for the chart, at the close of its bar. */
export function fillRecords(engine: Engine, timesUs: Float64Array): FillRecord[] {
  const { orders, fills, ledger } = engine, records: FillRecord[] = [];
  for (let row = 0; row < fills.length; row++) {
    const order = fills.order[row]!, s = orders.series[order]!;
    records.push({
      orderId: order,
      symbol: engine.series[s]!.symbol,
      timeUs: timesUs[fills.step[row]!]!,
      quantity: fills.quantity[row]! / ledger.unitsPerShare[s]!,
      price: fills.price[row]! / 10 ** PRICE_DIGITS,
    });
  }
  return records;
}

/** Returns the bars of each series for the chart. */
export function chartBars(engine: Engine): ChartBars[] {
  return engine.series.map((bars) => ({
    symbol: bars.symbol,
    timesUs: bars.closeTime,
    open: bars.open,
    high: bars.high,
    low: bars.low,
    close: bars.close,
    volume: bars.volume,
  }));
}

/** The most lines of a report: as many as the engine gives a strategy. */
const MAX_PLOTS = 64;

/** Collects what a child sends beside its intents: plotted values, log lines, marks. Everything is hostile until checked. */
export class NoteCollector {
  readonly marks: MarkRecord[] = [];
  readonly logs: { readonly timeUs: number; readonly text: string }[] = [];
  readonly #plots: {
    label: string;
    symbol: string;
    overlay: boolean;
    times: number[];
    values: number[];
  }[] = [];
  readonly #most: number;

  /**
   * @param plots Description of the plots, JSON lines `[label, symbol, overlay]`.
   * @param most Values kept of a plot.
   */
  constructor(plots: string, symbols: readonly string[], most: number) {
    this.#most = most;
    for (const line of linesOf(plots).slice(0, MAX_PLOTS)) {
      const [label, symbol, overlay] = line;
      if (typeof label !== "string" || typeof symbol !== "string" || !symbols.includes(symbol)) {
        continue;
      }
      this.#plots.push({
        label: label.slice(0, 100),
        symbol,
        overlay: overlay === true,
        times: [],
        values: [],
      });
    }
  }

  /** Takes the plotted values (three numbers a row) and the notes of one slice. */
  take(rows: Float64Array, notes: string): void {
    for (let at = 0; at + 2 < rows.length; at += 3) {
      const plot = this.#plots[rows[at]!];
      if (plot === undefined || plot.times.length >= this.#most) continue;
      plot.times.push(rows[at + 1]!);
      plot.values.push(rows[at + 2]!);
    }
    for (const [kind, timeUs, text] of linesOf(notes)) {
      if (typeof timeUs !== "number" || typeof text !== "string") continue;
      if (kind === "mark" && this.marks.length < 10_000) {
        this.marks.push({ timeUs, label: text.slice(0, 100) });
      }
      if (kind === "log" && this.logs.length < 10_000) {
        this.logs.push({ timeUs, text: text.slice(0, 1000) });
      }
    }
  }

  /** The plots with their values. */
  plots(): PlotRecord[] {
    return this.#plots.map(({ label, symbol, overlay, times, values }) => ({
      label,
      symbol,
      overlay,
      timesUs: Float64Array.from(times),
      values: Float64Array.from(values),
    }));
  }
}

function linesOf(text: string): unknown[][] {
  return text.split("\n").flatMap((line) => {
    if (line === "") return [];
    try {
      const value: unknown = JSON.parse(line);
      return Array.isArray(value) ? [value] : [];
    } catch {
      return [];
    }
  });
}
