/** Borrow fees and interest: golden values, signs, and exactness against BigInt. */

import { assertEquals, assertThrows } from "@std/assert";
import { Random } from "../../lib/core/mod.ts";
import {
  borrowFee,
  creditInterest,
  debitInterest,
  nightlyRate,
} from "../../lib/venue/financing.ts";

const DOLLAR = 1_000_000;

Deno.test("financing: golden amounts over 360 days", () => {
  // 20,000 x 5 % / 360 = 2.777777...
  assertEquals(borrowFee(-20_000 * DOLLAR, nightlyRate(5), 1), 2_777_778);
  assertEquals(
    borrowFee(-20_000 * DOLLAR, nightlyRate(5), 3),
    8_333_333,
    "a weekend, rounded once",
  );
  assertEquals(borrowFee(-36_000 * DOLLAR, nightlyRate(1), 1), 1 * DOLLAR);
  assertEquals(debitInterest(-36_000 * DOLLAR, nightlyRate(6.5), 1), 6.5 * DOLLAR);
  assertEquals(creditInterest(36_000 * DOLLAR, nightlyRate(0.25), 360), 90 * DOLLAR);
});

Deno.test("financing: only what is borrowed costs, only what is idle earns", () => {
  const rate = nightlyRate(10);
  assertEquals(borrowFee(5000 * DOLLAR, rate, 1), 0, "a long position");
  assertEquals(debitInterest(5000 * DOLLAR, rate, 1), 0);
  assertEquals(creditInterest(-5000 * DOLLAR, rate, 1), 0);
  assertEquals(borrowFee(-5000 * DOLLAR, nightlyRate(0), 1), 0, "a legal zero stays zero");
  assertEquals(borrowFee(-5000 * DOLLAR, rate, 0), 0, "no night");
  assertThrows(() => nightlyRate(-1), RangeError);
});

Deno.test("financing: exact against BigInt, half to even", () => {
  const seed = 360, random = new Random(seed);
  for (let run = 0; run < 3000; run++) {
    const hundredths = random.nextUint32() % 10_000, nights = random.nextUint32() % 10;
    const amount = random.nextUint32() * (1 + random.nextUint32() % 1_000_000);
    const numerator = BigInt(amount) * BigInt(hundredths) * BigInt(nights), per = 3_600_000n;
    const below = numerator / per, twice = numerator % per * 2n;
    const expected = twice > per || (twice === per && below % 2n === 1n) ? below + 1n : below;
    const rate = nightlyRate(hundredths / 100), told = `seed ${seed}, run ${run}`;
    assertEquals(borrowFee(-amount, rate, nights), Number(expected), told);
    assertEquals(debitInterest(-amount, rate, nights), Number(expected), told);
    assertEquals(creditInterest(amount, rate, nights), Number(expected), told);
  }
});
