/**
 * Renames and delistings (BT-17): in the file of actions, in the run, in the ledger and the trades.
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import { ledgerRecords } from "../../lib/backtest/ledger_records.ts";
import { prepareMarket } from "../../lib/run/prepare_market.ts";
import { parseDay, SandbarError } from "../../lib/core/mod.ts";
import type { LoadedSeries } from "../../lib/data/mod.ts";
import { type Manifest, manifestText, parseManifest } from "../../lib/data/manifest.ts";
import { type Bars, type CorporateAction, parseActions } from "../../lib/market/mod.ts";
import { roundTrips } from "../../lib/trading/mod.ts";
import {
  dailyBars,
  endsOf,
  fillsOf,
  type PriceRow,
  type RunOutput,
  runStrategy,
  script,
} from "../engine/support.ts";

const flat: PriceRow = [100, 100, 100, 100];

function loaded(bars: Bars, actions: readonly CorporateAction[]): LoadedSeries {
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

/** The ledger as `kind symbol quantity price change position note`. */
function entriesOf(run: RunOutput): string[] {
  return ledgerRecords(run.engine, run.engine.series.map(() => 0)).map((entry) =>
    [
      entry.kind,
      entry.symbol,
      entry.quantity,
      entry.price,
      entry.cashChange,
      entry.position,
      entry.note,
    ].join(" ").trim()
  );
}

Deno.test("delisting: long and short end at the last close without costs, orders end, equity does not move", () => {
  // A and C trade for three sessions, 2024-01-02 to 04; B goes on.
  const a = dailyBars("A", [flat, flat, [95, 95, 90, 90]]);
  const c = dailyBars("C", [flat, flat, [95, 120, 95, 120]]);
  const b = dailyBars("B", [flat, flat, flat, flat, flat, flat]);
  const gone = (symbol: string): CorporateAction => ({
    kind: "delist",
    symbol,
    exDay: parseDay("2024-01-05"),
  });
  const { actions } = prepareMarket([
    loaded(a, [gone("A")]),
    loaded(b, []),
    loaded(c, [gone("C")]),
  ], "1d");
  const timeUs = b.time[3]!;
  assertEquals(actions, [
    { kind: "delist", series: 0, row: 3, timeUs },
    { kind: "delist", series: 2, row: 3, timeUs },
  ]);
  const run = runStrategy({
    bars: [a, b, c],
    cash: 10_000,
    venue: { slippageBps: 0, commission: { kind: "per_order", amount: 1 } },
    actions,
    strategy: script({
      0: (t) => {
        t.buy("A", 10);
        t.sell("C", 5);
      },
      1: (t) => {
        t.order({
          symbol: "A",
          side: "sell",
          quantity: 10,
          type: "limit",
          limitPrice: 300,
          timeInForce: "gtc",
        });
      },
      2: (t) => t.buy("A", 1), // would fill at the next bar, which never comes
      3: (t) => t.buy("A", 1),
    }),
  });
  assertEquals(entriesOf(run), [
    "fill A 10 100.00 -1001.00 10",
    "fill C -5 100.00 499.00 -5",
    "delist A -10 90.00 900.00 0",
    "delist C 5 120.00 -600.00 0",
  ]);
  assertEquals(endsOf(run.engine).slice(2), [
    "cancelled delisted",
    "cancelled delisted",
    "rejected delisted",
  ]);
  // 10,000 - 2, then -100 and -100 at the last closes; nothing changes when the shares go.
  assertEquals([...run.equity].map((micros) => micros / 1e6), [
    10_000,
    9998,
    9798,
    9798,
    9798,
    9798,
  ]);
  assertEquals([run.engine.ledger.cash, run.engine.ledger.openPositions], [9798e6, 0]);
  const { closed, open } = roundTrips({
    orders: run.engine.orders,
    fills: run.engine.fills,
    ledger: run.engine.ledger,
    symbols: ["A", "B", "C"],
    quantityDigits: [0, 0, 0],
    splits: [],
    delistings: [{ step: 3, timeUs, series: 0 }, { step: 3, timeUs, series: 2 }],
    lastStep: 5,
    lastTimeUs: b.closeTime[5]!,
  });
  assertEquals(
    closed.map((trip) => [trip.symbol, trip.side, trip.exitPrice, trip.netProfitMicros, trip.bars]),
    [["A", "long", 90, -101e6, 2], ["C", "short", 120, -101e6, 2]],
  );
  assertEquals(open, []);
});

Deno.test("delisting: after the last bar of the whole run it still ends the position", () => {
  const a = dailyBars("A", [flat, flat, [95, 95, 90, 90]]);
  const { actions } = prepareMarket([
    loaded(a, [{ kind: "delist", symbol: "A", exDay: parseDay("2024-01-05") }]),
  ], "1d");
  const run = runStrategy({
    bars: [a],
    cash: 10_000,
    actions,
    strategy: script({ 0: (t) => t.buy("A", 10) }),
  });
  assertEquals(entriesOf(run), ["fill A 10 100.00 -1000.00 10", "delist A -10 90.00 900.00 0"]);
  assertEquals(run.engine.ledger.equity(), run.equity[2]!);
});

Deno.test("delisting: one that the run does not reach changes nothing; one before the last bar is a fault", () => {
  const a = dailyBars("A", [flat, flat, flat]);
  const on = (date: string): ReturnType<typeof prepareMarket> =>
    prepareMarket([loaded(a, [{ kind: "delist", symbol: "A", exDay: parseDay(date) }])], "1d");
  // The session after the last bar, Thursday the 4th, is Friday the 5th.
  assertEquals(on("2024-01-05").actions.length, 1);
  assertEquals(on("2024-01-08").actions.length, 0);
  const error = assertThrows(() => on("2024-01-04"), SandbarError, "has bars until 2024-01-04");
  assertEquals(error.code, "data_invalid");
});

Deno.test("rename: an entry of the ledger with the new name; position, orders and prices go on", () => {
  const fb = dailyBars("FB", [flat, flat, flat, flat]);
  const { actions } = prepareMarket([
    loaded(fb, [
      { kind: "rename", symbol: "FB", exDay: parseDay("2024-01-04"), newSymbol: "META" },
    ]),
  ], "1d");
  assertEquals(actions, [
    { kind: "rename", series: 0, row: 2, timeUs: fb.closeTime[2]!, newSymbol: "META" },
  ]);
  const run = runStrategy({
    bars: [fb],
    cash: 10_000,
    actions,
    strategy: script({
      0: (t) => t.buy("FB", 10),
      1: (t) => t.sell("FB", 4),
      2: (t) => t.close("FB"),
    }),
  });
  assertEquals(entriesOf(run), [
    "fill FB 10 100.00 -1000.00 10",
    "rename FB 0  0.00 10 now META",
    "fill FB -4 100.00 400.00 6",
    "fill FB -6 100.00 600.00 0",
  ]);
  assertEquals(fillsOf(run.engine).length, 3);
});

Deno.test("actions: every kind goes through the file, the manifest and back (DAT-21)", () => {
  const actions = parseActions(
    "symbol,ex_date,type,value\nX,2020-01-02,split,3:2\nX,2020-02-03,dividend,0.85\n" +
      "X,2020-03-02,rename,Y\nX,2020-03-16,halt,13:31Z\nX,2020-03-16,resume,13:46:00.5Z\n" +
      "X,2020-04-01,delist,\n",
    "a.csv",
  );
  const manifest: Manifest = {
    schema: 1,
    symbol: "X",
    period: "1d",
    calendar: "XNYS",
    rows: 1,
    first: "2020-01-02T14:30:00Z",
    last: "2020-01-02T21:00:00Z",
    source: "x.csv",
    sourceSha256: "a".repeat(64),
    dataSha256: "b".repeat(64),
    timezone: "exchange",
    adjusted: "none",
    synthetic: false,
    accepted: {},
    leftOut: 0,
    actions,
    writtenBy: "0.1.0",
  };
  const text = manifestText(manifest);
  assertEquals(JSON.parse(text).actions, [
    { exDate: "2020-01-02", kind: "split", value: "3:2" },
    { exDate: "2020-02-03", kind: "dividend", value: "0.85" },
    { exDate: "2020-03-02", kind: "rename", value: "Y" },
    { exDate: "2020-03-16", kind: "halt", value: "2020-03-16T13:31:00Z" },
    { exDate: "2020-03-16", kind: "resume", value: "2020-03-16T13:46:00.500Z" },
    { exDate: "2020-04-01", kind: "delist", value: "" },
  ]);
  assertEquals(parseManifest(text), manifest);
});
