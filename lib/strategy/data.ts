/**
 * What a strategy asks of its data when it is set up: indicators, other periods, past values, timers.
 *
 * @module
 */

import { KEY } from "../core/mod.ts";
import type { Indicator } from "./indicator.ts";
import type { BarField } from "./indicators/field.ts";
import type { Spec } from "./indicators/spec.ts";
import { shown } from "./indicators/spec.ts";
import { checkNames } from "./check_names.ts";
import type { Bar } from "./views.ts";

const TypeErrorOf = TypeError, RangeErrorOf = RangeError, freeze = Object.freeze;

const BAR_FIELDS: readonly string[] = ["open", "high", "low", "close", "volume"];

/** An indicator with its further outputs as properties. */
export type IndicatorOf<Outputs extends string> =
  & Indicator
  & { readonly [Name in Outputs]: Indicator };

/** When a timer is due. Times in microseconds UTC, spans in minutes. */
export interface TimerOptions {
  /** At an instant, microseconds UTC. */
  readonly at?: number;
  /** Minutes from now. */
  readonly afterMinutes?: number;
  /** Every so many minutes from now on, at least 1. */
  readonly everyMinutes?: number;
}

/** What the engine does for the data view. `period` is a text such as `1h`, empty for the run's own period. */
export interface DataPort {
  symbols(): readonly string[];
  indicator(period: string, spec: Spec<string>): Indicator;
  window(period: string, symbol: string, field: string, length: number): Float64Array;
  bar(period: string, symbol: string): Bar;
  checkPeriod(period: string): void;
  timer(name: string, at: number, everyUs: number): number;
  cancelTimer(id: number): boolean;
  now(): number;
}

/** Bars of another period than the run's, made from them: never ahead of their close. */
export class PeriodData {
  readonly #port: DataPort;
  readonly #period: string;

  /** For the engine. */
  constructor(key: object, port: DataPort, period: string) {
    if (key !== KEY) throw new TypeErrorOf('write data.bars("1h")');
    this.#port = port;
    this.#period = period;
    freeze(this);
  }

  /** Runs an indicator over these bars; its value changes when one of them closes. */
  indicator<Outputs extends string>(spec: Spec<Outputs>): IndicatorOf<Outputs> {
    return this.#port.indicator(this.#period, spec) as IndicatorOf<Outputs>;
  }
  /** Returns a copy of the last `length` values of a column, oldest first; fewer while there are fewer. */
  window(symbol: string, field: BarField, length: number): Float64Array {
    return windowOf(this.#port, this.#period, symbol, field, length);
  }
  /** The last closed bar of a symbol; `count` is 0 and the prices are NaN before the first. */
  bar(symbol: string): Bar {
    return this.#port.bar(this.#period, symbol);
  }
}

/** The strategy's data. */
export class Data {
  readonly #port: DataPort;

  /** For the engine. */
  constructor(key: object, port: DataPort) {
    if (key !== KEY) throw new TypeErrorOf("data comes from the engine");
    this.#port = port;
  }

  /** Symbols of the run, in its order. */
  get symbols(): readonly string[] {
    return this.#port.symbols();
  }
  /**
   * Runs an indicator over the bars of the run. It follows the symbol of the handler; `.at(symbol)` reads another one. Only in `setup`.
   */
  indicator<Outputs extends string = never>(spec: Spec<Outputs>): IndicatorOf<Outputs> {
    return this.#port.indicator("", spec) as IndicatorOf<Outputs>;
  }
  /**
   * Returns the bars of a longer period, for example `1h` or `1w`, made from the run's. Only in `setup`.
   *
   * @throws {RangeError} When the period is unknown or not longer than the run's.
   */
  bars(period: string): PeriodData {
    if (typeof period !== "string") {
      throw new RangeErrorOf("data.bars needs a period such as 1h, found " + shown(period));
    }
    this.#port.checkPeriod(period);
    return new PeriodData(KEY, this.#port, period);
  }
  /** Returns a copy of the last `length` values of a column, oldest first; fewer while there are fewer. */
  window(symbol: string, field: BarField, length: number): Float64Array {
    return windowOf(this.#port, "", symbol, field, length);
  }
  /** The last bar of a symbol of the run. */
  bar(symbol: string): Bar {
    return this.#port.bar("", symbol);
  }
  /**
   * Sets a timer, which calls `onTimer` between bars, and returns its number. Timers fire by due time, then in the order in which they
   * were set. At most 1,000 wait at a time.
   */
  timer(name: string, options: TimerOptions): number {
    if (typeof name !== "string") {
      throw new RangeErrorOf("data.timer needs a name, found " + shown(name));
    }
    checkNames("data.timer", options, ["at", "afterMinutes", "everyMinutes"]);
    const at = number("at", options.at), after = number("afterMinutes", options.afterMinutes);
    const every = number("everyMinutes", options.everyMinutes);
    if ((at === at ? 1 : 0) + (after === after ? 1 : 0) + (every === every ? 1 : 0) !== 1) {
      throw new RangeErrorOf("data.timer needs exactly one of at, afterMinutes, everyMinutes");
    }
    if (every < 1) {
      throw new RangeErrorOf("data.timer: everyMinutes must be at least 1, found " + every);
    }
    const due = at === at ? at : this.#port.now() + (after === after ? after : every) * 6e7;
    return this.#port.timer(name, due, every === every ? every * 6e7 : 0);
  }
  /** Takes a timer back. Returns false when it has fired or was never set. */
  cancelTimer(id: number): boolean {
    return typeof id === "number" && this.#port.cancelTimer(id);
  }
}

function number(name: string, value: unknown): number {
  if (value === undefined) return NaN;
  if (typeof value !== "number" || !(value >= 0 && value < 9e15)) {
    throw new RangeErrorOf(
      "data.timer: " + name + " must be a number of at least 0, found " + shown(value),
    );
  }
  return value;
}

function windowOf(
  port: DataPort,
  period: string,
  symbol: string,
  field: string,
  length: number,
): Float64Array {
  let known = false;
  for (let i = 0; i < 5; i++) if (BAR_FIELDS[i] === field) known = true;
  if (!known) {
    throw new RangeErrorOf(
      "data.window: field must be open, high, low, close or volume, found " + shown(field),
    );
  }
  if (typeof length !== "number" || !(length >= 1 && length <= 1e6) || length % 1 !== 0) {
    throw new RangeErrorOf(
      "data.window: length must be a whole number from 1 to 1000000, found " + shown(length),
    );
  }
  return port.window(period, symbol, field, length);
}
