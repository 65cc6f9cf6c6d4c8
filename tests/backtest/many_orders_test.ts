/**
 * A sealed run of more orders than its child could hold (ORD, history bounded).
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { runBacktest } from "../../lib/backtest/mod.ts";
import { storeGenerated } from "../../lib/data/mod.ts";

const STRATEGY = `
import { defineStrategy } from "sandbar/strategy";

export default defineStrategy({
  name: "many-orders",
  setup({ log }) {
    let resting, first;
    return {
      onBar(bar, trade) {
        if (resting === undefined) {
          resting = trade.buy(bar.symbol, 1, { limitPrice: 0.01, timeInForce: "gtc" });
        }
        for (let k = 0; k < 300; k++) {
          const id = bar.count % 2 === 1 ? trade.buy(bar.symbol, 1) : trade.sell(bar.symbol, 1);
          first ??= id;
        }
      },
      onStop(trade) {
        const working = trade.order(resting);
        log([working.id, working.state, trade.order(first) === undefined].join(" "));
        log([trade.cancel(first), trade.cancel(resting), trade.order(resting).state].join(" "));
      },
    };
  },
});
`;

Deno.test("many orders: a sealed run makes 1.2 million of them, and its result has each", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    Deno.writeTextFileSync(`${folder}/many.ts`, STRATEGY);
    const bars = 4000, dataDir = `${folder}/data`;
    storeGenerated({ symbol: "MANY", dataDir, period: "1m", bars, seed: 7, calendar: "XNYS" });
    const { json, tables } = await runBacktest({
      strategy: `${folder}/many.ts`,
      data: dataDir,
      symbols: ["MANY"],
      period: "1m",
      cash: 1e9,
      report: false,
      sliceSteps: 256,
    });
    assertEquals(json.counts.orders, 1 + 300 * bars);
    // Those of the last bar have no later one to fill on.
    assertEquals(json.counts.fills, 300 * (bars - 1));
    assertEquals(tables.logs.map(({ text }) => text), [
      "0 accepted true",
      "false true cancelled",
    ]);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
