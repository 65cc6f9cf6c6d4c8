import { assert, assertEquals } from "@std/assert";
import { SimulatedClock } from "../../lib/clock/mod.ts";
import type { BrokerReport, FeedEvent } from "../../lib/protocols/mod.ts";
import { PaperBroker, PaperFeed } from "../../lib/vendors/paper/mod.ts";
import { start } from "./command.ts";
import { ExchangeProcess } from "./exchange_process.ts";

Deno.test("BRK-05 simulate paper: the exchange outlives its client, and a second one finds what the first has left", async () => {
  await using exchange = await ExchangeProcess.start(
    "/tmp",
    "--from",
    "2012-01-03",
    "--to",
    "2012-03-30",
  );
  const { url } = exchange, clock = new SimulatedClock("2012-01-01T00:00:00Z");
  const signal = new AbortController().signal;
  const feedOf = (broker: PaperBroker, after = 0): Promise<PaperFeed> =>
    PaperFeed.open({ url, clock, broker, symbols: ["GOOG"], period: "1d", after });
  let taken = 0, lastReport = 0;
  {
    await using broker = new PaperBroker({ url, clock, accountId: "PAPER-1" });
    await broker.connect();
    await using feed = await feedOf(broker);
    const first = await feed.next(signal);
    assert(first.kind === "bars" && first.bars.length === 1);
    const plain = { symbol: "GOOG", side: "buy", quantity: "10", timeInForce: "gtc" } as const;
    await broker.submit({ ...plain, clientId: "m-1", type: "market" });
    await broker.submit({ ...plain, clientId: "l-1", type: "limit", limitPrice: "1" });
    await feed.next(signal);
    taken = feed.taken;
    lastReport = broker.lastReport;
    // Sent and never heard of again: the client dies before its fill.
    await broker.submit({ ...plain, clientId: "m-2", type: "market", quantity: "5" });
  }
  await using broker = new PaperBroker({ url, clock, lastReport });
  const reports: BrokerReport[] = [];
  broker.onReport((report) => reports.push(report));
  await broker.connect();
  assertEquals(reports.map((r) => "clientId" in r ? `${r.kind} ${r.clientId}` : r.kind), [
    "acknowledged m-2",
  ]);
  assertEquals((await broker.openOrders()).map(({ clientId }) => clientId), ["l-1", "m-2"]);
  await using feed = await feedOf(broker, taken);
  let event: FeedEvent = await feed.next(signal), instants = taken;
  for (; event.kind === "bars"; event = await feed.next(signal)) instants++;
  assertEquals([event.kind, instants], ["end", 62]);
  const held = await broker.positions(), executions = await broker.executionsSince(0);
  assertEquals(held.map(({ symbol, quantity }) => [symbol, quantity]), [["GOOG", "15"]]);
  assertEquals(executions.map(({ clientId }) => clientId), ["m-1", "m-2"]);
  const ledger = await exchange.ledger();
  assertEquals(ledger.executions, executions);
  assertEquals(ledger.submitsSeen, { "m-1": 1, "l-1": 1, "m-2": 1 });
  assertEquals((await broker.account()).cash, ledger.cash);
  assertEquals(await exchange.end(), 0);
});

Deno.test("simulate paper: with a speed the market goes on by itself, and a client that asks waits for it", async () => {
  await using exchange = await ExchangeProcess.start(
    "/tmp",
    "--from",
    "2012-03-01",
    "--speed",
    "5000",
  );
  const { url } = exchange, clock = new SimulatedClock("2012-01-01T00:00:00Z");
  await using broker = new PaperBroker({ url, clock });
  await broker.connect();
  await using feed = await PaperFeed.open({ url, clock, broker, symbols: ["GOOG"], period: "1d" });
  const signal = new AbortController().signal, times: number[] = [];
  for (let event = await feed.next(signal); event.kind === "bars";) {
    times.push(event.timeUs);
    event = await feed.next(signal);
  }
  assert(times.length > 200, `${times.length} instants`);
  assertEquals(times, [...times].sort((a, b) => a - b));
});

Deno.test("simulate paper: what is wrong with its options is told by name (exit 2)", async () => {
  for (
    const [args, message] of [
      [["--port", "70000"], "--port: found 70000; give a whole number, 0 to 65535"],
      [["--fault-rate", "101"], "--fault-rate: found 101; give a percentage, 0 to 100"],
      [["--speed", "0"], "--speed: found 0; give instants a second"],
      [["--symbols", "goog,GOOG"], "--symbols: found GOOG twice"],
    ] as const
  ) {
    const { code, stderr } = await start("/tmp", "simulate", ["paper", ...args]).result;
    assertEquals([code, stderr.includes(message)], [2, true], stderr);
  }
});
