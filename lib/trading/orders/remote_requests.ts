/**
 * What a book has still to ask of a broker that has its orders: cancels and new terms, in the order in which they were wished. The owner takes
 * them out and sends them; what becomes of them comes back as reports.
 *
 * @module
 */

import type { StateTape } from "../../core/mod.ts";
import { SparseColumn } from "./columns.ts";
import { isWorking, ORDER_STATE } from "./lifecycle.ts";
import { RowScratch } from "./working_orders.ts";

/** Requests of one book. */
export class RemoteRequests {
  /** Rows to be cancelled, and to be given new terms. */
  readonly cancels: RowScratch = new RowScratch();
  readonly replaces: RowScratch = new RowScratch();
  /** Rows whose new terms were not taken: whoever believes in them is to be told. */
  readonly denied: RowScratch = new RowScratch();
  /** Signed units in all, price ticks; of the last wish of each row. */
  readonly quantity: SparseColumn = new SparseColumn();
  readonly limit: SparseColumn = new SparseColumn();
  readonly stop: SparseColumn = new SparseColumn();
  /** How often each order was replaced: the generation of its name at the broker. */
  readonly generation: SparseColumn = new SparseColumn();

  /** Wishes a cancel. */
  askCancel(row: number): void {
    this.cancels.add(row);
  }

  /** Wishes new terms: signed units in all, price ticks, as they will be. */
  askReplace(row: number, quantity: number, limit: number, stop: number): void {
    this.quantity.set(row, quantity);
    this.limit.set(row, limit);
    this.stop.set(row, stop);
    this.replaces.add(row);
  }

  /** Forgets what an order that came to a state has no use for any more. */
  follow(row: number, state: number): void {
    if (this.cancels.length > 0 && !isWorking(state)) this.cancels.drop(row);
    if (this.replaces.length > 0 && state !== ORDER_STATE.pending_replace) this.replaces.drop(row);
  }

  /** Writes the state to a tape, or takes it back from one. */
  carry(tape: StateTape): void {
    tape.part("remote requests", 1);
    this.cancels.carry(tape);
    this.replaces.carry(tape);
    this.denied.carry(tape);
    this.quantity.carry(tape);
    this.limit.carry(tape);
    this.stop.carry(tape);
    this.generation.carry(tape);
  }
}
