/**
 * Our side of a reconciliation: what all books of the account believe together.
 *
 * @module
 */

import type { Engine } from "../../../engine/mod.ts";
import type { OurOrder, OurPosition, OurSide, RecentFill } from "../../../trading/host_door.ts";
import { isWorking, ORDER_FLAG, ORDER_STATE, ORDER_STATE_NAMES } from "../../../trading/mod.ts";
import type { LiveBook } from "../../account/live_book.ts";
import type { OrderNames } from "../../account/order_names.ts";
import type { Unassigned } from "../../account/unassigned.ts";

/** What our side is read from. */
export interface OurSideParts {
  readonly books: readonly LiveBook[];
  readonly unassigned: Unassigned;
  readonly names: OrderNames;
  readonly accountId: string | null;
  readonly isFirstStart: boolean;
  /** Orders that ended, and fills that came, at or after it are compared too; microseconds UTC of the broker. */
  readonly sinceUs: number;
}

/** Returns our side. */
export function ourSide(parts: OurSideParts): OurSide {
  const { books, unassigned, accountId, isFirstStart, sinceUs } = parts;
  return {
    accountId,
    kind: "paper",
    isFirstStart,
    cash: books.reduce((sum, { engine }) => sum + engine.ledger.cash, unassigned.cash),
    positions: positionsOf(books, unassigned),
    orders: books.flatMap((book, k) => ordersOf(book.engine, k, parts)),
    recentFills: books.flatMap(({ engine }) => fillsOf(engine, sinceUs)),
    splits: [],
  };
}

function positionsOf(books: readonly LiveBook[], unassigned: Unassigned): OurPosition[] {
  const sums = new Map<string, { quantity: number; cost: number }>();
  const add = (symbol: string, quantity: number, cost: number): void => {
    const before = sums.get(symbol) ?? { quantity: 0, cost: 0 };
    sums.set(symbol, { quantity: before.quantity + quantity, cost: before.cost + cost });
  };
  for (const { engine } of books) {
    const { ledger } = engine;
    for (let s = 0; s < ledger.seriesCount; s++) {
      if (ledger.position[s] === 0) continue;
      add(engine.series[s]!.symbol, microShares(engine, s, ledger.position[s]!), ledger.cost[s]!);
    }
  }
  for (const { symbol, quantity, averagePrice } of unassigned.positions()) {
    add(symbol, quantity, Math.round(quantity / 1e6 * averagePrice));
  }
  return [...sums].filter(([, { quantity }]) => quantity !== 0).map(([symbol, sum]) => ({
    symbol,
    quantity: sum.quantity,
    averagePrice: Math.round(sum.cost / (sum.quantity / 1e6)),
  }));
}

/** The orders that were sent and work, or ended lately. */
function ordersOf(engine: Engine, strategy: number, parts: OurSideParts): OurOrder[] {
  const { orders, book } = engine, list: OurOrder[] = [];
  for (let row = 0; row < orders.length; row++) {
    const state = orders.state[row]!, works = isWorking(state);
    const isUnsent = state === ORDER_STATE.pending || (orders.flags[row]! & ORDER_FLAG.held) !== 0;
    if (isUnsent || (!works && !(orders.endedUs[row]! >= parts.sinceUs))) continue;
    const s = orders.series[row]!, generation = book.remote?.generation.get(row) ?? 0;
    list.push({
      clientId: parts.names.clientId({ strategy, row, generation }),
      symbol: engine.series[s]!.symbol,
      state: ORDER_STATE_NAMES[state]!,
      quantity: microShares(engine, s, orders.quantity[row]!),
      filled: microShares(engine, s, orders.filled[row]!),
      changedUs: works ? orders.createdUs[row]! : orders.endedUs[row]!,
    });
  }
  return list;
}

function fillsOf(engine: Engine, sinceUs: number): RecentFill[] {
  const { fills, orders } = engine, list: RecentFill[] = [];
  for (let fill = fills.length - 1; fill >= 0 && fills.timeUs[fill]! >= sinceUs; fill--) {
    const s = orders.series[fills.order[fill]!]!;
    list.push({
      symbol: engine.series[s]!.symbol,
      quantity: microShares(engine, s, fills.quantity[fill]!),
      timeUs: fills.timeUs[fill]!,
    });
  }
  return list;
}

function microShares(engine: Engine, s: number, units: number): number {
  return engine.ledger.unitsPerShare[s] === 1 ? units * 1e6 : units;
}
