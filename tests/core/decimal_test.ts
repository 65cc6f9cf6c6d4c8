/**
 * Decimal text and scaled integers (NUM-03).
 *
 * @module
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  formatDecimal,
  formatMoney,
  MAX_EXACT,
  parseDecimal,
  SandbarError,
} from "../../lib/core/mod.ts";

const value = fc.integer({ min: -MAX_EXACT, max: MAX_EXACT });
const digits = fc.integer({ min: 0, max: 9 });

Deno.test("decimal: text and back is the same integer, for every scale", () => {
  fc.assert(
    fc.property(value, digits, (units, scale) => {
      assertEquals(parseDecimal(formatDecimal(units, scale), scale), units);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("decimal: the text is exact and the shortest", () => {
  fc.assert(
    fc.property(value, digits, (units, scale) => {
      const text = formatDecimal(units, scale);
      assert(/^-?(0|[1-9]\d*)(\.\d*[1-9])?$/.test(text), text);
      const [, sign, whole, fraction = ""] = /^(-?)(\d+)\.?(\d*)$/.exec(text)!;
      const exact = BigInt(whole! + fraction.padEnd(scale, "0")) * (sign === "-" ? -1n : 1n);
      assertEquals(exact, BigInt(units));
    }),
    { numRuns: 2000 },
  );
  assertEquals(formatDecimal(100_335_000, 6), "100.335");
  assertEquals(formatDecimal(5, 6), "0.000005");
  assertEquals(formatDecimal(-5, 1), "-0.5");
  assertEquals(formatDecimal(0, 6), "0");
  assertEquals(formatDecimal(7, 0), "7");
  assertEquals(formatMoney(1e11), "100000.00");
  assertEquals(formatMoney(1_500_000), "1.50");
  assertEquals(formatMoney(-1_234_567), "-1.234567");
});

Deno.test("decimal: malformed text and digits past the scale are errors, never 0", () => {
  const bad = [
    "",
    " ",
    "x",
    "1,5",
    "1e5",
    "0x10",
    "--1",
    "1.2.3",
    ".5",
    "Infinity",
    "NaN",
    "1 2",
    "12345678901234567",
    "９",
  ];
  for (const text of bad) {
    const error = assertThrows(() => parseDecimal(text, 6), SandbarError);
    assertEquals(error.code, "number_range", text);
  }
  assertThrows(() => parseDecimal("0.0000001", 6), SandbarError, "more than 6 decimals");
  assertThrows(() => parseDecimal("9007199254.740992", 6), SandbarError, "too large");
  assertEquals(parseDecimal("9007199254.740991", 6), MAX_EXACT);
  assertEquals(parseDecimal("1.5000000", 1), 15);
  assertEquals(parseDecimal("+2", 2), 200);
  assert(Object.is(parseDecimal("-0.0", 6), 0));
});

Deno.test("decimal: any text is an integer within range or an error", () => {
  const noise = fc.string({ unit: fc.constantFrom(..."0123456789.+-e, \u0660"), maxLength: 22 });
  fc.assert(
    fc.property(noise, digits, (text, scale) => {
      try {
        assert(Number.isSafeInteger(parseDecimal(text, scale)));
      } catch (error) {
        assert(error instanceof SandbarError, String(error));
      }
    }),
    { numRuns: 3000 },
  );
});
