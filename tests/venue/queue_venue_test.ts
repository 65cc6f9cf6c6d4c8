/**
 * Orders without a path: each against open, high and low on its own, or against the close alone, worked out by hand (BT-06, BT-08).
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Trade } from "../../lib/strategy/mod.ts";
import type { MatchingRules } from "../../lib/venue/mod.ts";
import {
  dailyBars,
  endsOf,
  fillsOf,
  FREE,
  type PriceRow,
  runStrategy,
  script,
} from "../engine/support.ts";

interface Row {
  readonly name: string;
  readonly bars: readonly PriceRow[];
  readonly doings: Readonly<Record<number, (trade: Trade) => void>>;
  readonly fills: readonly string[];
  readonly ends: readonly string[];
  readonly matching?: Partial<MatchingRules>;
  readonly slippageBps?: number;
  readonly cash?: number;
}

const GTC = { timeInForce: "gtc" } as const;
const flat: PriceRow = [100, 101, 99, 100];
const atClose: Partial<MatchingRules> = { fillAt: "close" };

const ROWS: readonly Row[] = [
  {
    // Both within the range: no path says which came first, the older goes first.
    name: "orders that one bar reaches fill in order of creation",
    bars: [flat, [100, 110, 90, 100]],
    doings: {
      0: (t) => {
        t.buy("A", 1, { limitPrice: 92 });
        t.sell("A", 2, { limitPrice: 108 });
        t.buy("A", 3, { stopPrice: 105 });
      },
    },
    fills: ["1 1 @ 92", "1 -2 @ 108", "1 3 @ 105"],
    ends: ["filled", "filled", "filled"],
  },
  {
    name: "a limit that the open betters gets the open, a stop that it has passed as well",
    bars: [flat, [90, 91, 89, 90]],
    doings: {
      0: (t) => {
        t.buy("A", 1, { limitPrice: 95 });
        t.sell("A", 1, { stopPrice: 95 });
      },
    },
    fills: ["1 1 @ 90", "1 -1 @ 90"],
    ends: ["filled", "filled"],
  },
  {
    name: "touch and trade through, by rule",
    bars: [flat, [100, 101, 95, 100], [100, 101, 94.99, 100]],
    doings: { 0: (t) => t.buy("A", 1, { limitPrice: 95, ...GTC }) },
    fills: ["2 1 @ 95"],
    ends: ["filled"],
  },
  {
    // Triggered at the open above its limit, and the low comes back to it.
    name: "stop-limit: triggered at the open, held against the bar as a limit order",
    bars: [flat, [108, 109, 104, 105]],
    doings: { 0: (t) => t.buy("A", 1, { stopPrice: 105, limitPrice: 106 }) },
    fills: ["1 1 @ 106"],
    ends: ["filled"],
  },
  {
    name:
      "stop-limit: triggered inside, at its stop when the limit allows, else from the next bar on",
    bars: [flat, [100, 107, 99, 106], [106, 107, 102, 103]],
    doings: {
      0: (t) => {
        t.buy("A", 1, { stopPrice: 105, limitPrice: 106, ...GTC });
        t.buy("A", 2, { stopPrice: 105, limitPrice: 104, ...GTC });
      },
    },
    fills: ["1 1 @ 105", "2 2 @ 104"],
    ends: ["filled", "filled"],
  },
  {
    // Set by the close of bar 1: 95. Bar 2 reaches 110, its low of 99 is above 95; its close of 108 makes it 103. Bar 3 falls to it.
    name: "trailing stop: moves with the closes",
    bars: [flat, flat, [100, 110, 99, 108], [107, 108, 103, 105]],
    doings: { 0: (t) => t.buy("A", 1), 1: (t) => t.sell("A", 1, { trailAmount: 5, ...GTC }) },
    fills: ["1 1 @ 100", "3 -1 @ 103"],
    ends: ["filled", "filled"],
  },
  {
    name: "if-touched: a market order at its price, moved by the slippage",
    bars: [flat, [100, 101, 95, 99]],
    doings: {
      0: (t) =>
        t.order({ symbol: "A", side: "buy", quantity: 1, type: "if_touched", stopPrice: 95 }),
    },
    slippageBps: 10,
    fills: ["1 1 @ 95.095"],
    ends: ["filled"],
  },
  {
    name: "auctions and orders at once: the open, the close last of all",
    bars: [flat, flat, [100, 101, 94, 98]],
    doings: {
      0: (t) => t.buy("A", 10),
      1: (t) => {
        t.sell("A", 10, { timeInForce: "cls", reduceOnly: true });
        t.sell("A", 5, { stopPrice: 95 });
        t.sell("A", 1, { timeInForce: "opg" });
        t.sell("A", 1, { timeInForce: "ioc", limitPrice: 100 });
        t.sell("A", 1, { timeInForce: "ioc", limitPrice: 100.5 });
      },
    },
    fills: ["1 10 @ 100", "2 -5 @ 95", "2 -1 @ 100", "2 -1 @ 100", "2 -3 @ 98"],
    ends: [
      "filled",
      "filled",
      "filled",
      "filled",
      "filled",
      "cancelled not_filled_at_once",
    ],
  },
  {
    // An older entry order and a younger protective one: the protective one goes first and closes.
    name: "protective orders go before older orders",
    bars: [flat, flat, [100, 101, 90, 95]],
    doings: {
      0: (t) => {
        t.buy("A", 2, { limitPrice: 92, ...GTC });
        t.buy("A", 1, { stopLoss: 94 });
      },
    },
    fills: ["1 1 @ 100", "2 -1 @ 94", "2 2 @ 92"],
    ends: ["filled", "filled", "filled"],
  },
  {
    // 100 of 1,000 at the stop; then a market order.
    name: "volume: a stop that was filled in part is a market order from then on",
    bars: [flat, [100, 101, 99, 100, 2000], [100, 100, 94, 96], [97, 98, 96, 97]],
    doings: {
      0: (t) => t.buy("A", 150),
      1: (t) => t.sell("A", 150, { stopPrice: 95, ...GTC }),
    },
    matching: { participation: 0.1 },
    fills: ["1 150 @ 100", "2 -100 @ 95", "3 -50 @ 97"],
    ends: ["filled", "filled"],
  },
  {
    name: "at the close: open, high and low count for nothing",
    bars: [flat, [50, 200, 20, 101], [50, 200, 20, 94], [100, 101, 99, 106]],
    doings: {
      0: (t) => {
        t.buy("A", 1);
        t.buy("A", 2, { limitPrice: 95, ...GTC });
        t.sell("A", 3, { stopPrice: 95, ...GTC });
        t.buy("A", 4, { stopPrice: 105, limitPrice: 107, ...GTC });
      },
    },
    matching: { ...atClose, limitFill: "touch" },
    fills: ["1 1 @ 101", "2 2 @ 94", "2 -3 @ 94", "3 4 @ 106"],
    ends: ["filled", "filled", "filled", "filled"],
  },
  {
    // 100 x 1.01 = 101 is past 100.5; on bar 2 99 x 1.01 = 99.99 is not.
    name: "all slip: a limit order does not fill where slippage would carry it past its limit",
    bars: [flat, flat, [99, 100, 98, 99]],
    doings: { 0: (t) => t.buy("A", 1, { limitPrice: 100.5, ...GTC }) },
    matching: { ...atClose, limitFill: "touch", slips: "all" },
    slippageBps: 100,
    fills: ["2 1 @ 99.99"],
    ends: ["filled"],
  },
  {
    // Short 5 at 100 in an account of 1,000: equity 1,000, 500 are taken by the position: 5 more can be opened, 6 cannot.
    name: "margin: a short position takes its value out of equity, like a long one",
    bars: [flat, flat, flat, flat],
    doings: {
      0: (t) => t.sell("A", 5),
      1: (t) => t.sell("A", 6),
      2: (t) => t.sell("A", 5),
    },
    matching: { shortProceeds: "margin", cashCheck: "fill_opening" },
    cash: 1000,
    fills: ["1 -5 @ 100", "3 -5 @ 100"],
    ends: ["filled", "rejected insufficient_funds", "filled"],
  },
  {
    name: "no cash check: cash goes below zero, and the right to sell short still counts",
    bars: [flat, flat],
    doings: { 0: (t) => t.buy("A", 1000) },
    matching: { cashCheck: "none", shortProceeds: "cash" },
    cash: 1000,
    fills: ["1 1000 @ 100"],
    ends: ["filled"],
  },
];

for (const row of ROWS) {
  Deno.test(`queue: ${row.name}`, () => {
    for (const slice of [1, 4096]) {
      const { engine } = runStrategy({
        bars: [dailyBars("A", row.bars)],
        strategy: script(row.doings),
        venue: { ...FREE, slippageBps: row.slippageBps ?? 0 },
        matching: { sequence: "queue", ...row.matching },
        cash: row.cash ?? 100_000,
        slice,
      });
      assertEquals(fillsOf(engine), row.fills);
      assertEquals(endsOf(engine), row.ends);
      assertEquals(engine.book.unexpected, 0, "every report fits the state of its order");
    }
  });
}

Deno.test("queue: over several symbols orders fill in order of creation, each against its own bar", () => {
  const a = dailyBars("A", [flat, [100, 101, 90, 95], [95, 96, 94, 95]]);
  const b = dailyBars("B", [flat, [50, 60, 40, 50], [50, 51, 49, 50]]);
  const { engine } = runStrategy({
    bars: [a, b],
    strategy: script({
      0: (t) => {
        t.buy("B", 2, { limitPrice: 45 });
        t.buy("A", 1, { limitPrice: 95 });
        t.buy("B", 1);
      },
    }),
    matching: { sequence: "queue" },
  });
  assertEquals(fillsOf(engine), ["1 B 2 @ 45", "1 A 1 @ 95", "1 B 1 @ 50"]);
});

Deno.test("queue: sized at the decision, a weight is a quantity by the close, whatever the open is", () => {
  // 100,000 x 0.5 / 100 = 500; the open of 200 makes it 100,000 of value.
  const { engine } = runStrategy({
    bars: [dailyBars("A", [flat, [200, 201, 199, 200]])],
    strategy: script({ 0: (t) => t.targetWeight("A", 0.5) }),
    matching: { weightSizing: "decision" },
  });
  assertEquals(fillsOf(engine), ["1 500 @ 200"]);
});
