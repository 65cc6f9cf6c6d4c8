/**
 * New terms of an order that works: quantity, limit or stop, 0 leaving each as it is. A smaller quantity alone keeps the order's place among
 * equals; anything else moves it behind them. Of one that waits for its parent only the prices change: its quantity follows from the parent's
 * fill. At a broker, new terms of an order that was sent are asked for, and hold when it says so.
 *
 * @module
 */

import { sizeOf } from "../core/mod.ts";
import type { Instrument } from "../market/mod.ts";
import {
  ORDER_COMMAND,
  ORDER_FLAG,
  ORDER_REASON,
  ORDER_STATE,
  ORDER_TYPE,
  type OrderBook,
  type RiskControl,
  SIZING,
  VERDICT,
} from "../trading/mod.ts";
import { isPrice, isUnits } from "./order_limits.ts";

/** Amends the orders of one book. */
export class Amendments {
  readonly #book: OrderBook;
  readonly #instruments: readonly Instrument[];
  readonly #risk: RiskControl;

  constructor(book: OrderBook, instruments: readonly Instrument[], risk: RiskControl) {
    this.#book = book;
    this.#instruments = instruments;
    this.#risk = risk;
  }

  /** Whether a strategy can ask for these terms of a working order. */
  isLegal(row: number, s: number, quantity: number, limit: number, stop: number): boolean {
    const { table } = this.#book, lot = this.#instruments[s]!.lot;
    const isHeld = (table.flags[row]! & ORDER_FLAG.held) !== 0;
    return (quantity === 0 ||
      (!isHeld && table.sizing[row] === SIZING.quantity && isUnits(quantity, lot) &&
        (quantity > 0) === (table.quantity[row]! > 0))) &&
      (limit === 0 || (isPrice(limit) && table.limit[row] !== 0)) &&
      (stop === 0 ||
        (isPrice(stop) && table.stop[row] !== 0 && table.type[row] !== ORDER_TYPE.trailing_stop));
  }

  /** Whether a quantity is filled already: the order ends then. */
  leavesNothing(row: number, quantity: number): boolean {
    return quantity !== 0 && sizeOf(quantity) <= sizeOf(this.#book.table.filled[row]!);
  }

  /** Gives an order its new terms, unless the risk gate refuses them: then it stays as it was. */
  apply(
    row: number,
    s: number,
    quantity: number,
    limit: number,
    stop: number,
    nowUs: number,
  ): void {
    const book = this.#book, { table, remote } = book, asked = table.quantity[row]!;
    const next = quantity === 0 ? asked : quantity, left = next - table.filled[row]!;
    if (this.#risk.isOn && !this.#mayAmend(row, s, left, limit, stop, nowUs)) return;
    if (remote !== null && table.state[row] !== ORDER_STATE.pending) {
      if (book.command(row, ORDER_COMMAND.replace, ORDER_REASON.none, nowUs)) {
        remote.askReplace(row, next, limit, stop);
      } else remote.denied.add(row);
      return;
    }
    table.quantity[row] = next;
    if (limit !== 0) table.limit[row] = limit;
    if (stop !== 0) table.stop[row] = stop;
    const keepsPlace = limit === 0 && stop === 0 && sizeOf(next) <= sizeOf(asked);
    if ((table.flags[row]! & ORDER_FLAG.held) === 0) book.working.move(row, keepsPlace);
  }

  #mayAmend(
    row: number,
    s: number,
    left: number,
    limit: number,
    stop: number,
    nowUs: number,
  ): boolean {
    const { table } = this.#book;
    const grows = sizeOf(left) > sizeOf(table.quantity[row]! - table.filled[row]!);
    if (limit === 0 && stop === 0 && !grows) return true;
    const type = table.type[row]!, flags = table.flags[row]!;
    const nextLimit = limit === 0 ? table.limit[row]! : limit;
    const nextStop = stop === 0 ? table.stop[row]! : stop;
    // A target has no terms to amend: this is an order by quantity.
    const verdict = this.#risk
      .check(s, SIZING.quantity, type, flags, left, nextLimit, nextStop, row, -1, nowUs);
    if (verdict === VERDICT.refused) this.#risk.noteRefusal(row);
    else if (verdict === VERDICT.reduceOnly) table.flags[row]! |= ORDER_FLAG.reduce_only;
    return verdict !== VERDICT.refused;
  }
}
