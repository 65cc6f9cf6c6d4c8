import { assertEquals } from "@std/assert";
import { inFolder, write } from "../data/folder.ts";
import { run, strategy } from "./command.ts";

const BUYER = strategy(
  "buyer",
  `      onBar(bar, trade): void {
        if (++count === 1) trade.buy(bar.symbol, 10);
      },`,
  "let count = 0;",
);

/** Three days of 1,000 shares. */
const BARS = `date,open,high,low,close,volume
2024-01-02,100,101,99,100,1000
2024-01-03,102,106,101,104,1000
2024-01-04,104,105,103,104,1000
`;

const FREE = ["--slippage-bps", "0", "--commission", "none"];

Deno.test("e2e venue: a preset decides where orders fill, flags beside it win, and the result tells all of it (BT-08)", () =>
  inFolder(async (folder) => {
    write(folder, "buyer.ts", BUYER);
    write(folder, "bars.csv", BARS);
    const common = ["buyer.ts", "--data", "bars.csv", "--symbols", "A", "--json", "--no-report"];
    const equity = async (...flags: string[]): Promise<[string, Record<string, unknown>]> => {
      const ran = await run(folder, "backtest", ...common, "--quiet", ...flags);
      assertEquals(ran.code, 0, ran.stderr);
      const json = JSON.parse(ran.stdout);
      return [json.account.finalEquity, json.venue];
    };
    // Ten shares from the open of 102 to 104; at the close of 104 there is no gain; a participation of 0.5 % gives five of them.
    assertEquals((await equity(...FREE))[0], "100020.00");
    assertEquals((await equity("--venue", "zipline", ...FREE))[0], "100000.00");
    assertEquals((await equity(...FREE, "--participation", "0.5"))[0], "100010.00");
    // 104 x (1 + 0.1 x 0.01²) = 104.00104, and 0.001 a share.
    const [paid, venue] = await equity("--venue", "zipline");
    assertEquals(paid, "99999.9796");
    assertEquals(
      [venue["preset"], venue["fillAt"], venue["limitFill"], venue["participation"]],
      ["zipline", "close", "touch", 0.025],
    );
    const wrong = await run(folder, "backtest", ...common, "--venue", "ziplin");
    assertEquals(wrong.code, 2);
    assertEquals(
      wrong.stderr.includes(
        '--venue: found "ziplin" (did you mean "zipline"?); give one of realistic, backtesting.py, backtrader, zipline',
      ),
      true,
      wrong.stderr,
    );
  }));
