/**
 * What a book could come to at worst: every open order counted as filled, at the worst of the last price, its limit and its stop, and
 * nothing counted in its favour.
 *
 * For a series with position value q, working target t, buys B and sells S the position can go from min(q, t, 0) - S to max(q, t, 0) + B:
 * before an order fills, another may have closed the position. A reversal by quantity therefore counts whole; by a target it does not.
 * Whatever fills in whatever order, these ends only come closer. Orders that can only reduce are left out.
 *
 * @module
 */

import * as core from "../../core/mod.ts";
import * as lifecycle from "../orders/lifecycle.ts";
import type { OrderBook } from "../orders/order_book.ts";
import * as orderTable from "../orders/order_table.ts";
import type { OrderTable } from "../orders/order_table.ts";
import { RowScratch } from "../orders/working_orders.ts";
import type { FillTable } from "../orders/fill_table.ts";
import type { Ledger } from "../portfolio/ledger.ts";

const { sizeOf } = core;
const { isWorking } = lifecycle;
const { ORDER_FLAG, SIZING } = orderTable;

const F64 = Float64Array, I32 = Int32Array, floor = Math.floor, ceil = Math.ceil;

/** What the risk rules look at: one book and its prices. */
export interface RiskBooks {
  readonly book: OrderBook;
  readonly fills: FillTable;
  readonly ledger: Ledger;
  /** Equity at the last prices, micro-units; positions are marked to them. */
  equity(): number;
  /** Last price of a series in ticks, 0 before the first. */
  lastPrice(series: number): number;
}

/** The open orders of a book, added up by series. All values in micro-units. */
export class WorstCase {
  /** Orders that could add risk, and the units that each side of a series could still trade. */
  readonly open: RowScratch = new RowScratch();
  readonly buys: Float64Array;
  readonly sells: Float64Array;
  /** Value of the working target of a series; `hasTarget` says whether there is one. */
  readonly target: Float64Array;
  readonly hasTarget: Int32Array;
  /** True after a survey when an order of this very instant equals the one that was asked about. */
  foundTwin = false;
  /** True after a survey when it left out a working target. */
  foundTarget = false;
  readonly #books: RiskBooks;
  readonly #table: OrderTable;
  /** Series with an open order: the first `#seriesCount`; and whether a series is among them. */
  readonly #series: Int32Array;
  readonly #isListed: Int32Array;
  #seriesCount = 0;

  constructor(books: RiskBooks) {
    const count = books.ledger.seriesCount;
    this.#books = books;
    this.#table = books.book.table;
    this.buys = new F64(count);
    this.sells = new F64(count);
    this.target = new F64(count);
    this.hasTarget = new I32(count);
    this.#series = new I32(count);
    this.#isListed = new I32(count);
  }

  /**
   * Adds up the open orders anew, without the order `except` (-1 for none) and without the target of the series `exceptTargetOf`.
   *
   * @param twin Terms of the order that is asked about, for `foundTwin`.
   */
  survey(except: number, exceptTargetOf: number, equity: number, twin: OrderTerms): void {
    const table = this.#table, open = this.open;
    this.#forget();
    let kept = 0;
    for (let k = 0; k < open.length; k++) {
      const row = open.at(k);
      if (!isWorking(table.state[row]!) || (table.flags[row]! & ORDER_FLAG.reduce_only) !== 0) {
        continue;
      }
      open.keep(kept++, row);
      if (row === except) continue;
      const s = table.series[row]!, sizing = table.sizing[row]!;
      if (s === twin.series && this.#isTwin(row, twin)) this.foundTwin = true;
      if (sizing !== SIZING.quantity && s === exceptTargetOf) {
        this.foundTarget = true;
        continue;
      }
      this.list(s);
      if (sizing === SIZING.quantity) this.#addOrder(row, s);
      else {
        const asked = table.quantity[row]!;
        this.hasTarget[s] = 1;
        this.target[s] = sizing === SIZING.targetWeight
          ? weightValue(asked, equity)
          : this.valueOf(s, asked, this.#books.lastPrice(s));
      }
    }
    open.length = kept;
  }

  /** Value of units at a price, rounded to a micro-unit where it has parts; not exact past 2^53, which no limit reaches. */
  valueOf(s: number, units: number, price: number): number {
    const ledger = this.#books.ledger;
    return units * ledger.multiplier[s]! * price / ledger.unitsPerShare[s]!;
  }

  /** Lets a series take part in the sums. */
  list(s: number): void {
    if (this.#isListed[s] === 1) return;
    this.#isListed[s] = 1;
    this.#series[this.#seriesCount++] = s;
  }

  /** The greatest size that a series could come to. */
  sizeOf(s: number): number {
    return larger(this.endOf(s, 1), this.endOf(s, -1));
  }

  /** How long (`sign` 1) or short (-1) a series could come to be; never below 0. */
  endOf(s: number, sign: number): number {
    const value = sign * this.#books.ledger.value[s]!;
    const target = this.hasTarget[s] === 1 ? sign * this.target[s]! : 0;
    return larger(larger(value, target), 0) + (sign > 0 ? this.buys[s]! : this.sells[s]!);
  }

  /** Sum of the sizes that all series but one could come to. */
  grossBut(s: number): number {
    const ledger = this.#books.ledger;
    let gross = ledger.holdings + 2 * ledger.shortValue - sizeOf(ledger.value[s]!);
    for (let k = 0; k < this.#seriesCount; k++) {
      const other = this.#series[k]!;
      if (other !== s) gross += this.sizeOf(other) - sizeOf(ledger.value[other]!);
    }
    return gross;
  }

  /** How far longs less shorts of all series could go up (`sign` 1) or down (-1). */
  net(sign: number): number {
    const ledger = this.#books.ledger;
    let net = sign * ledger.holdings;
    for (let k = 0; k < this.#seriesCount; k++) {
      const s = this.#series[k]!, value = sign * ledger.value[s]!;
      const target = sign * this.target[s]!;
      if (this.hasTarget[s] === 1 && target > value) net += target - value;
      net += sign > 0 ? this.buys[s]! : this.sells[s]!;
    }
    return net;
  }

  /** Sum of the five greatest sizes when series `s` has the size `own`. */
  topFive(s: number, own: number): number {
    const count = this.#books.ledger.seriesCount;
    let a = 0, b = 0, c = 0, d = 0, e = 0;
    for (let other = 0; other < count; other++) {
      const size = other === s ? own : this.sizeOf(other);
      if (size <= e) continue;
      e = size;
      let next: number;
      if (e > d) next = d, d = e, e = next;
      if (d > c) next = c, c = d, d = next;
      if (c > b) next = b, b = c, c = next;
      if (b > a) next = a, a = b, b = next;
    }
    return a + b + c + d + e;
  }

  #addOrder(row: number, s: number): void {
    const table = this.#table, left = table.quantity[row]! - table.filled[row]!;
    const price = worstPrice(this.#books.lastPrice(s), table.limit[row]!, table.stop[row]!);
    if (left > 0) this.buys[s]! += this.valueOf(s, left, price);
    else this.sells[s]! -= this.valueOf(s, left, price);
  }

  #isTwin(row: number, twin: OrderTerms): boolean {
    const table = this.#table;
    return table.createdUs[row] === twin.nowUs && table.quantity[row] === twin.quantity &&
      table.sizing[row] === twin.sizing && table.type[row] === twin.type &&
      table.limit[row] === twin.limit && table.stop[row] === twin.stop;
  }

  #forget(): void {
    for (let k = 0; k < this.#seriesCount; k++) {
      const s = this.#series[k]!;
      this.buys[s] =
        this.sells[s] =
        this.target[s] =
        this.hasTarget[s] =
        this.#isListed[s] =
          0;
    }
    this.#seriesCount = 0;
    this.foundTwin = this.foundTarget = false;
  }
}

/** The terms of an order that is asked about. One object is reused from order to order. */
export interface OrderTerms {
  series: number;
  sizing: number;
  type: number;
  flags: number;
  /** Signed units that are still to be traded, units to reach, or a weight. */
  quantity: number;
  /** Price ticks, 0 for none. */
  limit: number;
  stop: number;
  /** Row of the order that these terms amend, -1 for a new one. */
  amends: number;
  /** Row of the order whose fill sets this one free, -1 for none. */
  parent: number;
  nowUs: number;
}

/** Returns terms to be filled in and used again and again: an order on the hot path makes no object. */
export function blankTerms(): OrderTerms {
  return {
    series: 0,
    sizing: 0,
    type: 0,
    flags: 0,
    quantity: 0,
    limit: 0,
    stop: 0,
    amends: -1,
    parent: -1,
    nowUs: 0,
  };
}

/** The highest price at which an order can count. */
export function worstPrice(last: number, limit: number, stop: number): number {
  return larger(larger(last, limit), stop);
}

/** Value that a weight asks for, whole micro-units towards zero: it is sized down to whole lots anyway. */
export function weightValue(weight: number, equity: number): number {
  const value = weight * equity;
  return value < 0 ? ceil(value) : floor(value);
}

/** Whether an order, by itself, can only bring the position closer to zero. */
export function reducesOnly(
  ledger: Ledger,
  s: number,
  sizing: number,
  quantity: number,
  equity: number,
): boolean {
  if (sizing !== SIZING.quantity && quantity === 0) return true;
  const held = ledger.position[s]!;
  switch (sizing) {
    case SIZING.quantity:
      return held > 0 ? quantity < 0 && -quantity <= held : quantity > 0 && quantity <= -held;
    case SIZING.targetQuantity:
      return held > 0 ? quantity > 0 && quantity <= held : quantity < 0 && quantity >= held;
    default: {
      const aim = weightValue(quantity, equity), value = ledger.value[s]!;
      return value > 0 ? aim > 0 && aim <= value : aim < 0 && aim >= value;
    }
  }
}

/** Returns the larger of two numbers. */
export function larger(a: number, b: number): number {
  return a > b ? a : b;
}
