import { assertEquals } from "@std/assert";
import { runBacktest } from "../../lib/backtest/mod.ts";

Deno.test("ledger: splits on raw prices are entries that keep the cash, and the last entry's cash is the account's (DAT-15)", async () => {
  const { json, tables } = await runBacktest({
    strategy: "strategies/buy_and_hold.ts",
    symbols: ["AAPL"],
    adjust: "none",
  });
  const kinds = tables.ledger.map((entry) => entry.kind);
  assertEquals(kinds, ["fill", "split", "split"]);
  const [bought, first, second] = tables.ledger;
  // 2:1 on 2000-06-21 and on 2005-02-28: each doubles the shares and moves no cash.
  assertEquals(Number(first!.position), 2 * Number(bought!.position));
  assertEquals(Number(second!.position), 4 * Number(bought!.position));
  assertEquals([first!.cashChange, second!.cashChange], ["0.00", "0.00"]);
  assertEquals(second!.cash, json.account.finalCash);
  assertEquals(bought!.cash, json.account.finalCash);
});
