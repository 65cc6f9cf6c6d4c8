import { assertEquals } from "@std/assert";
import { inFolder, write } from "../data/folder.ts";
import { assertRefused, run, strategy } from "./command.ts";

/** Buys once, with a stop at 95 and a target at 105. */
const BRACKET = strategy(
  "bracket",
  `      onBar(bar, trade): void {
        if (++count === 1) {
          trade.order({ symbol: bar.symbol, side: "buy", quantity: 10, stopLoss: 95, takeProfit: 105 });
        }
      },`,
  "let count = 0;",
);

const HEAD = "date,open,high,low,close,volume\n";
const DAYS = `${HEAD}2024-01-02,100,100,100,100,1000
2024-01-03,100,106,94,96,1000
2024-01-04,96,96,96,96,1000
`;
/** Hours of the second day: up first. The last day has none. */
const HOURS = `${HEAD}2024-01-02T14:30:00Z,100,100,100,100,100
2024-01-03T14:30:00Z,100,102,99,101,100
2024-01-03T15:30:00Z,101,106,101,104,100
2024-01-03T16:30:00Z,104,104,94,96,100
`;

Deno.test("e2e finer bars: --path-period tells the way inside the bars, in sandbox and host, and the result says with what (BT-06)", () =>
  inFolder(async (folder) => {
    write(folder, "bracket.ts", BRACKET);
    Deno.mkdirSync(`${folder}/own`);
    write(folder, "own/A.csv", DAYS);
    write(folder, "own/A_1h.csv", HOURS);
    const common = ["bracket.ts", "--data", "own", "--symbols", "A", "--commission", "none"];
    const flags = [...common, "--slippage-bps", "0", "--json", "--quiet", "--no-report"];
    const results = async (...more: string[]) => {
      const ran = await run(folder, "backtest", ...flags, ...more);
      assertEquals(ran.code, 0, ran.stderr);
      return JSON.parse(ran.stdout);
    };
    const worse = await results(), told = await results("--path-period", "60m");
    assertEquals([worse.account.finalEquity, worse.venue.pathPeriod, worse.paths], [
      "99950.00",
      null,
      undefined,
    ]);
    assertEquals([told.account.finalEquity, told.venue.pathPeriod], ["100050.00", "1h"]);
    assertEquals(told.data.length, 1);
    const [{ symbol, period, rows }] = told.paths;
    assertEquals([symbol, period, rows], ["A", "1h", 4]);
    assertEquals([
      worse.hashes.data === told.hashes.data,
      worse.hashes.config === told.hashes.config,
    ], [
      false,
      false,
    ]);
    assertEquals(
      told.warnings.filter((each: string) => each.includes("1h bars")),
      [
        "A: inside 1 of 3 bars (the first on 2024-01-04) there are no 1h bars, or some that leave its range: the worse way of four prices was taken there",
      ],
    );
    // From a file of settings, in slices of one bar, the same.
    write(folder, "s.yaml", "venue: { path_period: 1h }\n");
    const checked = await results("--config", "s.yaml", "--check-lookahead");
    assertEquals([checked.hashes.ledger, checked.lookaheadChecked], [told.hashes.ledger, true]);
  }));

Deno.test("e2e finer bars: what cannot be is refused by name", () =>
  inFolder(async (folder) => {
    write(folder, "bracket.ts", BRACKET);
    Deno.mkdirSync(`${folder}/own`);
    write(folder, "own/A_1d.csv", DAYS);
    const common = ["bracket.ts", "--data", "own", "--symbols", "A", "--no-report", "--quiet"];
    const rows: readonly (readonly [flags: readonly string[], code: number, words: string])[] = [
      [["--path-period", "1d"], 2, "--path-period: found 1d; give a size below the 1d of a bar"],
      [["--path-period", "soon"], 2, "--path-period:"],
      [["--path-period", "1h", "--venue", "backtrader"], 2, "the venue backtrader takes no way"],
      [["--path-period", "1h", "--venue", "zipline"], 2, "the venue zipline takes no way"],
      [["--path-period", "1h"], 3, "A is not there as 1h"],
    ];
    for (const [flags, code, words] of rows) {
      assertRefused(await run(folder, "backtest", ...common, ...flags), code, words);
    }
  }));
