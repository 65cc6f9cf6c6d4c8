/**
 * The handle of a running indicator: what `data.indicator(sma(10))` returns. It shows the value now and one bar ago, nothing else.
 *
 * @module
 */

import { KEY } from "../core/mod.ts";

const TypeErrorOf = TypeError;

/** Where a series stands in the buffers of its indicators. Never reachable from a strategy. */
export class SeriesCursor {
  /** Row of the last bar seen, -1 before the first. */
  row = -1;
  /** Place of that row in the buffers of the running block; place 0 is the last row of the block before. */
  place = 0;
  /** Last place of the running block. */
  last = 0;
}

/** What the engine does for a handle. */
export interface IndicatorPort {
  /** Returns the handle of the same output for another symbol. */
  at(symbol: string): Indicator;
  /** Puts the values into the report. */
  plot(): void;
  /** Bars until the first value. */
  readonly needed: number;
}

/** Points a handle at another series; only the engine imports this. */
export let pointIndicator: (handle: Indicator, values: Float64Array, cursor: SeriesCursor) => void;
/** Makes a handle follow nothing, so that reading it is an error: in `onBars` no symbol is the handler's. */
export let unpointIndicator: (handle: Indicator) => void;

/**
 * True at the bar at which `a` goes from at most `b` to above `b`. "Was at most, is above": a crossing through an exact tie is not
 * lost. False until both are ready.
 *
 * @param b Another indicator, or a level.
 */
export let crossedAbove: (a: Indicator, b: Indicator | number) => boolean;

/** True at the bar at which `a` goes from at least `b` to below `b`: the mirror of {@linkcode crossedAbove}. */
export let crossedBelow: (a: Indicator, b: Indicator | number) => boolean;

/**
 * An indicator of one series. Values are NaN until it is ready, and a comparison with NaN is false.
 *
 * Indicators with several outputs have them as properties: `bands.upper`, `macd.signal`.
 */
export class Indicator {
  #values: Float64Array | null;
  #cursor: SeriesCursor;
  readonly #port: IndicatorPort;

  static {
    pointIndicator = (handle, values, cursor) => {
      handle.#values = values;
      handle.#cursor = cursor;
    };
    unpointIndicator = (handle) => {
      handle.#values = null;
    };
    crossedAbove = (a, b) => {
      const x = a.#values, i = a.#cursor.place;
      if (x === null) throw noSymbol();
      if (typeof b === "number") return x[i]! > b && x[i - 1]! <= b;
      const y = b.#values, j = b.#cursor.place;
      if (y === null) throw noSymbol();
      return x[i]! > y[j]! && x[i - 1]! <= y[j - 1]!;
    };
    crossedBelow = (a, b) => {
      const x = a.#values, i = a.#cursor.place;
      if (x === null) throw noSymbol();
      if (typeof b === "number") return x[i]! < b && x[i - 1]! >= b;
      const y = b.#values, j = b.#cursor.place;
      if (y === null) throw noSymbol();
      return x[i]! < y[j]! && x[i - 1]! >= y[j - 1]!;
    };
  }

  /** For the engine; a strategy calls `data.indicator(...)`. */
  constructor(key: object, values: Float64Array, cursor: SeriesCursor, port: IndicatorPort) {
    if (key !== KEY) throw new TypeErrorOf("make an indicator with data.indicator(...)");
    this.#values = values;
    this.#cursor = cursor;
    this.#port = port;
  }

  /** The value at the last bar, NaN until ready. */
  get value(): number {
    if (this.#values === null) throw noSymbol();
    return this.#values[this.#cursor.place]!;
  }

  /** The value one bar earlier, NaN until then. */
  get previous(): number {
    if (this.#values === null) throw noSymbol();
    return this.#values[this.#cursor.place - 1]!;
  }

  /** True once there is a value. */
  get ready(): boolean {
    const value = this.value;
    return value === value;
  }

  /** Bars until the first value. */
  get needed(): number {
    return this.#port.needed;
  }

  /** The same indicator of another symbol of the run: needed in `onBars`, where no symbol is the handler's. */
  at(symbol: string): this {
    return this.#port.at(symbol) as this;
  }

  /** Shows the indicator in the report, with all its outputs. Returns the indicator. */
  plot(): this {
    this.#port.plot();
    return this;
  }
}

function noSymbol(): Error {
  return new TypeErrorOf('in onBars an indicator needs a symbol: write indicator.at("GOOG").value');
}
