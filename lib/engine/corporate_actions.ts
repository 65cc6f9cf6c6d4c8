/**
 * Corporate actions: what they do to the book, and the record of it. Interest and fees of the nights are recorded here too, so that the log
 * has everything but fills in the order in which it was booked.
 *
 * - A split restates position, orders and marks; what is left of a unit is paid in cash.
 * - A dividend is cash.
 * - A rename changes nothing: a series keeps its name for the whole run. It is an entry of the ledger, which says the new name.
 * - A delisting closes the position at the last close without costs, cancels the orders, and refuses new ones.
 * - A halt or a resume is an entry of the ledger; what it keeps from trading is in `halts.ts`.
 *
 * @module
 */

import { mulDiv, type StateTape } from "../core/mod.ts";
import type { Bars } from "../market/mod.ts";
import {
  copyF64,
  copyI32,
  type Ledger,
  type LinkedOrders,
  ORDER_FLAG,
  ORDER_REASON,
  type OrderBook,
  RowScratch,
  SIZING,
  unitsAfterSplit,
} from "../trading/mod.ts";
import { toTicks } from "../venue/mod.ts";

const F64 = Float64Array, I32 = Int32Array, U8 = Uint8Array;

/** Where an action stands in a run. */
interface Place {
  readonly series: number;
  /** First row after the action; the number of rows for a delisting. */
  readonly row: number;
  /** Close time of that row, from which it counts; for a delisting the open of the session, for a halt its own time. Microseconds UTC. */
  readonly timeUs: number;
}

/** An action placed before a row of a series. */
export type ScheduledAction =
  & Place
  & (
    /** `numerator` new shares for `denominator` old ones. */
    | { readonly kind: "split"; readonly numerator: number; readonly denominator: number }
    /** Micro-units a share. */
    | { readonly kind: "dividend"; readonly amountMicros: number }
    | { readonly kind: "rename"; readonly newSymbol: string }
    | { readonly kind: "delist" }
    | { readonly kind: "halt" | "resume" }
  );

/** What an entry of the log is; the numbers are places in this list. */
export const ENTRY_NAMES = [
  "split",
  "dividend",
  "rename",
  "delist",
  "halt",
  "resume",
  "borrow_fee",
  "debit_interest",
  "credit_interest",
] as const;

/** An entry by its number; those of nights come last. */
export const ENTRY = {
  split: 0,
  dividend: 1,
  rename: 2,
  delist: 3,
  halt: 4,
  resume: 5,
  borrowFee: 6,
  debitInterest: 7,
  creditInterest: 8,
} as const;

/** Columns of what actions and nights did; the first `length` rows are in use. */
export class ActionLog {
  /** The actions of the run, which `action` counts in. */
  readonly actions: readonly ScheduledAction[];
  length = 0;
  #capacity = 16;
  step: Int32Array = new I32(16);
  /** -1 for interest, which is of the account. */
  series: Int32Array = new I32(16);
  /** Open of the first bar after the action or the night, the time of a halt; microseconds UTC. */
  timeUs: Float64Array = new F64(16);
  /** A number of {@linkcode ENTRY}. */
  kind: Int32Array = new I32(16);
  /** Number of the action, -1 for a night. */
  action: Int32Array = new I32(16);
  /** Units that the position changed by. */
  quantity: Float64Array = new F64(16);
  /**
   * Micro-units received, below 0 when paid: a dividend, cash in lieu of what a split left of a unit, the value of a delisted position,
   * fees and interest.
   */
  cash: Float64Array = new F64(16);

  constructor(actions: readonly ScheduledAction[]) {
    this.actions = actions;
  }

  /** Adds an entry. */
  add(
    step: number,
    timeUs: number,
    kind: number,
    series: number,
    action: number,
    quantity: number,
    cash: number,
  ): void {
    if (this.length === this.#capacity) this.#grow();
    const row = this.length++;
    this.step[row] = step;
    this.series[row] = series;
    this.timeUs[row] = timeUs;
    this.kind[row] = kind;
    this.action[row] = action;
    this.quantity[row] = quantity;
    this.cash[row] = cash;
  }

  /** Writes the state to a tape, or takes it back from one. */
  carry(tape: StateTape): void {
    tape.part("action log", 1);
    this.length = tape.number(this.length);
    this.#capacity = tape.number(this.#capacity);
    const length = this.length, capacity = this.#capacity;
    this.step = tape.i32(this.step, length, capacity);
    this.series = tape.i32(this.series, length, capacity);
    this.timeUs = tape.f64(this.timeUs, length, capacity);
    this.kind = tape.i32(this.kind, length, capacity);
    this.action = tape.i32(this.action, length, capacity);
    this.quantity = tape.f64(this.quantity, length, capacity);
    this.cash = tape.f64(this.cash, length, capacity);
  }

  #grow(): void {
    const from = this.#capacity, to = from * 2;
    this.step = copyI32(this.step, from, to);
    this.series = copyI32(this.series, from, to);
    this.timeUs = copyF64(this.timeUs, from, to);
    this.kind = copyI32(this.kind, from, to);
    this.action = copyI32(this.action, from, to);
    this.quantity = copyF64(this.quantity, from, to);
    this.cash = copyF64(this.cash, from, to);
    this.#capacity = to;
  }
}

/** Told about what changes the past of a series. */
export interface EngineListener {
  /** A split took effect before row `row` of series `s`: earlier prices are to be read times `denominator / numerator`. */
  onSplit(s: number, row: number, numerator: number, denominator: number): void;
}

/** What actions work on: one book over its series. */
export interface ActionBooks {
  readonly series: readonly Bars[];
  readonly book: OrderBook;
  readonly linked: LinkedOrders;
  readonly ledger: Ledger;
  readonly actionLog: ActionLog;
}

/** Applies the actions of a run in their order. */
export class CorporateActions {
  /** When the next action is due, Infinity when there is none. */
  nextUs = Infinity;
  /** 1 for each series that is no longer listed. */
  readonly delisted: Uint8Array;
  readonly #actions: readonly ScheduledAction[];
  readonly #books: ActionBooks;
  readonly #rows: RowScratch = new RowScratch();
  #at = 0;

  constructor(books: ActionBooks) {
    this.#books = books;
    this.#actions = books.actionLog.actions;
    this.delisted = new U8(books.series.length);
    this.#plan();
  }

  /** Applies all that is due at the instant of a step, before its fills. */
  apply(step: number, nowUs: number, listener: EngineListener | null): void {
    for (; this.nextUs <= nowUs; this.#plan()) this.#apply(this.#at++, step, nowUs, listener);
  }

  /** Applies what no later instant can: delistings after the last bar. */
  finish(step: number, nowUs: number): void {
    for (; this.#at < this.#actions.length; this.#at++) {
      if (this.#actions[this.#at]!.kind === "delist") this.#apply(this.#at, step, nowUs, null);
    }
    this.nextUs = Infinity;
  }

  /** Writes the state to a tape, or takes it back from one. */
  carry(tape: StateTape): void {
    tape.part("corporate actions", 1);
    this.#at = tape.number(this.#at);
    this.nextUs = tape.number(this.nextUs);
    tape.entries(this.delisted, this.#books.series.length);
  }

  #plan(): void {
    const actions = this.#actions;
    this.nextUs = this.#at < actions.length ? actions[this.#at]!.timeUs : Infinity;
  }

  #apply(at: number, step: number, nowUs: number, listener: EngineListener | null): void {
    const action = this.#actions[at]!, s = action.series, { actionLog, ledger } = this.#books;
    const bars = this.#books.series[s]!, held = ledger.position[s]!;
    switch (action.kind) {
      case "rename":
        actionLog.add(step, bars.time[action.row]!, ENTRY.rename, s, at, 0, 0);
        return;
      case "halt":
      case "resume":
        actionLog.add(step, action.timeUs, ENTRY[action.kind], s, at, 0, 0);
        return;
      case "delist": {
        this.delisted[s] = 1;
        this.#cancelAll(s, nowUs);
        // After a split of the same night the mark is the last price in the shares that are held.
        const last = this.#isSplitBefore(at)
          ? ledger.mark[s]!
          : toTicks(bars.close[action.row - 1]!);
        const received = held === 0 ? 0 : ledger.delist(s, last);
        actionLog.add(step, action.timeUs, ENTRY.delist, s, at, 0 - held, received);
        return;
      }
      case "dividend": {
        const paid = ledger.dividend(s, action.amountMicros);
        actionLog.add(step, bars.time[action.row]!, ENTRY.dividend, s, at, 0, paid);
        return;
      }
      case "split": {
        const { numerator, denominator } = action;
        // The mark before the split; a second split of the same night finds it in the shares after the first.
        if (held !== 0 && !this.#isSplitBefore(at)) {
          ledger.setMark(s, toTicks(bars.close[action.row - 1]!));
        }
        const cash = ledger.split(s, numerator, denominator);
        this.#splitOrders(s, numerator, denominator, nowUs);
        const change = ledger.position[s]! - held;
        actionLog.add(step, bars.time[action.row]!, ENTRY.split, s, at, change, cash);
        if (listener !== null) listener.onSplit(s, action.row, numerator, denominator);
      }
    }
  }

  #cancelAll(s: number, nowUs: number): void {
    const { book, linked } = this.#books, rows = this.#rows, count = book.working.list(s, rows);
    for (let k = 0; k < count; k++) {
      book.cancel(rows.at(k), ORDER_REASON.delisted, nowUs);
      linked.afterEnd(rows.at(k), nowUs);
    }
  }

  /** True when an earlier action split the same series before the same row. */
  #isSplitBefore(at: number): boolean {
    const actions = this.#actions, { series, row } = actions[at]!;
    for (let i = at - 1; i >= 0; i--) {
      const earlier = actions[i]!;
      if (earlier.kind === "halt" || earlier.kind === "resume") continue;
      if (earlier.series !== series || earlier.row !== row) return false;
      if (earlier.kind === "split") return true;
    }
    return false;
  }

  /** Restates the working and held orders of a series; one that is left with less than one unit is cancelled. */
  #splitOrders(s: number, numerator: number, denominator: number, nowUs: number): void {
    const { book, linked } = this.#books, orders = book.table, rows = this.#rows;
    const { working } = book;
    const count = working.list(s, rows);
    for (let k = 0; k < count; k++) {
      const row = rows.at(k);
      this.#splitOrder(row, numerator, denominator);
      if (orders.quantity[row] === orders.filled[row] && orders.sizing[row] === SIZING.quantity) {
        book.cancel(row, ORDER_REASON.below_min_size, nowUs);
        linked.afterEnd(row, nowUs);
      } else working.move(row, true);
    }
    const held = linked.heldOf(s, rows);
    for (let k = 0; k < held; k++) this.#splitOrder(rows.at(k), numerator, denominator);
    linked.split(s, numerator, denominator);
  }

  #splitOrder(row: number, numerator: number, denominator: number): void {
    const orders = this.#books.book.table;
    if (orders.sizing[row] !== SIZING.targetWeight) {
      orders.quantity[row] = unitsAfterSplit(orders.quantity[row]!, numerator, denominator);
      orders.filled[row] = unitsAfterSplit(orders.filled[row]!, numerator, denominator);
    }
    if (orders.limit[row] !== 0) {
      orders.limit[row] = priceAfterSplit(orders.limit[row]!, numerator, denominator);
    }
    if (orders.stop[row] !== 0) {
      orders.stop[row] = priceAfterSplit(orders.stop[row]!, numerator, denominator);
    }
    const trail = orders.trail.get(row);
    if (trail !== 0 && (orders.flags[row]! & ORDER_FLAG.trail_percent) === 0) {
      orders.trail.set(row, priceAfterSplit(trail, numerator, denominator));
    }
  }
}

/** A price in the shares after a split, at least one tick: an order keeps its price. */
function priceAfterSplit(price: number, numerator: number, denominator: number): number {
  const restated = mulDiv(price, denominator, numerator);
  return restated < 1 ? 1 : restated;
}
