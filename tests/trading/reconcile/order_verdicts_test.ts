import { assert, assertEquals } from "@std/assert";
import {
  BROKER_STATUS_NAMES,
  type OrderVerdict,
  orderVerdict,
  planReconciliation,
  type TheirOrder,
} from "../../../lib/trading/host_door.ts";
import {
  afterReport,
  CELL,
  isWorking,
  ORDER_REPORT,
  ORDER_STATE,
  ORDER_STATE_NAMES,
} from "../../../lib/trading/mod.ts";
import { NOW_US, ourOrder, OURS, OWN_ID, RULES, theirOrder, THEIRS } from "./sides.ts";

const WORKS_THERE = ["pending", "accepted", "partially_filled", "suspended"];

Deno.test("order verdicts: every pair of our state and the broker's status is decided (REC-01)", () => {
  const known: readonly OrderVerdict[] = [
    "agree",
    "in_flight",
    "take",
    "close",
    "revive",
    "cancel",
    "unclear",
    "foreign",
  ];
  const met = new Set<string>();
  for (const ours of ["absent", ...ORDER_STATE_NAMES] as const) {
    for (const theirs of ["absent", ...BROKER_STATUS_NAMES] as const) {
      const verdict = orderVerdict(ours, theirs);
      assert(known.includes(verdict), `${ours} and ${theirs}`);
      met.add(verdict);
    }
  }
  assertEquals(met.size, known.length);
});

Deno.test("order verdicts: what works on one side only is never passed over", () => {
  for (const [number, ours] of ORDER_STATE_NAMES.entries()) {
    if (isWorking(number) && ours !== "pending" && ours !== "submitted" && ours !== "unknown") {
      for (const theirs of ["absent", "filled", "cancelled", "rejected", "expired"] as const) {
        assert(["take", "close"].includes(orderVerdict(ours, theirs)), `${ours} and ${theirs}`);
      }
    }
    if (!isWorking(number)) {
      for (const theirs of WORKS_THERE as typeof BROKER_STATUS_NAMES[number][]) {
        assert(["cancel", "revive"].includes(orderVerdict(ours, theirs)), `${ours} and ${theirs}`);
      }
    }
  }
});

Deno.test("order verdicts: a report that the plan takes is one that the lifecycle takes", () => {
  for (const ours of ORDER_STATE_NAMES) {
    for (const status of BROKER_STATUS_NAMES) {
      const { corrections } = planReconciliation(
        { ...OURS, orders: [ourOrder({ state: ours })] },
        { ...THEIRS, orders: [theirOrder({ status })] },
        { ...RULES, mode: "auto_sync" },
        NOW_US,
      );
      for (const correction of corrections) {
        if (correction.kind !== "order") continue;
        const next = afterReport(ORDER_STATE[ours], ORDER_REPORT[correction.report]);
        assert(next !== CELL.refused, `${ours} takes ${correction.report} of ${status}`);
      }
    }
  }
});

Deno.test("order verdicts: fills are fetched as executions before the end of their order is taken (ORD-14)", () => {
  const corrections = (theirs: Partial<TheirOrder>) =>
    planReconciliation(
      { ...OURS, orders: [ourOrder({ state: "partially_filled", filled: 1e6 })] },
      { ...THEIRS, orders: [theirOrder(theirs)] },
      { ...RULES, mode: "auto_sync" },
      NOW_US,
    ).corrections;
  const fetch = {
    kind: "fetch_executions",
    clientId: OWN_ID,
    filled: 1e6,
    theirFilled: 3e6,
  } as const;
  assertEquals(corrections({ status: "cancelled", filled: 3e6 }), [
    fetch,
    { kind: "order", clientId: OWN_ID, report: "cancelled", replacedBy: "" },
  ]);
  assertEquals(corrections({ status: "partially_filled", filled: 3e6 }), [fetch]);
  assertEquals(corrections({ status: "filled", filled: 5e6 }), [{ ...fetch, theirFilled: 5e6 }]);
  assertEquals(corrections({ status: "accepted", filled: 1e6 }), []);
});

Deno.test("order verdicts: an order that was proved absent and turns up is revived and cancelled (G-03)", () => {
  const { corrections, findings } = planReconciliation(
    { ...OURS, orders: [ourOrder({ state: "never_received" })] },
    { ...THEIRS, orders: [theirOrder()] },
    { ...RULES, mode: "auto_sync" },
    NOW_US,
  );
  assertEquals(corrections, [
    { kind: "order", clientId: OWN_ID, report: "acknowledged", replacedBy: "" },
    { kind: "cancel_order", clientId: OWN_ID, brokerId: "b-1" },
  ]);
  assertEquals(findings.map(({ kind }) => kind), ["ORDER_MISMATCH"]);
});

Deno.test("order verdicts: what nobody understands freezes its symbol, also in auto_sync", () => {
  const { verdict, corrections } = planReconciliation(
    { ...OURS, orders: [ourOrder()] },
    { ...THEIRS, orders: [theirOrder({ status: "unknown" })] },
    { ...RULES, mode: "auto_sync" },
    NOW_US,
  );
  assertEquals(corrections, []);
  assertEquals(verdict, { outcome: "drifted", success: false, frozen: ["GOOG"] });
});

Deno.test("order verdicts: an order that moved within the settle delay is compared later (REC-09)", () => {
  const judge = (changedUs: number) =>
    planReconciliation(
      { ...OURS, orders: [ourOrder({ changedUs })] },
      THEIRS,
      RULES,
      NOW_US,
    ).findings.length;
  assertEquals([judge(NOW_US - 1_999_999), judge(NOW_US - 2_000_000)], [0, 1]);
});

Deno.test("order verdicts: the successor of a replaced order is not a stranger (ORD-13)", () => {
  const successor = "sb1-k3v9qz-1y9bi7mgs7-1z-1";
  const { findings, corrections } = planReconciliation(
    { ...OURS, orders: [ourOrder({ state: "pending_replace" })] },
    {
      ...THEIRS,
      orders: [
        theirOrder({ status: "replaced", replacedBy: successor }),
        theirOrder({ clientId: successor, brokerId: "b-2" }),
      ],
    },
    { ...RULES, mode: "auto_sync" },
    NOW_US,
  );
  assertEquals(findings.length, 1);
  assertEquals(corrections, [
    { kind: "order", clientId: OWN_ID, report: "replaced", replacedBy: successor },
  ]);
});
