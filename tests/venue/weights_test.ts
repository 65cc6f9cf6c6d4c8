/**
 * Weights over random prices, costs and positions: never refused for want of cash, and never smaller than they need be (SIZ-05).
 *
 * @module
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { SandbarError } from "../../lib/core/mod.ts";
import { stock } from "../../lib/market/mod.ts";
import { Ledger, ORDER_REASON, refusalOf } from "../../lib/trading/mod.ts";
import { type Commission, Costs, DEFAULT_MATCHING, type VenueRules } from "../../lib/venue/mod.ts";
import { purseOf } from "../../lib/venue/purse.ts";
import { WeightSizing } from "../../lib/venue/weight_sizing.ts";

const commission: fc.Arbitrary<Commission> = fc.oneof(
  fc.constant<Commission>({ kind: "none" }),
  fc.record({
    kind: fc.constant("notional" as const),
    bps: fc.constantFrom(0, 1, 12.5, 300, 1000),
    min: fc.constantFrom(0, 1, 25),
  }),
  fc.record({
    kind: fc.constant("per_share" as const),
    amount: fc.constantFrom(0.0001, 0.005, 0.35),
    min: fc.constantFrom(0, 1),
    maxPct: fc.constantFrom(0.5, 100),
  }),
  fc.record({
    kind: fc.constant("per_order" as const),
    amount: fc.constantFrom(0.01, 1, 19.99),
    maxPct: fc.constantFrom(1, 100),
  }),
);

const price = fc.oneof(
  fc.integer({ min: 1, max: 3_000_000 }),
  fc.integer({ min: 1, max: 500_000 }).map((cents) => cents * 10_000),
);

const situation = fc.record({
  commission,
  slippageBps: fc.constantFrom(0, 5, 33, 1000),
  fractional: fc.boolean(),
  price,
  // Fractions of the cash that are in this and in another symbol before, below 0 for short.
  held: fc.integer({ min: -10, max: 10 }),
  other: fc.integer({ min: -10, max: 10 }),
  weight: fc.constantFrom(1, -1, 0.5, -0.5, 0.013, -0.013, 3, -3, 0.999999),
  cash: fc.integer({ min: 1_000_000, max: 1_000_000_000_000 }),
});

Deno.test("weights: any weight can be paid, long, short and through zero, and uses the room there is (SIZ-05)", () => {
  let fills = 0;
  fc.assert(
    fc.property(situation, (it) => {
      const rules: VenueRules = { slippageBps: it.slippageBps, commission: it.commission };
      const costs = new Costs(rules), instruments = [stock("A", it.fractional), stock("B", true)];
      const ledger = new Ledger(it.cash, instruments), units = ledger.unitsPerShare[0]!;
      // A position of this symbol at its price, and half of what the account may still open in another one.
      const wish = Math.trunc(it.cash * it.held / 20 / (it.price / units));
      const lots = Math.max(-1e12, Math.min(1e12, wish));
      if (lots !== 0) ledger.fill(0, lots, it.price, 0, 0, 0);
      const others = Math.trunc(it.cash * it.other / 20);
      if (others !== 0) ledger.fill(1, others, 1_000_000, 0, 0, 0);
      ledger.setMark(0, it.price);
      const equity = ledger.equity(), held = ledger.position[0]!;
      const sizing = new WeightSizing(
        ledger,
        costs,
        Float64Array.of(1, 1),
        purseOf(DEFAULT_MATCHING),
        null,
      );
      const target = sizing.positionOf(0, it.price, it.weight, equity), quantity = target - held;
      const wanted = Math.sign(it.weight);
      assert(Number.isSafeInteger(target), `${target}`);
      assert(target === 0 || Math.sign(target) === wanted, "never on the other side");
      if (quantity === 0) return;
      const slipped = costs.slipped(it.price, quantity > 0), size = Math.abs(quantity);
      const chargeOf = (size: number): number =>
        costs.commission(size, units, ledger.notional(0, size, slipped));
      const refusal = (quantity: number): number =>
        refusalOf(ledger, 0, quantity, slipped, chargeOf(Math.abs(quantity)));
      if (target !== 0) assertEquals(refusal(quantity), ORDER_REASON.none);
      fills++;
      if (target !== 0 && size !== 0 && Math.sign(quantity) !== wanted) {
        // Reducing: what is kept is within the budget at the open, but for the rounding to a micro-unit.
        const kept = Math.abs(ledger.notional(0, target, it.price));
        assert(kept <= Math.abs(it.weight) * equity + 1, `${kept} is kept of ${equity}`);
      }
      // Adding: one lot more is past the budget or past what the account may open.
      if (Math.sign(quantity) !== wanted || size >= 1e12) return;
      const more = quantity + wanted, kept = held * wanted > 0 ? held : 0;
      const cost = Math.abs(ledger.notional(0, target + wanted - kept, slipped)) +
        chargeOf(Math.abs(more));
      const budget = Math.abs(it.weight) * equity - Math.abs(ledger.notional(0, kept, it.price));
      const past = cost > budget - 2 || refusal(more) !== ORDER_REASON.none;
      // Amounts are rounded to micro-units: near the edge one of them may go either way.
      const near = refusal(more + wanted * Math.ceil(2 * units / it.price)) !== ORDER_REASON.none;
      assert(past || near, `one lot more than ${target} can be paid: ${cost} of ${budget}`);
    }),
    { numRuns: 5000 },
  );
  assert(fills > 2000, `${fills}`);
});

Deno.test("costs: rates are exact ratios, zero is allowed, negative ones are refused (BT-07, BT-08, NUM-06)", () => {
  const free = new Costs({ slippageBps: 0, commission: { kind: "notional", bps: 0 } });
  assertEquals([free.slipped(123_456, true), free.commission(5, 1, 5_000_000)], [123_456, 0]);
  // 12.5 bps of 1,000.00 are 1.25; 33 bps of 0.50 on a price of 1.000001 are 0.0033000033.
  const costs = new Costs({ slippageBps: 33, commission: { kind: "notional", bps: 12.5 } });
  assertEquals(costs.commission(10, 1, 1_000_000_000), 1_250_000);
  assertEquals([costs.slipped(1_000_001, true), costs.slipped(1_000_001, false)], [
    1_003_301,
    996_701,
  ]);
  for (const slippageBps of [-1, NaN, Infinity]) {
    assertThrows(() => new Costs({ slippageBps, commission: { kind: "none" } }), SandbarError);
  }
  assertThrows(
    () => new Costs({ slippageBps: 0, commission: { kind: "per_order", amount: -1 } }),
    RangeError,
  );
});
