/**
 * The gate beside its limits: symbols, shorts, twins, states, the order of the rules, and what always passes (RSK-07, RSK-09, RSK-18,
 * RSK-20, ENG-07).
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import {
  ENGINE_STATE,
  ENGINE_STATE_NAMES,
  LIVE_DEFAULTS,
  MAX_REFUSALS,
  ORDER_FLAG,
  ORDER_REASON,
  RefusalLog,
  RISK_RULE,
  RISK_RULE_NAMES,
  type RiskLimits,
  riskText,
} from "../../lib/trading/mod.ts";
import { Desk, limitOrder, target, weight } from "./risk_desk.ts";

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
