/**
 * The simulated exchange as a table of small series worked out by hand (BT-04, BT-06, SIZ-05, ORD-01, ORD-19).
 *
 * Costs are zero and the account holds 100,000 unless a row says otherwise, so that a fill is `step quantity @ price`. A request made
 * after step k can be filled at step k + 1 or later.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { VenueRules } from "../../lib/venue/mod.ts";
import type { Trade } from "../../lib/strategy/mod.ts";
import {
  dailyBars,
  endsOf,
  fillsOf,
  type PriceRow,
  runStrategy,
  script,
} from "../engine/support.ts";

interface Case {
  readonly name: string;
  readonly bars: readonly PriceRow[];
  readonly doings: Readonly<Record<number, (trade: Trade) => void>>;
  readonly fills: readonly string[];
  readonly ends: readonly string[];
  readonly venue?: VenueRules;
  readonly cash?: number;
  readonly equity?: number;
  readonly fractional?: boolean;
  readonly short?: boolean;
}

const flat: PriceRow = [100, 101, 99, 100];
/** A free order of 0.30 a share; prices are moved 10 basis points. */
const perShare: VenueRules = {
  slippageBps: 10,
  commission: { kind: "per_share", amount: 0.3, min: 5 },
};

const CASES: readonly Case[] = [
  {
    name: "a market order fills at the next open, never on the bar that led to it",
    bars: [[10, 20, 5, 15], [16, 30, 1, 2], flat],
    doings: { 0: (t) => t.buy("A", 3) },
    fills: ["1 3 @ 16"],
    ends: ["filled"],
    equity: 100_000 + 3 * (100 - 16),
  },
  {
    // 100 moved by 5 bps is 100.05 for a buy, 99.95 for a sale.
    name: "market fills are moved against the order by the slippage",
    bars: [flat, flat, flat],
    doings: { 0: (t) => t.buy("A", 3), 1: (t) => t.sell("A", 3) },
    venue: { slippageBps: 5, commission: { kind: "none" } },
    fills: ["1 3 @ 100.05", "2 -3 @ 99.95"],
    ends: ["filled", "filled"],
    equity: 100_000 - 3 * 0.1,
  },
  {
    // 0.333333 x 1.0005 = 0.3334996665: half-even on 1e-6.
    name: "a slipped price is rounded to the scale, not to the cent",
    bars: [flat, [0.333333, 1, 0.3, 0.5]],
    doings: { 0: (t) => t.buy("A", 1) },
    venue: { slippageBps: 5, commission: { kind: "none" } },
    fills: ["1 1 @ 0.3335"],
    ends: ["filled"],
  },
  {
    // 0.02 % of 3 x 100 = 0.06.
    name: "commission as a part of the notional",
    bars: [flat, flat],
    doings: { 0: (t) => t.buy("A", 3) },
    venue: { slippageBps: 0, commission: { kind: "notional", bps: 2 } },
    fills: ["1 3 @ 100 - 0.06"],
    ends: ["filled"],
    equity: 99_999.94,
  },
  {
    name: "commission as a part of the notional, with its minimum",
    bars: [flat, flat],
    doings: { 0: (t) => t.buy("A", 3) },
    venue: { slippageBps: 0, commission: { kind: "notional", bps: 2, min: 1.5 } },
    fills: ["1 3 @ 100 - 1.5"],
    ends: ["filled"],
  },
  {
    // 40 x 0.30 = 12, 10 x 0.30 = 3 is below the minimum of 5; slipped 100.1 and 99.9.
    name: "commission a share, with its minimum",
    bars: [flat, flat, flat],
    doings: { 0: (t) => t.buy("A", 40), 1: (t) => t.sell("A", 10) },
    venue: perShare,
    fills: ["1 40 @ 100.1 - 12", "2 -10 @ 99.9 - 5"],
    ends: ["filled", "filled"],
  },
  {
    // 0.30 x 2 = 0.60 is raised to 5, but 1 % of 200 is 2: the cap has the last word.
    name: "commission a share, its cap below its minimum",
    bars: [flat, flat],
    doings: { 0: (t) => t.buy("A", 2) },
    venue: {
      slippageBps: 0,
      commission: { kind: "per_share", amount: 0.3, min: 5, maxPct: 1 },
    },
    fills: ["1 2 @ 100 - 2"],
    ends: ["filled"],
  },
  {
    name: "commission an order, and its cap",
    bars: [flat, flat, flat],
    doings: { 0: (t) => t.buy("A", 50), 1: (t) => t.sell("A", 1) },
    venue: { slippageBps: 0, commission: { kind: "per_order", amount: 4, maxPct: 2 } },
    fills: ["1 50 @ 100 - 4", "2 -1 @ 100 - 2"],
    ends: ["filled", "filled"],
  },
  {
    name: "a limit that is only touched does not fill, one that is traded through does",
    bars: [flat, [100, 101, 95, 100], [100, 101, 94.99, 100]],
    doings: { 0: (t) => t.buy("A", 1, { limitPrice: 95, timeInForce: "gtc" }) },
    fills: ["2 1 @ 95"],
    ends: ["filled"],
  },
  {
    name: "a sell limit above the market fills at its price, without slippage",
    bars: [flat, flat, [100, 106, 99, 103]],
    doings: { 0: (t) => t.buy("A", 1), 1: (t) => t.sell("A", 1, { limitPrice: 105 }) },
    venue: { slippageBps: 100, commission: { kind: "none" } },
    fills: ["1 1 @ 101", "2 -1 @ 105"],
    ends: ["filled", "filled"],
  },
  {
    name: "a limit that the open betters fills at the open",
    bars: [flat, [90, 91, 89, 90]],
    doings: { 0: (t) => t.buy("A", 1, { limitPrice: 95 }) },
    fills: ["1 1 @ 90"],
    ends: ["filled"],
  },
  {
    name:
      "a limit that the open only touches does not fill, nor does a bar that never trades through it",
    bars: [flat, [95, 99, 95, 98], flat],
    doings: { 0: (t) => t.buy("A", 1, { limitPrice: 95 }) },
    fills: [],
    ends: ["expired session_ended"],
  },
  {
    name: "a limit at the open fills inside when the bar trades through it",
    bars: [flat, [95, 99, 94, 98]],
    doings: { 0: (t) => t.buy("A", 1, { limitPrice: 95 }) },
    fills: ["1 1 @ 95"],
    ends: ["filled"],
  },
  {
    name: "a stop is filled inside the bar at its price, by a touch, with slippage",
    bars: [flat, [100, 105, 99, 101]],
    doings: { 0: (t) => t.buy("A", 10, { stopPrice: 105 }) },
    venue: { slippageBps: 10, commission: { kind: "none" } },
    fills: ["1 10 @ 105.105"],
    ends: ["filled"],
  },
  {
    name: "a stop is filled at the open when the price gaps past it",
    bars: [flat, flat, [80, 85, 78, 84]],
    doings: { 0: (t) => t.buy("A", 2), 1: (t) => t.sell("A", 2, { stopPrice: 95 }) },
    fills: ["1 2 @ 100", "2 -2 @ 80"],
    ends: ["filled", "filled"],
  },
  {
    // Long: low first, so the stop comes before the profit; the limit then has nothing to sell and opens a short position.
    name: "path: with a long position the low comes first",
    bars: [flat, flat, [100, 110, 90, 100]],
    doings: {
      0: (t) => t.buy("A", 1),
      1: (t) => {
        t.sell("A", 1, { limitPrice: 108 });
        t.sell("A", 1, { stopPrice: 92 });
      },
    },
    fills: ["1 1 @ 100", "2 -1 @ 92", "2 -1 @ 108"],
    ends: ["filled", "filled", "filled"],
  },
  {
    name: "path: with a short position the high comes first",
    bars: [flat, flat, [100, 110, 90, 100]],
    doings: {
      0: (t) => t.sell("A", 1),
      1: (t) => {
        t.buy("A", 1, { limitPrice: 92 });
        t.buy("A", 1, { stopPrice: 108 });
      },
    },
    fills: ["1 -1 @ 100", "2 1 @ 108", "2 1 @ 92"],
    ends: ["filled", "filled", "filled"],
  },
  {
    name: "path: without a position the extreme nearer to the open comes first (here the high)",
    bars: [flat, [100, 104, 90, 95]],
    doings: {
      0: (t) => {
        t.buy("A", 1, { limitPrice: 92 });
        t.sell("A", 1, { limitPrice: 103 });
      },
    },
    fills: ["1 -1 @ 103", "1 1 @ 92"],
    ends: ["filled", "filled"],
  },
  {
    name: "path: without a position, both extremes equally near, the low comes first",
    bars: [flat, [100, 110, 90, 95]],
    doings: {
      0: (t) => {
        t.sell("A", 1, { limitPrice: 103 });
        t.buy("A", 1, { limitPrice: 92 });
      },
    },
    fills: ["1 1 @ 92", "1 -1 @ 103"],
    ends: ["filled", "filled"],
  },
  {
    // Down first: 98, then 96 and 95; then up to 106.
    name: "several orders in a bar fill in the order in which the path meets them",
    bars: [flat, [100, 107, 94, 100]],
    doings: {
      0: (t) => {
        t.buy("A", 1, { limitPrice: 95 });
        t.buy("A", 2, { limitPrice: 98 });
        t.buy("A", 3, { stopPrice: 106 });
        t.buy("A", 4, { limitPrice: 96 });
      },
    },
    fills: ["1 2 @ 98", "1 4 @ 96", "1 1 @ 95", "1 3 @ 106"],
    ends: ["filled", "filled", "filled", "filled"],
  },
  {
    // Short, so up first: 102, 103 and 106; then down to 96.
    name: "several orders that a rising price meets, the nearest first",
    bars: [flat, flat, [100, 107, 94, 100]],
    doings: {
      0: (t) => t.sell("A", 1),
      1: (t) => {
        t.sell("A", 5, { limitPrice: 106 });
        t.buy("A", 2, { stopPrice: 103 });
        t.buy("A", 3, { limitPrice: 96 });
        t.sell("A", 4, { limitPrice: 102 });
      },
    },
    fills: ["1 -1 @ 100", "2 -4 @ 102", "2 2 @ 103", "2 -5 @ 106", "2 3 @ 96"],
    ends: ["filled", "filled", "filled", "filled", "filled"],
  },
  {
    name: "a weight of zero is reached by a flat position",
    bars: [flat, flat],
    doings: { 0: (t) => t.targetWeight("A", 0) },
    fills: [],
    ends: ["filled"],
  },
  {
    name: "a day order dies at the close of its session, good till cancelled lives on",
    bars: [flat, flat, [97, 98, 90, 95], flat],
    doings: {
      0: (t) => {
        t.buy("A", 1, { limitPrice: 95 });
        t.buy("A", 2, { limitPrice: 95, timeInForce: "gtc" });
      },
    },
    fills: ["2 2 @ 95"],
    ends: ["expired session_ended", "filled"],
  },
  {
    name: "a cancelled order does not fill",
    bars: [flat, flat, [97, 98, 90, 95]],
    doings: {
      0: (t) => t.buy("A", 1, { limitPrice: 95, timeInForce: "gtc" }),
      1: (t) => t.cancel(t.orders[0]!.id),
    },
    fills: [],
    ends: ["cancelled cancelled_by_strategy"],
  },
  {
    name: "a new target takes the place of the last one, and of nothing else",
    bars: [flat, flat, flat],
    doings: {
      0: (t) => {
        t.target("A", 5);
        t.buy("A", 1);
        t.targetWeight("A", 0.5);
        t.target("A", 7);
      },
    },
    // The purchase of 1 is older than the last target, which then lacks 6.
    fills: ["1 1 @ 100", "1 6 @ 100"],
    ends: ["cancelled replaced_by_target", "filled", "cancelled replaced_by_target", "filled"],
  },
  {
    name: "a target that is reached already is done without a fill",
    bars: [flat, flat, flat],
    doings: { 0: (t) => t.target("A", 5), 1: (t) => t.target("A", 5) },
    fills: ["1 5 @ 100"],
    ends: ["filled", "filled"],
  },
  {
    name: "a quantity that cash cannot pay is refused whole",
    bars: [flat, flat, flat],
    doings: { 0: (t) => t.buy("A", 11), 1: (t) => t.buy("A", 10) },
    cash: 1000,
    fills: ["2 10 @ 100"],
    ends: ["rejected insufficient_funds", "filled"],
  },
  {
    // 1e12 shares at 100 are 1e20 micro-units, far past what any ledger can hold; so is their commission.
    name: "an absurd quantity is refused like any other that cash cannot pay, long and short",
    bars: [flat, flat, flat],
    doings: {
      0: (t) => {
        t.buy("A", 1e12);
        t.sell("A", 1e12);
        t.target("A", 1e12);
        t.targetWeight("A", 0.1);
      },
    },
    cash: 10_000,
    venue: { slippageBps: 0, commission: { kind: "per_share", amount: 1 } },
    fills: ["1 9 @ 100 - 9"],
    ends: [
      "rejected insufficient_funds",
      "rejected insufficient_funds",
      "cancelled replaced_by_target",
      "filled",
    ],
  },
  {
    name: "the commission counts for what cash can pay",
    bars: [flat, flat],
    doings: { 0: (t) => t.buy("A", 10) },
    cash: 1000,
    venue: { slippageBps: 0, commission: { kind: "per_order", amount: 0.01 } },
    fills: [],
    ends: ["rejected insufficient_funds"],
  },
  {
    name: "a sale beyond what is held goes short, up to the equity",
    bars: [flat, flat, flat],
    doings: { 0: (t) => t.sell("A", 11), 1: (t) => t.sell("A", 10) },
    cash: 1000,
    fills: ["2 -10 @ 100"],
    ends: ["rejected insufficient_funds", "filled"],
  },
  {
    // 1,000 in cash, short 5 at 100: 500 of proceeds are locked, 1,000 are left, not 1,500.
    name: "short proceeds do not pay for purchases",
    bars: [flat, flat, flat],
    doings: { 0: (t) => t.sell("A", 5), 1: (t) => t.buy("A", 16) },
    cash: 1000,
    // 5 cover, 11 would be bought for 1,100.
    fills: ["1 -5 @ 100"],
    ends: ["filled", "rejected insufficient_funds"],
  },
  {
    name: "without the right to sell short only what is held can be sold",
    bars: [flat, flat, flat, flat],
    doings: {
      0: (t) => t.buy("A", 3),
      1: (t) => t.sell("A", 4),
      2: (t) => t.sell("A", 3),
    },
    short: false,
    fills: ["1 3 @ 100", "3 -3 @ 100"],
    ends: ["filled", "rejected not_shortable", "filled"],
  },
  {
    name: "covering is allowed also when the loss is larger than the cash",
    bars: [flat, flat, [300, 310, 290, 300]],
    doings: { 0: (t) => t.sell("A", 10), 1: (t) => t.close("A") },
    cash: 1000,
    fills: ["1 -10 @ 100", "2 10 @ 300"],
    ends: ["filled", "filled"],
    equity: -1000,
  },
  {
    name: "orders of the last bar expire; an open position is marked at the last close",
    bars: [flat, flat, [100, 120, 99, 117]],
    doings: { 0: (t) => t.buy("A", 2), 2: (t) => t.sell("A", 2) },
    fills: ["1 2 @ 100"],
    ends: ["filled", "expired end_of_data"],
    equity: 100_000 + 2 * 17,
  },
  {
    // 1,000 x 0.25 / 40 = 6.25: 6 shares.
    name: "a weight is sized at the fill and floored to whole shares",
    bars: [flat, [40, 41, 39, 40]],
    doings: { 0: (t) => t.targetWeight("A", 0.25) },
    cash: 1000,
    fills: ["1 6 @ 40"],
    ends: ["filled"],
  },
  {
    name: "a weight that is less than one share is below the minimum",
    bars: [flat, flat],
    doings: { 0: (t) => t.targetWeight("A", 0.09) },
    cash: 1000,
    fills: [],
    ends: ["rejected below_min_size"],
  },
  {
    // Held 10 of 100 = 1,000 and 0 in cash; at 50 the equity is 500, of which half buys 5: 5 are sold.
    name: "a lower weight sells down to it",
    bars: [flat, flat, [50, 51, 49, 50]],
    doings: { 0: (t) => t.targetWeight("A", 1), 1: (t) => t.targetWeight("A", 0.5) },
    cash: 1000,
    fills: ["1 10 @ 100", "2 -5 @ 50"],
    ends: ["filled", "filled"],
  },
  {
    // Slipped 100.1 and 12 bps: 9.98 shares, 9 for 900.9 + 1.08108.
    name: "a full weight leaves room for slippage and commission",
    bars: [flat, flat],
    doings: { 0: (t) => t.targetWeight("A", 1) },
    cash: 1000,
    venue: { slippageBps: 10, commission: { kind: "notional", bps: 12 } },
    fills: ["1 9 @ 100.1 - 1.08108"],
    ends: ["filled"],
  },
  {
    // 1,000 with 3 an order: 9.97 shares.
    name: "a full weight leaves room for a commission an order",
    bars: [flat, flat],
    doings: { 0: (t) => t.targetWeight("A", 1) },
    cash: 1000,
    venue: { slippageBps: 0, commission: { kind: "per_order", amount: 3 } },
    fills: ["1 9 @ 100 - 3"],
    ends: ["filled"],
  },
  {
    // With 20 % commission 8 shares cost 800 + 160; one that divided and then dropped the surplus at once would buy only 8 - 0.
    // 9 would cost 900 + 180. At 1: 1,000 / 1.2 = 833 shares.
    name: "a full weight uses all the room that a high commission leaves",
    bars: [flat, [1, 1, 1, 1]],
    doings: { 0: (t) => t.targetWeight("A", 1) },
    cash: 1000,
    venue: { slippageBps: 0, commission: { kind: "notional", bps: 2000 } },
    fills: ["1 833 @ 1 - 166.6"],
    ends: ["filled"],
  },
  {
    // Long 10. At an open of 100 they bring 999 at 99.9; with 1 of commission for the one order 998 are left: 9 short, 10 would be 999.
    name: "a weight of -1 out of a long position fills, whatever closing costs",
    bars: [flat, flat, flat],
    doings: { 0: (t) => t.targetWeight("A", 1), 1: (t) => t.targetWeight("A", -1) },
    cash: 1002,
    venue: { slippageBps: 10, commission: { kind: "per_order", amount: 1 } },
    fills: ["1 10 @ 100.1 - 1", "2 -19 @ 99.9 - 1"],
    ends: ["filled", "filled"],
  },
  {
    // Short 10 at 100 with 1,010. Covering costs the commission of 4 with the purchase: 1,006 buy 10 at 100.
    name: "a weight of 1 out of a short position pays one commission for both",
    bars: [flat, flat, flat],
    doings: { 0: (t) => t.target("A", -10), 1: (t) => t.targetWeight("A", 1) },
    cash: 1010,
    venue: { slippageBps: 0, commission: { kind: "per_order", amount: 4 } },
    // 1,010 - 4 - 4 = 1,002.
    fills: ["1 -10 @ 100 - 4", "2 20 @ 100 - 4"],
    ends: ["filled", "filled"],
  },
  {
    name: "negative weights: half of the equity short",
    bars: [flat, flat, flat],
    doings: { 0: (t) => t.targetWeight("A", -0.5), 1: (t) => t.targetWeight("A", 0) },
    cash: 1000,
    fills: ["1 -5 @ 100", "2 5 @ 100"],
    ends: ["filled", "filled"],
    equity: 1000,
  },
  {
    // 1,000 / 0.4 = 2,500 shares exactly; a unit of a millionth is worth 0.4 micro-units.
    name: "parts of a share: a full weight of a cheap share",
    bars: [flat, [0.4, 0.5, 0.3, 0.4]],
    doings: { 0: (t) => t.targetWeight("A", 1) },
    cash: 1000,
    fractional: true,
    fills: ["1 2500 @ 0.4"],
    ends: ["filled"],
    equity: 1000,
  },
  {
    // 1,000 / 1.6 = 625; one unit is worth 1.6 micro-units.
    name: "parts of a share: a full weight where a unit is no whole micro-unit",
    bars: [flat, [1.6, 1.6, 1.6, 1.6], [1.6, 1.6, 1.6, 1.6]],
    doings: { 0: (t) => t.targetWeight("A", 1), 1: (t) => t.targetWeight("A", 0.5) },
    cash: 1000,
    fractional: true,
    fills: ["1 625 @ 1.6", "2 -312.5 @ 1.6"],
    ends: ["filled", "filled"],
  },
  {
    // 1,000 / 333 = 3.003003: 1 millionth less would leave 0.000334, one more costs 0.000333 too much.
    name: "parts of a share: floored to a millionth",
    bars: [flat, [333, 333, 333, 333]],
    doings: { 0: (t) => t.targetWeight("A", 1) },
    cash: 1000,
    fractional: true,
    fills: ["1 3.003003 @ 333"],
    ends: ["filled"],
  },
  {
    name: "parts of a share: quantities to six digits",
    bars: [flat, flat],
    doings: { 0: (t) => t.buy("A", 0.123456) },
    fractional: true,
    fills: ["1 0.123456 @ 100"],
    ends: ["filled"],
  },
];

for (const row of CASES) {
  Deno.test(`venue: ${row.name}`, () => {
    for (const slice of [1, 4096]) {
      const { engine } = runStrategy({
        bars: [dailyBars("A", row.bars)],
        strategy: script(row.doings),
        venue: row.venue ?? { slippageBps: 0, commission: { kind: "none" } },
        cash: row.cash ?? 100_000,
        fractional: row.fractional ?? false,
        rights: { short: row.short ?? true },
        slice,
      });
      assertEquals(fillsOf(engine), row.fills);
      assertEquals(endsOf(engine), row.ends);
      if (row.equity !== undefined) assertEquals(engine.equity() / 1e6, row.equity);
    }
  });
}
