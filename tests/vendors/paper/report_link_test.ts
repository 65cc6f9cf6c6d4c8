import { assert, assertEquals, assertRejects } from "@std/assert";
import { SandbarError } from "../../../lib/core/mod.ts";
import type { BrokerReport, LinkState } from "../../../lib/protocols/mod.ts";
import { PaperBroker } from "../../../lib/vendors/paper/mod.ts";
import { type ExchangeBench, openExchange } from "./exchange_bench.ts";

const ORDER = {
  symbol: "ACME",
  side: "buy",
  quantity: "1",
  type: "limit",
  timeInForce: "gtc",
  limitPrice: "50",
} as const;

/** What a client tells. */
function hear(broker: PaperBroker): { reports: BrokerReport[]; links: LinkState[] } {
  const reports: BrokerReport[] = [], links: LinkState[] = [];
  broker.onReport((report) => reports.push(report));
  broker.onLink((state) => links.push(state));
  return { reports, links };
}

/** Lets sockets have the time they need, and then some simulated time pass, until something is so. */
async function passUntil(
  bench: ExchangeBench,
  stepMs: number,
  isTrue: () => boolean,
): Promise<void> {
  for (let steps = 0; !isTrue(); steps++) {
    assert(steps < 1000, "not so after a thousand steps");
    await (await fetch(bench.server.url + "/v1/ledger")).body?.cancel();
    await bench.clock.advance(stepMs * 1000);
  }
}

Deno.test("BRK-07 paper link: a link that says nothing any more is ended by its heartbeat and opened again", async () => {
  await using bench = openExchange({ broker: { heartbeatMs: 10_000, heartbeatDeadlineMs: 3_000 } });
  const { broker, server, clock } = bench, { links, reports } = hear(broker);
  bench.exchange.advance();
  await broker.connect();
  await passUntil(bench, 500, () => clock.monotonicUs() > 60e6);
  assertEquals(links, ["connected"]);
  server.command({ halfDead: true });
  assertEquals((await broker.submit({ ...ORDER, clientId: "a-1" })).outcome, "confirmed");
  const fromUs = clock.monotonicUs();
  await passUntil(bench, 500, () => links.length === 2);
  assertEquals([links[1], reports], ["disconnected", []]);
  assert(clock.monotonicUs() - fromUs <= 16.5e6, "a heartbeat and two deadlines");
  server.command({ halfDead: false });
  await passUntil(bench, 500, () => links.length === 3);
  assertEquals([links[2], reports.map(({ kind }) => kind)], ["connected", ["acknowledged"]]);
});

Deno.test("BRK-07 paper link: attempts to reconnect wait longer and longer, by the seed", async () => {
  const gaps = async (seed: number): Promise<number[]> => {
    await using bench = openExchange({ broker: { seed, heartbeatMs: 1e9 } });
    const { broker, server, clock } = bench, { links } = hear(broker), tries: number[] = [];
    await broker.connect();
    server.command({ down: true });
    await passUntil(bench, 100, () => links.at(-1) === "disconnected");
    let before = server.streamRequests;
    const startUs = clock.monotonicUs();
    await passUntil(bench, 100, () => {
      if (server.streamRequests === before) return false;
      before = server.streamRequests;
      tries.push((clock.monotonicUs() - startUs) / 1e6);
      return tries.length === 5;
    });
    return tries.map((at, k) => at - (tries[k - 1] ?? 0));
  };
  const first = await gaps(1);
  // 1, 2, 4, 8, 16 seconds, each shortened by up to a half; sockets take some steps of their own.
  first.forEach((gap, k) => assert(gap >= 2 ** k / 2 && gap <= 2 ** k + 1, `${k}: ${gap} s`));
});

Deno.test("paper link: a client that restarts goes on from the last report that it knew", async () => {
  await using bench = openExchange();
  const { broker, exchange } = bench;
  exchange.advance();
  await broker.connect();
  for (const clientId of ["a-1", "a-2"]) await broker.submit({ ...ORDER, clientId });
  await passUntil(bench, 1, () => broker.lastReport === 2);
  await broker[Symbol.asyncDispose]();
  await bench.client().connect();
  const second = bench.client({ lastReport: 1 }), { reports } = hear(second);
  await second.connect();
  assertEquals(reports.map((report) => "clientId" in report && report.clientId), ["a-2"]);
  const fresh = bench.client(), heard = hear(fresh);
  await fresh.connect();
  assertEquals(heard.reports, []);
});

Deno.test("BRK-06 paper link: an account that is not the run's is refused by name", async () => {
  await using bench = openExchange();
  const error = await assertRejects(
    () => bench.client({ accountId: "PAPER-2" }).connect(),
    SandbarError,
    "has the account PAPER-1, and the run may trade PAPER-2",
  );
  assertEquals(error.code, "account_mismatch");
});

Deno.test("paper link: an exchange that is not there is told with what to do", async () => {
  await using bench = openExchange();
  bench.server.command({ down: true });
  const error = await assertRejects(() => bench.broker.connect(), SandbarError);
  assertEquals([error.code, error.retryable], ["broker_connection", true]);
});

Deno.test("BRK-05 paper exchange: its clock can be wrong, and its account blocked", async () => {
  await using bench = openExchange();
  const { broker, exchange, server } = bench;
  exchange.advance();
  await broker.connect();
  assertEquals(await broker.clock(), exchange.nowUs);
  server.command({ clockOffsetUs: -5_000_000 });
  assertEquals(await broker.clock(), exchange.nowUs - 5_000_000);
  server.command({ blocked: true });
  assertEquals((await broker.account()).isBlocked, true);
  const refused = await broker.submit({ ...ORDER, clientId: "a-1" });
  assert(refused.outcome === "refused" && refused.code === "account_blocked");
});
