/**
 * Quotes at the gate (GAT-01, GAT-02; G-09 at the level of a rule): a broken quote never passes, a wide or old one not above its limit.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { stock } from "../../lib/market/mod.ts";
import {
  canEverOpen,
  DEFAULT_ACCOUNT,
  FillTable,
  KillSwitch,
  Ledger,
  LIVE_DEFAULTS,
  NO_LIMITS,
  OrderBook,
  quoteFault,
  type QuoteView,
  RISK_RULE_NAMES,
  RiskGate,
  riskText,
  VERDICT,
} from "../../lib/trading/mod.ts";

const NOW = 1_700_000_000_000_000;
const GOOD: QuoteView = {
  bid: 100e6,
  ask: 100_100_000,
  bidSize: 100,
  askSize: Infinity,
  confirmedUs: NOW,
  isHalted: false,
};

Deno.test("quote rules: a zero, crossed, locked, NaN or halted quote never passes, whatever the limits (GAT-02)", () => {
  const rows: readonly (readonly [name: string, quote: QuoteView | null, rule: string])[] = [
    ["good", GOOD, "none"],
    ["none yet", null, "quote_missing"],
    ["zero bid", { ...GOOD, bid: 0 }, "quote_broken"],
    ["zero ask", { ...GOOD, ask: 0 }, "quote_broken"],
    ["negative bid", { ...GOOD, bid: -1 }, "quote_broken"],
    ["NaN bid", { ...GOOD, bid: NaN }, "quote_broken"],
    ["NaN ask", { ...GOOD, ask: NaN }, "quote_broken"],
    ["endless ask", { ...GOOD, ask: Infinity }, "quote_broken"],
    ["negative size", { ...GOOD, bidSize: -1 }, "quote_broken"],
    ["NaN size", { ...GOOD, askSize: NaN }, "quote_broken"],
    ["no size", { ...GOOD, askSize: 0 }, "none"],
    ["locked", { ...GOOD, ask: GOOD.bid }, "quote_locked"],
    ["crossed", { ...GOOD, ask: GOOD.bid - 1 }, "quote_crossed"],
    ["halted", { ...GOOD, isHalted: true }, "quote_halted"],
  ];
  for (const [name, quote, rule] of rows) {
    assertEquals(RISK_RULE_NAMES[quoteFault(quote, null, null, NOW).rule], rule, name);
  }
});

Deno.test("quote rules: spread and age at their limits and a unit beyond (GAT-01)", () => {
  const say = (quote: Partial<QuoteView>): string => {
    const { rule, measured, limit } = quoteFault({ ...GOOD, ...quote }, 12, 200, NOW);
    return riskText(rule, measured, limit);
  };
  // 12 basis points of the middle: 99.94 and 100.06.
  const bid = 99_940_000, ask = 100_060_000;
  assertEquals([say({ bid, ask: ask - 1 }), say({ bid, ask })], ["none", "none"]);
  assertEquals(say({ bid, ask: ask + 1000 }), "max_spread_bps: 12.0999 bps (limit: 12 bps)");
  assertEquals(
    [199_999, 200_000, 201_000].map((age) => say({ bid, ask, confirmedUs: NOW - age })),
    ["none", "none", "quote_age_max_ms: 201 ms (limit: 200 ms)"],
  );
  assertEquals(say({ bid, ask, confirmedUs: NaN }), "quote_age_max_ms: NaN ms (limit: 200 ms)");
});

Deno.test("quote rules: a limit that no quote can meet is known before the start (GAT-01)", () => {
  assertEquals([0, 0.001, null].map(canEverOpen), [false, true, true]);
});

Deno.test("quote rules: they hold where there are quotes, and are off with bars alone (GAT-01)", () => {
  const instruments = [stock("A")], book = new OrderBook(1), fills = new FillTable();
  const ledger = new Ledger(100_000e6, instruments, DEFAULT_ACCOUNT);
  const books = {
    book,
    fills,
    ledger,
    equity: (): number => ledger.equity(),
    lastPrice: (): number => 100e6,
  };
  const limits = { ...NO_LIMITS, maxSpreadBps: LIVE_DEFAULTS.maxSpreadBps };
  const kill = new KillSwitch(limits, { length: 0, openUs: new Float64Array(0) }, 100_000e6);
  const order = {
    series: 0,
    sizing: 0,
    type: 0,
    flags: 0,
    quantity: 1,
    limit: 0,
    stop: 0,
    amends: -1,
    parent: -1,
    nowUs: NOW,
  };
  let quote: QuoteView | null = null;
  const gate = new RiskGate(limits, kill, books, instruments, { quoteOf: () => quote });
  assertEquals([gate.check(order), RISK_RULE_NAMES[gate.rule]], [VERDICT.refused, "quote_missing"]);
  quote = { ...GOOD, ask: 101e6 };
  assertEquals([gate.check(order), RISK_RULE_NAMES[gate.rule]], [
    VERDICT.refused,
    "max_spread_bps",
  ]);
  quote = GOOD;
  assertEquals(gate.check(order), VERDICT.passed);
  assertEquals(new RiskGate(limits, kill, books, instruments, null).check(order), VERDICT.passed);
});
