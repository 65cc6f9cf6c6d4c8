/**
 * Busts and corrections: what a broker takes back or restates of a fill that is booked already.
 *
 * Average cost depends on the order of the fills, so that a fill in the middle cannot be reversed by its opposite. The fills of its series
 * are therefore booked twice on the side, once as they were and once as they are now, and the account is moved by the difference.
 *
 * Invariant: the ledger balances afterwards as before; position, cost, realised profit and costs are those of a run in which the fill had
 * been right at once. Not undone: what was decided meanwhile, and dividends paid on shares that turned out not to be held.
 *
 * @module
 */

import { mulDiv, sizeOf } from "../../core/mod.ts";
import type { Instrument } from "../../market/mod.ts";
import type { FillTable } from "../orders/fill_table.ts";
import type { OrderBook } from "../orders/order_book.ts";
import { Ledger } from "./ledger.ts";
import type { SplitAtStep } from "./round_trips.ts";
import { unitsAfterSplit } from "./split_units.ts";

/** What a correction works on: one book. */
export interface CorrectionBooks {
  readonly book: OrderBook;
  readonly fills: FillTable;
  readonly ledger: Ledger;
  readonly instruments: readonly Instrument[];
  /** All splits of the run so far, in order of time. */
  readonly splits: readonly Pick<SplitAtStep, "step" | "series" | "numerator" | "denominator">[];
}

/**
 * Restates a fill in the fill table, its order and the ledger. Its commission, fee and slippage follow the quantity.
 *
 * @param fillRow Row in the fill table.
 * @param quantity Signed units that were really filled, in the shares of that day; 0 busts the fill.
 * @param price Price ticks at which they were; of no meaning for a bust.
 * @returns False, and nothing is changed, when the position cannot be derived from the fills: the symbol is no longer listed.
 */
export function correctFill(
  books: CorrectionBooks,
  fillRow: number,
  quantity: number,
  price: number,
  timeUs: number,
): boolean {
  const { book, fills, ledger } = books, row = fills.order[fillRow]!, s = book.table.series[row]!;
  const before = booked(books, s);
  if (before.position[s] !== ledger.position[s] || before.cost[s] !== ledger.cost[s]) return false;
  const old = fills.quantity[fillRow]!, size = sizeOf(quantity), oldSize = sizeOf(old);
  const share = (amount: number): number => oldSize === 0 ? 0 : mulDiv(amount, size, oldSize);
  fills.quantity[fillRow] = quantity;
  if (quantity !== 0) fills.price[fillRow] = price;
  fills.commission[fillRow] = share(fills.commission[fillRow]!);
  fills.fee[fillRow] = share(fills.fee[fillRow]!);
  fills.slippage[fillRow] = share(fills.slippage[fillRow]!);
  move(ledger, s, before, booked(books, s));
  book.correct(row, inTodaysShares(books, fillRow, s, quantity - old), timeUs);
  return true;
}

/** Books the fills of one series into an account of their own. */
function booked(books: CorrectionBooks, s: number): Ledger {
  const { book, fills, splits, instruments } = books, ledger = new Ledger(0, instruments);
  let split = 0;
  const splitUntil = (step: number): void => {
    for (; split < splits.length && splits[split]!.step <= step; split++) {
      const { series, numerator, denominator } = splits[split]!;
      if (series === s) ledger.split(s, numerator, denominator);
    }
  };
  for (let row = 0; row < fills.length; row++) {
    if (book.table.series[fills.order[row]!] !== s || fills.quantity[row] === 0) continue;
    splitUntil(fills.step[row]!);
    ledger.fill(
      s,
      fills.quantity[row]!,
      fills.price[row]!,
      fills.commission[row]!,
      fills.fee[row]!,
      fills.slippage[row]!,
    );
  }
  splitUntil(Infinity);
  return ledger;
}

function move(ledger: Ledger, s: number, before: Ledger, after: Ledger): void {
  const held = ledger.position[s]!, next = after.position[s]!;
  ledger.cash += after.cash - before.cash;
  ledger.realised += after.realised - before.realised;
  ledger.commission += after.commission - before.commission;
  ledger.fees += after.fees - before.fees;
  ledger.slippage += after.slippage - before.slippage;
  ledger.tradedNotional += after.tradedNotional - before.tradedNotional;
  ledger.shortProceeds += after.shortProceeds - before.shortProceeds;
  ledger.position[s] = next;
  ledger.cost[s] = after.cost[s]!;
  if (held === 0 && next !== 0) ledger.openPositions++;
  else if (held !== 0 && next === 0) ledger.openPositions--;
  ledger.setMark(s, held === 0 ? after.mark[s]! : ledger.mark[s]!);
}

function inTodaysShares(
  books: CorrectionBooks,
  fillRow: number,
  s: number,
  change: number,
): number {
  let units = change;
  for (let k = 0; k < books.splits.length; k++) {
    const { step, series, numerator, denominator } = books.splits[k]!;
    if (series === s && step > books.fills.step[fillRow]!) {
      units = unitsAfterSplit(units, numerator, denominator);
    }
  }
  return units;
}
