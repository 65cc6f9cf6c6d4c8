import { assertEquals, assertRejects } from "@std/assert";
import {
  CONFIG_KEYS,
  readRunConfig,
  resolveRun,
  type RunConfig,
  type VenueTerms,
} from "../../lib/config/mod.ts";
import { SandbarError } from "../../lib/core/mod.ts";
import type { Slippage } from "../../lib/venue/mod.ts";
import { inFolder, write } from "../data/folder.ts";

async function read(text: string): Promise<RunConfig> {
  let config: RunConfig | undefined;
  await inFolder(async (folder) => {
    config = await readRunConfig(write(folder, "s.yaml", text), "s.yaml");
  });
  return config!;
}

/** What is said of a file, without the head and the path. */
async function faults(text: string): Promise<string[]> {
  const error = await assertRejects(() => read(text), SandbarError) as SandbarError;
  assertEquals(error.code, "config_invalid");
  return error.message.replace(/^Cannot use the settings(: |, \d+ faults:\n {2})/, "")
    .split("\n  ").map((line) => line.replace(/^s\.yaml:/, ""));
}

/** The additions of the reference design, as written there. */
const SEED_BLOCK = `
reconciliation:
  mode: warn
  qty_tolerance: 0.01
  cash_tolerance: 1.0
  periodic_interval: 100
persistence:
  backup_count: 5
  use_wal: true
  wal_max_entries: 10000
brokers:
  alpaca:
    api_key_env: ALPACA_API_KEY
    api_secret_env: ALPACA_API_SECRET
    base_url: https://paper-api.alpaca.markets
    data_feed: iex
  ibkr:
    host: 127.0.0.1
    port: 7497
    client_id: 1
data:
  provider: alpaca
  alpaca:
    feed: iex
  polygon:
    api_key_env: POLYGON_API_KEY
observability:
  enabled: true
  metrics:
    prefix: live_trading
    export_interval_seconds: 60
  events:
    buffer_size: 1000
alerting:
  min_severity: info
  rate_limit_seconds: 1.0
  webhook:
    url: null
  discord:
    webhook_url: null
  slack:
    webhook_url: null
backtest:
  data_dir: data/historical
  default_start: 2020-01-01
  default_end: 2024-01-01
  slippage_model: fixed
  slippage_bps: 5.0
`;

Deno.test("config: the seed block is accepted as written, also inside live_trading, and takes effect (CFG-01)", async () => {
  const inside = `live_trading:${SEED_BLOCK.replaceAll("\n", "\n  ")}`;
  for (const text of [SEED_BLOCK, inside]) {
    const { run, dataDir, notes } = await read(text);
    assertEquals(run, { from: "2020-01-01", to: "2024-01-01", slippageBps: 5 });
    assertEquals(dataDir?.endsWith("/data/historical"), true);
    assertEquals(notes.length, 2);
    assertEquals(
      notes[0]!.includes("not used by a backtest of this version: reconciliation.mode, "),
      true,
    );
    assertEquals(notes[0]!.includes(" more"), true);
  }
});

Deno.test("config: an empty file, empty sections and comments set nothing", async () => {
  for (
    const text of [
      "",
      "# nothing\n",
      "---\n",
      "null\n",
      "venue:\nbacktest: {}\n",
      "live_trading:\n",
    ]
  ) {
    const { run, limits, notes } = await read(text);
    assertEquals([run, limits, notes], [{}, {}, []], text);
  }
});

Deno.test("config: each default of the table is accepted, and is the default of a run (CFG-03)", async () => {
  const bare = resolveRun({});
  for (const key of CONFIG_KEYS) {
    if (key.path.startsWith("strategies[]")) continue;
    const text = key.path.split(".").map((name, depth) => `${"  ".repeat(depth)}${name}:`).join(
      "\n",
    );
    const alone = key.path.startsWith("venue.commission_per") || key.path === "backtest.data_dir";
    if (alone) continue;
    const { run } = await read(`${text} ${JSON.stringify(key.default)}\n`);
    assertEquals(resolveRun(run), bare, key.path);
  }
});

Deno.test("config: bounds are inclusive, and one step outside is refused with unit and bounds (CFG-03)", async () => {
  for (const key of CONFIG_KEYS) {
    if (key.least === undefined || !key.type.endsWith("number")) continue;
    if (key.path.startsWith("venue.commission") || key.path.startsWith("strategies[]")) continue;
    const text = key.path.split(".").map((name, depth) => `${"  ".repeat(depth)}${name}:`).join(
      "\n",
    );
    await read(`${text} ${key.least}\n`);
    await read(`${text} ${key.most}\n`);
    const wrong = [key.least - 1, key.most! + 1, "many", true, "[1]"];
    for (const value of key.default === null ? wrong : [...wrong, null]) {
      const [fault = "", ...rest] = await faults(`${text} ${value}\n`);
      assertEquals(rest, []);
      assertEquals(fault.includes(`${key.path}: found `), true, fault);
      assertEquals(fault.includes(`from ${key.least} to ${key.most}`), true, fault);
      assertEquals(fault.includes(key.unit), true, fault);
    }
  }
});

Deno.test("config: a margin account is read whole, and what contradicts itself is a fault", async () => {
  const margin = "venue: { account_type: margin, shortable: [ibm, AAPL] }\n";
  const { run, notes } = await read(margin + "margin: { initial_pct: 60 }\n");
  const { account, shortable } = resolveRun(run);
  assertEquals([account.type, account.initialPct, account.maintenanceLongPct, shortable], [
    "margin",
    60,
    25,
    ["IBM", "AAPL"],
  ]);
  assertEquals(notes, []);
  assertEquals((await read("margin: { initial_pct: 60 }\n")).notes, [
    "not used in a cash account: margin.initial_pct",
  ]);
  assertEquals(await faults(margin + "margin: { initial_pct: 20, maintenance_short_pct: 15 }\n"), [
    "2:11: margin.maintenance_long_pct: 25 is above margin.initial_pct 20",
  ]);
  assertEquals(await faults("venue: { account_type: margin, settlement: standard }\n"), [
    "1:32: venue.settlement: standard is for venue.account_type cash; give instant",
  ]);
});

Deno.test("config: each kind of fault is told with its place (CFG-02, CFG-04, CFG-06)", async (t) => {
  const rows: readonly (readonly [name: string, text: string, ...faults: readonly string[]])[] = [
    ["unknown at the root", "seeed: 1\n", '1:1: unknown key seeed (did you mean "seed"?)'],
    [
      "known elsewhere",
      "seed: 1\nstall_ms: 1\n",
      "2:1: unknown key stall_ms (did you mean sandbox.stall_ms?)",
    ],
    ["unknown and far", "venue:\n  xyzxyz: 1\n", "2:3: unknown key venue.xyzxyz"],
    [
      "a section that is a value",
      "venue: 3\n",
      "1:8: venue is a section: give keys below it, such as initial_cash, fill_model, slippage_model, slippage_bps",
    ],
    [
      "a value that is a section",
      "seed: { a: 1 }\n",
      '1:7: seed: found {"a":1}, give a whole number from 0 to 4294967295',
    ],
    [
      "a fraction for a whole number",
      "seed: 1.5\n",
      "1:7: seed: found 1.5, give a whole number from 0 to 4294967295",
    ],
    [
      "too many decimals",
      "venue: { slippage_bps: 0.00000001 }\n",
      "1:24: venue.slippage_bps: found 1e-8, give a number from 0 to 1000 (basis points) with at most 6 decimals",
    ],
    [
      "not a number at all",
      "venue: { slippage_bps: .nan }\n",
      "1:24: venue.slippage_bps: found NaN, give a number from 0 to 1000 (basis points)",
    ],
    [
      "a word near another",
      "venue: { commission_model: notinal }\n",
      '1:28: venue.commission_model: found "notinal", give one of notional, per_share, per_order, tiered, none (did you mean "notional"?)',
    ],
    [
      "a word of later",
      "data: { adjustment: all }\n",
      '1:21: data.adjustment: "all" is not built yet; give one of none, split',
    ],
    [
      "symbols that are one text",
      "symbols: { default: AAPL }\n",
      '1:21: symbols.default: found "AAPL", give a list of 1 to 5000 symbols such as [AAPL, MSFT], or null',
    ],
    [
      "a symbol that YAML reads as a word",
      "symbols: { default: [TRUE] }\n",
      "1:21: symbols.default: found true, give a symbol such as SPY; a symbol that looks like a number or a word of YAML needs quotes",
    ],
    [
      "a date that is none",
      "backtest: { default_start: 2020-02-30 }\n",
      '1:28: backtest.default_start: not a date: "2020-02-30"; write it as 2024-12-31',
    ],
    [
      "dates in the wrong order",
      "backtest:\n  default_start: 2020-01-02\n  default_end: 2020-01-01\n",
      "3:3: backtest.default_end: 2020-01-01 is before backtest.default_start 2020-01-02",
    ],
    [
      "a commission that is not read",
      "venue:\n  commission_per_share: 1\n",
      "2:3: venue.commission_per_share has no effect with venue.commission_model notional, which reads venue.commission_bps, venue.commission_max_pct, venue.commission_min",
    ],
    [
      "slippage that is not read",
      "venue:\n  slippage_model: none\n  slippage_bps: 1\n",
      "3:3: venue.slippage_bps: 1 has no effect beside venue.slippage_model none; take one of them out",
    ],
    [
      "an alias that says otherwise",
      "venue: { slippage_bps: 1 }\nbacktest: { slippage_bps: 2 }\n",
      "2:13: backtest.slippage_bps and venue.slippage_bps mean the same setting, and they differ",
    ],
    ["a key twice", "seed: 1\nseed: 2\n", "2:1: Map keys must be unique"],
    [
      "an anchor",
      "a: &x 1\nseed: *x\n",
      "1:1: unknown key a",
      "2:1: seed: anchors and aliases are not read here, write the value",
    ],
    ["a list at the root", "- seed\n", "1:1: give settings, one `key: value` a line"],
    [
      "an item that is no section",
      "strategies: [a]\n",
      "1:14: strategies[0] is a section: give keys below it, such as id, path, enabled, params",
    ],
    [
      "a list that is none",
      "strategies: 3\n",
      "1:13: strategies: give a list, each item with keys of its own",
    ],
    [
      "a limit of risk, which would be ignored",
      "risk: { max_sector_exposure: 0.3 }\n",
      "1:9: risk.max_sector_exposure: it is not built yet, and a result that ignored it would not be true: take it out",
    ],
    [
      "a venue that is not built",
      "venue: { fill_model: intrabar }\n",
      '1:22: venue.fill_model: "intrabar" is not built yet; give one of next_open, quote',
    ],
    [
      "a literal key of a broker",
      "brokers: { alpaca: { api_key_env: PKTQ34JLX0ABCDEF1234 } }\n",
      "1:22: brokers.alpaca.api_key_env: give the name of an environment variable such as ALPACA_API_KEY, never the secret itself",
    ],
    [
      "a literal webhook",
      "alerting: { slack: { webhook_url: https://hooks.slack.com/x } }\n",
      "1:22: alerting.slack.webhook_url: a secret does not belong in a file: put it into an environment variable and give env:NAME",
    ],
    [
      "a webhook with a query",
      "alerting: { webhook: { url: 'https://example.com/?k=1' } }\n",
      "1:24: alerting.webhook.url: a secret does not belong in a file: put it into an environment variable and give env:NAME (or a URL without user, password and query)",
    ],
    [
      "a password of its own",
      "api_key: abc\n",
      "1:1: unknown key api_key; a secret does not belong in a file: put it into an environment variable, whose name the keys ending in _env hold",
    ],
    [
      "a URL with a password",
      "feeds: { news: { url: 'https://a:b@example.com/' } }\n",
      "1:18: feeds.news.url: a URL with a password does not belong in a file",
    ],
    [
      "several at once",
      "seed: x\nvenue:\n  slip: 1\nmode: paper\nfoo: 1\n",
      '1:7: seed: found "x", give a whole number from 0 to 4294967295',
      "3:3: unknown key venue.slip",
      "5:1: unknown key foo",
    ],
  ];
  for (const [name, text, ...expected] of rows) {
    await t.step(name, async () => assertEquals(await faults(text), expected));
  }
});

Deno.test("config: names of variables and env: texts are accepted, whatever they are used for later (CFG-04)", async () => {
  const { notes } = await read(
    "brokers: { alpaca: { api_key_env: MY_KEY } }\n" +
      "alerting: { slack: { webhook_url: 'env:SLACK_URL' }, webhook: { url: https://example.com/hook, headers: { X-Key: 'env:HOOK_KEY' } } }\n" +
      "feeds: { news: { url: https://example.com/news, header_env: null } }\n" +
      "strategies: [{ id: a, path: a.ts, grants: { short: true } }]\n" +
      "risk: { max_drawdown_pct: null, live_defaults: false }\nvenue: { fill_model: next_open, latency_ms: 0 }\n",
  );
  assertEquals(notes.length, 1);
});

Deno.test("config: models become the text of the flag", async () => {
  const rows: readonly (readonly [
    venue: string,
    commission: string | undefined,
    slippage: number | undefined,
  ])[] = [
    ["initial_cash: 5", undefined, undefined],
    ["commission_bps: 7", "0.07%", undefined],
    ["commission_bps: 2.5, commission_min: 0.35", "0.025% min 0.35", undefined],
    ["commission_model: per_share", "0.005/share", undefined],
    [
      "commission_model: per_share, commission_min: 1, commission_max_pct: 0.5",
      "0.005/share min 1 max 0.5%",
      undefined,
    ],
    [
      "commission_model: per_order, commission_per_order: 10, commission_max_pct: 100",
      "10/order",
      undefined,
    ],
    ["commission_model: none", "none", undefined],
    ["commission_model: tiered", "ibkr_tiered", undefined],
    ["slippage_model: none", undefined, 0],
    ["slippage_model: fixed, slippage_bps: 2.5", undefined, 2.5],
  ];
  for (const [venue, commission, slippage] of rows) {
    const { run } = await read(`venue: { ${venue} }\n`);
    assertEquals([run.commission, run.slippageBps], [commission, slippage], venue);
    resolveRun(run);
  }
});

const TABLE: Slippage = {
  kind: "table",
  points: [{ participation: 0.005, bps: 2 }, { participation: 0.1, bps: 40 }],
};

Deno.test("BT-07 config: a slippage table is held to pairs, bounds and order, and contradicts other models", async () => {
  const rows: readonly (readonly [venue: string, words: string])[] = [
    ["slippage_table: 5", "venue.slippage_table: give a list of 1 to 50 pairs"],
    ["slippage_table: []", "venue.slippage_table: give a list of 1 to 50 pairs"],
    ["slippage_table: [[1, 2, 3]]", "pair 1 is [1,2,3]; give a list"],
    ["slippage_table: [[1, .nan]]", "pair 1 is [1,null]; give a list"],
    ["slippage_table: [[1, 2], [1001, 3]]", "pair 2: the size is 1001; give 0 to 1000 %"],
    ["slippage_table: [[1, -1]]", "pair 1: the move is -1; give 0 to 10000 basis points"],
    ["slippage_table: [[1, 2], [1, 3]]", "pair 2: the size 1 does not lie above 1"],
    ["slippage_model: table", "venue.slippage_model: table needs venue.slippage_table"],
    [
      "slippage_model: fixed, slippage_table: [[1, 2]]",
      "venue.slippage_table has no effect beside venue.slippage_model fixed",
    ],
    [
      "slippage_bps: 3, slippage_table: [[1, 2]]",
      "venue.slippage_bps has no effect beside venue.slippage_table",
    ],
  ];
  for (const [venue, words] of rows) {
    const [fault = "", ...rest] = await faults(`venue: { ${venue} }\n`);
    assertEquals([fault.includes(words), rest], [true, []], `${venue}: ${fault}`);
  }
});

Deno.test("config: the venue is a preset and what is written beside it (BT-08)", async () => {
  const rows: readonly (readonly [venue: string, terms: Partial<VenueTerms>])[] = [
    ["preset: zipline", {
      preset: "zipline",
      limitFill: "touch",
      participation: 0.025,
      slippage: { kind: "volume_share", priceImpact: 0.1, volumeLimitPct: 2.5 },
    }],
    ["preset: zipline, slippage_model: fixed, participation_pct: 10, limit_fill: through", {
      preset: "zipline",
      limitFill: "through",
      participation: 0.1,
      slippage: { kind: "fixed", bps: 5 },
    }],
    ["slippage_model: volume_based, slippage_bps: 2", {
      slippage: { kind: "volume_based", bps: 2 },
    }],
    ["fill_model: quote", { fillModel: "quote" }],
    ["slippage_model: sqrt_impact", { slippage: { kind: "sqrt_impact", coefficient: 1 } }],
    ["slippage_model: spread", { slippage: { kind: "half_spread" } }],
    ["slippage_table: [[0.5, 2], [10, 40]]", { slippage: TABLE }],
    ["slippage_model: table, slippage_table: [[0.5, 2], [10, 40]]", { slippage: TABLE }],
    ["latency_ms: 250, regulatory_fees: true", { latencyMs: 250, regulatoryFees: true }],
    ["latency_jitter_ms: 40, rejection_pct: 2.5", { latencyJitterMs: 40, rejectionRate: 0.025 }],
  ];
  for (const [text, terms] of rows) {
    const { venue } = resolveRun((await read(`venue: { ${text} }\n`)).run);
    assertEquals({ ...venue, ...terms }, venue, text);
  }
  assertEquals(await faults("venue: { slippage_model: spread, slippage_bps: 3 }\n"), [
    "1:34: venue.slippage_bps: 3 has no effect beside venue.slippage_model spread; take one of them out",
  ]);
});

Deno.test("config: paths count from the folder of the file, and a file that cannot be read says why", async () => {
  await inFolder(async (folder) => {
    Deno.mkdirSync(`${folder}/conf/data`, { recursive: true });
    const path = write(
      folder,
      "conf/s.yaml",
      "backtest: { data_dir: data, report_dir: /tmp/out }\n",
    );
    const config = await readRunConfig(path, "conf/s.yaml");
    assertEquals(config.dataDir, `${folder}/conf/data`);
    assertEquals(config.reportDir, { real: "/tmp/out", shown: "/tmp/out" });
    assertEquals(config.notes, []);
    const rows: readonly (readonly [path: string, words: string])[] = [
      [`${folder}/none.yaml`, "there is no such file"],
      [folder, "it is not a file"],
      [write(folder, "bytes.yaml", new Uint8Array([0x61, 0xff])), "it is not UTF-8 text"],
      [write(folder, "large.yaml", "# " + "x".repeat(1_000_001)), "bytes"],
    ];
    for (const [file, words] of rows) {
      await assertRejects(() => readRunConfig(file, "s.yaml"), SandbarError, words);
    }
  });
});
