import { assertEquals, assertThrows } from "@std/assert";
import { canonicalRun, resolveRun, type RunOptions } from "../../lib/config/mod.ts";
import { SandbarError } from "../../lib/core/mod.ts";

Deno.test("run spec: without options it is GOOG, daily, 100,000, seed 1", () => {
  assertEquals(resolveRun({}), {
    symbols: ["GOOG"],
    fromDay: undefined,
    toDay: undefined,
    period: "1d",
    adjust: "split",
    initialCash: 100_000_000_000,
    params: {},
    venue: {
      preset: "realistic",
      fillModel: "next_open",
      slippage: { kind: "fixed", bps: 5 },
      limitFill: "through",
      participation: null,
      pathPeriod: null,
      latencyMs: 0,
      latencyJitterMs: 0,
      rejectionRate: 0,
      regulatoryFees: false,
    },
    commission: { kind: "notional", bps: 1 },
    account: {
      type: "cash",
      settlement: "instant",
      initialPct: 50,
      maintenanceLongPct: 25,
      maintenanceShortPct: 30,
      borrowRatePct: 0,
      debitRatePct: 0,
      creditRatePct: 0,
    },
    shortable: undefined,
    risk: undefined,
    benchmark: undefined,
    seed: 1,
    fractional: false,
    riskFreeRatePct: 0,
  });
});

Deno.test("run spec: symbols and periods are brought into their one form", () => {
  const spec = resolveRun({
    symbols: [" brk.b", "^gspc", "BTC/USD", "eur=x"],
    period: "60m",
    benchmark: "spy ",
  });
  assertEquals([spec.symbols, spec.period, spec.benchmark], [
    ["BRK.B", "^GSPC", "BTC/USD", "EUR=X"],
    "1h",
    "SPY",
  ]);
});

Deno.test("BT-07 run spec: every point of a slippage table counts in the hash, and basis points given beside it win", () => {
  const text = (options: RunOptions) => canonicalRun(resolveRun(options), {});
  const table: RunOptions = { slippageTable: [[0.1, 2], [10, 40.5]] };
  assertEquals(text(table).includes('"slippage":"table 0.1% 2, 10% 40.5 bps"'), true, text(table));
  assertEquals(text(table) === text({ slippageTable: [[0.1, 2], [10, 41]] }), false);
  assertEquals(text({ ...table, slippageModel: "table" }), text(table));
  assertEquals(text({ ...table, slippageBps: 3 }), text({ slippageBps: 3 }));
});

Deno.test("run spec: each wrong value names its option (CLI-02)", () => {
  const rows: readonly (readonly [options: RunOptions, words: string])[] = [
    [{ symbols: [] }, "--symbols: found 0 symbols"],
    [{ symbols: [""] }, "--symbols: found an empty symbol"],
    [{ symbols: ["A", "a"] }, "--symbols: found A twice"],
    [{ symbols: ["A".repeat(33)] }, "--symbols: found"],
    [{ from: "2010-02-30" }, '--from: found "2010-02-30"'],
    [{ from: "2010-02-02", to: "2010-02-01" }, "--from: found 2010-02-02, after --to 2010-02-01"],
    [{ period: "0d" }, "--period:"],
    [{ cash: 0.5 }, "--cash: found 0.5; give a number from 1"],
    [{ cash: NaN }, "--cash: found NaN"],
    [{ slippageBps: 1000.5 }, "--slippage-bps"],
    [{ slippageBps: 0.0000001 }, "at most 6 decimals"],
    [{ commission: "free" }, "--commission"],
    [{ benchmark: "" }, "--benchmark: found an empty symbol"],
    [{ seed: 4294967296 }, "--seed"],
    [{ slippageTable: [[1, -2]] }, "slippage table: pair 1: the move is -2"],
    [{ slippageModel: "table" }, "slippage table: the slippage model table needs one"],
    [
      { slippageModel: "none", slippageTable: [[1, 2]] },
      "no effect beside the slippage model none",
    ],
    [{ riskFreeRatePct: 101 }, "--risk-free-rate"],
    [
      { accountType: "margin", settlement: "standard" },
      "--settlement: found standard with a margin",
    ],
    [{ marginInitialPct: 0.5 }, "--margin.initial_pct: found 0.5; give a number from 1 to 100"],
    [
      { accountType: "margin", maintenanceLongPct: 51 },
      "--margin.maintenance_long_pct: found 51, above",
    ],
    [
      { accountType: "margin", marginInitialPct: 25 },
      "--margin.maintenance_short_pct: found 30, above",
    ],
    [{ borrowRatePct: -1 }, "--borrow-rate: found -1"],
    [{ debitRatePct: 101 }, "--debit-rate: found 101"],
    [{ creditRatePct: 0.0000001 }, "--credit-rate"],
    [{ shortable: ["A B"] }, '--shortable: found "A B"'],
  ];
  for (const [options, words] of rows) {
    const error = assertThrows(() => resolveRun(options), SandbarError, words);
    assertEquals(["usage", "bad_period"].includes((error as SandbarError).code), true);
  }
});

Deno.test("run spec: every option is in the text of the configuration's hash (BT-01)", () => {
  const text = (options: RunOptions): string =>
    canonicalRun(resolveRun(options), options.params ?? {});
  const plain = text({}),
    different: readonly RunOptions[] = [
      { symbols: ["IBM"] },
      { from: "2010-01-04" },
      { to: "2010-01-04" },
      { period: "1h" },
      { adjust: "none" },
      { cash: 1 },
      { params: { fast: 1 } },
      { slippageBps: 0 },
      { commission: "none" },
      { commission: "0.01% min 1" },
      { commission: "0.01% max 1%" },
      { benchmark: "IBM" },
      { seed: 2 },
      { fractional: true },
      { riskFreeRatePct: 1 },
      { accountType: "margin" },
      { settlement: "standard" },
      { marginInitialPct: 60 },
      { maintenanceLongPct: 30 },
      { maintenanceShortPct: 40 },
      { borrowRatePct: 1 },
      { debitRatePct: 1 },
      { creditRatePct: 1 },
      { shortable: ["IBM"] },
    ];
  const texts = new Set(different.map(text));
  assertEquals([texts.size, texts.has(plain)], [different.length, false]);
  // What is written out and what is left to the default is the same run.
  assertEquals(
    text({ symbols: ["goog"], cash: 100_000, commission: "0.01%", period: "1day" }),
    plain,
  );
  assertEquals(text({ params: { b: 1, a: 2 } }), text({ params: { a: 2, b: 1 } }));
});
