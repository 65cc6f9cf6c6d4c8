/**
 * Whole runs against backtesting.py itself: version 0.6.6 over the bundled GOOG bars (2004 to 2013, adjusted as they are there), cash
 * 10,000, on Python 3; its figures are the expected ones.
 *
 * @module
 */

import { assertAlmostEquals, assertEquals } from "@std/assert";
import { matchingOf, resolveRun } from "../../lib/config/mod.ts";
import { parseIso } from "../../lib/core/mod.ts";
import type { Bars } from "../../lib/market/mod.ts";
import {
  crossedAbove,
  crossedBelow,
  type Handlers,
  type SetupContext,
  sma,
} from "../../lib/strategy/mod.ts";
import { barsAt, fillsOf, type PriceRow, type RunOutput, runStrategy } from "../engine/support.ts";

function goog(): Bars {
  const url = new URL("../../lib/data/sample/GOOG.csv", import.meta.url);
  const lines = Deno.readTextFileSync(url).trim().split("\n").slice(1).map((line) =>
    line.split(",")
  );
  const times = lines.map(([day]) =>
    [parseIso(`${day}T14:30:00Z`), parseIso(`${day}T21:00:00Z`)] as const
  );
  const rows = lines.map((cells) => cells.slice(1, 6).map(Number) as unknown as PriceRow);
  return barsAt("GOOG", times, rows);
}

function run(
  commission: string,
  setup: (context: SetupContext<Record<never, never>>) => Handlers,
): RunOutput {
  const spec = resolveRun({ venue: "backtesting.py", commission });
  return runStrategy({
    bars: [goog()],
    strategy: setup,
    cash: 10_000,
    venue: { slippageBps: 0, slippage: spec.venue.slippage, commission: spec.commission },
    matching: matchingOf(spec.venue, 1),
  });
}

function crossing({ data }: SetupContext<Record<never, never>>): Handlers {
  const fast = data.indicator(sma(10)), slow = data.indicator(sma(20));
  return {
    onBar(_bar, trade): void {
      if (crossedAbove(fast, slow)) trade.targetWeight("GOOG", 1);
      else if (crossedBelow(fast, slow)) trade.targetWeight("GOOG", -1);
    },
  };
}

/** Entries by limit, stop and market in turn, each with a stop loss and a take-profit, where there is no position. */
function brackets(): Handlers {
  let count = 0;
  const cents = (price: number): number => Math.round(price * 100) / 100;
  return {
    onBar(bar, trade): void {
      // It begins when its indicators, averages of 20, have their second value.
      const place = ++count % 40, { close } = bar;
      if (count < 21) return;
      if ((place !== 0 && place !== 10 && place !== 20) || trade.position("GOOG").quantity !== 0) {
        return;
      }
      trade.cancelAll();
      if (place === 0) {
        trade.buy("GOOG", 10, {
          limitPrice: cents(close * 0.98),
          stopLoss: cents(close * 0.93),
          takeProfit: cents(close * 1.08),
          timeInForce: "gtc",
        });
      } else if (place === 20) {
        trade.sell("GOOG", 10, {
          stopPrice: cents(close * 0.98),
          stopLoss: cents(close * 1.04),
          takeProfit: cents(close * 0.9),
          timeInForce: "gtc",
        });
      } else {
        trade.buy("GOOG", 7, { stopLoss: cents(close * 0.97), takeProfit: cents(close * 1.02) });
      }
    },
  };
}

Deno.test("backtesting.py 0.6.6: averages of 10 and 20 crossing, all in on both sides, 0.2 % commission", () => {
  // Backtest(GOOG, SmaCross, cash=10_000, commission=.002, exclusive_orders=True).run(): 93 closed trades, 56,025.53182600002.
  const { engine } = run("0.2%", crossing);
  assertAlmostEquals(engine.equity() / 1e6, 56_025.531826, 1e-6);
  // Sizes and prices of its first trades: -59 at 169.02, 52 at 179.13, -51 at 182.00, 48 at 187.45.
  assertEquals(fillsOf(engine).slice(0, 4).map((fill) => fill.replace(/ - .*/, "")), [
    "63 -59 @ 169.02",
    "75 111 @ 179.13",
    "85 -103 @ 182",
    "88 99 @ 187.45",
  ]);
});

Deno.test("backtesting.py 0.6.6: the same without commission", () => {
  assertAlmostEquals(run("none", crossing).engine.equity() / 1e6, 83_099.413, 1e-6);
});

Deno.test("backtesting.py 0.6.6: brackets on entries by limit, stop and market, 0.1 % commission", () => {
  // 85 closed trades, 7,894.08397; prices there too rounded by floor(x * 100 + 0.5) / 100.
  const { engine } = run("0.1%", brackets);
  assertAlmostEquals(engine.equity() / 1e6, 7_894.08397, 1e-6);
});
