/**
 * Decimal text and scaled integers: the only two forms in which money, prices and quantities cross a door.
 *
 * @module
 */

import { MAX_EXACT } from "./numbers.ts";
import { SandbarError } from "./errors.ts";

const DECIMAL = /^([+-]?)(\d{1,16})(?:\.(\d*))?$/;

/**
 * Returns decimal text as an integer in units of 10^-digits, without going through a float.
 *
 * @param text For example `100.335`.
 * @param digits Decimals of the scale, 0 to 9.
 * @throws {SandbarError} `number_range` when the text is not a decimal, has non-zero digits past the scale, or leaves 2^53 - 1.
 */
export function parseDecimal(text: string, digits: number): number {
  const match = DECIMAL.exec(text.trim());
  if (match === null) {
    throw new SandbarError("number_range", `not a decimal number: ${JSON.stringify(text)}`);
  }
  const [, sign, whole = "0", fraction = ""] = match;
  if (/[1-9]/.test(fraction.slice(digits))) {
    throw new SandbarError("number_range", `${text} has more than ${digits} decimals`);
  }
  const value = BigInt(whole + fraction.slice(0, digits).padEnd(digits, "0"));
  if (value > BigInt(MAX_EXACT)) throw new SandbarError("number_range", `${text} is too large`);
  return sign === "-" && value !== 0n ? -Number(value) : Number(value);
}

/**
 * Returns a scaled integer as the shortest exact decimal text, with at least `least` decimals.
 *
 * @param value Integer in units of 10^-digits.
 * @param digits Decimals of the scale, 0 to 9.
 * @param least Decimals to show at least, for example 2 for money. Default 0.
 */
export function formatDecimal(value: number, digits: number, least = 0): string {
  const negative = value < 0, text = String(negative ? -value : value).padStart(digits + 1, "0");
  const whole = text.slice(0, text.length - digits);
  let fraction = digits === 0 ? "" : text.slice(text.length - digits);
  while (fraction.length > least && fraction.endsWith("0")) fraction = fraction.slice(0, -1);
  return (negative ? "-" : "") + whole + (fraction === "" ? "" : "." + fraction);
}

/** Returns money in micro-units as exact decimal text with at least two decimals, for example `100000.00`. */
export function formatMoney(micros: number): string {
  return formatDecimal(micros, 6, 2);
}
