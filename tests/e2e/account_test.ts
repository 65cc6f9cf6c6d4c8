import { assertEquals } from "@std/assert";
import { inFolder, write } from "../data/folder.ts";
import { run, strategy } from "./command.ts";

/** Goes long and short with more than the account's own money. */
const LEVERED = strategy(
  "levered",
  `      onBar(bar, trade): void {
        count++;
        if (count % 100 === 10) trade.targetWeight(bar.symbol, 1.9);
        else if (count % 100 === 60) trade.targetWeight(bar.symbol, -1.9);
      },`,
  "let count = 0;",
);

/** The sum of a column of the rows that have a value in another. */
function sumOf(lines: readonly string[], column: number, where: number, is: string): number {
  return lines.map((line) => line.split(",")).filter((cells) => cells[where] === is)
    .reduce((sum, cells) => sum + Math.round(Number(cells[column]) * 1e6), 0);
}

Deno.test("e2e account: a margin account borrows, pays for it, is called, and its files add up (RSK-24, BT-08)", () =>
  inFolder(async (folder) => {
    write(folder, "levered.ts", LEVERED);
    const settings = "venue: { borrow_rate_pct: 1, debit_rate_pct: 6 }\n" +
      "margin: { initial_pct: 50, maintenance_long_pct: 30, maintenance_short_pct: 35 }\n";
    write(folder, "sandbar.yaml", settings);
    const ran = await run(
      folder,
      "backtest",
      "levered.ts",
      "--config",
      "sandbar.yaml",
      "--account",
      "margin",
      "--json",
      "--quiet",
      "--out",
      "result",
    );
    assertEquals(ran.code, 0, ran.stderr);
    const { account, costs, venue } = JSON.parse(ran.stdout);
    assertEquals([venue.account, venue.borrowRatePct, venue.debitRatePct], ["margin", 1, 6]);
    const text = (name: string): string => Deno.readTextFileSync(`${folder}/result/${name}`);
    const [head, ...ledger] = text("ledger.csv").trimEnd().split("\n");
    assertEquals(
      head,
      "time,kind,symbol,quantity,price,commission,fee,cash_change,cash,position,note",
    );
    const financing = sumOf(ledger, 7, 1, "financing");
    assertEquals(-financing, Math.round(Number(costs.financing) * 1e6));
    assertEquals(
      financing,
      sumOf(ledger, 7, 10, "borrow_fee") + sumOf(ledger, 7, 10, "debit_interest"),
    );
    assertEquals(financing < 0, true);
    const all = ledger.reduce((sum, line) => sum + Math.round(Number(line.split(",")[7]) * 1e6), 0);
    assertEquals(100_000e6 + all, Math.round(Number(account.finalCash) * 1e6));
    const calls = text("orders.csv").split("\n").filter((line) =>
      line.includes(",filled,margin_call,")
    );
    assertEquals(calls.length > 0, true);
    assertEquals(ledger.filter((line) => line.endsWith(",margin_call")).length, calls.length);
  }));

Deno.test("e2e account: a cash account that settles refuses what is not paid for, and says so", () =>
  inFolder(async (folder) => {
    write(
      folder,
      "rotate.ts",
      strategy(
        "rotate",
        `      onBar(bar, trade): void {
        count++;
        if (count === 5) trade.buy(bar.symbol, 900);
        if (count === 10) trade.sell(bar.symbol, 900);
        if (count === 11) trade.buy(bar.symbol, 900); // T+3 in 2004: the next open is too early
        if (count === 14) trade.buy(bar.symbol, 850);
      },`,
        "let count = 0;",
      ),
    );
    const ran = await run(
      folder,
      "backtest",
      "rotate.ts",
      "--settlement",
      "standard",
      "--no-report",
    );
    assertEquals(ran.code, 0, ran.stderr);
    assertEquals(
      ran.stdout.includes("1 order was refused: 1 insufficient_funds"),
      true,
      ran.stdout,
    );
    assertEquals(ran.stdout.includes("sales settle"), true);
    const wrong = await run(
      folder,
      "backtest",
      "rotate.ts",
      "--account",
      "margin",
      "--settlement",
      "standard",
    );
    assertEquals([wrong.code, wrong.stdout], [2, ""]);
    assertEquals(wrong.stderr.includes("--settlement: found standard with a margin account"), true);
  }));
