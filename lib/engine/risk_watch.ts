/**
 * Risk on the way of the instants, where limits apply: the account is judged at the opens, at every fill (the venue does that) and at the
 * closes. What happens inside a bar without a fill of ours is not judged: the path of several prices is not known.
 *
 * @module
 */

import type { Bars } from "../market/mod.ts";
import {
  ORDER_FLAG,
  ORDER_REASON,
  ORDER_TYPE,
  type OrderBook,
  type RiskControl,
  SIZING,
  TIME_IN_FORCE,
} from "../trading/mod.ts";
import type { Ledger } from "../trading/mod.ts";
import { toTicks } from "../venue/mod.ts";

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
    if (ledger.position[s] !== 0) flatten(book, s, nowUs);
  }
}

/** Asks to close a position at the next open. The order has its reason from the start: it is not the strategy's to change. */
function flatten(book: OrderBook, s: number, nowUs: number): void {
  const row = book.add(
    s,
    SIZING.targetQuantity,
    ORDER_TYPE.market,
    TIME_IN_FORCE.gtc,
    ORDER_FLAG.reduce_only,
    0,
    0,
    0,
    0,
    nowUs,
    Infinity,
  );
  book.table.reason[row] = ORDER_REASON.kill_switch;
}
