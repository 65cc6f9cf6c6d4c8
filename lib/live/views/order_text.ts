/**
 * Words for orders in events and views.
 *
 * @module
 */

import { formatDecimal } from "../../core/mod.ts";
import type { Engine } from "../../engine/mod.ts";
import { SIZING } from "../../trading/mod.ts";

/** Which way an order trades; a target that is not sized yet is taken by what it wants to reach. */
export function sideOf(engine: Engine, row: number): "buy" | "sell" {
  const { orders, ledger } = engine, filled = orders.filled[row]!;
  if (orders.sizing[row] === SIZING.quantity) return orders.quantity[row]! < 0 ? "sell" : "buy";
  if (filled !== 0) return filled < 0 ? "sell" : "buy";
  const s = orders.series[row]!, aim = orders.quantity[row]!;
  const wanted = orders.sizing[row] === SIZING.targetQuantity ? aim - ledger.position[s]! : aim;
  return wanted < 0 || (aim === 0 && ledger.position[s]! > 0) ? "sell" : "buy";
}

/** What an order asks for: shares, or the target that it goes for. */
export function quantityText(engine: Engine, row: number): string {
  const { orders, ledger } = engine, quantity = orders.quantity[row]!;
  const digits = ledger.unitsPerShare[orders.series[row]!] === 1 ? 0 : 6;
  switch (orders.sizing[row]) {
    case SIZING.targetWeight:
      return `to ${(quantity * 100).toFixed(2).replace(/\.?0+$/, "")} % of equity`;
    case SIZING.targetQuantity:
      return `to ${formatDecimal(quantity, digits)}`;
    default:
      return formatDecimal(Math.abs(quantity), digits);
  }
}
