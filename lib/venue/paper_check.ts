/**
 * The check of new orders on paper, before any of them fills: each is charged at the price of its decision against the cash that the ones
 * before it have left.
 *
 * backtrader's `checksubmit`: after an order that brings the cash below zero the balance stays there, so that of the orders after it only
 * sales that bring it back are accepted.
 *
 * @module
 */

import { ORDER_TYPE, SIZING } from "../trading/mod.ts";
import type { Costs } from "./costs.ts";
import type { ExecutionBooks } from "./execution.ts";

/** Charges orders on paper. */
export class PaperCheck {
  readonly #books: ExecutionBooks;
  readonly #costs: Costs;
  #cash = 0;

  constructor(books: ExecutionBooks, costs: Costs) {
    this.#books = books;
    this.#costs = costs;
  }

  /** Starts from the cash of now. */
  start(): void {
    this.#cash = this.#books.ledger.cash;
  }

  /**
   * Charges an order and returns whether the cash is not below zero then.
   *
   * @param close Price ticks of the close on which it was decided.
   */
  charge(order: number, close: number): boolean {
    const { book, ledger } = this.#books, table = book.table, s = table.series[order]!;
    const type = table.type[order]!, stop = table.stop[order]!, limit = table.limit[order]!;
    const price = type === ORDER_TYPE.market || type === ORDER_TYPE.trailing_stop
      ? close
      : stop !== 0
      ? stop
      : limit;
    // Weights are quantities by the close already.
    const quantity = table.sizing[order] === SIZING.quantity
      ? table.quantity[order]!
      : table.quantity[order]! - ledger.position[s]!;
    if (quantity === 0) return true;
    const size = quantity < 0 ? -quantity : quantity, amount = ledger.notional(s, size, price);
    const commission = this.#costs.commission(size, ledger.unitsPerShare[s]!, amount);
    this.#cash -= (quantity > 0 ? amount : -amount) + commission;
    return this.#cash >= 0;
  }
}
