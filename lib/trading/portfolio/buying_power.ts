/**
 * What an account may open: one set of numbers for venue, sizing and risk. Bringing a position closer to zero is always allowed.
 *
 * A cash account buys with settled cash that is not locked by short sales, and sells short up to its equity. A margin account buys and
 * sells short while equity covers the initial margin of all positions. See `account.ts`.
 *
 * @module
 */

import * as core from "../../core/mod.ts";
import * as orderTable from "../orders/order_table.ts";
import type { MarginTerms } from "./account.ts";
import type { Ledger } from "./ledger.ts";

const { MAX_EXACT, sizeOf } = core;
const { ORDER_REASON } = orderTable;

const floor = Math.floor;

/** Returns the value in micro-units by which long positions may grow at the marks, before costs; at least 0. */
export function buyingPower(ledger: Ledger): number {
  const { margin } = ledger;
  return margin === null ? atLeast0(ledger.available()) : marginPower(ledger, margin);
}

/** Returns the value in micro-units by which short positions may grow at the marks, before costs; at least 0. */
export function shortingPower(ledger: Ledger): number {
  const { margin } = ledger;
  return margin === null
    ? atLeast0(ledger.equity() - ledger.shortValue)
    : marginPower(ledger, margin);
}

/**
 * Returns what an order may cost, its costs included, that opens a position or adds to it: micro-units. Exact in a cash account; in a margin
 * account, where costs take from equity and not from this amount, the most it can be, to be settled with {@linkcode refusalOf}.
 *
 * @param price Price ticks.
 * @param buys True when it opens a long position.
 * @param kept Units that are held on this side before, unsigned.
 * @param closed Units of the other side that the order closes first, unsigned.
 */
export function roomFor(
  ledger: Ledger,
  s: number,
  price: number,
  buys: boolean,
  kept: number,
  closed: number,
): number {
  const { margin } = ledger, value = ledger.value[s]!;
  if (margin !== null) {
    return marginPower(ledger, margin) + (closed === 0 ? 0 : ledger.notional(s, closed, price));
  }
  if (buys) {
    const available = ledger.available();
    if (closed === 0) return available;
    // The whole fill is rounded once: it may cost one micro-unit more than its two sides.
    return available - ledger.notional(s, closed, price) - ledger.cost[s]! - roundingOf(ledger, s);
  }
  const equity = equityAt(ledger, s, price) - roundingOf(ledger, s);
  const others = ledger.shortValue + (value < 0 ? value : 0);
  return equity - others - ledger.notional(s, kept, price);
}

/** Returns the equity with the position of a series valued at a price. */
export function equityAt(ledger: Ledger, s: number, price: number): number {
  return ledger.equity() - ledger.value[s]! + ledger.notional(s, ledger.position[s]!, price);
}

/** What equity leaves over, as the value of positions whose initial margin it is. */
function marginPower(ledger: Ledger, margin: MarginTerms): number {
  return atLeast0(grossLimit(ledger.equity(), margin) - ledger.gross());
}

/** The largest whole value of positions whose initial margin equity covers: exact, so that no rounding lends a micro-unit. */
function grossLimit(equity: number, margin: MarginTerms): number {
  if (equity <= 0) return 0;
  const { numerator, denominator } = margin.initial;
  const rest = equity % numerator,
    limit = (equity - rest) / numerator * denominator +
      floor(rest * denominator / numerator);
  return limit < MAX_EXACT ? limit : MAX_EXACT;
}

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
  if (quantity < 0 && ledger.shortable[s] === 0) return ORDER_REASON.not_shortable;
  if (ledger.margin !== null) return marginRefusal(ledger, ledger.margin, s, next, price, costs);
  if (quantity > 0) {
    const paid = ledger.notional(s, quantity, price) + costs;
    // Covering first releases what the short position had locked.
    const available = opposite ? ledger.available() - ledger.cost[s]! : ledger.available();
    return paid <= available ? ORDER_REASON.none : ORDER_REASON.insufficient_funds;
  }
  const value = ledger.value[s]!;
  const others = ledger.shortValue + (value < 0 ? value : 0);
  const own = next < 0 ? -ledger.notional(s, next, price) : 0;
  // Equity once the position is valued at the fill's price and the costs are paid.
  const equity = equityAt(ledger, s, price) - costs - roundingOf(ledger, s);
  return others + own <= equity ? ORDER_REASON.none : ORDER_REASON.insufficient_funds;
}

/** The whole account after the fill, the series valued at the fill's price, must have its initial margin. */
function marginRefusal(
  ledger: Ledger,
  margin: MarginTerms,
  s: number,
  next: number,
  price: number,
  costs: number,
): number {
  const value = ledger.value[s]!,
    equity = equityAt(ledger, s, price) - costs - roundingOf(ledger, s);
  const gross = ledger.gross() - sizeOf(value) + sizeOf(ledger.notional(s, next, price));
  return gross <= grossLimit(equity, margin) ? ORDER_REASON.none : ORDER_REASON.insufficient_funds;
}

/** With parts of a share and a position, what is paid and what is then held are rounded apart: a fill may cost equity a micro-unit. */
function roundingOf(ledger: Ledger, s: number): number {
  return ledger.unitsPerShare[s] === 1 || ledger.position[s] === 0 ? 0 : 1;
}

function atLeast0(amount: number): number {
  return amount > 0 ? amount : 0;
}
