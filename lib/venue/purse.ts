/**
 * What an account may open, by the rules of a run: one object is picked when the run is made.
 *
 * Bringing a position closer to zero is allowed in each of them.
 *
 * @module
 */

import { sizeOf } from "../core/mod.ts";
import { equityAt, type Ledger, ORDER_REASON, refusalOf, roomFor } from "../trading/mod.ts";
import type { MatchingRules } from "./matching_rules.ts";

/** The limits of an account. All money in micro-units. */
export interface Purse {
  /**
   * Returns why a fill may not happen as a code of `ORDER_REASON`, 0 when it may.
   *
   * @param quantity Signed units.
   * @param price Price ticks, slippage included.
   * @param costs Commission and fees of the fill.
   */
  refusal(ledger: Ledger, s: number, quantity: number, price: number, costs: number): number;
  /**
   * Returns what an order may cost, its costs included, that opens a position or adds to it.
   *
   * @param buys True when it opens a long position.
   * @param kept Units that are held on this side before, unsigned.
   * @param closed Units of the other side that the order closes first, unsigned.
   */
  room(
    ledger: Ledger,
    s: number,
    price: number,
    buys: boolean,
    kept: number,
    closed: number,
  ): number;
}

/** Returns the limits that the rules ask for. */
export function purseOf(rules: MatchingRules): Purse {
  if (rules.cashCheck === "none") return UNLIMITED;
  switch (rules.shortProceeds) {
    case "margin":
      return MARGIN;
    case "cash":
      return CASH;
    default:
      return LOCKED;
  }
}

/** The account of the run, cash or margin: see `buying_power.ts`. */
const LOCKED: Purse = { refusal: refusalOf, room: roomFor };

/** Long and short positions take their value out of equity, as in backtesting.py with a margin of 1. */
const MARGIN: Purse = {
  refusal(ledger, s, quantity, price, costs): number {
    const held = ledger.position[s]!, opened = openedBy(held, quantity);
    if (opened === 0) return ORDER_REASON.none;
    if (isNotShortable(ledger, s, opened)) return ORDER_REASON.not_shortable;
    const kept = opened === quantity ? sizeOf(held) : 0, closed = sizeOf(quantity - opened);
    const room = MARGIN.room(ledger, s, price, quantity > 0, kept, closed);
    return ledger.notional(s, sizeOf(opened), price) + costs <= room
      ? ORDER_REASON.none
      : ORDER_REASON.insufficient_funds;
  },
  room(ledger, s, price, _buys, kept): number {
    const value = ledger.value[s]!, gross = ledger.gross();
    return equityAt(ledger, s, price) - (gross - sizeOf(value)) - amount(ledger, s, kept, price);
  },
};

/** The proceeds of a short sale are cash like any other: backtrader's `shortcash`. */
const CASH: Purse = {
  refusal(ledger, s, quantity, price, costs): number {
    const opened = openedBy(ledger.position[s]!, quantity);
    if (opened === 0) return ORDER_REASON.none;
    if (isNotShortable(ledger, s, opened)) return ORDER_REASON.not_shortable;
    return ledger.notional(s, quantity, price) + costs <= ledger.cash
      ? ORDER_REASON.none
      : ORDER_REASON.insufficient_funds;
  },
  room(ledger, s, price, buys, _kept, closed): number {
    return buys ? ledger.cash - amount(ledger, s, closed, price) : Infinity;
  },
};

const UNLIMITED: Purse = {
  refusal: (ledger, s, quantity) =>
    isNotShortable(ledger, s, openedBy(ledger.position[s]!, quantity))
      ? ORDER_REASON.not_shortable
      : ORDER_REASON.none,
  room: () => Infinity,
};

/** The part of a signed quantity that opens a position or adds to it. */
function openedBy(held: number, quantity: number): number {
  if (held === 0 || (held > 0) === (quantity > 0)) return quantity;
  const next = held + quantity;
  return next === 0 || (next > 0) === (held > 0) ? 0 : next;
}

function isNotShortable(ledger: Ledger, s: number, opened: number): boolean {
  return opened < 0 && ledger.shortable[s] === 0;
}

function amount(ledger: Ledger, s: number, units: number, price: number): number {
  return units === 0 ? 0 : ledger.notional(s, units, price);
}
