/**
 * Margin calls (RSK-24): what is closed, in which order, when, and how it is told.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { ledgerRecords } from "../../lib/backtest/ledger_records.ts";
import { orderRecords } from "../../lib/backtest/tables.ts";
import { stock } from "../../lib/market/mod.ts";
import {
  DEFAULT_ACCOUNT,
  isMarginCalled,
  Ledger,
  maintenanceMargin,
  planMarginCall,
} from "../../lib/trading/mod.ts";
import {
  dailyBars,
  endsOf,
  fillsOf,
  type PriceRow,
  runStrategy,
  script,
} from "../engine/support.ts";

const MARGIN = { ...DEFAULT_ACCOUNT, type: "margin" } as const;

/** A ledger with positions at their marks: its equity is its cash at the start. */
function ledgerOf(equity: number, positions: readonly (readonly [number, number])[]): Ledger {
  const ledger = new Ledger(equity * 1e6, positions.map((_, s) => stock(`S${s}`)), MARGIN);
  positions.forEach(([units, price], s) => ledger.fill(s, units, price * 1e6, 0, 0, 0));
  return ledger;
}

function planOf(ledger: Ledger, pending: readonly number[] = [], lot = 1): number[] | string {
  const count = ledger.seriesCount, plan = new Float64Array(count);
  const waiting = Float64Array.from({ length: count }, (_, s) => pending[s] ?? 0);
  const lots = new Float64Array(count).fill(lot);
  return planMarginCall(ledger, lots, waiting, plan) ? [...plan] : "nothing";
}

Deno.test("margin call: the largest requirement goes first, the last one only as far as needed", () => {
  // Required: 25 % of 5,000 and of 3,000, 30 % of 4,000: 1,250 + 1,200 + 750 = 3,200.
  const positions = [[50, 100], [-100, 40], [30, 100]] as const;
  const rows: readonly (readonly [equity: number, plan: number[] | string])[] = [
    [3200, "nothing"],
    // One dollar short: 1 / 0.25 = 4 dollars of the first, a share of 100.
    [3199, [-1, 0, 0]],
    // 1,250 short: all of the first.
    [1950, [-50, 0, 0]],
    // 450 more, at 30 %: 1,500 dollars of the second, 37.5 shares of 40.
    [1500, [-50, 38, 0]],
    // All of the second too, and 550 / 0.25 = 2,200 of the third.
    [200, [-50, 100, -22]],
    [-1, [-50, 100, -30]],
  ];
  for (const [equity, plan] of rows) {
    const ledger = ledgerOf(equity, positions);
    assertEquals(maintenanceMargin(ledger), 3200e6);
    assertEquals(isMarginCalled(ledger), equity < 3200);
    assertEquals(planOf(ledger), plan, `${equity}`);
  }
});

Deno.test("margin call: ties go to the first series, lots round up, what is under way counts as done", () => {
  assertEquals(planOf(ledgerOf(900, [[10, 200], [10, 200]])), [-2, 0]);
  assertEquals(planOf(ledgerOf(900, [[10, 200], [10, 200]]), [], 5), [-5, 0]);
  assertEquals(planOf(ledgerOf(900, [[10, 200], [10, 200]]), [-2]), "nothing");
  assertEquals(planOf(ledgerOf(900, [[10, 200], [10, 200]]), [-1]), [0, -1]);
  assertEquals(planOf(ledgerOf(0, [[10, 200], [10, 200]]), [-10, -10]), "nothing");
  const cash = new Ledger(1e6, [stock("A")]);
  cash.fill(0, -10, 100e6, 0, 0, 0);
  cash.setMark(0, 1000e6);
  assertEquals([isMarginCalled(cash), maintenanceMargin(cash)], [false, 0]);
});

Deno.test("margin call: any plan restores the maintenance margin with less than a lot to spare", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          units: fc.integer({ min: -500, max: 500 }).filter((units) => units !== 0),
          cents: fc.integer({ min: 100, max: 50_000 }),
        }),
        { minLength: 1, maxLength: 5 },
      ),
      fc.integer({ min: -1000, max: 60_000 }),
      (positions, equity) => {
        const ledger = ledgerOf(
          equity,
          positions.map(({ units, cents }) => [units, cents / 100] as const),
        );
        const plan = planOf(ledger), called = isMarginCalled(ledger);
        assertEquals(plan === "nothing", !called);
        if (plan === "nothing") return;
        const left = positions.map(({ units, cents }, s) =>
          [
            units + (plan[s] as number),
            cents / 100,
          ] as const
        );
        const after = ledgerOf(equity, left), closed = left.every(([units]) => units === 0);
        // Sums of parts that are rounded each: a micro-unit apart at most for each position.
        const short = maintenanceMargin(after) - equity * 1e6;
        assertEquals(closed || short <= positions.length, true, `${short}`);
        left.forEach(([units], s) => {
          const before = positions[s]!.units;
          assertEquals(
            units === 0 || (units > 0) === (before > 0),
            true,
            "no position changes side",
          );
          if (plan[s] === 0 || units === 0) return;
          // A share less of the position that was cut would not have been enough.
          const more = left.map((each, k) =>
            k === s ? [each[0] + (before > 0 ? 1 : -1), each[1]] as const : each
          );
          const slack = maintenanceMargin(ledgerOf(equity, more)) - equity * 1e6;
          assertEquals(slack > -positions.length, true, `${slack}`);
        });
      },
    ),
    { numRuns: 300 },
  );
});

function at(price: number, close = price): PriceRow {
  return [price, Math.max(price, close), Math.min(price, close), close];
}

Deno.test("margin call: a leveraged position falls, is cut at the next open, and called again by hand", () => {
  const tried: unknown[] = [];
  const { engine, equity } = runStrategy({
    bars: [dailyBars("A", [at(100), at(100), at(75, 70), at(65, 60), at(58), at(60), at(60)])],
    cash: 10_000,
    account: { type: "margin" },
    strategy: script({
      0: (t) => t.targetWeight("A", 2),
      // Rests all the time, and is taken away by the call.
      1: (t) =>
        t.order({
          symbol: "A",
          side: "sell",
          quantity: 5,
          type: "limit",
          limitPrice: 200,
          timeInForce: "gtc",
        }),
      3: (t) => {
        const forced = t.orders[0]!;
        tried.push(t.orders.length, forced.reason, forced.side, forced.quantity);
        tried.push(t.cancel(forced.id), t.cancelAll());
        // The account has no margin for more.
        t.buy("A", 1);
      },
    }),
  });
  // 200 for 20,000: cash -10,000. At 70: 4,000 of 3,500 needed. At 60: 2,000 of 3,000: 1,000 / 0.25 = 4,000 are 66.7 shares.
  // 67 go at 58: 133 are left, cash -6,114, equity 1,600 of 1,928.50: 1,314 are 22.7 shares, which go at 60.
  assertEquals(fillsOf(engine), ["1 200 @ 100", "4 -67 @ 58", "5 -23 @ 60"]);
  assertEquals([...equity].map((micros) => micros / 1e6), [
    10_000,
    10_000,
    4000,
    2000,
    1600,
    1866,
    1866,
  ]);
  assertEquals(tried, [1, "margin_call", "sell", 67, false, 0]);
  assertEquals(endsOf(engine), [
    "filled",
    "cancelled margin_call",
    "filled margin_call",
    "rejected insufficient_funds",
    "filled margin_call",
  ]);
  assertEquals(orderRecords(engine, [0]).map((order) => order.reason), [
    "",
    "margin_call",
    "margin_call",
    "insufficient_funds",
    "margin_call",
  ]);
  assertEquals(
    ledgerRecords(engine, [0]).map(({ kind, quantity, note }) => [kind, quantity, note]),
    [["fill", "200", ""], ["fill", "-67", "margin_call"], ["fill", "-23", "margin_call"]],
  );
});

Deno.test("margin call: a short position that rises is bought back, and a cash account is left alone", () => {
  const bars = [dailyBars("A", [at(100), at(100, 140), at(150), at(150)])];
  const strategy = script({ 0: (t) => t.sell("A", 100) });
  const called = runStrategy({ bars, cash: 10_000, account: { type: "margin" }, strategy });
  // At 140: 6,000 of 30 % of 14,000 = 4,200. At 150: 5,000 of 4,500. No call yet.
  assertEquals(fillsOf(called.engine), ["1 -100 @ 100"]);
  const higher = [dailyBars("A", [at(100), at(100, 160), at(170), at(170)])];
  const run = (type: "cash" | "margin"): string[] =>
    fillsOf(
      runStrategy({
        bars: higher,
        cash: 10_000,
        account: { type },
        strategy: script({ 0: (t) => t.sell("A", 100) }),
      }).engine,
    );
  // At 160: 4,000 of 4,800: 800 / 0.3 = 2,666.67 are 16.7 shares, 17 at 170. Then 3,000 of 4,233: 4,110 are 24.2 shares at 170.
  assertEquals(run("margin"), ["1 -100 @ 100", "2 17 @ 170", "3 25 @ 170"]);
  assertEquals(run("cash"), ["1 -100 @ 100"]);
});

Deno.test("margin call: another symbol's bar does not call twice while the closing waits for its own", () => {
  const a = dailyBars("A", [at(100), at(100, 60)]);
  // B trades on; A has no bar any more, so that its closing rests until the end.
  const b = dailyBars("B", [at(10), at(10), at(10), at(10)]);
  const { engine } = runStrategy({
    bars: [a, b],
    cash: 10_000,
    account: { type: "margin" },
    strategy: script({ 0: (t) => t.targetWeight("A", 2) }),
  });
  assertEquals(endsOf(engine), ["filled", "expired end_of_data"]);
});
