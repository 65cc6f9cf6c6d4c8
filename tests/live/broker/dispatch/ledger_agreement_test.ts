/**
 * A run against the paper exchange, with everything going wrong by a seed: what the client books from reports is the exchange's own ledger
 * to the micro-unit, and no order exists twice.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { formatDecimal, parseDecimal, Random } from "../../../../lib/core/mod.ts";
import { stock } from "../../../../lib/market/mod.ts";
import type { DispatchOutcome } from "../../../../lib/live/broker/dispatch/mod.ts";
import type { Execution, OrderRequest } from "../../../../lib/protocols/mod.ts";
import { DEFAULT_ACCOUNT, Ledger } from "../../../../lib/trading/mod.ts";
import { Faults, PaperFeed } from "../../../../lib/vendors/paper/mod.ts";
import { sha256Ledger } from "../../../../lib/run/mod.ts";
import type { Trade } from "../../../../lib/strategy/mod.ts";
import { dailyBars, type PriceRow, runStrategy, script } from "../../../engine/support.ts";
import { openDesk } from "./desk.ts";

const SYMBOLS = ["ACME", "BOLT"];

/** A random walk, daily. */
function walk(symbol: string, seed: number, days: number): ReturnType<typeof dailyBars> {
  const chance = new Random(seed), rows: PriceRow[] = [];
  let price = 10_000;
  for (let day = 0; day < days; day++) {
    const open = price, close = Math.max(100, open + Math.floor((chance.next() - 0.5) * 600));
    const high = Math.max(open, close) + Math.floor(chance.next() * 200);
    const low = Math.min(open, close) - Math.floor(chance.next() * 90);
    rows.push([
      open / 100,
      high / 100,
      low / 100,
      close / 100,
      200 + Math.floor(chance.next() * 2000),
    ]);
    price = close;
  }
  return dailyBars(symbol, rows);
}

/** What a client believes: executions by id, the last word on each. */
function book(executions: readonly Execution[], initialCash: number): Ledger {
  const ledger = new Ledger(initialCash, SYMBOLS.map((symbol) => stock(symbol)), DEFAULT_ACCOUNT);
  for (const { symbol, side, quantity, price, commission, fee } of executions) {
    const units = parseDecimal(quantity, 0);
    if (units === 0) continue;
    ledger.fill(
      SYMBOLS.indexOf(symbol),
      side === "buy" ? units : -units,
      parseDecimal(price, 6),
      parseDecimal(commission!, 6),
      parseDecimal(fee!, 6),
      0,
    );
  }
  return ledger;
}

const TYPES = ["market", "market", "limit", "stop", "stop_limit"] as const;

function randomOrder(chance: Random, clientId: string, close: number): OrderRequest {
  const side = chance.next() < 0.5 ? "buy" : "sell", type = TYPES[chance.nextUint32() % 5]!;
  const near = (): string => (close * (0.97 + chance.next() * 0.06)).toFixed(2);
  return {
    clientId,
    symbol: SYMBOLS[chance.nextUint32() % 2]!,
    side,
    quantity: String(1 + chance.nextUint32() % 120),
    type,
    timeInForce: chance.next() < 0.5 ? "gtc" : "day",
    ...(type === "limit" || type === "stop_limit" ? { limitPrice: near() } : {}),
    ...(type === "stop" || type === "stop_limit" ? { stopPrice: near() } : {}),
  };
}

for (const seed of [1, 2, 3]) {
  Deno.test(`BRK-05 PAP-06 ledger: with faults by seed ${seed} the client's books are the exchange's, and no order is there twice`, async () => {
    await using opened = await openDesk({
      bars: SYMBOLS.map((symbol, s) => walk(symbol, seed * 10 + s, 120)),
      venue: { slippageBps: 5, commission: { kind: "per_share", amount: 0.005, min: 1 } },
      matching: { participation: 0.1 },
      account: { type: "margin" },
      faults: new Faults({ seed, rate: 0.25 }),
    });
    const { desk } = opened, { bench, dispatcher } = desk, { clock, server } = bench;
    await using feed = await PaperFeed.open({
      url: server.url,
      clock,
      broker: desk.broker,
      symbols: SYMBOLS,
      period: "1d",
      after: 1,
    });
    const chance = new Random(seed), signal = new AbortController().signal;
    const ids: string[] = [], outcomes: Record<string, number> = {};
    const settle = async (sent: Promise<DispatchOutcome>): Promise<void> => {
      const outcome = await desk.pass(sent);
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    };
    let busts = 0;
    for (let end = false; !end;) {
      const event = await feed.next(signal);
      end = event.kind === "end";
      if (event.kind !== "bars") continue;
      const close = event.bars[0]!.close;
      for (let k = chance.nextUint32() % 3; k > 0; k--) {
        const clientId = `r${seed}-${ids.length}`;
        desk.make(clientId);
        ids.push(clientId);
        await settle(dispatcher.submit(randomOrder(chance, clientId, close)));
      }
      const some = ids[chance.nextUint32() % ids.length];
      if (some !== undefined && chance.next() < 0.2) await settle(dispatcher.cancel(some, "ACME"));
      const told = bench.exchange.ledger().executions;
      if (told.length > 0 && chance.next() < 0.05) {
        const { executionId, price } = told[chance.nextUint32() % told.length]!;
        if (bench.exchange.restate(executionId, "0", price)) busts++;
      }
    }
    await desk.broker.reportsUntil(bench.exchange.log.last, signal);
    const theirs = bench.exchange.ledger();
    // The last word on each execution, in the order in which the exchange made them.
    const heard = new Map<string, Execution>();
    for (const report of desk.reports) {
      if (report.kind === "fill" && !heard.has(report.execution.executionId)) {
        heard.set(report.execution.executionId, report.execution);
      }
      if (report.kind === "corrected") heard.set(report.executionId, report.execution);
    }
    assertEquals([...heard.keys()].sort(), theirs.executions.map((e) => e.executionId).sort());
    const ours = book(
      theirs.executions.map(({ executionId }) => heard.get(executionId)!),
      parseDecimal(theirs.initialCash, 6),
    );
    assertEquals(
      [formatDecimal(ours.cash, 6), formatDecimal(ours.commission, 6)],
      [theirs.cash, theirs.commission],
    );
    // A fill that is told in parts releases its cost in parts: each may round by a micro-unit.
    const parts = theirs.executions.filter(({ executionId }) => /-[12]$/.test(executionId)).length;
    const isNear = (micros: number, text: string): void => {
      assert(Math.abs(micros - parseDecimal(text, 6)) <= parts, `${micros} is not ${text}`);
    };
    isNear(ours.realised, theirs.realised);
    const held = new Map(theirs.positions.map((position) => [position.symbol, position]));
    SYMBOLS.forEach((symbol, s) => {
      assertEquals(String(ours.position[s]), held.get(symbol)?.quantity ?? "0");
      isNear(ours.cost[s]!, held.get(symbol)?.cost ?? "0");
    });
    const seen = Object.values(theirs.submitsSeen);
    assertEquals(Math.max(...seen), 1);
    // The run was worth making: every kind of end, and trades that were broken.
    assert(theirs.executions.length > 40 && busts > 0, `${theirs.executions.length}, ${busts}`);
    for (const outcome of ["confirmed", "refused", "found"]) {
      assert((outcomes[outcome] ?? 0) > 0, `no ${outcome} in ${JSON.stringify(outcomes)}`);
    }
  });
}

Deno.test("PAP-01 paper exchange: orders over the protocol give the ledger of the same orders in a backtest", async () => {
  const bars = SYMBOLS.map((symbol, s) => walk(symbol, 70 + s, 60));
  const input = {
    bars,
    venue: { slippageBps: 5, commission: { kind: "notional", bps: 1 } },
    account: { type: "margin" },
  } as const;
  const orders: Record<number, Omit<OrderRequest, "clientId">> = {
    1: { symbol: "ACME", side: "buy", quantity: "100", type: "market", timeInForce: "day" },
    4: {
      symbol: "BOLT",
      side: "sell",
      quantity: "50",
      type: "limit",
      timeInForce: "gtc",
      limitPrice: bars[1]!.close[4]!.toFixed(2),
    },
    9: {
      symbol: "ACME",
      side: "sell",
      quantity: "160",
      type: "stop",
      timeInForce: "gtc",
      stopPrice: (bars[0]!.close[9]! * 0.98).toFixed(2),
    },
    20: { symbol: "BOLT", side: "buy", quantity: "80", type: "market", timeInForce: "day" },
  };
  const backtest = runStrategy({
    ...input,
    strategy: script(Object.fromEntries(
      Object.entries(orders).map(([step, order]) => [step, (trade: Trade) => {
        const { symbol, side, quantity, type, timeInForce, limitPrice, stopPrice } = order;
        trade.order({
          symbol,
          side,
          quantity: Number(quantity),
          type: type as "market",
          timeInForce: timeInForce as "day",
          ...(limitPrice === undefined ? {} : { limitPrice: Number(limitPrice) }),
          ...(stopPrice === undefined ? {} : { stopPrice: Number(stopPrice) }),
        });
      }]),
    )),
  });
  await using opened = await openDesk(input);
  const { desk } = opened, { exchange } = desk.bench;
  for (let step = 0; step < backtest.steps; step++) {
    const order = orders[step];
    if (order !== undefined) {
      const { clientId } = desk.make(`o-${step}`);
      assertEquals(await desk.dispatcher.submit({ ...order, clientId }), "confirmed");
    }
    exchange.advance();
  }
  exchange.engine.finish();
  assert(backtest.engine.fills.length >= 4, `${backtest.engine.fills.length} fills`);
  assertEquals(sha256Ledger(exchange.engine), backtest.hash);
});
