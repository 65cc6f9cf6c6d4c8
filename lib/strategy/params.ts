/**
 * Parameters of a strategy: typed, bounded, set from outside with `--set name=value`.
 *
 * @module
 */

import { isWhole, KEY } from "../core/mod.ts";
import { shown } from "./indicators/spec.ts";

const TypeErrorOf = TypeError, RangeErrorOf = RangeError, freeze = Object.freeze;

/** A parameter as data: what the host shows, checks and sweeps. */
export interface ParamInfo {
  readonly kind: "int" | "number" | "boolean" | "choice";
  readonly default: number | boolean | string;
  readonly min?: number;
  readonly max?: number;
  readonly choices?: readonly string[];
  readonly description?: string;
}

/** Reads the private part of a parameter; only the engine imports this. */
export let paramInfo: (param: Param<unknown>) => ParamInfo;

/** A declared parameter with values of type `T`. Made with `param.int(10)` and the like. */
export class Param<T> {
  readonly #info: ParamInfo;
  /** Only a type: the type of the value. */
  declare readonly value?: T;

  static {
    paramInfo = (param) => {
      if (typeof param !== "object" || param === null || !(#info in param)) {
        throw new TypeErrorOf(
          "a parameter is made with param.int(10), param.number(0.5) and the like, found " +
            shown(param),
        );
      }
      return param.#info;
    };
  }

  /** For the SDK itself. */
  constructor(key: object, info: ParamInfo) {
    if (key !== KEY) {
      throw new TypeErrorOf("make a parameter with param.int(10), param.number(0.5) and the like");
    }
    this.#info = freeze(info);
    freeze(this);
  }
}

/** Bounds (inclusive) and meaning of a numeric parameter. */
export interface NumberParamOptions {
  readonly min?: number;
  readonly max?: number;
  /** One line for people. */
  readonly description?: string;
}

/** The ways to declare a parameter. */
export const param: {
  /** A whole number. */
  readonly int: (value: number, options?: NumberParamOptions) => Param<number>;
  /** A finite number. */
  readonly number: (value: number, options?: NumberParamOptions) => Param<number>;
  /** True or false. */
  readonly boolean: (value: boolean, options?: { readonly description?: string }) => Param<boolean>;
  /** One of several words; the first is the default. */
  readonly choice: <const C extends string>(
    choices: readonly C[],
    options?: { readonly description?: string },
  ) => Param<C>;
} = freeze({
  int(value: number, options: NumberParamOptions = {}): Param<number> {
    return numeric("int", value, options);
  },
  number(value: number, options: NumberParamOptions = {}): Param<number> {
    return numeric("number", value, options);
  },
  boolean(value: boolean, options: { readonly description?: string } = {}): Param<boolean> {
    if (typeof value !== "boolean") {
      throw new TypeErrorOf("param.boolean needs true or false, found " + shown(value));
    }
    return new Param(KEY, { kind: "boolean", default: value, ...described(options.description) });
  },
  choice<const C extends string>(
    choices: readonly C[],
    options: { readonly description?: string } = {},
  ): Param<C> {
    const list: string[] = [];
    for (let i = 0; i < choices.length; i++) {
      const choice: unknown = choices[i];
      if (typeof choice !== "string") {
        throw new TypeErrorOf("param.choice needs words, found " + shown(choice));
      }
      list[i] = choice;
    }
    if (list.length === 0) throw new RangeErrorOf("param.choice needs at least one word");
    return new Param(KEY, {
      kind: "choice",
      default: list[0]!,
      choices: freeze(list),
      ...described(options.description),
    });
  },
});

function numeric(
  kind: "int" | "number",
  value: number,
  options: NumberParamOptions,
): Param<number> {
  const info: ParamInfo = {
    kind,
    default: value,
    ...(options.min === undefined ? {} : { min: options.min }),
    ...(options.max === undefined ? {} : { max: options.max }),
    ...described(options.description),
  };
  const problem = paramProblem(info, value);
  if (problem !== "") throw new RangeErrorOf("the default of param." + kind + " " + problem);
  return new Param(KEY, info);
}

function described(description: string | undefined): { description?: string } {
  return description === undefined ? {} : { description: "" + description };
}

/** Returns what is wrong with a value for a parameter ("must be a whole number, found 1.5"), or an empty text. */
export function paramProblem(info: ParamInfo, value: unknown): string {
  switch (info.kind) {
    case "boolean":
      return typeof value === "boolean" ? "" : "must be true or false, found " + shown(value);
    case "choice": {
      let list = "";
      for (let i = 0; i < info.choices!.length; i++) {
        if (value === info.choices![i]) return "";
        list += (i === 0 ? "" : ", ") + info.choices![i];
      }
      return "must be one of " + list + ", found " + shown(value);
    }
    default:
      if (typeof value !== "number" || !(value - value === 0)) {
        return "must be a number, found " + shown(value);
      }
      if (info.kind === "int" && !isWhole(value)) {
        return "must be a whole number, found " + shown(value);
      }
      if (info.min !== undefined && value < info.min) {
        return "must be at least " + info.min + ", found " + shown(value);
      }
      if (info.max !== undefined && value > info.max) {
        return "must be at most " + info.max + ", found " + shown(value);
      }
      return "";
  }
}
