/**
 * G-09: bad quotes at the whole engine. Crossed, locked, zero, negative, NaN, endless, stale, out of order, of a halted symbol, with sides
 * swapped: none prices or sizes anything, each has a typed outcome and a count, and a correct quote afterwards trades.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { sha256Ledger } from "../../lib/run/mod.ts";
import { NO_LIMITS, RISK_RULE, type RiskRuleName } from "../../lib/trading/mod.ts";
import { runsOf } from "../property/runs.ts";
import { flat, MINUTE, OPEN, QuotedMarket, SECOND } from "../venue/quoted_market.ts";
import { endsOf } from "./support.ts";

type Bad = readonly [
  name: string,
  bid: number,
  ask: number,
  outcome: RiskRuleName,
  bidSize?: number,
  askSize?: number,
];

const BAD: readonly Bad[] = [
  ["crossed", 101, 100, "quote_crossed"],
  ["swapped sides", 100.02, 99.98, "quote_crossed"],
  ["locked", 100, 100, "quote_locked"],
  ["zero bid", 0, 100, "quote_broken"],
  ["zero ask", 100, 0, "quote_broken"],
  ["bid of less than a tick", 1e-9, 100, "quote_broken"],
  ["negative bid", -1, 100, "quote_broken"],
  ["negative ask", 99, -100, "quote_broken"],
  ["NaN bid", NaN, 100, "quote_broken"],
  ["NaN ask", 99, NaN, "quote_broken"],
  ["endless bid", Infinity, 100, "quote_broken"],
  ["endless ask", 99, Infinity, "quote_broken"],
  ["negative size", 99, 100, "quote_broken", -1],
  ["NaN size", 99, 100, "quote_broken", 1000, NaN],
];

/** A market in which orders of every kind wait, one of them a weight, which a quote would size. */
function waiting(): QuotedMarket {
  const market = new QuotedMarket([[flat, flat, flat, flat]]).walk();
  market.order(10);
  market.order(0.5, { verb: "weight" });
  market.order(10, { type: "limit", limit: 120 });
  market.order(-10, { type: "stop", stop: 99 });
  return market;
}

const TRADED = ["#0 10 @ 100.02", "#1 489 @ 100.02", "#2 10 @ 100.02"];

for (const [name, bid, ask, outcome, bidSize, askSize] of BAD) {
  Deno.test(`G-09 a quote that is bad (${name}) prices and sizes nothing, is counted, and a good one after it trades`, () => {
    const market = waiting(), { engine } = market, quotes = engine.quotes!;
    assertEquals(market.quote(1, bid, ask, bidSize, askSize), outcome);
    assertEquals([market.fills(), engine.equity(), quotes.midOf(0, engine.nowUs)], [
      [],
      100_000e6,
      0,
    ]);
    assertEquals([quotes.counts[RISK_RULE[outcome]], quotes.counts[RISK_RULE.none]], [1, 0]);
    // Not the bar either, whose market was there to be seen.
    market.walk();
    assertEquals(market.fills(), []);
    assertEquals(market.quote(1, 99.98, 100.02), "none");
    assertEquals(market.fills(), TRADED);
    assertEquals(quotes.counts[RISK_RULE.none], 1);
  });

  Deno.test(`G-09 a quote that is bad (${name}) ends what was known before it`, () => {
    const market = new QuotedMarket([[flat, flat, flat]]).walk(), { engine } = market;
    market.quote(59.9, 99.98, 100.02);
    assertEquals(engine.lastPrice(0), 100e6);
    market.quote(59.95, bid, ask, bidSize, askSize);
    market.walk().order(10);
    // The good one would be recent at this open.
    market.walk();
    assertEquals(market.fills(), ["#0 10 @ 100"]);
  });
}

Deno.test("G-09 a stale quote and one out of order price nothing, and the good one that stands goes on", () => {
  const market = waiting(), { engine } = market;
  engine.moveTo(OPEN + MINUTE + 2 * SECOND);
  assertEquals(market.quote(1.799, 99, 120), "quote_age_max_ms");
  assertEquals(market.fills(), []);
  // At the limit of 200 ms it is recent.
  assertEquals(market.quote(1.8, 99.98, 100.02), "none");
  assertEquals(market.fills(), TRADED);
  market.order(10);
  assertEquals(market.quote(1.7, 50, 60), "quote_out_of_order");
  assertEquals([market.fills().length, engine.lastPrice(0)], [3, 100e6]);
  assertEquals(market.engine.quote(0, 50, 60, 1, 1, NaN), RISK_RULE.quote_broken);
  assertEquals([market.fills().length, engine.lastPrice(0)], [3, 100e6]);
  assertEquals(market.quote(2.1, 99.9, 100.1), "none");
  assertEquals(market.fills().slice(3), ["#4 10 @ 100.1"]);
  const { counts } = engine.quotes!;
  assertEquals([
    counts[RISK_RULE.none],
    counts[RISK_RULE.quote_age_max_ms],
    counts[RISK_RULE.quote_out_of_order],
    counts[RISK_RULE.quote_broken],
  ], [2, 1, 1, 1]);
});

Deno.test("G-09 quotes of a halted symbol price nothing until it trades again", () => {
  const market = waiting(), { engine } = market;
  engine.events.halt(0, true, OPEN + MINUTE + SECOND);
  assertEquals(market.quote(1, 99.98, 100.02), "quote_halted");
  assertEquals([market.fills(), engine.lastPrice(0)], [[], 100e6]);
  market.walk(2);
  assertEquals(market.fills(), []);
  engine.events.halt(0, false, OPEN + 3 * MINUTE + SECOND);
  assertEquals(market.quote(0.5, 99.98, 100.02), "quote_halted");
  assertEquals(market.quote(1, 99.98, 100.02), "none");
  assertEquals(market.fills(), TRADED);
});

Deno.test("GAT-02 a message that proves the subscription alive keeps an unchanged quote recent", () => {
  for (const isConfirmed of [false, true]) {
    const market = new QuotedMarket([[flat, flat, flat]]).walk(), quotes = market.engine.quotes!;
    market.quote(10, 99.98, 100.02);
    if (isConfirmed) quotes.confirm(0, OPEN + 2 * MINUTE - SECOND / 10);
    market.walk().order(10);
    market.walk();
    assertEquals(market.fills(), [isConfirmed ? "#0 10 @ 100.02" : "#0 10 @ 100"]);
  }
});

Deno.test("G-09 the gate refuses orders by name while the last quote is bad, and passes them on a good one", () => {
  const market = new QuotedMarket([[flat, flat]], { risk: NO_LIMITS }).walk();
  const refused: string[] = [];
  for (const [, bid, ask, outcome, bidSize, askSize] of BAD) {
    market.quote(refused.length + 1, bid, ask, bidSize, askSize);
    market.order(1);
    assertEquals(market.engine.risk.gate.rule, RISK_RULE[outcome]);
    refused.push("rejected risk_refused");
  }
  market.quote(50, 99.98, 100.02);
  market.order(1);
  market.quote(51, 99.98, 100.02);
  assertEquals(endsOf(market.engine), [...refused, "filled"]);
});

/** Doings from one seed: quotes of every kind, orders, bars, halts. */
const doing = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("good" as const),
      tick: fc.integer({ min: 1, max: 99 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("bad" as const), which: fc.nat(BAD.length - 1) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("order" as const),
      shares: fc.integer({ min: -20, max: 20 }),
      kind: fc.nat(3),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("bar" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("halt" as const), isHalted: fc.boolean() }) },
);

Deno.test("G-09 property: every fill is at a good quote or a bar without quotes, and a cut anywhere changes nothing", () => {
  fc.assert(
    fc.property(fc.array(doing, { maxLength: 60 }), fc.nat(60), (doings, cut) => {
      const rows = Array.from({ length: 61 }, () => flat), market = new QuotedMarket([rows]).walk();
      let { engine } = market, seconds = 0;
      const prices = new Set<number>([100e6]);
      doings.forEach((each, k) => {
        if (k === cut) {
          const state = engine.snapshot();
          engine = market.open();
          engine.restore(state);
          assertEquals(engine.snapshot(), state);
          Object.assign(market, { engine });
        }
        seconds += 0.5;
        switch (each.do) {
          case "good":
            prices.add(100e6 - each.tick * 1e4).add(100e6 + each.tick * 1e4);
            market.quote(seconds, 100 - each.tick / 100, 100 + each.tick / 100, 30, 30);
            break;
          case "bad": {
            const [, bid, ask, outcome, bidSize, askSize] = BAD[each.which]!;
            const fills = engine.fills.length,
              told = market.quote(seconds, bid, ask, bidSize, askSize);
            const isHalted = engine.halts.isHalted(0, engine.nowUs);
            assertEquals(told, isHalted ? "quote_halted" : outcome);
            assertEquals(engine.fills.length, fills);
            break;
          }
          case "order":
            if (each.shares === 0) break;
            if (each.kind === 0) market.order(each.shares);
            else if (each.kind === 1) market.order(each.shares / 40, { verb: "weight" });
            else {market.order(
                each.shares,
                each.kind === 2 ? { type: "stop", stop: 100.3 } : { type: "stop", stop: 99.7 },
              );}
            break;
          case "bar":
            market.walk();
            seconds = 0;
            break;
          case "halt":
            engine.events.halt(0, each.isHalted, engine.nowUs + 1);
        }
      });
      for (let row = 0; row < engine.fills.length; row++) {
        assertEquals(prices.has(engine.fills.price[row]!), true);
        assertEquals(engine.halts.isHalted(0, engine.fills.timeUs[row]!), false);
      }
      engine.finish();
      assertEquals(sha256Ledger(engine).length, 64);
    }),
    runsOf(150, 0.2),
  );
});
