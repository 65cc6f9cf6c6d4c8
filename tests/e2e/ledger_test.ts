import { assertEquals } from "@std/assert";
import { inFolder, write } from "../data/folder.ts";
import { run, strategy } from "./command.ts";

/** Buys and sells fixed counts of shares, long and short, and ends with a position. */
const FIXED = strategy(
  "fixed-shares",
  `      onBar(bar, trade): void {
        count++;
        const step = count % 120;
        if (step === 5) trade.buy(bar.symbol, 60);
        else if (step === 25) trade.buy(bar.symbol, 23);
        else if (step === 45) trade.sell(bar.symbol, 83);
        else if (step === 65) trade.sell(bar.symbol, 11);
        else if (step === 85) trade.buy(bar.symbol, 11);
      },`,
  "let count = -1;",
);

/** What a spreadsheet would do with trades.csv. */
function equityOf(csv: string, cash: number): number {
  const [, ...lines] = csv.trimEnd().split("\n");
  let equity = cash;
  for (const line of lines) {
    const [, , side, quantity, , , entry, exit, , , commission, fees] = line.split(",");
    const move = (Number(exit) - Number(entry)) * (side === "long" ? 1 : -1);
    equity += move * Number(quantity) - Number(commission) - Number(fees);
  }
  return equity;
}

Deno.test("e2e ledger: the final equity follows from trades.csv to the cent (BT-14)", async (t) => {
  const cases: readonly (readonly [name: string, args: readonly string[], costs: boolean])[] = [
    ["without costs", ["--slippage-bps", "0", "--commission", "none"], false],
    ["with the default costs", [], true],
    ["with a charge a share, bounded", ["--commission", "0.005/share min 1 max 0.5%"], true],
    ["with parts of shares", ["--fractional", "--commission", "0.2%"], true],
  ];
  await inFolder(async (folder) => {
    write(folder, "fixed.ts", FIXED);
    for (const [name, args, costs] of cases) {
      await t.step(name, async () => {
        const ran = await run(
          folder,
          "backtest",
          "fixed.ts",
          "--json",
          "--quiet",
          "--out",
          "result",
          ...args,
        );
        assertEquals([ran.code, ran.stderr], [0, ""]);
        const json = JSON.parse(ran.stdout);
        assertEquals([json.counts.trades > 20, json.counts.refused], [true, 0]);
        assertEquals(Number(json.costs.commission) > 0, costs);
        const trades = Deno.readTextFileSync(`${folder}/result/trades.csv`);
        assertEquals(
          equityOf(trades, 100_000).toFixed(2),
          Number(json.account.finalEquity).toFixed(2),
        );
        const curve = Deno.readTextFileSync(`${folder}/result/equity.csv`).trimEnd().split("\n");
        assertEquals(curve.at(-1)!.split(",")[1], Number(json.account.finalEquity).toFixed(2));
      });
    }
  });
});

Deno.test("e2e ledger: cash and equity follow from orders.csv alone", () =>
  inFolder(async (folder) => {
    write(folder, "fixed.ts", FIXED);
    const ran = await run(folder, "backtest", "fixed.ts", "--json", "--quiet", "--out", "result");
    assertEquals(ran.code, 0, ran.stderr);
    const json = JSON.parse(ran.stdout);
    const [header = "", ...lines] = Deno.readTextFileSync(`${folder}/result/orders.csv`).trimEnd()
      .split("\n");
    const names = header.split(",");
    let cash = 100_000;
    for (const line of lines) {
      const cells = line.split(","), of = (name: string): string => cells[names.indexOf(name)]!;
      if (of("state") !== "filled") continue;
      const sign = of("side") === "buy" ? -1 : 1;
      cash += sign * Number(of("filled")) * Number(of("fill_price")) - Number(of("commission"));
    }
    assertEquals(cash.toFixed(2), Number(json.account.finalCash).toFixed(2));
  }));
