/**
 * Several strategies in one backtest: each ends as it would alone with its share of the cash, and the account is their sum (ENG-15, BT-12).
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { runTogether } from "../../lib/live/mod.ts";
import { StrategyFailure } from "../../lib/sandbox/mod.ts";
import { backtestOf, liveConfig, SessionCase, STRATEGIES } from "./session_case.ts";

const OPTIONS = { stallMs: 60_000, report: true, signal: new AbortController().signal };

Deno.test("ENG-15 each member of a joint backtest equals its own run with its share, and the account is their sum", async () => {
  using session = new SessionCase();
  const config = await liveConfig(session.path, {
    strategies: ["momentum_rotation.ts", "mean_reversion.ts", "channel_breakout.ts"]
      .map((file) => STRATEGIES + file),
    symbols: ["AAPL", "IBM", "MSFT"],
    from: "2002-01-02",
    to: "2006-12-29",
    set: { "meanreve.window": "15" },
  });
  const { results, account } = await runTogether(config, { ...OPTIONS, run: config.run });
  assertEquals(results.length, 3);
  let finalCash = 0, finalEquity = 0;
  for (const [k, { json, tables }] of results.entries()) {
    const alone = await backtestOf({
      ...config,
      strategies: [config.strategies[k]!],
      run: {
        ...config.run,
        initialCash: Math.floor(config.run.initialCash * config.strategies[k]!.allocationPct / 100),
      },
    });
    assert(json.counts.fills > 0, `${json.strategy.name} did not trade`);
    assertEquals(json.hashes, alone.json.hashes);
    assertEquals(tables.equity, alone.tables.equity);
    assertEquals(tables.orders.length, json.counts.orders);
    finalCash += Math.round(Number(json.account.finalCash) * 1e6);
    finalEquity += Math.round(Number(json.account.finalEquity) * 1e6);
  }
  assertEquals(Math.round(Number(account.finalCash) * 1e6), finalCash);
  assertEquals(Math.round(Number(account.finalEquity) * 1e6), finalEquity);
  const last = results.reduce((sum, { tables }) => sum + tables.equity.at(-1)!, 0);
  assert(Math.abs(Number(account.metrics["finalEquity"]) - last) < 1e-6);
});

Deno.test("ENG-15 a member that fails ends the joint backtest with its name", async () => {
  using session = new SessionCase();
  const path = session.strategy(
    "breaks.ts",
    `import { defineStrategy } from "sandbar/strategy";
let bars = 0;
export default defineStrategy({ name: "breaks", setup: () => ({ onBar() { if (++bars === 20) throw new Error("enough"); } }) });`,
  );
  const config = await liveConfig(session.path, {
    strategies: [STRATEGIES + "buy_and_hold.ts", path],
    symbols: ["IBM"],
    to: "2000-12-29",
  });
  const error = await assertRejects(
    () => runTogether(config, { ...OPTIONS, run: config.run }),
    StrategyFailure,
  );
  assertEquals(error.kind, "throw");
  assert(/^breaks: the strategy failed .*enough/.test(error.message), error.message);
});

Deno.test("ENG-15 an interrupted joint backtest leaves no result", async () => {
  using session = new SessionCase();
  const config = await liveConfig(session.path, {
    strategies: [STRATEGIES + "buy_and_hold.ts", STRATEGIES + "mean_reversion.ts"],
    symbols: ["IBM"],
  });
  await assertRejects(
    () => runTogether(config, { ...OPTIONS, run: config.run, signal: AbortSignal.abort() }),
    Error,
    "interrupted: nothing was written",
  );
});
