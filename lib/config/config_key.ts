/**
 * A setting of the configuration file, and short ways to write the rows of the table.
 *
 * @module
 */

/** A value as the file or a flag gives it. */
export type PlainValue =
  | string
  | number
  | boolean
  | null
  | readonly string[]
  | Readonly<Record<string, string | number | boolean>>;

/** One setting. Bounds are inclusive; `null` is accepted where the default is null and means "not set". */
export interface ConfigKey {
  /** Names from the root, joined by dots; `[]` stands for each item of a list. */
  readonly path: string;
  readonly type:
    | "whole number"
    | "number"
    | "true or false"
    | "word"
    | "words"
    | "text"
    | "symbol"
    | "symbols"
    | "slippage table"
    | "date"
    | "period"
    | "path"
    | "path or URL"
    | "speed"
    | "prices"
    | "parameters";
  /** Of numbers; empty without one. */
  readonly unit: string;
  readonly least?: number;
  readonly most?: number;
  /** Decimals that count, of numbers. */
  readonly decimals?: number;
  /** Of words: what is accepted, and what the design names but no part here can do yet. */
  readonly words?: readonly string[];
  readonly laterWords?: readonly string[];
  /** Of text and paths: the form, and the form in words. */
  readonly pattern?: RegExp;
  readonly form?: string;
  readonly default: PlainValue;
  /** True where an item of a list has no default and must say it. */
  readonly isRequired?: boolean;
  /** Who reads it; absent for both. The other one accepts it and says that it is not used. */
  readonly use?: "backtest" | "live";
  /** What a backtest accepts of a key it does not read, because another value would make its numbers untrue. */
  readonly backtestAccepts?: readonly PlainValue[];
  readonly effect: string;
}

/** What of a row is left to say. */
type Rest = Omit<ConfigKey, "path" | "type" | "unit"> & { readonly unit?: string };

/** A row of the live runtime that holds a whole number. */
export function wholeOfLive(path: string, rest: Rest): ConfigKey {
  return { path, type: "whole number", unit: "", use: "live", ...rest };
}

/** A row of the live runtime that holds a number of at most six decimals. */
export function numberOfLive(path: string, rest: Rest): ConfigKey {
  return { path, type: "number", unit: "", decimals: 6, use: "live", ...rest };
}

/** A row of the live runtime that holds one of some words. */
export function wordOfLive(path: string, rest: Rest): ConfigKey {
  return { path, type: "word", unit: "", use: "live", ...rest };
}

/** A row of the live runtime that holds true or false. */
export function switchOfLive(path: string, rest: Rest): ConfigKey {
  return { path, type: "true or false", unit: "", use: "live", ...rest };
}

/** A row of the live runtime that holds text of a form. */
export function textOfLive(path: string, rest: Rest): ConfigKey {
  return { path, type: "text", unit: "", use: "live", ...rest };
}

/** A row of the live runtime that holds a path. */
export function pathOfLive(path: string, rest: Rest): ConfigKey {
  return { path, type: "path", unit: "", use: "live", ...rest };
}
