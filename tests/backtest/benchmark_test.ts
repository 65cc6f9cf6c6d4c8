/**
 * Buy-and-hold by hand (BT-11), the market of a run, and the hashes of its books.
 *
 * @module
 */

import { assertEquals, assertNotEquals } from "@std/assert";
import { alignBenchmark, buyAndHold } from "../../lib/backtest/benchmark.ts";
import { sha256Bars } from "../../lib/run/hashes.ts";
import { type PreparedMarket, prepareMarket } from "../../lib/run/prepare_market.ts";
import { orderRecords } from "../../lib/backtest/tables.ts";
import { parseDay } from "../../lib/core/mod.ts";
import type { LoadedSeries } from "../../lib/data/mod.ts";
import type { Bars, CorporateAction } from "../../lib/market/mod.ts";
import type { VenueRules } from "../../lib/venue/mod.ts";
import { dailyBars, type PriceRow, runStrategy, script, specOf } from "../engine/support.ts";

const flat: PriceRow = [100, 101, 99, 100];

function loaded(bars: Bars, actions: readonly CorporateAction[] = []): LoadedSeries {
  return {
    symbol: bars.symbol,
    period: "1d",
    calendar: "XNYS",
    columns: bars,
    length: bars.length,
    tickScale: bars.tickScale,
    source: "a test",
    synthetic: false,
    adjusted: "none",
    actions,
  } as unknown as LoadedSeries;
}

function heldEquity(bars: readonly Bars[], cash: number, venue: VenueRules): number[] {
  const market: PreparedMarket = prepareMarket(bars.map((each) => loaded(each)), "1d");
  return [...buyAndHold(specOf({ bars, cash, venue }), market).equity];
}

Deno.test("buy and hold: one symbol, all cash at the second open, with costs (BT-11)", () => {
  // 10,000 at 100.1 with 0.1 %: 99 x 100.1 = 9,909.9 and 9.9099; 100 would cost 10,020.01. 80.1901 are left.
  const venue: VenueRules = { slippageBps: 10, commission: { kind: "notional", bps: 10 } };
  const bars = dailyBars("A", [[90, 91, 89, 90], flat, [110, 121, 109, 120]]);
  assertEquals(heldEquity([bars], 10_000, venue), [10_000, 9980.1901, 11_960.1901]);
});

Deno.test("buy and hold: equal parts, each at its first bars; a later one within the cash that is left (BT-11)", () => {
  const a = dailyBars("A", [flat, flat, [200, 200, 200, 200], [200, 200, 200, 200]]);
  const b = dailyBars("B", [[40, 40, 40, 40], [40, 40, 40, 40]], "2024-01-04");
  // 5,000 buy 50 of A. At the last open the equity is 15,000: half of it is 7,500, but only 5,000 are left: 125 of B.
  const venue: VenueRules = { slippageBps: 0, commission: { kind: "none" } };
  assertEquals(heldEquity([a, b], 10_000, venue), [10_000, 10_000, 15_000, 15_000]);
  const market = prepareMarket([loaded(a), loaded(b)], "1d");
  assertEquals([market.steps, market.periodsPerYear, market.startUs], [4, 252, a.time[0]! - 1]);
});

Deno.test("buy and hold: shown at other times by its last value", () => {
  const benchmark = {
    timesUs: Float64Array.of(10, 20, 30),
    equity: Float64Array.of(1, 2, 3),
  };
  assertEquals(
    [...alignBenchmark(benchmark, Float64Array.of(5, 10, 15, 29, 30, 99), 7)],
    [7, 1, 1, 2, 3, 3],
  );
});

Deno.test("market: an action stands before the first bar on or after its ex-date, in order of time", () => {
  const bars = dailyBars("A", [flat, flat, flat, flat], "2024-01-04");
  const market = prepareMarket([
    loaded(bars, [
      { kind: "dividend", symbol: "A", exDay: parseDay("2024-01-09"), amountMicros: 5 },
      // A Saturday: Monday's bar.
      { kind: "split", symbol: "A", exDay: parseDay("2024-01-06"), numerator: 2, denominator: 1 },
      { kind: "dividend", symbol: "A", exDay: parseDay("2024-02-01"), amountMicros: 5 },
    ]),
  ], "1d");
  assertEquals(
    market.actions.map(({ kind, row, timeUs }) => [kind, row, timeUs]),
    [["split", 2, bars.closeTime[2]!], ["dividend", 3, bars.closeTime[3]!]],
  );
});

Deno.test("hashes: every changed figure of bars and books is seen", async () => {
  const bars = dailyBars("A", [flat, flat, flat]), first = await sha256Bars(bars);
  bars.volume[1]! += 1;
  assertNotEquals(await sha256Bars(bars), first);
  const hashOf = (quantity: number, limitPrice: number, cash = 10_000): string =>
    runStrategy({
      bars: [dailyBars("A", [flat, flat, flat])],
      cash,
      strategy: script({ 0: (t) => t.buy("A", quantity, { limitPrice }) }),
    }).hash;
  const base = hashOf(1, 99.5);
  assertEquals(hashOf(1, 99.5), base);
  for (const other of [hashOf(2, 99.5), hashOf(1, 99.6), hashOf(1, 98), hashOf(1, 99.5, 10_001)]) {
    assertNotEquals(other, base);
  }
});

Deno.test("orders table: a target that was refused shows the side that it asked for", () => {
  const { engine } = runStrategy({
    bars: [dailyBars("A", [flat, flat, flat])],
    rights: { short: false },
    strategy: script({
      0: (t) => t.target("A", -5),
      1: (t) => {
        t.buy("A", 3);
        t.targetWeight("A", 0.0001);
      },
    }),
  });
  assertEquals(
    orderRecords(engine, [0]).map(({ side, quantity, filled, state, reason }) =>
      [side, quantity, filled, state, reason].join(" ").trim()
    ),
    [
      "sell  0 rejected not_shortable",
      "buy 3 3 filled",
      "sell 3 3 filled",
    ],
  );
});
