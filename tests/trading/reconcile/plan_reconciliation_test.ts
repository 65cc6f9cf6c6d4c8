import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  describeFindings,
  type OurSide,
  planReconciliation,
  type ReconcileMode,
  type ReconcilePlan,
  type ReconcileRules,
  type TheirSide,
  withReconciliation,
} from "../../../lib/trading/host_door.ts";
import { NOW_US, OTHER_ID, ourOrder, OURS, OWN_ID, RULES, theirOrder, THEIRS } from "./sides.ts";

function plan(
  ours: Partial<OurSide> = {},
  theirs: Partial<TheirSide> = {},
  rules: Partial<ReconcileRules> = {},
): ReconcilePlan {
  return planReconciliation({ ...OURS, ...ours }, { ...THEIRS, ...theirs }, {
    ...RULES,
    ...rules,
  }, NOW_US);
}

const position = (quantity: number, averagePrice = 100e6, symbol = "GOOG") => ({
  symbol,
  quantity,
  averagePrice,
});

// One row of the table of REC-01 each: what differs, and what each mode makes of it.
const TABLE: readonly {
  readonly name: string;
  readonly ours?: Partial<OurSide>;
  readonly theirs?: Partial<TheirSide>;
  readonly strict: string;
  readonly warn: string;
  readonly autoSync: string;
  readonly corrections: readonly unknown[];
}[] = [
  {
    name: "QUANTITY_MISMATCH",
    theirs: { positions: [position(12e6, 101e6)] },
    strict: "failed",
    warn: "drifted GOOG",
    autoSync: "corrected",
    corrections: [
      { kind: "position", symbol: "GOOG", quantity: 12e6, averagePrice: 101e6, difference: 2e6 },
    ],
  },
  {
    name: "QUANTITY_MISMATCH",
    theirs: { positions: [position(-3e6, 101e6)] },
    strict: "failed",
    warn: "drifted GOOG",
    autoSync: "corrected",
    corrections: [
      { kind: "position", symbol: "GOOG", quantity: -3e6, averagePrice: 101e6, difference: -13e6 },
    ],
  },
  {
    name: "MISSING_LOCAL",
    ours: { positions: [position(0)] },
    strict: "failed",
    warn: "drifted GOOG",
    autoSync: "corrected",
    corrections: [
      { kind: "position", symbol: "GOOG", quantity: 10e6, averagePrice: 100e6, difference: 10e6 },
    ],
  },
  {
    name: "MISSING_BROKER",
    theirs: { positions: [] },
    strict: "failed",
    warn: "drifted GOOG",
    autoSync: "corrected",
    corrections: [{ kind: "remove", symbol: "GOOG", quantity: 10e6 }],
  },
  {
    name: "PRICE_MISMATCH",
    theirs: { positions: [position(10e6, 100_100_001)] },
    strict: "agreed",
    warn: "agreed",
    autoSync: "corrected",
    corrections: [
      {
        kind: "position",
        symbol: "GOOG",
        quantity: 10e6,
        averagePrice: 100_100_001,
        difference: 0,
      },
    ],
  },
  {
    name: "CASH_MISMATCH",
    theirs: { cash: 4_998_999_999 },
    strict: "failed",
    warn: "drifted",
    autoSync: "corrected",
    corrections: [{ kind: "cash", cash: 4_998_999_999, difference: -1_000_001 }],
  },
  {
    name: "ORDER_MISMATCH",
    ours: { orders: [ourOrder()] },
    theirs: { orders: [theirOrder({ status: "cancelled" })] },
    strict: "failed",
    warn: "drifted GOOG",
    autoSync: "corrected",
    corrections: [{ kind: "order", clientId: OWN_ID, report: "cancelled", replacedBy: "" }],
  },
  {
    name: "ORDER_MISMATCH",
    theirs: { orders: [theirOrder({ clientId: OTHER_ID })] },
    strict: "failed",
    warn: "drifted GOOG",
    autoSync: "corrected",
    corrections: [{ kind: "adopt_order", order: theirOrder({ clientId: OTHER_ID }) }],
  },
  {
    name: "ACCOUNT_MISMATCH",
    theirs: { accountId: "PA2" },
    strict: "failed",
    warn: "failed",
    autoSync: "failed",
    corrections: [],
  },
  {
    name: "ACCOUNT_MISMATCH",
    theirs: { kind: "live" },
    strict: "failed",
    warn: "failed",
    autoSync: "failed",
    corrections: [],
  },
  {
    name: "ACCOUNT_MISMATCH",
    theirs: { isBlocked: true },
    strict: "failed",
    warn: "failed",
    autoSync: "failed",
    corrections: [],
  },
];

for (const row of TABLE) {
  Deno.test(`REC-01 reconciliation: ${row.name} (${differsIn(row)}) in every mode`, () => {
    const outcome = (mode: ReconcileMode): string => {
      const result = plan(row.ours, row.theirs, { mode });
      assertEquals(result.findings.map(({ kind }) => kind), [row.name], mode);
      assertEquals(result.corrections, mode === "auto_sync" ? row.corrections : [], mode);
      const { verdict } = result;
      assertEquals(verdict.success, ["agreed", "corrected"].includes(verdict.outcome));
      return [verdict.outcome, ...verdict.frozen].join(" ");
    };
    assertEquals(outcome("strict"), row.strict);
    assertEquals(outcome("warn"), row.warn);
    assertEquals(outcome("auto_sync"), row.autoSync);
  });
}

function differsIn({ ours, theirs }: (typeof TABLE)[number]): string {
  return JSON.stringify({ ...ours, ...theirs }).slice(0, 60);
}

Deno.test("REC-01 reconciliation: a broker that does not answer blocks in every mode", () => {
  for (const mode of ["strict", "warn", "auto_sync"] as const) {
    const result = planReconciliation(
      OURS,
      { noAnswer: true, message: "positions: timed out after 10 s" },
      { ...RULES, mode },
      NOW_US,
    );
    assertEquals(result.verdict, { outcome: "failed", success: false, frozen: [] });
    assertEquals(describeFindings(result), ["BROKER_NO_ANSWER positions: timed out after 10 s"]);
  }
});

Deno.test("REC-01 reconciliation: sides that agree find nothing", () => {
  for (const mode of ["strict", "warn", "auto_sync"] as const) {
    const orders = [ourOrder(), ourOrder({ clientId: OTHER_ID, state: "filled", filled: 5e6 })];
    const result = plan({ orders }, { orders: [theirOrder()] }, { mode });
    assertEquals([result.findings, result.corrections], [[], []]);
    assertEquals(result.verdict, { outcome: "agreed", success: true, frozen: [] });
  }
});

Deno.test("REC-01 reconciliation: an account that fails corrects nothing else", () => {
  const result = plan({}, { accountId: "PA2", cash: 1, positions: [] }, { mode: "auto_sync" });
  assertEquals(result.verdict.outcome, "failed");
  assertEquals(result.corrections, []);
  assertEquals(result.findings.length, 3);
});

Deno.test("REC-05 reconciliation: a difference counts when it is strictly greater than its tolerance", () => {
  const kinds = (theirs: Partial<TheirSide>): string[] =>
    plan({}, theirs).findings.map(({ kind }) => kind);
  assertEquals(kinds({ positions: [position(10_010_000)] }), []);
  assertEquals(kinds({ positions: [position(10_010_001)] }), ["QUANTITY_MISMATCH"]);
  assertEquals(kinds({ cash: 5_001e6 }), []);
  assertEquals(kinds({ cash: 5_001e6 + 1 }), ["CASH_MISMATCH"]);
  assertEquals(kinds({ positions: [position(10e6, 100_100_000)] }), []);
  assertEquals(kinds({ positions: [position(10e6, 99_899_999)] }), ["PRICE_MISMATCH"]);
  // The example of the requirement: 100.005 shares against 100.
  assertEquals(
    plan({ positions: [position(100e6)] }, { positions: [position(100_005_000)] }).findings,
    [],
  );
});

Deno.test("REC-05 reconciliation: symbols come in sorted order, both quantities are told, no shares are no position", () => {
  const result = plan(
    {
      positions: [position(2e6, 1e6, "MSFT"), position(0, 1e6, "ZZZ"), position(1e6, 1e6, "AAPL")],
    },
    { positions: [position(3e6, 1e6, "MSFT"), position(1_500_000, 1e6, "BRK.B")] },
  );
  assertEquals(describeFindings(result), [
    "MISSING_BROKER AAPL: 1 here, 0 there",
    "MISSING_LOCAL BRK.B: 0 here, 1.5 there",
    "QUANTITY_MISMATCH MSFT: 2 here, 3 there",
  ]);
  assertEquals(result.verdict.frozen, ["AAPL", "BRK.B", "MSFT"]);
  assertEquals(
    describeFindings(plan({}, { cash: 1_234_560_000 })),
    ["CASH_MISMATCH cash: 5000.00 here, 1234.56 there"],
  );
});

Deno.test("REC-09 reconciliation: an order in flight explains as much as it may have filled, and no more", () => {
  const states = ["submitted", "unknown", "pending_cancel", "pending_replace"] as const;
  for (const state of states) {
    const orders = [ourOrder({ state, quantity: 5e6, filled: 1e6, changedUs: NOW_US })];
    const at = (quantity: number, cash = 1e6): ReconcilePlan =>
      plan({ orders }, { positions: [position(quantity)], cash });
    assertEquals(at(14e6).findings, [], state);
    assertEquals(at(14e6).settling, ["GOOG"]);
    assertEquals(at(15e6).findings.map(({ kind }) => kind), ["QUANTITY_MISMATCH"], state);
    assertEquals(at(9e6).findings.map(({ kind }) => kind), ["QUANTITY_MISMATCH"], state);
  }
  const sale = [ourOrder({ state: "unknown", quantity: -5e6 })];
  assertEquals(plan({ orders: sale }, { positions: [position(5e6)] }).findings, []);
  // An accepted order has no request in flight: what it filled is told by executions.
  const resting = { orders: [ourOrder()] };
  assertEquals(
    plan(resting, { orders: [theirOrder()], positions: [position(15e6)] }).verdict.outcome,
    "drifted",
  );
});

Deno.test("REC-09 reconciliation: fills within the settle delay are no drift, on either side", () => {
  const fill = (quantity: number, agoUs: number) => [
    { symbol: "GOOG", quantity, timeUs: NOW_US - agoUs },
  ];
  const kinds = (ours: Partial<OurSide>, theirs: Partial<TheirSide>): string[] =>
    plan(ours, theirs).findings.map(({ kind }) => kind);
  // We booked a purchase of 4 that the broker's positions do not show yet.
  const behind = { positions: [position(6e6)], cash: 1e6 };
  assertEquals(kinds({ recentFills: fill(4e6, 1_999_999) }, behind), []);
  assertEquals(
    kinds({ recentFills: fill(4e6, 2_000_000) }, behind),
    ["CASH_MISMATCH", "QUANTITY_MISMATCH"],
  );
  // The broker executed a sale of 4 whose report is under way.
  const ahead = (agoUs: number) => ({ ...behind, unbookedFills: fill(-4e6, agoUs) });
  assertEquals(kinds({}, ahead(0)), []);
  assertEquals(kinds({}, ahead(2_000_000)), ["CASH_MISMATCH", "QUANTITY_MISMATCH"]);
  // The fill of another symbol explains nothing.
  assertEquals(
    kinds({ recentFills: [{ symbol: "MSFT", quantity: 4e6, timeUs: NOW_US }] }, behind),
    ["QUANTITY_MISMATCH"],
  );
});

Deno.test("REC-11 reconciliation: a split that only one side knows is told as the cause", () => {
  const splits = [{ symbol: "GOOG", numerator: 4, denominator: 1 }];
  const theirs = { positions: [position(40e6, 25e6)] };
  const warned = plan({ splits }, theirs);
  assertEquals(warned.findings.map(({ cause, consequence }) => [cause, consequence]), [
    ["split", "freeze"],
  ]);
  assertEquals(describeFindings(warned), [
    "QUANTITY_MISMATCH GOOG: 10 here, 40 there, which the split 4 for 1 explains",
  ]);
  assertEquals(plan({ splits }, theirs, { mode: "auto_sync" }).corrections, [
    { kind: "split", symbol: "GOOG", numerator: 4, denominator: 1 },
  ]);
  // Other shares than the split makes are other shares.
  assertEquals(plan({ splits }, { positions: [position(41e6)] }).findings[0]!.cause, "none");
  // A broker that never applies it is right about what it holds.
  const undone = plan({ positions: [position(40e6)], splits }, { positions: [position(10e6)] }, {
    mode: "auto_sync",
  });
  assertEquals(undone.findings[0]!.cause, "split");
  assertEquals(undone.corrections.map(({ kind }) => kind), ["position"]);
});

Deno.test("REC-11 reconciliation: orders made elsewhere are listed or adopted, as the setting says, in every mode", () => {
  const orders = [
    theirOrder({ clientId: "" }),
    theirOrder({ clientId: "by-hand", brokerId: "b-2" }),
  ];
  for (const mode of ["strict", "warn", "auto_sync"] as const) {
    const listed = plan({}, { orders }, { mode });
    assertEquals(listed.findings.map(({ kind }) => kind), ["EXTERNAL_ORDER", "EXTERNAL_ORDER"]);
    assertEquals([listed.corrections, listed.verdict.outcome], [[], "agreed"]);
    const adopted = plan({}, { orders }, { mode, external: "adopt" });
    assertEquals(adopted.corrections.map(({ kind }) => kind), ["adopt_order", "adopt_order"]);
    assertEquals(adopted.verdict.outcome, "corrected");
  }
});

Deno.test("REC-15 reconciliation: a first start on an account that is not empty waits for consent", () => {
  const theirs = { orders: [theirOrder({ clientId: "by-hand" })], cash: 777e6 };
  const ours = { isFirstStart: true, positions: [], cash: 0 };
  for (const mode of ["strict", "warn"] as const) {
    const asked = plan(ours, theirs, { mode });
    assertEquals(asked.verdict.outcome, "failed", mode);
    assertEquals(describeFindings(asked), [
      "MISSING_LOCAL GOOG: 0 here, 10 there",
      "EXTERNAL_ORDER order by-hand in GOOG: absent here, accepted there",
    ]);
    assert(asked.findings.every(({ cause }) => cause === "first_start"));
    assertEquals(asked.corrections, []);
  }
  for (const rules of [{ mode: "strict", adopt: true }, { mode: "auto_sync" }] as const) {
    const adopted = plan(ours, theirs, rules);
    assertEquals(adopted.verdict.outcome, "corrected");
    assertEquals(adopted.corrections, [
      { kind: "cash", cash: 777e6, difference: 777e6 },
      { kind: "position", symbol: "GOOG", quantity: 10e6, averagePrice: 100e6, difference: 10e6 },
      { kind: "adopt_order", order: theirs.orders[0]! },
    ]);
  }
  // Cash alone is where an account begins.
  const empty = plan(ours, { positions: [], cash: 777e6 }, { mode: "strict" });
  assertEquals([empty.findings, empty.verdict.outcome], [[], "corrected"]);
});

Deno.test("REC-12 reconciliation: a plan is plain data, and correcting by it leaves nothing to find", () => {
  const quantities = fc.integer({ min: -50, max: 50 }).map((shares) => shares * 1e6);
  const positions = fc.uniqueArray(
    fc.record({
      symbol: fc.constantFrom<string[]>("A", "B", "C", "D"),
      quantity: quantities,
      averagePrice: fc.integer({ min: 1, max: 1000 }).map((price) => price * 1e6),
    }),
    { selector: ({ symbol }) => symbol },
  );
  const cash = fc.integer({ min: -1000, max: 100_000 }).map((dollars) => dollars * 1e6);
  fc.assert(fc.property(positions, positions, cash, cash, (mine, there, ourCash, theirCash) => {
    const first = plan({ positions: mine, cash: ourCash }, { positions: there, cash: theirCash }, {
      mode: "auto_sync",
    });
    assertEquals(JSON.parse(JSON.stringify(first)), first);
    const held = new Map(mine.map((each) => [each.symbol, each]));
    let money = ourCash;
    for (const correction of first.corrections) {
      if (correction.kind === "cash") money = correction.cash;
      else if (correction.kind === "remove") held.delete(correction.symbol);
      else if (correction.kind === "position") {
        const { symbol, quantity, averagePrice, difference } = correction;
        assertEquals((held.get(symbol)?.quantity ?? 0) + difference, quantity);
        held.set(symbol, { symbol, quantity, averagePrice });
      }
    }
    const second = plan({ positions: [...held.values()], cash: money }, {
      positions: there,
      cash: theirCash,
    }, { mode: "strict" });
    assertEquals(second.findings, []);
  }));
});

Deno.test("REC-05 reconciliation: the history has the newest first, and no more than its limit", () => {
  let history: readonly ReconcilePlan[] = [];
  for (let k = 0; k < 5; k++) {
    history = withReconciliation(history, { ...plan(), timeUs: NOW_US + k }, 3);
  }
  assertEquals(history.map(({ timeUs }) => timeUs - NOW_US), [4, 3, 2]);
});
