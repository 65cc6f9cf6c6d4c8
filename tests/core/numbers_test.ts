/**
 * Exact arithmetic against BigInt (NUM-01, NUM-03).
 *
 * @module
 */

import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  checkExact,
  isWhole,
  MAX_EXACT,
  mulDiv,
  ratioOf,
  roundHalfEven,
} from "../../lib/core/mod.ts";

/** Integers of every magnitude up to 2^53 - 1: uniform ones alone would nearly all be huge. */
const exact = fc.integer({ min: 0, max: 53 }).chain((bits) =>
  fc.integer({ min: 0, max: bits === 53 ? MAX_EXACT : 2 ** bits })
).chain((size) => fc.constantFrom(size, -size));
const divisor = exact.filter((value) => value !== 0).map((value) => value < 0 ? -value : value);

/** a * b / d, half to even. */
function oracle(a: number, b: number, d: number): bigint {
  const product = BigInt(a) * BigInt(b), by = BigInt(d);
  const negative = product < 0n, size = negative ? -product : product;
  const quotient = size / by, twice = size % by * 2n;
  const up = twice > by || (twice === by && quotient % 2n === 1n);
  const rounded = quotient + (up ? 1n : 0n);
  return negative ? -rounded : rounded;
}

function sameAsOracle(a: number, b: number, d: number): void {
  const wanted = oracle(a, b, d);
  if (wanted > BigInt(MAX_EXACT) || wanted < -BigInt(MAX_EXACT)) {
    assertThrows(() => mulDiv(a, b, d), RangeError);
  } else assertEquals(BigInt(mulDiv(a, b, d)), wanted, `${a} * ${b} / ${d}`);
}

Deno.test("mulDiv: equals BigInt for all magnitudes, refuses what leaves the range", () => {
  fc.assert(fc.property(exact, exact, divisor, sameAsOracle), { numRuns: 5000 });
});

Deno.test("mulDiv: ties and their neighbours go half to even, also near 2^53", () => {
  // A product near (q + 1/2) * d, for any d: what random factors hardly ever meet.
  const tie = fc.tuple(divisor, fc.integer({ min: 0, max: 50 }), fc.integer({ min: -2, max: 2 }));
  fc.assert(
    fc.property(tie, ([d, quotient, off]) => {
      const product = Math.floor((2 * quotient + 1) * (d / 2)) + off;
      if (product > MAX_EXACT) return;
      sameAsOracle(product, 1, d);
      sameAsOracle(-product, 1, d);
    }),
    { numRuns: 5000 },
  );
  // 2.5 d + 1/2 with d odd: 3 d is above 2^53, where the remainder of the rounded quotient is no longer exact.
  for (let d = 3_600_000_000_000_001; d < 3_600_000_000_000_041; d += 2) {
    sameAsOracle((5 * d + 1) / 2, 1, d);
    sameAsOracle((5 * d - 1) / 2, 1, d);
  }
});

Deno.test("mulDiv: takes whole numbers only", () => {
  assertThrows(() => mulDiv(1e300, 1.5, 1), RangeError, "whole numbers");
  assertThrows(() => mulDiv(NaN, 1, 1), RangeError);
  assertThrows(() => mulDiv(Infinity, 0, 1), RangeError);
});

Deno.test("roundHalfEven: equals exact halves on both sides of zero and of 2^51", () => {
  fc.assert(
    fc.property(
      exact,
      fc.integer({ min: 1, max: 20 }),
      (units, bits) => {
        const denominator = 2 ** bits, value = units / denominator;
        if (value * denominator !== units) return;
        assertEquals(BigInt(roundHalfEven(value)), oracle(units, 1, denominator), String(value));
      },
    ),
    { numRuns: 3000 },
  );
  for (const [value, wanted] of [[0.5, 0], [1.5, 2], [2.5, 2], [-0.5, 0], [-1.5, -2], [-2.5, -2]]) {
    assert(roundHalfEven(value!) === wanted, `${value}`);
  }
  assertEquals(roundHalfEven(2251799813685248.5), 2251799813685248);
  assertEquals(roundHalfEven(-2251799813685249.5), -2251799813685250);
});

Deno.test("isWhole and checkExact: tell integers and the exact range, NaN and infinities refused", () => {
  for (const value of [0, -1, 7, 2 ** 51 - 1]) assert(isWhole(value), `${value}`);
  for (const value of [0.5, -1e-9, NaN, Infinity, -Infinity, 2 ** 51]) {
    assert(!isWhole(value), `${value}`);
  }
  assertStrictEquals(checkExact(MAX_EXACT), MAX_EXACT);
  assertStrictEquals(checkExact(-MAX_EXACT), -MAX_EXACT);
  for (const value of [MAX_EXACT + 1, -MAX_EXACT - 1, NaN, Infinity]) {
    assertThrows(() => checkExact(value), RangeError, "exact range");
  }
});

Deno.test("ratioOf: a decimal rate of up to nine decimals is its own fraction in lowest terms", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1e12 }),
      fc.integer({ min: 0, max: 9 }),
      fc.constantFrom(1, 100, 10_000),
      (units, decimals, per) => {
        const value = Number(`${units}e-${decimals}`);
        if (value > 1e6) return;
        const { numerator, denominator } = ratioOf(value, per);
        assertEquals(
          BigInt(numerator) * 10n ** BigInt(decimals) * BigInt(per),
          BigInt(units) * BigInt(denominator),
        );
        for (const prime of [2, 5]) {
          assert(numerator % prime !== 0 || denominator % prime !== 0 || numerator === 0);
        }
      },
    ),
    { numRuns: 1000 },
  );
  assertEquals(ratioOf(5, 10_000), { numerator: 1, denominator: 2000 });
  assertEquals(ratioOf(0, 100), { numerator: 0, denominator: 1 });
  for (const bad of [-1, NaN, Infinity, 1e6 + 1, 1 / 3]) {
    assertThrows(() => ratioOf(bad, 1), RangeError);
  }
});
