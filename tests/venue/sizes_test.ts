/**
 * How much an order is for, worked out by hand: targets, weights, what cash and equity allow, parts of a share (SIZ-05, ORD-15).
 *
 * @module
 */

import { flat, testCases } from "./fill_case.ts";

testCases([
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
    // At 1 with 20 % commission: 833 x 1.2 = 999.6; 834 cost 1,000.8.
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
]);
