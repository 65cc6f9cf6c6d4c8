/**
 * Risk on the way of the instants, where limits apply: the account is judged at the opens, at every fill (the venue does that) and at the
 * closes. What happens inside a bar without a fill of ours is not judged: the path of several prices is not known.
 *
 * @module
 */

import type { Bars } from "../market/mod.ts";
import { type Ledger, ORDER_REASON, type OrderBook, type RiskControl } from "../trading/mod.ts";
import { toTicks } from "../venue/mod.ts";
import { closePosition } from "./host_orders.ts";

/** What is watched: the engine. */
export interface WatchedBooks {
  readonly risk: RiskControl;
  readonly book: OrderBook;
  readonly ledger: Ledger;
  readonly series: readonly Bars[];
  readonly rows: Int32Array;
  readonly touched: Int32Array;
  readonly touchedCount: number;
  /** Marks every position at its last close. */
  settle(): void;
}

/** Judges the account at the opens of an instant; positions without a bar stand at their last close. */
export function judgeOpens(books: WatchedBooks): void {
  const { ledger, series, rows, touched } = books, first = touched[0]!;
  for (let k = 0; k < books.touchedCount; k++) {
    const s = touched[k]!;
    if (ledger.position[s] !== 0) ledger.setMark(s, toTicks(series[s]!.open[rows[s]!]!));
  }
  books.risk.judge(series[first]!.time[rows[first]!]!);
}

/** Judges the account at the closes, and asks for what a kill wants. */
export function judgeCloses(books: WatchedBooks, nowUs: number): void {
  const { risk, ledger, book } = books;
  books.settle();
  risk.judge(nowUs);
  if (!risk.wantsFlat) return;
  risk.wantsFlat = false;
  for (let s = 0; s < ledger.seriesCount; s++) {
    if (ledger.position[s] !== 0) closePosition(book, s, ORDER_REASON.kill_switch, nowUs);
  }
}
