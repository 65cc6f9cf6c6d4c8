/**
 * How large a position a weight of equity is, when it fills: valued at the open, paid at the slipped price with commission, floored to
 * the lot towards zero, and never more than the account may open. A full weight is affordable, long, short, and through zero.
 *
 * Guesses are made in floating point and settled with the exact amounts that the ledger will book.
 *
 * @module
 */

import type { Ledger } from "../trading/mod.ts";
import type { Costs } from "./costs.ts";

const floor = Math.floor;

/** The largest size that a weight asks for, in units. */
const MAX_SIZE = 1e12;

/** Sizes the weights of one book. */
export class WeightSizing {
  readonly #ledger: Ledger;
  readonly #costs: Costs;
  readonly #lots: Float64Array;

  /** @param lots Smallest step of each series, units. */
  constructor(ledger: Ledger, costs: Costs, lots: Float64Array) {
    this.#ledger = ledger;
    this.#costs = costs;
    this.#lots = lots;
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
    const price = this.#costs.slipped(open, sign > 0);
    const most = sign > 0 ? this.#cashFor(s, price, closed) : this.#shortRoom(s, price, kept);
    const room = budget - value < most ? budget - value : most;
    return sign * (kept + this.#affordable(s, price, room, closed, sign > 0 ? 0 : kept));
  }

  /** True when a weight of the equity pays for one lot, were it all in cash. */
  isWorthALot(s: number, open: number, weight: number): boolean {
    const price = this.#costs.slipped(open, weight > 0), size = weight < 0 ? -weight : weight;
    return this.#costOf(s, price, this.#lots[s]!, 0, 0) <= size * this.#ledger.equity();
  }

  /** The largest size whose value is within a budget, at most `kept`. */
  #sizeWithin(s: number, price: number, budget: number, kept: number): number {
    const lot = this.#lots[s]!, lotValue = lot * price / this.#ledger.unitsPerShare[s]!;
    const size = lot * floor(budget / lotValue);
    return size < kept ? size : kept;
  }

  /** Cash that may pay for a long position, once a short one of `closed` units is covered. */
  #cashFor(s: number, price: number, closed: number): number {
    const ledger = this.#ledger, available = ledger.available();
    return closed === 0
      ? available
      : available - ledger.notional(s, closed, price) - ledger.cost[s]!;
  }

  /** Value by which the short positions may grow while `kept` units of this series stay short: see `refusalOf`. */
  #shortRoom(s: number, price: number, kept: number): number {
    const ledger = this.#ledger, value = ledger.value[s]!;
    const equity = ledger.equity() - value + ledger.notional(s, ledger.position[s]!, price);
    const others = ledger.shortValue + (value < 0 ? value : 0);
    return equity - others - ledger.notional(s, kept, price);
  }

  /**
   * Returns the largest multiple of the lot whose price and commission fit into `room` micro-units.
   *
   * @param closed Units that the same order closes first: they count for its commission.
   * @param base Units that the amount stands on: its rounding is that of the whole position.
   */
  #affordable(s: number, price: number, room: number, closed: number, base: number): number {
    const lot = this.#lots[s]!, lotPrice = lot * price / this.#ledger.unitsPerShare[s]!;
    if (!(room >= lotPrice)) return 0;
    let high = floor(room / lotPrice);
    if (high * lot > MAX_SIZE) high = floor(MAX_SIZE / lot);
    const surplus = this.#costOf(s, price, high * lot, closed, base) - room;
    if (surplus <= 0) return high * lot;
    // The commission makes the guess too large. Costs grow with the size: look between what is surely small enough and the guess.
    let low = high - floor(surplus / lotPrice) - 1;
    if (low < 0 || this.#costOf(s, price, low * lot, closed, base) > room) low = 0;
    while (high - low > 1) {
      const middle = floor((low + high) / 2);
      if (this.#costOf(s, price, middle * lot, closed, base) <= room) low = middle;
      else high = middle;
    }
    return low * lot;
  }

  /** Price and commission of `size` more units. */
  #costOf(s: number, price: number, size: number, closed: number, base: number): number {
    const ledger = this.#ledger,
      traded = size + closed,
      amount = ledger.notional(s, size + base, price);
    const standing = base === 0 ? 0 : ledger.notional(s, base, price);
    const notional = closed === base ? amount : ledger.notional(s, traded, price);
    return amount - standing + this.#costs.commission(traded, ledger.unitsPerShare[s]!, notional);
  }
}
