/**
 * A cash account whose sales settle: by date, by session, and what may be bought meanwhile (issue item 4).
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Settlement } from "../../lib/trading/mod.ts";
import {
  dailyBars,
  endsOf,
  fillsOf,
  type PriceRow,
  runStrategy,
  script,
} from "../engine/support.ts";

const flat: PriceRow = [100, 100, 100, 100];

/** Buys 10 with all cash, sells them, and asks for one share on each day after. */
function sellAndBuy(from: string, days: number, settlement: "instant" | "standard"): string[] {
  const { engine } = runStrategy({
    bars: [dailyBars("A", Array.from({ length: days }, () => flat), from)],
    cash: 1000,
    account: { settlement },
    strategy: script({
      0: (t) => t.buy("A", 10),
      1: (t) => t.sell("A", 10),
      2: (t) => t.buy("A", 1),
      3: (t) => t.buy("A", 1),
      4: (t) => t.buy("A", 1),
    }),
  });
  return endsOf(engine).slice(2);
}

Deno.test("settlement: proceeds buy from the open of the session on which they settle, by the rule of the day", () => {
  const no = "rejected insufficient_funds", yes = "filled";
  const rows: readonly (readonly [from: string, ...ends: readonly string[]])[] = [
    // Sold on Thursday 2016-01-07, T+3: Tuesday the 12th, a day past this run's last purchase on Monday.
    ["2016-01-05", no, no, yes],
    // Sold on Thursday 2024-01-04, T+2: Monday the 8th.
    ["2024-01-02", no, yes, yes],
    // Sold on Friday 2024-05-24, still T+2: Tuesday the 28th (after Memorial Day) is one session, Wednesday the 29th two.
    ["2024-05-22", no, yes, yes],
    // Sold on Tuesday 2024-05-28, the first day of T+1: the same Wednesday.
    ["2024-05-23", yes, yes, yes],
  ];
  for (const [from, ...ends] of rows) {
    assertEquals(sellAndBuy(from, 6, "standard"), ends, from);
    assertEquals(sellAndBuy(from, 6, "instant"), [yes, yes, yes], from);
  }
});

Deno.test("settlement: nothing rotates at one open, a weight takes what has settled, and equity is untouched", () => {
  const bars = [
    dailyBars("A", Array(5).fill(flat), "2024-06-03"),
    dailyBars("B", Array(5).fill(flat), "2024-06-03"),
  ];
  const { engine, equity } = runStrategy({
    bars,
    cash: 1500,
    account: { settlement: "standard" },
    strategy: script({
      0: (t) => t.buy("A", 10),
      1: (t) => {
        t.sell("A", 10);
        t.targetWeight("B", 1); // 500 have never been spent
      },
      2: (t) => t.targetWeight("B", 1),
    }),
  });
  assertEquals(fillsOf(engine), ["1 A 10 @ 100", "2 A -10 @ 100", "2 B 5 @ 100", "3 B 10 @ 100"]);
  assertEquals([...equity], Array(5).fill(1500e6));
  assertEquals(engine.ledger.unsettled, 0);
});

Deno.test("settlement: costs are paid at the trade, the rest waits; the part through zero is locked as ever", () => {
  const seen: unknown[] = [];
  const { engine } = runStrategy({
    bars: [dailyBars("A", [flat, flat, flat, flat], "2024-06-03")],
    cash: 2000,
    venue: { slippageBps: 0, commission: { kind: "per_order", amount: 1 } },
    account: { settlement: "standard" },
    strategy: ({ data: _data }) => ({
      onBar: (_bar, trade): void => {
        const step = seen.length;
        seen.push(trade.cash);
        if (step === 0) trade.buy("A", 10);
        if (step === 1) trade.sell("A", 15);
      },
    }),
  });
  // 2,000 - 1,001, then + 1,500 - 1. Of those 1,000 - 1 wait for a session, and 500 are locked.
  assertEquals(seen, [2000, 999, 2498, 2498]);
  const { ledger } = engine;
  assertEquals([ledger.unsettled, ledger.shortProceeds, ledger.available()], [0, 500e6, 1998e6]);
});

Deno.test("settlement: every micro-unit that was held is let go once, at its time", () => {
  const entry = fc.record({
    s: fc.integer({ min: 0, max: 2 }),
    amount: fc.integer({ min: 1, max: 1e9 }),
    lag: fc.integer({ min: 1, max: 5 }),
  });
  fc.assert(
    fc.property(fc.array(fc.array(entry, { maxLength: 30 }), { maxLength: 12 }), (days) => {
      const settlement = new Settlement(3), waiting: [due: number, amount: number][] = [];
      days.forEach((entries, day) => {
        let sum = 0;
        for (let k = waiting.length - 1; k >= 0; k--) {
          if (waiting[k]![0] <= day) sum += waiting.splice(k, 1)[0]![1];
        }
        assertEquals(settlement.release(day), sum);
        assertEquals(settlement.release(day), 0);
        for (const { s, amount, lag } of entries) {
          settlement.dueUs[s] = day + lag;
          settlement.hold(s, amount);
          waiting.push([day + lag, amount]);
        }
      });
      const rest = waiting.reduce((sum, [, amount]) => sum + amount, 0);
      assertEquals(settlement.release(Infinity), rest);
      assert(rest >= 0);
    }),
    { numRuns: 200 },
  );
});
