/**
 * Two results side by side: what was set, what came out, how much it differs, and the first order and the first trade that are not the
 * same.
 *
 * @module
 */

import { formatMoney, parseDecimal } from "../core/mod.ts";
import { formatMetric, METRICS } from "../statistics/mod.ts";
import type { StoredResult } from "./read_result.ts";
import type { DataJson, ResultJson } from "./result.ts";

/** One line of a comparison; `null` where a result does not have it, or where it is undefined. */
export interface ComparedValue {
  readonly name: string;
  readonly first: string | number | boolean | null;
  readonly second: string | number | boolean | null;
  readonly equal: boolean;
  /** Second less first: a number, or a decimal string for money; absent for texts and where one side is null. */
  readonly difference?: number | string;
}

/** Two rows of a table of results that differ. */
interface RowDifference {
  /** The rows by column, null where one result has no such row. */
  readonly first: Readonly<Record<string, string>> | null;
  readonly second: Readonly<Record<string, string>> | null;
  /** Columns that differ, when both have the row. */
  readonly columns: readonly string[];
}

/** The first row of `orders.csv` that differs: the first decision that was another one, or that came to something else. */
export interface OrderRowDifference extends RowDifference {
  /** Counted from 1. */
  readonly order: number;
}

/** The first row of `trades.csv` that differs. */
export interface TradeDifference extends RowDifference {
  /** Counted from 1. */
  readonly trade: number;
}

/** A comparison: what `deno task compare --json` prints. */
export interface Comparison {
  readonly schema: 1;
  readonly first: string;
  readonly second: string;
  /** True when the results are the same: equal result hashes. */
  readonly equal: boolean;
  readonly hashes: readonly ComparedValue[];
  readonly strategy: readonly ComparedValue[];
  readonly params: readonly ComparedValue[];
  readonly data: readonly ComparedValue[];
  readonly settings: readonly ComparedValue[];
  readonly account: readonly ComparedValue[];
  readonly metrics: readonly ComparedValue[];
  readonly costs: readonly ComparedValue[];
  readonly counts: readonly ComparedValue[];
  readonly orders: {
    /** Null when an `orders.csv` is missing. */
    readonly equal: boolean | null;
    readonly firstDifference: OrderRowDifference | null;
    /** Why the orders were not compared, empty when they were. */
    readonly note: string;
  };
  readonly trades: {
    /** Null when a `trades.csv` is missing. */
    readonly equal: boolean | null;
    readonly firstDifference: TradeDifference | null;
    /** Why the trades were not compared, empty when they were. */
    readonly note: string;
  };
}

/** Returns the comparison of two stored results. */
export function compareResults(first: StoredResult, second: StoredResult): Comparison {
  const a = first.json, b = second.json;
  const metrics = METRICS.filter(({ name }) => name in a.metrics || name in b.metrics);
  return {
    schema: 1,
    first: first.shown,
    second: second.shown,
    equal: a.hashes.result === b.hashes.result,
    hashes: plainRows(a.hashes, b.hashes),
    strategy: plainRows({ ...a.strategy, sandbar: a.sandbar }, {
      ...b.strategy,
      sandbar: b.sandbar,
    }),
    params: plainRows(a.params, b.params),
    data: dataRows(a.data, b.data),
    settings: plainRows(settingsOf(a), settingsOf(b)),
    account: moneyRows(a.account, b.account),
    metrics: metrics.map(({ name }) =>
      compared(name, a.metrics[name] ?? null, b.metrics[name] ?? null)
    ),
    costs: moneyRows(a.costs, b.costs),
    counts: plainRows(a.counts, b.counts),
    orders: compareOrders(first, second),
    trades: compareTrades(first, second),
  };
}

/** A part of a comparison as rows of text: a heading row, then name, first, second, difference. */
export interface ComparisonTable {
  readonly title: string;
  readonly rows: readonly (readonly string[])[];
}

/** Returns a comparison as tables for the terminal; long hashes are cut, equal values have no difference. */
export function comparisonTables(comparison: Comparison): ComparisonTable[] {
  const parts: [title: string, rows: readonly ComparedValue[], show: Show][] = [
    ["Strategy", comparison.strategy, shortened],
    ["Parameters", comparison.params, shortened],
    ["Data", comparison.data, shortened],
    ["Settings", comparison.settings, shortened],
    ["Account", comparison.account, money],
    ["Metrics", comparison.metrics, formatMetric],
    ["Costs", comparison.costs, money],
    ["Counts", comparison.counts, shortened],
    ["Hashes", comparison.hashes, shortened],
  ];
  return parts.filter(([, rows]) => rows.length > 0).map(([title, rows, show]) => ({
    title,
    rows: rows.map((row) => [
      title === "Parameters" || title === "Data" ? row.name : labelOf(row.name),
      show(row.name, valueOf(row.first)),
      show(row.name, valueOf(row.second)),
      row.equal ? "" : row.difference === undefined ? "differs" : signed(show, row),
    ]),
  }));
}

/** Returns what is to be said of the orders, one or more lines. */
export function orderText({ orders: { equal, firstDifference, note } }: Comparison): string {
  if (firstDifference === null) return sameText(equal, note);
  return differenceText(`order ${firstDifference.order}`, firstDifference, orderRowText);
}

/** Returns what is to be said of the trades, one or more lines. */
export function tradeText({ trades: { equal, firstDifference, note } }: Comparison): string {
  if (firstDifference === null) return sameText(equal, note);
  return differenceText(`trade ${firstDifference.trade}`, firstDifference, tradeRowText);
}

function sameText(equal: boolean | null, note: string): string {
  return equal === null ? `not compared: ${note}` : "the same, every one";
}

function differenceText(what: string, difference: RowDifference, rowText: RowText): string {
  const { first, second, columns } = difference;
  if (first === null || second === null) {
    return `${what} is only in the ${first === null ? "second" : "first"}: ${
      rowText(first ?? second!)
    }`;
  }
  return `${what} is the first that differs, in ${columns.join(", ")}\n  first   ${
    rowText(first)
  }\n  second  ${rowText(second)}`;
}

type RowText = (row: Readonly<Record<string, string>>) => string;

type Show = (name: string, value: number | string | null) => string;
type Values = Readonly<Record<string, string | number | boolean | null>>;

function settingsOf(json: ResultJson): Values {
  return {
    seed: json.seed,
    ...json.venue,
    riskLimits: json.risk.limits,
    benchmark: json.benchmark,
    lookaheadChecked: json.lookaheadChecked,
  };
}

function compared(
  name: string,
  first: ComparedValue["first"],
  second: ComparedValue["second"],
): ComparedValue {
  const numbers = typeof first === "number" && typeof second === "number";
  return {
    name,
    first,
    second,
    equal: first === second,
    ...(numbers ? { difference: second - first } : {}),
  };
}

function plainRows(first: Values, second: Values): ComparedValue[] {
  return namesOf(first, second).map((name) =>
    compared(name, first[name] ?? null, second[name] ?? null)
  );
}

/** Money is compared exactly, as it is stored: in micro-units. */
function moneyRows(
  first: Readonly<Record<string, string>>,
  second: Readonly<Record<string, string>>,
): ComparedValue[] {
  return namesOf(first, second).map((name) => {
    const a = first[name] ?? null, b = second[name] ?? null, row = compared(name, a, b);
    if (a === null || b === null || name === "currency") return row;
    const micros = parseDecimal(b, 6) - parseDecimal(a, 6);
    return { ...row, equal: micros === 0, difference: formatMoney(micros) };
  });
}

function namesOf(first: object, second: object): string[] {
  return [...new Set([...Object.keys(first), ...Object.keys(second)])];
}

function dataRows(first: readonly DataJson[], second: readonly DataJson[]): ComparedValue[] {
  const symbols = [...new Set([...first, ...second].map((each) => each.symbol))];
  return symbols.flatMap((symbol) => {
    const a = first.find((each) => each.symbol === symbol),
      b = second.find((each) => each.symbol === symbol);
    if (a === undefined || b === undefined) {
      return [compared(symbol, a === undefined ? null : "there", b === undefined ? null : "there")];
    }
    const names = ["period", "rows", "from", "to", "adjust", "source", "sha256"] as const;
    return names.map((name) => compared(`${symbol} ${name}`, a[name], b[name]));
  });
}

function compareTrades(first: StoredResult, second: StoredResult): Comparison["trades"] {
  const without = [first, second].find(({ trades }) => trades === undefined);
  if (without !== undefined) {
    return { equal: null, firstDifference: null, note: `no trades.csv beside ${without.shown}` };
  }
  const found = firstDifferentRow(first.trades!, second.trades!);
  return found === undefined
    ? { equal: true, firstDifference: null, note: "" }
    : { equal: false, firstDifference: { trade: found.number, ...found.rows }, note: "" };
}

function compareOrders(first: StoredResult, second: StoredResult): Comparison["orders"] {
  const without = [first, second].find(({ orders }) => orders === undefined);
  if (without !== undefined) {
    return { equal: null, firstDifference: null, note: `no orders.csv beside ${without.shown}` };
  }
  const found = firstDifferentRow(first.orders!, second.orders!);
  return found === undefined
    ? { equal: true, firstDifference: null, note: "" }
    : { equal: false, firstDifference: { order: found.number, ...found.rows }, note: "" };
}

function firstDifferentRow(
  first: string,
  second: string,
): { readonly number: number; readonly rows: RowDifference } | undefined {
  const a = rowsOf(first), b = rowsOf(second), most = Math.max(a.length, b.length);
  for (let i = 0; i < most; i++) {
    const one = a[i] ?? null, other = b[i] ?? null;
    const columns = one === null || other === null
      ? []
      : namesOf(one, other).filter((name) => one[name] !== other[name]);
    if (one !== null && other !== null && columns.length === 0) continue;
    return { number: i + 1, rows: { first: one, second: other, columns } };
  }
  return undefined;
}

/** Rows of our own tables, which have no quotes. */
function rowsOf(csv: string): Record<string, string>[] {
  const [header = "", ...lines] = csv.trimEnd().split("\n"), names = header.split(",");
  return lines.map((line) => {
    const cells = line.split(",");
    return Object.fromEntries(names.map((name, i) => [name, cells[i] ?? ""]));
  });
}

function orderRowText(row: Readonly<Record<string, string>>): string {
  const { symbol, side, type, time_in_force, state, created, quantity, limit_price, stop_price } =
    row;
  const limit = limit_price === "" ? "" : ` at ${limit_price}`;
  const stop = stop_price === "" ? "" : ` from ${stop_price}`;
  return `${side} ${quantity} ${symbol} ${type}${limit}${stop} ${time_in_force}, asked ${created}, ${state}`;
}

function tradeRowText(row: Readonly<Record<string, string>>): string {
  const { symbol, side, quantity, entry_time, entry_price, exit_time, exit_price, net_profit } =
    row;
  return `${side} ${quantity} ${symbol}, in ${entry_time} at ${entry_price}, out ${exit_time} at ${exit_price}, ` +
    `net ${net_profit}${row["status"] === "open" ? " (still open)" : ""}`;
}

/** The label of a figure, or a name of JSON as words: `slippageBps` as `Slippage bps`. */
function labelOf(name: string): string {
  const known = METRICS.find((metric) => metric.name === name)?.label;
  const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return known ?? words.charAt(0).toUpperCase() + words.slice(1);
}

function valueOf(value: ComparedValue["first"]): number | string | null {
  return typeof value === "boolean" ? String(value) : value;
}

function shortened(name: string, value: number | string | null): string {
  const text = value === null ? "-" : String(value);
  return /^[0-9a-f]{64}$/.test(text) && name !== "source" ? text.slice(0, 12) : text;
}

function money(name: string, value: number | string | null): string {
  return value === null || name === "currency"
    ? shortened(name, value)
    : formatMetric("finalEquity", Number(value));
}

function signed(show: Show, { name, difference }: ComparedValue): string {
  const text = show(name, difference!);
  return text.startsWith("-") ? text : `+${text}`;
}
