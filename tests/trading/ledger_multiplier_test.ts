/**
 * A contract over 100 shares (DAT-14): the multiplier counts in every amount, and in no price or quantity.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { roundTrips } from "../../lib/trading/mod.ts";
import { dailyBars, fillsOf, type PriceRow, runStrategy, script } from "../engine/support.ts";

const rows: readonly PriceRow[] = [[10, 10, 10, 10], [10, 11, 10, 11], [12, 12, 12, 12], [
  12,
  12,
  12,
  12,
]];

Deno.test("multiplier: fills, slippage, value, dividend and trade by hand", () => {
  const bars = dailyBars("C", rows), seen: unknown[] = [];
  const { engine, equity } = runStrategy({
    bars: [bars],
    cash: 10_000,
    instrument: { multiplier: 100 },
    venue: { slippageBps: 10, commission: { kind: "notional", bps: 10 } },
    actions: [
      { kind: "dividend", series: 0, row: 2, timeUs: bars.closeTime[2]!, amountMicros: 500_000 },
    ],
    strategy: script({
      0: (t) => t.buy("C", 3),
      1: (t) => {
        const { quantity, averagePrice, value } = t.position("C");
        seen.push(quantity, Math.round(averagePrice * 1e6) / 1e6, value);
        t.close("C");
      },
    }),
  });
  // 3 x 100 x 10.01 = 3,003 and 3.003; sold 3 x 100 x 11.988 = 3,596.40 and 3.5964; 3 x 100 x 0.50 = 150 between.
  assertEquals(fillsOf(engine), ["1 3 @ 10.01 - 3.003", "2 -3 @ 11.988 - 3.5964"]);
  assertEquals(seen, [3, 10.01, 3300]);
  const { ledger } = engine;
  assertEquals([ledger.dividends, ledger.slippage], [150e6, 3e6 + 3.6e6]);
  assertEquals(equity[1], 10_000e6 - 3_003e6 - 3.003e6 + 3_300e6);
  assertEquals(ledger.cash, 10_000e6 - 3_006.003e6 + 150e6 + 3_592.8036e6);
  const { closed } = roundTrips({
    orders: engine.orders,
    fills: engine.fills,
    ledger,
    symbols: ["C"],
    quantityDigits: [0],
    splits: [],
    lastStep: 3,
    lastTimeUs: 0,
  });
  assertEquals(
    closed.map((trip) => [trip.entryPrice, trip.exitPrice, trip.entryNotionalMicros]),
    [[10.01, 11.988, 3_003e6]],
  );
});

Deno.test("multiplier: a weight and a purchase are bounded by the contract's price, not by the share's", () => {
  const { engine } = runStrategy({
    bars: [dailyBars("C", rows)],
    cash: 10_500,
    instrument: { multiplier: 100 },
    strategy: script({
      0: (t) => t.targetWeight("C", 1), // 10 contracts of 1,000
      1: (t) => t.buy("C", 1), // 1,200, and 500 are left
    }),
  });
  assertEquals(fillsOf(engine), ["1 10 @ 10"]);
});
