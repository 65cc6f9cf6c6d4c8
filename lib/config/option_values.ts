/**
 * Values of options: what is refused, and in which words.
 *
 * @module
 */

import { SandbarError } from "../core/mod.ts";

/** Returns the error of an option that was given a wrong value. */
export function usage(option: string, found: string, wanted: string): SandbarError {
  return new SandbarError("usage", `--${option}: found ${found}; give ${wanted}`);
}

/**
 * Returns a number that is within its bounds.
 *
 * @param decimals Most decimals it may have.
 * @throws {SandbarError} `usage`, naming the option.
 */
export function bounded(
  option: string,
  value: number,
  least: number,
  most: number,
  decimals: number,
): number {
  const scale = 10 ** decimals;
  if (!(value >= least && value <= most)) {
    throw usage(option, String(value), `a number from ${least} to ${most}`);
  }
  if (Math.round(value * scale) / scale !== value) {
    throw usage(
      option,
      String(value),
      decimals === 0 ? "a whole number" : `at most ${decimals} decimals`,
    );
  }
  return value;
}
