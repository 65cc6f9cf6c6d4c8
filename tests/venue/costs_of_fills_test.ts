/**
 * Costs as they are booked: commission and fees of an order over its partial fills, slippage that asks for volume, sessions and the bar
 * before, and weights that can be paid whatever the slippage is (BT-07, BT-08, NUM-03, SIZ-05).
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { ScheduledAction } from "../../lib/engine/mod.ts";
import type { Trade } from "../../lib/strategy/mod.ts";
import type { MatchingRules, VenueRules } from "../../lib/venue/mod.ts";
import {
  dailyBars,
  endsOf,
  fillsOf,
  type PriceRow,
  type RunOutput,
  runStrategy,
  script,
} from "../engine/support.ts";

const GTC = { timeInForce: "gtc" } as const;
const flat: PriceRow = [100, 101, 99, 100];

function run(
  bars: readonly PriceRow[],
  venue: VenueRules,
  doings: Readonly<Record<number, (trade: Trade) => void>>,
  matching: Partial<MatchingRules> = {},
  more: { readonly from?: string; readonly actions?: readonly ScheduledAction[] } = {},
): RunOutput {
  return runStrategy({
    bars: [dailyBars("A", bars, more.from)],
    strategy: script(doings),
    venue,
    matching,
    actions: more.actions ?? [],
    slice: 1,
  });
}

function feesOf({ engine }: RunOutput): number[] {
  return Array.from({ length: engine.fills.length }, (_, row) => engine.fills.fee[row]! / 1e6);
}

Deno.test("costs of fills: the least charge of an order is paid once, whatever parts it fills in", () => {
  // 0.005 a share, at least 1: 100 shares would be 0.50, 200 are 1.00, 250 are 1.25.
  const output = run(
    [flat, flat, flat, flat, flat],
    { slippageBps: 0, commission: { kind: "per_share", amount: 0.005, min: 1 } },
    { 0: (t) => t.buy("A", 250, GTC) },
    { participation: 0.1 },
  );
  assertEquals(fillsOf(output.engine), ["1 100 @ 100 - 1", "2 100 @ 100", "3 50 @ 100 - 0.25"]);
  assertEquals(output.engine.ledger.commission / 1e6, 1.25);
});

Deno.test("costs of fills: tiers count the shares of the calendar month, of all symbols, and start anew with the next", () => {
  const tiers = [{ upToShares: 150, amount: 0.1 }, { upToShares: null, amount: 0.01 }];
  // Sessions of 2024-01-29, 30, 31, 02-01, 02-02.
  const output = run(
    [flat, flat, flat, flat, flat],
    { slippageBps: 0, commission: { kind: "tiered", tiers } },
    { 0: (t) => t.buy("A", 100), 1: (t) => t.buy("A", 100), 2: (t) => t.buy("A", 100) },
    {},
    { from: "2024-01-29" },
  );
  assertEquals(fillsOf(output.engine), [
    "1 100 @ 100 - 10",
    // 50 at 0.10 and 50 at 0.01.
    "2 100 @ 100 - 5.5",
    "3 100 @ 100 - 10",
  ]);
});

Deno.test("costs of fills: regulatory fees on sales are those of the order, rounded up to the cent once", () => {
  // January 2024: 8.00 per million and 0.000166 a share. 100 at 100: 0.08 and 0.0166 -> 0.02. 150: 0.12 and 0.0249 -> 0.03, of which
  // 0.10 are paid. Apart the 50 would have paid 0.04 and 0.0083 -> 0.01: the same here, and 0.01 more for 3 x 50.
  const output = run(
    [flat, [100, 101, 99, 100, 2000], flat, flat],
    { slippageBps: 0, commission: { kind: "none" }, regulatoryFees: true },
    { 0: (t) => t.buy("A", 150), 1: (t) => t.sell("A", 150, GTC) },
    { participation: 0.1 },
  );
  assertEquals(fillsOf(output.engine), ["1 150 @ 100", "2 -100 @ 100", "3 -50 @ 100"]);
  assertEquals(feesOf(output), [0, 0.1, 0.05]);
  assertEquals([output.engine.ledger.fees / 1e6, output.engine.ledger.cash / 1e6], [
    0.15,
    99_999.85,
  ]);
});

Deno.test("costs of fills: a full short weight leaves room for the fees of its sale", () => {
  const output = run(
    [flat, flat],
    { slippageBps: 0, commission: { kind: "none" }, regulatoryFees: true },
    { 0: (t) => t.targetWeight("A", -1) },
  );
  // 1,000 shares would be 100,000 and the fees of 0.80 + 0.17 on top.
  assertEquals(fillsOf(output.engine), ["1 -999 @ 100"]);
});

Deno.test("slippage: half of a spread guessed from the bar before the fill", () => {
  // 0.1 x 0.8 / 100 / 2 = 4 basis points; 0.1 x 4 / 100 / 2 = 20, of which 5 count; the first bar of all has none before it: 5.
  const output = run(
    [[100, 100.4, 99.6, 100], [100, 102, 98, 100], flat],
    { slippageBps: 0, slippage: { kind: "half_spread" }, commission: { kind: "none" } },
    { 0: (t) => t.buy("A", 1), 1: (t) => t.sell("A", 1) },
  );
  assertEquals(fillsOf(output.engine), ["1 1 @ 100.04", "2 -1 @ 99.95"]);
});

Deno.test("slippage: volume_based knows the last twenty completed sessions, and takes its worst before", () => {
  const bars: readonly PriceRow[] = Array.from({ length: 24 }, () => flat);
  const rules: VenueRules = {
    slippageBps: 5,
    slippage: { kind: "volume_based", bps: 5 },
    commission: { kind: "none" },
  };
  const output = run(bars, rules, {
    // Filled on bar 19: 19 sessions are complete. Unknown: 5 x 11 = 55 basis points.
    18: (t) => t.buy("A", 10),
    // Filled on bar 20: 20 sessions of 1,000 shares. 5 x (1 + 10 x sqrt(10 / 1,000)) = 10.
    19: (t) => t.buy("A", 10),
  });
  assertEquals(fillsOf(output.engine), ["19 10 @ 100.55", "20 10 @ 100.1"]);
});

Deno.test("slippage: a split restates what the sessions have traded", () => {
  // Two shares for one before bar 22: 1,000 shares of 100 are 2,000 of 50. 40 of them: 5 x (1 + 10 x sqrt(0.02)) = 12.0710678 bps.
  const halved: PriceRow = [50, 50.5, 49.5, 50, 2000];
  const bars = Array.from({ length: 24 }, (_, i) => i < 22 ? flat : halved);
  const at = dailyBars("A", bars).time[22]!;
  const output = run(
    bars,
    {
      slippageBps: 5,
      slippage: { kind: "volume_based", bps: 5 },
      commission: { kind: "none" },
    },
    { 21: (t) => t.buy("A", 20) },
    {},
    {
      actions: [{ kind: "split", series: 0, row: 22, timeUs: at, numerator: 2, denominator: 1 }],
    },
  );
  // The order of 20 shares is one of 40 after the split. 50 x 1.00120710678 = 50.060355339.
  assertEquals(fillsOf(output.engine), ["22 40 @ 50.060355"]);
});

Deno.test("slippage: the share of the volume grows with each fill of a bar", () => {
  const output = run(
    [flat, flat],
    {
      slippageBps: 0,
      slippage: { kind: "volume_share", priceImpact: 1, volumeLimitPct: 100 },
      commission: { kind: "none" },
    },
    {
      0: (t) => {
        t.buy("A", 100);
        t.buy("A", 100);
      },
    },
  );
  // 100 x (1 + 0.1²) and 100 x (1 + 0.2²).
  assertEquals(fillsOf(output.engine), ["1 100 @ 101", "1 100 @ 104"]);
});

Deno.test("slippage: a full weight can be paid in every model that moves with the size, and one lot more could not (SIZ-05)", () => {
  fc.assert(
    fc.property(
      fc.record({
        slippage: fc.constantFrom<NonNullable<VenueRules["slippage"]>>(
          { kind: "volume_share", priceImpact: 0.5, volumeLimitPct: 50 },
          { kind: "volume_based", bps: 30 },
          { kind: "sqrt_impact", coefficient: 1 },
          { kind: "half_spread", maxSpreadBps: 80 },
        ),
        price: fc.integer({ min: 1, max: 400 }),
        volume: fc.integer({ min: 1, max: 100_000 }),
        min: fc.constantFrom(0, 7),
        weight: fc.constantFrom(1, -1, 0.5),
      }),
      ({ slippage, price, volume, min, weight }) => {
        const bar: PriceRow = [price, price * 1.01, price * 0.99, price, volume];
        const output = run(
          [bar, bar, bar],
          { slippageBps: 0, slippage, commission: { kind: "notional", bps: 5, min } },
          { 0: (t) => t.targetWeight("A", weight) },
        );
        assertEquals(endsOf(output.engine), ["filled"]);
        const { fills, ledger } = output.engine, traded = Math.abs(fills.quantity[0]!);
        const budget = 1e11 * Math.abs(weight),
          spent = traded * fills.price[0]! + ledger.commission;
        assert(spent <= budget, "more than was asked for");
        // One more share moves the price of all by at most as much as the worst model does.
        assert(spent + fills.price[0]! * 1.2 + traded * price * 1e6 * 0.01 > budget, `${spent}`);
      },
    ),
    { numRuns: 150 },
  );
});
