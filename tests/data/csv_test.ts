import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { Random, SandbarError } from "../../lib/core/mod.ts";
import { readCsv } from "../../lib/data/csv.ts";
import { GOOD, HEADER, inFolder, write } from "./folder.ts";

const ROW = "2024-01-02,10,11,9,10.5,100\n";

Deno.test("csv: columns are found by the names of common sources", async (t) => {
  const files: Record<string, string> = {
    yahoo: "Date,Open,High,Low,Close,Adj Close,Volume\n2024-01-02,10,11,9,10.5,5.25,100\n",
    stooq:
      "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>\nAAPL.US,D,20240102,000000,10,11,9,10.5,100,0\n",
    alpaca:
      "symbol,timestamp,open,high,low,close,volume,trade_count,vwap\nAAPL,2024-01-02T05:00:00Z,10,11,9,10.5,100,7,10.2\n",
    "alpaca short": "t,o,h,l,c,v,n,vw\n2024-01-02T05:00:00Z,10,11,9,10.5,100,7,10.2\n",
    polygon: "v,vw,o,c,h,l,t,n\n100,10.2,10,10.5,11,9,1704171600000,7\n",
    nasdaq: "Date,Close/Last,Volume,Open,High,Low\n01/13/2024,$10.5,100,$10,$11,$9\n",
    "binance without header": "1704153600000,10,11,9,10.5,100,1704239999999,1000.5,7,50,500.25,0\n",
    "metatrader without header": "2024.01.02,09:30,10,11,9,10.5,100\n",
    semicolons: "DATE;OPEN;HIGH;LOW;CLOSE;VOL\n20240102;10;11;9;10.5;100\n",
    tabs: "ts\topen\thigh\tlow\tlast\tvolume\n2024-01-02\t10\t11\t9\t10.5\t100\n",
    "quotes, CRLF, byte order mark, spaces, no last line break":
      '\ufeff"time", "open","high","low","close","volume"\r\n"2024-01-02", "10" ,11,9,10.5,"100" ',
    "thousands in quotes, exponents, a comment and blank lines around":
      '# made by hand\n\ntime,open,high,low,close,volume\n2024-01-02,1e1,1.1E+1,9.,10.5,"100"\n\n\n',
  };
  for (const [name, text] of Object.entries(files)) {
    await t.step(name, () =>
      inFolder((folder) => {
        const bars = readCsv(write(folder, "a.csv", text));
        assertEquals(bars.unreadable, []);
        assertEquals(
          [bars.open[0], bars.high[0], bars.low[0], bars.close[0], bars.volume[0], bars.length],
          [10, 11, 9, 10.5, 100, 1],
        );
      }));
  }
});

Deno.test("csv: every form of time is microseconds", async (t) => {
  const midnight = 1704153600e6, at = midnight + 52_200e6;
  const cells: [cell: string, form: string, time: number][] = [
    ["2024-01-02", "date", midnight],
    ["2024/1/2", "date", midnight],
    ["20240102", "date", midnight],
    ["2024-01-02T14:30:00Z", "instant", at],
    ["2024-01-02 09:30:00-05:00", "instant", at],
    ["2024-01-02T14:30:00.123456789+0000", "instant", at + 123456],
    ["2024-01-02 14:30:00 UTC", "instant", at],
    ["2024-01-02 14:30", "local", at],
    ["20240102 143000", "local", at],
    ["20240102143000", "local", at],
    ["1704205800", "epoch", at],
    ["1704205800.25", "epoch", at + 250_000],
    ["1704205800000", "epoch", at],
    ["1704205800000000", "epoch", at],
    ["1704205800000000999", "epoch", at],
  ];
  for (const [cell, form, time] of cells) {
    await t.step(cell, () =>
      inFolder((folder) => {
        const bars = readCsv(write(folder, "a.csv", `${HEADER}${cell},10,11,9,10.5,100\n`));
        assertEquals([bars.timeForm, bars.time[0]], [form, time]);
      }));
  }
});

Deno.test("csv: a file that changes from milliseconds to microseconds is read row by row", () =>
  inFolder((folder) => {
    const text = `${HEADER}1704205800000,1,1,1,1,1\n1704205860000000,1,1,1,1,1\n`;
    const { time } = readCsv(write(folder, "a.csv", text));
    assertEquals(time[1]! - time[0]!, 60e6);
  }));

Deno.test("csv: decimals are the nearest double, whatever their length", () =>
  inFolder((folder) => {
    const random = new Random(20240102), cells: string[] = [];
    for (let i = 0; i < 5000; i++) {
      const digits = 1 + random.nextUint32() % 20;
      let text = "";
      for (let k = 0; k < digits; k++) text += random.nextUint32() % 10;
      const point = random.nextUint32() % (digits + 1);
      cells.push(`${text.slice(0, point) || "0"}.${text.slice(point)}`);
    }
    cells.push("0.00000000000000000000000123", "9007199254740993", "185.63999938964844");
    const rows = cells.map((cell) => `2024-01-02,${cell},1,1,1,${cell}\n`).join("");
    const { open, volume } = readCsv(write(folder, "a.csv", HEADER + rows));
    assertEquals([...open], cells.map(Number));
    assertEquals([...volume], cells.map(Number));
  }));

Deno.test("csv: rows cross the borders of blocks and the columns grow", () =>
  inFolder((folder) => {
    let text = HEADER + "2024-01-02,10.000000000000000000000,11,9,10.5,100000000000000\n";
    for (let i = 0; i < 60_000; i++) text += `2024-01-02,${i}.5,1,1,1,${i}\n`;
    const { open, volume, length } = readCsv(write(folder, "a.csv", text));
    assertEquals(length, 60_001);
    for (let i = 0; i < 60_000; i++) {
      if (open[i + 1] !== i + 0.5 || volume[i + 1] !== i) throw new Error(`row ${i + 1} is wrong`);
    }
  }));

Deno.test("csv: an absent volume column is all zeros", () =>
  inFolder((folder) => {
    const bars = readCsv(write(folder, "a.csv", "date,open,high,low,close\n2024-01-02,1,1,1,1\n"));
    assertEquals([bars.hasVolume, bars.volume[0]], [false, 0]);
    assertAlmostEquals(bars.close[0]!, 1);
  }));

Deno.test("csv: hostile files are refused with the reason (DAT-17)", async (t) => {
  const files: [name: string, content: string | Uint8Array, code: string, message: string][] = [
    ["empty", "", "data_invalid", "the file is empty"],
    ["only blank lines", "\n\r\n\n", "data_invalid", "the file is empty"],
    ["only a header", HEADER, "data_invalid", "there is a header and no row"],
    [
      "a picture",
      new Uint8Array([0x89, 80, 78, 71, 13, 10, 26, 10, 0, 0]),
      "data_invalid",
      "a NUL byte at offset 8",
    ],
    [
      "NUL bytes in text",
      HEADER + "2024-01-02,1\0,1,1,1,1\n",
      "data_invalid",
      "a NUL byte at offset",
    ],
    ["gzip", new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0]), "data_invalid", "packed with gzip"],
    ["Excel", "PK\x03\x04....", "data_invalid", "a ZIP or Excel file"],
    ["Parquet by another name", "PAR1....", "data_invalid", "a Parquet file"],
    ["UTF-16", new Uint8Array([0xff, 0xfe, 116, 0, 105, 0]), "data_invalid", "UTF-16"],
    ["no separator", "hello\nworld\n", "data_invalid", "no comma, semicolon or tab"],
    [
      "no low column",
      "time,open,high,close\n2024-01-02,1,1,1\n",
      "data_invalid",
      "no column for low; found time, open, high, close",
    ],
    [
      "a page of the web",
      "<html><body>Not found, sorry</body></html>\n",
      "data_invalid",
      "no column for",
    ],
    ["CR alone", "time,open,high,low,close\r2024-01-02,1,1,1,1\r", "data_invalid", "CR alone"],
    [
      "a time of no known form",
      HEADER + "2 January 2024,1,1,1,1,1\n",
      "data_invalid",
      'line 2: "2 January 2024" is not a time; known forms: 2024-12-31',
    ],
    [
      "two symbols",
      "symbol,time,open,high,low,close\nA,2024-01-02,1,1,1,1\nB,2024-01-03,1,1,1,1\n",
      "data_invalid",
      'line 3: symbol "B" after "A"',
    ],
  ];
  for (const [name, content, code, message] of files) {
    await t.step(name, () =>
      inFolder((folder) => {
        const path = write(folder, "a.csv", content);
        const error = assertThrows(() => readCsv(path, "a.csv"), SandbarError, message);
        assertEquals(error.code, code);
        if (!error.message.startsWith("Cannot read bars: a.csv")) throw error;
      }));
  }
});

Deno.test("csv: one line of 100 MB is refused after its first 256 KiB (DAT-17)", () =>
  inFolder((folder) => {
    const path = `${folder}/a.csv`;
    using file = Deno.openSync(path, { write: true, create: true });
    file.writeSync(new TextEncoder().encode(HEADER + ROW));
    const block = new Uint8Array(1024 * 1024).fill(49);
    for (let i = 0; i < 100; i++) file.writeSync(block);
    assertThrows(
      () => readCsv(path, "a.csv"),
      SandbarError,
      "a.csv line 3: longer than 262,144 bytes",
    );
  }));

Deno.test("csv: a missing file and a folder are told apart", () =>
  inFolder((folder) => {
    const missing = assertThrows(
      () => readCsv(`${folder}/no.csv`),
      SandbarError,
      "there is no file",
    );
    assertEquals(missing.code, "data_missing");
    assertEquals(
      assertThrows(() => readCsv(folder), SandbarError, "is not a file").code,
      "data_load",
    );
  }));

Deno.test("csv: cells that are no numbers or times are named with their line (DAT-17)", async (t) => {
  const rows: [row: string, message: string][] = [
    ["2024-01-03,NaN,1,1,1,1", 'open is not a number: "NaN"'],
    ["2024-01-03,null,null,null,null,null", 'open is not a number: "null"'],
    ["2024-01-03,,1,1,1,1", 'open is not a number: ""'],
    ["2024-01-03,Infinity,1,1,1,1", 'open is not a number: "Infinity"'],
    ["2024-01-03,0x10,1,1,1,1", 'open is not a number: "0x10"'],
    ["2024-01-03,1.2.3,1,1,1,1", 'open is not a number: "1.2.3"'],
    ["2024-01-03,.,1,1,1,1", 'open is not a number: "."'],
    ['2024-01-03,"1,23",1,1,1,1', 'open is not a number: "\\"1,23\\""'],
    ["2024-01-03,1,1,1,1", "5 columns where 6 are expected"],
    ["2024-01-03,1,1,1,1,1,1", "7 columns where 6 are expected"],
    ["", "the line is empty"],
    ["2024-02-30,1,1,1,1,1", 'not a time: "2024-02-30"'],
    ["2024-01-03T10:00:00Z,1,1,1,1,1", 'not a time: "2024-01-03T10:00:00Z"'],
    ["total,1,1,1,1,1", 'not a time: "total"'],
  ];
  for (const [row, message] of rows) {
    await t.step(row, () =>
      inFolder((folder) => {
        const path = write(folder, "a.csv", `${HEADER}${ROW}${row}\n2024-01-04,1,1,1,1,1\n`);
        const bars = readCsv(path);
        assertEquals(bars.unreadable[0], { row: 1, line: 3, message });
        // The row after the fault is where its line says.
        assertEquals([bars.length, bars.close[2]], [3, 1]);
      }));
  }
});

Deno.test("csv: 1,234.5 is a number with commas and tabs, never with semicolons (DAT-17)", () =>
  inFolder((folder) => {
    const comma = readCsv(
      write(folder, "a.csv", HEADER + '2024-01-02,"1,234.5",1,1,1,"1,000,000"\n'),
    );
    assertEquals([comma.open[0], comma.volume[0]], [1234.5, 1e6]);
    const text = HEADER.replaceAll(",", ";") + "2024-01-02;1,234;1;1;1;1\n";
    const semicolon = readCsv(write(folder, "b.csv", text));
    assertEquals(semicolon.unreadable[0]?.message, 'open is not a number: "1,234"');
  }));

Deno.test("csv: a damaged file is read or refused, never a crash or a row out of place (DAT-17)", () =>
  inFolder((folder) => {
    const good = new TextEncoder().encode(GOOD), random = new Random(SEED);
    const strange = new TextEncoder().encode('",;\t\r\n .-+eE09xZ:$#<>\0\ufeff');
    for (let round = 0; round < 1500; round++) {
      const bytes = good.slice();
      for (let n = random.nextUint32() % 4; n >= 0; n--) {
        const value = strange[random.nextUint32() % strange.length]!;
        bytes[random.nextUint32() % bytes.length] = value;
      }
      const path = write(folder, "a.csv", bytes.slice(0, random.nextUint32() % 8 ? undefined : -9));
      try {
        const bars = readCsv(path), lines = new TextDecoder().decode(bytes).split("\n");
        const isPlaced = bars.unreadable.every((it) => it.line === it.row + bars.firstLine);
        if (!isPlaced) throw new Error("a fault is not on its line");
        const last = bars.firstLine + bars.length - 1;
        if (last > lines.length) throw new Error(`row ${bars.length - 1} is on line ${last}`);
      } catch (error) {
        if (!(error instanceof SandbarError)) throw new Error(`seed ${SEED}`, { cause: error });
      }
    }
  }));

const SEED = 20240108;
