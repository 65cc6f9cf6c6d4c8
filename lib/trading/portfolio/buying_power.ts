/**
 * What an account may open. A cash account that may sell short: the proceeds of short sales are locked, the value of all short
 * positions is at most equity, and cash that is not there buys nothing. Bringing a position closer to zero is always allowed.
 *
 * @module
 */

import { ORDER_REASON } from "../orders/order_table.ts";
import type { Ledger } from "./ledger.ts";

/**
 * Returns why a fill may not happen as a code of {@linkcode ORDER_REASON}, 0 when it may.
 *
 * @param quantity Signed units.
 * @param price Price ticks, slippage included.
 * @param costs Commission and fees of the fill, micro-units.
 */
export function refusalOf(
  ledger: Ledger,
  s: number,
  quantity: number,
  price: number,
  costs: number,
): number {
  const held = ledger.position[s]!, next = held + quantity;
  const opposite = held !== 0 && (held > 0) !== (quantity > 0);
  if (opposite && (next === 0 || (next > 0) === (held > 0))) return ORDER_REASON.none;
  const opened = opposite ? next : quantity;
  const openedAmount = ledger.notional(s, opened, price);
  if (quantity > 0) {
    // Covering first releases what the short position had locked.
    const available = opposite
      ? ledger.available() - ledger.notional(s, -held, price) - ledger.cost[s]!
      : ledger.available();
    return openedAmount + costs <= available ? ORDER_REASON.none : ORDER_REASON.insufficient_funds;
  }
  const value = ledger.value[s]!;
  const others = ledger.shortValue + (value < 0 ? value : 0);
  const own = next < 0 ? -ledger.notional(s, next, price) : 0;
  // Equity once the position is valued at the fill's price and the costs are paid.
  const equity = ledger.equity() - value + ledger.notional(s, held, price) - costs;
  return others + own <= equity ? ORDER_REASON.none : ORDER_REASON.insufficient_funds;
}
