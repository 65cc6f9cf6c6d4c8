/**
 * The limits of the gate one by one, each a unit below it, at it and a unit above (RSK-07, RSK-16, RSK-18, RSK-20).
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { ORDER_TYPE, type RiskLimits } from "../../lib/trading/mod.ts";
import { type Asked, Desk, DOLLAR, limitOrder, target, weight } from "./risk_desk.ts";

const SECOND = 1e6, MINUTE = 60 * SECOND;

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
