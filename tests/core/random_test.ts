/**
 * Seeded random numbers, the hash of books, and "did you mean".
 *
 * @module
 */

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { didYouMean, MAX_EXACT, nearestWord, Random, StateHash } from "../../lib/core/mod.ts";

/** xoshiro128** and splitmix32 as published, on BigInt: slow, and free of the tricks of 32-bit arithmetic. */
function reference(seed: number, count: number): number[] {
  const mask = 0xffffffffn;
  let state = BigInt(seed) & mask;
  const fill = (): bigint => {
    state = (state + 0x9e3779b9n) & mask;
    let z = state;
    z = ((z ^ (z >> 16n)) * 0x21f0aaadn) & mask;
    z = ((z ^ (z >> 15n)) * 0x735a2d97n) & mask;
    return z ^ (z >> 15n);
  };
  const rotated = (x: bigint, k: bigint): bigint => ((x << k) | (x >> (32n - k))) & mask;
  const s = [fill(), fill(), fill(), fill()], out: number[] = [];
  for (let i = 0; i < count; i++) {
    out.push(Number((rotated((s[1]! * 5n) & mask, 7n) * 9n) & mask));
    const t = (s[1]! << 9n) & mask;
    s[2]! ^= s[0]!;
    s[3]! ^= s[1]!;
    s[1]! ^= s[2]!;
    s[0]! ^= s[3]!;
    s[2]! ^= t;
    s[3] = rotated(s[3]!, 11n);
  }
  return out;
}

Deno.test("random: is xoshiro128** filled by splitmix32, for any seed", () => {
  fc.assert(
    fc.property(fc.integer({ min: -MAX_EXACT, max: MAX_EXACT }), (seed) => {
      const random = new Random(seed);
      assertEquals(Array.from({ length: 20 }, () => random.nextUint32()), reference(seed, 20));
    }),
    { numRuns: 200 },
  );
});

Deno.test("random: next is in [0, 1), uses 53 bits and has the mean of an even distribution", () => {
  const random = new Random(7);
  let sum = 0, fine = false;
  for (let i = 0; i < 100_000; i++) {
    const value = random.next();
    assert(value >= 0 && value < 1);
    if (value * 2 ** 52 % 1 !== 0) fine = true;
    sum += value;
  }
  assert(fine, "the 53rd bit is used");
  // The mean of 100,000 even numbers has a standard deviation of 0.00091: five of them.
  assert(Math.abs(sum / 100_000 - 0.5) < 0.0046, `mean ${sum / 100_000}`);
});

Deno.test("hash: tells any change of one value and any exchange of two", () => {
  const hashOf = (values: readonly number[]): number => {
    const hash = new StateHash();
    for (const value of values) hash.add(value);
    return hash.value();
  };
  const exact = fc.integer({ min: -MAX_EXACT, max: MAX_EXACT });
  fc.assert(
    fc.property(
      fc.array(exact, { minLength: 2, maxLength: 12 }),
      fc.nat(11),
      fc.integer({ min: 0, max: 52 }),
      (values, place, bit) => {
        const at = place % values.length, before = hashOf(values);
        assertEquals(hashOf(values), before);
        assert(Number.isSafeInteger(before) && before >= 0 && before < 2 ** 52);
        const value = values[at]!, step = value > 0 ? -(2 ** bit) : 2 ** bit;
        const changed = values.with(at, value + step);
        assertNotEquals(hashOf(changed), before, `${value} by 2^${bit}`);
        const swapped = [values[1]!, values[0]!, ...values.slice(2)];
        if (values[0] !== values[1]) assertNotEquals(hashOf(swapped), before);
      },
    ),
    { numRuns: 2000 },
  );
});

Deno.test("did you mean: one slip, or a third of a longer word", () => {
  const known = ["onBar", "onBars", "onTimer", "limitPrice", "stopPrice", "fast", "slow", "GOOG"];
  const cases: readonly [string, string | undefined][] = [
    ["onbars", "onBars"],
    ["onTick", undefined],
    ["limitprice", "limitPrice"],
    ["limtPrise", "limitPrice"],
    ["fsat", "fast"],
    ["slo", "slow"],
    ["quick", undefined],
    ["GOGG", "GOOG"],
    ["IBM", undefined],
    ["x", undefined],
    ["", undefined],
  ];
  for (const [word, wanted] of cases) assertEquals(nearestWord(word, known), wanted, word);
  assertEquals(nearestWord("abx", ["xyx"]), undefined);
  assertEquals(didYouMean("slw", known), ' (did you mean "slow"?)');
  assertEquals(didYouMean("zzz", known), "");
  assertEquals(nearestWord("a".repeat(65), ["a".repeat(64)]), undefined);
});
