/**
 * Our orders: the table, the lifecycle and the indexes, changed in one place. A command that the lifecycle does not allow is refused and
 * changes nothing; a report is always taken. The counts by state agree with the rows at any time.
 *
 * @module
 */

import type { StateTape } from "../../core/mod.ts";
import * as lifecycle from "./lifecycle.ts";
import { ORDER_STATE_NAMES } from "./lifecycle.ts";
import * as orderTable from "./order_table.ts";
import { OrderTable } from "./order_table.ts";
import { RemoteRequests } from "./remote_requests.ts";
import type { RowMap } from "./row_map.ts";
import { RowScratch, WorkingOrders } from "./working_orders.ts";

const { afterCommand, afterReport, CELL, isWorking, ORDER_COMMAND, ORDER_REPORT, ORDER_STATE } =
  lifecycle;
const { ORDER_FLAG, ORDER_MARK, ORDER_REASON, SIZING } = orderTable;

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

/** Where a pending order stands that was sent and acknowledged. */
const TAKEN = afterReport(
  afterCommand(ORDER_STATE.pending, ORDER_COMMAND.send),
  ORDER_REPORT.acknowledged,
);

/** The orders of one book. */
export class OrderBook {
  readonly table: OrderTable = new OrderTable();
  readonly working: WorkingOrders;
  /** Pending orders that the venue has still to take, in the order in which they were made or set free. */
  readonly fresh: RowScratch = new RowScratch();
  /** Orders in each state. */
  readonly counts: Int32Array = new I32(ORDER_STATE_NAMES.length);
  /** What is to be asked of a venue that is somebody else's; null where a cancel is done at once. */
  readonly remote: RemoteRequests | null;
  /** Reports that were repeats, and that could not be. */
  repeats = 0;
  unexpected = 0;

  /** @param isRemote True where a broker has the orders: a cancel of one that was sent is asked for, and done when it is reported. */
  constructor(seriesCount: number, isRemote = false) {
    this.remote = isRemote ? new RemoteRequests() : null;
    this.working = new WorkingOrders(seriesCount, this.table);
  }

  /** Writes the state to a tape, or takes it back from one. */
  carry(tape: StateTape, isCopy = false): void {
    tape.part("order book", 1);
    this.repeats = tape.number(this.repeats);
    this.unexpected = tape.number(this.unexpected);
    tape.entries(this.counts, ORDER_STATE_NAMES.length);
    this.table.carry(tape);
    this.working.carry(tape);
    this.fresh.carry(tape);
    if (this.remote !== null && !isCopy) this.remote.carry(tape);
  }

  /** Lets the orders leave that have no place in a map. For a book whose orders are not at a broker. */
  renumber(map: RowMap): void {
    this.working.renumber(map);
    this.fresh.renumber(map);
    this.table.renumber(map);
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

  /** Sends an order to a venue that acknowledges it at once. */
  take(row: number, timeUs: number): void {
    if (this.table.state[row] === ORDER_STATE.pending) {
      this.#move(row, ORDER_STATE.pending, TAKEN, ORDER_REASON.none, timeUs);
      return;
    }
    this.command(row, ORDER_COMMAND.send, ORDER_REASON.none, timeUs);
    this.report(row, ORDER_REPORT.acknowledged, ORDER_REASON.none, timeUs);
  }

  /** Applies a report that carries no quantity. Returns its {@linkcode OUTCOME}. */
  report(row: number, report: number, reason: number, timeUs: number): number {
    const state = this.table.state[row]!, next = afterReport(state, report);
    switch (next) {
      case CELL.refused:
        this.unexpected++;
        return OUTCOME.unexpected;
      case CELL.repeat:
        if (this.#learns(row, state, report)) return OUTCOME.applied;
        this.repeats++;
        return OUTCOME.repeat;
      case CELL.same:
        this.#learns(row, state, report);
        return OUTCOME.applied;
      case CELL.back:
        this.#move(row, state, this.#stateBefore(row, report), ORDER_REASON.none, timeUs);
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
    const table = this.table, state = table.state[row]!;
    table.filled[row]! += quantity;
    table.fill[row] = fillRow;
    if (state > ORDER_STATE.filled) this.#mark(row, ORDER_MARK.late_fill);
    return this.report(
      row,
      completes ? ORDER_REPORT.full_fill : ORDER_REPORT.partial_fill,
      // An order of a margin call has its reason from the start, and keeps it.
      isWorking(table.state[row]!) ? table.reason[row]! : ORDER_REASON.none,
      timeUs,
    );
  }

  /**
   * Applies a fill as a broker tells it: whether it completes the order follows from the quantities. A fill of an order that was replaced
   * meanwhile counts for its successor too.
   *
   * @param quantity Signed units; one of no size, or against the side of the order, is unexpected and not booked.
   */
  execute(row: number, quantity: number, fillRow: number, timeUs: number): number {
    const table = this.table, asked = table.quantity[row]!;
    if (quantity === 0 || (table.sizing[row] === SIZING.quantity && asked * quantity < 0)) {
      this.unexpected++;
      return OUTCOME.unexpected;
    }
    const outcome = this.fill(
      row,
      quantity,
      this.#leaves(row, quantity) === 0,
      fillRow,
      timeUs,
    );
    this.#markOverfill(row);
    const successor = table.successor.get(row) - 1;
    if (successor >= 0) this.execute(successor, quantity, fillRow, timeUs);
    return outcome;
  }

  /**
   * Applies the venue's report that an order was replaced, and returns the row of its successor: a working order that goes on from what is
   * filled, so that a filled quantity is never offered again. Returns -1, and changes nothing, when the order cannot have been replaced.
   *
   * @param quantity Signed units in all, what is filled included; at most that much ends the successor as filled.
   */
  replaced(row: number, quantity: number, limit: number, stop: number, timeUs: number): number {
    const table = this.table, state = table.state[row]!;
    if (afterReport(state, ORDER_REPORT.replaced) !== ORDER_STATE.replaced) {
      this.report(row, ORDER_REPORT.replaced, ORDER_REASON.none, timeUs);
      return -1;
    }
    const successor = table.add(
      table.series[row]!,
      table.sizing[row]!,
      table.type[row]!,
      table.timeInForce[row]!,
      table.flags[row]!,
      quantity,
      limit,
      stop,
      table.trail.get(row),
      timeUs,
      table.expiresUs[row]!,
    );
    const filled = table.filled[row]!;
    // Less than what is filled cannot be asked for any more.
    if (quantity < 0 ? quantity > filled : quantity < filled) table.quantity[successor] = filled;
    table.filled[successor] = filled;
    table.fill[successor] = table.fill[row]!;
    table.successor.set(row, successor + 1);
    table.predecessor.set(successor, row + 1);
    this.report(row, ORDER_REPORT.replaced, ORDER_REASON.none, timeUs);
    const rests = filled === 0 ? ORDER_STATE.accepted : ORDER_STATE.partially_filled;
    const isCancelling = state === ORDER_STATE.pending_cancel;
    table.before.set(successor, rests);
    table.state[successor] = isCancelling ? ORDER_STATE.pending_cancel : rests;
    this.counts[table.state[successor]!]! += 1;
    this.working.add(successor);
    // What was asked for is filled already: the rest of the order is cancelled, and filled says more than that.
    if (this.#leaves(successor, 0) === 0) {
      this.report(successor, ORDER_REPORT.full_fill, ORDER_REASON.none, timeUs);
    }
    return successor;
  }

  /**
   * Follows a bust or a correction of a fill: changes what is filled by signed `change` units. The state stays: a venue does not put an
   * order back to work because a trade was broken.
   */
  correct(row: number, change: number, timeUs: number): number {
    const table = this.table;
    for (let link = row + 1; link !== 0; link = table.successor.get(link - 1)) {
      table.filled[link - 1]! += change;
      this.#mark(link - 1, ORDER_MARK.corrected);
      this.#markOverfill(link - 1);
    }
    return this.report(row, ORDER_REPORT.corrected, ORDER_REASON.none, timeUs);
  }

  /** Ends a working order from our side: refused before it was sent, or cancelled and confirmed at once, or by a report later. */
  cancel(row: number, reason: number, timeUs: number): boolean {
    const before = this.table.state[row]!;
    if (!this.command(row, ORDER_COMMAND.cancel, reason, timeUs)) return false;
    const state = this.table.state[row]!;
    if (this.remote !== null) {
      if (isWorking(state) && before !== ORDER_STATE.pending_cancel) this.remote.askCancel(row);
    } else if (state === ORDER_STATE.pending_cancel) {
      this.report(row, ORDER_REPORT.cancelled, reason, timeUs);
    }
    return true;
  }

  /** Forgets of the fresh orders those that are pending no more. */
  dropSent(): void {
    const { fresh } = this;
    let kept = 0;
    for (let k = 0; k < fresh.length; k++) {
      if (this.table.state[fresh.at(k)] === ORDER_STATE.pending) fresh.keep(kept++, fresh.at(k));
    }
    fresh.length = kept;
  }

  /** Takes the state of an order as another book has it, whatever the lifecycle says; one that has ended stays as it is. */
  follow(row: number, state: number, reason: number, timeUs: number): void {
    const from = this.table.state[row]!;
    if (from !== state && isWorking(from)) this.#move(row, from, state, reason, timeUs);
  }

  /** Units that are left to fill after a further fill, never below 0; not known of a target. */
  #leaves(row: number, further: number): number {
    const table = this.table, asked = table.quantity[row]!, filled = table.filled[row]! + further;
    if (table.sizing[row] !== SIZING.quantity) return NaN;
    const left = asked < 0 ? filled - asked : asked - filled;
    return left > 0 ? left : 0;
  }

  #markOverfill(row: number): void {
    const table = this.table, asked = table.quantity[row]!, filled = table.filled[row]!;
    const isOver = asked < 0 ? filled < asked : filled > asked;
    if (table.sizing[row] === SIZING.quantity && isOver) this.#mark(row, ORDER_MARK.overfilled);
  }

  #mark(row: number, mark: number): void {
    const { marks } = this.table;
    marks.set(row, marks.get(row) | mark);
  }

  /** Notes what a report tells of the state behind a pending cancel or replace. Returns false when it tells nothing new. */
  #learns(row: number, state: number, report: number): boolean {
    if (state !== ORDER_STATE.pending_cancel && state !== ORDER_STATE.pending_replace) return false;
    const { before } = this.table, known = before.get(row), next = afterReport(known, report);
    if (next === CELL.back) before.set(row, this.#stateBefore(row, report));
    else if (next >= 0 && isWorking(next)) before.set(row, next);
    else return false;
    return true;
  }

  /** Where a refused cancel or replace, or a resumption, leads back to. */
  #stateBefore(row: number, report: number): number {
    const table = this.table;
    if (report !== ORDER_REPORT.resumed) return table.before.get(row);
    return table.filled[row] === 0 ? ORDER_STATE.accepted : ORDER_STATE.partially_filled;
  }

  #move(row: number, from: number, to: number, reason: number, timeUs: number): void {
    const table = this.table;
    this.counts[from]! -= 1;
    this.counts[to]! += 1;
    table.state[row] = to;
    this.remote?.follow(row, to);
    if (isWorking(to)) {
      // A refusal leads back to a state without a request of ours.
      const asks = to === ORDER_STATE.pending_cancel || to === ORDER_STATE.pending_replace;
      if (asks && from !== ORDER_STATE.pending_replace) table.before.set(row, from);
      if (!isWorking(from)) this.#revive(row);
      return;
    }
    table.reason[row] = reason;
    if (isWorking(from)) {
      if ((table.flags[row]! & ORDER_FLAG.held) === 0) this.working.remove(row);
      table.end(row, timeUs);
    }
  }

  #revive(row: number): void {
    const table = this.table;
    table.reason[row] = ORDER_REASON.none;
    table.endedUs[row] = NaN;
    this.#mark(row, ORDER_MARK.revived);
    this.working.add(row);
  }
}
