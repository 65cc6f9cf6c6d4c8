/**
 * What a strategy passes to `data.indicator(...)`: a description of an indicator, not the indicator itself. The engine makes the
 * running kernel from it, once a series.
 *
 * @module
 */

import { isWhole, KEY } from "../../core/mod.ts";
import type { Kernel } from "./kernel.ts";

const RangeErrorOf = RangeError, TypeErrorOf = TypeError, freeze = Object.freeze;

/** The longest window of an indicator, in bars. */
export const MAX_WINDOW = 100_000;

/** Reads the private parts of a spec; throws a TypeError when the value is none. Only the engine imports this. */
export let specParts: (spec: Spec<string>) => SpecParts;

/** What the engine needs to run an indicator. */
export interface SpecParts {
  /** Name and parameters as shown in reports, for example `sma(10)`. */
  readonly label: string;
  /** Bars until the first value of the main output: row `needed - 1` is the first that is not NaN. */
  readonly needed: number;
  /** Names of the outputs in order; the first is the main output (`.value`). */
  readonly outputs: readonly string[];
  /** True when the values are prices and belong on the price chart; false puts them into a panel of their own. */
  readonly overlay: boolean;
  /** Makes a fresh kernel. */
  readonly create: () => Kernel;
}

/**
 * A description of an indicator with the names of its outputs after the first as type parameter: `Spec<never>` has one output,
 * `Spec<"signal" | "histogram">` has three.
 */
export class Spec<Outputs extends string = never> {
  readonly #parts: SpecParts;
  /** Only a type: the names of the further outputs. */
  declare readonly outputs?: Outputs;

  static {
    // Not `instanceof`: that asks the class, which a strategy could have changed, and a forged prototype passes it.
    specParts = (spec) => {
      if (typeof spec !== "object" || spec === null || !(#parts in spec)) {
        throw new TypeErrorOf(
          "data.indicator needs an indicator such as sma(10), found " + shown(spec),
        );
      }
      return spec.#parts;
    };
  }

  /** For the engine's own indicators; a strategy calls `sma(10)` and the like. */
  constructor(key: object, parts: SpecParts) {
    if (key !== KEY) throw new TypeErrorOf("make an indicator with sma(10), ema(20) and the like");
    this.#parts = parts;
    freeze(this);
  }
}

/**
 * Returns a window length after checking it.
 *
 * @throws {RangeError} When it is not a whole number from `least` to 100,000.
 */
export function checkWindow(name: string, value: number, least = 1): number {
  if (typeof value !== "number" || !isWhole(value) || value < least || value > MAX_WINDOW) {
    throw new RangeErrorOf(
      name + " must be a whole number from " + least + " to " + MAX_WINDOW + ", found " +
        shown(value),
    );
  }
  return value;
}

/**
 * Returns a factor after checking it.
 *
 * @throws {RangeError} When it is not a number above 0 and at most `most`.
 */
export function checkPositive(name: string, value: number, most = 1000): number {
  if (typeof value !== "number" || !(value > 0 && value <= most)) {
    throw new RangeErrorOf(
      name + " must be a number above 0 and at most " + most + ", found " + shown(value),
    );
  }
  return value;
}

/** A value as text without calling anything of the value's own. */
export function shown(value: unknown): string {
  return typeof value === "number" || typeof value === "boolean" || value === undefined ||
      value === null
    ? "" + value
    : typeof value === "string"
    ? '"' + value + '"'
    : "a value of type " + typeof value;
}
