import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { parseDay, SandbarError } from "../../lib/core/mod.ts";
import {
  adjustForSplits,
  BUNDLED_SPLITS,
  parseActions,
  splitFactorAfter,
  suspectSplits,
} from "../../lib/market/actions.ts";
import type { CorporateAction } from "../../lib/market/actions.ts";

const HEADER = "symbol,ex_date,type,value\n";

function split(date: string, numerator: number, denominator: number): CorporateAction {
  return { kind: "split", symbol: "X", exDay: parseDay(date), numerator, denominator };
}

Deno.test("DAT-21 a file of actions is read, sorted by date, ratios in lowest terms", () => {
  const text = "\uFEFFSymbol,ex_date,type,value\r\n" +
    "AAPL,2005-02-28,split,4:2\r\n\r\n" +
    '"IBM", 2012-05-08 ,Dividend,0.85\r\n' +
    "C,2011-05-09,split,1:10\r\n" +
    "IBM,2012-05-08,dividend,1\r\n";
  assertEquals(parseActions(text, "actions.csv"), [
    { kind: "split", symbol: "AAPL", exDay: 12842, numerator: 2, denominator: 1 },
    { kind: "split", symbol: "C", exDay: 15103, numerator: 1, denominator: 10 },
    { kind: "dividend", symbol: "IBM", exDay: 15468, amountMicros: 850_000 },
    { kind: "dividend", symbol: "IBM", exDay: 15468, amountMicros: 1_000_000 },
  ]);
  assertEquals(parseActions(HEADER, "actions.csv"), []);
});

Deno.test("BT-17 a file of actions names new symbols and delistings", () => {
  const text = HEADER + "FB,2022-06-09,rename,META\nLEH,2008-09-18,Delist,\n";
  assertEquals(parseActions(text, "actions.csv"), [
    { kind: "delist", symbol: "LEH", exDay: parseDay("2008-09-18") },
    { kind: "rename", symbol: "FB", exDay: parseDay("2022-06-09"), newSymbol: "META" },
  ]);
});

Deno.test("BT-17 a file of actions names halts by their time in UTC, or from the start of a date", () => {
  const text = HEADER + "X,2024-05-06,halt,14:35:00.5Z\nX,2024-05-06,resume,14:40Z\n" +
    "X,2024-05-07,Halt,\nX,2024-05-08,resume,\n";
  const day = (text: string): number => Date.parse(text) * 1000;
  assertEquals(parseActions(text, "actions.csv"), [
    { kind: "halt", symbol: "X", exDay: 19849, timeUs: day("2024-05-06T14:35:00.500Z") },
    { kind: "resume", symbol: "X", exDay: 19849, timeUs: day("2024-05-06T14:40:00Z") },
    { kind: "halt", symbol: "X", exDay: 19850, timeUs: day("2024-05-07T00:00:00Z") },
    { kind: "resume", symbol: "X", exDay: 19851, timeUs: day("2024-05-08T00:00:00Z") },
  ]);
});

// One fault a file, the line it is on, and what the message says.
const FAULTS: readonly (readonly [string, number, string])[] = [
  ["", 1, "the file is empty"],
  ["symbol,date,type,value\n", 1, "it must be symbol,ex_date,type,value"],
  [HEADER + "X,2020-01-02,split\n", 2, "found 3 fields"],
  [HEADER + "X,2020-01-02,split,2:1,\n", 2, "found 5 fields"],
  [HEADER + ",2020-01-02,split,2:1\n", 2, 'the symbol is ""'],
  [HEADER + "A B,2020-01-02,split,2:1\n", 2, 'the symbol is "A B"'],
  [HEADER + "\nX,2020-02-30,split,2:1\n", 3, 'not a date: "2020-02-30"'],
  [HEADER + "X,02/28/2005,split,2:1\n", 2, 'not a date: "02/28/2005"'],
  [
    HEADER + "X,2020-01-02,merger,2:1\n",
    2,
    'the type is "merger"; it must be split, dividend, rename, delist, halt or resume',
  ],
  [HEADER + "X,2020-01-02,rename,\n", 2, 'the new symbol is ""; write another one than X'],
  [HEADER + "X,2020-01-02,rename,x\n", 2, 'the new symbol is "x"; write another one than X'],
  [HEADER + "X,2020-01-02,rename,Y Z\n", 2, 'the new symbol is "Y Z"'],
  [
    HEADER + "X,2020-01-02,delist,3.50\n",
    2,
    'the value of the delisting is "3.50"; leave it empty',
  ],
  [HEADER + "X,2020-01-02,delist,\nX,2020-01-02,delist,\n", 3, "this delist of X on 2020-01-02"],
  [
    HEADER + "X,2020-01-02,halt,14:35:00\n",
    2,
    'the time is "14:35:00"; write the time of day in UTC',
  ],
  [HEADER + "X,2020-01-02,resume,25:00Z\n", 2, "2020-01-02T25:00Z"],
  [
    HEADER + "X,2020-01-02,halt,14:35Z\nX,2020-01-02,halt,14:35:00Z\n",
    3,
    "this halt of X on 2020-01-02 is already on line 2",
  ],
  [HEADER + "X,2020-01-02,split,2\n", 2, 'the split ratio is "2"'],
  [HEADER + "X,2020-01-02,split,0:1\n", 2, 'the split ratio is "0:1"'],
  [HEADER + "X,2020-01-02,split,1:1\n", 2, 'the split ratio is "1:1"'],
  [HEADER + "X,2020-01-02,split,1.5:1\n", 2, 'the split ratio is "1.5:1"'],
  [HEADER + "X,2020-01-02,dividend,0\n", 2, "the dividend is 0"],
  [HEADER + "X,2020-01-02,dividend,-1\n", 2, "the dividend is -1"],
  [HEADER + "X,2020-01-02,dividend,0.1234567\n", 2, "more than 6 decimals"],
  [HEADER + "X,2020-01-02,dividend,$1\n", 2, "not a decimal number"],
  [
    HEADER + "X,2020-01-02,split,2:1\nX,2020-01-02,split,3:1\n",
    3,
    "this split of X on 2020-01-02 is already on line 2",
  ],
  [HEADER + "X,2020-01-02,dividend,1\nX,2020-01-02,dividend,1.00\n", 3, "already on line 2"],
];

for (const [text, line, found] of FAULTS) {
  Deno.test(`DAT-21 a file of actions is refused at line ${line}: ${found}`, () => {
    const error = assertThrows(() => parseActions(text, "a.csv"), SandbarError);
    assertEquals(error.code, "data_invalid");
    assertStringIncludes(error.message, `Cannot read corporate actions: a.csv line ${line}: `);
    assertStringIncludes(error.message, found);
    assertEquals(error.context, { file: "a.csv", line });
  });
}

Deno.test("DAT-15 the split factor of a day is the product of the splits after it", () => {
  const actions = [
    split("2020-06-01", 3, 2),
    split("2010-06-01", 2, 1),
    split("2030-06-01", 1, 6),
    { kind: "dividend", symbol: "X", exDay: parseDay("2020-06-01"), amountMicros: 1 } as const,
  ];
  for (
    const [date, numerator, denominator] of [
      ["2010-05-31", 1, 2],
      ["2010-06-01", 1, 4],
      ["2020-05-31", 1, 4],
      ["2020-06-01", 1, 6],
      ["2030-06-01", 1, 1],
    ] as const
  ) {
    assertEquals(splitFactorAfter(actions, parseDay(date)), { numerator, denominator }, date);
  }
  assertEquals(splitFactorAfter([], 0), { numerator: 1, denominator: 1 });
});

Deno.test("DAT-15 prices before a split are divided and rounded half to even, volumes multiplied", () => {
  const days = ["2020-01-02", "2020-01-03", "2020-01-06"].map(parseDay);
  const columns = {
    open: Float64Array.of(10.000001, 10, 5),
    high: Float64Array.of(10.000003, 10, 5),
    low: Float64Array.of(9.999999, 10, 5),
    close: Float64Array.of(NaN, 1e12, 5),
    volume: Float64Array.of(100, 101, 7),
  };
  adjustForSplits(columns, days, [split("2020-01-06", 2, 1)]);
  assertEquals(columns, {
    open: Float64Array.of(5, 5, 5),
    high: Float64Array.of(5.000002, 5, 5),
    low: Float64Array.of(5, 5, 5),
    close: Float64Array.of(NaN, 5e11, 5),
    volume: Float64Array.of(200, 202, 7),
  });
});

Deno.test("DAT-15 a reverse split raises earlier prices, and a row ignores how many rows follow", () => {
  const actions = [split("2020-01-06", 1, 3), split("2020-01-08", 3, 2)];
  const column = (): Float64Array => Float64Array.of(1, 1, 3);
  const columns = {
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: Float64Array.of(100, 100, 100),
  };
  adjustForSplits(columns, ["2020-01-03"].map(parseDay), actions);
  assertEquals(columns.close, Float64Array.of(2, 1, 3));
  assertEquals(columns.volume, Float64Array.of(50, 100, 100));
});

interface Sample {
  readonly days: number[];
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
}

async function sampleOf(symbol: string): Promise<Sample> {
  const url = new URL(`../../lib/data/sample/${symbol}.csv`, import.meta.url);
  const rows = (await Deno.readTextFile(url)).trim().split("\n").slice(1)
    .map((line) => line.split(","));
  const column = (at: number): Float64Array => Float64Array.from(rows, (row) => Number(row[at]));
  return {
    days: rows.map((row) => parseDay(row[0]!)),
    open: column(1),
    high: column(2),
    low: column(3),
    close: column(4),
    volume: column(5),
  };
}

const splitsOf = (symbol: string): CorporateAction[] =>
  BUNDLED_SPLITS.filter((it) => it.symbol === symbol);

for (const symbol of ["AAPL", "FB", "GOOG", "IBM", "MSFT"]) {
  Deno.test(`DAT-15 bundled ${symbol} with its splits has no suspect night`, async () => {
    const sample = await sampleOf(symbol);
    assertEquals(suspectSplits(sample, sample.days, splitsOf(symbol)), []);
  });
}

Deno.test("DAT-15 bundled data without its splits is suspect on exactly their days", async () => {
  const found: string[] = [];
  for (const symbol of ["AAPL", "MSFT"]) {
    const sample = await sampleOf(symbol);
    for (const { day, ratio, move } of suspectSplits(sample, sample.days, [])) {
      found.push(`${symbol} ${day} ${ratio} ${move.toFixed(4)}`);
    }
  }
  // Moves: open over the close before, computed from the CSV files: 50.5/101.25, 44.68/88.99, 24.62/48.3.
  assertEquals(found, [
    `AAPL ${parseDay("2000-06-21")} 2:1 0.4988`,
    `AAPL ${parseDay("2005-02-28")} 2:1 0.5021`,
    `MSFT ${parseDay("2003-02-18")} 2:1 0.5097`,
  ]);
});

Deno.test("DAT-15 AAPL on 2000-09-29 fell to 0.527 of the close, 5.4 % off 2:1: real, not suspect", async () => {
  const sample = await sampleOf("AAPL"), row = sample.days.indexOf(parseDay("2000-09-29"));
  const move = sample.open[row]! / sample.close[row - 1]!;
  assertEquals(move.toFixed(4), "0.5269");
  assertEquals((move / 0.5 - 1).toFixed(3), "0.054");
  const day = sample.days[row]!;
  assertEquals(suspectSplits(sample, sample.days, []).filter((it) => it.day === day), []);
});

Deno.test("DAT-15 bundled AAPL adjusted for splits has no fall of a half on their days", async () => {
  const sample = await sampleOf("AAPL");
  adjustForSplits(sample, sample.days, splitsOf("AAPL"));
  // 2000-03-01: close 130.31, volume 9616100, before both splits.
  assertEquals(sample.close[0], 32.5775);
  assertEquals(sample.volume[0], 38_464_400);
  assertEquals(suspectSplits(sample, sample.days, []), []);
});

// Close, next open, recorded split or none, ratio found or "".
const NIGHTS: readonly (readonly [number, number, CorporateAction | undefined, string])[] = [
  [100, 50, undefined, "2:1"],
  [100, 51.49, undefined, "2:1"],
  [100, 51.51, undefined, ""],
  [100, 48.51, undefined, "2:1"],
  [100, 48.49, undefined, ""],
  [90, 30, undefined, "3:1"],
  [90, 60, undefined, "3:2"],
  [100, 25, undefined, "4:1"],
  [100, 20, undefined, "5:1"],
  [700, 100, undefined, "7:1"],
  [100, 10, undefined, "10:1"],
  [100, 5, undefined, "20:1"],
  [1, 2, undefined, "1:2"],
  [1, 10, undefined, "1:10"],
  [60, 90, undefined, "2:3"],
  [100, 50, split("2020-01-03", 2, 1), ""],
  // A split may fall on a day without a bar.
  [100, 50, split("2020-01-05", 2, 1), ""],
  [100, 50, split("2020-01-06", 2, 1), ""],
  [100, 50, split("2020-01-02", 2, 1), "2:1"],
  [100, 50, split("2020-01-07", 2, 1), "2:1"],
  // The record does not fit the prices.
  [100, 25, split("2020-01-06", 2, 1), "2:1"],
  [100, 101, split("2020-01-06", 2, 1), "1:2"],
  [100, NaN, undefined, ""],
];

for (const [close, open, record, ratio] of NIGHTS) {
  const known = record === undefined ? "no record" : `2:1 on day ${record.exDay}`;
  Deno.test(`DAT-15 close ${close}, open ${open}, ${known}: ${ratio || "not suspect"}`, () => {
    const columns = { open: Float64Array.of(1, 1, open), close: Float64Array.of(7, close, 1) };
    // Two rows of one session first: within it a move is not overnight.
    const days = ["2020-01-02", "2020-01-02", "2020-01-06"].map(parseDay);
    const found = suspectSplits(columns, days, record === undefined ? [] : [record]);
    assertEquals(found.map((it) => it.ratio).join(), ratio);
  });
}
