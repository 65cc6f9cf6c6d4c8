/**
 * A strategy as a value: parameters, what it needs, and a setup that returns its handlers.
 *
 * @module
 */

import { didYouMean, KEY } from "../core/mod.ts";
import { checkNames } from "./check_names.ts";
import type { Data } from "./data.ts";
import { shown } from "./indicators/spec.ts";
import type { OrderType, TimeInForce } from "./order_options.ts";
import type { Param } from "./params.ts";
import type { Trade } from "./trade.ts";
import type { Bar, Fill, Order, Slice } from "./views.ts";

const TypeErrorOf = TypeError, RangeErrorOf = RangeError, ownKeys = Object.keys;

/** Values of declared parameters. */
export type ParamValues<P> = {
  readonly [Name in keyof P]: P[Name] extends Param<infer T> ? T : never;
};

/** What the strategy says that it needs. What is not named is refused; without `needs` everything of a backtest is granted. */
export interface Needs {
  /** Bar sizes it can work with, for example `["1d"]`. */
  readonly periods?: readonly string[];
  /** Sells more than it holds. */
  readonly short?: boolean;
  /** Default `["market"]`. Protective orders need `stop` and `limit`, and `gtc`. */
  readonly orderTypes?: readonly OrderType[];
  /** Default `["day"]`. */
  readonly timeInForce?: readonly TimeInForce[];
  /** Memory for the strategy's own data, MiB. */
  readonly memoryMb?: number;
  /** Time for one decision in live trading, milliseconds. */
  readonly decisionMs?: number;
}

/** A timer that fired. */
export interface TimerEvent {
  readonly id: number;
  readonly name: string;
  /** Due time, microseconds UTC. */
  readonly time: number;
}

/** Opening or closing of an exchange session. */
export interface SessionEvent {
  readonly kind: "open" | "close";
  /** Microseconds UTC. */
  readonly time: number;
}

/** JSON data: what a strategy may save. */
export type Json = null | boolean | number | string | readonly Json[] | {
  readonly [name: string]: Json;
};

/** What a strategy does. All handlers are synchronous and return nothing. */
export interface Handlers {
  /** Before the first bar. */
  onStart?(trade: Trade): void;
  /** Once for each bar, in the order of the symbols. Not together with `onBars`. */
  onBar?(bar: Bar, trade: Trade): void;
  /** Once an instant, after all its bars are applied and marked: rotation, pairs, portfolios. */
  onBars?(slice: Slice, trade: Trade): void;
  /** After a fill, before the bar handler of the same instant. */
  onFill?(fill: Fill, trade: Trade): void;
  /** After an order of the strategy ended or was refused, before the bar handler of the same instant. */
  onOrder?(order: Order, trade: Trade): void;
  /** Between bars, when a timer is due. */
  onTimer?(timer: TimerEvent, trade: Trade): void;
  /** When the exchange opens and closes. */
  onSession?(session: SessionEvent, trade: Trade): void;
  /** After the last bar; orders made here find no bar and expire. */
  onStop?(trade: Trade): void;
  /**
   * Returns what the strategy needs to go on after a restart: JSON data, in paper and live at most `sandbox.max_state_bytes`. Asked for now and
   * then between two events, and at an orderly stop. Without it a strategy is brought back by all bars and orders that it has seen.
   *
   * Indicators, the book, waiting timers and the random numbers come back by themselves. Goes together with `load`.
   */
  save?(): Json;
  /** Takes back what `save` returned, before the first event and in the place of `onStart`. Timers that wait must not be set anew. */
  load?(state: Json): void;
}

/** What `setup` is given. */
export interface SetupContext<P> {
  readonly params: ParamValues<P>;
  readonly data: Data;
  /** Writes a line into the result, bounded to 10,000 lines of 1,000 characters. */
  readonly log: (text: string) => void;
  /** Marks the current instant in the report, bounded to 10,000 marks of 100 characters. */
  readonly mark: (label: string) => void;
}

/** The definition that a strategy file exports. */
export interface StrategyOptions<P extends Readonly<Record<string, Param<unknown>>>> {
  /** Shown in results; letters, digits, spaces, `-`, `_`, `.`; at most 64. */
  readonly name: string;
  readonly description?: string;
  readonly params?: P;
  readonly needs?: Needs;
  /** Version of what `save` returns, default 1. After an upgrade of the strategy's file a state of another version is not loaded. */
  readonly saveVersion?: number;
  /** Runs once a run. Indicators and periods are asked for here. */
  setup(context: SetupContext<P>): Handlers;
}

const OPTION_NAMES = ["name", "description", "params", "needs", "saveVersion", "setup"];
const NEED_NAMES = ["periods", "short", "orderTypes", "timeInForce", "memoryMb", "decisionMs"];
const HANDLER_NAMES = [
  "onStart",
  "onBar",
  "onBars",
  "onFill",
  "onOrder",
  "onTimer",
  "onSession",
  "onStop",
  "save",
  "load",
];

/** A definition as the engine reads it. */
export interface StrategyParts {
  readonly name: string;
  readonly description: string;
  readonly params: Readonly<Record<string, Param<unknown>>>;
  readonly needs: Needs | undefined;
  readonly saveVersion: number;
  readonly setup: (context: SetupContext<never>) => Handlers;
}

/** Reads a definition; undefined when the value was not made by `defineStrategy`. Only the engine imports this. */
export let strategyParts: (value: unknown) => StrategyParts | undefined;

/** A strategy, made by {@linkcode defineStrategy}. */
export class Strategy {
  readonly #parts: StrategyParts;

  static {
    strategyParts = (value) =>
      typeof value === "object" && value !== null && #parts in value
        ? (value as Strategy).#parts
        : undefined;
  }

  /** For `defineStrategy`. */
  constructor(key: object, parts: StrategyParts) {
    if (key !== KEY) throw new TypeErrorOf("write export default defineStrategy({ ... })");
    this.#parts = parts;
  }
}

/**
 * Defines a strategy; a strategy file exports it as default.
 *
 * @throws {TypeError | RangeError} When a field is missing, unknown or of the wrong type.
 */
export function defineStrategy<
  const P extends Readonly<Record<string, Param<unknown>>> = Record<never, never>,
>(
  options: StrategyOptions<P>,
): Strategy {
  checkNames("defineStrategy", options, OPTION_NAMES);
  const name: unknown = options.name, setup: unknown = options.setup, needs = options.needs;
  const saveVersion: unknown = options.saveVersion, params = options.params;
  if (typeof name !== "string" || name.length === 0 || name.length > 64) {
    throw new RangeErrorOf(
      "defineStrategy: name must be a text of 1 to 64 characters, found " + shown(name),
    );
  }
  if (typeof setup !== "function") {
    throw new TypeErrorOf(
      "defineStrategy: setup must be a function that returns the handlers, found " + shown(setup),
    );
  }
  if (saveVersion !== undefined && typeof saveVersion !== "number") {
    throw new RangeErrorOf(
      "defineStrategy: saveVersion must be a number, found " + shown(saveVersion),
    );
  }
  if (needs !== undefined) checkNames("defineStrategy: needs", needs, NEED_NAMES);
  return new Strategy(KEY, {
    name,
    description: typeof options.description === "string" ? options.description : "",
    params: params ?? {},
    needs,
    saveVersion: saveVersion ?? 1,
    setup: setup as StrategyParts["setup"],
  });
}

/** Handlers as the engine calls them: each fetched once, called as a plain function. */
export type HandlerTable = {
  readonly [Name in keyof Handlers]-?: NonNullable<Handlers[Name]> | undefined;
};

/**
 * Returns the handlers that `setup` returned, each read once.
 *
 * @throws {TypeError} When the value is no object of handlers, misspells one, or has both `onBar` and `onBars`.
 */
export function readHandlers(value: unknown): HandlerTable {
  if (typeof value !== "object" || value === null) {
    throw new TypeErrorOf(
      "setup must return an object with handlers such as onBar, found " + shown(value),
    );
  }
  const names = ownKeys(value), table = { __proto__: null } as unknown as Record<string, unknown>;
  if (names.length === 0 && typeof (value as { then?: unknown }).then === "function") {
    throw new TypeErrorOf("setup must be synchronous and return handlers: it is async");
  }
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!;
    let known = false;
    for (let k = 0; k < HANDLER_NAMES.length; k++) if (HANDLER_NAMES[k] === name) known = true;
    if (!known) {
      throw new TypeErrorOf(
        'setup returned an unknown handler "' + name + '"' + didYouMean(name, HANDLER_NAMES),
      );
    }
    const handler = (value as Record<string, unknown>)[name];
    if (handler === undefined) continue;
    if (typeof handler !== "function") {
      throw new TypeErrorOf(name + " must be a function, found " + shown(handler));
    }
    table[name] = handler;
  }
  if (table["onBar"] !== undefined && table["onBars"] !== undefined) {
    throw new TypeErrorOf("a strategy has onBar or onBars, not both");
  }
  if ((table["save"] === undefined) !== (table["load"] === undefined)) {
    throw new TypeErrorOf("a strategy has save and load, or neither");
  }
  return table as unknown as HandlerTable;
}
