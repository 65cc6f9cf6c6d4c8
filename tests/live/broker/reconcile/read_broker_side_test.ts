import { assert, assertEquals } from "@std/assert";
import { readBrokerSide } from "../../../../lib/live/broker/reconcile/mod.ts";
import {
  describeFindings,
  type NoAnswer,
  type OurSide,
  planReconciliation,
  type ReconcilePlan,
  type ReconcileRules,
  type TheirSide,
} from "../../../../lib/trading/host_door.ts";
import type { PaperBroker } from "../../../../lib/vendors/paper/mod.ts";
import { type ExchangeBench, openExchange } from "../../../vendors/paper/exchange_bench.ts";

const RULES: ReconcileRules = {
  mode: "warn",
  quantityTolerance: 10_000,
  cashTolerance: 1e6,
  priceToleranceBps: 10,
  settleDelayUs: 2_000_000,
  external: "list",
  adopt: false,
};

const EMPTY: OurSide = {
  accountId: "PAPER-1",
  kind: "paper",
  isFirstStart: false,
  cash: 100_000e6,
  positions: [],
  orders: [],
  recentFills: [],
  splits: [],
};

/** An exchange on which ten shares were bought at 101 and one order works. */
async function traded(): Promise<ExchangeBench> {
  const bench = openExchange(), { broker, exchange } = bench;
  exchange.advance();
  await broker.connect();
  const plain = { symbol: "ACME", side: "buy", quantity: "10", timeInForce: "gtc" } as const;
  await broker.submit({ ...plain, clientId: "m-1", type: "market" });
  await broker.submit({ ...plain, clientId: "l-1", type: "limit", limitPrice: "50" });
  exchange.advance();
  return bench;
}

function sideOf(
  broker: PaperBroker,
  clientIds: readonly string[] = [],
  booked: readonly string[] = ["paper-x1"],
): Promise<TheirSide | NoAnswer> {
  const isBooked = (executionId: string): boolean => booked.includes(executionId);
  return readBrokerSide(broker, { clientIds, sinceUs: 0, isBooked });
}

function plan(
  ours: Partial<OurSide>,
  theirs: TheirSide | NoAnswer,
  nowUs: number,
  rules: Partial<ReconcileRules> = {},
): ReconcilePlan {
  return planReconciliation({ ...EMPTY, ...ours }, theirs, { ...RULES, ...rules }, nowUs);
}

Deno.test("REC-12 broker side: account, positions, orders and executions become whole numbers", async () => {
  await using bench = await traded();
  const side = await sideOf(bench.broker, ["m-1", "gone"], []);
  const { timeUs } = bench.exchange.ledger().executions[0]!;
  assertEquals(side, {
    timeUs: bench.exchange.nowUs,
    accountId: "PAPER-1",
    kind: "paper",
    isBlocked: false,
    cash: 98_990e6,
    positions: [{ symbol: "ACME", quantity: 10e6, averagePrice: 101e6 }],
    orders: [
      {
        clientId: "l-1",
        brokerId: "paper-2",
        symbol: "ACME",
        status: "accepted",
        quantity: 10e6,
        filled: 0,
        replacedBy: "",
      },
      {
        clientId: "m-1",
        brokerId: "paper-1",
        symbol: "ACME",
        status: "filled",
        quantity: 10e6,
        filled: 10e6,
        replacedBy: "",
      },
    ],
    unbookedFills: [{ symbol: "ACME", quantity: 10e6, timeUs }],
  });
});

Deno.test("REC-03 broker side: books that are right agree, and books that missed a fill do not", async () => {
  await using bench = await traded();
  const { exchange, broker } = bench, nowUs = exchange.nowUs + 60e6;
  const order = {
    symbol: "ACME",
    quantity: 10e6,
    changedUs: exchange.nowUs - 60e6,
  } as const;
  const resting = { ...order, clientId: "l-1", state: "accepted", filled: 0 } as const;
  const right = {
    cash: 98_990e6,
    positions: [{ symbol: "ACME", quantity: 10e6, averagePrice: 101e6 }],
    orders: [{ ...order, clientId: "m-1", state: "filled", filled: 10e6 }, resting],
  } as const;
  assertEquals(plan(right, await sideOf(broker, ["m-1", "l-1"]), nowUs).verdict.outcome, "agreed");
  const behind = {
    orders: [{ ...order, clientId: "m-1", state: "accepted", filled: 0 }, resting],
  } as const;
  const side = await sideOf(broker, ["m-1", "l-1"], []);
  const drift = plan(behind, side, nowUs, { mode: "auto_sync" });
  assertEquals(describeFindings(drift), [
    "CASH_MISMATCH cash: 100000.00 here, 98990.00 there",
    "MISSING_LOCAL ACME: 0 here, 10 there",
    "ORDER_MISMATCH order m-1 in ACME: accepted here, filled there, with other fills",
  ]);
  assert(drift.corrections.some(({ kind }) => kind === "fetch_executions"));
  // While its report may still be under way it is no drift.
  const { timeUs } = exchange.ledger().executions[0]!;
  assert(!("noAnswer" in side));
  const soon = plan({}, { ...side, timeUs }, timeUs + 1_000_000);
  assertEquals(
    soon.findings.map(({ kind }) => kind),
    ["EXTERNAL_ORDER"],
  );
});

Deno.test("REC-01 broker side: a call without an answer is no side at all", async () => {
  await using bench = await traded();
  bench.server.command({ arm: { on: "read", kind: "server_error" } });
  const side = await sideOf(bench.broker);
  assert("noAnswer" in side);
  assertEquals(plan({}, side, 0).verdict, { outcome: "failed", success: false, frozen: [] });
  bench.server.command({ arm: { on: "read", kind: "rate_limit" } });
  assert("noAnswer" in await sideOf(bench.broker));
  assert(!("noAnswer" in await sideOf(bench.broker)));
});

Deno.test("REC-15 broker side: an account that is not empty is found on a first start", async () => {
  await using bench = await traded();
  const result = plan({ isFirstStart: true }, await sideOf(bench.broker), bench.exchange.nowUs);
  assertEquals(result.verdict.outcome, "failed");
  assertEquals(result.findings.map(({ kind, cause }) => [kind, cause]), [
    ["MISSING_LOCAL", "first_start"],
    ["EXTERNAL_ORDER", "first_start"],
  ]);
});
