import { assert, assertEquals, assertThrows } from "@std/assert";
import { formatDay, parseDay, SandbarError } from "../../lib/core/mod.ts";
import {
  importBars,
  loadAllSeries,
  loadSample,
  loadSeries,
  SAMPLES,
  type SeriesLoad,
  type SeriesRequest,
} from "../../lib/data/mod.ts";
import { sessionDaysOf } from "../../lib/data/bar_times.ts";
import { GOOD, inFolder, write } from "./folder.ts";

function load(symbol: string, more: Partial<SeriesRequest> = {}): SeriesLoad {
  return loadSeries({ symbol, period: "1d", adjust: "split", ...more });
}

Deno.test("sample: every bundled file has its hash, rows and range, and passes all checks", () => {
  for (const { symbol, sha256, rows, first, last } of SAMPLES) {
    const series = loadSample(symbol)!;
    const days = sessionDaysOf(series.calendar, series.columns.time);
    assertEquals(
      [series.length, series.sha256, formatDay(days[0]!), formatDay(days[rows - 1]!)],
      [rows, sha256, first, last],
    );
    assertEquals([series.firstLine, series.adjusted, series.synthetic], [2, "none", false]);
  }
});

Deno.test("load: AAPL adjusted for its splits has no false fall, and the real one stays (DAT-15)", () => {
  const { series, warnings } = load("aapl");
  assertEquals([series.adjusted, series.actions, warnings], ["split", [], []]);
  const { open, close, time, volume } = series.columns, days = sessionDaysOf("XNYS", time);
  const falls: string[] = [];
  for (let i = 1; i < series.length; i++) {
    if (open[i]! / close[i - 1]! < 0.7) falls.push(formatDay(days[i]!));
  }
  assertEquals(falls, ["2000-09-29"]);
  // The first row of AAPL.csv, 130.31 and 9,616,100, two splits of 2:1 later.
  assertEquals([close[0], volume[0]], [32.5775, 38464400]);
});

Deno.test("load: without adjustment prices are as traded and the splits are handed on (DAT-15)", () => {
  const { series, warnings } = load("AAPL", { adjust: "none" });
  assertEquals([series.adjusted, series.columns.close[0], warnings], ["none", 130.31, []]);
  assertEquals(series.actions.map((it) => formatDay(it.exDay)), ["2000-06-21", "2005-02-28"]);
  const later = load("AAPL", { adjust: "none", from: parseDay("2004-01-02") });
  assertEquals(later.series.actions.map((it) => formatDay(it.exDay)), ["2005-02-28"]);
});

Deno.test("load: a range is cut by session dates and keeps its lines", () => {
  const { series } = load("GOOG", { from: parseDay("2010-01-01"), to: parseDay("2010-12-31") });
  const days = sessionDaysOf("XNYS", series.columns.time);
  assertEquals([formatDay(days[0]!), formatDay(days[251]!), series.length], [
    "2010-01-04",
    "2010-12-31",
    252,
  ]);
  const lines = Deno.readTextFileSync("lib/data/sample/GOOG.csv").split("\n");
  assert(lines[series.firstLine - 1]!.startsWith("2010-01-04,"));
  for (const column of Object.values(series.columns)) assertEquals(column.length, 252);
});

Deno.test("load: a range that is not covered fails and says what there is, symbol by symbol (BT-02)", () => {
  const error = assertThrows(
    () => load("GOOG", { from: parseDay("2000-01-03") }),
    SandbarError,
    "GOOG 1d does not cover 2000-01-03 to 2013-03-01: there is 2004-08-19 to 2013-03-01",
  );
  assertEquals(error.code, "data_missing");
  const requests = ["AAPL", "GOOG", "FB", "GOGG"].map((symbol): SeriesRequest => ({
    symbol,
    period: "1d",
    adjust: "split",
    from: parseDay("2002-01-02"),
  }));
  const all = assertThrows(
    () => loadAllSeries(requests),
    SandbarError,
    "Cannot load 3 of 4 series:",
  );
  const lines = all.message.split("\n");
  assertEquals(lines.length, 4);
  assert(lines[1]!.startsWith("  GOOG 1d does not cover 2002-01-02 to 2013-03-01"));
  assert(lines[2]!.startsWith("  FB 1d does not cover"));
  assert(lines[3]!.startsWith("  unknown symbol GOGG"));
  assertThrows(
    () => load("GOOG", { to: parseDay("2013-03-04") }),
    SandbarError,
    "there is 2004-08-19 to 2013-03-01",
  );
});

Deno.test("load: a range that begins on a holiday or ends on a weekend is covered by its sessions (BT-02)", () => {
  // 2013-03-01 is the last row, a Friday.
  const { series } = load("GOOG", { from: parseDay("2013-01-01"), to: parseDay("2013-03-03") });
  assertEquals(series.length, 41);
});

Deno.test("load: a range beyond the data says what there is", () => {
  for (
    const [range, words] of [
      [{ from: parseDay("2013-06-03") }, "GOOG 1d has no bar from 2013-06-03 on"],
      [{ to: parseDay("2004-01-05") }, "GOOG 1d has no bar up to 2004-01-05"],
    ] as const
  ) {
    const error = assertThrows(() => load("GOOG", range), SandbarError);
    assertEquals(error.code, "data_missing");
    assertEquals(error.message, `${words}: there is 2004-08-19 to 2013-03-01`);
  }
});

Deno.test("load: a range without sessions or the wrong way round is refused", () => {
  assertThrows(
    () => load("GOOG", { from: parseDay("2010-01-02"), to: parseDay("2010-01-03") }),
    SandbarError,
    "no session of XNYS",
  );
  const turned = { from: parseDay("2011-01-03"), to: parseDay("2010-01-04") };
  assertEquals(assertThrows(() => load("GOOG", turned), SandbarError).code, "usage");
});

Deno.test("load: an unknown symbol lists what there is and the nearest", () => {
  const error = assertThrows(() => load("GOGG"), SandbarError);
  assertEquals(error.code, "data_missing");
  assertEquals(
    error.message.split(";")[0],
    "unknown symbol GOGG: there is AAPL, FB, GOOG, IBM, MSFT (did you mean GOOG?)",
  );
  assertThrows(
    () => load("GOOG", { period: "1m" }),
    SandbarError,
    "GOOG is not there as 1m; there is 1d",
  );
});

Deno.test("load: the catalog comes before the bundled data, a named folder alone", () =>
  inFolder(async (folder) => {
    const file = write(folder, "goog.csv", GOOD), dataDir = `${folder}/data`;
    await importBars({ file, symbol: "GOOG", period: "1d", dataDir });
    assertEquals(load("GOOG", { defaultDir: dataDir }).series.length, 5);
    assertEquals(load("GOOG", { defaultDir: `${folder}/nothing` }).series.length, 2148);
    assertEquals(load("AAPL", { defaultDir: dataDir }).series.length, 3270);
    assertThrows(() => load("AAPL", { dataDir }), SandbarError, "there is GOOG");
    assertThrows(
      () => load("GOOG", { dataDir: `${folder}/no` }),
      SandbarError,
      "no folder or file",
    );
  }));

Deno.test("load: plain CSV files serve by their names, or one by its path", () =>
  inFolder((folder) => {
    write(folder, "Abc.csv", GOOD);
    write(folder, "XYZ_1d.csv", GOOD.replace("12.125", "12.5"));
    write(folder, "BTC%2FUSD.csv", GOOD);
    assertEquals(load("ABC", { dataDir: folder }).series.source, `${folder}/Abc.csv`);
    assertEquals(load("XYZ", { dataDir: folder }).series.columns.close[4], 12.5);
    assertEquals(load("DEF", { dataDir: `${folder}/Abc.csv` }).series.symbol, "DEF");
    assertThrows(() => load("ABD", { dataDir: folder }), SandbarError, "did you mean ABC?");
    write(folder, "BAD.csv", GOOD.replace("11.25,200", "13,200"));
    assertThrows(
      () => load("BAD", { dataDir: folder }),
      SandbarError,
      `Cannot read bars: ${folder}/BAD.csv line 3: high 12 is below close 13`,
    );
  }));

Deno.test("load: an overnight move near a split ratio without a record is a warning (DAT-15)", () =>
  inFolder(async (folder) => {
    const rows = GOOD.replace("11.25,11.5,11,11,300", "5.6,6,5,5.5,300")
      .replace("11,11,10,10.75,400", "5.5,6,5,5.5,400").replace(
        "10.75,13,10.5,12.125",
        "5.5,6,5,6",
      );
    const file = write(folder, "a.csv", rows), dataDir = `${folder}/data`;
    const { notes } = await importBars({ file, symbol: "A", period: "1d", dataDir });
    const { warnings } = load("A", { dataDir });
    assertEquals(notes, [...warnings]);
    assertEquals(warnings.length, 1);
    assert(
      warnings[0]!.startsWith("A: the open of 2024-01-04 is 0.498 times the close before it, "),
    );
    const text = "symbol,ex_date,type,value\nA,2024-01-04,split,2:1\nA,2024-01-03,dividend,0.5\n";
    const actionsFile = write(folder, "actions.csv", text);
    await importBars({ file, symbol: "A", period: "1d", dataDir, actionsFile, replace: true });
    const recorded = load("A", { dataDir });
    assertEquals(recorded.warnings, []);
    assertEquals([...recorded.series.columns.close], [5.25, 5.625, 5.5, 5.5, 6]);
    // Fifty cents on a share that is two today.
    assertEquals(recorded.series.actions, [
      { kind: "dividend", symbol: "A", exDay: parseDay("2024-01-03"), amountMicros: 250_000 },
    ]);
    assertEquals(load("A", { dataDir, adjust: "none" }).series.actions.length, 2);
  }));

Deno.test("load: prices stored adjusted are not adjusted again, and not to be had as traded", () =>
  inFolder(async (folder) => {
    const actionsFile = write(
      folder,
      "a.csv",
      "symbol,ex_date,type,value\nA,2024-01-04,split,2:1\n",
    );
    const file = write(folder, "bars.csv", GOOD), dataDir = `${folder}/data`;
    const options = { file, symbol: "A", period: "1d", dataDir, actionsFile } as const;
    await importBars({ ...options, adjusted: "split" });
    const { series } = load("A", { dataDir });
    assertEquals([series.columns.close[0], series.adjusted, series.actions], [10.5, "split", []]);
    assertThrows(() => load("A", { dataDir, adjust: "none" }), SandbarError, "stored adjusted");
  }));
