/**
 * A book with its links, without an engine: what tests of linked orders work on.
 *
 * @module
 */

import {
  isWorking,
  LinkedOrders,
  ORDER_COMMAND,
  ORDER_FLAG,
  ORDER_REASON,
  ORDER_REASON_NAMES,
  ORDER_REPORT,
  ORDER_STATE_NAMES,
  ORDER_TYPE,
  OrderBook,
  SIZING,
  TIME_IN_FORCE,
} from "../../lib/trading/mod.ts";

/** A book with its links; fills are told with the position that they lead to. */
export class Links {
  readonly book = new OrderBook(2);
  readonly linked = new LinkedOrders(this.book);
  position = 0;

  add(quantity: number, held = false, series = 0): number {
    const flags = held ? ORDER_FLAG.held : 0;
    const row = this.book.add(
      series,
      SIZING.quantity,
      ORDER_TYPE.limit,
      TIME_IN_FORCE.gtc,
      flags,
      quantity,
      10e6,
      0,
      0,
      0,
      Infinity,
    );
    if (!held) this.accept(row);
    return row;
  }

  accept(row: number): void {
    this.book.command(row, ORDER_COMMAND.send, ORDER_REASON.none, 1);
    this.book.report(row, ORDER_REPORT.acknowledged, ORDER_REASON.none, 1);
  }

  /** An entry with a stop loss and a take profit. */
  bracket(quantity: number): readonly [entry: number, loss: number, profit: number] {
    const entry = this.add(quantity), loss = this.add(0, true), profit = this.add(0, true);
    this.linked.adopt(entry, loss, 1);
    this.linked.adopt(entry, profit, 1);
    this.linked.join(profit, loss);
    return [entry, loss, profit];
  }

  fill(row: number, quantity: number): void {
    this.position += quantity;
    this.book.execute(row, quantity, 0, 2);
    this.linked.afterFill(row, this.position, 2);
    const fresh = this.book.fresh;
    for (let k = 0; k < fresh.length; k++) {
      const free = fresh.at(k);
      if (this.book.table.state[free] === 0) this.accept(free);
    }
    fresh.clear();
  }

  cancel(row: number): void {
    this.book.cancel(row, ORDER_REASON.cancelled_by_strategy, 3);
    this.linked.afterEnd(row, 3);
  }

  /** Each order as what is left of it, `held`, or how it ended. */
  told(...rows: readonly number[]): string[] {
    const { table } = this.book;
    return rows.map((row) => {
      const state = table.state[row]!, reason = ORDER_REASON_NAMES[table.reason[row]!]!;
      if (!isWorking(state)) {
        return ORDER_STATE_NAMES[state]! + (reason === "none" ? "" : ` ${reason}`);
      }
      if ((table.flags[row]! & ORDER_FLAG.held) !== 0) return "held";
      return String(table.quantity[row]! - table.filled[row]!);
    });
  }
}
