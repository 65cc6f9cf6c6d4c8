/**
 * The venue's door: takes new orders when their bar has come, rejects some of them at the seeded rate, ends orders from its side, and keeps
 * what a bar has nothing for out of the way until it is over.
 *
 * @module
 */

import { Random, type StateTape } from "../core/mod.ts";
import type { Bars } from "../market/mod.ts";
import * as trading from "../trading/mod.ts";
import {
  type LinkedOrders,
  type OrderBook,
  type OrderTable,
  type RowMap,
  RowScratch,
  SparseColumn,
} from "../trading/mod.ts";
import type { ExecutionBooks } from "./execution.ts";
import type { MatchingRules } from "./matching_rules.ts";

const { isWorking, ORDER_COMMAND, ORDER_FLAG, ORDER_REASON, ORDER_REPORT, ORDER_STATE } = trading;
const { ORDER_TYPE, TIME_IN_FORCE } = trading;

const floor = Math.floor, imul = Math.imul;

/** Keeps the streams of neighbouring seeds apart: a large odd number. */
const SEED_FACTOR = 0x9e3779b1;

/** Which orders the venue has, and which of them live on a bar. */
export class OrderIntake {
  readonly #book: OrderBook;
  readonly #table: OrderTable;
  readonly #linked: LinkedOrders;
  readonly #rules: MatchingRules;
  readonly #chance: Random;
  readonly #parked: RowScratch = new RowScratch();
  /** When an order whose latency chance decides reaches the venue, microseconds UTC; 0 before it was asked for. */
  readonly #arrival: SparseColumn = new SparseColumn();
  readonly #latencyUs: number;
  readonly #jitterUs: number;
  /** Open of the bar on which an order that may only rest arrived. */
  readonly #arrivedUs: SparseColumn = new SparseColumn();

  constructor(books: ExecutionBooks, rules: MatchingRules) {
    this.#book = books.book;
    this.#table = books.book.table;
    this.#linked = books.linked;
    this.#rules = rules;
    this.#chance = new Random(rules.seed);
    this.#latencyUs = rules.latencyUs;
    this.#jitterUs = rules.latencyJitterUs;
  }

  /** Writes the state to a tape, or takes it back from one. */
  carry(tape: StateTape): void {
    tape.part("order intake", 1);
    this.#chance.carry(tape);
    this.#arrival.carry(tape);
    this.#arrivedUs.carry(tape);
  }

  /** Lets the orders leave that have no place in a map. */
  renumber(map: RowMap): void {
    this.#arrival.renumber(map);
    this.#arrivedUs.renumber(map);
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

  /** Takes the new orders of a series that have reached the venue by an instant; the others stay new. */
  takeAt(s: number, timeUs: number): void {
    const fresh = this.#book.fresh, table = this.#table;
    let kept = 0;
    for (let k = 0; k < fresh.length; k++) {
      const order = fresh.at(k);
      if (!isWorking(table.state[order]!)) continue;
      if (table.series[order] === s && this.isAlive(order, timeUs)) {
        this.accept(order, timeUs);
      } else fresh.keep(kept++, order);
    }
    fresh.length = kept;
  }

  /** Takes an order: it is acknowledged, or rejected at the seeded rate. */
  accept(order: number, timeUs: number): void {
    const rejected = this.#rules.rejectionRate > 0 &&
      this.#chance.next() < this.#rules.rejectionRate;
    if (!rejected) {
      this.#book.take(order, timeUs);
      if ((this.#table.flags[order]! & ORDER_FLAG.post_only) !== 0) {
        this.#arrivedUs.set(order, timeUs);
      }
    } else {
      this.#book.command(order, ORDER_COMMAND.send, ORDER_REASON.none, timeUs);
      this.#book.report(order, ORDER_REPORT.rejected, ORDER_REASON.venue_rejected, timeUs);
      this.#linked.afterEnd(order, timeUs);
    }
  }

  /** An order lives on bars that open after it reached the venue and before it expires, also where its session's last bars are missing. */
  isAlive(order: number, openTimeUs: number): boolean {
    const table = this.#table;
    const arrivesUs = this.#jitterUs === 0
      ? table.createdUs[order]! + this.#latencyUs
      : this.#arrivalOf(order);
    return arrivesUs <= openTimeUs && table.expiresUs[order]! > openTimeUs;
  }

  /** Inside a bar nothing has a time: an order that is good till a date within it has no part in what follows the open. */
  isAliveInside(order: number, openTimeUs: number, closeTimeUs: number): boolean {
    const table = this.#table;
    // One that the venue has not taken yet waits for the next bar.
    return table.state[order] !== ORDER_STATE.pending && this.isAlive(order, openTimeUs) &&
      (table.timeInForce[order] !== TIME_IN_FORCE.gtd || table.expiresUs[order]! >= closeTimeUs);
  }

  /** True on the bar on which a post-only order reaches the venue: later it rests, and nothing makes it take. */
  arrivesAt(order: number, openTimeUs: number): boolean {
    return this.#arrivedUs.get(order) === openTimeUs;
  }

  /** The latency by seed and order number, whatever was asked before. */
  #arrivalOf(order: number): number {
    const known = this.#arrival.get(order);
    if (known !== 0) return known;
    const chance = new Random(imul(this.#rules.seed, SEED_FACTOR) + this.#table.idOf(order)).next();
    const arrivesUs = this.#table.createdUs[order]! + this.#latencyUs +
      floor(chance * this.#jitterUs);
    this.#arrival.set(order, arrivesUs);
    return arrivesUs;
  }

  /**
   * Takes the orders that a fill has set free, so that they see the rest of the bar. Those of another series wait: two bars do not tell what
   * came first.
   *
   * @param series The series of the fill, -1 for all.
   */
  takeReleased(openTimeUs: number, series = -1): void {
    const fresh = this.#book.fresh, table = this.#table;
    let kept = 0;
    for (let k = 0; k < fresh.length; k++) {
      const order = fresh.at(k);
      if (!isWorking(table.state[order]!)) continue;
      const isOfSeries = series === -1 || table.series[order] === series;
      if (isOfSeries && table.parent.get(order) !== 0 && this.isAlive(order, openTimeUs)) {
        this.accept(order, openTimeUs);
      } else fresh.keep(kept++, order);
    }
    fresh.length = kept;
  }

  /** Ends the orders of a halted series that live only at once and would have traded at this open. */
  pass(s: number, openTimeUs: number): void {
    const { working } = this.#book, table = this.#table;
    for (let order = working.head[s]!; order !== -1;) {
      const next = working.next[order]!, timeInForce = table.timeInForce[order]!;
      const atOnce = timeInForce === TIME_IN_FORCE.ioc || timeInForce === TIME_IN_FORCE.fok;
      if (atOnce && this.isAlive(order, openTimeUs)) {
        if (table.state[order] === ORDER_STATE.pending) this.accept(order, openTimeUs);
        if (isWorking(table.state[order]!)) this.end(order, ORDER_REASON.halted, openTimeUs);
      }
      order = next;
    }
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

  /**
   * Keeps an order out of the way that has met its price and was not filled whole, for want of volume: a stop is a market order from then on,
   * and goes on at the next open.
   */
  wait(order: number): void {
    const type = this.#table.type[order]!;
    if (type >= ORDER_TYPE.stop && type !== ORDER_TYPE.stop_limit) {
      this.#table.flags[order]! |= ORDER_FLAG.triggered;
    }
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

/** True when a series has a bar at this instant. */
export function isTouched(s: number, touched: Int32Array, count: number): boolean {
  for (let k = 0; k < count; k++) if (touched[k] === s) return true;
  return false;
}
