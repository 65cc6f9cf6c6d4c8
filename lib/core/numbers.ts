/**
 * Exact arithmetic on integers held in a `number`, and the built-ins that the engine uses, captured once.
 *
 * Money is an integer count of micro-units (1e-6) of the account currency; prices and quantities of orders and fills are integers
 * in the instrument's own scale. Every product is exact and rounded once, half to even. A magnitude above 2^53 - 1 is a fault.
 *
 * This module runs inside the sealed realm before any strategy: what it captures cannot be replaced afterwards.
 *
 * @module
 */

const MOST = 9007199254740991;
/** The largest magnitude of an exact integer, 2^53 - 1. */
export const MAX_EXACT = MOST;

/** Micro-units in one unit of currency. */
export const MICROS_PER_UNIT = 1e6;

/** Whoever shows this object is the engine: constructors of everything that a strategy can hold ask for it. */
export const KEY: object = Object.freeze({ __proto__: null });

// 1.5 * 2^52: adding and subtracting it rounds a number below 2^51 half to even, without a call.
const ROUNDER = 6755399441055744;
const ROUND_LIMIT = 2251799813685248;
// 2^52: a quotient of a product below it, times a divisor below it, stays below 2^53.
const DIVIDE_LIMIT = 4503599627370496;
const BigIntOf = BigInt, NumberOf = Number, RangeErrorOf = RangeError, floorOf = Math.floor;

/** Rounds to an integer, half to even. Exact for |value| below 2^51; larger values go through a slower exact path. */
export function roundHalfEven(value: number): number {
  if (value < ROUND_LIMIT && value > -ROUND_LIMIT) return (value + ROUNDER) - ROUNDER;
  const below = floorOf(value), rest = value - below;
  if (rest < 0.5) return below;
  if (rest > 0.5) return below + 1;
  return below % 2 === 0 ? below : below + 1;
}

/** True when the value is a whole number with |value| below 2^51. NaN and infinities are not. */
export function isWhole(value: number): boolean {
  return value < ROUND_LIMIT && value > -ROUND_LIMIT && (value + ROUNDER) - ROUNDER === value;
}

/**
 * Returns the value itself if it is an exact integer range-wise.
 *
 * @throws {RangeError} When |value| is above 2^53 - 1 or the value is NaN: the figure can no longer be exact.
 */
export function checkExact(value: number): number {
  if (!(value <= MOST && value >= -MOST)) {
    throw new RangeErrorOf(
      "an amount left the exact range of 2^53 - 1 micro-units (about 9 billion)",
    );
  }
  return value;
}

/**
 * Returns a * b / d, rounded once, half to even.
 *
 * @param a Integer.
 * @param b Integer.
 * @param d Positive integer.
 * @throws {RangeError} When the result is above 2^53 - 1.
 */
export function mulDiv(a: number, b: number, d: number): number {
  const product = a * b;
  if (!(product <= MOST && product >= -MOST)) return mulDivWide(a, b, d);
  if (d === 1) return product;
  const scaled = product / d;
  // Past 2^51 the rounding trick is not exact, past 2^52 the remainder is not; both are rare and take the slow path.
  if (
    !(scaled < ROUND_LIMIT && scaled > -ROUND_LIMIT && product < DIVIDE_LIMIT &&
      product > -DIVIDE_LIMIT && d < DIVIDE_LIMIT)
  ) return mulDivWide(a, b, d);
  // No `%` on doubles (V8 calls fmod): round the quotient, then settle it with the exact remainder.
  const quotient = (scaled + ROUNDER) - ROUNDER, twice = (product - quotient * d) * 2;
  if (twice > d) return quotient + 1;
  if (twice < -d) return quotient - 1;
  if (twice === d || twice === -d) {
    const half = (quotient * 0.5 + ROUNDER) - ROUNDER;
    if (half * 2 !== quotient) return twice > 0 ? quotient + 1 : quotient - 1;
  }
  return quotient;
}

function mulDivWide(a: number, b: number, d: number): number {
  if (!isInteger(a) || !isInteger(b)) {
    throw new RangeErrorOf("exact arithmetic needs whole numbers");
  }
  const product = BigIntOf(a) * BigIntOf(b), divisor = BigIntOf(d);
  const rest = product % divisor, quotient = (product - rest) / divisor;
  const twice = (rest < 0n ? -rest : rest) * 2n;
  const keep = twice < divisor || (twice === divisor && quotient % 2n === 0n);
  return checkExact(NumberOf(keep ? quotient : product < 0n ? quotient - 1n : quotient + 1n));
}

function isInteger(value: number): boolean {
  return value <= MOST && value >= -MOST && floorOf(value) === value;
}

/** A fraction of two integers in lowest terms: how rates (basis points, percent) are held, so that no rate is ever a float. */
export interface Ratio {
  readonly numerator: number;
  readonly denominator: number;
}

/**
 * Returns the ratio of a decimal rate with at most nine decimals, for example 5 basis points as `ratioOf(5, 10_000)`.
 *
 * @param value The rate, finite, at least 0.
 * @param per What it is counted in: 10,000 for basis points, 100 for percent, 1 for a fraction.
 * @throws {RangeError} When the rate is negative, not finite or has more than nine decimals.
 */
export function ratioOf(value: number, per: number): Ratio {
  if (!(value >= 0 && value <= 1e6)) {
    throw new RangeErrorOf("a rate must be between 0 and 1,000,000");
  }
  let scale = 1;
  while (scale <= 1e9 && roundHalfEven(value * scale) / scale !== value) scale *= 10;
  if (scale > 1e9) throw new RangeErrorOf("a rate has at most nine decimals");
  const numerator = roundHalfEven(value * scale), denominator = scale * per;
  const divisor = greatestCommonDivisor(numerator, denominator);
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

function greatestCommonDivisor(a: number, b: number): number {
  while (b !== 0) {
    const rest = a % b;
    a = b;
    b = rest;
  }
  return a === 0 ? 1 : a;
}

/** Returns a number without its sign. */
export function sizeOf(value: number): number {
  return value < 0 ? -value : value;
}
