/**
 * Buying power bounds leverage whatever the order of what is asked for (RSK-24), and is one number for venue, sizing and risk.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { stock } from "../../lib/market/mod.ts";
import {
  type AccountRules,
  buyingPower,
  DEFAULT_ACCOUNT,
  Ledger,
  ORDER_REASON,
  refusalOf,
  shortingPower,
} from "../../lib/trading/mod.ts";
import {
  dailyBars,
  endsOf,
  fillsOf,
  type PriceRow,
  runStrategy,
  script,
} from "../engine/support.ts";

const SERIES = 3;

const event = fc.record({
  kind: fc.constantFrom("order", "order", "order", "order", "mark", "night"),
  s: fc.integer({ min: 0, max: SERIES - 1 }),
  quantity: fc.integer({ min: -3000, max: 3000 }),
  price: fc.integer({ min: 1_000_000, max: 300_000_000 }),
  costs: fc.integer({ min: 0, max: 5_000_000 }),
  amount: fc.integer({ min: -1_000_000, max: 1_000_000 }),
});

/** Books what the account allows of a stream of events and looks at the account after each fill that opened or added. */
function follow(
  rules: AccountRules,
  events: readonly (typeof event extends fc.Arbitrary<infer E> ? E : never)[],
  opened: (ledger: Ledger, bought: boolean) => void,
): { readonly fills: number; readonly refused: number } {
  const instruments = Array.from({ length: SERIES }, (_, s) => stock(`S${s}`, s === 1));
  const ledger = new Ledger(100_000_000_000, instruments, rules);
  let fills = 0, refused = 0;
  for (const { kind, s, quantity, price, costs, amount } of events) {
    const held = ledger.position[s]!;
    if (kind === "mark" && held !== 0) ledger.setMark(s, price);
    if (kind === "night") ledger.finance(amount);
    if (kind !== "order" || quantity === 0) continue;
    const units = s === 1 ? quantity * 1000 : quantity;
    const reduces = held !== 0 && (held > 0) !== (units > 0) &&
      (held + units === 0 || (held + units > 0) === (held > 0));
    const refusal = refusalOf(ledger, s, units, price, costs);
    assert(!reduces || refusal === ORDER_REASON.none, "reducing is always allowed");
    if (refusal !== ORDER_REASON.none) {
      refused++;
      continue;
    }
    ledger.fill(s, units, price, costs, 0, 0);
    fills++;
    if (!reduces) opened(ledger, quantity > 0);
    ledger.checkBalance();
  }
  return { fills, refused };
}

Deno.test("leverage: a margin account never opens beyond its initial margin, whatever the sequence (RSK-24)", () => {
  let fills = 0, refused = 0, highest = 0;
  fc.assert(
    fc.property(
      fc.array(event, { minLength: 20, maxLength: 60 }),
      fc.constantFrom(100, 50, 33.3, 20),
      (events, initialPct) => {
        const rules: AccountRules = {
          ...DEFAULT_ACCOUNT,
          type: "margin",
          initialPct,
          maintenanceLongPct: 20,
          maintenanceShortPct: 20,
        };
        const counts = follow(rules, events, (ledger) => {
          const equity = ledger.equity(), gross = ledger.gross();
          const needed = BigInt(gross) * BigInt(initialPct * 10);
          assert(needed <= BigInt(equity) * 1000n, `${gross} of ${equity}`);
          highest = Math.max(highest, equity === 0 ? 0 : gross / equity);
        });
        fills += counts.fills;
        refused += counts.refused;
      },
    ),
    { numRuns: 400 },
  );
  assert(fills > 2000 && refused > 500 && highest > 3, `${fills} ${refused} ${highest}`);
});

Deno.test("leverage: a cash account never spends what it has not, and is never short above its equity (SIZ-05)", () => {
  let fills = 0, refused = 0;
  fc.assert(
    fc.property(fc.array(event, { minLength: 20, maxLength: 60 }), (events) => {
      const counts = follow(DEFAULT_ACCOUNT, events, (ledger, bought) => {
        if (bought) assert(ledger.available() >= 0, "paid with cash that is there");
        else assert(ledger.shortValue <= ledger.equity() || ledger.shortValue === 0);
      });
      fills += counts.fills;
      refused += counts.refused;
    }),
    { numRuns: 300 },
  );
  assert(fills > 1500 && refused > 300, `${fills} ${refused}`);
});

Deno.test("buying power: what it says can be bought or sold short to the micro-unit, and no more", () => {
  const types = ["cash", "margin"] as const;
  let tried = 0;
  fc.assert(
    fc.property(
      fc.array(event, { maxLength: 20 }),
      fc.constantFrom(...types),
      fc.boolean(),
      (events, type, buys) => {
        // A millionth of a share at one dollar is a micro-unit: quantities are amounts. Nothing is held of this one.
        const instruments = [stock("A"), stock("B"), stock("ONE", true)];
        const ledger = new Ledger(100_000_000_000, instruments, { ...DEFAULT_ACCOUNT, type });
        for (const { s, quantity, price, costs } of events) {
          if (quantity === 0 || s > 1) continue;
          if (refusalOf(ledger, s, quantity, price, costs) === ORDER_REASON.none) {
            ledger.fill(s, quantity, price, costs, 0, 0);
          }
        }
        const power = buys ? buyingPower(ledger) : shortingPower(ledger), sign = buys ? 1 : -1;
        if (power > 0) {
          tried++;
          assertEquals(refusalOf(ledger, 2, sign * power, 1_000_000, 0), ORDER_REASON.none);
        }
        assertEquals(
          refusalOf(ledger, 2, sign * (power + 1), 1_000_000, 0),
          ORDER_REASON.insufficient_funds,
        );
      },
    ),
    { numRuns: 300 },
  );
  assert(tried > 100, `${tried}`);
});

const flat: PriceRow = [100, 100, 100, 100];

Deno.test("margin account: buying power by hand, long, short and both", () => {
  const ledger = new Ledger(10_000_000_000, [stock("A"), stock("B")], {
    ...DEFAULT_ACCOUNT,
    type: "margin",
  });
  assertEquals(buyingPower(ledger), 20_000_000_000);
  // 8,000 long and 6,000 short need 7,000 of 10,000: 3,000 are the margin of 6,000 more, long or short.
  ledger.fill(0, 80, 100_000_000, 0, 0, 0);
  ledger.fill(1, -60, 100_000_000, 0, 0, 0);
  assertEquals([buyingPower(ledger), shortingPower(ledger)], [6_000_000_000, 6_000_000_000]);
  // The long position gains 800: 10,800 - 0.5 x 14,800 = 3,400.
  ledger.setMark(0, 110_000_000);
  assertEquals(buyingPower(ledger), 6_800_000_000);
  // The short one loses 6,000: 4,800 - 0.5 x 20,800 is below nothing.
  ledger.setMark(1, 200_000_000);
  assertEquals(buyingPower(ledger), 0);
});

Deno.test("margin account: weights are sized to the margin with their costs; what is beyond is refused", () => {
  const { engine } = runStrategy({
    bars: [dailyBars("A", [flat, flat, flat, flat])],
    cash: 10_000,
    venue: { slippageBps: 100, commission: { kind: "notional", bps: 10 } },
    account: { type: "margin" },
    strategy: script({
      // At 101, n x 101 x (0.5 + 0.001) <= 10,000: 197. Marked at 100, equity is 9,783.103 and below the margin of more.
      0: (t) => t.targetWeight("A", 5),
      1: (t) => t.buy("A", 1),
      // Through zero: at 99 the sale of 197 leaves equity at 9,783.1030 - 197 - 0.099 a share sold.
      2: (t) => t.targetWeight("A", -5),
    }),
  });
  // n short: 9,586.103 - (197 + n) x 0.099 >= 0.5 x 99 n, so 9,566.6 / 49.599 = 192.87.
  assertEquals(fillsOf(engine), ["1 197 @ 101 - 19.897", "3 -389 @ 99 - 38.511"]);
  assertEquals(endsOf(engine), ["filled", "rejected insufficient_funds", "filled"]);
});

Deno.test("short availability: what cannot be borrowed is not sold short, and can be sold", () => {
  const { engine } = runStrategy({
    bars: [dailyBars("A", [flat, flat, flat, flat])],
    instrument: { shortable: false },
    strategy: script({
      0: (t) => {
        t.sell("A", 1);
        t.targetWeight("A", -0.5);
      },
      1: (t) => t.buy("A", 10),
      2: (t) => {
        t.sell("A", 10);
        t.sell("A", 1);
      },
    }),
  });
  assertEquals(endsOf(engine), [
    "rejected not_shortable",
    "rejected not_shortable",
    "filled",
    "filled",
    "rejected not_shortable",
  ]);
});
