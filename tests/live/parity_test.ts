/**
 * A paper session over the bars of a backtest gives the orders, the fills and the ledger of the backtest (G-05, BT-12), whatever its strategy is
 * and wherever it is cut and taken up again.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { MemoryKv } from "../../lib/store/mod.ts";
import { SimulatedClock } from "../../lib/clock/mod.ts";
import { backtestOf, liveConfig, SessionCase, sessionResult, STRATEGIES } from "./session_case.ts";

const EXAMPLES = [
  ["buy_and_hold.ts", ["GOOG"]],
  ["channel_breakout.ts", ["AAPL", "MSFT"]],
  ["mean_reversion.ts", ["AAPL"]],
  ["momentum_rotation.ts", ["AAPL", "IBM", "MSFT"]],
  ["sma_crossover.ts", ["GOOG"]],
] as const;

for (const [file, symbols] of EXAMPLES) {
  Deno.test(`G-05 a paper session of ${file} ends with the result of the backtest`, async () => {
    using session = new SessionCase();
    const config = await liveConfig(session.path, { strategies: [STRATEGIES + file], symbols });
    const outcome = await session.run(config);
    assertEquals(outcome.end, "end_of_feed");
    const live = await sessionResult(config, outcome, 0), { json } = await backtestOf(config);
    assertEquals(live.hashes, json.hashes);
    assert(json.counts.fills > 0, "the strategy did not trade");
  });
}

/** Asks in every handler that there is: timers, sessions, fills, ends, brackets. */
const BUSY = `import { defineStrategy, sma } from "sandbar/strategy";
export default defineStrategy({
  name: "busy",
  setup({ data, log }) {
    const average = data.indicator(sma(5));
    let bars = 0;
    return {
      onStart(trade) { trade.buy(data.symbols[0], 1); },
      onBar(bar, trade) {
        bars++;
        if (bars % 7 === 0) {
          trade.order({ symbol: bar.symbol, side: "buy", quantity: 5, stopLoss: bar.close * 0.97, takeProfit: bar.close * 1.04 });
        }
        if (bars % 11 === 0) data.timer("later", { afterMinutes: 90 });
        if (average.ready && bars % 13 === 0) trade.targetWeight(bar.symbol, 0.3);
        if (bars % 17 === 0) trade.close(bar.symbol);
      },
      onTimer(timer, trade) { trade.buy(data.symbols[0], 2); },
      onSession(session, trade) { if (session.kind === "open" && bars % 5 === 0) trade.order({ symbol: data.symbols[0], side: "buy", quantity: 1, limitPrice: 20 + bars % 3 }); },
      onFill(fill, trade) { if (fill.quantity === 2) trade.sell(fill.symbol, 1); },
      onOrder(order) { log(order.state); },
      onStop(trade) { trade.close(data.symbols[0]); },
    };
  },
});
`;

Deno.test("G-05 a session with timers, sessions, brackets and reactions ends like its backtest", async () => {
  using session = new SessionCase();
  const path = session.strategy("busy.ts", BUSY);
  const config = await liveConfig(session.path, {
    strategies: [path],
    symbols: ["MSFT"],
    from: "2003-01-02",
    to: "2004-12-31",
  });
  const outcome = await session.run(config);
  const live = await sessionResult(config, outcome, 0);
  const { json } = await backtestOf(config);
  assertEquals(live.hashes, json.hashes);
  assert(json.counts.orders > 100);
});

Deno.test("PER-06 a session that is stopped and started again and again ends as if it had run through", async () => {
  using session = new SessionCase();
  const path = session.strategy("busy.ts", BUSY);
  const config = await liveConfig(session.path, {
    strategies: [path],
    symbols: ["MSFT"],
    from: "2003-01-02",
    to: "2003-12-31",
  });
  const expected = (await backtestOf(config)).json.hashes;
  let starts = 0, end = "";
  while (end !== "end_of_feed" && starts < 20) {
    starts++;
    const stop = new AbortController();
    let changes = 0;
    const outcome = await session.run(
      { ...config, orders: { ...config.orders, onStop: "keep" } },
      { signal: stop.signal, onChange: () => ++changes > 40 && stop.abort() },
    );
    end = outcome.end;
    const { feed, journal } = outcome.view.status().links;
    assertEquals([feed.state, journal.state], ["ended", "writing"], "its end was in order");
    if (end === "end_of_feed") {
      assertEquals((await sessionResult(config, outcome, 0)).hashes, expected);
    }
  }
  assert(starts > 4, `only ${starts} starts`);
  // A start of a session whose feed has ended finds it ended.
  const again = await session.run(config);
  assertEquals((await sessionResult(config, again, 0)).hashes, expected);
});

Deno.test("PER-18 a session that is cut off after any commit goes on to the same end", async () => {
  using session = new SessionCase();
  const path = session.strategy("busy.ts", BUSY);
  const config = await liveConfig(session.path, {
    strategies: [path],
    symbols: ["MSFT"],
    from: "2003-01-02",
    to: "2003-03-31",
  });
  const expected = (await backtestOf(config)).json.hashes;
  // Everything that was stored at some moment of a whole run.
  const cuts: ReturnType<MemoryKv["entries"]>[] = [];
  await session.run(config, { onChange: () => cuts.push(session.kv.entries()) });
  const some = cuts.filter((_, k) => k % 12 === 0);
  assert(some.length >= 5);
  for (const entries of some) {
    const clock = new SimulatedClock("2026-01-05T13:00:00Z");
    const outcome = await session.run(config, { at: new MemoryKv(entries), clock });
    assertEquals((await sessionResult(config, outcome, 0)).hashes, expected);
  }
});
