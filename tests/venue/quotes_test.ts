/**
 * Fills at quotes (BT-06): market orders take the other side, limits and stops are met by it, slippage comes on top of it, and bars do not
 * price what quotes have priced.
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import { NO_LIMITS, RISK_RULE } from "../../lib/trading/mod.ts";
import { endsOf, type PriceRow } from "../engine/support.ts";
import { type Ask, flat, MINUTE, OPEN, QuotedMarket, SECOND } from "./quoted_market.ts";

const broad: PriceRow = [100, 101, 99, 100];
const wild: PriceRow = [100, 150, 50, 100];

Deno.test("BT-06 quote: market orders fill at the ask and at the bid, at the quote's own time", () => {
  const market = new QuotedMarket([[flat, flat]]).walk();
  market.order(10);
  market.order(-4);
  assertEquals(market.fills(), []);
  assertEquals(market.quote(1, 99.98, 100.02), "none");
  assertEquals(market.fills(), ["#0 10 @ 100.02", "#1 -4 @ 99.98"]);
  assertEquals(market.engine.fills.timeUs[0], OPEN + MINUTE + SECOND);
  assertEquals(market.engine.nowUs, OPEN + MINUTE + SECOND);
  assertEquals(endsOf(market.engine), ["filled", "filled"]);
  // 6 shares at the middle, 40 cents less for the half spreads paid.
  assertEquals(market.engine.equity(), 100_000e6 - 10 * 20_000 - 4 * 20_000);
  assertEquals(market.engine.lastPrice(0), 100e6);
});

Deno.test("BT-07 quote: slippage comes on top of the side taken, a half spread does not come twice", () => {
  const rows = [
    [{ kind: "fixed", bps: 5 }, "#0 10 @ 100.07001", "#1 -10 @ 99.93001"],
    [{ kind: "none" }, "#0 10 @ 100.02", "#1 -10 @ 99.98"],
    [{ kind: "half_spread" }, "#0 10 @ 100.02", "#1 -10 @ 99.98"],
    [{ kind: "volume_based", bps: 5 }, "#0 10 @ 100.57011", "#1 -10 @ 99.43011"],
  ] as const;
  for (const [slippage, bought, sold] of rows) {
    const venue = { slippageBps: 5, slippage, commission: { kind: "none" } } as const;
    const market = new QuotedMarket([[broad, broad, broad, broad]], { venue }).walk();
    market.order(10);
    market.quote(1, 99.98, 100.02);
    market.order(-10);
    market.quote(2, 99.98, 100.02);
    assertEquals(market.fills(), [bought, sold], slippage.kind);
    // A bar knows no spread: there the model adds its guess.
    if (slippage.kind !== "half_spread") continue;
    market.walk().order(10);
    market.walk();
    assertEquals(market.fills()[2], "#2 10 @ 100.05");
  }
});

Deno.test("BT-07 quote: orders with a limit do not slip, stops do", () => {
  const venue = { slippageBps: 5, commission: { kind: "none" } } as const;
  const market = new QuotedMarket([[flat, flat]], { venue }).walk();
  market.order(10, { type: "limit", limit: 101 });
  market.order(10, { type: "stop_limit", stop: 100, limit: 101 });
  market.order(10, { type: "stop", stop: 100 });
  market.quote(1, 99.98, 100.02);
  assertEquals(market.fills(), ["#0 10 @ 100.02", "#1 10 @ 100.02", "#2 10 @ 100.07001"]);
});

Deno.test("BT-06 quote: the size of a side bounds what is filled, the rest waits for the next quote", () => {
  const market = new QuotedMarket([[flat, flat]]).walk();
  const [first, ioc, fok, whole] = [
    market.order(150),
    market.order(10, { time: "ioc", type: "limit", limit: 101 }),
    market.order(10, { time: "fok", type: "limit", limit: 101 }),
    market.order(120, { flags: ["all_or_none"] }),
  ];
  market.quote(1, 99, 100, 1000, 100);
  assertEquals(market.fills(), [`#${first} 100 @ 100`]);
  assertEquals(endsOf(market.engine), [
    "partially_filled",
    "cancelled not_filled_at_once",
    "cancelled not_filled_at_once",
    "accepted",
  ], String([ioc, fok]));
  // 50 for the first, 60 left: not enough for all or none. A size that is not told has no bound.
  market.quote(2, 99, 100.5, 0, 110);
  assertEquals(market.fills().slice(1), [`#${first} 50 @ 100.5`]);
  market.quote(3, 99, 101, 0, Infinity);
  assertEquals(market.fills().slice(2), [`#${whole} 120 @ 101`]);
});

interface Meeting {
  readonly name: string;
  readonly shares: number;
  readonly ask: Ask;
  /** Bids and asks one after the other, and the fills after the last. */
  readonly quotes: readonly (readonly [number, number])[];
  readonly fills: readonly string[];
}

const MEETINGS: readonly Meeting[] = [
  {
    name: "a buy limit above the ask takes it",
    shares: 10,
    ask: { type: "limit", limit: 101 },
    quotes: [[99, 100]],
    fills: ["10 @ 100"],
  },
  {
    name: "a buy limit that rests gets its limit when the ask comes to it or falls through it",
    shares: 10,
    ask: { type: "limit", limit: 99.5 },
    quotes: [[99, 100], [99, 99.4]],
    fills: ["10 @ 99.5"],
  },
  {
    name: "a bid at a buy limit is no fill",
    shares: 10,
    ask: { type: "limit", limit: 99.5 },
    quotes: [[99.5, 99.6]],
    fills: [],
  },
  {
    name: "a sell limit is met by the bid",
    shares: -10,
    ask: { type: "limit", limit: 101 },
    quotes: [[100, 102], [101, 102]],
    fills: ["-10 @ 101"],
  },
  {
    name: "a sell stop is met by the bid and takes it",
    shares: -10,
    ask: { type: "stop", stop: 98 },
    quotes: [[98.1, 98.2], [97.9, 98.5]],
    fills: ["-10 @ 97.9"],
  },
  {
    name: "a buy stop is met by the ask and takes it",
    shares: 10,
    ask: { type: "stop", stop: 102 },
    quotes: [[101.8, 101.9], [100, 102.3]],
    fills: ["10 @ 102.3"],
  },
  {
    name: "a stop-limit order that is met beyond its limit rests there",
    shares: 10,
    ask: { type: "stop_limit", stop: 102, limit: 102.1 },
    quotes: [[101, 102.3], [101, 102.2], [101, 102.05]],
    fills: ["10 @ 102.1"],
  },
  {
    name: "a stop-limit order that is met within its limit takes",
    shares: 10,
    ask: { type: "stop_limit", stop: 102, limit: 103 },
    quotes: [[101, 102.3]],
    fills: ["10 @ 102.3"],
  },
  {
    name: "a purchase if touched waits for the ask to fall to it",
    shares: 10,
    ask: { type: "if_touched", stop: 99 },
    quotes: [[99, 99.1], [98.8, 98.9]],
    fills: ["10 @ 98.9"],
  },
  {
    name: "a post-only order that would take ends, one that rests is filled",
    shares: 10,
    ask: { type: "limit", limit: 100, flags: ["post_only"] },
    quotes: [[98, 100.1], [98, 99.9]],
    fills: ["10 @ 100"],
  },
  {
    name: "a post-only order that would take ends",
    shares: 10,
    ask: { type: "limit", limit: 100, flags: ["post_only"] },
    quotes: [[98, 100], [98, 99]],
    fills: [],
  },
];

for (const { name, shares, ask, quotes, fills } of MEETINGS) {
  Deno.test(`BT-06 quote: ${name}`, () => {
    const market = new QuotedMarket([[flat, flat]]).walk();
    market.order(shares, ask);
    quotes.forEach(([bid, offer], k) => market.quote(k + 1, bid, offer));
    assertEquals(market.fills(), fills.map((each) => `#0 ${each}`));
  });
}

Deno.test("BT-06 quote: a trailing stop follows the bid and is met by it", () => {
  const market = new QuotedMarket([[flat, flat]]).walk();
  market.engine.term(1, 2e6);
  market.order(-10, { type: "trailing_stop" });
  for (const [k, bid] of [100, 103, 101.1, 100.9].entries()) market.quote(k + 1, bid, bid + 0.1);
  assertEquals(market.fills(), ["#0 -10 @ 100.9"]);
});

Deno.test("BT-06 quote: a weight is sized at the ask, a target sells at the bid", () => {
  const market = new QuotedMarket([[flat, flat]]).walk();
  market.order(0.5, { verb: "weight" });
  market.quote(1, 99, 101);
  // 50,000 at 101 are 495 shares; equity is then told at the middle.
  assertEquals(market.fills(), ["#0 495 @ 101"]);
  assertEquals(market.engine.equity(), 100_000e6 - 495e6);
  market.order(100, { verb: "target" });
  market.quote(2, 99, 101, 200, 200);
  market.quote(3, 98, 101, 1000, 200);
  assertEquals(market.fills().slice(1), ["#1 -200 @ 99", "#1 -195 @ 98"]);
  assertEquals(endsOf(market.engine), ["filled", "filled"]);
});

Deno.test("BT-06 quote: a bar in which quotes came prices nothing but its auctions; one without is matched as ever", () => {
  const market = new QuotedMarket([[flat, wild, wild]]).walk();
  market.quote(1, 99, 101);
  market.order(10);
  market.order(5, { type: "limit", limit: 60 });
  market.walk();
  assertEquals(market.fills(), []);
  market.walk();
  // Nothing was quoted for a minute: the open, then the way down.
  assertEquals(market.fills(), ["#0 10 @ 100", "#1 5 @ 60"]);
});

Deno.test("BT-06 quote: a recent quote stands at the open of the bar after it, an old one does not", () => {
  for (const [seconds, price] of [[59.9, 101], [59.7, 100]] as const) {
    const market = new QuotedMarket([[flat, flat, flat]]).walk();
    market.quote(seconds, 99, 101);
    market.walk().order(10);
    market.walk();
    assertEquals(market.fills(), [`#0 10 @ ${price}`]);
  }
});

Deno.test("BT-06 quote: the opening and the close of a session come from bars", () => {
  const day: PriceRow = [100, 100, 100, 103], last = 389;
  const market = new QuotedMarket([Array.from({ length: 390 }, (_, k) => k === last ? day : flat)]);
  market.order(10, { time: "opg" });
  market.quote(1, 99, 101);
  market.walk();
  assertEquals(market.fills(), ["#0 10 @ 100"]);
  market.order(-10, { time: "cls" });
  market.walk(last - 1);
  market.quote(1, 99, 101);
  market.walk();
  assertEquals(market.fills().slice(1), ["#1 -10 @ 103"]);
});

Deno.test("BT-06 quote: latency counts, and an order that has expired does not trade", () => {
  const market = new QuotedMarket([[flat, flat, flat]], { matching: { latencyUs: 2 * SECOND } });
  market.walk();
  market.order(10);
  market.engine.term(2, OPEN + MINUTE + 3 * SECOND);
  market.order(7, { time: "gtd" });
  market.quote(1.9, 99, 101, 1000, 5);
  assertEquals(market.fills(), []);
  market.quote(2, 99, 101, 1000, 5);
  market.quote(3, 99, 102, 1000, 50);
  assertEquals(market.fills(), ["#0 5 @ 101", "#0 5 @ 102"]);
  assertEquals(endsOf(market.walk().engine), ["filled", "expired time_ended"]);
});

Deno.test("BT-06 quote: protective orders take part from the next quote on, and one cancels the other", () => {
  const market = new QuotedMarket([[flat, flat]]).walk();
  market.engine.term(3, 95e6);
  market.engine.term(4, 110e6);
  market.order(10);
  market.quote(1, 94, 96);
  assertEquals(market.fills(), ["#0 10 @ 96"]);
  market.quote(2, 94.5, 96);
  assertEquals(market.fills().slice(1), ["#1 -10 @ 94.5"]);
  assertEquals(endsOf(market.engine), ["filled", "filled", "cancelled sibling_filled"]);
});

Deno.test("GAT-01 quote: the gate reads the engine's quotes, and an account is judged at the middle", () => {
  const risk = { ...NO_LIMITS, maxSpreadBps: 12, quoteAgeMaxMs: 200, maxDailyLossPct: 2 };
  const market = new QuotedMarket([[flat, flat, flat]], { risk }).walk();
  const told = (): string => {
    const row = market.order(1), { refusals } = market.engine.risk;
    return refusals.total === 0 ? "passed" : `${row} ${market.engine.risk.gate.rule}`;
  };
  assertEquals(told(), `0 ${RISK_RULE.quote_missing}`);
  market.quote(1, 99.9, 100.1);
  assertEquals(told(), `1 ${RISK_RULE.max_spread_bps}`);
  market.quote(2, 99.95, 100.05);
  const row = market.order(500);
  market.quote(2.1, 99.95, 100.05);
  assertEquals(market.fills(), [`#${row} 500 @ 100.05`]);
  // 500 shares 4.10 lower are 2,050: more than two per cent between two bars.
  market.quote(3, 95.9, 96);
  assertEquals([market.engine.risk.kill.isKilled, market.engine.risk.killCount], [true, 1]);
});

Deno.test("BT-06 quote: an engine that fills at bars takes no quotes", () => {
  const market = new QuotedMarket([[flat]], { matching: { fillModel: "next_open" } }).walk();
  assertThrows(() => market.quote(1, 99, 101), RangeError, "next_open");
  assertThrows(() => market.engine.events.depthOf(0), RangeError, "next_open");
});
