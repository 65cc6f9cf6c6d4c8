/**
 * What a strategy sees of the market and of its own book: views that are reused from bar to bar, so that reading is free. Keep values,
 * not views; `.copy()` makes a plain object to keep.
 *
 * @module
 */

import { KEY } from "../core/mod.ts";
import type { Bars } from "../market/mod.ts";
import type { SeriesCursor } from "./indicator.ts";

const TypeErrorOf = TypeError, freeze = Object.freeze;

/** A bar as plain data. Times in microseconds UTC, prices in currency, volume in units. */
export interface BarCopy {
  readonly symbol: string;
  readonly time: number;
  readonly closeTime: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** Points a bar view at another series; only the engine imports this. */
export let pointBar: (view: Bar, bars: Bars, cursor: SeriesCursor) => void;

/** The last bar of a symbol; before the first one its count is 0 and its times and prices are NaN. */
export class Bar {
  #bars: Bars;
  #cursor: SeriesCursor;

  static {
    pointBar = (view, bars, cursor) => {
      view.#bars = bars;
      view.#cursor = cursor;
    };
  }

  /** For the engine. */
  constructor(key: object, bars: Bars, cursor: SeriesCursor) {
    if (key !== KEY) throw new TypeErrorOf("bars come from the engine");
    this.#bars = bars;
    this.#cursor = cursor;
  }

  /** For example `GOOG`. */
  get symbol(): string {
    return this.#bars.symbol;
  }
  /** Open time, microseconds since 1970-01-01T00:00:00Z. */
  get time(): number {
    const row = this.#cursor.row;
    return row < 0 ? NaN : this.#bars.time[row]!;
  }
  /** Close time, microseconds UTC: when the bar is seen. */
  get closeTime(): number {
    const row = this.#cursor.row;
    return row < 0 ? NaN : this.#bars.closeTime[row]!;
  }
  /** First price, in currency. */
  get open(): number {
    const row = this.#cursor.row;
    return row < 0 ? NaN : this.#bars.open[row]!;
  }
  /** Highest price. */
  get high(): number {
    const row = this.#cursor.row;
    return row < 0 ? NaN : this.#bars.high[row]!;
  }
  /** Lowest price. */
  get low(): number {
    const row = this.#cursor.row;
    return row < 0 ? NaN : this.#bars.low[row]!;
  }
  /** Last price. */
  get close(): number {
    const row = this.#cursor.row;
    return row < 0 ? NaN : this.#bars.close[row]!;
  }
  /** Units traded. */
  get volume(): number {
    const row = this.#cursor.row;
    return row < 0 ? NaN : this.#bars.volume[row]!;
  }
  /** Count of bars of this symbol seen so far, this one included. */
  get count(): number {
    return this.#cursor.row + 1;
  }

  /** Returns the bar as a plain object to keep. */
  copy(): BarCopy {
    return freeze({
      symbol: this.symbol,
      time: this.time,
      closeTime: this.closeTime,
      open: this.open,
      high: this.high,
      low: this.low,
      close: this.close,
      volume: this.volume,
    });
  }
}

/** What the engine tells a slice view. */
export interface SlicePort {
  /** Symbols with a bar at this instant, in the order of the run. */
  symbols(): readonly string[];
  /** The bar view of a symbol that has a bar at this instant. */
  bar(symbol: string): Bar | undefined;
  /** Microseconds UTC. */
  now(): number;
}

/** All bars of one instant, applied and marked before the handler is called. */
export class Slice {
  readonly #port: SlicePort;

  /** For the engine. */
  constructor(key: object, port: SlicePort) {
    if (key !== KEY) throw new TypeErrorOf("slices come from the engine");
    this.#port = port;
  }

  /** The instant: close time of its bars, microseconds UTC. */
  get time(): number {
    return this.#port.now();
  }
  /** Symbols that have a bar at this instant, in the order of the run. */
  get symbols(): readonly string[] {
    return this.#port.symbols();
  }
  /** The bar of a symbol, or undefined when it has none at this instant. */
  bar(symbol: string): Bar | undefined {
    return this.#port.bar(symbol);
  }
}

/** The strategy's position in a symbol. */
export interface Position {
  readonly symbol: string;
  /** Shares, below 0 when short, 0 when flat. */
  readonly quantity: number;
  /** Mean price paid or received, in currency; NaN when flat. */
  readonly averagePrice: number;
  /** Value at the last mark, in currency, below 0 when short. */
  readonly value: number;
  /** Profit not yet realised, before the costs of closing. */
  readonly unrealisedProfit: number;
}

/** The states of an order. */
export type OrderStateName =
  | "pending"
  | "submitted"
  | "unknown"
  | "accepted"
  | "partially_filled"
  | "pending_cancel"
  | "pending_replace"
  | "suspended"
  | "filled"
  | "cancelled"
  | "rejected"
  | "never_received"
  | "expired"
  | "replaced";

/** An order of the strategy as plain data. */
export interface Order {
  readonly id: OrderId;
  readonly symbol: string;
  readonly side: "buy" | "sell";
  readonly type: "market" | "limit" | "stop" | "stop_limit" | "trailing_stop" | "if_touched";
  readonly timeInForce: "day" | "gtc" | "gtd" | "ioc" | "fok" | "opg" | "cls";
  /** Where it stands: `pending` until the venue has it, then `accepted` or `partially_filled`, at last `filled`, `cancelled` and the like. */
  readonly state: OrderStateName;
  /** True while it can still trade or be cancelled. */
  readonly isWorking: boolean;
  /** Why it ended without a fill, a code such as `insufficient_funds`; empty otherwise. */
  readonly reason: string;
  /** True for a target quantity or weight, which is sized when it fills. */
  readonly isTarget: boolean;
  /** Shares asked for; NaN for a target before it is sized. */
  readonly quantity: number;
  /** Shares filled so far. */
  readonly filledQuantity: number;
  /** In currency, NaN when the type has none. */
  readonly limitPrice: number;
  readonly stopPrice: number;
  /** Microseconds UTC. */
  readonly createdTime: number;
  /** The order whose fill sets or has set this one free: the entry of a protective order; undefined for none. */
  readonly parent: OrderId | undefined;
  /** True while it waits for its parent's fill. */
  readonly isWaiting: boolean;
}

declare const orderId: unique symbol;
/** The handle of an order: a number to keep, compare and pass to `trade.cancel`. */
export type OrderId = number & { readonly [orderId]: true };

/** A fill of the strategy as plain data. */
export interface Fill {
  readonly order: OrderId;
  readonly symbol: string;
  readonly side: "buy" | "sell";
  /** Shares, positive. */
  readonly quantity: number;
  /** In currency, slippage included. */
  readonly price: number;
  readonly commission: number;
  /** Microseconds UTC. */
  readonly time: number;
}
