/**
 * How large a position a weight of equity is, when it fills: valued at the open, paid at the slipped price with commission, floored to
 * the lot towards zero, and never more than the account may open. A full weight is affordable, long, short, and through zero.
 *
 * Guesses are made in floating point and settled with the exact amounts that the ledger will book.
 *
 * @module
 */

import { type Ledger, ORDER_REASON } from "../trading/mod.ts";
import type { Costs } from "./costs.ts";
import type { FillMarket } from "./fill_market.ts";
import type { Purse } from "./purse.ts";

const floor = Math.floor;

/** The largest size that a weight asks for, in units. */
const MAX_SIZE = 1e12;

/** Sizes the weights of one book. */
export class WeightSizing {
  /** Day number of the running bar; matters only where sales pay fees. */
  day = 0;
  readonly #ledger: Ledger;
  readonly #costs: Costs;
  readonly #lots: Float64Array;
  readonly #purse: Purse;
  readonly #market: FillMarket | null;

  /**
   * @param lots Smallest step of each series, units.
   * @param purse What the account may open.
   * @param market Null when the price of a fill depends on nothing but the base price.
   */
  constructor(
    ledger: Ledger,
    costs: Costs,
    lots: Float64Array,
    purse: Purse,
    market: FillMarket | null,
  ) {
    this.#ledger = ledger;
    this.#costs = costs;
    this.#lots = lots;
    this.#purse = purse;
    this.#market = market;
  }

  /**
   * Returns the position that a weight asks for, signed units. The series must be marked at `open`.
   *
   * @param open Price ticks.
   * @param weight Fraction of equity, below 0 for short.
   * @param equity Micro-units, at the opens of the instant and before any of its fills.
   */
  positionOf(s: number, open: number, weight: number, equity: number): number {
    const ledger = this.#ledger;
    if (weight === 0 || open <= 0) return 0;
    const sign = weight > 0 ? 1 : -1, budget = weight * equity * sign;
    if (!(budget > 0)) return 0;
    const held = ledger.position[s]! * sign, kept = held > 0 ? held : 0, closed = kept - held;
    const value = kept === 0 ? 0 : ledger.notional(s, kept, open);
    // Reducing keeps what the budget covers at the open; adding pays slippage and commission on what is added.
    if (value >= budget) return sign * this.#sizeWithin(s, open, budget, kept);
    const added = this.#market === null
      ? this.#affordable(s, open, sign, budget - value, kept, closed)
      : this.#affordableAt(this.#market, s, open, sign, budget - value, kept, closed);
    return sign * (kept + added);
  }

  /** Price of a lot in micro-units, not rounded. */
  #lotPrice(s: number, price: number): number {
    const { multiplier, unitsPerShare } = this.#ledger;
    return this.#lots[s]! * price * multiplier[s]! / unitsPerShare[s]!;
  }

  /** The largest multiple of the lot, at most `size`, that the initial margin allows with its costs. */
  #withinMargin(s: number, price: number, size: number, closed: number, sign: number): number {
    const lot = this.#lots[s]!;
    let low = 0, high = floor(size / lot) + 1;
    if (this.#hasMargin(s, price, size, closed, sign)) return size;
    while (high - low > 1) {
      const middle = floor((low + high) / 2);
      if (this.#hasMargin(s, price, middle * lot, closed, sign)) low = middle;
      else high = middle;
    }
    return low * lot;
  }

  /** What the amounts of a margin account only bound is settled by the account itself. */
  #hasMargin(s: number, price: number, size: number, closed: number, sign: number): boolean {
    const ledger = this.#ledger, traded = size + closed;
    const costs = this.#chargesOf(s, sign, traded, ledger.notional(s, traded, price));
    return this.#purse.refusal(ledger, s, sign * traded, price, costs) !==
      ORDER_REASON.insufficient_funds;
  }

  /** True when a weight of the equity pays for one lot, were it all in cash. */
  isWorthALot(s: number, open: number, weight: number): boolean {
    const sign = weight > 0 ? 1 : -1, price = this.#costs.slipped(open, sign > 0);
    return this.#costOf(s, price, sign, this.#lots[s]!, 0, 0) <=
      sign * weight * this.#ledger.equity();
  }

  /** The largest size whose value is within a budget, at most `kept`. */
  #sizeWithin(s: number, price: number, budget: number, kept: number): number {
    const size = this.#lots[s]! * floor(budget / this.#lotPrice(s, price));
    return size < kept ? size : kept;
  }

  /**
   * Returns the largest multiple of the lot whose price and costs fit into `budget` micro-units and into the account.
   *
   * @param sign 1 when it buys, -1 when it sells.
   * @param kept Units that are held on this side before.
   * @param closed Units of the other side that the same order closes first: they count for its costs.
   */
  #affordable(
    s: number,
    open: number,
    sign: number,
    budget: number,
    kept: number,
    closed: number,
  ): number {
    const ledger = this.#ledger, lot = this.#lots[s]!, base = sign > 0 ? 0 : kept;
    const price = this.#costs.slipped(open, sign > 0), lotPrice = this.#lotPrice(s, price);
    const most = this.#purse.room(ledger, s, price, sign > 0, kept, closed);
    const room = budget < most ? budget : most;
    if (!(room >= lotPrice)) return 0;
    let high = floor(room / lotPrice), low = 0;
    if (high * lot > MAX_SIZE) high = floor(MAX_SIZE / lot);
    const surplus = this.#costOf(s, price, sign, high * lot, closed, base) - room;
    if (surplus <= 0) low = high;
    else {
      // The costs make the guess too large. They grow with the size: look between what is surely small enough and the guess.
      low = high - floor(surplus / lotPrice) - 1;
      if (low < 0 || this.#costOf(s, price, sign, low * lot, closed, base) > room) low = 0;
      while (high - low > 1) {
        const middle = floor((low + high) / 2);
        if (this.#costOf(s, price, sign, middle * lot, closed, base) <= room) low = middle;
        else high = middle;
      }
    }
    const size = low * lot;
    return ledger.margin === null ? size : this.#withinMargin(s, price, size, closed, sign);
  }

  /** As `#affordable`, where the price moves with the size: each guess is priced as the fill would be. */
  #affordableAt(
    market: FillMarket,
    s: number,
    open: number,
    sign: number,
    budget: number,
    kept: number,
    closed: number,
  ): number {
    const ledger = this.#ledger, lot = this.#lots[s]!, units = ledger.unitsPerShare[s]!;
    const context = market.contextOf(s), base = sign > 0 ? 0 : kept;
    const fits = (size: number): boolean => {
      const price = this.#costs.priceOf(open, sign > 0, (size + closed) / units, context);
      const most = this.#purse.room(ledger, s, price, sign > 0, kept, closed);
      return this.#costOf(s, price, sign, size, closed, base) <= (budget < most ? budget : most) &&
        (ledger.margin === null || this.#hasMargin(s, price, size, closed, sign));
    };
    // A sale that slips is cheaper than the open: it may be larger than the open says, up to a move by half of the price.
    let high = floor(2 * budget / this.#lotPrice(s, open)) + 1, low = 0;
    if (high * lot > MAX_SIZE) high = floor(MAX_SIZE / lot);
    while (high - low > 1) {
      const middle = floor((low + high) / 2);
      if (fits(middle * lot)) low = middle;
      else high = middle;
    }
    return low * lot;
  }

  /** Price and costs of `size` more units; `base` is what the amount stands on: its rounding is that of the whole position. */
  #costOf(
    s: number,
    price: number,
    sign: number,
    size: number,
    closed: number,
    base: number,
  ): number {
    const ledger = this.#ledger, traded = size + closed;
    const amount = ledger.notional(s, size + base, price);
    const standing = base === 0 ? 0 : ledger.notional(s, base, price);
    const notional = closed === base ? amount : ledger.notional(s, traded, price);
    return amount - standing + this.#chargesOf(s, sign, traded, notional);
  }

  /** Commission and fees of a whole order. */
  #chargesOf(s: number, sign: number, size: number, notional: number): number {
    const costs = this.#costs, units = this.#ledger.unitsPerShare[s]!;
    const commission = costs.commission(size, units, notional);
    return costs.hasFees && sign < 0
      ? commission + costs.fee(this.day, true, size, units, notional)
      : commission;
  }
}
