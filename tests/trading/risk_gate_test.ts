/**
 * The rules of the gate one by one, each just below its limit, at it and just above (RSK-07, RSK-09, RSK-16, RSK-18, RSK-20, ENG-07).
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { stock } from "../../lib/market/mod.ts";
import {
  DEFAULT_ACCOUNT,
  ENGINE_STATE,
  ENGINE_STATE_NAMES,
  FillTable,
  Ledger,
  LinkedOrders,
  LIVE_DEFAULTS,
  MAX_REFUSALS,
  NO_LIMITS,
  ORDER_FLAG,
  ORDER_REASON,
  ORDER_TYPE,
  OrderBook,
  RefusalLog,
  RISK_RULE,
  RISK_RULE_NAMES,
  RiskControl,
  type RiskLimits,
  riskText,
  SIZING,
  TIME_IN_FORCE,
  VERDICT,
} from "../../lib/trading/mod.ts";

const PRICE = 100e6, DOLLAR = 1e6, SECOND = 1e6, MINUTE = 60 * SECOND;
const SYMBOLS = ["A", "B", "C", "D", "E", "F"];
const VERDICTS = ["passed", "reduce only", "refused"];

/** An order: shares (or a target, a weight), with what is not the default. */
interface Asked {
  readonly series?: number;
  readonly sizing?: number;
  readonly type?: number;
  readonly flags?: number;
  readonly limit?: number;
  readonly stop?: number;
  readonly parent?: number;
  readonly nowUs?: number;
}

/** A book of 100,000 dollars with symbols that stand at 100. */
class Desk {
  readonly book = new OrderBook(SYMBOLS.length);
  readonly fills = new FillTable();
  readonly ledger = new Ledger(
    100_000 * DOLLAR,
    SYMBOLS.map((each) => stock(each)),
    DEFAULT_ACCOUNT,
  );
  readonly linked = new LinkedOrders(this.book);
  readonly control: RiskControl;
  readonly prices = SYMBOLS.map(() => PRICE);

  constructor(limits: Partial<RiskLimits>) {
    const sessions = { length: 0, openUs: new Float64Array(0) };
    const instruments = SYMBOLS.map((each) => stock(each));
    this.control = new RiskControl({ ...NO_LIMITS, ...limits }, this, instruments, sessions);
  }

  equity(): number {
    return this.ledger.equity();
  }

  lastPrice(s: number): number {
    return this.prices[s]!;
  }

  /** Holds shares of a symbol, bought at 100 without costs. */
  hold(shares: number, s = 0, timeUs = -1e15): this {
    const row = this.#add(shares, s, {});
    this.ledger.fill(s, shares, PRICE, 0, 0, 0);
    this.book.command(row, 0, 0, timeUs);
    this.book.fill(
      row,
      shares,
      true,
      this.fills.add(row, 0, timeUs, shares, PRICE, 0, 0, 0),
      timeUs,
    );
    return this;
  }

  /** Asks, and lets out what passes: `passed`, `reduce only`, or the refusal. */
  ask(quantity: number, asked: Asked = {}): string {
    const { series = 0, sizing = 0, type = 0, flags = 0, limit = 0, stop = 0 } = asked;
    const { parent = -1, nowUs = 0 } = asked;
    const verdict = this.control
      .check(series, sizing, type, flags, quantity, limit, stop, -1, parent, nowUs);
    if (verdict === VERDICT.refused) {
      this.control.noteRefusal(0);
      const { rule, measured, limit } = this.control.gate;
      return riskText(rule, measured, limit);
    }
    const added = verdict === VERDICT.reduceOnly ? ORDER_FLAG.reduce_only : 0;
    const row = this.#add(quantity, series, { ...asked, flags: flags | added });
    this.control.gate.take(row, nowUs);
    return VERDICTS[verdict]!;
  }

  #add(quantity: number, s: number, asked: Asked): number {
    const { sizing = 0, type = 0, flags = 0, limit = 0, stop = 0, nowUs = 0 } = asked;
    const day = TIME_IN_FORCE.day;
    return this.book.add(s, sizing, type, day, flags, quantity, limit, stop, 0, nowUs, Infinity);
  }
}

const limitOrder = (dollars: number): Asked => ({
  type: ORDER_TYPE.limit,
  limit: Math.round(dollars * DOLLAR),
});
const target = { sizing: SIZING.targetQuantity }, weight = { sizing: SIZING.targetWeight };

/** What is asked at the limit less a unit and at the limit passes; a unit more is refused with these words. */
const TABLE: readonly {
  readonly name: string;
  readonly limits: Partial<RiskLimits>;
  readonly held?: number;
  readonly before?: readonly [quantity: number, asked?: Asked][];
  readonly ask: (unit: number) => readonly [quantity: number, asked?: Asked];
  readonly says: string;
}[] = [
  {
    name: "shares of an order",
    limits: { maxOrderQty: 50 },
    ask: (unit) => [50 + unit],
    says: "max_order_qty: 51 shares (limit: 50 shares)",
  },
  {
    name: "shares of a short order",
    limits: { maxOrderQty: 50 },
    ask: (unit) => [-50 - unit],
    says: "max_order_qty: 51 shares (limit: 50 shares)",
  },
  {
    name: "shares that a target still has to trade",
    limits: { maxOrderQty: 50 },
    held: 10,
    ask: (unit) => [60 + unit, target],
    says: "max_order_qty: 51 shares (limit: 50 shares)",
  },
  {
    name: "value of an order",
    limits: { maxOrderValue: 5000 },
    ask: (unit) => [50 + unit],
    says: "max_order_value: 5100 USD (limit: 5000 USD)",
  },
  {
    name: "value of an order at its limit price, which is above the last",
    limits: { maxOrderValue: 5000 },
    ask: (unit) => [40, limitOrder(125 + unit / 1e6)],
    says: "max_order_value: 5000.00004 USD (limit: 5000 USD)",
  },
  {
    name: "a buy limit above the last price",
    limits: { priceCollarPct: 5 },
    ask: (unit) => [1, limitOrder(105 + unit / 1e6)],
    says: "price_collar_pct: 5.000001% (limit: 5%)",
  },
  {
    name: "a sell limit below the last price",
    limits: { priceCollarPct: 5 },
    ask: (unit) => [-1, limitOrder(95 - unit / 1e6)],
    says: "price_collar_pct: 5.000001% (limit: 5%)",
  },
  {
    name: "the limit of a stop-limit order, away from its stop",
    limits: { priceCollarPct: 5 },
    ask: (
      unit,
    ) => [1, { type: ORDER_TYPE.stop_limit, stop: 200 * DOLLAR, limit: 210 * DOLLAR + unit }],
    says: "price_collar_pct: 5.0000005% (limit: 5%)",
  },
  {
    name: "one position",
    limits: { maxPositionPct: 20 },
    ask: (unit) => [200 + unit],
    says: "max_position_pct: 20.1% (limit: 20%)",
  },
  {
    name: "one position with what is held",
    limits: { maxPositionPct: 20 },
    held: 150,
    ask: (unit) => [50 + unit],
    says: "max_position_pct: 20.1% (limit: 20%)",
  },
  {
    name: "one position with what is open, counted at its worst price",
    limits: { maxPositionPct: 20 },
    held: 50,
    before: [[100, limitOrder(110)]],
    ask: (unit) => [40 + unit],
    says: "max_position_pct: 20.1% (limit: 20%)",
  },
  {
    name: "a short position",
    limits: { maxPositionPct: 20 },
    ask: (unit) => [-200 - unit],
    says: "max_position_pct: 20.1% (limit: 20%)",
  },
  {
    name: "a sale that could go short, counted whole",
    limits: { maxPositionPct: 20 },
    held: 100,
    ask: (unit) => [-200 - unit],
    says: "max_position_pct: 20.1% (limit: 20%)",
  },
  {
    name: "a sale beside a target, counted whole",
    limits: { maxPositionPct: 20 },
    held: 100,
    before: [[150, target]],
    ask: (unit) => [-200 - unit],
    says: "max_position_pct: 20.1% (limit: 20%)",
  },
  {
    name: "a target",
    limits: { maxPositionPct: 20 },
    ask: (unit) => [-200 - unit, target],
    says: "max_position_pct: 20.1% (limit: 20%)",
  },
  {
    name: "a weight",
    limits: { maxPositionPct: 20 },
    ask: (unit) => [0.2 + unit / 1000, weight],
    says: "max_position_pct: 20.1% (limit: 20%)",
  },
  {
    name: "a target beside an open order",
    limits: { maxPositionPct: 20 },
    before: [[50]],
    ask: (unit) => [150 + unit, target],
    says: "max_position_pct: 20.1% (limit: 20%)",
  },
  {
    name: "a target in the place of another",
    limits: { maxPositionPct: 20 },
    before: [[150, target]],
    ask: (unit) => [200 + unit, target],
    says: "max_position_pct: 20.1% (limit: 20%)",
  },
  {
    name: "gross exposure over symbols, longs and shorts",
    limits: { maxGrossExposure: 0.5 },
    held: 200,
    before: [[-200, { series: 1 }]],
    ask: (unit) => [100 + unit, { series: 2 }],
    says: "max_gross_exposure: 0.501 (limit: 0.5)",
  },
  {
    name: "gross exposure over weights",
    limits: { maxGrossExposure: 0.5 },
    before: [[0.25, weight]],
    ask: (unit) => [-0.25 - unit / 1000, { ...weight, series: 1 }],
    says: "max_gross_exposure: 0.501 (limit: 0.5)",
  },
  {
    name: "net exposure, to which a short position gives room",
    limits: { maxNetExposure: 0.5 },
    held: -200,
    ask: (unit) => [700 + unit, { series: 1 }],
    says: "max_net_exposure: 0.501 (limit: 0.5)",
  },
  {
    name: "net exposure below zero",
    limits: { maxNetExposure: 0.5 },
    held: 200,
    ask: (unit) => [-700 - unit, { series: 1 }],
    says: "max_net_exposure: 0.501 (limit: 0.5)",
  },
  {
    name: "the five largest of six",
    limits: { maxTop5Exposure: 0.5 },
    before: [
      [100, { series: 1 }],
      [100, { series: 2 }],
      [100, { series: 3 }],
      [100, { series: 4 }],
      [50, { series: 5 }],
    ],
    ask: (unit) => [100 + unit],
    says: "max_top5_exposure: 0.501 (limit: 0.5)",
  },
  {
    name: "orders a minute",
    limits: { maxOrdersPerMinute: 2 },
    before: [[1, { nowUs: 0 }], [1, { nowUs: 5 * SECOND }]],
    ask: (unit) => [1, { nowUs: MINUTE - unit }],
    says: "max_orders_per_minute: 3 (limit: 2)",
  },
  {
    name: "seconds after a fill",
    limits: { tradeCooldownSeconds: 5 },
    held: 1,
    ask: (unit) => [1, { nowUs: -1e15 + 5 * SECOND - unit }],
    says: "trade_cooldown_seconds: 4.999999 s (limit: 5 s)",
  },
];

Deno.test("risk gate: each rule at a unit below its limit, at it and a unit above (RSK-07, RSK-18, RSK-20)", async (t) => {
  for (const { name, limits, held, before = [], ask, says } of TABLE) {
    await t.step(name, () => {
      for (const unit of [-1, 0, 1]) {
        const desk = new Desk(limits);
        if (held !== undefined) desk.hold(held);
        for (const [quantity, asked] of before) assertEquals(desk.ask(quantity, asked), "passed");
        assertEquals(desk.ask(...ask(unit)), unit === 1 ? says : "passed", `unit ${unit}`);
      }
    });
  }
});

Deno.test("risk gate: open orders are counted, the limit itself is allowed (RSK-18)", () => {
  const desk = new Desk({ maxOpenOrders: 2 });
  assertEquals(
    [desk.ask(1), desk.ask(1, target), desk.ask(1), desk.ask(2, target)],
    ["passed", "passed", "max_open_orders: 3 (limit: 2)", "passed"],
  );
});

Deno.test("risk gate: symbols that are restricted, halted or without a price are never opened (RSK-18)", () => {
  const desk = new Desk({ restricted: ["B"] });
  desk.control.gate.setHalted(2, true);
  desk.prices[3] = 0;
  desk.hold(10, 1).hold(10, 2);
  assertEquals([0, 1, 2, 3].map((series) => desk.ask(1, { series })), [
    "passed",
    "restricted",
    "halted",
    "no_price",
  ]);
  assertEquals([1, 2].map((series) => desk.ask(-10, { series })), ["reduce only", "reduce only"]);
});

Deno.test("risk gate: without shorts a sale closes what is held and no more (RSK-18)", () => {
  const desk = new Desk({ allowShort: false }).hold(100);
  assertEquals(
    [
      desk.ask(-100),
      desk.ask(-100, limitOrder(120)),
      desk.ask(-101),
      desk.ask(-1, { series: 1 }),
      desk.ask(-1, target),
      desk.ask(-0.1, weight),
      desk.ask(0, target),
    ],
    [
      "reduce only",
      "reduce only",
      "allow_short: 1 shares (limit: 0 shares)",
      "allow_short: 1 shares (limit: 0 shares)",
      "allow_short: 1 shares (limit: 0 shares)",
      "allow_short: 0 shares (limit: 0 shares)",
      "passed",
    ],
  );
});

Deno.test("risk gate: what waits for a fill may close what that opens (RSK-20)", () => {
  const desk = new Desk({ allowShort: false });
  assertEquals(desk.ask(100), "passed");
  assertEquals(
    [desk.ask(-100, { parent: 0 }), desk.ask(-101, { parent: 0 })],
    ["reduce only", "allow_short: 101 shares (limit: 0 shares)"],
  );
});

Deno.test("risk gate: a twin of the same instant is refused, a later one is not (RSK-18)", () => {
  const desk = new Desk({ refuseDuplicates: true });
  const asked = { ...limitOrder(99), nowUs: 5 };
  assertEquals(
    [
      desk.ask(10, asked),
      desk.ask(10, asked),
      desk.ask(11, asked),
      desk.ask(10, { ...asked, series: 1 }),
      desk.ask(10, { ...asked, nowUs: 6 }),
    ],
    ["passed", "duplicate", "passed", "passed", "passed"],
  );
});

Deno.test("risk gate: an oversized holding never blocks a reduction (RSK-07)", () => {
  const all: RiskLimits = {
    ...LIVE_DEFAULTS,
    maxPositionPct: 1,
    maxGrossExposure: 0.01,
    maxNetExposure: 0.01,
    maxTop5Exposure: 0.01,
    maxOrderQty: 1,
    maxOrderValue: 1,
    maxOpenOrders: 1,
    maxOrdersPerMinute: 1,
    restricted: ["A"],
  };
  for (const sign of [1, -1]) {
    const desk = new Desk(all).hold(500 * sign);
    assertEquals(
      [
        desk.ask(-500 * sign),
        desk.ask(-300 * sign, limitOrder(sign > 0 ? 50 : 200)),
        desk.ask(0, target),
        desk.ask(400 * sign, target),
        desk.ask(0.1 * sign, weight),
        desk.ask(-9999 * sign, { flags: ORDER_FLAG.reduce_only }),
      ],
      ["reduce only", "reduce only", "reduce only", "reduce only", "reduce only", "passed"],
    );
    assert(desk.ask(sign).startsWith("restricted"));
    assert(desk.ask(-501 * sign).startsWith("restricted"));
  }
});

Deno.test("risk gate: rules are checked in their order (RSK-09)", () => {
  const desk = new Desk({
    restricted: ["A"],
    maxOrderQty: 1,
    maxOrderValue: 1,
    maxPositionPct: 1,
    maxGrossExposure: 0.01,
    maxNetExposure: 0.01,
  });
  const first = (series: number): string => desk.ask(100, { series }).split(":")[0]!;
  assertEquals([first(0), first(1)], ["restricted", "max_order_qty"]);
  desk.control.gate.engineState = ENGINE_STATE.paused;
  assertEquals(first(0), "engine_state");
  desk.control.killByHand("test", 0);
  assertEquals(first(0), "manual");
  const order = (...names: readonly (keyof typeof RISK_RULE)[]): number[] =>
    names.map((name) => RISK_RULE[name]);
  const checked = order(
    "manual",
    "engine_state",
    "restricted",
    "max_order_qty",
    "quote_missing",
    "max_position_pct",
    "max_gross_exposure",
    "max_net_exposure",
    "max_orders_per_minute",
  );
  assertEquals(checked, [...checked].sort((a, b) => a - b));
});

Deno.test("risk gate: which orders leave in which state of the engine (ENG-07)", () => {
  const rows = ENGINE_STATE_NAMES.map((name) => {
    const desk = new Desk({}).hold(100);
    desk.control.gate.engineState = ENGINE_STATE[name];
    const words = [desk.ask(1), desk.ask(-100), desk.ask(-1, { flags: ORDER_FLAG.reduce_only })];
    return `${name}: ${words.join(", ")}`;
  });
  assertEquals(rows, [
    "starting: engine_state, engine_state, engine_state",
    "recovering: engine_state, engine_state, engine_state",
    "reconciling: engine_state, engine_state, engine_state",
    "ready: passed, passed, passed",
    "paused: engine_state, reduce only, passed",
    "degraded: engine_state, reduce only, passed",
    "halted: engine_state, reduce only, passed",
    "stopping: engine_state, engine_state, engine_state",
  ]);
});

Deno.test("risk gate: a refusal has its reason, and the log of refusals is bounded", () => {
  const desk = new Desk({ maxOrderQty: 1 });
  desk.ask(2);
  assertEquals(desk.control.noteRefusal(0), ORDER_REASON.risk_refused);
  desk.control.killByHand("enough", 0);
  desk.ask(2);
  assertEquals(desk.control.noteRefusal(0), ORDER_REASON.kill_switch);
  const log = new RefusalLog();
  for (let row = 0; row < MAX_REFUSALS + 5; row++) log.add(row, RISK_RULE.restricted, 0, 0);
  assertEquals([log.length, log.total, log.counts[RISK_RULE.restricted]], [
    MAX_REFUSALS,
    MAX_REFUSALS + 5,
    MAX_REFUSALS + 5,
  ]);
  assertEquals(log.order[MAX_REFUSALS - 1], MAX_REFUSALS - 1);
});

Deno.test("risk gate: every rule has a text of its own", () => {
  const texts = RISK_RULE_NAMES.map((_, rule) => riskText(rule, 2, 1, rule === 3 ? "why" : ""));
  assertEquals(new Set(texts).size, RISK_RULE_NAMES.length);
  assertEquals(texts.slice(1, 4), [
    "daily_loss: 2% (limit: 1%)",
    "drawdown: 2% (limit: 1%)",
    "manual: why",
  ]);
});
