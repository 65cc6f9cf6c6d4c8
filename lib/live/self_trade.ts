/**
 * Which orders of two strategies could trade with each other at a broker: a broker refuses that, or it is forbidden. One that would waits until
 * the other has ended or no longer crosses.
 *
 * What only reduces a position never waits: what would trade with it does. An order that still waits for its trigger trades with nobody.
 *
 * @module
 */

import type { Engine } from "../engine/mod.ts";
import { ORDER_FLAG, ORDER_TYPE, reducesOnly, SIZING } from "../trading/mod.ts";

/** An order as it is, or would be, at the broker. */
export interface CrossingTerms {
  /** Signed units. */
  readonly units: number;
  /** Price ticks, 0 for none: then any price is taken. */
  readonly limit: number;
}

/** Whether two orders could trade with each other. */
export function crosses(one: CrossingTerms, other: CrossingTerms): boolean {
  if (one.units * other.units >= 0) return false;
  const [buy, sell] = one.units > 0 ? [one, other] : [other, one];
  return buy.limit === 0 || sell.limit === 0 || buy.limit >= sell.limit;
}

/** Whether an order trades as soon as somebody meets it. */
export function isTradable(engine: Engine, row: number): boolean {
  const type = engine.orders.type[row]!;
  return type === ORDER_TYPE.market || type === ORDER_TYPE.limit;
}

/** Whether an order of so many signed units can only bring the position of its book closer to zero. */
export function reduces(engine: Engine, row: number, units: number): boolean {
  const { orders, ledger } = engine;
  if ((orders.flags[row]! & ORDER_FLAG.reduce_only) !== 0) return true;
  return reducesOnly(ledger, orders.series[row]!, SIZING.quantity, units, ledger.equity());
}
