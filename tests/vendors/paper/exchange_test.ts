import { assert, assertEquals } from "@std/assert";
import type { BrokerReport, OrderRequest } from "../../../lib/protocols/mod.ts";
import {
  Faults,
  type PaperExchange,
  type ReportFaultKind,
} from "../../../lib/vendors/paper/mod.ts";
import { dailyBars, type PriceRow } from "../../engine/support.ts";
import { openExchange, paperExchange } from "./exchange_bench.ts";

function order(clientId: string, more: Partial<OrderRequest> = {}): OrderRequest {
  const plain = { symbol: "ACME", side: "buy", quantity: "10", type: "market" } as const;
  return { clientId, ...plain, timeInForce: "gtc", ...more };
}

/** What the log tells, a word a report: `fill 4`, `acknowledged`. */
function told(exchange: PaperExchange): string[] {
  return Array.from({ length: exchange.log.last }, (_, k) => textOf(exchange.log.at(k + 1)));
}

function textOf(report: BrokerReport): string {
  if (report.kind === "fill") return `fill ${report.execution.quantity}`;
  return "reason" in report && report.reason !== ""
    ? `${report.kind} ${report.reason}`
    : report.kind;
}

Deno.test("PAP-01 paper exchange: a symbol without a bar has no quote", () => {
  const exchange = paperExchange();
  const refused = exchange.submit(order("a-1"));
  assert(refused.outcome === "refused" && refused.code === "no_quote");
  exchange.advance();
  assertEquals(exchange.submit(order("a-1")).outcome, "confirmed");
});

Deno.test("PAP-01 paper exchange: buys above and sells below, with the commission on the fill", () => {
  const exchange = paperExchange({
    venue: { slippageBps: 5, commission: { kind: "notional", bps: 1 } },
  });
  exchange.advance();
  exchange.submit(order("a-1"));
  exchange.advance();
  exchange.submit(order("a-2", { side: "sell" }));
  exchange.advance();
  // The opens of the second and third day are 101 and 102.
  assertEquals(
    exchange.ledger().executions.map(({ price, commission }) => [price, commission]),
    [["101.0505", "0.10105"], ["101.949", "0.101949"]],
  );
});

Deno.test("PAP-01 paper exchange: what the account cannot pay is rejected, what nobody lends too", () => {
  const exchange = paperExchange({ cash: 1000, instrument: { shortable: false } });
  exchange.advance();
  exchange.submit(order("a-1"));
  exchange.submit(order("a-2", { side: "sell" }));
  exchange.advance();
  assertEquals(told(exchange).slice(2).sort(), [
    "rejected insufficient_funds",
    "rejected not_shortable",
  ]);
  assertEquals(exchange.orderByClientId("a-1")?.status, "rejected");
});

Deno.test("ORD-06 paper exchange: a bar's volume gives an order in parts, and a time in force ends it", () => {
  const rows: PriceRow[] = Array.from({ length: 5 }, () => [100, 101, 99, 100, 40]);
  const exchange = paperExchange({
    bars: [dailyBars("ACME", rows)],
    matching: { participation: 0.1 },
  });
  exchange.advance();
  exchange.submit(order("a-1", { timeInForce: "day" }));
  exchange.advance();
  const shown = exchange.orderByClientId("a-1");
  assertEquals([shown?.status, shown?.filledQuantity], ["expired", "4"]);
  assertEquals(told(exchange), ["acknowledged", "fill 4", "expired session_ended"]);
});

Deno.test("ORD-13 paper exchange: a filled quantity is never offered again by a replace", () => {
  const rows: PriceRow[] = Array.from({ length: 8 }, () => [100, 101, 99, 100, 40]);
  const exchange = paperExchange({
    bars: [dailyBars("ACME", rows)],
    matching: { participation: 0.1 },
  });
  exchange.advance();
  exchange.submit(order("a-1"));
  exchange.advance();
  const less = exchange.replace({ clientId: "a-1", newClientId: "a-2", quantity: "4" });
  assert(less.outcome === "refused" && less.code === "invalid_order");
  exchange.replace({ clientId: "a-1", newClientId: "a-2", quantity: "7" });
  assertEquals(exchange.orderByClientId("a-1")?.filledQuantity, "4");
  for (let k = 0; k < 3; k++) exchange.advance();
  const { executions } = exchange.ledger();
  assertEquals(executions.map(({ clientId, quantity }) => `${clientId} ${quantity}`), [
    "a-1 4",
    "a-2 3",
  ]);
  assertEquals(exchange.orderByClientId("a-2")?.status, "filled");
});

Deno.test("paper exchange: every kind of order of the protocol is taken, and its terms kept apart", () => {
  const exchange = paperExchange();
  exchange.advance();
  const orders: Partial<OrderRequest>[] = [
    { type: "limit", limitPrice: "90" },
    { type: "stop", stopPrice: "120.5" },
    { type: "stop_limit", stopPrice: "120", limitPrice: "121" },
    { type: "trailing_stop", side: "sell", trailAmount: "5" },
    { type: "trailing_stop", side: "sell", trailPercent: "2.5" },
    { type: "if_touched", stopPrice: "80" },
    { type: "limit", limitPrice: "90", timeInForce: "gtd", goodTillUs: exchange.nowUs + 1 },
    { type: "limit", limitPrice: "90", timeInForce: "ioc" },
    { type: "limit", limitPrice: "90", timeInForce: "fok" },
    { type: "market", timeInForce: "opg" },
    { type: "limit", limitPrice: "90", postOnly: true, reduceOnly: true, allOrNone: true },
  ];
  orders.forEach((terms, k) => {
    assertEquals(exchange.submit(order(`a-${k}`, terms)).outcome, "confirmed", terms.type);
  });
  for (
    const terms of [
      { type: "limit" },
      { limitPrice: "90" },
      { type: "trailing_stop", trailAmount: "1", trailPercent: "1" },
      { timeInForce: "gtd" },
      { type: "limit", limitPrice: "-1" },
      { type: "limit", limitPrice: "1e3" },
      { type: "stop", stopPrice: "90", timeInForce: "ioc" },
      { quantity: "1.5" },
      { type: "limit", limitPrice: 90.5e-9 as unknown as string },
      { clientId: "with space" },
    ] as Partial<OrderRequest>[]
  ) {
    const answer = exchange.submit(order("b", terms));
    assert(answer.outcome === "refused" && answer.code === "invalid_order", JSON.stringify(terms));
  }
});

const REPORT_CASES: readonly (readonly [ReportFaultKind, readonly string[]])[] = [
  ["duplicate", ["acknowledged", "fill 10", "fill 10", "acknowledged"]],
  ["reorder", ["acknowledged", "acknowledged", "fill 10"]],
  ["late", ["acknowledged", "acknowledged", "fill 10"]],
  ["partial", ["acknowledged", "fill 5", "fill 5", "acknowledged"]],
];

for (const [kind, expected] of REPORT_CASES) {
  Deno.test(`BRK-05 paper exchange: the report fault ${kind} changes what is told, and no books`, () => {
    const faults = new Faults(), exchange = paperExchange({ faults });
    exchange.advance();
    exchange.submit(order("a-1"));
    faults.arm({ on: "report", kind, report: "fill" });
    exchange.advance();
    exchange.submit(order("a-2", { type: "limit", limitPrice: "50" }));
    exchange.advance();
    assertEquals(told(exchange), expected);
    const { executions, positions } = exchange.ledger();
    assertEquals(executions.reduce((sum, { quantity }) => sum + Number(quantity), 0), 10);
    assertEquals(positions.map(({ quantity }) => quantity), ["10"]);
    assertEquals(
      new Set(executions.map(({ executionId }) => executionId)).size,
      executions.length,
    );
  });
}

Deno.test("BRK-05 paper exchange: a report that waits for the next one is told two instants later when there is none", () => {
  const faults = new Faults(), exchange = paperExchange({ faults });
  exchange.advance();
  exchange.submit(order("a-1"));
  faults.arm({ on: "report", kind: "reorder", report: "fill" });
  exchange.advance();
  assertEquals(told(exchange), ["acknowledged"]);
  exchange.advance();
  exchange.advance();
  assertEquals(told(exchange), ["acknowledged", "fill 10"]);
});

Deno.test("ORD-10 paper exchange: a restated trade keeps its name, and the books follow", () => {
  const exchange = paperExchange();
  exchange.advance();
  exchange.submit(order("a-1"));
  exchange.advance();
  assert(exchange.restate("paper-x1", "8", "100.5"));
  const { executions, cash, positions } = exchange.ledger();
  assertEquals(executions.map(({ quantity, price }) => [quantity, price]), [["8", "100.5"]]);
  assertEquals([cash, positions[0]?.averagePrice], ["99196", "100.5"]);
  assertEquals(exchange.restate("paper-x9", "0", "1"), false);
});

Deno.test("paper exchange: more executions than a page holds come in pages, each once", async () => {
  await using bench = openExchange();
  const { broker, exchange } = bench;
  exchange.advance();
  for (let k = 0; k < 1201; k++) {
    exchange.submit(order(`a-${k}`, { quantity: "1", side: k % 2 === 0 ? "buy" : "sell" }));
  }
  exchange.advance();
  await broker.connect();
  const executions = await broker.executionsSince(0);
  assertEquals(new Set(executions.map(({ clientId }) => clientId)).size, 1201);
  assertEquals(executions.length, 1201);
});

Deno.test("BRK-05 paper exchange: faults by a seed are the same faults again", () => {
  const draw = (seed: number): string[] => {
    const faults = new Faults({ seed, rate: 0.3 });
    return Array.from(
      { length: 200 },
      (_, k) =>
        (k % 2 === 0 ? faults.forRequest("submit") : faults.forReport("fill"))?.kind ?? "none",
    );
  };
  assertEquals(draw(7), draw(7));
  assert(draw(7).join() !== draw(8).join());
  const share = draw(7).filter((kind) => kind !== "none").length / 200;
  assert(share > 0.2 && share < 0.4, `${share}`);
});

Deno.test("paper exchange: a body that is no order, and a place that is none, are answered and harm nothing", async () => {
  await using bench = openExchange();
  const { url } = bench.server;
  const status = async (path: string, init?: RequestInit): Promise<number> => {
    const response = await fetch(url + path, init);
    await response.body?.cancel();
    return response.status;
  };
  assertEquals(await status("/v1/orders", { method: "POST", body: "{" }), 400);
  assertEquals(await status("/v1/orders", { method: "POST", body: "7" }), 400);
  assertEquals(await status("/v1/orders", { method: "POST", body: "{}" }), 422);
  assertEquals(await status("/v1/orders", { method: "POST", body: " ".repeat(70_000) }), 400);
  const page = { origin: "https://example.com" };
  assertEquals(await status("/v1/instants/1", { method: "POST", headers: page }), 403);
  assertEquals(await status("/v1/instants/7", { method: "POST" }), 400);
  assertEquals(await status("/v1/reports"), 426);
  assertEquals(await status("/v2/orders"), 404);
  assertEquals(await status("/v1/nothing"), 404);
});
