/**
 * G-01: a paper session over simulated data, from one command to the last cent: a market order, a limit order that fills in parts, one that is
 * cancelled, a short within margin.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { ResultJson } from "../../lib/backtest/mod.ts";
import type { OrderView, StatusView } from "../../lib/live/control/mod.ts";
import type { Replayed } from "../../lib/live/mod.ts";
import { inFolder } from "../data/folder.ts";
import { strategy } from "../e2e/command.ts";
import { loggedEvents, ok, SessionProcess } from "./session_process.ts";

const ROUND = strategy(
  "round",
  `      onBar(bar, trade) {
        bars++;
        if (bars === 2) trade.order({ symbol: bar.symbol, side: "buy", quantity: 100 });
        if (bars === 3) trade.order({ symbol: bar.symbol, side: "buy", quantity: 40000, limitPrice: bar.close * 1.2, timeInForce: "gtc" });
        if (bars === 4) far = trade.order({ symbol: bar.symbol, side: "buy", quantity: 5, limitPrice: bar.close * 0.5, timeInForce: "gtc" });
        if (bars === 6) trade.cancel(far);
        if (bars >= 30 && bars < 50) trade.close(bar.symbol);
        if (bars === 55) trade.order({ symbol: bar.symbol, side: "sell", quantity: 50 });
      },`,
  "let bars = 0, far;",
);

const CONFIG = "data: { provider: simulated, simulated: { size: 500, prices: { MINE: 40 } } }\n" +
  "symbols: { default: [MINE] }\n" +
  "venue: { initial_cash: 10000000, account_type: margin, participation_pct: 0.05, commission_model: per_share, commission_per_share: 0.005 }\n" +
  "backtest: { default_start: 2024-01-02, default_end: 2024-03-28 }\n" +
  "sandbox: { event_deadline_ms: 5000 }\n" +
  "strategies: [{ id: round, path: round.ts }]\n";

Deno.test("G-01 result, journal, log and ledger of a paper session agree to the last micro-unit", async () => {
  await inFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/round.ts`, ROUND);
    Deno.writeTextFileSync(`${folder}/sandbar.yaml`, CONFIG);
    const result = JSON.parse(
      await ok(folder, "live", "--config=sandbar.yaml", "--speed=max", "--json", "--quiet"),
    ) as ResultJson;
    const { state, equal } = JSON.parse(
      await ok(folder, "replay", "--json", "--strategies"),
    ) as Replayed;
    assert(equal);
    assertEquals(state.books[0]?.ledgerSha256, result.hashes.ledger);
    assertEquals([state.cash, state.equity], [
      result.account.finalCash,
      result.account.finalEquity,
    ]);
    assertEquals(state.positions.map(({ quantity }) => quantity), ["-50"]);
    // The cash by hand, from what the log tells of each fill.
    let micros = 10_000_000e6, position = 0;
    const fills = loggedEvents(folder, "TRADE_FILLED").map(({ data }) => data);
    for (const { side, quantity, price, commission, fee } of fills) {
      const units = Number(quantity) * (side === "buy" ? 1 : -1);
      micros -= units * Math.round(Number(price) * 1e6);
      micros -= Math.round(Number(commission) * 1e6) + Math.round(Number(fee) * 1e6);
      position += units;
    }
    assertEquals([micros, position], [Math.round(Number(result.account.finalCash) * 1e6), -50]);
    assert(
      fills.filter(({ clientId }) => clientId === "round-1").length > 1,
      "the limit order did not fill in parts",
    );
  });
});

Deno.test("G-01 what the running account answers is what its journal says at that record", async () => {
  await inFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/round.ts`, ROUND);
    Deno.writeTextFileSync(`${folder}/sandbar.yaml`, CONFIG);
    const session = new SessionProcess(folder, [
      "--config=sandbar.yaml",
      "--speed=1000000",
      "--to=2024-12-31",
      "--quiet",
    ]);
    await session.until(({ links }) => links.journal.lastSequence > 15);
    await ok(folder, "control", "pause");
    const orders = JSON.parse(await ok(folder, "control", "orders", "--json")) as OrderView[];
    assert(orders.some(({ state }) => state === "cancelled"));
    const status = JSON.parse(await ok(folder, "control", "status", "--json")) as StatusView;
    const sequence = status.links.journal.durableSequence;
    const { state } = JSON.parse(
      await ok(folder, "replay", "--json", `--to=${sequence}`),
    ) as Replayed;
    // More may have happened between the answer's numbers; the same record gives the same money.
    if (status.links.journal.lastSequence === sequence) {
      assertEquals([state.equity, state.cash], [status.money.equity, status.money.cash]);
    }
    await ok(folder, "control", "stop");
    assertEquals((await session.ended).code, 0);
  });
});
