/**
 * The simulated exchange: what a bar does to the orders that rest.
 *
 * An instant is matched in two passes.
 *
 * 1. At the open. Market orders (targets included) and every resting order that the open price already triggers fill at the open: a
 *    stop that it reaches, a limit that it betters. Over all symbols of the instant, orders that bring a position closer to zero go
 *    first, so that a rotation can pay for what it buys; then sales through zero, which free the cash of a long position; then the
 *    others; each in order of creation. Weights are taken of the equity at these opens, before any of the fills.
 * 2. Inside the bar, symbol by symbol. Four prices do not tell the path, so the worse one is taken: with a long position the low comes
 *    first, with a short one the high; without a position the extreme that is nearer to the open. A stop fills at its price when the
 *    bar touches it; a limit order only when the bar trades through its price, because a touch does not say that our order was reached.
 *
 * Market and stop fills are moved against the order by the slippage; limit fills are not. An order can fill only on a bar that opens at
 * or after the moment it was made: never on the bar that led to it.
 *
 * @module
 */

import { MAX_EXACT, mulDiv, roundHalfEven } from "../core/mod.ts";
import { type Bars, PRICE_SCALE } from "../market/mod.ts";
import {
  type FillTable,
  type Ledger,
  ORDER_REASON,
  ORDER_STATE,
  ORDER_TYPE,
  type OrderTable,
  refusalOf,
  SIZING,
  type WorkingOrders,
} from "../trading/mod.ts";
import type { Costs } from "./costs.ts";
import { WeightSizing } from "./weight_sizing.ts";

const I32 = Int32Array;

/** What the venue works on: the tables of one book. */
export interface VenueBooks {
  readonly orders: OrderTable;
  readonly working: WorkingOrders;
  readonly fills: FillTable;
  readonly ledger: Ledger;
}

/** Matches working orders against bars. */
export class SimulatedVenue {
  readonly #orders: OrderTable;
  readonly #working: WorkingOrders;
  readonly #fills: FillTable;
  readonly #ledger: Ledger;
  readonly #costs: Costs;
  readonly #weights: WeightSizing;
  readonly #allowShort: boolean;
  #step = 0;
  /** Rows that the open triggers, ascending; grown when needed. */
  #due: Int32Array = new I32(64);
  #dueCapacity = 64;
  #dueCount = 0;

  constructor(books: VenueBooks, costs: Costs, lots: Float64Array, allowShort: boolean) {
    this.#orders = books.orders;
    this.#working = books.working;
    this.#fills = books.fills;
    this.#ledger = books.ledger;
    this.#costs = costs;
    this.#weights = new WeightSizing(books.ledger, costs, lots);
    this.#allowShort = allowShort;
  }

  /**
   * Matches all working orders against the bars of one instant.
   *
   * @param step Number of the instant.
   * @param series All series of the run.
   * @param rows Row of each series at this instant.
   * @param touched Series with a bar at this instant; the first `count` entries.
   */
  match(
    step: number,
    series: readonly Bars[],
    rows: Int32Array,
    touched: Int32Array,
    count: number,
  ): void {
    this.#step = step;
    this.#dueCount = 0;
    const only = touched[0]!;
    if (this.#working.count === 1 && count === 1 && this.#working.markets[only] === 1) {
      this.#matchOnly(series[only]!, only, rows[only]!);
      return;
    }
    for (let k = 0; k < count; k++) {
      const s = touched[k]!, bars = series[s]!, row = rows[s]!, open = toTicks(bars.open[row]!);
      if (this.#ledger.position[s] !== 0) this.#ledger.setMark(s, open);
      const working = this.#working;
      if (
        working.markets[s]! > 0 || open <= working.touchedBelow[s]! ||
        open >= working.touchedAbove[s]!
      ) {
        this.#collect(s, open, bars.time[row]!);
      }
    }
    if (this.#dueCount > 0) this.#fillAtOpen(series, rows);
    if (this.#working.count === 0) return;
    for (let k = 0; k < count; k++) {
      const s = touched[k]!, working = this.#working;
      if (working.head[s] === -1) continue;
      const bars = series[s]!, row = rows[s]!;
      const low = toTicks(bars.low[row]!), high = toTicks(bars.high[row]!);
      if (low <= working.touchedBelow[s]! || high >= working.touchedAbove[s]!) {
        this.#fillInside(
          s,
          toTicks(bars.open[row]!),
          low,
          high,
          bars.time[row]!,
          bars.closeTime[row]!,
        );
      }
    }
  }

  /** The common case: one market order and nothing else. */
  #matchOnly(bars: Bars, s: number, row: number): void {
    const order = this.#working.head[s]!, openTimeUs = bars.time[row]!, ledger = this.#ledger;
    if (!this.#isAlive(order, openTimeUs)) return;
    const open = toTicks(bars.open[row]!);
    if (ledger.position[s] !== 0) ledger.setMark(s, open);
    this.#fillOpen(order, s, this.#size(order, s, open, ledger.equity()), open, openTimeUs);
  }

  /** Adds the rows of a series that the open fills to the due list, kept ascending over all series. */
  #collect(s: number, open: number, openTimeUs: number): void {
    const orders = this.#orders;
    for (let row = this.#working.head[s]!; row !== -1; row = this.#working.next[row]!) {
      if (!this.#isAlive(row, openTimeUs)) continue;
      if (orders.type[row] !== ORDER_TYPE.market && !this.#triggeredAtOpen(row, open)) continue;
      if (this.#dueCount === this.#dueCapacity) this.#growDue();
      const due = this.#due;
      let at = this.#dueCount++;
      while (at > 0 && due[at - 1]! > row) {
        due[at] = due[at - 1]!;
        at--;
      }
      due[at] = row;
    }
  }

  /** An order lives on bars that open after it was made and before it expires, also where its session's last bars are missing. */
  #isAlive(row: number, openTimeUs: number): boolean {
    const orders = this.#orders;
    return orders.createdUs[row]! <= openTimeUs && orders.expiresUs[row]! > openTimeUs;
  }

  #growDue(): void {
    this.#dueCapacity *= 2;
    const longer = new I32(this.#dueCapacity);
    for (let i = 0; i < this.#dueCount; i++) longer[i] = this.#due[i]!;
    this.#due = longer;
  }

  #triggeredAtOpen(row: number, open: number): boolean {
    const orders = this.#orders, buys = orders.quantity[row]! > 0;
    return orders.type[row] === ORDER_TYPE.limit
      ? (buys ? open < orders.limit[row]! : open > orders.limit[row]!)
      : (buys ? open >= orders.stop[row]! : open <= orders.stop[row]!);
  }

  #fillAtOpen(series: readonly Bars[], rows: Int32Array): void {
    const orders = this.#orders, ledger = this.#ledger, due = this.#due, count = this.#dueCount;
    const equity = ledger.equity();
    for (let pass = 0; pass < 3; pass++) {
      for (let k = 0; k < count; k++) {
        const order = due[k]!;
        if (orders.state[order] !== ORDER_STATE.working) continue;
        const s = orders.series[order]!,
          bars = series[s]!,
          row = rows[s]!,
          open = toTicks(bars.open[row]!);
        const quantity = this.#size(order, s, open, equity);
        if (this.#passOf(order, ledger.position[s]!, quantity) <= pass) {
          this.#fillOpen(order, s, quantity, open, bars.time[row]!);
        }
      }
    }
  }

  /** When an order fills among those of one open: 0 when it brings the position closer to zero, 1 when it sells through zero, else 2. */
  #passOf(order: number, held: number, quantity: number): number {
    if (held === 0 || quantity === 0 || (held > 0) === (quantity > 0)) return 2;
    const orders = this.#orders, next = held + quantity;
    // A weight on the other side wants to go through zero, also when there is no cash for it yet.
    const crosses = orders.sizing[order] === SIZING.targetWeight
      ? orders.quantity[order]! * held < 0
      : next !== 0 && (next > 0) !== (held > 0);
    if (!crosses) return 0;
    return held > 0 ? 1 : 2;
  }

  #fillOpen(order: number, s: number, quantity: number, open: number, timeUs: number): void {
    const isLimit = this.#orders.type[order] === ORDER_TYPE.limit;
    this.#fill(
      order,
      s,
      quantity,
      open,
      isLimit ? open : this.#costs.slipped(open, quantity > 0),
      timeUs,
    );
  }

  /** Returns the signed quantity in units that an order asks for at this price. */
  #size(order: number, s: number, open: number, equity: number): number {
    const orders = this.#orders, asked = orders.quantity[order]!, sizing = orders.sizing[order]!;
    if (sizing === SIZING.quantity) return asked;
    const held = this.#ledger.position[s]!;
    if (sizing === SIZING.targetQuantity) return asked - held;
    return this.#weights.positionOf(s, open, asked, equity) - held;
  }

  #fillInside(
    s: number,
    open: number,
    low: number,
    high: number,
    openTimeUs: number,
    closeTimeUs: number,
  ): void {
    const held = this.#ledger.position[s]!;
    const lowFirst = held > 0 || (held === 0 && open - low <= high - open);
    const first = lowFirst ? low : high, second = lowFirst ? high : low;
    this.#leg(s, open, first, openTimeUs, closeTimeUs);
    // The way on to the close meets nothing new: no order is made inside a bar.
    this.#leg(s, first, second, openTimeUs, closeTimeUs);
  }

  /** Fills, in the order in which the price meets them, the orders between two points of the path. */
  #leg(s: number, from: number, to: number, openTimeUs: number, closeTimeUs: number): void {
    const down = to < from;
    for (;;) {
      const order = this.#nearest(s, from, to, down, openTimeUs);
      if (order === -1) return;
      const orders = this.#orders, quantity = orders.quantity[order]!;
      const isLimit = orders.type[order] === ORDER_TYPE.limit;
      const base = isLimit ? orders.limit[order]! : orders.stop[order]!;
      this.#fill(
        order,
        s,
        quantity,
        base,
        isLimit ? base : this.#costs.slipped(base, quantity > 0),
        closeTimeUs,
      );
    }
  }

  #nearest(s: number, from: number, to: number, down: boolean, openTimeUs: number): number {
    const orders = this.#orders, working = this.#working;
    let best = -1, bestPrice = 0;
    for (let row = working.head[s]!; row !== -1; row = working.next[row]!) {
      const type = orders.type[row]!;
      if (type === ORDER_TYPE.market || !this.#isAlive(row, openTimeUs)) continue;
      const isLimit = type === ORDER_TYPE.limit, buys = orders.quantity[row]! > 0;
      if (down !== (buys === isLimit)) continue;
      const price = isLimit ? orders.limit[row]! : orders.stop[row]!;
      const reached = down
        ? price <= from && (isLimit ? price > to : price >= to)
        : price >= from && (isLimit ? price < to : price <= to);
      if (reached && (best === -1 || (down ? price > bestPrice : price < bestPrice))) {
        best = row;
        bestPrice = price;
      }
    }
    return best;
  }

  /** Books a fill, or ends the order with the reason why there is none. */
  #fill(
    order: number,
    s: number,
    quantity: number,
    base: number,
    price: number,
    timeUs: number,
  ): void {
    const orders = this.#orders, ledger = this.#ledger;
    this.#working.remove(order);
    if (quantity === 0) {
      // A target that is already reached is done; a weight that buys nothing is refused by name: it is too small, or the cash is gone.
      const weight = orders.quantity[order]!;
      if (
        orders.sizing[order] !== SIZING.targetWeight || weight === 0 || ledger.position[s] !== 0
      ) orders.end(order, ORDER_STATE.filled, ORDER_REASON.none, timeUs);
      else {
        const reason = this.#weights.isWorthALot(s, base, weight)
          ? ORDER_REASON.insufficient_funds
          : ORDER_REASON.below_min_size;
        orders.end(order, ORDER_STATE.rejected, reason, timeUs);
      }
      return;
    }
    const size = quantity < 0 ? -quantity : quantity, units = ledger.unitsPerShare[s]!;
    // No account holds 2^53 micro-units: an order that opens more than that is refused before its amount is formed.
    if (size * price > MAX_EXACT * units && (ledger.position[s]! + quantity) * quantity > 0) {
      orders.end(order, ORDER_STATE.rejected, ORDER_REASON.insufficient_funds, timeUs);
      return;
    }
    const notional = ledger.notional(s, size, price);
    const commission = this.#costs.commission(size, units, notional);
    const refusal = !this.#allowShort && quantity < 0 && quantity + ledger.position[s]! < 0
      ? ORDER_REASON.not_shortable
      : refusalOf(ledger, s, quantity, price, commission);
    if (refusal !== ORDER_REASON.none) {
      orders.end(order, ORDER_STATE.rejected, refusal, timeUs);
      return;
    }
    const gap = price > base ? price - base : base - price;
    const slippage = units === 1 ? size * gap : mulDiv(size, gap, units);
    ledger.fill(s, quantity, price, commission, 0, slippage);
    orders.fill[order] = this.#fills.add(
      order,
      this.#step,
      timeUs,
      quantity,
      price,
      commission,
      0,
      slippage,
    );
    orders.end(order, ORDER_STATE.filled, ORDER_REASON.none, timeUs);
  }
}

/** A price column's value in price ticks. */
export function toTicks(price: number): number {
  return roundHalfEven(price * PRICE_SCALE);
}
