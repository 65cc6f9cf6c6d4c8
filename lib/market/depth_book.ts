/**
 * The price levels of one market: what is bid and what is asked at each price, best first. Typed arrays, sorted; a change far from the best
 * price moves the few levels behind it, one at the best price moves nothing.
 *
 * Prices are price ticks, sizes units of the instrument's scale, both whole. It holds what a feed tells: it matches nothing, and a book
 * whose best bid is at or above its best ask (crossed, as feeds are for a moment) is kept as it is told.
 *
 * @module
 */

import type { StateTape } from "../core/mod.ts";

const F64 = Float64Array;

/** One side of a market. */
export const DEPTH_SIDE = { bid: 0, ask: 1 } as const;

/** What walking into a book came to. */
export interface Sweep {
  /** Units that the levels gave, at most what was asked for. */
  readonly filled: number;
  /** Mean price in ticks by size, not rounded; NaN when nothing was filled. */
  readonly averagePrice: number;
  /** Price ticks of the last level that was touched; NaN when nothing was filled. */
  readonly lastPrice: number;
}

/** The price levels of one market. */
export class DepthBook {
  readonly #bids: Levels = new Levels(-1);
  readonly #asks: Levels = new Levels(1);

  /** Sets the size bid at a price; 0 takes the level out. */
  bid(price: number, size: number): void {
    this.#bids.set(price, size);
  }

  /** Sets the size asked at a price; 0 takes the level out. */
  ask(price: number, size: number): void {
    this.#asks.set(price, size);
  }

  /** Takes out all levels, before a new picture of the market is told. */
  clear(): void {
    this.#bids.length = this.#asks.length = 0;
  }

  /** Writes the levels to a tape, or takes them back from one. */
  carry(tape: StateTape): void {
    this.#bids.carry(tape);
    this.#asks.carry(tape);
  }

  /** Levels of a side. */
  depth(side: number): number {
    return this.#side(side).length;
  }

  /** Best price of a side in ticks, NaN when there is none. */
  best(side: number): number {
    return this.priceAt(side, 0);
  }

  /** Price in ticks of the level at a place, 0 for the best; NaN beyond the last. */
  priceAt(side: number, place: number): number {
    const levels = this.#side(side);
    return place >= 0 && place < levels.length ? levels.prices[levels.length - 1 - place]! : NaN;
  }

  /** Size in units of the level at a place, 0 for the best; 0 beyond the last. */
  sizeAt(side: number, place: number): number {
    const levels = this.#side(side);
    return place >= 0 && place < levels.length ? levels.sizes[levels.length - 1 - place]! : 0;
  }

  /** Units of the best `count` levels of a side. */
  sizeOfTop(side: number, count: number): number {
    const levels = this.#side(side);
    let sum = 0;
    for (let at = levels.length - 1, left = count; at >= 0 && left > 0; at--, left--) {
      sum += levels.sizes[at]!;
    }
    return sum;
  }

  /** Middle between best bid and best ask in ticks, not rounded; NaN without both. */
  mid(): number {
    return (this.best(DEPTH_SIDE.bid) + this.best(DEPTH_SIDE.ask)) / 2;
  }

  /** Best ask less best bid in basis points of the middle; NaN without both, below 0 when crossed. */
  spreadBps(): number {
    const bid = this.best(DEPTH_SIDE.bid), ask = this.best(DEPTH_SIDE.ask);
    return (ask - bid) / this.mid() * 10_000;
  }

  /** Size bid less size asked over their sum, of the best `count` levels of each side: -1 to 1; NaN when both are empty. */
  imbalance(count: number): number {
    const bid = this.sizeOfTop(DEPTH_SIDE.bid, count), ask = this.sizeOfTop(DEPTH_SIDE.ask, count);
    return (bid - ask) / (bid + ask);
  }

  /**
   * Returns what an order that takes from one side would get, best level first. Nothing is taken out.
   *
   * @param side The side that is taken: the ask for a purchase.
   * @param quantity Units, above 0.
   * @param limit Price ticks that it goes no further than; none when left out.
   */
  sweep(side: number, quantity: number, limit?: number): Sweep {
    const levels = this.#side(side);
    let left = quantity, amount = 0, lastPrice = NaN;
    for (let at = levels.length - 1; at >= 0 && left > 0; at--) {
      const price = levels.prices[at]!, size = levels.sizes[at]!;
      if (limit !== undefined && (side === DEPTH_SIDE.ask ? price > limit : price < limit)) break;
      const taken = size < left ? size : left;
      amount += taken * price;
      left -= taken;
      lastPrice = price;
    }
    const filled = quantity - left;
    return { filled, averagePrice: amount / filled, lastPrice };
  }

  #side(side: number): Levels {
    return side === DEPTH_SIDE.bid ? this.#bids : this.#asks;
  }
}

/** Levels of one side, the best last: most changes are there, and then nothing has to move. */
class Levels {
  length = 0;
  prices: Float64Array = new F64(64);
  sizes: Float64Array = new F64(64);
  #capacity = 64;
  /** 1 when a lower price is better, -1 when a higher one is. */
  readonly #sign: number;

  constructor(sign: number) {
    this.#sign = sign;
  }

  set(price: number, size: number): void {
    const at = this.#placeOf(price), isThere = at < this.length && this.prices[at] === price;
    if (size > 0) {
      if (!isThere) this.#insert(at, price);
      this.sizes[at] = size;
    } else if (isThere) this.#remove(at);
  }

  carry(tape: StateTape): void {
    this.length = tape.number(this.length);
    this.#capacity = tape.number(this.#capacity);
    this.prices = tape.f64(this.prices, this.length, this.#capacity);
    this.sizes = tape.f64(this.sizes, this.length, this.#capacity);
  }

  /** The first place whose price is not worse than the given one. */
  #placeOf(price: number): number {
    const prices = this.prices, key = price * this.#sign;
    let low = 0, high = this.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (prices[middle]! * this.#sign > key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #insert(at: number, price: number): void {
    if (this.length === this.#capacity) this.#grow();
    const { prices, sizes } = this;
    for (let i = this.length++; i > at; i--) {
      prices[i] = prices[i - 1]!;
      sizes[i] = sizes[i - 1]!;
    }
    prices[at] = price;
  }

  #remove(at: number): void {
    const { prices, sizes } = this, last = --this.length;
    for (let i = at; i < last; i++) {
      prices[i] = prices[i + 1]!;
      sizes[i] = sizes[i + 1]!;
    }
  }

  #grow(): void {
    const from = this.#capacity, to = from * 2, prices = new F64(to), sizes = new F64(to);
    for (let i = 0; i < from; i++) {
      prices[i] = this.prices[i]!;
      sizes[i] = this.sizes[i]!;
    }
    this.prices = prices;
    this.sizes = sizes;
    this.#capacity = to;
  }
}
