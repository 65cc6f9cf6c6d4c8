/**
 * Positions, orders and strategies of an account as aligned rows for people.
 *
 * @module
 */

import type { OrderView, PositionView, StrategyView } from "../../lib/live/control/mod.ts";
import { table } from "../cli.ts";
import { dateAndTime, grouped, money, percent, price, printable, signed } from "./words.ts";

/** Returns the lines of a table of positions, the header first. */
export function positionLines(positions: readonly PositionView[]): readonly string[] {
  const rows = positions.map((it) => [
    it.symbol,
    it.strategy,
    grouped(it.quantity),
    price(it.averagePrice),
    it.mark === null ? "-" : price(it.mark),
    it.value === null ? "-" : money(it.value),
    it.unrealisedProfit === null ? "-" : signed(it.unrealisedProfit),
    it.weightPct === null ? "-" : percent(it.weightPct, 1),
  ]);
  const header = ["symbol", "book", "quantity", "average", "mark", "value", "profit", "weight"];
  return lines([header, ...rows], [2, 3, 4, 5, 6, 7]);
}

/** Returns the lines of a table of orders, the header first. */
export function orderLines(orders: readonly OrderView[]): readonly string[] {
  const rows = orders.map((it) => [
    dateAndTime(it.createdUs),
    it.symbol,
    it.strategy,
    it.side,
    grouped(it.quantity),
    grouped(it.filledQuantity),
    termsOf(it),
    it.state.replaceAll("_", " "),
    it.clientId,
    it.reason,
  ]);
  const header = [
    "time",
    "symbol",
    "book",
    "side",
    "quantity",
    "filled",
    "terms",
    "state",
    "id",
    "",
  ];
  return lines([header, ...rows], [4, 5]);
}

/** Returns the lines of a table of strategies, the header first. */
export function strategyLines(strategies: readonly StrategyView[]): readonly string[] {
  const rows = strategies.map((it) => [
    it.id,
    it.state,
    money(it.equity),
    String(it.restarts),
    it.why !== "" ? it.why : decisionOf(it),
  ]);
  return lines([["strategy", "state", "equity", "restarts", "last decision"], ...rows], [2, 3]);
}

function termsOf(order: OrderView): string {
  const { type, limitPrice, stopPrice, timeInForce } = order;
  const prices = [limitPrice, stopPrice].filter((it) => it !== null).map(grouped);
  return [type.replaceAll("_", " "), ...prices, timeInForce].join(" ");
}

function decisionOf({ lastDecision: last }: StrategyView): string {
  return last === null
    ? "none yet"
    : `${dateAndTime(last.timeUs)} ${last.symbol} ${last.intent}: ${last.outcome}`;
}

function lines(rows: readonly (readonly string[])[], right: readonly number[]): readonly string[] {
  return table(rows.map((row) => row.map(printable)), right).split("\n");
}
