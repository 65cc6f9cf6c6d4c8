/**
 * Orders and positions of a book as an operator sees them: exact decimal text.
 *
 * @module
 */

import { formatDecimal, formatMoney, mulDiv } from "../core/mod.ts";
import type { Engine } from "../engine/mod.ts";
import { PRICE_DIGITS } from "../market/mod.ts";
import {
  isWorking,
  ORDER_REASON,
  ORDER_REASON_NAMES,
  ORDER_STATE_NAMES,
  ORDER_TYPE_NAMES,
  TIME_IN_FORCE_NAMES,
} from "../trading/mod.ts";
import type { TradingCore } from "./trading_core.ts";
import type { OrderView, PositionView } from "./control/controlled.ts";
import { quantityText, sideOf } from "./order_text.ts";

/**
 * Returns the open orders of a book and the last ones that ended, the newest first.
 *
 * @param ended How many that ended.
 * @param from Row to go back from. Default the last.
 */
export function bookOrders(
  engine: Engine,
  strategy: string,
  ended: number,
  from: number = engine.orders.length - 1,
): OrderView[] {
  const { orders, book } = engine, views: OrderView[] = [];
  let open = book.working.count, left = ended;
  // Held orders are open as well and in no count: the walk goes on until the ended ones are there.
  for (let row = from; row >= 0 && (open > 0 || left > 0); row--) {
    const isOpen = isWorking(orders.state[row]!);
    if (isOpen) open--;
    else if (left-- <= 0) continue;
    views.push(orderView(engine, strategy, row, isOpen));
  }
  return views;
}

function orderView(engine: Engine, strategy: string, row: number, isOpen: boolean): OrderView {
  const { orders, fills, ledger } = engine, s = orders.series[row]!, reason = orders.reason[row]!;
  const digits = ledger.unitsPerShare[s] === 1 ? 0 : 6, fill = orders.fill[row]!;
  const price = (ticks: number): string | null =>
    ticks === 0 ? null : formatDecimal(ticks, PRICE_DIGITS, 2);
  return {
    clientId: `${strategy}-${row}`,
    brokerId: null,
    strategy,
    symbol: engine.series[s]!.symbol,
    side: sideOf(engine, row),
    quantity: quantityText(engine, row),
    filledQuantity: formatDecimal(Math.abs(orders.filled[row]!), digits),
    averagePrice: fill < 0 ? null : price(fills.price[fill]!),
    type: ORDER_TYPE_NAMES[orders.type[row]!]!,
    limitPrice: price(orders.limit[row]!),
    stopPrice: price(orders.stop[row]!),
    timeInForce: TIME_IN_FORCE_NAMES[orders.timeInForce[row]!]!,
    state: ORDER_STATE_NAMES[orders.state[row]!]!,
    isOpen,
    reason: reason === ORDER_REASON.none ? "" : ORDER_REASON_NAMES[reason]!,
    createdUs: orders.createdUs[row]!,
    updatedUs: isOpen ? orders.createdUs[row]! : orders.endedUs[row]!,
  };
}

/** Returns what an account holds: its books in their order, then what no strategy owns. @param equity Of the account, micro-units. */
export function accountPositions(core: TradingCore, equity: number): PositionView[] {
  return core.books.flatMap(({ engine }, k) => bookPositions(engine, core.ids[k]!, equity))
    .concat(unassignedPositions(core, equity));
}

function bookPositions(engine: Engine, strategy: string, equity: number): PositionView[] {
  const { ledger } = engine, views: PositionView[] = [];
  engine.settle();
  for (let s = 0; s < ledger.seriesCount; s++) {
    const units = ledger.position[s]!;
    if (units === 0) continue;
    const cost = ledger.cost[s]!, value = ledger.value[s]!, scale = ledger.unitsPerShare[s]!;
    views.push({
      symbol: engine.series[s]!.symbol,
      strategy,
      quantity: formatDecimal(units, scale === 1 ? 0 : 6),
      averagePrice: formatMoney(mulDiv(Math.abs(cost), scale, Math.abs(units))),
      mark: formatDecimal(engine.lastPrice(s), PRICE_DIGITS, 2),
      value: formatMoney(value),
      unrealisedProfit: formatMoney(value - cost),
      realisedProfit: formatMoney(ledger.realised),
      weightPct: equity === 0 ? null : value * 100 / equity,
      openedUs: openedUs(engine, s),
    });
  }
  return views;
}

function unassignedPositions(core: TradingCore, equity: number): PositionView[] {
  return core.unassigned.positions().map(({ symbol, quantity, averagePrice, sinceUs }) => {
    const mark = core.lastPrice(symbol), cost = mulDiv(quantity, averagePrice, 1e6);
    const value = mark === 0 ? null : mulDiv(quantity, mark, 1e6);
    return {
      symbol,
      strategy: "unassigned",
      quantity: formatDecimal(quantity, 6),
      averagePrice: formatMoney(averagePrice),
      mark: mark === 0 ? null : formatDecimal(mark, PRICE_DIGITS, 2),
      value: value === null ? null : formatMoney(value),
      unrealisedProfit: value === null ? null : formatMoney(value - cost),
      realisedProfit: formatMoney(0),
      weightPct: equity === 0 || value === null ? null : value * 100 / equity,
      openedUs: sinceUs,
    };
  });
}

/** When the position of a series was last opened from nothing. */
function openedUs(engine: Engine, s: number): number {
  const { fills, orders, ledger } = engine;
  let left = ledger.position[s]!;
  for (let fill = fills.length - 1; fill >= 0; fill--) {
    if (orders.series[fills.order[fill]!] !== s) continue;
    left -= fills.quantity[fill]!;
    if (left === 0) return fills.timeUs[fill]!;
  }
  return engine.nowUs;
}
