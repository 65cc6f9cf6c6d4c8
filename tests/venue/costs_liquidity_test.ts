/** Average daily volume and volatility from the last 20 sessions (DAT-08). */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { Liquidity, LIQUIDITY_SESSIONS } from "../../lib/venue/liquidity.ts";

Deno.test("liquidity: unknown until there are 20 sessions, or 20 returns (DAT-08)", () => {
  const liquidity = new Liquidity();
  for (let i = 1; i <= LIQUIDITY_SESSIONS; i++) {
    assert(Number.isNaN(liquidity.averageDailyVolume), `before session ${i}`);
    liquidity.add(10, 1000);
  }
  assertEquals(liquidity.averageDailyVolume, 1000);
  assert(Number.isNaN(liquidity.dailyVolatility), "20 closes are 19 returns");
  liquidity.add(10, 1000);
  assertEquals(liquidity.dailyVolatility, 0);
});

Deno.test("liquidity: golden values over a ring that has turned (DAT-08)", () => {
  const liquidity = new Liquidity();
  for (let i = 0; i < 33; i++) liquidity.add(999, 5);
  // 21 sessions at 100 and 102 in turn: ten returns of +2 % and ten of 100/102 - 1.
  for (let i = 0; i < 21; i++) liquidity.add(i % 2 === 0 ? 100 : 102, 1000);
  const down = 100 / 102 - 1, mean = (0.02 + down) / 2, gap = (0.02 - down) / 2;
  assert(Math.abs(mean) < 0.001);
  assertAlmostEquals(liquidity.dailyVolatility, Math.sqrt(20 * gap * gap / 19), 1e-14);
  // Ten sessions of 102,000 and ten of 100,000, over the last close of 100.
  assertEquals(liquidity.averageDailyVolume, 1010);
});

Deno.test("liquidity: a split changes shares a day, not volatility", () => {
  const split = new Liquidity(), plain = new Liquidity();
  for (let i = 0; i < 25; i++) {
    split.add(100 + i, 1000);
    plain.add((100 + i) / 2, 2000);
  }
  const before = split.dailyVolatility;
  split.restate(1, 2);
  assertEquals(split.averageDailyVolume, plain.averageDailyVolume);
  split.add(62, 3000);
  plain.add(62, 3000);
  assertEquals(split.averageDailyVolume, plain.averageDailyVolume);
  assertAlmostEquals(split.dailyVolatility, plain.dailyVolatility, 1e-15);
  assert(before > 0);
});

Deno.test("liquidity: a stock that did not trade is unknown, not free", () => {
  const liquidity = new Liquidity();
  for (let i = 0; i < 30; i++) liquidity.add(10, 0);
  assert(Number.isNaN(liquidity.averageDailyVolume));
});
