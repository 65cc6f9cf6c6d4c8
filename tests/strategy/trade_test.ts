/**
 * What the verbs of a strategy ask of the engine, and the sentence for each request that cannot be (ORD-01, ORD-02). The engine is the real
 * one: what it was asked for is read from its order table.
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import type { OrderId, OrderOptions, OrderRequest, Trade } from "../../lib/strategy/mod.ts";
import {
  ORDER_FLAG,
  ORDER_TYPE_NAMES,
  SIZING,
  TIME_IN_FORCE_NAMES,
} from "../../lib/trading/mod.ts";
import type { Engine } from "../../lib/engine/mod.ts";
import { dailyBars, endsOf, fillsOf, type PriceRow, runStrategy } from "../engine/support.ts";

const flat: PriceRow = [100, 101, 99, 100];
const BARS = [dailyBars("A", [flat, flat, flat])];
const NOON_LATER = BARS[0]!.closeTime[2]! - 3_600_000_000;

/** Lets a strategy act after the first bar, and returns the engine as it was left by that. */
function acted(act: (trade: Trade) => void, fractional = false): Engine {
  const { engine } = runStrategy({
    bars: BARS,
    fractional,
    strategy: {
      onBar: (bar, trade): void => {
        if (bar.count === 1) act(trade);
      },
    },
  });
  return engine;
}

/** The rows of the order table as words: side, quantity, type, time in force, prices, flags. */
function asked(engine: Engine): string[] {
  const { orders } = engine;
  return Array.from({ length: orders.length }, (_, row) => {
    const sized = orders.sizing[row]!, quantity = orders.quantity[row]!;
    const flags = Object.entries(ORDER_FLAG).filter(([, bit]) => (orders.flags[row]! & bit) !== 0)
      .map(([name]) => name).filter((name) => name !== "held" && name !== "triggered");
    const price = (name: string, ticks: number): string[] =>
      ticks === 0 ? [] : [`${name} ${ticks / 1e6}`];
    return [
      sized === SIZING.quantity ? "order" : sized === SIZING.targetQuantity ? "target" : "weight",
      String(quantity),
      ORDER_TYPE_NAMES[orders.type[row]!]!,
      TIME_IN_FORCE_NAMES[orders.timeInForce[row]!]!,
      ...price("limit", orders.limit[row]!),
      ...price("stop", orders.stop[row]!),
      ...price("trail", orders.trail.get(row)),
      ...flags,
    ].join(" ");
  });
}

const ASKS:
  readonly (readonly [options: OrderOptions & Pick<OrderRequest, "type">, row: string])[] = [
    [{}, "order 5 market day"],
    [{ timeInForce: "gtc" }, "order 5 market gtc"],
    [{ timeInForce: "gtd", goodTill: NOON_LATER }, "order 5 market gtd"],
    [{ timeInForce: "ioc" }, "order 5 market ioc"],
    [{ timeInForce: "opg" }, "order 5 market opg"],
    [{ timeInForce: "cls" }, "order 5 market cls"],
    [{ limitPrice: 99.5 }, "order 5 limit day limit 99.5"],
    [{ type: "limit", limitPrice: 99.5, timeInForce: "fok" }, "order 5 limit fok limit 99.5"],
    [{ limitPrice: 99.5, postOnly: true }, "order 5 limit day limit 99.5 post_only"],
    [{ stopPrice: 103 }, "order 5 stop day stop 103"],
    [{ stopPrice: 103, limitPrice: 104 }, "order 5 stop_limit day limit 104 stop 103"],
    [{ stopPrice: 98, type: "if_touched" }, "order 5 if_touched day stop 98"],
    [{ trailAmount: 2 }, "order 5 trailing_stop day trail 2"],
    [{ trailPercent: 2.5 }, "order 5 trailing_stop day trail 0.025 trail_percent"],
    [
      { limitPrice: 50, allOrNone: true, reduceOnly: false },
      "order 5 limit day limit 50 all_or_none",
    ],
    [{ limitPrice: 50, reduceOnly: true }, "order 5 limit day limit 50 reduce_only"],
  ];

for (const [options, row] of ASKS) {
  Deno.test(`trade: ${JSON.stringify(options)} is asked for as ${row}`, () => {
    const engine = acted((t) => t.order({ symbol: "A", side: "buy", quantity: 5, ...options }));
    // A trailing stop's stop follows the price: it is not what was asked for.
    assertEquals(asked(engine).map((text) => text.replace(/ stop \d+(\.\d+)?(?= trail)/, "")), [
      row,
    ]);
    if (options.type !== undefined) return;
    assertEquals(
      asked(acted((t) => t.buy("A", 5, options))),
      asked(engine),
      "buy with the same options asks for the same",
    );
  });
}

Deno.test("trade: sides, amounts, targets, weights and protective orders", () => {
  const engine = acted((t) => {
    t.sell("A", 3);
    t.order({ symbol: "A", side: "sell", notional: 750 });
    t.target("A", -7);
    t.targetWeight("A", 0.25, { stopLoss: 90, takeProfit: 120 });
    t.targetWeight("A", 0.25, { sizedAt: "decision" });
    t.close("A");
    t.buy("A", 1, { stopLoss: 95 });
  });
  assertEquals(asked(engine), [
    "order -3 market day",
    "order -7 market day",
    "target -7 market day",
    "weight 0.25 market day",
    "order 0 stop gtc stop 90 reduce_only",
    "order 0 limit gtc limit 120 reduce_only",
    "target 250 market day",
    "target 0 market day",
    // The last bar but one: the protective order covers what its entry has opened.
    "order 1 market day",
    "order -1 stop gtc stop 95 reduce_only",
  ]);
});

Deno.test("trade: an order shows its parent, its side before it is sized, and that it waits", () => {
  const seen: unknown[] = [];
  acted((t) => {
    const entry = t.buy("A", 2, { limitPrice: 50, stopLoss: 40 });
    const target = t.targetWeight("A", -0.1, { takeProfit: 80 });
    for (const id of [entry, entry + 1, target, target + 1]) {
      const order = t.order(id as OrderId)!;
      seen.push([order.side, order.quantity, order.parent, order.isWaiting, order.isTarget]);
    }
  });
  assertEquals(seen, [
    ["buy", 2, undefined, false, false],
    ["sell", NaN, 0, true, false],
    ["sell", NaN, undefined, false, true],
    ["buy", NaN, 2, true, false],
  ]);
});

const request = (more: Record<string, unknown>): (trade: Trade) => void => (t) =>
  t.order({ symbol: "A", side: "buy", quantity: 5, ...more } as unknown as OrderRequest);

const REFUSED: readonly (readonly [act: (trade: Trade) => void, message: string])[] = [
  [request({ quantity: 0 }), "quantity must be a number above 0, found 0"],
  [request({ quantity: -1 }), "quantity must be a number above 0"],
  [request({ quantity: "5" }), "quantity must be a number above 0"],
  [request({ quantity: 1.5 }), "quantity 1.5"],
  [request({ quantity: undefined }), "needs quantity or notional"],
  [request({ notional: 100 }), "needs quantity or notional"],
  [request({ quantity: undefined, notional: 1 }), "buys less than one lot"],
  [request({ quantity: undefined, notional: -5 }), "notional must be an amount above 0"],
  [request({ side: "long" }), 'side must be "buy" or "sell"'],
  [request({ symbol: "AA" }), "AA"],
  [request({ price: 5 }), 'unknown field "price"'],
  [request({ limitprice: 5 }), "limitPrice"],
  [request({ type: "limit" }), "a limit order needs limitPrice only"],
  [request({ type: "limit", limitPrice: 9, stopPrice: 9 }), "a limit order needs limitPrice only"],
  [request({ type: "market", limitPrice: 9 }), "a market order has no price"],
  [request({ type: "stop" }), "a stop order needs stopPrice only"],
  [request({ type: "stop_limit", stopPrice: 9 }), "needs limitPrice and stopPrice only"],
  [request({ type: "if_touched", limitPrice: 9 }), "a if_touched order needs stopPrice only"],
  [request({ type: "trailing_stop" }), "needs trailAmount or trailPercent only"],
  [request({ trailAmount: 1, trailPercent: 1 }), "not both"],
  [request({ trailAmount: 1, limitPrice: 9 }), "needs trailAmount or trailPercent only"],
  [request({ trailPercent: 100 }), "trailPercent must be a percentage"],
  [request({ trailPercent: 0.00001 }), "trailPercent must be a percentage"],
  [request({ type: "iceberg" }), "type must be market, limit"],
  [request({ limitPrice: 0 }), "limitPrice must be a price above 0"],
  [request({ limitPrice: NaN }), "limitPrice must be a price above 0"],
  [request({ limitPrice: 1e10 }), "limitPrice must be a price above 0"],
  [request({ limitPrice: 1e-7 }), "below the smallest price step"],
  [request({ stopLoss: -1 }), "stopLoss must be a price above 0"],
  [request({ timeInForce: "gfd" }), "timeInForce must be day, gtc"],
  [request({ timeInForce: "gtd" }), "gtd and goodTill go together"],
  [request({ goodTill: NOON_LATER }), "gtd and goodTill go together"],
  [request({ timeInForce: "gtd", goodTill: 5 }), "goodTill must be a time after now"],
  [
    request({ timeInForce: "gtd", goodTill: NOON_LATER + 0.5 }),
    "goodTill must be a time after now",
  ],
  [request({ timeInForce: "ioc", stopPrice: 9 }), "is for market and limit orders"],
  [request({ timeInForce: "opg", trailAmount: 9 }), "is for market and limit orders"],
  [request({ postOnly: true }), "postOnly needs a limit order"],
  [request({ postOnly: 1, limitPrice: 9 }), "postOnly must be true or false"],
  [request({ ocoWith: 0 }), "ocoWith must be the handle of an order"],
  [request({ afterFill: "0" }), "afterFill must be the handle of an order"],
  [(t): unknown => t.order(null as never), "needs an object"],
  [(t): unknown => t.target("A", "5" as never), "quantity must be a number"],
  [(t): unknown => t.target("A", 0.5), "quantity 0.5"],
  [(t): unknown => t.target("A", 5, { limitPrice: 5 } as never), 'unknown field "limitPrice"'],
  [(t): unknown => t.targetWeight("A", 101), "weight must be a fraction from -100 to 100"],
  [(t): unknown => t.targetWeight("A", NaN), "weight must be a fraction from -100 to 100"],
  [(t): unknown => t.targetWeight("A", 1, { sizedAt: "now" } as never), "sizedAt must be"],
];

Deno.test("trade: what cannot be asked for is refused with a sentence, and nothing is sent (ORD-02)", () => {
  const engine = acted((t) => {
    for (const [act, message] of REFUSED) {
      assertThrows(() => act(t), Error, message);
    }
    // The next request has nothing of the refused ones.
    t.buy("A", 1);
  });
  assertEquals(asked(engine), ["order 1 market day"]);
});

Deno.test("trade.amend: what an order does not have cannot be amended, what has ended is not", () => {
  const engine = acted((t) => {
    const market = t.buy("A", 1), limit = t.buy("A", 1, { limitPrice: 50, stopLoss: 40 });
    const held = (limit + 1) as OrderId, trailing = t.sell("A", 1, { trailAmount: 3 });
    const target = t.target("A", 5);
    for (
      const [id, changes, message] of [
        [limit, {}, "needs quantity, limitPrice or stopPrice"],
        [limit, { price: 5 }, 'unknown field "price"'],
        [limit, { quantity: 0 }, "quantity must be a number above 0"],
        [limit, { quantity: 1.5 }, "quantity 1.5"],
        [limit, { limitPrice: -5 }, "limitPrice must be a price above 0"],
        [limit, { stopPrice: 5 }, "a limit order has no stopPrice to amend"],
        [market, { limitPrice: 5 }, "a market order has no limitPrice"],
        [trailing, { stopPrice: 5 }, "a trailing_stop order has no stopPrice to amend"],
        [held, { quantity: 5 }, "gets its quantity from the parent's fill"],
        [target, { quantity: 5 }, "a target has no quantity"],
      ] as const
    ) {
      assertThrows(() => t.amend(id, changes as never), RangeError, message);
    }
    assertEquals(t.amend(held, { stopPrice: 41 }), true);
    assertEquals(t.amend(limit, { quantity: 4, limitPrice: 51 }), true);
    t.cancel(limit);
    assertEquals(t.amend(limit, { quantity: 4 }), false);
    assertEquals(t.amend(999 as OrderId, { quantity: 4 }), false);
    assertEquals(t.amend("0" as never, { quantity: 4 }), false);
  });
  assertEquals([engine.orders.quantity[1], engine.orders.limit[1], engine.orders.stop[2]], [
    4,
    51e6,
    41e6,
  ]);
});

Deno.test("trade: cancel and cancelAll say what they did", () => {
  const counts: unknown[] = [];
  const engine = acted((t) => {
    const first = t.buy("A", 1, { limitPrice: 50 });
    t.buy("A", 1, { limitPrice: 51 });
    t.buy("A", 1, { stopPrice: 151, stopLoss: 20 });
    counts.push(t.cancel(first), t.cancel(first), t.cancelAll("A"), t.cancelAll());
    t.buy("A", 2);
  });
  assertEquals(counts, [true, false, 2, 0]);
  assertEquals(endsOf(engine), [
    "cancelled cancelled_by_strategy",
    "cancelled cancelled_by_strategy",
    "cancelled cancelled_by_strategy",
    "cancelled parent_ended",
    "filled",
  ]);
  assertEquals(fillsOf(engine), ["1 2 @ 100"]);
});

Deno.test("trade: parts of a share to six digits, and no further", () => {
  const engine = acted((t) => {
    t.buy("A", 0.000001);
    assertThrows(() => t.buy("A", 0.0000001), RangeError, "quantity 1e-7");
  }, true);
  assertEquals(fillsOf(engine), ["1 0.000001 @ 100"]);
});
