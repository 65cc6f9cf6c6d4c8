import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { SandbarError } from "../../lib/core/mod.ts";
import { importBars, loadSeries, type ProblemKind } from "../../lib/data/mod.ts";
import { GOOD, HEADER, inFolder, namesBelow, write } from "./folder.ts";

/** The good file with some lines replaced; line 1 is the header. */
function withLines(replaced: Readonly<Record<number, string>>): string {
  return GOOD.split("\n").map((line, i) => replaced[i + 1] ?? line).join("\n");
}

const ALL = [10.5, 11.25, 11, 10.75, 12.125], WITHOUT_THIRD = [10.5, 11.25, 10.75, 12.125];

// One file a fault: what is said of it, and the closes that stay when it is accepted by name.
const FAULTS: readonly {
  kind: ProblemKind;
  name: string;
  content: string;
  message: string;
  left: number[];
}[] = [
  {
    kind: "unordered",
    name: "the newest row first",
    content: HEADER + GOOD.trim().split("\n").slice(1).reverse().join("\n"),
    message: "line 3: time 2024-01-05T00:00:00Z is before 2024-01-08T00:00:00Z above it",
    left: ALL,
  },
  {
    kind: "repeated",
    name: "a date twice",
    content: GOOD.replace("2024-01-05", "2024-01-04,1,1,1,1,1\n2024-01-05"),
    message: "line 5: time 2024-01-04T00:00:00Z repeats the row above",
    left: ALL,
  },
  {
    kind: "not_a_number",
    name: "a row of nulls",
    content: withLines({ 4: "2024-01-04,null,null,null,null,null" }),
    message: 'line 4: open is not a number: "null"',
    left: WITHOUT_THIRD,
  },
  {
    kind: "not_a_number",
    name: "a ragged row",
    content: withLines({ 4: "2024-01-04,11.25,11.5" }),
    message: "line 4: 3 columns where 6 are expected",
    left: WITHOUT_THIRD,
  },
  {
    kind: "high_low",
    name: "high below low",
    content: withLines({ 4: "2024-01-04,10.2,10.1,10.4,10.2,300" }),
    message: "line 4: high 10.1 is below low 10.4",
    left: WITHOUT_THIRD,
  },
  {
    kind: "high_low",
    name: "close above high",
    content: withLines({ 4: "2024-01-04,10,11,9,12,300" }),
    message: "line 4: high 11 is below close 12",
    left: WITHOUT_THIRD,
  },
  {
    kind: "negative_volume",
    name: "volume below zero",
    content: withLines({ 4: "2024-01-04,11.25,11.5,11,11,-300" }),
    message: "line 4: volume -300 is below zero",
    left: WITHOUT_THIRD,
  },
  {
    kind: "price_not_positive",
    name: "a price of zero",
    content: withLines({ 4: "2024-01-04,11.25,11.5,0,11,300" }),
    message: "line 4: low 0 is not above zero",
    left: WITHOUT_THIRD,
  },
  {
    kind: "missing_session",
    name: "a session without a bar",
    content: GOOD.replace(/2024-01-04.*\n/, ""),
    message: "line 4: no bar for the session of 2024-01-04 before it",
    left: WITHOUT_THIRD,
  },
  {
    kind: "no_session",
    name: "a bar on a Saturday",
    content: GOOD.replace("2024-01-08", "2024-01-06,1,1,1,1,1\n2024-01-08"),
    message: "line 6: 2024-01-06 is not a session",
    left: ALL,
  },
  {
    kind: "precision",
    name: "a price with more than six decimals",
    content: withLines({ 4: "2024-01-04,11.25,11.5,11,11.0000001,300" }),
    message: "line 4: close 11.0000001 has more than six decimals",
    left: [10.5, 11.25, 11.0000001, 10.75, 12.125],
  },
];

for (const { kind, name, content, message, left } of FAULTS) {
  Deno.test(`import: ${name} is refused with file and line unless accepted (DAT-17)`, () =>
    inFolder(async (folder) => {
      const file = write(folder, "a.csv", content), dataDir = `${folder}/data`;
      const options = { file, shown: "a.csv", symbol: "A", period: "1d", dataDir };
      const error = await assertRejects(() => importBars(options), SandbarError);
      assertEquals(error.code, "data_invalid");
      assertEquals(error.message.split("\n")[0], `Cannot read bars: a.csv ${message}`);
      assertStringIncludes(error.message, `--accept ${kind}`);
      assertEquals(namesBelow(folder), ["a.csv"]);

      // Leaving out a row can leave a session without a bar, which is a problem of its own.
      const accept: ProblemKind[] = left.length === 5 ? [kind] : [kind, "missing_session"];
      const { manifest } = await importBars({ ...options, accept });
      const { series } = loadSeries({ symbol: "A", period: "1d", adjust: "split", dataDir });
      assertEquals([...series.columns.close], left);
      assertEquals(kind in manifest.accepted, true);
    }));
}

Deno.test("import: the message is the first fault, then the others, then the way on (DAT-17)", () =>
  inFolder(async (folder) => {
    const file = write(
      folder,
      "a.csv",
      withLines({ 3: "2024-01-03,10.2,10.1,10.4,10.2,1", 5: "2024-01-05,x,11,10,10.75,400" }),
    );
    const error = await assertRejects(
      () => importBars({ file, shown: "a.csv", symbol: "A", period: "1d", dataDir: folder }),
      SandbarError,
    );
    assertEquals(
      error.message,
      "Cannot read bars: a.csv line 3: high 10.1 is below low 10.4\n" +
        '  and line 5: open is not a number: "x"\n' +
        "Mend the file, or accept this by name: --accept high_low,not_a_number",
    );
    assertEquals(error.context, { file: "a.csv", line: 3, kind: "high_low", total: 2 });
  }));

Deno.test("import: a row left out that empties a session is a problem of its own (DAT-17)", () =>
  inFolder(async (folder) => {
    const file = write(folder, "a.csv", withLines({ 4: "2024-01-04,x,11.5,11,11,300" }));
    await assertRejects(
      () =>
        importBars({
          file,
          symbol: "A",
          period: "1d",
          dataDir: folder,
          accept: ["not_a_number"],
        }),
      SandbarError,
      "no bar for the session of 2024-01-04",
    );
  }));

Deno.test("import: bars round the clock under an exchange's calendar name the way out (DAT-17)", () =>
  inFolder(async (folder) => {
    const rows = [1, 2, 3, 4, 5, 6, 7].map((day) => `2024-01-0${day},1,1,1,1,1\n`).join("");
    const file = write(folder, "a.csv", HEADER + rows);
    const options = { file, symbol: "BTC/USD", period: "1d", dataDir: `${folder}/data` };
    await assertRejects(
      () => importBars(options),
      SandbarError,
      "The calendar is XNYS; for what trades round the clock use --calendar always_open",
    );
    const { manifest, path } = await importBars({ ...options, calendar: "always_open" });
    assertEquals([manifest.rows, manifest.last], [7, "2024-01-08T00:00:00Z"]);
    assertEquals(path, `${folder}/data/BTC%2FUSD/1d.arrow`);
  }));

Deno.test("import: many faults of one kind do not hide one of another", () =>
  inFolder(async (folder) => {
    // Weekends of three weeks, and one word at the end.
    const rows = Array.from({ length: 21 }, (_, i) => `2024-01-${String(i + 1).padStart(2, "0")}`)
      .map((day) => `${day},10,11,9,10,100`);
    const file = write(folder, "a.csv", `${HEADER}${rows.join("\n")}\n2024-01-22,10,x,9,10,100\n`);
    const options = { file, symbol: "A", period: "1d", dataDir: `${folder}/data` };
    const error = await assertRejects(() => importBars(options), SandbarError);
    assertStringIncludes(error.message, "a.csv line 2: 2024-01-01 is not a session");
    assertStringIncludes(error.message, '\n  and line 23: high is not a number: "x"\n  and 3 more');
  }));
