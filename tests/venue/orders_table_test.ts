/**
 * Order types and times in force in the situations that a bar can make, each row worked out by hand (ORD-01, ORD-19, ORD-20, BT-06).
 *
 * As in `fills_test.ts` a fill is `step quantity @ price`, costs are zero and the account holds 100,000. Where the path decides, the row
 * says which way it goes: with a long position the low first, with a short one the high, flat the extreme that is nearer to the open.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Trade } from "../../lib/strategy/mod.ts";
import type { MatchingRules, VenueRules } from "../../lib/venue/mod.ts";
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
  readonly venue?: VenueRules;
  readonly matching?: Partial<MatchingRules>;
}

const GTC = { timeInForce: "gtc" } as const;
const flat: PriceRow = [100, 101, 99, 100];
const tenBps: VenueRules = { slippageBps: 10, commission: { kind: "none" } };
/** 100 of the usual 1,000 shares of a bar. */
const tenth: Partial<MatchingRules> = { participation: 0.1 };

const STOP_LIMITS: readonly Row[] = [
  {
    // Flat, low nearer: 99 first, then up: 105 is touched and 105 <= 106.
    name: "stop-limit: touched inside, limit met there",
    bars: [flat, [100, 107, 99, 103]],
    doings: { 0: (t) => t.buy("A", 1, { stopPrice: 105, limitPrice: 106 }) },
    fills: ["1 1 @ 105"],
    ends: ["filled"],
  },
  {
    // 105 + 10 bps = 105.105 would be past the limit.
    name: "stop-limit: slippage carries it to its limit and no further",
    bars: [flat, [100, 107, 99, 103]],
    doings: { 0: (t) => t.buy("A", 1, { stopPrice: 105, limitPrice: 105.05 }) },
    venue: tenBps,
    fills: ["1 1 @ 105.05"],
    ends: ["filled"],
  },
  {
    // The open of 108 triggers it above its limit. Flat, high nearer: 109, then down through 106.
    name: "stop-limit: triggered by a gap past its limit, met when the bar comes back through it",
    bars: [flat, [108, 109, 104, 105]],
    doings: { 0: (t) => t.buy("A", 1, { stopPrice: 105, limitPrice: 106 }) },
    fills: ["1 1 @ 106"],
    ends: ["filled"],
  },
  {
    name: "stop-limit: triggered and not met, it rests as a limit order that a touch does not fill",
    bars: [flat, [108, 109, 107, 108], [107, 108, 106, 107], [107, 107, 105.5, 106]],
    doings: { 0: (t) => t.buy("A", 1, { stopPrice: 105, limitPrice: 106, ...GTC }) },
    fills: ["3 1 @ 106"],
    ends: ["filled"],
  },
  {
    // Sell: 92 is below stop and limit. Flat, low nearer: 91, then up through 94.
    name: "stop-limit: the mirror for a sale",
    bars: [flat, [92, 95, 91, 93]],
    doings: { 0: (t) => t.sell("A", 1, { stopPrice: 95, limitPrice: 94 }) },
    fills: ["1 -1 @ 94"],
    ends: ["filled"],
  },
  {
    name: "stop-limit: never touched, it dies with its day",
    bars: [flat, [100, 104.99, 99, 100], [110, 111, 109, 110]],
    doings: { 0: (t) => t.buy("A", 1, { stopPrice: 105, limitPrice: 120 }) },
    fills: [],
    ends: ["expired session_ended"],
  },
];

const TOUCHES: readonly Row[] = [
  {
    // A touch of 95 makes it a market order: 95 + 10 bps.
    name: "if-touched: a touch fills it, with slippage",
    bars: [flat, [100, 101, 95, 99]],
    doings: {
      0: (t) =>
        t.order({ symbol: "A", side: "buy", quantity: 1, type: "if_touched", stopPrice: 95 }),
    },
    venue: tenBps,
    fills: ["1 1 @ 95.095"],
    ends: ["filled"],
  },
  {
    name: "if-touched: a gap past its price fills it at the open",
    bars: [flat, [93, 94, 92, 93]],
    doings: {
      0: (t) =>
        t.order({ symbol: "A", side: "buy", quantity: 1, type: "if_touched", stopPrice: 95 }),
    },
    fills: ["1 1 @ 93"],
    ends: ["filled"],
  },
  {
    name: "if-touched: the mirror for a sale, and a bar that does not reach it",
    bars: [flat, [100, 104, 99, 100], [100, 105, 99, 100]],
    doings: {
      0: (t) =>
        t.order({
          symbol: "A",
          side: "sell",
          quantity: 1,
          type: "if_touched",
          stopPrice: 105,
          ...GTC,
        }),
    },
    fills: ["2 -1 @ 105"],
    ends: ["filled"],
  },
  {
    name: "limit: by the rule of touch a touch fills it",
    bars: [flat, [100, 101, 95, 100]],
    doings: { 0: (t) => t.buy("A", 1, { limitPrice: 95 }) },
    matching: { limitFill: "touch" },
    fills: ["1 1 @ 95"],
    ends: ["filled"],
  },
];

const TRAILS: readonly Row[] = [
  {
    // Long, low first: open 100 sets 95; 99; at 110 it is 105; the close of 108 is above. Next bar: the low of 104 meets 105.
    name: "trailing stop, amount: follows the high and keeps its stop overnight",
    bars: [flat, flat, [100, 110, 99, 108], [107, 108, 104, 106]],
    doings: { 0: (t) => t.buy("A", 1), 1: (t) => t.sell("A", 1, { trailAmount: 5, ...GTC }) },
    fills: ["1 1 @ 100", "3 -1 @ 105"],
    ends: ["filled", "filled"],
  },
  {
    // After the high of 110 the way to the close of 104 meets 105.
    name: "trailing stop, amount: set by the high, met on the way to the close of the same bar",
    bars: [flat, flat, [100, 110, 99, 104]],
    doings: { 0: (t) => t.buy("A", 1), 1: (t) => t.sell("A", 1, { trailAmount: 5, ...GTC }) },
    fills: ["1 1 @ 100", "2 -1 @ 105"],
    ends: ["filled", "filled"],
  },
  {
    // 110 - 5 % = 104.5.
    name: "trailing stop, percent",
    bars: [flat, flat, [100, 110, 99, 104]],
    doings: { 0: (t) => t.buy("A", 1), 1: (t) => t.sell("A", 1, { trailPercent: 5, ...GTC }) },
    fills: ["1 1 @ 100", "2 -1 @ 104.5"],
    ends: ["filled", "filled"],
  },
  {
    name: "trailing stop: a gap past its stop fills it at the open",
    bars: [flat, flat, [100, 110, 99, 108], [103, 104, 102, 103]],
    doings: { 0: (t) => t.buy("A", 1), 1: (t) => t.sell("A", 1, { trailAmount: 5, ...GTC }) },
    fills: ["1 1 @ 100", "3 -1 @ 103"],
    ends: ["filled", "filled"],
  },
  {
    // Short, high first: open 100 sets 105; 101; at 90 it is 95; the close of 96 meets it.
    name: "trailing stop: the mirror for a short position",
    bars: [flat, flat, [100, 101, 90, 96]],
    doings: { 0: (t) => t.sell("A", 1), 1: (t) => t.buy("A", 1, { trailAmount: 5, ...GTC }) },
    fills: ["1 -1 @ 100", "2 1 @ 95"],
    ends: ["filled", "filled"],
  },
  {
    // Long, low first, against us: the open of 100 sets 97, and 96 meets it before the high could raise it.
    name: "trailing stop: the low comes before the high that would have raised it",
    bars: [flat, flat, [100, 110, 96, 109]],
    doings: { 0: (t) => t.buy("A", 1), 1: (t) => t.sell("A", 1, { trailAmount: 3, ...GTC }) },
    fills: ["1 1 @ 100", "2 -1 @ 97"],
    ends: ["filled", "filled"],
  },
  {
    // Set free at the entry of 105 on the way up: 103. The high of 106 makes it 104, which the close of 103.5 meets.
    name: "trailing stop: one that an entry inside the bar sets free follows from the entry on",
    bars: [flat, [100, 106, 99, 103.5]],
    doings: {
      0: (t) => {
        const entry = t.buy("A", 1, { stopPrice: 105 });
        t.sell("A", 1, { trailAmount: 2, afterFill: entry, ...GTC });
      },
    },
    fills: ["1 1 @ 105", "1 -1 @ 104"],
    ends: ["filled", "filled"],
  },
  {
    // Short at 95 on the way down (flat, high nearer). Set free there: 97, not at once at 95; the low of 94 makes it 96; close 95.
    name: "trailing stop: one that covers an entry inside the bar does not fill at once",
    bars: [flat, [100, 101, 94, 95], [95, 97, 94.5, 96.5]],
    doings: {
      0: (t) => {
        const entry = t.sell("A", 1, { stopPrice: 95 });
        t.buy("A", 1, { trailAmount: 2, afterFill: entry, ...GTC });
      },
    },
    fills: ["1 -1 @ 95", "2 1 @ 96"],
    ends: ["filled", "filled"],
  },
];

const AT_ONCE: readonly Row[] = [
  {
    name:
      "IOC: a market order fills at the open, a limit order that the open does not meet is cancelled",
    bars: [flat, [100, 101, 90, 95]],
    doings: {
      0: (t) => {
        t.buy("A", 1, { timeInForce: "ioc" });
        t.buy("A", 1, { timeInForce: "ioc", limitPrice: 99 });
        t.buy("A", 1, { timeInForce: "ioc", limitPrice: 100 });
      },
    },
    fills: ["1 1 @ 100", "1 1 @ 100"],
    ends: ["filled", "cancelled not_filled_at_once", "filled"],
  },
  {
    name: "IOC: what the volume does not give is cancelled",
    bars: [flat, flat, flat],
    doings: { 0: (t) => t.buy("A", 150, { timeInForce: "ioc" }) },
    matching: tenth,
    fills: ["1 100 @ 100"],
    ends: ["cancelled not_filled_at_once"],
  },
  {
    name: "FOK: whole or not at all, and what it did not take is there for the next",
    bars: [flat, flat, flat],
    doings: {
      0: (t) => {
        t.buy("A", 101, { timeInForce: "fok" });
        t.buy("A", 100, { timeInForce: "fok" });
        t.buy("A", 1, { timeInForce: "fok" });
      },
    },
    matching: tenth,
    fills: ["1 100 @ 100"],
    ends: ["cancelled not_filled_at_once", "filled", "cancelled not_filled_at_once"],
  },
  {
    // 100 of 1,000 is not enough, 200 of 2,000 is.
    name: "all or none: waits for a bar that gives all of it",
    bars: [flat, flat, [102, 103, 101, 102, 2000]],
    doings: { 0: (t) => t.buy("A", 150, { allOrNone: true, ...GTC }) },
    matching: tenth,
    fills: ["2 150 @ 102"],
    ends: ["filled"],
  },
  {
    name: "post-only: refused when it would take on arrival",
    bars: [flat, flat],
    doings: {
      0: (t) => {
        t.buy("A", 1, { limitPrice: 100.5, postOnly: true });
        // The open is a touch, not better: it rests, and the way down to 99 goes through it.
        t.buy("A", 2, { limitPrice: 100, postOnly: true });
      },
    },
    fills: ["1 2 @ 100"],
    ends: ["cancelled would_trade", "filled"],
  },
  {
    name: "post-only: one that rests is filled by whatever comes, also by a gap",
    bars: [flat, flat, [93, 94, 92, 93]],
    doings: { 0: (t) => t.buy("A", 1, { limitPrice: 95, postOnly: true, ...GTC }) },
    fills: ["2 1 @ 93"],
    ends: ["filled"],
  },
  {
    name: "reduce-only: as much as is held, and no order is left behind",
    bars: [flat, flat, flat, flat],
    doings: {
      0: (t) => t.buy("A", 10),
      1: (t) => t.sell("A", 20, { reduceOnly: true, ...GTC }),
      2: (t) => t.sell("A", 1, { reduceOnly: true, ...GTC }),
    },
    fills: ["1 10 @ 100", "2 -10 @ 100"],
    ends: ["filled", "filled", "cancelled nothing_to_reduce"],
  },
];

const VOLUME: readonly Row[] = [
  {
    name: "volume: a market order goes on at the next open, a day order's rest dies",
    bars: [flat, flat, [101, 102, 100, 101]],
    doings: {
      0: (t) => {
        t.buy("A", 60, GTC);
        t.buy("A", 70);
        t.buy("A", 80, GTC);
      },
    },
    matching: tenth,
    // 60, then 40 of 70; on the next bar 80.
    fills: ["1 60 @ 100", "1 40 @ 100", "2 80 @ 101"],
    ends: ["filled", "expired session_ended", "filled"],
  },
  {
    // 100 at the stop; it is a market order now, and the next open is above its stop.
    name: "volume: a stop that was filled in part goes on at the next open, whatever its stop",
    bars: [flat, [100, 101, 99, 100, 2000], [100, 100, 94, 96], [97, 98, 96, 97]],
    doings: {
      0: (t) => t.buy("A", 150),
      1: (t) => t.sell("A", 150, { stopPrice: 95, ...GTC }),
    },
    matching: tenth,
    fills: ["1 150 @ 100", "2 -100 @ 95", "3 -50 @ 97"],
    ends: ["filled", "filled"],
  },
  {
    name: "volume: a trailing stop and an if-touched order likewise",
    bars: [flat, [100, 101, 99, 100, 2000], [100, 100, 94, 96, 500], [97, 98, 96, 97, 5000]],
    doings: {
      0: (t) => t.buy("A", 150),
      1: (t) => {
        t.sell("A", 75, { trailAmount: 5, ...GTC });
        t.sell("A", 75, { stopPrice: 95, ...GTC });
      },
    },
    matching: tenth,
    // Both wait at 95, 50 shares are there: the order of the heap of stops goes first, the trailing one was touched and goes on at the open.
    fills: ["1 150 @ 100", "2 -50 @ 95", "3 -75 @ 97", "3 -25 @ 97"],
    ends: ["filled", "filled", "filled"],
  },
  {
    name: "volume: a limit order that was filled in part waits for the next trade through it",
    bars: [flat, [100, 101, 94, 96], [96, 97, 95, 96], [96, 97, 94, 95]],
    doings: { 0: (t) => t.buy("A", 150, { limitPrice: 95, ...GTC }) },
    matching: tenth,
    fills: ["1 100 @ 95", "3 50 @ 95"],
    ends: ["filled"],
  },
  {
    name: "volume: a bar without volume gives nothing",
    bars: [flat, [100, 101, 99, 100, 0], [101, 102, 100, 101]],
    doings: { 0: (t) => t.buy("A", 10, GTC) },
    matching: tenth,
    fills: ["2 10 @ 101"],
    ends: ["filled"],
  },
];

const AUCTIONS: readonly Row[] = [
  {
    name: "OPG: fills at the open or is cancelled there",
    bars: [flat, [100, 101, 90, 95]],
    doings: {
      0: (t) => {
        t.buy("A", 1, { timeInForce: "opg" });
        t.buy("A", 1, { timeInForce: "opg", limitPrice: 95 });
        t.buy("A", 1, { timeInForce: "opg", limitPrice: 101 });
      },
    },
    fills: ["1 1 @ 100", "1 1 @ 100"],
    ends: ["filled", "cancelled auction_passed", "filled"],
  },
  {
    // 97 + 10 bps = 97.097; the limit order pays the close.
    name: "CLS: fills at the close or is cancelled there",
    bars: [flat, [100, 101, 90, 97]],
    doings: {
      0: (t) => {
        t.buy("A", 1, { timeInForce: "cls" });
        t.buy("A", 1, { timeInForce: "cls", limitPrice: 96.99 });
        t.buy("A", 1, { timeInForce: "cls", limitPrice: 97 });
      },
    },
    venue: tenBps,
    fills: ["1 1 @ 97.097", "1 1 @ 97"],
    ends: ["filled", "cancelled auction_passed", "filled"],
  },
  {
    // The stop of 95 goes first, inside the bar; 5 are left for the close.
    name: "CLS: comes after all that the inside of the bar fills",
    bars: [flat, flat, [100, 101, 94, 98]],
    doings: {
      0: (t) => t.buy("A", 10),
      1: (t) => {
        t.sell("A", 10, { timeInForce: "cls", reduceOnly: true });
        t.sell("A", 5, { stopPrice: 95 });
      },
    },
    fills: ["1 10 @ 100", "2 -5 @ 95", "2 -5 @ 98"],
    ends: ["filled", "filled", "filled"],
  },
];

const BRACKETS: readonly Row[] = [
  {
    // Long from the open, low first: the stop before the profit.
    name: "bracket: entry at the open, both reached on that bar: the stop",
    bars: [flat, [100, 111, 94, 105]],
    doings: { 0: (t) => t.buy("A", 1, { stopLoss: 95, takeProfit: 110 }) },
    fills: ["1 1 @ 100", "1 -1 @ 95"],
    ends: ["filled", "filled", "cancelled sibling_filled"],
  },
  {
    name: "bracket: entry at the open, the profit on the next bar",
    bars: [flat, flat, [104, 111, 103, 105]],
    doings: { 0: (t) => t.buy("A", 1, { stopLoss: 95, takeProfit: 110 }) },
    fills: ["1 1 @ 100", "2 -1 @ 110"],
    ends: ["filled", "cancelled sibling_filled", "filled"],
  },
  {
    // Flat, high nearer: 101, then down: in at 95, out at 90 on the same way.
    name: "bracket: entry by limit inside the bar, stopped out on the rest of the way",
    bars: [flat, [98, 101, 89, 99]],
    doings: { 0: (t) => t.buy("A", 1, { limitPrice: 95, stopLoss: 90, takeProfit: 100 }) },
    fills: ["1 1 @ 95", "1 -1 @ 90"],
    ends: ["filled", "filled", "cancelled sibling_filled"],
  },
  {
    // In at 105 on the way up from the low of 99, which the stop of 103 does not see; the way to the close of 104 does not reach it.
    name: "bracket: what the bar did before the entry does not count",
    bars: [flat, [100, 106, 99, 104], [104, 104, 102, 103]],
    doings: { 0: (t) => t.buy("A", 1, { stopPrice: 105, stopLoss: 103 }) },
    fills: ["1 1 @ 105", "2 -1 @ 103"],
    ends: ["filled", "filled"],
  },
  {
    name: "bracket: a stop loss that the entry has passed already goes at once, where the price is",
    bars: [flat, [100, 106, 99, 104]],
    doings: { 0: (t) => t.buy("A", 1, { stopPrice: 105, stopLoss: 105.5 }) },
    fills: ["1 1 @ 105", "1 -1 @ 105"],
    ends: ["filled", "filled"],
  },
  {
    name: "bracket: a take-profit that a gap has passed already goes at the open as well",
    bars: [flat, [107, 112, 106, 108]],
    doings: { 0: (t) => t.buy("A", 1, { stopLoss: 90, takeProfit: 105 }) },
    fills: ["1 1 @ 107", "1 -1 @ 107"],
    ends: ["filled", "cancelled sibling_filled", "filled"],
  },
  {
    name: "bracket: a stop loss that a gap has passed already goes at the open",
    bars: [flat, [88, 92, 87, 91]],
    doings: { 0: (t) => t.buy("A", 1, { stopLoss: 90, takeProfit: 105 }) },
    fills: ["1 1 @ 88", "1 -1 @ 88"],
    ends: ["filled", "filled", "cancelled sibling_filled"],
  },
  {
    // Two entries at one open: the protective orders of both are active before the inside of the bar.
    name: "bracket: several entries at one open, all stopped out on the bar",
    bars: [flat, [100, 101, 90, 95]],
    doings: {
      0: (t) => {
        t.buy("A", 1, { stopLoss: 96 });
        t.buy("A", 2, { stopLoss: 94 });
      },
    },
    fills: ["1 1 @ 100", "1 2 @ 100", "1 -1 @ 96", "1 -2 @ 94"],
    ends: ["filled", "filled", "filled", "filled"],
  },
  {
    // Short, high first: 106 before 94.
    name: "bracket: the mirror for a short position",
    bars: [flat, [100, 106, 94, 100]],
    doings: { 0: (t) => t.sell("A", 1, { stopLoss: 105, takeProfit: 95 }) },
    fills: ["1 -1 @ 100", "1 1 @ 105"],
    ends: ["filled", "filled", "cancelled sibling_filled"],
  },
  {
    name: "bracket: an entry that never fills takes its protective orders with it",
    bars: [flat, flat, [100, 120, 80, 100]],
    doings: { 0: (t) => t.buy("A", 1, { limitPrice: 90, stopLoss: 85, takeProfit: 110 }) },
    fills: [],
    ends: ["expired session_ended", "cancelled parent_ended", "cancelled parent_ended"],
  },
  {
    // 100 of 150 at the profit; the stop is left with 50, and sells them.
    name: "OCO: a partial fill of one shrinks the other",
    bars: [flat, [100, 101, 99, 100, 2000], [100, 106, 99, 104], [104, 104, 94, 96]],
    doings: {
      0: (t) => t.buy("A", 150),
      1: (t) => {
        const profit = t.sell("A", 150, { limitPrice: 105, ...GTC });
        t.sell("A", 150, { stopPrice: 95, ocoWith: profit, ...GTC });
      },
    },
    matching: tenth,
    fills: ["1 150 @ 100", "2 -100 @ 105", "3 -50 @ 95"],
    ends: ["filled", "cancelled sibling_filled", "filled"],
  },
];

const REJECTIONS: readonly Row[] = [
  {
    name: "rejection: at a rate of 1 every order, its protective orders with it",
    bars: [flat, flat, flat],
    doings: { 0: (t) => t.buy("A", 1, { stopLoss: 90 }), 1: (t) => t.buy("A", 1) },
    matching: { rejectionRate: 1 },
    fills: [],
    ends: ["rejected venue_rejected", "cancelled parent_ended", "rejected venue_rejected"],
  },
];

for (
  const row of [
    ...STOP_LIMITS,
    ...TOUCHES,
    ...TRAILS,
    ...AT_ONCE,
    ...VOLUME,
    ...AUCTIONS,
    ...BRACKETS,
    ...REJECTIONS,
  ]
) {
  Deno.test(`orders: ${row.name}`, () => {
    for (const slice of [1, 4096]) {
      const { engine } = runStrategy({
        bars: [dailyBars("A", row.bars)],
        strategy: script(row.doings),
        venue: row.venue ?? FREE,
        matching: row.matching ?? {},
        slice,
      });
      assertEquals(fillsOf(engine), row.fills);
      assertEquals(endsOf(engine), row.ends);
      assertEquals(engine.book.unexpected, 0, "every report fits the state of its order");
    }
  });
}
