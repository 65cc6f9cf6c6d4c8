/**
 * A whole run against backtrader itself: version 1.9.78.123 over the bundled GOOG bars (2004 to 2013), cash 10,000, 0.1 % commission, on
 * Python 3; its figures are the expected ones.
 *
 * @module
 */

import { assertAlmostEquals, assertEquals } from "@std/assert";
import { matchingOf, resolveRun } from "../../lib/config/mod.ts";
import { parseIso } from "../../lib/core/mod.ts";
import type { Bars } from "../../lib/market/mod.ts";
import type { Handlers } from "../../lib/strategy/mod.ts";
import { barsAt, endsOf, fillsOf, type PriceRow, runStrategy } from "../engine/support.ts";

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

/** Every sixty bars: through zero and back, a weight, a resting limit and a resting stop order, too much, a close, a bracket, the end of all. */
function mixture(): Handlers {
  let count = 0;
  const cents = (price: number): number => Math.round(price * 100) / 100;
  return {
    onBar(bar, trade): void {
      const { close } = bar, held = trade.position("GOOG").quantity;
      switch (++count % 60) {
        case 1:
          trade.buy("GOOG", 30);
          break;
        case 8:
          trade.sell("GOOG", 70);
          break;
        case 15:
          trade.targetWeight("GOOG", 0.95);
          break;
        case 22:
          trade.sell("GOOG", 10, { limitPrice: cents(close * 1.01), timeInForce: "gtc" });
          break;
        case 29:
          trade.sell("GOOG", 15, { stopPrice: cents(close * 0.98), timeInForce: "gtc" });
          break;
        case 36:
          trade.buy("GOOG", 500);
          break;
        case 40:
        case 57:
          if (count % 60 === 57) trade.cancelAll();
          if (held > 0) trade.sell("GOOG", held);
          else if (held < 0) trade.buy("GOOG", -held);
          break;
        case 50:
          if (held !== 0) break;
          trade.buy("GOOG", 5, {
            stopLoss: cents(close * 0.97),
            takeProfit: cents(close * 1.03),
          });
      }
    },
  };
}

Deno.test("backtrader 1.9.78: market, limit and stop orders, weights, brackets and orders that it margins", () => {
  const spec = resolveRun({ venue: "backtrader", commission: "0.1%" });
  const { engine } = runStrategy({
    bars: [goog()],
    strategy: mixture(),
    cash: 10_000,
    venue: { slippageBps: 0, slippage: spec.venue.slippage, commission: spec.commission },
    matching: matchingOf(spec.venue, 1),
  });
  // 272 completed and 37 margined orders, 32,039.06716199994. Every fill has the bar, the size and the price of theirs.
  const refused = endsOf(engine).filter((end) => end.includes("insufficient_funds")).length;
  assertEquals([engine.fills.length, refused], [272, 37]);
  assertEquals(fillsOf(engine).slice(0, 8).map((fill) => fill.replace(/ - .*/, "")), [
    "1 30 @ 101.01",
    "8 -70 @ 102.32",
    "15 133 @ 101.47",
    "24 -10 @ 120.55",
    "40 -83 @ 144.95",
    "50 5 @ 198.87",
    "52 -5 @ 199.1",
    "61 30 @ 180.45",
  ]);
  assertAlmostEquals(engine.equity() / 1e6, 32_039.067162, 1e-6);
});
