/**
 * Hashes of a book at the end of a slice: equal books have equal ones, whoever holds them.
 *
 * @module
 */

import { StateHash } from "../core/mod.ts";
import type { FillTable, Ledger, OrderBook, RiskControl } from "../trading/mod.ts";

/** What is hashed: the engine, its positions marked. */
export interface HashedBooks {
  readonly ledger: Ledger;
  readonly step: number;
  readonly book: OrderBook;
  readonly fills: FillTable;
  readonly risk: RiskControl;
}

/** What host and child must agree on after every slice. */
export function hashOfBook(books: HashedBooks): number {
  const hash = begun(books, true);
  hash.add(books.book.working.count);
  if (books.risk.isOn) books.risk.hashInto(hash);
  return hash.value();
}

/** What a mirror of the book has too: it learns of refusals an instant later, and nothing of risk and of quotes. */
export function hashOfMirror(books: HashedBooks): number {
  return begun(books, false).value();
}

function begun(books: HashedBooks, withHoldings: boolean): StateHash {
  const hash = new StateHash();
  books.ledger.hashInto(hash, withHoldings);
  hash.add(books.step);
  hash.add(books.book.table.made);
  hash.add(books.fills.made);
  return hash;
}
