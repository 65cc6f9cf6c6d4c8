import { assertEquals } from "@std/assert";
import {
  type LiveFlags,
  readRunConfig,
  resolveRun,
  type RunOptions,
} from "../../lib/config/mod.ts";
import { inFolder, write } from "../data/folder.ts";
import { live, liveFaults, ONE, USER_DIR } from "./live_case.ts";

Deno.test("live config: without a file it is a paper session on the bundled data (CLI-12)", async () => {
  const config = await live(undefined, ONE), { run, strategies, notes, ...rest } = config;
  assertEquals(run, resolveRun({}));
  assertEquals(notes, []);
  assertEquals(strategies, [{
    id: "mine",
    path: `${USER_DIR}/mine.ts`,
    shown: "mine.ts",
    folder: USER_DIR,
    params: {},
    symbols: ["GOOG"],
    sha256: null,
    allocationPct: 100,
    grants: {
      orderTypes: null,
      timeInForce: null,
      short: null,
      maxOrderNotional: null,
      maxPositionPct: null,
      maxOrdersPerMinute: null,
    },
  }]);
  const inUserDir = (name: string) => ({ real: `${USER_DIR}/${name}`, shown: name });
  assertEquals(rest, {
    mode: "paper",
    broker: "paper",
    accountId: "paper",
    deployment: "main",
    runId: null,
    file: null,
    symbolsFile: null,
    stateDir: inUserDir("state"),
    reportDir: inUserDir("reports"),
    time: { calendar: "XNYS" },
    engine: {
      cycleIntervalSeconds: 60,
      maxCycles: 0,
    },
    orders: {
      submitTimeoutMs: 10_000,
      unknownDeadlineSeconds: 30,
      onStop: "cancel",
      external: "list",
    },
    sandbox: {
      loadDeadlineMs: 2000,
      eventDeadlineMs: 100,
      stallMs: 5000,
      heapMb: 128,
      dataLimitMb: 1024,
      maxIntentsPerEvent: 100,
      maxStateBytes: 262_144,
      maxReplayEvents: 1_000_000,
      overrunPolicy: "cancel",
      restartLimit: 3,
      requireOsLimits: false,
      networkNamespace: "auto",
    },
    reconciliation: {
      mode: "warn",
      qtyTolerance: 0.01,
      cashTolerance: 1,
      priceToleranceBps: 10,
      periodicInterval: 100,
      intervalSeconds: 300,
      settleDelayMs: 2000,
    },
    persistence: {
      kvPath: inUserDir("state/sandbar.kv"),
      kvIsService: false,
      backupCount: 5,
      walMaxEntries: 10_000,
      autoSaveIntervalSeconds: 60,
      leaseTtlSeconds: 15,
      leaseRenewSeconds: 4,
    },
    data: {
      provider: "recorded",
      speed: "max",
      recordedPath: null,
      catalogDir: inUserDir("data"),
      simulated: {
        seed: 1,
        prices: { SPY: 450, AAPL: 180, MSFT: 380, GOOGL: 140 },
        volatilityPct: 2,
        spreadBps: 5,
        size: 1000,
      },
    },
    brokers: { paper: { url: null } },
    observability: { events: { bufferSize: 1000, subscriberQueue: 10_000 } },
    logging: { level: "INFO", logDir: inUserDir("logs") },
    control: { enabled: true, port: 0 },
    upgrade: null,
    adopt: false,
  });
});

Deno.test("live config: each flag sets its key and wins over the file (CFG-05, CLI-02)", async () => {
  const file = "state_dir: a\naccount_id: FILE\nseed: 7\nsymbols: { default: [AAPL] }\n" +
    "venue: { initial_cash: 5, slippage_model: none, commission_model: per_share, commission_min: 1 }\n" +
    "data: { provider: polygon, speed: 5, default_period: 1h }\nbacktest: { default_start: 2000-01-01 }\n";
  const flags: LiveFlags = {
    ...ONE,
    broker: "paper",
    feed: "simulated",
    symbols: ["msft", "IBM"],
    from: "2010-01-04",
    to: "2010-12-31",
    period: "1d",
    speed: "60",
    state: "here",
    account: "FLAG",
    cash: 1000,
    venue: "zipline",
    slippageBps: 3,
    commission: "0.2% min 2",
    seed: 0,
    set: { fast: "5", "mine.slow": "9" },
  };
  const config = await live(file, flags);
  assertEquals(
    config.run,
    resolveRun({
      symbols: ["MSFT", "IBM"],
      from: "2010-01-04",
      to: "2010-12-31",
      period: "1d",
      cash: 1000,
      venue: "zipline",
      slippageBps: 3,
      commission: "0.2% min 2",
      seed: 0,
      params: { fast: "5", slow: "9" },
    }),
  );
  assertEquals([config.data.provider, config.data.speed, config.data.simulated.seed], [
    "simulated",
    60,
    0,
  ]);
  assertEquals([config.accountId, config.stateDir], ["FLAG", {
    real: `${USER_DIR}/here`,
    shown: "here",
  }]);
  assertEquals(config.strategies[0]!.params, { fast: "5", slow: "9" });
  const data = await live(undefined, { ...ONE, data: "bars.csv", speed: "max" });
  assertEquals(data.data.recordedPath, { real: `${USER_DIR}/bars.csv`, shown: "bars.csv" });
});

Deno.test("live config: a file and its flags are the same run spec for backtest and paper (BT-01)", async () => {
  const text =
    "seed: 3\nsymbols: { default: [MSFT, IBM] }\nbacktest: { default_start: 2009-01-05 }\n" +
    "venue: { preset: backtrader, account_type: margin, shortable: [IBM], latency_ms: 5 }\n" +
    "margin: { initial_pct: 60 }\nrisk: { live_defaults: true, max_position_pct: 30 }\n";
  const flags: readonly (readonly [LiveFlags, RunOptions])[] = [
    [{}, {}],
    [{ commission: "ibkr_fixed" }, { commission: "ibkr_fixed" }],
    [{ commission: "ibkr_tiered", cash: 9 }, { commission: "ibkr_tiered", cash: 9 }],
    [{ commission: "none", seed: 4 }, { commission: "none", seed: 4 }],
    [{ commission: "1/order max 5%" }, { commission: "1/order max 5%" }],
    [{ symbols: ["GOOG"], slippageBps: 0 }, { symbols: ["GOOG"], slippageBps: 0 }],
  ];
  await inFolder(async (folder) => {
    const { run } = await readRunConfig(write(folder, "s.yaml", text), "s.yaml");
    for (const [given, options] of flags) {
      const paper = await live(text, { ...ONE, ...given });
      assertEquals(paper.run, resolveRun({ ...run, ...options }));
    }
  });
});

Deno.test("live config: every section of the file takes effect, and its paths count from its folder", async () => {
  const config = await live(`
deployment: eu1
run_id: night-1
state_dir: st
time: { calendar: always_open }
engine: { cycle_interval_seconds: 1.5, max_cycles: 10 }
orders: { submit_timeout_ms: 100, unknown_deadline_seconds: 1, on_stop: keep, external: adopt }
sandbox: { event_deadline_ms: 5, data_limit_mb: 560, overrun_policy: flatten, restart_limit: 0, max_state_bytes: 0 }
reconciliation: { mode: auto_sync, qty_tolerance: 0, cash_tolerance: 0 }
persistence: { kv_path: db/x.kv, lease_ttl_seconds: 6, lease_renew_seconds: 1 }
data: { provider: simulated, recorded: { path: bars }, simulated: { seed: 0, prices: { qqq: 300.5 }, spread_bps: 0 } }
backtest: { data_dir: shelf, report_dir: /tmp/out }
observability: { events: { buffer_size: 2, subscriber_queue: 3 } }
logging: { level: DEBUG, log_dir: lg }
control: { enabled: false, port: 9000 }
strategies:
  - { id: a, path: sub/a.ts, params: { fast: 5, name: x, on: true }, sha256: ${"a".repeat(64)} }
  - { id: off, path: b.ts, enabled: false, allocation_pct: 90 }
  - { id: c, path: /tmp/c.ts, allocation_pct: 0.5, grants: { order_types: [stop, limit], short: true, max_position_pct: 0 } }
`);
  const { folder, shown } = {
    folder: config.file!.real.replace("/s.yaml", ""),
    shown: config.file!.shown,
  };
  assertEquals(shown, "s.yaml");
  assertEquals([config.deployment, config.runId, config.time.calendar], [
    "eu1",
    "night-1",
    "always_open",
  ]);
  assertEquals(config.engine, {
    cycleIntervalSeconds: 1.5,
    maxCycles: 10,
  });
  assertEquals(config.orders, {
    submitTimeoutMs: 100,
    unknownDeadlineSeconds: 1,
    onStop: "keep",
    external: "adopt",
  });
  const { eventDeadlineMs, dataLimitMb, overrunPolicy, restartLimit, maxStateBytes } =
    config.sandbox;
  assertEquals([eventDeadlineMs, dataLimitMb, overrunPolicy, restartLimit, maxStateBytes], [
    5,
    560,
    "flatten",
    0,
    0,
  ]);
  const { mode, qtyTolerance, cashTolerance } = config.reconciliation;
  assertEquals([mode, qtyTolerance, cashTolerance], ["auto_sync", 0, 0]);
  assertEquals(config.persistence.kvPath, { real: `${folder}/db/x.kv`, shown: "db/x.kv" });
  assertEquals(config.data, {
    provider: "simulated",
    speed: 1,
    recordedPath: { real: `${folder}/bars`, shown: "bars" },
    catalogDir: { real: `${folder}/shelf`, shown: "shelf" },
    simulated: { seed: 0, prices: { QQQ: 300.5 }, volatilityPct: 2, spreadBps: 0, size: 1000 },
  });
  assertEquals([config.stateDir.real, config.reportDir.real], [`${folder}/st`, "/tmp/out"]);
  assertEquals(config.logging, { level: "DEBUG", logDir: { real: `${folder}/lg`, shown: "lg" } });
  assertEquals(config.control, { enabled: false, port: 9000 });
  assertEquals(config.observability.events, { bufferSize: 2, subscriberQueue: 3 });
  assertEquals(
    config.strategies.map(({ id, path, shown, params, allocationPct }) => [
      id,
      path,
      shown,
      params,
      allocationPct,
    ]),
    [
      ["a", `${folder}/sub/a.ts`, "sub/a.ts", { fast: 5, name: "x", on: true }, 99.5],
      ["c", "/tmp/c.ts", "/tmp/c.ts", {}, 0.5],
    ],
  );
  assertEquals([config.strategies[0]!.sha256, config.strategies[1]!.sha256], [
    "a".repeat(64),
    null,
  ]);
  const { orderTypes, timeInForce, short, maxPositionPct } = config.strategies[1]!.grants;
  assertEquals([orderTypes, timeInForce, short, maxPositionPct], [
    ["stop", "limit"],
    null,
    true,
    0,
  ]);
});

Deno.test("live config: the seed block loads for a paper session with a feed that is built (CFG-01)", async () => {
  const block = "data: { provider: alpaca, alpaca: { feed: iex } }\nbacktest: { data_dir: d }\n" +
    "persistence: { backup_count: 5, use_wal: true, wal_max_entries: 10000 }\n";
  assertEquals(await liveFaults(block, ONE), [
    "config_invalid",
    '1:9: data.provider: "alpaca" is not built yet; give one of recorded, simulated',
  ]);
  const config = await live(block, { ...ONE, feed: "recorded" });
  assertEquals(config.persistence.walMaxEntries, 10_000);
  assertEquals(config.notes, ["s.yaml: not used by a live run: data.alpaca.feed"]);
});

Deno.test("live config: what contradicts itself does not start (CFG-06)", async () => {
  const item = "strategies:\n  - { id: a, path: a.ts";
  const rows:
    readonly (readonly [text: string | undefined, flags: LiveFlags, ...faults: string[]])[] = [
      [
        "mode: live\n",
        ONE,
        "1:1: mode: live trades real money, and no broker for it is built yet; give paper",
      ],
      ["broker: ibkr\n", ONE, '1:1: broker: "ibkr" is not built yet; give paper'],
      [undefined, { ...ONE, broker: "alpaca" }, '--broker: "alpaca" is not built yet; give paper'],
      [
        undefined,
        { ...ONE, broker: "alpacca" },
        '--broker: found "alpacca", give paper (did you mean "alpaca"?)',
      ],
      [
        "persistence: { lease_ttl_seconds: 12 }\n",
        ONE,
        "1:16: persistence.lease_ttl_seconds: a lease of 12 s is renewed every 4 s; renew in less than a third of it",
      ],
      [
        "persistence: { lease_renew_seconds: 5 }\n",
        ONE,
        "1:16: persistence.lease_renew_seconds: a lease of 15 s is renewed every 5 s; renew in less than a third of it",
      ],
      [
        "persistence: { use_wal: false }\n",
        ONE,
        "1:16: persistence.use_wal: false is for backtests only: without a journal a crash loses orders",
      ],
      [
        `${item}, allocation_pct: 60 }\n  - { id: b, path: b.ts, allocation_pct: 40.000001 }\n`,
        {},
        "3:26: strategies[1].allocation_pct: the shares of all strategies sum to 100.000001, give at most 100",
      ],
      [
        `${item} }\n  - { id: a, path: b.ts }\n`,
        {},
        "3:7: strategies[1].id: strategies[0] has the id a too",
      ],
      [
        `${item} }\n  - { id: b }\n  - {}\n  -\n`,
        {},
        "3:5: strategies[1]: give path",
        "4:5: strategies[2]: give id and path",
        "5:4: strategies[3]: give id and path",
      ],
      [
        `${item}, symbols: [GOOG, IBM] }\n`,
        {},
        "2:26: strategies[0].symbols: IBM is not among the symbols of the run",
      ],
      [
        "venue: { slippage_model: spread, slippage_bps: 3 }\nbacktest: { default_start: 2020-01-01 }\n",
        { ...ONE, to: "2019-01-01" },
        "--to: 2019-01-01 is before backtest.default_start 2020-01-01",
        "1:34: venue.slippage_bps: 3 has no effect beside venue.slippage_model spread; take one of them out",
      ],
      [
        undefined,
        { ...ONE, feed: "simulated", data: "x" },
        "--data: it has no effect with simulated data; take one of them out",
      ],
      [undefined, { strategies: ["a.ts", "./a.ts"] }, "./a.ts: it is named twice"],
      [undefined, { strategies: ["a.js"] }, "a.js: give the path of a .ts file"],
      [
        undefined,
        { strategies: ["a.ts", "b.ts"], set: { fast: "1", "c.fast": "2", "a.f-f": "3" } },
        "--set fast: say of which strategy, for example a.fast",
        "--set c.fast: no such strategy; there is a, b",
        "--set a.f-f: f-f is no plain word",
      ],
      [
        undefined,
        { ...ONE, cash: -1, speed: "fast", commission: "abc", state: "", seed: 1.5 },
        '--speed: found "fast", give a number from 0.001 to 1000000 (times real time), or max, or null',
        '--state: found "", give a path',
        "--cash: found -1, give a number from 1 to 1000000000 (USD)",
        "--seed: found 1.5, give a whole number from 0 to 4294967295",
        '--commission: found "abc"; give none, 0.2%, 0.005/share or 1/order, and if wanted bounds an order: "0.005/share min 1 max 0.5%"; or ibkr_fixed, ibkr_tiered',
      ],
      [
        undefined,
        {},
        "Cannot start without a strategy: name a strategy file, or list it under strategies: in the file of --config",
      ],
    ];
  for (const [text, flags, ...expected] of rows) {
    const [code, ...faults] = await liveFaults(text, flags);
    assertEquals(faults, expected);
    assertEquals(code, expected.some((fault) => /^\d/.test(fault)) ? "config_invalid" : "usage");
  }
});

Deno.test("live config: each wrong value in a file has its place and says what is right (CFG-02)", async () => {
  const rows: readonly (readonly [text: string, ...faults: string[]])[] = [
    [
      "account_id: a/b\n",
      '1:13: account_id: found "a/b", give 1 to 32 letters, digits, - and _, or null',
    ],
    ["deployment: toolong\n", '1:13: deployment: found "toolong", give 1 to 6 of a-z and 0-9'],
    [
      "strategies: [{ id: A, path: x.js }]\n",
      '1:20: strategies[0].id: found "A", give 1 to 8 of a-z and 0-9',
      '1:29: strategies[0].path: found "x.js", give the path of a .ts file',
    ],
    [
      "strategies: [{ id: a, path: a.ts, alocation_pct: 1 }]\n",
      '1:35: unknown key strategies[0].alocation_pct (did you mean "allocation_pct"?)',
    ],
    [
      "strategies: [{ id: a, path: a.ts, params: { api_key: PK123 } }]\n",
      "1:43: strategies[0].params: api_key: a secret does not belong in a file or a strategy",
    ],
    [
      "strategies: [{ id: a, path: a.ts, params: { fast: [1] } }]\n",
      "1:43: strategies[0].params: fast: found [1], give a number, a text, true or false",
    ],
    [
      "strategies: [{ id: a, path: a.ts, params: [fast] }]\n",
      '1:43: strategies[0].params: found ["fast"], give a value for each parameter, such as { fast: 5 }',
    ],
    [
      "strategies: [{ id: a, path: a.ts, grants: { order_types: [limt] } }]\n",
      '1:58: strategies[0].grants.order_types: found "limt", give a list of market, limit, stop, stop_limit, trailing_stop, if_touched, or null (did you mean "limit"?)',
    ],
    [
      "strategies: [{ id: a, path: a.ts, grants: { time_in_force: [] } }]\n",
      "1:60: strategies[0].grants.time_in_force: found [], give a list of day, gtc, gtd, ioc, fok, opg, cls, or null",
    ],
    [
      "strategies: [{ id: a, path: a.ts, sha256: abc }]\n",
      '1:43: strategies[0].sha256: found "abc", give a SHA-256 of 64 digits 0-9 a-f, or null',
    ],
    [
      "data: { simulated: { prices: { SPY: 0 } } }\n",
      "1:30: data.simulated.prices: SPY: found 0, give a number from 0.0001 to 1000000 (USD) for each symbol, such as { SPY: 450 }",
    ],
    [
      "persistence: { kv_path: 'http://kv.example.com/' }\n",
      '1:25: persistence.kv_path: found "http://kv.example.com/", give a path, or an https or loopback URL without user, password and query, or null',
    ],
    [
      "persistence: { kv_path: 'https://kv.example.com/?token=1' }\n",
      '1:25: persistence.kv_path: found "https://kv.example.com/?token=1", give a path, or an https or loopback URL without user, password and query, or null',
    ],
    [
      "a: &x 1\nsymbols: { default: [*x] }\n",
      "1:1: unknown key a",
      "2:12: symbols.default: anchors and aliases are not read here, write the value",
    ],
  ];
  for (const [text, ...expected] of rows) {
    const [code, ...faults] = await liveFaults(text, text.startsWith("strategies") ? {} : ONE);
    assertEquals([code, ...faults], ["config_invalid", ...expected]);
  }
  const many = "{ id: a, path: a.ts }, ".repeat(65);
  const [, first] = await liveFaults(`strategies: [${many}]\n`);
  assertEquals(first, "1:14: strategies: 65 items, give at most 64");
});

Deno.test("live config: ids come from file names and are unique, and a named file keeps its settings", async () => {
  const named = await live(undefined, {
    strategies: ["sma_crossover.ts", "b/sma_crossover.ts", "c/SMA-CrossOver.ts", "_.ts", "x/_.ts"],
    set: { "smacros2.fast": "3" },
  });
  assertEquals(
    named.strategies.map(({ id, params, allocationPct }) => [id, params, allocationPct]),
    [
      ["smacross", {}, 20],
      ["smacros2", { fast: "3" }, 20],
      ["smacros3", {}, 20],
      ["strategy", {}, 20],
      ["strateg2", {}, 20],
    ],
  );
  assertEquals(named.run.params, {});
  const file = "strategies:\n" +
    "  - { id: one, path: /s/one.ts, allocation_pct: 30, grants: { short: false }, params: { a: 1, b: 2 } }\n" +
    "  - { id: two, path: /s/two.ts, enabled: false }\n";
  const picked = await live(file, {
    strategies: ["/s/two.ts", "/s/one.ts", "/s/new.ts"],
    set: { "one.b": "9" },
  });
  assertEquals(
    picked.strategies.map((
      { id, params, allocationPct, grants },
    ) => [id, params, allocationPct, grants.short]),
    [["two", {}, 35, null], ["one", { a: 1, b: "9" }, 30, false], ["new", {}, 35, null]],
  );
});

Deno.test("live config: grants hold where the file has them, or all with the live defaults (RSK-25)", async () => {
  const text = "risk: { live_defaults: true }\nstrategies:\n" +
    "  - { id: a, path: a.ts, grants: { short: true, max_order_notional: null } }\n";
  assertEquals((await live(text)).strategies[0]!.grants, {
    orderTypes: ["market", "limit"],
    timeInForce: ["day"],
    short: true,
    maxOrderNotional: null,
    maxPositionPct: 20,
    maxOrdersPerMinute: 30,
  });
});

Deno.test("live config: settings of parts that a run does not have are named as not used", async () => {
  const text = "sandbox: { stall_ms: 100, event_deadline_ms: 7 }\nalerting: { console: true }\n" +
    "margin: { initial_pct: 60 }\nstrategies: [{ id: a, path: a.ts }, { id: b, path: b.ts }]\n";
  assertEquals((await live(text)).notes, [
    "s.yaml: not used by a live run: alerting.console",
    "not used in a cash account: margin.initial_pct",
  ]);
  await inFolder(async (folder) => {
    const { notes } = await readRunConfig(write(folder, "s.yaml", text), "s.yaml");
    assertEquals(
      notes[0],
      "s.yaml: not used by a backtest of this version: sandbox.event_deadline_ms, alerting.console, strategies[].id, strategies[].path",
    );
  });
});
