/**
 * The gate before every order: checks what an order could do at worst against the limits, in the order of the rules, and says why it is
 * refused. Only what adds risk is blocked: an order that would break a rule, but can bring the position closer to zero, passes and is
 * held to that (reduce-only). So a position that has grown too large can always be reduced.
 *
 * @module
 */

import * as core from "../../core/mod.ts";
import { type Ratio, ratioOf, type StateTape } from "../../core/mod.ts";
import type { Instrument } from "../../market/mod.ts";
import * as orderTable from "../orders/order_table.ts";
import type { RowMap } from "../orders/row_map.ts";
import * as engineState from "./engine_state.ts";
import type { KillSwitch } from "./kill_switch.ts";
import * as quoteRules from "./quote_rules.ts";
import type { QuoteSource } from "./quote_rules.ts";
import type { RiskLimits } from "./risk_limits.ts";
import * as riskRules from "./risk_rules.ts";
import type { SharedRules } from "./shared_rules.ts";
import * as worstCase from "./worst_case.ts";
import { type OrderTerms, type RiskBooks, WorstCase } from "./worst_case.ts";

const { sizeOf } = core;
const { ORDER_FLAG, ORDER_TYPE, SIZING } = orderTable;
const { ENGINE_STATE, LETS_OUT, letsOut } = engineState;
const { quoteFault } = quoteRules;
const { RISK_RULE } = riskRules;
const { larger, reducesOnly, weightValue, worstPrice } = worstCase;

const F64 = Float64Array, I32 = Int32Array;
const MICROS = 1e6, US_PER_SECOND = 1e6, MINUTE_US = 60e6;

/** What the gate says of an order. */
export const VERDICT = {
  /** It may go as it is. */
  passed: 0,
  /** It may go, held to reducing the position. */
  reduceOnly: 1,
  /** It may not go. */
  refused: 2,
} as const;

/** The gate of one book. */
export class RiskGate {
  /** Why the last order did not pass as it is: number of the rule, limit and measured value in the rule's unit. */
  rule: number = RISK_RULE.none;
  limit = 0;
  measured = 0;
  /** See `engine_state.ts`. */
  engineState: number = ENGINE_STATE.ready;
  /** The rules of the account that this book is a part of; null for one that stands alone, as every mirror does. */
  shared: SharedRules | null = null;
  /** What the open orders of this book could come to. */
  readonly worst: WorstCase;
  readonly #limits: RiskLimits;
  readonly #kill: KillSwitch;
  readonly #quotes: QuoteSource | null;
  readonly #books: RiskBooks;
  readonly #isRestricted: Int32Array;
  readonly #isHalted: Int32Array;
  /** Microseconds UTC of the last fill of each series, -Infinity before. */
  readonly #lastFillUs: Float64Array;
  #seenFills = 0;
  /** Times of the last orders that were taken, as a ring. */
  readonly #taken: Float64Array;
  readonly #takenSize: number;
  #takenAt = 0;
  readonly #position: Ratio | null;
  readonly #gross: Ratio | null;
  readonly #net: Ratio | null;
  readonly #topFive: Ratio | null;

  /** @param quotes Null where there are only bars: the rules of quotes are off. */
  constructor(
    limits: RiskLimits,
    kill: KillSwitch,
    books: RiskBooks,
    instruments: readonly Instrument[],
    quotes: QuoteSource | null,
  ) {
    const count = books.ledger.seriesCount;
    this.#limits = limits;
    this.#kill = kill;
    this.#books = books;
    this.#quotes = quotes;
    this.worst = new WorstCase(books);
    this.#isRestricted = new I32(count);
    this.#isHalted = new I32(count);
    this.#lastFillUs = new F64(count);
    for (let s = 0; s < count; s++) {
      this.#lastFillUs[s] = -Infinity;
      for (let k = 0; k < limits.restricted.length; k++) {
        if (instruments[s]!.symbol === limits.restricted[k]) this.#isRestricted[s] = 1;
      }
    }
    this.#takenSize = limits.maxOrdersPerMinute ?? 0;
    this.#taken = new F64(this.#takenSize);
    for (let k = 0; k < this.#takenSize; k++) this.#taken[k] = -Infinity;
    this.#position = fraction(limits.maxPositionPct, 100);
    this.#gross = fraction(limits.maxGrossExposure, 1);
    this.#net = fraction(limits.maxNetExposure, 1);
    this.#topFive = fraction(limits.maxTop5Exposure, 1);
  }

  /** Writes the state to a tape, or takes it back from one. */
  carry(tape: StateTape): void {
    tape.part("risk gate", 1);
    const count = this.#books.ledger.seriesCount;
    this.engineState = tape.number(this.engineState);
    this.#seenFills = tape.number(this.#seenFills);
    this.#takenAt = tape.number(this.#takenAt);
    tape.entries(this.#isHalted, count);
    tape.entries(this.#lastFillUs, count);
    tape.entries(this.#taken, this.#takenSize);
    // The other sums of the worst case are formed anew at each order.
    this.worst.open.carry(tape);
  }

  /** Lets the orders leave that have no place in a map. Call while the fills are still there. */
  renumber(map: RowMap): void {
    this.#readFills();
    this.#seenFills = map.fillsKept;
    this.worst.open.renumber(map);
  }

  /** Sets whether a symbol is halted: it is not added to. */
  setHalted(s: number, isHalted: boolean): void {
    this.#isHalted[s] = isHalted ? 1 : 0;
  }

  /** Returns what may become of an order, a code of {@linkcode VERDICT}; `rule`, `limit` and `measured` say why. */
  check(order: OrderTerms): number {
    this.rule = RISK_RULE.none;
    if (letsOut(this.engineState) === LETS_OUT.nothing) {
      this.#breaks(RISK_RULE.engine_state, 0, 0);
      return VERDICT.refused;
    }
    if ((order.flags & ORDER_FLAG.reduce_only) !== 0) return VERDICT.passed;
    const equity = this.#books.equity();
    if (!this.#isBroken(order, equity)) return VERDICT.passed;
    const { ledger } = this.#books;
    return reducesOnly(ledger, order.series, order.sizing, order.quantity, equity) ||
        this.#reducesParent(order)
      ? VERDICT.reduceOnly
      : VERDICT.refused;
  }

  /** Takes note of an order that goes out. */
  take(row: number, nowUs: number): void {
    if (this.shared !== null) this.shared.take(nowUs);
    if ((this.#books.book.table.flags[row]! & ORDER_FLAG.reduce_only) === 0) {
      this.worst.open.add(row);
    }
    if (this.#takenSize === 0) return;
    this.#taken[this.#takenAt] = nowUs;
    this.#takenAt = this.#takenAt + 1 === this.#takenSize ? 0 : this.#takenAt + 1;
  }

  /**
   * Adds up the open orders of this book, with an order among them or as if it were not there.
   *
   * @returns The size that the order could bring its side of the position to, 0 without it. Micro-units.
   */
  addUp(order: OrderTerms, isCounted: boolean): number {
    const equity = this.#books.equity(), s = order.series;
    this.worst.survey(order.amends, order.sizing === SIZING.quantity ? -1 : s, equity, order);
    return isCounted ? this.#count(order, s, this.#books.lastPrice(s), equity) : 0;
  }

  /** Whether an order waits for a fill of which it can only close what that opens. */
  #reducesParent(order: OrderTerms): boolean {
    if (order.parent < 0 || order.sizing !== SIZING.quantity) return false;
    const table = this.#books.book.table, opens = table.quantity[order.parent]!;
    return table.series[order.parent] === order.series &&
      table.sizing[order.parent] === SIZING.quantity && opens * order.quantity < 0 &&
      sizeOf(order.quantity) <= sizeOf(opens);
  }

  #isBroken(order: OrderTerms, equity: number): boolean {
    const s = order.series, last = this.#books.lastPrice(s);
    return this.#breaksState(order) || this.#breaksAccount(order, s) ||
      this.#breaksOrder(order, s, last, equity) || this.#breaksQuote(s, order.nowUs) ||
      this.#breaksExposure(order, s, last, equity) || this.#breaksRate(order.nowUs) ||
      this.#breaksShared(order);
  }

  #breaksShared(order: OrderTerms): boolean {
    const found = this.shared === null ? null : this.shared.breachOf(order);
    return found !== null && this.#breaks(found.rule, found.limit, found.measured);
  }

  #breaksState(order: OrderTerms): boolean {
    const kill = this.#kill;
    if (kill.isKilled) return this.#breaks(kill.rule, kill.limit, kill.measured);
    const { coolOffMinutes } = this.#limits;
    if (coolOffMinutes !== null) {
      const minutes = (order.nowUs - kill.liftedUs) / MINUTE_US;
      if (minutes < coolOffMinutes) {
        return this.#breaks(RISK_RULE.cool_off_minutes, coolOffMinutes, minutes);
      }
    }
    return letsOut(this.engineState) !== LETS_OUT.everything &&
      this.#breaks(RISK_RULE.engine_state, 0, 0);
  }

  #breaksAccount(order: OrderTerms, s: number): boolean {
    if (this.#isHalted[s] === 1) return this.#breaks(RISK_RULE.halted, 0, 0);
    if (this.#isRestricted[s] === 1) return this.#breaks(RISK_RULE.restricted, 0, 0);
    if (this.#limits.allowShort || order.quantity >= 0) return false;
    // A sale counts whole, as if the position were closed by something else first; what only reduces passes as such.
    const { ledger } = this.#books, held = ledger.position[s]!;
    const short = order.sizing === SIZING.quantity
      ? -order.quantity - (held > 0 ? held : 0)
      : order.sizing === SIZING.targetQuantity
      ? -order.quantity
      : 0;
    return this.#breaks(
      RISK_RULE.allow_short,
      0,
      short > 0 ? short / ledger.unitsPerShare[s]! : 0,
    );
  }

  #breaksOrder(order: OrderTerms, s: number, last: number, equity: number): boolean {
    const limits = this.#limits, { nowUs } = order;
    if (last === 0) return this.#breaks(RISK_RULE.no_price, 0, 0);
    if (limits.maxOrderQty !== null || limits.maxOrderValue !== null) {
      if (this.#breaksSize(order, s, last, equity)) return true;
    }
    if (limits.priceCollarPct !== null && order.limit !== 0) {
      const off = this.#offPrice(order, s, last);
      if (off > limits.priceCollarPct) {
        return this.#breaks(RISK_RULE.price_collar_pct, limits.priceCollarPct, off);
      }
    }
    if (limits.tradeCooldownSeconds !== null) {
      this.#readFills();
      const seconds = (nowUs - this.#lastFillUs[s]!) / US_PER_SECOND;
      if (seconds < limits.tradeCooldownSeconds) {
        return this.#breaks(
          RISK_RULE.trade_cooldown_seconds,
          limits.tradeCooldownSeconds,
          seconds,
        );
      }
    }
    const { maxOpenOrders } = limits;
    if (maxOpenOrders !== null && order.amends < 0) {
      // Before the orders are added up: with a limit, their number bounds the work of an order.
      const working = this.#books.book.working.count;
      if (working > maxOpenOrders + 1) {
        return this.#breaks(RISK_RULE.max_open_orders, maxOpenOrders, working + 1);
      }
    }
    const isTarget = order.sizing !== SIZING.quantity;
    this.worst.survey(order.amends, isTarget ? s : -1, equity, order);
    if (limits.refuseDuplicates && this.worst.foundTwin) {
      return this.#breaks(RISK_RULE.duplicate, 0, 0);
    }
    if (maxOpenOrders === null || order.amends >= 0) return false;
    // A target takes the place of the one before it.
    const open = this.#books.book.working.count + (this.worst.foundTarget ? 0 : 1);
    return open > maxOpenOrders && this.#breaks(RISK_RULE.max_open_orders, maxOpenOrders, open);
  }

  #breaksSize(order: OrderTerms, s: number, last: number, equity: number): boolean {
    const { maxOrderQty, maxOrderValue } = this.#limits;
    const price = worstPrice(last, order.limit, order.stop);
    const value = this.#valueAsked(order, s, price, equity);
    // What one share (or contract) is worth at this price is the unit of the value.
    const shares = value / (price * this.#books.ledger.multiplier[s]!);
    if (maxOrderQty !== null && shares > maxOrderQty) {
      return this.#breaks(RISK_RULE.max_order_qty, maxOrderQty, shares);
    }
    return maxOrderValue !== null && value > maxOrderValue * MICROS &&
      this.#breaks(RISK_RULE.max_order_value, maxOrderValue, value / MICROS);
  }

  /** Value of what an order asks to trade, micro-units. */
  #valueAsked(order: OrderTerms, s: number, price: number, equity: number): number {
    const { ledger } = this.#books;
    switch (order.sizing) {
      case SIZING.quantity:
        return sizeOf(this.worst.valueOf(s, order.quantity, price));
      case SIZING.targetQuantity:
        return sizeOf(this.worst.valueOf(s, order.quantity - ledger.position[s]!, price));
      default:
        return sizeOf(weightValue(order.quantity, equity) - ledger.value[s]!);
    }
  }

  /** How much worse than it must be a limit price is, percent: of the stop where it waits for one, else of the last price. */
  #offPrice(order: OrderTerms, s: number, last: number): number {
    const quote = this.#quotes === null ? null : this.#quotes.quoteOf(s);
    const middle = quote === null ? last : (quote.bid + quote.ask) / 2;
    const from = order.type === ORDER_TYPE.stop_limit ? order.stop : middle;
    const gap = order.quantity > 0 ? order.limit - from : from - order.limit;
    return gap * 100 / from;
  }

  #breaksQuote(s: number, nowUs: number): boolean {
    if (this.#quotes === null) return false;
    const { maxSpreadBps, quoteAgeMaxMs } = this.#limits;
    const found = quoteFault(this.#quotes.quoteOf(s), maxSpreadBps, quoteAgeMaxMs, nowUs);
    return found.rule !== RISK_RULE.none && this.#breaks(found.rule, found.limit, found.measured);
  }

  #breaksExposure(order: OrderTerms, s: number, last: number, equity: number): boolean {
    const worst = this.worst, side = order.quantity >= 0 ? 1 : -1;
    const own = this.#count(order, s, last, equity);
    if (this.#position !== null && own > of(equity, this.#position)) {
      return this.#breaks(
        RISK_RULE.max_position_pct,
        this.#limits.maxPositionPct!,
        own * 100 / equity,
      );
    }
    const size = worst.sizeOf(s);
    const gross = this.#gross === null ? 0 : worst.grossBut(s) + size;
    const net = this.#net === null ? 0 : worst.net(side);
    const top = this.#topFive === null ? 0 : worst.topFive(s, size);
    const overGross = this.#gross !== null && gross > of(equity, this.#gross);
    const overNet = this.#net !== null && net > of(equity, this.#net);
    const overTop = this.#topFive !== null && top > of(equity, this.#topFive);
    if (!overGross && !overNet && !overTop) return false;
    // Above a limit already: only what adds to it is blocked.
    worst.survey(order.amends, order.sizing === SIZING.quantity ? -1 : s, equity, order);
    const grows = size > worst.sizeOf(s), limits = this.#limits;
    if (overGross && grows) {
      return this.#breaks(
        RISK_RULE.max_gross_exposure,
        limits.maxGrossExposure!,
        gross / equity,
      );
    }
    if (overNet && net > worst.net(side)) {
      return this.#breaks(RISK_RULE.max_net_exposure, limits.maxNetExposure!, net / equity);
    }
    return overTop && grows &&
      this.#breaks(RISK_RULE.max_top5_exposure, limits.maxTop5Exposure!, top / equity);
  }

  /** Counts the order among the open ones and returns the size that it could bring its side of the position to. */
  #count(order: OrderTerms, s: number, last: number, equity: number): number {
    const worst = this.worst, value = this.#books.ledger.value[s]!;
    worst.list(s);
    if (order.sizing === SIZING.quantity) {
      const price = worstPrice(last, order.limit, order.stop);
      const amount = worst.valueOf(s, order.quantity, price), target = worst.target[s]!;
      if (amount > 0) {
        worst.buys[s]! += amount;
        return larger(larger(value, target), 0) + worst.buys[s]!;
      }
      worst.sells[s]! -= amount;
      return larger(larger(-value, -target), 0) + worst.sells[s]!;
    }
    const aim = order.sizing === SIZING.targetWeight
      ? weightValue(order.quantity, equity)
      : worst.valueOf(s, order.quantity, last);
    worst.hasTarget[s] = 1;
    worst.target[s] = aim;
    // A target of nothing asks for nothing: what rests beside it was counted when it was made.
    if (aim === 0) return 0;
    return aim > 0 ? aim + worst.buys[s]! : worst.sells[s]! - aim;
  }

  #breaksRate(nowUs: number): boolean {
    const limit = this.#limits.maxOrdersPerMinute;
    if (limit === null || !(nowUs - this.#taken[this.#takenAt]! < MINUTE_US)) return false;
    return this.#breaks(RISK_RULE.max_orders_per_minute, limit, limit + 1);
  }

  #readFills(): void {
    const { fills, book } = this.#books;
    while (this.#seenFills < fills.length) {
      const fill = this.#seenFills++;
      this.#lastFillUs[book.table.series[fills.order[fill]!]!] = fills.timeUs[fill]!;
    }
  }

  #breaks(rule: number, limit: number, measured: number): true {
    this.rule = rule;
    this.limit = limit;
    this.measured = measured;
    return true;
  }
}

function fraction(limit: number | null, per: number): Ratio | null {
  return limit === null ? null : ratioOf(limit, per);
}

/** A fraction of an amount: exact where the result is whole. */
function of(amount: number, ratio: Ratio): number {
  return amount * ratio.numerator / ratio.denominator;
}
