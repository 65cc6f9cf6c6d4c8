/**
 * On a split the strategy's own bars are restated and the host's are not: the venue must not see the difference (BT-12).
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { dailyBars, fillsOf, runStrategy, script } from "./support.ts";

const bars = dailyBars("A", [
  [100, 101, 99, 100],
  [100, 109, 99, 103.33],
  [34.4, 35, 34, 34.5],
  [34.5, 34.6, 30, 30.5],
  [30, 31, 29, 30],
]);
const split = {
  kind: "split",
  series: 0,
  row: 2,
  timeUs: bars.closeTime[2]!,
  numerator: 3,
  denominator: 1,
} as const;

Deno.test("split: a trailing stop that is judged by closes follows one price in host and child", () => {
  const { engine } = runStrategy({
    bars: [bars],
    actions: [split],
    matching: { sequence: "queue", fillAt: "close" },
    strategy: script({
      0: (t) => {
        t.buy("A", 10);
        t.sell("A", 10, { trailAmount: 4.5, timeInForce: "gtc" });
      },
    }),
  });
  // From 103.33 / 3 on: 34.443333, then 34.5; 1.5 below it is 33.
  assertEquals(engine.orders.stop[1], 33_000_000);
  assertEquals(fillsOf(engine), ["1 10 @ 103.33", "3 -30 @ 30.5"]);
});

Deno.test("split: a spread that is guessed from the bar before is one in host and child", () => {
  const { engine } = runStrategy({
    bars: [bars],
    actions: [split],
    venue: {
      slippageBps: 0,
      slippage: { kind: "half_spread", maxSpreadBps: 1000 },
      commission: { kind: "none" },
    },
    strategy: script({ 1: (t) => t.buy("A", 10) }),
  });
  // A tenth of (109 - 99) / 103.33, half of it at each side.
  const slipped = 34.4 * (1 + 0.1 * 10 / 103.33 / 2);
  assert(Math.abs(engine.fills.price[0]! / 1e6 - slipped) < 1e-5, `${engine.fills.price[0]!}`);
});

Deno.test("split: a delisting of the same night pays the last close in the shares after it", () => {
  const { engine } = runStrategy({
    bars: [bars],
    actions: [split, { kind: "delist", series: 0, row: 2, timeUs: bars.closeTime[2]! }],
    strategy: script({ 0: (t) => t.buy("A", 10) }),
    cash: 10_000,
  });
  // 10 bought at 100, paid out at 103.33 a share of before: 30 at 34.443333.
  assertEquals(engine.ledger.cash, 10_000_000_000 - 1_000_000_000 + 30 * 34_443_333);
});
