/**
 * One small market with a ledger computed by hand, through every door: the command, the engine's replay, another zone and locale, and
 * a strategy with one constant changed (G-05).
 *
 * The market (HAND, daily, 2024) and what the strategy asks for after each close:
 *
 * | bar | date  | open | high | low | close | asked after it                    |
 * |-----|-------|------|------|-----|-------|-----------------------------------|
 * | 1   | 01-02 | 100  | 101  | 99  | 100   | buy 100 at market                 |
 * | 2   | 01-03 | 100  | 103  | 99  | 102   | sell 40, limit 105.50, gtc        |
 * | 3   | 01-04 | 102  | 106  | 101 | 105   | sell 60, stop 100, gtc            |
 * | 4   | 01-05 | 105  | 105  | 98  | 99    | buy 10, limit 90, for the day     |
 * | 5   | 01-08 | 99   | 100  | 95  | 96    | buy 10 at market                  |
 * | 6   | 01-09 | 96   | 99   | 95  | 98    |                                   |
 *
 * The terms: 10 basis points of slippage on market and stop fills, 0.1 % commission, regulatory fees of sales. In January 2024 Section 31
 * is 8.00 a million of proceeds and the Trading Activity Fee 0.000166 a share, each rounded up to the cent.
 *
 * | fill | when          | price                   | amount   | commission | Section 31        | TAF              | cash after   |
 * |------|---------------|-------------------------|----------|------------|-------------------|------------------|--------------|
 * | +100 | open of 01-03 | 100 + 0.10 = 100.10     | 10,010   | 10.01      |                   |                  | 89,979.99    |
 * | -40  | in 01-04      | the limit, 105.50       | 4,220    | 4.22       | 0.03376 -> 0.04   | 0.00664 -> 0.01  | 94,195.72    |
 * | -60  | in 01-05      | 100 - 0.10 = 99.90      | 5,994    | 5.994      | 0.047952 -> 0.05  | 0.00996 -> 0.01  | 100,183.666  |
 * | +10  | open of 01-09 | 96 + 0.096 = 96.096     | 960.96   | 0.96096    |                   |                  | 99,221.74504 |
 *
 * The limit at 90 is not reached and dies with its session. At the end 10 shares at 98 are held: equity 100,201.74504.
 *
 * @module
 */

import {
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertStringIncludes,
} from "@std/assert";
import { type Comparison, firstDifference, runTraced } from "../../lib/backtest/mod.ts";
import { formatIso, type TimeUs } from "../../lib/core/mod.ts";
import { Engine, Replay } from "../../lib/engine/mod.ts";
import { sha256Ledger } from "../../lib/run/mod.ts";
import { inFolder, write } from "../data/folder.ts";
import { dailyBars, type PriceRow, runStrategy, specOf } from "../engine/support.ts";
import { run, start, strategy } from "./command.ts";

const ROWS: readonly PriceRow[] = [
  [100, 101, 99, 100],
  [100, 103, 99, 102],
  [102, 106, 101, 105],
  [105, 105, 98, 99],
  [99, 100, 95, 96],
  [96, 99, 95, 98],
];
const DATES = ["2024-01-02", "2024-01-03", "2024-01-04", "2024-01-05", "2024-01-08", "2024-01-09"];
const CSV = "time,open,high,low,close,volume\n" +
  ROWS.map((row, i) => `${DATES[i]},${row.join(",")},1000\n`).join("");

/** The strategy; each constant can be another one. */
function handMade({ ask = 105.5, bid = 90 } = {}): string {
  return strategy(
    "hand",
    `      onBar(bar, trade): void {
        if (bar.count === 1) trade.buy(bar.symbol, 100);
        else if (bar.count === 2) trade.sell(bar.symbol, 40, { limitPrice: ${ask}, timeInForce: "gtc" });
        else if (bar.count === 3) trade.sell(bar.symbol, 60, { stopPrice: 100, timeInForce: "gtc" });
        else if (bar.count === 4) trade.buy(bar.symbol, 10, { limitPrice: ${bid} });
        else if (bar.count === 5) trade.buy(bar.symbol, 10);
      },`,
  );
}

const TERMS = [
  ...["--data", "hand.csv", "--symbols", "HAND", "--slippage-bps", "10", "--commission", "0.1%"],
  ...["--config", "hand.yaml", "--quiet"],
];

function prepare(folder: string): void {
  write(folder, "hand.csv", CSV);
  write(folder, "hand.yaml", "venue:\n  regulatory_fees: true\n");
  write(folder, "hand.ts", handMade());
}

/** The files of a result, without the measured times of the run. */
function filesOf(folder: string): Record<string, string> {
  const files: Record<string, string> = {};
  for (const { name } of Deno.readDirSync(folder)) {
    files[name] = Deno.readTextFileSync(`${folder}/${name}`)
      .replaceAll(/"timing":\s*\{[^}]*\}/g, '"timing":{}');
  }
  return files;
}

const lines = (text: string): string[] => text.trimEnd().split("\n").slice(1);

Deno.test("G-05 parity: a hand-written market gives the ledger and the metrics computed by hand", () =>
  inFolder(async (folder) => {
    prepare(folder);
    const ran = await run(folder, "backtest", "hand.ts", ...TERMS, "--json", "--out", "result");
    assertEquals([ran.code, ran.stderr], [0, ""]);
    const json = JSON.parse(ran.stdout), files = filesOf(`${folder}/result`);
    assertEquals(lines(files["orders.csv"]!), [
      "0,HAND,buy,market,day,filled,,2024-01-02T21:00:00Z,2024-01-03T14:30:00Z,100,100,,,100.10,10.01,0.00,10.00,",
      "1,HAND,sell,limit,gtc,filled,,2024-01-03T21:00:00Z,2024-01-04T21:00:00Z,40,40,105.50,,105.50,4.22,0.05,0.00,",
      "2,HAND,sell,stop,gtc,filled,,2024-01-04T21:00:00Z,2024-01-05T21:00:00Z,60,60,,100.00,99.90,5.994,0.06,6.00,",
      "3,HAND,buy,limit,day,expired,session_ended,2024-01-05T21:00:00Z,2024-01-08T21:00:00Z,10,0,90.00,,,,,,",
      "4,HAND,buy,market,day,filled,,2024-01-08T21:00:00Z,2024-01-09T14:30:00Z,10,10,,,96.096,0.96096,0.00,0.96,",
    ]);
    assertEquals(lines(files["ledger.csv"]!), [
      "2024-01-03T14:30:00Z,fill,HAND,100,100.10,10.01,0.00,-10020.01,89979.99,100,",
      "2024-01-04T21:00:00Z,fill,HAND,-40,105.50,4.22,0.05,4215.73,94195.72,60,",
      "2024-01-05T21:00:00Z,fill,HAND,-60,99.90,5.994,0.06,5987.946,100183.666,0,",
      "2024-01-09T14:30:00Z,fill,HAND,10,96.096,0.96096,0.00,-961.92096,99221.74504,10,",
    ]);
    assertEquals(json.account, {
      currency: "USD",
      initialCash: "100000.00",
      finalCash: "99221.74504",
      finalEquity: "100201.74504",
    });
    // Slippage: 0.10 x 100 + 0.10 x 60 + 0.096 x 10.
    assertEquals(json.costs, {
      commission: "21.18496",
      fees: "0.11",
      slippage: "16.96",
      dividends: "0.00",
      financing: "0.00",
    });
    assertEquals(json.counts, { bars: 6, orders: 5, fills: 4, trades: 1, refused: 0 });

    // Cash and position at each close.
    const equity = [
      100_000,
      89_979.99 + 100 * 102,
      94_195.72 + 60 * 105,
      100_183.666,
      100_183.666,
      99_221.74504 + 10 * 98,
    ];
    const returns = equity.map((value, i) => i === 0 ? 0 : value / equity[i - 1]! - 1);
    const mean = returns.reduce((sum, each) => sum + each) / 6;
    const deviation = Math.sqrt(returns.reduce((sum, each) => sum + (each - mean) ** 2, 0) / 5);
    const below = Math.sqrt(returns.reduce((sum, each) => sum + Math.min(each, 0) ** 2, 0) / 6);
    // The one closed trade: 40 x (105.50 - 100.10) + 60 x (99.90 - 100.10) = 204 less 20.224 of commission and 0.11 of fees.
    const net = 204 - 20.224 - 0.11;
    const expected = {
      finalEquity: 100_201.74504,
      totalReturn: 0.0020174504,
      annualReturn: 1.0020174504 ** (252 / 6) - 1,
      volatility: deviation * Math.sqrt(252),
      sharpe: mean / deviation * Math.sqrt(252),
      sortino: mean / below * Math.sqrt(252),
      // From 100,495.72 at the close of 01-04 to 100,183.666.
      maxDrawdown: -312.054 / 100_495.72,
      // Held over the closes of bars 2, 3 and 6.
      exposure: 3 / 6,
      turnover: (10_010 + 4_220 + 5_994 + 960.96) /
        (equity.reduce((sum, each) => sum + each) / 6) * 252 / 6,
      trades: 1,
      winRate: 1,
      expectancy: net,
      averageTrade: net / 10_010,
    };
    for (const [name, value] of Object.entries(expected)) {
      assertAlmostEquals(json.metrics[name], value, 1e-12 * Math.max(1, Math.abs(value)), name);
    }
  }));

Deno.test("G-05 parity: the same intents through the engine's replay give the ledger hash of the backtest", () =>
  inFolder(async (folder) => {
    prepare(folder);
    const ran = await run(folder, "backtest", "hand.ts", ...TERMS, "--json", "--no-report");
    assertEquals(ran.code, 0, ran.stderr);
    const { hashes } = JSON.parse(ran.stdout);
    const input = {
      bars: [dailyBars("HAND", ROWS)],
      venue: { slippageBps: 10, commission: { kind: "notional", bps: 10 }, regulatoryFees: true },
    } as const;
    const { intents } = runStrategy({
      ...input,
      strategy: {
        onBar(bar, trade): void {
          if (bar.count === 1) trade.buy("HAND", 100);
          else if (bar.count === 2) {
            trade.sell("HAND", 40, { limitPrice: 105.5, timeInForce: "gtc" });
          } else if (bar.count === 3) {
            trade.sell("HAND", 60, { stopPrice: 100, timeInForce: "gtc" });
          } else if (bar.count === 4) trade.buy("HAND", 10, { limitPrice: 90 });
          else if (bar.count === 5) trade.buy("HAND", 10);
        },
      },
    });
    for (const slice of [1, 2, 6]) {
      const engine = new Engine(specOf(input), input.bars, null, null);
      const replay = new Replay(engine, input.bars[0].time[0]! - 1);
      for (let from = 0; from < 6; from += slice) {
        const rows = intents.filter(([at]) => at! >= from * 2 && at! < (from + slice) * 2);
        replay.run(slice, Float64Array.from(rows.flat()), rows.length);
      }
      replay.finish(new Float64Array(0), 0);
      assertEquals(sha256Ledger(engine), hashes.ledger, `slices of ${slice}`);
    }
  }));

Deno.test("G-05 parity: another run, another time zone and another locale give the same bytes", () =>
  inFolder(async (folder) => {
    const machines = [
      {},
      {},
      { TZ: "Asia/Tokyo", LANG: "ja_JP.UTF-8", LC_ALL: "ja_JP.UTF-8" },
      { TZ: "America/Los_Angeles", LANG: "tr_TR.UTF-8", LC_ALL: "tr_TR.UTF-8" },
    ];
    prepare(folder);
    const results: Record<string, string>[] = [];
    // One after the other into one folder: its name is in the result.
    for (const machine of machines) {
      const args = ["hand.ts", ...TERMS, "--out", "result"];
      const ran = await start(folder, "backtest", args, machine).result;
      assertEquals([ran.code, ran.stderr], [0, ""]);
      results.push(filesOf(`${folder}/result`));
    }
    assertEquals(Object.keys(results[0]!).sort(), [
      "equity.csv",
      "ledger.csv",
      "orders.csv",
      "report.html",
      "result.json",
      "trades.csv",
    ]);
    for (const result of results.slice(1)) assertEquals(result, results[0]);
  }));

Deno.test("G-05 parity: one changed constant is told at the first decision that it changes", async (t) => {
  await inFolder(async (folder) => {
    prepare(folder);
    write(folder, "ask.ts", handMade({ ask: 105.4 }));
    write(folder, "bid.ts", handMade({ bid: 89 }));
    for (const name of ["hand", "ask", "bid"]) {
      const ran = await run(folder, "backtest", `${name}.ts`, ...TERMS, "--out", name);
      assertEquals([ran.code, ran.stderr], [0, ""]);
    }
    const compare = async (second: string): Promise<Comparison> => {
      const ran = await run(folder, "compare", "hand", second, "--json");
      assertEquals([ran.code, ran.stderr], [0, ""]);
      return JSON.parse(ran.stdout);
    };

    await t.step("one that changes a fill: the order and the trade are named", async () => {
      const { orders, trades } = await compare("ask");
      const { order, first, second, columns } = orders.firstDifference!;
      assertEquals([order, first!["limit_price"], second!["limit_price"]], [2, "105.50", "105.40"]);
      assertEquals(columns, ["limit_price", "fill_price", "commission"]);
      assertEquals(trades.firstDifference!.trade, 1);
      assertStringIncludes(
        (await run(folder, "compare", "hand", "ask")).stdout,
        "Orders: order 2 is the first that differs, in limit_price, fill_price, commission\n" +
          "  first   sell 40 HAND limit at 105.50 gtc, asked 2024-01-03T21:00:00Z, filled\n" +
          "  second  sell 40 HAND limit at 105.40 gtc, asked 2024-01-03T21:00:00Z, filled\n",
      );
    });

    await t.step("one that changes no fill: the decision is another one all the same", async () => {
      const { orders, trades, account } = await compare("bid");
      assertEquals([orders.firstDifference!.order, orders.firstDifference!.columns], [4, [
        "limit_price",
      ]]);
      assertEquals([trades.equal, account.every(({ equal }) => equal)], [true, true]);
    });

    await t.step("the same strategy: nothing is named", async () => {
      const { orders } = await compare("hand");
      assertEquals([orders.equal, orders.firstDifference, orders.note], [true, null, ""]);
    });

    await t.step("in the engines of two runs", async () => {
      const traced = (file: string) =>
        runTraced({
          strategy: `${folder}/${file}`,
          data: `${folder}/hand.csv`,
          symbols: ["HAND"],
          report: false,
        });
      const [first, second] = [await traced("hand.ts"), await traced("ask.ts")];
      assertNotEquals(first.result.json.hashes.ledger, second.result.json.hashes.ledger);
      const found = firstDifference(first.trace, second.trace)!;
      assertEquals([found.number, formatIso(found.timeUs as TimeUs)], [2, "2024-01-03T21:00:00Z"]);
      assertEquals(firstDifference(first.trace, first.trace), undefined);
    });
  });
});
