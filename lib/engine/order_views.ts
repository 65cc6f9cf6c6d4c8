/**
 * Orders and fills of a book as plain data, the way a strategy sees them: symbols, shares and currency.
 *
 * @module
 */

import { sizeOf } from "../core/mod.ts";
import { PRICE_SCALE } from "../market/mod.ts";
import type { Fill, Order, OrderId } from "../strategy/engine_door.ts";
import {
  isWorking,
  ORDER_FLAG,
  ORDER_REASON,
  ORDER_REASON_NAMES,
  ORDER_STATE_NAMES,
  ORDER_TYPE_NAMES,
  SIZING,
  TIME_IN_FORCE_NAMES,
} from "../trading/mod.ts";
import type { Engine } from "./engine.ts";

const freeze = Object.freeze as <T>(value: T) => T;
const MICROS = 1e6;

/** Returns an order as plain data. */
export function orderView(engine: Engine, symbols: readonly string[], row: number): Order {
  const { orders } = engine, s = orders.series[row]!, sizing = orders.sizing[row]!;
  const parent = orders.parent.get(row) - 1, flags = orders.flags[row]!;
  const working = isWorking(orders.state[row]!), asked = orders.quantity[row]!;
  const isTarget = sizing !== SIZING.quantity;
  const units = isTarget ? (orders.fill[row]! >= 0 ? orders.filled[row]! : NaN) : asked;
  const unitsPerShare = engine.ledger.unitsPerShare[s]!;
  return freeze({
    id: orders.idOf(row) as OrderId,
    symbol: symbols[s]!,
    side: sells(engine, row) ? "sell" : "buy",
    type: ORDER_TYPE_NAMES[orders.type[row]!]!,
    timeInForce: TIME_IN_FORCE_NAMES[orders.timeInForce[row]!]!,
    state: ORDER_STATE_NAMES[orders.state[row]!]!,
    isWorking: working,
    reason: orders.reason[row] === ORDER_REASON.none
      ? ""
      : ORDER_REASON_NAMES[orders.reason[row]!]!,
    isTarget,
    // A protective order has no quantity before it knows what it protects.
    quantity: units === 0 && parent >= 0 ? NaN : sizeOf(units) / unitsPerShare,
    filledQuantity: sizeOf(orders.filled[row]!) / unitsPerShare,
    limitPrice: priceOf(orders.limit[row]!),
    stopPrice: priceOf(orders.stop[row]!),
    createdTime: orders.createdUs[row]!,
    parent: parent < 0 ? undefined : orders.idOf(parent) as OrderId,
    isWaiting: working && (flags & ORDER_FLAG.held) !== 0,
  });
}

/** Returns a fill as plain data. */
export function fillView(engine: Engine, symbols: readonly string[], row: number): Fill {
  const { fills } = engine, order = fills.order[row]!, s = engine.orders.series[order]!;
  const units = fills.quantity[row]!;
  return freeze({
    order: engine.orders.idOf(order) as OrderId,
    symbol: symbols[s]!,
    side: units < 0 ? "sell" : "buy",
    quantity: sizeOf(units) / engine.ledger.unitsPerShare[s]!,
    price: fills.price[row]! / PRICE_SCALE,
    commission: fills.commission[row]! / MICROS,
    time: fills.timeUs[row]!,
  });
}

/** Which side an order is on: as far as can be told, of a target before it is sized. */
function sells(engine: Engine, row: number): boolean {
  const { orders } = engine, asked = orders.quantity[row]!, sizing = orders.sizing[row]!;
  if (sizing === SIZING.quantity) {
    const parent = orders.parent.get(row) - 1;
    return asked === 0 && parent >= 0 ? !sells(engine, parent) : asked < 0;
  }
  if (orders.fill[row]! >= 0) return orders.filled[row]! < 0;
  const { position, value } = engine.ledger, s = orders.series[row]!;
  if (sizing === SIZING.targetQuantity || asked === 0 || position[s] === 0) {
    return asked < position[s]!;
  }
  return asked * engine.equity() < value[s]!;
}

function priceOf(ticks: number): number {
  return ticks === 0 ? NaN : ticks / PRICE_SCALE;
}
