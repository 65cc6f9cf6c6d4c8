/**
 * A setting of the configuration file.
 *
 * @module
 */

/** One setting. Bounds are inclusive; `null` is accepted where the default is null and means "not set". */
export interface ConfigKey {
  /** Names from the root, joined by dots. */
  readonly path: string;
  readonly type:
    | "whole number"
    | "number"
    | "true or false"
    | "word"
    | "symbol"
    | "symbols"
    | "slippage table"
    | "date"
    | "period"
    | "path";
  /** Of numbers; empty without one. */
  readonly unit: string;
  readonly least?: number;
  readonly most?: number;
  /** Decimals that count, of numbers. */
  readonly decimals?: number;
  /** Of words: what is accepted, and what the design names but no part here can do yet. */
  readonly words?: readonly string[];
  readonly laterWords?: readonly string[];
  readonly default: string | number | boolean | null;
  readonly effect: string;
}
