/**
 * G-01: a paper session over simulated data, from one command to the last cent: a market order, a limit order that fills in parts, one that is
 * cancelled, a short within margin. The same at the paper exchange, whose own books decide.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { ResultJson } from "../../lib/backtest/mod.ts";
import type { OrderView, StatusView } from "../../lib/live/control/mod.ts";
import type { Replayed } from "../../lib/live/mod.ts";
import { inFolder } from "../data/folder.ts";
import { strategy } from "../e2e/command.ts";
import { ExchangeProcess } from "../e2e/exchange_process.ts";
import { loggedEvents, ok, SessionProcess } from "./session_process.ts";
import { assertVenueBooks, micros } from "./venue_books.ts";

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
    let cash = 10_000_000e6, position = 0;
    const fills = loggedEvents(folder, "TRADE_FILLED").map(({ data }) => data);
    for (const { side, quantity, price, commission, fee } of fills) {
      const units = Number(quantity) * (side === "buy" ? 1 : -1);
      cash -= units * micros(String(price));
      cash -= micros(String(commission)) + micros(String(fee));
      position += units;
    }
    assertEquals([cash, position], [micros(result.account.finalCash), -50]);
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

/** The same round, each step once the one before is done: an answer across the wire may take some bars. */
const STEPS = strategy(
  "round",
  `      onBar(bar, trade) {
        const { symbol, close } = bar, held = trade.position(symbol).quantity, big = 200000;
        const isFar = trade.orders.some((order) => order.id === far && order.state === "accepted");
        if (step === 0) trade.order({ symbol, side: "buy", quantity: 100 });
        else if (step === 1 && held === 100) trade.order({ symbol, side: "buy", quantity: big, limitPrice: close * 1.5, timeInForce: "gtc" });
        else if (step === 2 && held > 100) far = trade.order({ symbol, side: "buy", quantity: 5, limitPrice: 1, timeInForce: "gtc" });
        else if (step === 3 && isFar) trade.cancel(far);
        else if (step === 4 && held === 100 + big) trade.order({ symbol, side: "sell", quantity: held, timeInForce: "gtc" });
        else if (step === 5 && held === 0) trade.order({ symbol, side: "sell", quantity: 50 });
        else return;
        step++;
      },`,
  "let step = 0, far: ReturnType<Trade['order']> | null = null;",
).replace("type Handlers", "type Handlers, type Trade");

/** The venue of a round trip at the exchange, which both sides read; a bar gives an order some 25,000 shares. */
const AT_EXCHANGE = "symbols: { default: [MSFT] }\n" +
  "venue: { initial_cash: 10000000, account_type: margin, participation_pct: 0.05, commission_model: per_share, commission_per_share: 0.005 }\n" +
  "sandbox: { event_deadline_ms: 5000 }\norders: { on_stop: keep }\n" +
  "strategies: [{ id: round, path: round.ts }]\n";
const RANGE = ["--config=sandbar.yaml", "--from=2003-01-02", "--to=2007-12-31"];

/** Starts an exchange for the strategy in a folder. */
async function withExchange(
  speed: readonly string[],
  test: (folder: string, exchange: ExchangeProcess) => Promise<void>,
): Promise<void> {
  await inFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/round.ts`, STEPS);
    Deno.writeTextFileSync(`${folder}/sandbar.yaml`, AT_EXCHANGE);
    await using exchange = await ExchangeProcess.start(folder, ...RANGE, ...speed);
    await test(folder, exchange);
  });
}

Deno.test("G-01 at the exchange: result, journal, log and the exchange's own ledger agree to the last micro-unit", async () => {
  await withExchange([], async (folder, exchange) => {
    const result = JSON.parse(
      await ok(
        folder,
        "live",
        ...RANGE,
        `--paper-url=${exchange.url}`,
        "--json",
        "--quiet",
      ),
    ) as ResultJson;
    const ledger = await assertVenueBooks(folder, exchange), account = await exchange.account();
    assertEquals(
      [result.account.finalCash, result.account.finalEquity, result.account.finalCash].map(micros),
      [ledger.cash, ledger.equity, account.cash].map(micros),
    );
    assertEquals(ledger.positions.map(({ quantity }) => quantity), ["-50"]);
    const told = loggedEvents(folder, "TRADE_FILLED").map(({ data }) => data);
    assertEquals([result.costs.commission, result.costs.fees].map(micros), [
      micros(ledger.commission),
      micros(ledger.fees),
    ]);
    assertEquals(
      told.map(({ side, quantity, price }) => [side, quantity, micros(String(price))]),
      ledger.executions.map(({ side, quantity, price }) => [side, quantity, micros(price)]),
    );
    const sum = (name: string): number =>
      told.reduce((all, data) => all + micros(String(data[name])), 0);
    assertEquals([sum("commission"), sum("fee")], [micros(ledger.commission), micros(ledger.fees)]);
    assert(told.filter(({ clientId }) => clientId === "round-1").length > 1, "no fill in parts");
    assertEquals([result.counts.orders, Object.keys(ledger.submitsSeen).length], [5, 5]);
    assertEquals(await exchange.openOrders(), []);
    // A loss is told louder than a gain; there is nothing else to explain.
    const warnings = loggedEvents(folder).filter(({ severity }) => severity !== "info");
    assertEquals(warnings.filter(({ type }) => type !== "POSITION_CLOSED"), []);
  });
});

Deno.test("G-01 at the exchange: what the running account answers is what the exchange says at that instant", async () => {
  await withExchange(["--speed=1"], async (folder, exchange) => {
    const session = new SessionProcess(folder, [
      ...RANGE,
      `--paper-url=${exchange.url}`,
      "--quiet",
    ]);
    let compared = 0;
    await session.until(({ openOrderCount }) => openOrderCount > 0);
    for (let look = 0; look < 40 && compared === 0; look++) {
      const before = await exchange.account(), open = await exchange.openOrders();
      const status = JSON.parse(await ok(folder, "control", "status", "--json")) as StatusView;
      const { timeUs } = await exchange.account();
      const { money, openOrderCount } = status;
      if (timeUs !== before.timeUs || timeUs !== status.engine.timeUs) continue;
      // An order or a cancel may be on its way.
      if (openOrderCount !== open.length) continue;
      compared++;
      assertEquals(
        [money.cash, money.equity].map(micros),
        [before.cash, before.equity].map(micros),
      );
    }
    assert(compared > 0, "never at one instant");
    await ok(folder, "control", "stop");
    assertEquals((await session.ended).code, 0);
  });
});
