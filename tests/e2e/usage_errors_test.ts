import { assertEquals, assertStringIncludes } from "@std/assert";
import { inFolder, namesBelow, write } from "../data/folder.ts";
import { assertRefused, run, SMA } from "./command.ts";

type Row = readonly [args: readonly string[], code: number, ...words: readonly string[]];

/** Each wrong value has a message of its own, which says what was found and what is right. */
const ROWS: readonly Row[] = [
  [["--symbol", "GOOG"], 2, "Unknown option '--symbol'", "Did you mean --symbols?"],
  [["--comission", "none"], 2, "Did you mean --commission?"],
  [["--frobnicate"], 2, "Unknown option '--frobnicate'", "--help shows every option"],
  [["--cash"], 2, "--cash <amount>' argument missing"],
  [["second.ts"], 4, "Cannot load strategy second.ts: no such file"],
  [["--set", "fst=3"], 2, 'no parameter "fst" (did you mean "fast"?)', "it has fast, slow"],
  [["--set", "zzz=3"], 2, 'no parameter "zzz"; it has fast, slow'],
  [["--set", "fast"], 2, "Write name=value"],
  [["--set", "fast=1.5"], 2, "--set fast=1.5: give a whole number from 2 to 200"],
  [["--set", "fast=1000"], 2, "--set fast=1000: give a whole number from 2 to 200"],
  [["--set", "fast="], 2, "--set fast=: give a whole number"],
  [["--symbols", "GOGO"], 3, "Unknown symbol GOGO", "did you mean GOOG?"],
  [["--symbols", "ZZZZZZ"], 3, "there is AAPL, FB, GOOG, IBM, MSFT"],
  [["--symbols", ""], 2, "--symbols: found an empty symbol"],
  [["--symbols", "GOOG,,IBM"], 2, "--symbols: found an empty symbol"],
  [["--symbols", "GOOG,goog"], 2, "--symbols: found GOOG twice"],
  [["--symbols", "A B"], 2, '--symbols: found "A B"'],
  [["--from", "2004-13-01"], 2, '--from: found "2004-13-01"; give a date such as 2010-01-31'],
  [["--from", "01/02/2004"], 2, "--from:"],
  [["--to", "2013"], 2, "--to:"],
  [["--from", "2010-01-02", "--to", "2009-01-02"], 2, "--from: found 2010-01-02, after --to"],
  [["--from", "1999-01-01"], 3, "does not cover 1999-01-01", "there is 2004-08-19 to 2013-03-01"],
  [["--to", "2030-01-01"], 3, "there is 2004-08-19 to 2013-03-01"],
  [["--period", "7x"], 2, '--period: unknown period "7x"'],
  [["--period", "1h"], 3, "GOOG is not there as 1h; there is 1d"],
  [["--data", "nowhere"], 3, "nowhere"],
  [["--adjust", "nonee"], 2, "'nonee' is invalid", "Give split or none"],
  [["--cash", "abc"], 2, "'abc' is invalid", "A number is expected"],
  [["--cash", "0"], 2, "--cash: found 0; give a number from 1 to"],
  [["--cash", "-5"], 2, "--cash: found -5"],
  [["--cash", "1e99"], 2, "--cash: found 1e+99"],
  [["--cash", "1.0000001"], 2, "--cash: found 1.0000001; give at most 6 decimals"],
  [["--slippage-bps", "many"], 2, "A number is expected"],
  [["--slippage-bps", "-1"], 2, "--slippage-bps: found -1; give a number from 0 to 1000"],
  [["--slippage-bps", "1001"], 2, "--slippage-bps: found 1001"],
  [["--commission", "3"], 2, '--commission: found "3"; give none, 0.2%'],
  [["--commission", "101%"], 2, "101 is more than 100"],
  [["--commission", "-1/order"], 2, "--commission:"],
  [["--commission", "0.00000001/share"], 2, "more than 6 decimals"],
  [["--commission", "1/order min 2"], 2, "no minimum of its own"],
  [["--seed", "1.5"], 2, "--seed: found 1.5; give a whole number"],
  [["--seed", "-1"], 2, "--seed: found -1; give a number from 0 to 4294967295"],
  [["--benchmark", "ZZZZZZ"], 3, "ZZZZZZ"],
  [["--benchmark", "a b"], 2, '--benchmark: found "a b"; give one symbol'],
  [["--config", "none.yaml"], 2, "Cannot read the settings in none.yaml: there is no such file"],
  [["--out", "/proc/result"], 2, "Cannot write the result to /proc/result", "with --out"],
  [["--out", "file.txt"], 2, "Cannot write the result to file.txt: there is a file in the way"],
  [["--out", "file.txt/deep"], 2, "file.txt/deep: there is a file in the way"],
];

Deno.test("e2e: each wrong option has a message of its own and leaves nothing behind (CLI-01, CLI-02)", async (t) => {
  await inFolder(async (folder) => {
    write(folder, "file.txt", "in the way\n");
    for (const [args, code, ...words] of ROWS) {
      await t.step(args.join(" "), async () => {
        const out = args.includes("--out") ? [] : ["--out", "result"];
        const ran = await run(folder, "backtest", SMA, ...out, ...args);
        assertRefused(ran, code, ...words);
        assertEquals(ran.stdout, "");
        assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["file.txt"]);
      });
    }
  });
});

Deno.test("e2e: --help of every command shows examples and exit codes", async (t) => {
  await inFolder(async (folder) => {
    for (const script of ["backtest", "compare", "new", "data"] as const) {
      await t.step(script, async () => {
        const ran = await run(folder, script, "--help");
        assertEquals([ran.code, ran.stderr], [0, ""]);
        assertStringIncludes(ran.stdout, `Usage: deno task ${script} `);
        assertStringIncludes(ran.stdout, `Examples:\n  deno task ${script} `);
        assertStringIncludes(ran.stdout, "xit codes: 0 done");
        const widest = Math.max(...ran.stdout.split("\n").map((line) => line.length));
        assertEquals(widest <= 120, true, `${widest} columns`);
      });
    }
    const nothing = await run(folder, "backtest");
    assertRefused(nothing, 2, "Missing required argument 'strategies'");
  });
});

Deno.test("e2e: data that is wrong is named with file and line (DAT)", async (t) => {
  const good = Deno.readTextFileSync("lib/data/sample/GOOG.csv").split("\n");
  const cells = good[811]!.split(",");
  const bad = [...good.slice(0, 811), cells.with(2, "0.5").join(","), ...good.slice(812)].join(
    "\n",
  );
  await inFolder(async (folder) => {
    write(folder, "bad.csv", bad);
    write(folder, "empty.csv", "");
    write(folder, "words.csv", "hello\nworld\n");
    const rows: [file: string, ...words: string[]][] = [
      ["bad.csv", "bad.csv line 812: high 0.5 is below"],
      ["empty.csv", "empty.csv"],
      ["words.csv", "words.csv"],
    ];
    for (const [file, ...words] of rows) {
      await t.step(file, async () => {
        const ran = await run(
          folder,
          "backtest",
          SMA,
          "--data",
          file,
          "--symbols",
          "X",
          "--out",
          "result",
        );
        assertRefused(ran, 3, ...words);
        assertEquals(ran.stdout, "");
      });
    }
    assertEquals(namesBelow(folder), ["bad.csv", "empty.csv", "words.csv"]);
  });
});
