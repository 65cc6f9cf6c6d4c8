/**
 * The venue's door: takes new orders when their bar has come, rejects some of them at the seeded rate, ends orders from its side, and keeps
 * what a bar has nothing for out of the way until it is over.
 *
 * @module
 */

import { Random } from "../core/mod.ts";
import type { Bars } from "../market/mod.ts";
import {
  isWorking,
  type LinkedOrders,
  ORDER_COMMAND,
  ORDER_REASON,
  ORDER_REPORT,
  type OrderBook,
  type OrderTable,
  RowScratch,
} from "../trading/mod.ts";
import type { ExecutionBooks } from "./execution.ts";
import type { MatchingRules } from "./matching_rules.ts";

/** Which orders the venue has, and which of them live on a bar. */
export class OrderIntake {
  readonly #book: OrderBook;
  readonly #table: OrderTable;
  readonly #linked: LinkedOrders;
  readonly #rules: MatchingRules;
  readonly #chance: Random;
  readonly #parked: RowScratch = new RowScratch();

  constructor(books: ExecutionBooks, rules: MatchingRules) {
    this.#book = books.book;
    this.#table = books.book.table;
    this.#linked = books.linked;
    this.#rules = rules;
    this.#chance = new Random(rules.seed);
  }

  /** Takes the new orders whose bar has come; the others stay new. */
  take(series: readonly Bars[], rows: Int32Array, touched: Int32Array, count: number): void {
    const fresh = this.#book.fresh, table = this.#table;
    let kept = 0;
    for (let k = 0; k < fresh.length; k++) {
      const order = fresh.at(k);
      if (!isWorking(table.state[order]!)) continue;
      const s = table.series[order]!;
      if (isTouched(s, touched, count) && this.isAlive(order, series[s]!.time[rows[s]!]!)) {
        this.accept(order, series[s]!.time[rows[s]!]!);
      } else fresh.keep(kept++, order);
    }
    fresh.length = kept;
  }

  /** Takes an order: it is acknowledged, or rejected at the seeded rate. */
  accept(order: number, timeUs: number): void {
    this.#book.command(order, ORDER_COMMAND.send, ORDER_REASON.none, timeUs);
    const rejected = this.#rules.rejectionRate > 0 &&
      this.#chance.next() < this.#rules.rejectionRate;
    if (!rejected) this.#book.report(order, ORDER_REPORT.acknowledged, ORDER_REASON.none, timeUs);
    else {
      this.#book.report(order, ORDER_REPORT.rejected, ORDER_REASON.venue_rejected, timeUs);
      this.#linked.afterEnd(order, timeUs);
    }
  }

  /** An order lives on bars that open after it was made and before it expires, also where its session's last bars are missing. */
  isAlive(order: number, openTimeUs: number): boolean {
    const table = this.#table;
    return table.createdUs[order]! + this.#rules.latencyUs <= openTimeUs &&
      table.expiresUs[order]! > openTimeUs;
  }

  /** Takes the orders that a fill has set free, so that they see the rest of the bar. */
  takeReleased(openTimeUs: number): void {
    const fresh = this.#book.fresh;
    let kept = 0;
    for (let k = 0; k < fresh.length; k++) {
      const order = fresh.at(k);
      if (!isWorking(this.#table.state[order]!)) continue;
      if (this.#table.parent.get(order) !== 0 && this.isAlive(order, openTimeUs)) {
        this.accept(order, openTimeUs);
      } else fresh.keep(kept++, order);
    }
    fresh.length = kept;
  }

  /** Ends an order from the venue's side. */
  end(order: number, reason: number, timeUs: number): void {
    this.#book.cancel(order, reason, timeUs);
    this.#linked.afterEnd(order, timeUs);
  }

  /** Keeps a lifted order out of the way until the bar is over. */
  park(order: number): void {
    this.#parked.add(order);
  }

  /** Puts the parked orders that still work back to wait. */
  unparkAll(): void {
    for (let k = 0; k < this.#parked.length; k++) {
      const order = this.#parked.at(k);
      if (isWorking(this.#table.state[order]!)) this.#book.working.rest(order);
    }
    this.#parked.clear();
  }
}

function isTouched(s: number, touched: Int32Array, count: number): boolean {
  for (let k = 0; k < count; k++) if (touched[k] === s) return true;
  return false;
}
