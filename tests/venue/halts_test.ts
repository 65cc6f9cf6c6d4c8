/**
 * Trading halts (BT-17): nothing of a halted symbol trades, orders wait, day orders end, the gate refuses what adds, the ledger says so.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { ledgerRecords } from "../../lib/backtest/ledger_records.ts";
import { prepareMarket } from "../../lib/run/mod.ts";
import { US_PER_DAY } from "../../lib/core/mod.ts";
import type { LoadedSeries } from "../../lib/data/mod.ts";
import { Halts, type ScheduledAction } from "../../lib/engine/mod.ts";
import type { Bars, Halt } from "../../lib/market/mod.ts";
import { NO_LIMITS } from "../../lib/trading/mod.ts";
import {
  barsAt,
  dailyBars,
  endsOf,
  fillsOf,
  type PriceRow,
  type RunInput,
  runStrategy,
  script,
} from "../engine/support.ts";

const flat: PriceRow = [100, 101, 99, 100], wild: PriceRow = [100, 150, 50, 100];
const MINUTE = 60e6, OPEN = Date.UTC(2024, 0, 2, 14, 30) * 1000;

/** A halt of series `s` from one instant up to another. */
function halted(fromUs: number, toUs: number, s = 0): ScheduledAction[] {
  return [
    { kind: "halt", series: s, row: 0, timeUs: fromUs },
    { kind: "resume", series: s, row: 0, timeUs: toUs },
  ];
}

/** One-minute bars from the open of a session on. */
function minutes(symbol: string, rows: readonly PriceRow[]): Bars {
  const times = rows.map((_, i) => [OPEN + i * MINUTE, OPEN + (i + 1) * MINUTE] as const);
  return barsAt(symbol, times, rows);
}

for (const sequence of ["path", "queue"] as const) {
  Deno.test(`BT-17 halt: bars that open in it fill nothing, and orders wait for the resume (${sequence})`, () => {
    const { engine } = runStrategy({
      bars: [minutes("A", [flat, flat, wild, wild, flat, flat])],
      matching: { sequence },
      actions: halted(OPEN + 1.5 * MINUTE, OPEN + 4 * MINUTE),
      strategy: script({
        // Rests before the halt; the range of the halted bars would reach it.
        0: (t) => {
          t.buy("A", 5);
          t.order({ symbol: "A", side: "buy", quantity: 1, type: "limit", limitPrice: 60 });
        },
        1: (t) => t.buy("A", 2),
      }),
      period: "1m",
    });
    assertEquals(fillsOf(engine), ["1 5 @ 100", "4 2 @ 100"]);
    assertEquals(engine.fills.timeUs[1], OPEN + 4 * MINUTE);
    assertEquals(endsOf(engine), ["filled", "expired end_of_data", "filled"]);
  });

  Deno.test(`BT-17 halt: day orders expire in it, and what lives only at once ends (${sequence})`, () => {
    const bars = dailyBars("A", [flat, flat, wild, flat]);
    const { engine } = runStrategy({
      bars: [bars],
      matching: { sequence },
      actions: halted(bars.time[2]!, bars.time[3]!),
      strategy: script({
        1: (t) => {
          const base = { symbol: "A", side: "buy", quantity: 1 } as const;
          t.order({ ...base, type: "limit", limitPrice: 60, timeInForce: "day" });
          t.order({ ...base, type: "market", timeInForce: "day" });
          t.order({ ...base, type: "market", timeInForce: "gtc" });
          t.order({ ...base, type: "limit", limitPrice: 200, timeInForce: "ioc" });
          t.order({ ...base, type: "limit", limitPrice: 200, timeInForce: "fok" });
        },
      }),
    });
    assertEquals(fillsOf(engine), ["3 1 @ 100"]);
    assertEquals(endsOf(engine), [
      "expired session_ended",
      "expired session_ended",
      "filled",
      "cancelled halted",
      "cancelled halted",
    ]);
  });
}

Deno.test("BT-17 halt: the other symbols of the instant trade, and protective orders of the halted one wait", () => {
  const a = dailyBars("A", [flat, flat, wild, [90, 90, 90, 90]]);
  const b = dailyBars("B", [flat, flat, wild, flat]);
  const input: RunInput = {
    bars: [a, b],
    actions: halted(a.time[2]!, a.time[2]! + 1),
    strategy: script({
      0: (t) => {
        t.order({ symbol: "A", side: "buy", quantity: 1, stopLoss: 95 });
        t.order({ symbol: "B", side: "buy", quantity: 1, stopLoss: 95 });
      },
    }),
  };
  assertEquals(fillsOf(runStrategy(input).engine), [
    "1 A 1 @ 100",
    "1 B 1 @ 100",
    "2 B -1 @ 95",
    // The stop of A would have traded at 95; the first price after the halt is worse.
    "3 A -1 @ 90",
  ]);
});

Deno.test("BT-17 halt: the gate refuses what adds to a halted symbol from the halt on, and lets reductions wait", () => {
  const bars = dailyBars("A", [flat, flat, flat, flat]);
  const { engine } = runStrategy({
    bars: [bars],
    risk: NO_LIMITS,
    actions: halted(bars.closeTime[1]!, bars.time[3]!),
    strategy: script({
      0: (t) => t.buy("A", 3),
      1: (t) => {
        t.buy("A", 1);
        t.order({ symbol: "A", side: "sell", quantity: 2, timeInForce: "gtc" });
      },
      3: (t) => t.buy("A", 1),
    }),
  });
  assertEquals(fillsOf(engine), ["1 3 @ 100", "3 -2 @ 100"]);
  assertEquals(endsOf(engine), [
    "filled",
    "rejected risk_refused",
    "filled",
    "expired end_of_data",
  ]);
});

Deno.test("BT-17 halt: a timer between two bars meets the gate as it is at that moment", () => {
  const { engine } = runStrategy({
    bars: [minutes("A", [flat, flat, flat, flat])],
    period: "1m",
    risk: NO_LIMITS,
    actions: halted(OPEN + 1.25 * MINUTE, OPEN + 1.75 * MINUTE),
    strategy: ({ data }) => ({
      onStart: () => {
        for (const at of [1.2, 1.25, 1.5, 1.75]) {
          data.timer(String(at), { at: OPEN + at * MINUTE });
        }
      },
      onTimer: (_timer, trade) => trade.buy("A", 1),
    }),
  });
  assertEquals(endsOf(engine), [
    "filled",
    "rejected risk_refused",
    "rejected risk_refused",
    "filled",
  ]);
});

Deno.test("BT-17 halt: the ledger tells halts and resumes, placed from the data", () => {
  const bars = dailyBars("A", [flat, flat, flat]), timeUs = bars.time[1]!;
  const exDay = Math.floor(timeUs / US_PER_DAY);
  const actions: Halt[] = [
    { kind: "halt", symbol: "A", exDay, timeUs },
    { kind: "resume", symbol: "A", exDay, timeUs: timeUs + 5 * MINUTE },
    { kind: "halt", symbol: "A", exDay: exDay + 9, timeUs: timeUs + 9 * US_PER_DAY },
  ];
  const loaded = {
    symbol: "A",
    calendar: "XNYS",
    columns: bars,
    length: bars.length,
    tickScale: bars.tickScale,
    actions,
  } as unknown as LoadedSeries;
  const scheduled = prepareMarket([loaded], "1d").actions;
  assertEquals(scheduled, [
    { kind: "halt", series: 0, row: 1, timeUs },
    { kind: "resume", series: 0, row: 2, timeUs: timeUs + 5 * MINUTE },
  ]);
  const { engine } = runStrategy({ bars: [bars], actions: scheduled, strategy: script({}) });
  const told = ledgerRecords(engine, [0]).map(({ kind, symbol, timeUs }) => [kind, symbol, timeUs]);
  assertEquals(told, [["halt", "A", timeUs], ["resume", "A", timeUs + 5 * MINUTE]]);
});

Deno.test("BT-17 halts: what changes nothing, comes too late or lasts no time is left out", () => {
  const halts = new Halts([], 2);
  const at = (timeUs: number): boolean[] => [halts.isHalted(0, timeUs), halts.isHalted(1, timeUs)];
  assertEquals([halts.isUsed, halts.add(0, false, 5)], [false, false]);
  assertEquals([halts.add(0, true, 10), halts.add(0, true, 12), halts.add(0, false, 9)], [
    true,
    false,
    false,
  ]);
  assertEquals(halts.add(0, false, 20), true);
  assertEquals([9, 10, 19, 20].map(at), [[false, false], [true, false], [true, false], [
    false,
    false,
  ]]);
  assertEquals([halts.add(0, true, 20), at(20)[0], at(15)[0]], [true, true, true]);
  for (let k = 0; k < 100; k++) halts.add(1, k % 2 === 0, 100 + k);
  assertEquals([100, 101, 198, 199, 500].map((timeUs) => at(timeUs)[1]), [
    true,
    false,
    true,
    false,
    false,
  ]);
});
