/**
 * An operator's assignment: what no strategy owns goes into the book of one, paid for at its average price, so that positions and cash of the account stay as
 * they are.
 *
 * @module
 */

import { didYouMean, formatDecimal, formatMoney, mulDiv, parseDecimal } from "../../core/mod.ts";
import type { OperatorCommand } from "../control/controlled.ts";
import type { TradingCore } from "./trading_core.ts";

/** What is moved. */
export interface Assignment {
  /** Number of the book that gets it. */
  readonly strategy: number;
  /** Number of the series. */
  readonly series: number;
  /** Micro-shares, and units of the book. */
  readonly microShares: number;
  readonly units: number;
  /** Ticks. */
  readonly price: number;
}

/** Returns what a command moves, or why it cannot be done. */
export function assignmentOf(
  command: Pick<OperatorCommand, "symbol" | "quantity" | "strategy">,
  core: TradingCore,
): Assignment | string {
  const { symbol = "", quantity = "0", strategy: id = "" } = command;
  const held = core.unassigned.positions(), there = held.find((it) => it.symbol === symbol);
  if (there === undefined) {
    return held.length === 0
      ? "nothing is unassigned: every position is in the book of its strategy"
      : `nothing of ${symbol} is unassigned; there are ${held.map((it) => it.symbol).join(", ")}`;
  }
  const strategy = core.ids.indexOf(id),
    series = core.market.bars.findIndex((bars) => bars.symbol === symbol);
  if (strategy === -1) {
    return `no strategy ${id}${didYouMean(id, core.ids)}; there are ${core.ids.join(", ")}`;
  }
  if (series === -1) return `the session has no bars of ${symbol}: start it with that symbol`;
  const { ledger } = core.books[strategy]!.engine, perShare = ledger.unitsPerShare[series]!;
  let microShares: number;
  try {
    microShares = parseDecimal(quantity, 6);
  } catch {
    return `quantity ${quantity}: a share has at most 6 decimals here`;
  }
  const units = perShare === 1 ? microShares / 1e6 : microShares;
  if (!Number.isInteger(units)) {
    return `quantity ${quantity}: the books count whole shares of ${symbol}`;
  }
  const isMore = Math.abs(microShares) > Math.abs(there.quantity);
  if (isMore || microShares > 0 !== there.quantity > 0) {
    return `quantity ${quantity}: ${
      formatDecimal(there.quantity, 6, 0)
    } of ${symbol} are unassigned`;
  }
  const cost = mulDiv(there.averagePrice, microShares, 1e6);
  if (cost > ledger.cash) {
    return `strategy ${id} has ${formatMoney(ledger.cash)}, and the position costs ${
      formatMoney(cost)
    } at its average price: assign less`;
  }
  return { strategy, series, microShares, units, price: there.averagePrice };
}
