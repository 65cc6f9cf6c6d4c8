/**
 * Our orders: the table, the lifecycle and the indexes, changed in one place. A command that the lifecycle does not allow is refused and
 * changes nothing; a report is always taken. The counts by state agree with the rows at any time.
 *
 * @module
 */

import {
  afterCommand,
  afterReport,
  CELL,
  isWorking,
  ORDER_COMMAND,
  ORDER_REPORT,
  ORDER_STATE,
  ORDER_STATE_NAMES,
} from "./lifecycle.ts";
import { ORDER_FLAG, ORDER_REASON, OrderTable } from "./order_table.ts";
import { RowScratch, WorkingOrders } from "./working_orders.ts";

const I32 = Int32Array;

/** What became of a report. */
export const OUTCOME = {
  /** The order moved, or what it told was recorded. */
  applied: 0,
  /** It told what was known; ignored and counted. */
  repeat: 1,
  /** It told what cannot be; booked where it has a quantity, counted, to be asked about. */
  unexpected: 2,
} as const;

/** The orders of one book. */
export class OrderBook {
  readonly table: OrderTable = new OrderTable();
  readonly working: WorkingOrders;
  /** Pending orders that the venue has still to take, in the order in which they were made or set free. */
  readonly fresh: RowScratch = new RowScratch();
  /** Orders in each state. */
  readonly counts: Int32Array = new I32(ORDER_STATE_NAMES.length);
  /** Reports that were repeats, and that could not be. */
  repeats = 0;
  unexpected = 0;

  constructor(seriesCount: number) {
    this.working = new WorkingOrders(seriesCount, this.table);
  }

  /**
   * Adds a pending order and returns its row; one with the flag `held` waits for its parent and is in no index. Prices in ticks, 0 for none;
   * for the other fields see {@linkcode OrderTable}.
   */
  add(
    series: number,
    sizing: number,
    type: number,
    timeInForce: number,
    flags: number,
    quantity: number,
    limit: number,
    stop: number,
    trail: number,
    createdUs: number,
    expiresUs: number,
  ): number {
    const row = this.table.add(
      series,
      sizing,
      type,
      timeInForce,
      flags,
      quantity,
      limit,
      stop,
      trail,
      createdUs,
      expiresUs,
    );
    this.counts[ORDER_STATE.pending]! += 1;
    if ((flags & ORDER_FLAG.held) === 0) this.#enter(row);
    return row;
  }

  /** Sets a held order free: it is pending like any other. */
  release(row: number): void {
    this.table.flags[row]! &= ~ORDER_FLAG.held;
    this.#enter(row);
  }

  #enter(row: number): void {
    this.working.add(row);
    this.fresh.add(row);
  }

  /** Returns whether a command is allowed, and applies it. */
  command(row: number, command: number, reason: number, timeUs: number): boolean {
    const state = this.table.state[row]!, next = afterCommand(state, command);
    if (next === CELL.refused) return false;
    if (next >= 0) this.#move(row, state, next, reason, timeUs);
    return true;
  }

  /** Applies a report that carries no quantity. Returns its {@linkcode OUTCOME}. */
  report(row: number, report: number, reason: number, timeUs: number): number {
    const state = this.table.state[row]!, next = afterReport(state, report);
    switch (next) {
      case CELL.refused:
        this.unexpected++;
        return OUTCOME.unexpected;
      case CELL.repeat:
        this.repeats++;
        return OUTCOME.repeat;
      case CELL.same:
        return OUTCOME.applied;
      case CELL.back:
        this.#move(row, state, this.table.before.get(row), ORDER_REASON.none, timeUs);
        return OUTCOME.applied;
      default:
        this.#move(row, state, next, reason, timeUs);
        return OUTCOME.applied;
    }
  }

  /**
   * Applies a fill of signed `quantity` units, whatever the state: a fill is never lost.
   *
   * @param completes True when nothing of the order is left to fill.
   */
  fill(row: number, quantity: number, completes: boolean, fillRow: number, timeUs: number): number {
    const table = this.table;
    table.filled[row]! += quantity;
    table.fill[row] = fillRow;
    return this.report(
      row,
      completes ? ORDER_REPORT.full_fill : ORDER_REPORT.partial_fill,
      // An order of a margin call has its reason from the start, and keeps it.
      isWorking(table.state[row]!) ? table.reason[row]! : ORDER_REASON.none,
      timeUs,
    );
  }

  /** Ends a working order from our side: refused before it was sent, or cancelled and confirmed at once. */
  cancel(row: number, reason: number, timeUs: number): boolean {
    if (!this.command(row, ORDER_COMMAND.cancel, reason, timeUs)) return false;
    if (this.table.state[row] === ORDER_STATE.pending_cancel) {
      this.report(row, ORDER_REPORT.cancelled, reason, timeUs);
    }
    return true;
  }

  #move(row: number, from: number, to: number, reason: number, timeUs: number): void {
    const table = this.table;
    this.counts[from]! -= 1;
    this.counts[to]! += 1;
    table.state[row] = to;
    if (isWorking(to)) {
      if (
        to === ORDER_STATE.pending_cancel || to === ORDER_STATE.pending_replace ||
        to === ORDER_STATE.suspended
      ) {
        // What a refusal or a resumption leads back to is a state that trades.
        if (from < ORDER_STATE.pending_cancel) table.before.set(row, from);
      }
      if (!isWorking(from)) this.working.add(row);
      return;
    }
    table.reason[row] = reason;
    if (isWorking(from)) {
      if ((table.flags[row]! & ORDER_FLAG.held) === 0) this.working.remove(row);
      table.endedUs[row] = timeUs;
      table.ended.add(row);
    }
  }
}
