/**
 * Where intents become orders: checks everything before anything changes, puts targets in the place of earlier ones, attaches protective
 * orders, amends and cancels.
 *
 * @module
 */

import * as core from "../core/mod.ts";
import type { StateTape } from "../core/mod.ts";
import type { Instrument } from "../market/mod.ts";
import * as protocols from "../protocols/mod.ts";
import * as trading from "../trading/mod.ts";
import type { LinkedOrders, OrderBook, OrderTable, RiskControl, RowMap } from "../trading/mod.ts";
import { Amendments } from "./order_amendments.ts";
import * as orderLimits from "./order_limits.ts";
import { ANY_TIME, grants, type Rights } from "./rights.ts";
import type { SessionClock } from "./session_clock.ts";
import { sizingOf } from "./verb_sizing.ts";

const { isWhole } = core;
const { TERM, VERB } = protocols;
const { isWorking, ORDER_COMMAND, ORDER_FLAG, ORDER_REASON, ORDER_REPORT, ORDER_STATE } = trading;
const { ORDER_TYPE, SIZING, TIME_IN_FORCE, VERDICT } = trading;
const { isPrice, isUnits, MAX_WEIGHT, MAX_WORKING_ORDERS } = orderLimits;

const I32 = Int32Array, RangeErrorOf = RangeError;

/** What the desk works on. */
export interface DeskBooks {
  readonly book: OrderBook;
  readonly linked: LinkedOrders;
  readonly instruments: readonly Instrument[];
  /** The session clock of each series. */
  readonly sessions: readonly SessionClock[];
  readonly rights: Rights;
  readonly risk: RiskControl;
  /** 1 for each series that is no longer listed. */
  readonly delisted: Uint8Array;
  /** True where the strategy learns late of what has ended: a request about that changes nothing, instead of being a fault. */
  readonly ignoresLate: boolean;
}

/** Takes the intents of one book. */
export class OrderDesk {
  readonly #book: OrderBook;
  readonly #table: OrderTable;
  readonly #linked: LinkedOrders;
  readonly #instruments: readonly Instrument[];
  readonly #sessions: readonly SessionClock[];
  readonly #rights: Rights;
  readonly #risk: RiskControl;
  readonly #delisted: Uint8Array;
  readonly #ignoresLate: boolean;
  readonly #amendments: Amendments;
  /** Row of the last target of each series, -1 for none. */
  readonly #target: Int32Array;
  // The terms of the next row; 0, or -1 for a row, when there is none. Most requests have no term at all.
  #hasTerms = false;
  #trail = 0;
  #goodTillUs = 0;
  #stopLoss = 0;
  #takeProfit = 0;
  #ocoWith = -1;
  #afterFill = -1;
  #row = -1;

  constructor(books: DeskBooks) {
    this.#book = books.book;
    this.#table = books.book.table;
    this.#linked = books.linked;
    this.#instruments = books.instruments;
    this.#sessions = books.sessions;
    this.#rights = books.rights;
    this.#risk = books.risk;
    this.#delisted = books.delisted;
    this.#ignoresLate = books.ignoresLate;
    this.#amendments = new Amendments(books.book, books.instruments, books.risk);
    const count = books.instruments.length, target = new I32(count);
    for (let s = 0; s < count; s++) target[s] = -1;
    this.#target = target;
  }

  /** Writes the state to a tape, or takes it back from one. */
  carry(tape: StateTape): void {
    tape.part("order desk", 1);
    tape.entries(this.#target, this.#instruments.length);
  }

  /** Lets the orders leave that have no place in a map. */
  renumber(map: RowMap): void {
    const target = this.#target;
    // A term without its request is a fault of whoever sends them: it is not carried over.
    this.#clearTerms();
    for (let s = 0; s < this.#instruments.length; s++) {
      if (target[s] !== -1) target[s] = map.to[target[s]!]!;
    }
  }

  /**
   * Sets a term of the request that follows. Orders are named by their ids.
   *
   * @throws {RangeError} On a kind or value that no strategy can give.
   */
  term(kind: number, value: number): void {
    const price = isPrice(value), named = this.#rowOf(value), row = named !== -1;
    this.#hasTerms = true;
    if (kind === TERM.trail && price) this.#trail = value;
    else if (kind === TERM.good_till && isWhole(value) && value > 0) this.#goodTillUs = value;
    else if (kind === TERM.stop_loss && price) this.#stopLoss = value;
    else if (kind === TERM.take_profit && price) this.#takeProfit = value;
    else if (kind === TERM.oco_with && row) this.#ocoWith = this.#table.latest(named);
    else if (kind === TERM.after_fill && row) this.#afterFill = this.#table.latest(named);
    else if (kind === TERM.row && row) this.#row = named;
    else throw illegal();
  }

  /**
   * Takes a request and returns the row of its order.
   *
   * @param quantity Units, weight, or id to cancel, by the verb.
   * @param limit Price ticks, 0 for none.
   * @param stop Price ticks, 0 for none.
   * @throws {RangeError} On a request that no strategy can make through its verbs; nothing is changed then.
   */
  request(
    verb: number,
    s: number,
    type: number,
    timeInForce: number,
    flags: number,
    quantity: number,
    limit: number,
    stop: number,
    nowUs: number,
  ): number {
    try {
      if (verb === VERB.cancel) return this.#cancel(s, this.#rowOf(quantity), nowUs);
      if (verb === VERB.amend) return this.#amend(s, quantity, limit, stop, nowUs);
      this.#check(verb, s, type, timeInForce, flags, quantity, limit, stop, nowUs);
      return this.#place(verb, s, type, timeInForce, flags, quantity, limit, stop, nowUs);
    } finally {
      if (this.#hasTerms) this.#clearTerms();
    }
  }

  #clearTerms(): void {
    this.#hasTerms = false;
    this.#trail =
      this.#goodTillUs =
      this.#stopLoss =
      this.#takeProfit =
        0;
    this.#ocoWith = this.#afterFill = this.#row = -1;
  }

  #place(
    verb: number,
    s: number,
    type: number,
    timeInForce: number,
    flags: number,
    quantity: number,
    limit: number,
    stop: number,
    nowUs: number,
  ): number {
    const book = this.#book, isListed = this.#delisted[s] === 0, sizing = sizingOf(verb);
    const granted = isListed && grants(
      this.#rights,
      type,
      verb === VERB.order ? timeInForce : ANY_TIME,
      this.#stopLoss > 0,
      this.#takeProfit > 0,
    );
    const verdict = granted && this.#risk.isOn
      ? this.#risk.check(s, sizing, type, flags, quantity, limit, stop, -1, this.#afterFill, nowUs)
      : VERDICT.passed;
    // Also by one that is then refused: the strategy wants the earlier one no more.
    if (sizing !== SIZING.quantity && granted) this.#replaceTarget(s, nowUs);
    const allowed = verdict === VERDICT.reduceOnly ? flags | ORDER_FLAG.reduce_only : flags;
    const parent = this.#afterFill, waits = parent >= 0 && this.#waitsFor(parent);
    // One without the right is in no index: held, and refused at once.
    const row = book.add(
      s,
      sizing,
      type,
      timeInForce,
      waits || !granted ? allowed | ORDER_FLAG.held : allowed,
      quantity,
      limit,
      stop,
      this.#trail,
      nowUs,
      this.#expiryOf(s, timeInForce, nowUs),
    );
    if (!granted) {
      const why = isListed ? ORDER_REASON.not_granted : ORDER_REASON.delisted;
      book.command(row, ORDER_COMMAND.refuse, why, nowUs);
      return row;
    }
    if (sizing !== SIZING.quantity) this.#target[s] = row;
    this.#protect(row, s, nowUs);
    if (waits) this.#adopt(parent, row, nowUs);
    if (this.#ocoWith >= 0) this.#join(row, this.#ocoWith, nowUs);
    if (verdict === VERDICT.refused) {
      // After everything else: a book that mirrors this one makes the same rows, and learns of the refusal later.
      book.command(row, ORDER_COMMAND.refuse, this.#risk.noteRefusal(row), nowUs);
      this.#linked.afterEnd(row, nowUs);
    } else if (this.#risk.isOn) this.#risk.gate.take(row, nowUs);
    return row;
  }

  /** A parent that has ended after a fill is nothing to wait for: its child is free at once. */
  #waitsFor(parent: number): boolean {
    return isWorking(this.#table.state[parent]!) || this.#table.filled[parent] === 0;
  }

  #adopt(parent: number, row: number, nowUs: number): void {
    if (isWorking(this.#table.state[parent]!)) this.#linked.adopt(parent, row, nowUs);
    else this.#end(row, ORDER_REASON.parent_ended, nowUs);
  }

  #join(row: number, other: number, nowUs: number): void {
    const state = this.#table.state[other]!;
    if (isWorking(state)) this.#linked.join(row, other);
    else if (state === ORDER_STATE.filled) this.#end(row, ORDER_REASON.sibling_filled, nowUs);
  }

  /** Attaches a stop and a limit order, held until the entry fills and as large as that, of which one cancels the other. */
  #protect(row: number, s: number, nowUs: number): void {
    const stopLoss = this.#stopLoss, takeProfit = this.#takeProfit;
    const loss = stopLoss > 0 ? this.#child(row, s, ORDER_TYPE.stop, 0, stopLoss, nowUs) : -1;
    const profit = takeProfit > 0
      ? this.#child(row, s, ORDER_TYPE.limit, takeProfit, 0, nowUs)
      : -1;
    if (loss >= 0 && profit >= 0) this.#linked.join(profit, loss);
  }

  #child(
    parent: number,
    s: number,
    type: number,
    limit: number,
    stop: number,
    nowUs: number,
  ): number {
    const flags = ORDER_FLAG.held | ORDER_FLAG.reduce_only;
    const row = this.#book.add(
      s,
      SIZING.quantity,
      type,
      TIME_IN_FORCE.gtc,
      flags,
      0,
      limit,
      stop,
      0,
      nowUs,
      Infinity,
    );
    this.#linked.adopt(parent, row, nowUs);
    return row;
  }

  #replaceTarget(s: number, nowUs: number): void {
    const earlier = this.#target[s]!;
    if (earlier !== -1 && isWorking(this.#table.state[earlier]!)) {
      this.#end(earlier, ORDER_REASON.replaced_by_target, nowUs);
    }
  }

  #cancel(s: number, row: number, nowUs: number): number {
    if (!this.#isWorkingRow(s, row)) return this.#late(s, row, "cancelled");
    this.#end(row, ORDER_REASON.cancelled_by_strategy, nowUs);
    return row;
  }

  #end(row: number, reason: number, nowUs: number): void {
    this.#book.cancel(row, reason, nowUs);
    this.#linked.afterEnd(row, nowUs);
  }

  #amend(s: number, quantity: number, limit: number, stop: number, nowUs: number): number {
    const row = this.#row;
    if (!this.#isWorkingRow(s, row)) return this.#late(s, row, "amended");
    if (!this.#amendments.isLegal(row, s, quantity, limit, stop)) throw illegal();
    if (!this.#amendments.leavesNothing(row, quantity)) {
      this.#amendments.apply(row, s, quantity, limit, stop, nowUs);
    } else this.#end(row, ORDER_REASON.cancelled_by_strategy, nowUs);
    return row;
  }

  /** True for a working order of the strategy's. One that has a reason while it works was made by the account. */
  #isWorkingRow(s: number, row: number): boolean {
    const table = this.#table;
    return this.#isRow(s, row) && isWorking(table.state[row]!) &&
      table.reason[row] === ORDER_REASON.none;
  }

  /** Lets a request about an order that has ended pass where the strategy could not know yet. */
  #late(s: number, row: number, what: string): number {
    if (this.#ignoresLate && this.#isRow(s, row)) return row;
    throw new RangeErrorOf("only a working order can be " + what);
  }

  #isRow(s: number, row: number): boolean {
    const table = this.#table;
    return isWhole(row) && row >= 0 && row < table.length && table.series[row] === s;
  }

  /** The row of an id, -1 for what is none or has left. */
  #rowOf(id: number): number {
    const row = isWhole(id) && id >= 0 ? this.#table.rowOf(id) : -1;
    return row < this.#table.length ? row : -1;
  }

  #expiryOf(s: number, timeInForce: number, nowUs: number): number {
    switch (timeInForce) {
      case TIME_IN_FORCE.gtc:
        return Infinity;
      case TIME_IN_FORCE.gtd:
        return this.#goodTillUs;
      default:
        return this.#sessions[s]!.closeAfter(nowUs);
    }
  }

  #check(
    verb: number,
    s: number,
    type: number,
    timeInForce: number,
    flags: number,
    quantity: number,
    limit: number,
    stop: number,
    nowUs: number,
  ): void {
    if (this.#book.working.count >= MAX_WORKING_ORDERS) {
      throw new RangeErrorOf("more than " + MAX_WORKING_ORDERS + " working orders");
    }
    const exists = isWhole(s) && s >= 0 && s < this.#instruments.length;
    const order = verb === VERB.order, lot = exists ? this.#instruments[s]!.lot : NaN;
    // Most orders are market orders for the day and nothing else: the questions below are answered.
    const isPlain = order && type === ORDER_TYPE.market && timeInForce === TIME_IN_FORCE.day &&
      flags === 0 && limit === 0 && stop === 0 && !this.#hasTerms;
    if (isPlain) {
      if (quantity === 0 || !isUnits(quantity, lot)) throw illegal();
      return;
    }
    const weight = verb === VERB.targetWeight;
    const isMarket = type === ORDER_TYPE.market, isLimit = type === ORDER_TYPE.limit;
    const hasLimit = isLimit || type === ORDER_TYPE.stop_limit;
    const hasStop = type === ORDER_TYPE.stop || type === ORDER_TYPE.stop_limit ||
      type === ORDER_TYPE.if_touched;
    const atOnce = timeInForce >= TIME_IN_FORCE.ioc;
    const legal = (weight || order || verb === VERB.targetQuantity) &&
      exists &&
      isWhole(type) && type >= 0 && type <= ORDER_TYPE.if_touched && (isMarket || order) &&
      isWhole(timeInForce) && timeInForce >= 0 && timeInForce <= TIME_IN_FORCE.cls &&
      (timeInForce === TIME_IN_FORCE.gtd) === (this.#goodTillUs > 0) &&
      (timeInForce !== TIME_IN_FORCE.gtd || this.#goodTillUs > nowUs) &&
      (!atOnce || isMarket || isLimit) &&
      isWhole(flags) && flags >= 0 && flags < ORDER_FLAG.triggered &&
      ((flags & ORDER_FLAG.post_only) === 0 || (hasLimit && !atOnce)) &&
      (hasLimit ? isPrice(limit) : limit === 0) && (hasStop ? isPrice(stop) : stop === 0) &&
      (type === ORDER_TYPE.trailing_stop) === (this.#trail > 0) &&
      (weight ? quantity <= MAX_WEIGHT && quantity >= -MAX_WEIGHT : isUnits(quantity, lot)) &&
      (order ? quantity !== 0 : this.#ocoWith < 0 && this.#afterFill < 0);
    if (!legal) throw illegal();
  }

  /** Ends a pending or resting order by its time. */
  expire(row: number, reason: number, nowUs: number): void {
    this.#book.report(row, ORDER_REPORT.expired, reason, nowUs);
    if (this.#table.state[row] === ORDER_STATE.expired) this.#linked.afterEnd(row, nowUs);
  }
}

function illegal(): RangeError {
  return new RangeErrorOf("not a request that a strategy can make");
}
