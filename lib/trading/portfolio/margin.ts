/**
 * What a margin account must keep, and what is closed when it does not.
 *
 * A margin call closes, at the marks of the moment, the position with the largest maintenance margin first (the first series among equals),
 * then the next, until equity covers the maintenance margin of what is left. The last one is closed only as far as that needs, rounded up to
 * the lot. Costs and slippage of the closing are not foreseen: should they bring the account below again, the next close calls again.
 *
 * @module
 */

import { mulDiv, type Ratio, sizeOf } from "../../core/mod.ts";
import type { Ledger } from "./ledger.ts";

const floor = Math.floor;

/** Returns a share of an amount in micro-units, rounded once, half to even. */
export function shareOf(amount: number, ratio: Ratio): number {
  return mulDiv(amount, ratio.numerator, ratio.denominator);
}

/** Returns the maintenance margin of all positions at their marks, micro-units; 0 for a cash account. */
export function maintenanceMargin(ledger: Ledger): number {
  const { margin, shortValue } = ledger;
  if (margin === null) return 0;
  return shareOf(ledger.holdings + shortValue, margin.maintenanceLong) +
    shareOf(shortValue, margin.maintenanceShort);
}

/** True when the equity of a margin account at the marks is below its maintenance margin. */
export function isMarginCalled(ledger: Ledger): boolean {
  return ledger.margin !== null && ledger.equity() < maintenanceMargin(ledger);
}

/**
 * Works out what a margin call closes.
 *
 * @param lots Smallest step of each series, units.
 * @param pending Signed units of each series that earlier calls have asked for and that have not filled.
 * @param plan Receives the signed units to trade, 0 for none.
 * @returns True when there is something to close.
 */
export function planMarginCall(
  ledger: Ledger,
  lots: Float64Array,
  pending: Float64Array,
  plan: Float64Array,
): boolean {
  const count = ledger.seriesCount, equity = ledger.equity();
  let required = 0, planned = false;
  for (let s = 0; s < count; s++) {
    plan[s] = 0;
    required += requiredFor(ledger, s, pending[s]!);
  }
  while (equity < required) {
    let largest = -1, most = 0;
    for (let s = 0; s < count; s++) {
      const own = plan[s] === 0 ? requiredFor(ledger, s, pending[s]!) : 0;
      if (own > most) {
        most = own;
        largest = s;
      }
    }
    if (largest === -1) break;
    const left = ledger.position[largest]! + pending[largest]!;
    const size = required - most >= equity
      ? sizeOf(left)
      : releasing(ledger, largest, lots[largest]!, sizeOf(left), required - equity);
    plan[largest] = left > 0 ? -size : size;
    planned = true;
    required -= most - requiredFor(ledger, largest, pending[largest]! + plan[largest]!);
  }
  return planned;
}

/** Maintenance margin of a position once `change` units have been traded. */
function requiredFor(ledger: Ledger, s: number, change: number): number {
  const units = ledger.position[s]! + change;
  if (units === 0) return 0;
  const value = ledger.notional(s, units, ledger.mark[s]!), { margin } = ledger;
  return value > 0
    ? shareOf(value, margin!.maintenanceLong)
    : shareOf(-value, margin!.maintenanceShort);
}

/** The smallest multiple of the lot, at most `size`, that sets free `deficit` micro-units of maintenance margin. */
function releasing(
  ledger: Ledger,
  s: number,
  lot: number,
  size: number,
  deficit: number,
): number {
  const { margin, position } = ledger, mark = ledger.mark[s]!;
  const ratio = position[s]! > 0 ? margin!.maintenanceLong : margin!.maintenanceShort;
  const perLot = lot * mark * ledger.multiplier[s]! / ledger.unitsPerShare[s]! *
    ratio.numerator / ratio.denominator;
  // The guess is settled with the exact margin of what would be left.
  let lots = floor(deficit / perLot) - 1;
  if (lots < 1) lots = 1;
  const before = shareOf(ledger.notional(s, size, mark), ratio);
  for (;; lots++) {
    const closed = lots * lot;
    if (closed >= size) return size;
    if (before - shareOf(ledger.notional(s, size - closed, mark), ratio) >= deficit) return closed;
  }
}
