/**
 * Sweeps of a depth book (issue 4): an order that takes gets level after level, each at its price; what was taken is gone until the feed
 * tells of it again.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { DEPTH_SIDE } from "../../lib/market/mod.ts";
import { RISK_RULE, type RISK_RULE_NAMES } from "../../lib/trading/mod.ts";
import { endsOf } from "../engine/support.ts";
import { runsOf } from "../property/runs.ts";
import { type Ask, flat, MINUTE, OPEN, QuotedMarket, SECOND } from "./quoted_market.ts";

type Level = readonly [price: number, size: number];
const { ask: ASK, bid: BID } = DEPTH_SIDE;

/** Tells levels so many seconds after the last bar and returns what came of it. */
function tell(
  market: QuotedMarket,
  seconds: number,
  bids: readonly Level[],
  asks: readonly Level[],
): number {
  const book = market.engine.events.depthOf(0);
  for (const [price, size] of bids) book.bid(price * 1e6, size);
  for (const [price, size] of asks) book.ask(price * 1e6, size);
  return market.engine.events.depth(0, OPEN + (market.engine.step + 1) * MINUTE + seconds * SECOND);
}

/** The levels that are left of a side, as told. */
function left(market: QuotedMarket, side: number): Level[] {
  const book = market.engine.events.depthOf(0);
  return Array.from(
    { length: book.depth(side) },
    (_, place) => [book.priceAt(side, place) / 1e6, book.sizeAt(side, place)] as const,
  );
}

const BIDS: readonly Level[] = [[99, 100], [98, 200]];
const ASKS: readonly Level[] = [[100, 50], [101, 150], [103, 300]];

interface Case {
  readonly name: string;
  readonly shares: number;
  readonly ask?: Ask;
  readonly fills: readonly string[];
  readonly end: string;
  /** Asks that are left. */
  readonly asks: readonly Level[];
}

const CASES: readonly Case[] = [
  {
    name: "a market order takes level after level, each at its price",
    shares: 260,
    fills: ["50 @ 100", "150 @ 101", "60 @ 103"],
    end: "filled",
    asks: [[103, 240]],
  },
  {
    name: "a market order that is larger than the book waits with the rest",
    shares: 600,
    fills: ["50 @ 100", "150 @ 101", "300 @ 103"],
    end: "partially_filled",
    asks: [],
  },
  {
    name: "a limit order goes no further than its limit, and the rest waits",
    shares: 260,
    ask: { type: "limit", limit: 102 },
    fills: ["50 @ 100", "150 @ 101"],
    end: "partially_filled",
    asks: [[103, 300]],
  },
  {
    name: "the rest of an order that lives at once is cancelled",
    shares: 260,
    ask: { type: "limit", limit: 102, time: "ioc" },
    fills: ["50 @ 100", "150 @ 101"],
    end: "cancelled not_filled_at_once",
    asks: [[103, 300]],
  },
  {
    name: "fill or kill takes nothing when the levels do not suffice",
    shares: 260,
    ask: { type: "limit", limit: 102, time: "fok" },
    fills: [],
    end: "cancelled not_filled_at_once",
    asks: ASKS,
  },
  {
    name: "fill or kill takes several levels when they do",
    shares: 200,
    ask: { type: "limit", limit: 102, time: "fok" },
    fills: ["50 @ 100", "150 @ 101"],
    end: "filled",
    asks: [[103, 300]],
  },
  {
    name: "all or none takes several levels when they suffice",
    shares: 120,
    ask: { flags: ["all_or_none"] },
    fills: ["50 @ 100", "70 @ 101"],
    end: "filled",
    asks: [[101, 80], [103, 300]],
  },
  {
    name: "a weight is sized level by level, and never beyond the cash",
    shares: 1,
    ask: { verb: "weight" },
    // Equity is 20,000; at 101 and the half per cent that the model would add, which sizes it, that is 197 shares.
    fills: ["50 @ 100", "147 @ 101"],
    end: "filled",
    asks: [[101, 3], [103, 300]],
  },
  {
    name: "a target takes what it lacks",
    shares: 60,
    ask: { verb: "target" },
    fills: ["50 @ 100", "10 @ 101"],
    end: "filled",
    asks: [[101, 140], [103, 300]],
  },
];

for (const { name, shares, ask, fills, end, asks } of CASES) {
  Deno.test(`depth: ${name}`, () => {
    const cash = name.startsWith("a weight") ? 20_000 : 100_000;
    // Slippage is for those who do not see the levels.
    const venue = { slippageBps: 50, commission: { kind: "none" } } as const;
    const market = new QuotedMarket([[flat, flat]], { cash, venue }).walk();
    market.order(shares, ask);
    assertEquals(tell(market, 1, BIDS, ASKS), RISK_RULE.none);
    assertEquals(market.fills(), fills.map((each) => `#0 ${each}`));
    assertEquals([endsOf(market.engine), left(market, ASK)], [[end], asks]);
    assertEquals(left(market, BID), BIDS);
  });
}

Deno.test("depth: what was taken is gone until the feed tells of it again; a second order finds the next level", () => {
  const market = new QuotedMarket([[flat, flat]]).walk();
  market.order(40);
  market.order(20);
  tell(market, 1, BIDS, ASKS);
  assertEquals(market.fills(), ["#0 40 @ 100", "#1 10 @ 100", "#1 10 @ 101"]);
  market.order(10);
  // A change of another level says nothing of this one.
  tell(market, 2, [], [[103, 10]]);
  assertEquals(market.fills().slice(3), ["#2 10 @ 101"]);
  market.order(10);
  tell(market, 3, [], [[100, 5]]);
  assertEquals(market.fills().slice(4), ["#3 5 @ 100", "#3 5 @ 101"]);
  assertEquals(left(market, ASK), [[101, 125], [103, 10]]);
});

Deno.test("depth: sales take bids; a limit order that rested gets its limit from every level that comes to it", () => {
  const market = new QuotedMarket([[flat, flat]]).walk();
  market.order(-150);
  market.order(100, { type: "limit", limit: 99.5 });
  tell(market, 1, BIDS, ASKS);
  assertEquals(market.fills(), ["#0 -100 @ 99", "#0 -50 @ 98"]);
  tell(market, 2, [], [[99.2, 30], [99.4, 30], [99.5, 20], [99.6, 100]]);
  assertEquals(market.fills().slice(2), ["#1 30 @ 99.5", "#1 30 @ 99.5", "#1 20 @ 99.5"]);
  assertEquals(left(market, ASK)[0], [99.6, 100]);
});

Deno.test("G-09 depth: a crossed, locked or one-sided book gives nothing, is counted, and a right one afterwards trades", () => {
  const bad:
    readonly (readonly [readonly Level[], readonly Level[], typeof RISK_RULE_NAMES[number]])[] = [
      [[[100, 10]], [[99, 10]], "quote_crossed"],
      [[[100, 10]], [[100, 10]], "quote_locked"],
      [[], [[100, 10]], "quote_broken"],
      [[[99, 10]], [], "quote_broken"],
    ];
  for (const [bids, asks, rule] of bad) {
    const market = new QuotedMarket([[flat, flat]]).walk();
    market.order(5);
    assertEquals(tell(market, 1, bids, asks), RISK_RULE[rule]);
    assertEquals([market.fills(), market.engine.quotes!.counts[RISK_RULE[rule]]], [[], 1]);
    market.engine.events.depthOf(0).clear();
    assertEquals(tell(market, 2, [[99, 10]], [[100, 10]]), RISK_RULE.none);
    assertEquals(market.fills(), ["#0 5 @ 100"]);
  }
});

Deno.test("depth: quotes of a series with a book inform the gate and give nothing", () => {
  const market = new QuotedMarket([[flat, flat]]).walk();
  tell(market, 1, BIDS, ASKS);
  market.order(60);
  market.quote(2, 80, 81);
  assertEquals(market.fills(), ["#0 50 @ 100", "#0 10 @ 101"]);
});

Deno.test("depth property: a sweep gives what the book says, and a restored engine goes on the same", () => {
  const levels = fc.uniqueArray(
    fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 90 })),
    {
      minLength: 1,
      maxLength: 8,
      selector: ([price]) => price,
    },
  );
  fc.assert(
    fc.property(levels, levels, fc.integer({ min: 1, max: 400 }), (below, above, shares) => {
      const bids = below.map(([tick, size]): Level => [100 - tick / 100, size]);
      const asks = above.map(([tick, size]): Level => [100 + tick / 100, size]);
      const market = new QuotedMarket([[flat, flat, flat]], { cash: 1e6 }).walk();
      market.order(shares);
      tell(market, 1, [], []);
      const book = market.engine.events.depthOf(0);
      for (const [price, size] of bids) book.bid(Math.round(price * 1e6), size);
      for (const [price, size] of asks) book.ask(Math.round(price * 1e6), size);
      const whole = book.sweep(ASK, shares), before = book.sizeOfTop(ASK, 100);
      market.engine.events.depth(0, OPEN + MINUTE + 2 * SECOND);
      const { fills } = market.engine;
      let filled = 0, amount = 0;
      for (let row = 0; row < fills.length; row++) {
        filled += fills.quantity[row]!;
        amount += fills.quantity[row]! * fills.price[row]!;
      }
      assertEquals([filled, amount / filled], [whole.filled, whole.averagePrice]);
      assertEquals(book.sizeOfTop(ASK, 100), before - filled);
      const other = market.open(), state = market.engine.snapshot();
      other.restore(state);
      assertEquals(other.snapshot(), state);
      const levelsOf = (engine: typeof other): number[] =>
        [0, 1, 2].flatMap((
          k,
        ) => [engine.events.depthOf(0).priceAt(ASK, k), engine.events.depthOf(0).sizeAt(BID, k)]);
      assertEquals(levelsOf(other), levelsOf(market.engine));
    }),
    runsOf(100, 0.2),
  );
});
