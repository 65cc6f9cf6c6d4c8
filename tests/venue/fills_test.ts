/**
 * The simulated exchange as a table of small series worked out by hand: prices, costs, limits, stops, paths and lifetimes (BT-04, BT-06,
 * BT-07, BT-08, ORD-01, ORD-19). A fill is `step quantity @ price - commission`.
 *
 * @module
 */

import type { VenueRules } from "../../lib/venue/mod.ts";
import { flat, testCases } from "./fill_case.ts";

/** 0.30 a share, at least 5 an order; prices are moved 10 basis points. */
const perShare: VenueRules = {
  slippageBps: 10,
  commission: { kind: "per_share", amount: 0.3, min: 5 },
};

testCases([
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
]);
