/**
 * Books one execution: how much of an order trades at a price, whether the account may, what it costs, and what follows for the order and
 * those linked to it.
 *
 * @module
 */

import type { StateTape } from "../core/mod.ts";
import * as trading from "../trading/mod.ts";
import type {
  FillTable,
  Ledger,
  LinkedOrders,
  OrderBook,
  RiskControl,
  RowMap,
} from "../trading/mod.ts";
import type { Costs } from "./costs.ts";
import type { FillMarket } from "./fill_market.ts";
import type { MatchingRules } from "./matching_rules.ts";
import { OrderCosts } from "./order_costs.ts";
import type { Purse } from "./purse.ts";
import type { WeightSizing } from "./weight_sizing.ts";

const { ORDER_FLAG, ORDER_REASON, ORDER_REPORT, SIZING, TIME_IN_FORCE } = trading;

const F64 = Float64Array, floor = Math.floor;

const DONE = 0, PART = 1, NOTHING = 2;
/** What an execution came to. */
export const TRADED = {
  /** All that was asked for at this moment, or the order has ended. */
  done: DONE,
  /** A part; the bar has no more to give. */
  part: PART,
  /** Nothing now; the order waits for a later bar. */
  nothing: NOTHING,
} as const;

/** What an execution works on: one book. */
export interface ExecutionBooks {
  readonly book: OrderBook;
  readonly linked: LinkedOrders;
  readonly fills: FillTable;
  readonly ledger: Ledger;
  readonly risk: RiskControl;
}

/** How an execution works. */
export interface ExecutionTerms {
  readonly costs: Costs;
  /** Smallest step of each series, units. */
  readonly lots: Float64Array;
  readonly allowShort: boolean;
  readonly rules: MatchingRules;
  readonly purse: Purse;
  /** Null when the price of a fill depends on nothing but the base price. */
  readonly market: FillMarket | null;
  readonly weights: WeightSizing;
}

/** Executions of one book in one venue. */
export class Execution {
  /** Units that the running bar of each series can still give; Infinity without a volume limit. */
  readonly volumeLeft: Float64Array;
  step = 0;
  readonly #book: OrderBook;
  readonly #linked: LinkedOrders;
  readonly #fills: FillTable;
  readonly #ledger: Ledger;
  readonly #risk: RiskControl;
  readonly #costs: Costs;
  readonly #charges: OrderCosts;
  readonly #lots: Float64Array;
  readonly #allowShort: boolean;
  readonly #purse: Purse;
  readonly #market: FillMarket | null;
  readonly #weights: WeightSizing;
  /** Whether limit orders slip too, and whether a refused order still closes what it can. */
  readonly #allSlip: boolean;
  readonly #closesFirst: boolean;

  constructor(books: ExecutionBooks, terms: ExecutionTerms) {
    const { rules, costs } = terms;
    this.#book = books.book;
    this.#linked = books.linked;
    this.#fills = books.fills;
    this.#ledger = books.ledger;
    this.#risk = books.risk;
    this.#costs = costs;
    this.#charges = new OrderCosts(costs, books.book.table);
    this.#lots = terms.lots;
    this.#allowShort = terms.allowShort;
    this.#purse = terms.purse;
    this.#market = terms.market;
    this.#weights = terms.weights;
    this.#allSlip = rules.slips === "all";
    this.#closesFirst = rules.cashCheck === "fill_opening" ||
      rules.cashCheck === "submission_and_opening";
    const count = books.ledger.seriesCount, left = new F64(count);
    for (let s = 0; s < count; s++) left[s] = Infinity;
    this.volumeLeft = left;
  }

  /** Writes the state to a tape, or takes it back from one. */
  carry(tape: StateTape): void {
    this.#charges.carry(tape);
  }

  /** Lets the orders leave that have no place in a map. */
  renumber(map: RowMap): void {
    this.#charges.renumber(map);
  }

  /**
   * Trades what an order asks for at this moment.
   *
   * @param asked Signed units that are wanted now; 0 when a target is reached.
   * @param base Price ticks without slippage.
   * @param takes True for an order that takes what is there: it slips. One that rests in the book gets the base price.
   * @param bound Limit price in ticks that the fill may not be worse than, 0 for none.
   * @returns A code of {@linkcode TRADED}.
   */
  trade(
    row: number,
    s: number,
    asked: number,
    base: number,
    takes: boolean,
    bound: number,
    timeUs: number,
  ): number {
    const table = this.#book.table, flags = table.flags[row]!;
    let quantity = asked;
    if ((flags & ORDER_FLAG.reduce_only) !== 0) {
      quantity = reducing(asked, this.#ledger.position[s]!);
      if (quantity === 0) return this.#end(row, ORDER_REASON.nothing_to_reduce, timeUs);
    }
    if (quantity === 0) return this.#finishTarget(row, s, base, timeUs);
    const given = this.#available(row, s, quantity);
    if (given === 0) return NOTHING;
    const price = takes || this.#allSlip ? this.#slipped(s, given, base, takes, bound) : base;
    if (price === 0) return NOTHING;
    const refusal = this.#refusal(row, s, given, price, timeUs);
    if (refusal !== ORDER_REASON.none) {
      if (this.#closesFirst) this.#closePart(row, s, given, base, price, timeUs);
      return this.#reject(row, refusal, timeUs);
    }
    const whole = given === quantity;
    // A reduce-only order that has brought the position to zero has nothing more to do, whatever its quantity was.
    const completes = whole && (table.sizing[row] !== SIZING.quantity || quantity !== asked ||
      table.filled[row]! + given === table.quantity[row]);
    this.#fill(row, s, given, base, price, completes, timeUs);
    return whole ? DONE : PART;
  }

  /** Price ticks of an order that slips; 0 when that is worse than the limit of one that rests. */
  #slipped(s: number, given: number, base: number, takes: boolean, bound: number): number {
    const buys = given > 0, market = this.#market;
    const size = (buys ? given : -given) / this.#ledger.unitsPerShare[s]!;
    const price = market === null
      ? this.#costs.slipped(base, buys)
      : this.#costs.priceOf(base, buys, size, market.contextOf(s));
    if (bound === 0 || (buys ? price <= bound : price >= bound)) return price;
    return takes ? bound : 0;
  }

  /** Why a fill may not happen, and its charges. */
  #refusal(row: number, s: number, given: number, price: number, timeUs: number): number {
    const ledger = this.#ledger, units = ledger.unitsPerShare[s]!, held = ledger.position[s]!;
    const size = given < 0 ? -given : given;
    // No account holds 2^53 micro-units: an order that opens more than that is refused before its amount is formed.
    if (size * price > ledger.largestProduct[s]! && (held + given) * given > 0) {
      return ORDER_REASON.insufficient_funds;
    }
    const charges = this.#charges;
    charges.charge(row, given, units, ledger.notional(s, size, price), timeUs);
    return !this.#allowShort && given < 0 && given + held < 0
      ? ORDER_REASON.not_shortable
      : this.#purse.refusal(ledger, s, given, price, charges.commission + charges.fee);
  }

  /** Books a fill whose charges are known. */
  #fill(
    row: number,
    s: number,
    given: number,
    base: number,
    price: number,
    completes: boolean,
    timeUs: number,
  ): void {
    const ledger = this.#ledger, charges = this.#charges, units = ledger.unitsPerShare[s]!;
    const size = given < 0 ? -given : given, gap = price > base ? price - base : base - price;
    const slippage = ledger.notional(s, size, gap);
    const { commission, fee } = charges;
    if (!completes || this.#costs.isTiered) {
      charges.book(row, given, units, ledger.notional(s, size, price), completes, timeUs);
    }
    ledger.fill(s, given, price, commission, fee, slippage);
    const fill = this.#fills.add(
      row,
      this.step,
      timeUs,
      given,
      price,
      commission,
      fee,
      slippage,
    );
    this.volumeLeft[s]! -= size;
    if (this.#market !== null) this.#market.filled(s, size);
    this.#book.fill(row, given, completes, fill, timeUs);
    this.#linked.afterFill(row, ledger.position[s]!, timeUs);
    if (this.#risk.isOn) this.#risk.judge(timeUs);
  }

  /** Fills the part of a refused order that brings the position closer to zero. */
  #closePart(
    row: number,
    s: number,
    given: number,
    base: number,
    price: number,
    timeUs: number,
  ): void {
    const part = reducing(given, this.#ledger.position[s]!);
    if (part === 0 || part === given) return;
    if (this.#refusal(row, s, part, price, timeUs) !== ORDER_REASON.none) return;
    this.#fill(row, s, part, base, price, false, timeUs);
  }

  /** What the bar's volume gives of a signed quantity: in lots; all or nothing where the order says so. */
  #available(row: number, s: number, quantity: number): number {
    const left = this.volumeLeft[s]!, size = quantity < 0 ? -quantity : quantity;
    if (size <= left) return quantity;
    const table = this.#book.table;
    const whole = (table.flags[row]! & ORDER_FLAG.all_or_none) !== 0 ||
      table.timeInForce[row] === TIME_IN_FORCE.fok;
    if (whole) return 0;
    const lot = this.#lots[s]!, given = floor(left / lot) * lot;
    return quantity < 0 ? -given : given;
  }

  /** A target that is already reached is done; a weight that buys nothing is refused by name: it is too small, or the cash is gone. */
  #finishTarget(row: number, s: number, base: number, timeUs: number): number {
    const table = this.#book.table, weight = table.quantity[row]!;
    if (
      table.sizing[row] !== SIZING.targetWeight || weight === 0 || this.#ledger.position[s] !== 0
    ) {
      this.#book.report(row, ORDER_REPORT.full_fill, ORDER_REASON.none, timeUs);
    } else {
      const reason = this.#weights.isWorthALot(s, base, weight)
        ? ORDER_REASON.insufficient_funds
        : ORDER_REASON.below_min_size;
      this.#book.report(row, ORDER_REPORT.rejected, reason, timeUs);
    }
    this.#linked.afterEnd(row, timeUs);
    return DONE;
  }

  /** Refuses an order; what it has filled before stays, and then it is cancelled. */
  #reject(row: number, reason: number, timeUs: number): number {
    if (this.#book.table.filled[row] !== 0) return this.#end(row, reason, timeUs);
    this.#book.report(row, ORDER_REPORT.rejected, reason, timeUs);
    this.#linked.afterEnd(row, timeUs);
    return DONE;
  }

  #end(row: number, reason: number, timeUs: number): number {
    this.#book.cancel(row, reason, timeUs);
    this.#linked.afterEnd(row, timeUs);
    return DONE;
  }
}

/** The part of a signed quantity that brings a position closer to zero. */
function reducing(quantity: number, held: number): number {
  if (held === 0 || (held > 0) === (quantity > 0)) return 0;
  const most = -held;
  return quantity > 0 ? (quantity < most ? quantity : most) : (quantity > most ? quantity : most);
}
