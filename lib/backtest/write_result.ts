/**
 * The files of a result: `result.json`, `trades.csv`, `orders.csv`, `ledger.csv`, `equity.csv`, `report.html`, all or none of them new.
 *
 * @module
 */

import { dirname } from "@std/path";
import { formatDecimal, formatIso, SandbarError, type TimeUs } from "../core/mod.ts";
import { isThere } from "../data/mod.ts";
import type { RoundTrip } from "../trading/mod.ts";
import { renderReport } from "./report/mod.ts";
import type { BacktestResult, ResultJson, ResultTables } from "./result.ts";

/** Longer runs get one equity row a session instead of one a bar. */
const MAX_EQUITY_ROWS = 100_000;

/** The files of a result by kind. */
const NAMES = {
  result: "result.json",
  trades: "trades.csv",
  orders: "orders.csv",
  ledger: "ledger.csv",
  equity: "equity.csv",
  report: "report.html",
} as const;

/**
 * Writes a result into a folder and returns it with the paths of its files. Everything is written beside the folder first and moved into
 * place at the end: an interrupted run leaves the old files or the new ones.
 *
 * @param folder Absolute path; made when it is not there.
 * @param shown The folder as the user would type it.
 * @throws {SandbarError} `usage` when the system refuses.
 */
export function writeResult(result: BacktestResult, folder: string, shown: string): ResultJson {
  const files = Object.fromEntries(
    Object.entries(NAMES).map(([kind, name]) => [kind, `${shown}/${name}`]),
  );
  const json: ResultJson = { ...result.json, files }, { tables } = result;
  const texts: Record<keyof typeof NAMES, Iterable<string>> = {
    result: [JSON.stringify(json, null, 2) + "\n"],
    trades: tradesCsv(tables),
    orders: ordersCsv(tables),
    ledger: ledgerCsv(tables),
    equity: equityCsv(tables),
    report: [renderReport({ json, tables })],
  };
  const waiting = `${folder}.${Deno.pid}.tmp`;
  try {
    Deno.mkdirSync(waiting, { recursive: true });
    for (const kind of Object.keys(NAMES) as (keyof typeof NAMES)[]) {
      writeText(`${waiting}/${NAMES[kind]}`, texts[kind]);
    }
    Deno.mkdirSync(folder, { recursive: true });
    for (const name of Object.values(NAMES)) {
      Deno.renameSync(`${waiting}/${name}`, `${folder}/${name}`);
    }
    return json;
  } catch (error) {
    throw unwritable(shown, error);
  } finally {
    removeFolder(waiting);
  }
}

/**
 * Refuses a folder that {@linkcode writeResult} could not write, before a long run has gone by. Leaves nothing behind.
 *
 * @param folder Absolute path; need not be there.
 * @param shown The folder as the user would type it.
 * @throws {SandbarError} `usage`.
 */
export function refuseUnwritable(folder: string, shown: string): void {
  try {
    // The result is collected in a folder beside this one, and that is made in the nearest folder that is there.
    let above = dirname(folder);
    while (!isThere(above) && dirname(above) !== above) above = dirname(above);
    Deno.removeSync(Deno.makeTempDirSync({ dir: above, prefix: ".sandbar-" }));
    if (!isThere(folder)) return;
    Deno.removeSync(Deno.makeTempDirSync({ dir: folder, prefix: ".sandbar-" }));
  } catch (error) {
    throw unwritable(shown, error);
  }
}

function unwritable(shown: string, cause: unknown): SandbarError {
  const why = cause instanceof Deno.errors.NotCapable
    ? "the system's own files are left alone"
    : cause instanceof Deno.errors.NotADirectory || cause instanceof Deno.errors.AlreadyExists
    ? "there is a file in the way"
    : cause instanceof Deno.errors.PermissionDenied
    ? "you may not write there"
    : cause instanceof Error
    ? cause.message
    : String(cause);
  return new SandbarError(
    "usage",
    `Cannot write the result to ${shown}: ${why}; name another folder with --out`,
    { cause },
  );
}

function removeFolder(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch (error) {
    // Never made (the disk refused the folder itself): there is nothing to remove.
    if (!(error instanceof Deno.errors.NotFound) && !(error instanceof Deno.errors.NotADirectory)) {
      throw error;
    }
  }
}

function writeText(path: string, parts: Iterable<string>): void {
  using file = Deno.createSync(path);
  const encoder = new TextEncoder();
  let pending = "";
  const flush = (): void => {
    const bytes = encoder.encode(pending);
    for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
    pending = "";
  };
  for (const part of parts) {
    pending += part;
    if (pending.length > 1 << 18) flush();
  }
  flush();
}

/** Lines of `trades.csv`. */
export function* tradesCsv(tables: Pick<ResultTables, "trades" | "openTrades">): Generator<string> {
  yield "status,symbol,side,quantity,entry_time,exit_time,entry_price,exit_price,entry_notional,net_profit,commission,fees,bars\n";
  for (const trade of tables.trades) yield tradeLine("closed", trade);
  for (const trade of tables.openTrades) yield tradeLine("open", trade);
}

function tradeLine(status: string, trade: RoundTrip): string {
  const money = (micros: number): string => formatDecimal(micros, 6, 2);
  return [
    status,
    trade.symbol,
    trade.side,
    formatDecimal(trade.quantityUnits, trade.quantityDigits),
    iso(trade.entryTimeUs),
    iso(trade.exitTimeUs),
    price(trade.entryPrice),
    price(trade.exitPrice),
    money(trade.entryNotionalMicros),
    money(trade.netProfitMicros),
    money(trade.commissionMicros),
    money(trade.feeMicros),
    trade.bars,
  ].join(",") + "\n";
}

function* ordersCsv(tables: ResultTables): Generator<string> {
  yield "id,symbol,side,type,time_in_force,state,reason,created,ended,quantity,filled,limit_price,stop_price,fill_price,commission,fee,slippage,risk\n";
  for (const order of tables.orders) {
    yield [
      order.id,
      order.symbol,
      order.side,
      order.type,
      order.timeInForce,
      order.state,
      order.reason,
      iso(order.createdUs),
      iso(order.endedUs),
      order.quantity,
      order.filled,
      order.limitPrice,
      order.stopPrice,
      order.fillPrice,
      order.commission,
      order.fee,
      order.slippage,
      order.risk,
    ].join(",") + "\n";
  }
}

function* ledgerCsv(tables: ResultTables): Generator<string> {
  yield "time,kind,symbol,quantity,price,commission,fee,cash_change,cash,position,note\n";
  for (const entry of tables.ledger) {
    const { kind, symbol, quantity, price, commission, fee, cashChange, cash, position, note } =
      entry;
    const amounts = [quantity, price, commission, fee, cashChange, cash, position];
    const cells = [kind, symbol, ...amounts, note];
    yield `${iso(entry.timeUs)},${cells.join(",")}\n`;
  }
}

function* equityCsv(tables: ResultTables): Generator<string> {
  const { periodic } = tables,
    whole = tables.timesUs.length <= MAX_EQUITY_ROWS || periodic === undefined;
  const timesUs = whole ? tables.timesUs : periodic.timesUs,
    equity = whole ? tables.equity : periodic.equity;
  const benchmark = whole
    ? tables.benchmarkEquity
    : periodic.benchmarkEquity ?? tables.benchmarkEquity;
  let peak = -Infinity;
  yield "time,equity,drawdown,benchmark\n";
  for (let i = 0; i < timesUs.length; i++) {
    const value = equity[i]!;
    if (value > peak) peak = value;
    yield `${iso(timesUs[i]!)},${value.toFixed(2)},${(value / peak - 1).toFixed(6)},${
      benchmark[i]!.toFixed(2)
    }\n`;
  }
}

function iso(timeUs: number): string {
  return Number.isNaN(timeUs) ? "" : formatIso(timeUs as TimeUs);
}

/** A mean price with the decimals it needs, six at most. */
function price(value: number): string {
  return formatDecimal(Math.round(value * 1e6), 6, 2);
}
