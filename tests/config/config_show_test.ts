import { assertEquals } from "@std/assert";
import {
  CONFIG_KEYS,
  type LiveFlags,
  type SettingRow,
  showSettings,
  sourceText,
} from "../../lib/config/mod.ts";
import { inFolder, write } from "../data/folder.ts";

/** Returns the rows of a file and flags by key, and the notes. */
async function shown(
  text: string,
  flags: LiveFlags = {},
): Promise<{ readonly rows: ReadonlyMap<string, SettingRow>; readonly notes: readonly string[] }> {
  const rows = new Map<string, SettingRow>(), told: string[] = [];
  await inFolder(async (folder) => {
    const file = { real: write(folder, "s.yaml", text), shown: "conf/s.yaml" };
    const settings = await showSettings({ file, flags, userDir: folder });
    for (const row of settings.rows) rows.set(row.key, row);
    told.push(...settings.notes);
  });
  return { rows, notes: told };
}

Deno.test("config show: without a file every key of the table is there with its default (CFG-05)", async () => {
  const { rows } = await showSettings({ flags: {}, userDir: "/user" });
  const keys = CONFIG_KEYS.filter(({ path }) => !path.startsWith("strategies[]"));
  assertEquals(rows.map(({ key }) => key), keys.map(({ path }) => path));
  const others = rows.filter(({ value, source }, i) =>
    source.from !== "default" || value !== keys[i]!.default
  );
  assertEquals(others.map(({ key, value, source }) => [key, value, sourceText(source)]), [
    ["account_id", "paper", "by broker"],
    ["symbols.default", ["GOOG"], "default"],
    ["persistence.kv_path", "state/sandbar.kv", "by state_dir"],
    ["data.speed", "max", "by data.provider"],
    ["data.simulated.seed", 1, "by seed"],
  ]);
});

Deno.test("config show: each value has the source that it holds by: flag, file, or another setting (CFG-05)", async () => {
  const text = `seed: 7
state_dir: st
venue:
  preset: zipline
  initial_cash: 5
risk: { live_defaults: true, max_drawdown_pct: null, max_position_pct: 30 }
strategies:
  - id: a
    path: a.ts
    params: { fast: 1, slow: 2 }
    grants: { short: true }
  - { id: b, path: b.ts }
backtest: { slippage_bps: 3 }
`;
  const { rows } = await shown(text, {
    seed: 9,
    commission: "0.005/share min 1",
    set: { "a.fast": "4" },
  });
  const expected: readonly (readonly [key: string, value: unknown, source: string])[] = [
    ["seed", 9, "--seed"],
    ["data.simulated.seed", 9, "by seed"],
    ["state_dir", "conf/st", "conf/s.yaml:2"],
    ["persistence.kv_path", "conf/st/sandbar.kv", "by state_dir"],
    ["venue.preset", "zipline", "conf/s.yaml:4"],
    ["venue.initial_cash", 5, "conf/s.yaml:5"],
    ["venue.limit_fill", "touch", "by venue.preset"],
    ["venue.participation_pct", 2.5, "by venue.preset"],
    ["venue.slippage_bps", 3, "conf/s.yaml:13"],
    ["venue.commission_model", "per_share", "--commission"],
    ["venue.commission_per_share", 0.005, "--commission"],
    ["venue.commission_min", 1, "--commission"],
    ["risk.max_daily_loss_pct", 2, "by risk.live_defaults"],
    ["risk.max_drawdown_pct", null, "conf/s.yaml:6"],
    ["risk.max_position_pct", 30, "conf/s.yaml:6"],
    ["strategies[0].path", "conf/a.ts", "conf/s.yaml:9"],
    ["strategies[0].params", { fast: "4", slow: 2 }, "--set"],
    ["strategies[0].allocation_pct", 50, "by the number of strategies"],
    ["strategies[0].symbols", ["GOOG"], "by symbols.default"],
    ["strategies[0].grants.short", true, "conf/s.yaml:11"],
    ["strategies[0].grants.order_types", ["market", "limit"], "by risk.live_defaults"],
    ["strategies[1].id", "b", "conf/s.yaml:12"],
  ];
  for (const [key, value, source] of expected) {
    const row = rows.get(key)!;
    assertEquals([key, row.value, sourceText(row.source)], [key, value, source]);
  }
  const named = await shown("seed: 1\n", { strategies: ["x/mine.ts"] });
  const id = named.rows.get("strategies[0].id")!;
  assertEquals([id.value, sourceText(id.source)], ["mine", "x/mine.ts"]);
});

Deno.test("config show: of what no part reads only the names of variables are shown (CFG-04)", async () => {
  const { rows, notes } = await shown(
    "brokers: { alpaca: { api_key_env: MY_KEY } }\n" +
      "feeds: { news: { url: 'https://news.example.com/?token=canary', header_env: NEWS_HEADER } }\n" +
      "alerting: { slack: { webhook_url: 'env:SLACK_URL' } }\n",
  );
  const unused = [...rows.values()].filter((row) => !row.isUsed);
  assertEquals(unused.map(({ key, value }) => [key, value]), [
    ["brokers.alpaca.api_key_env", "MY_KEY"],
    ["feeds.news.url", undefined],
    ["feeds.news.header_env", "NEWS_HEADER"],
    ["alerting.slack.webhook_url", undefined],
  ]);
  assertEquals(JSON.stringify([...rows]).includes("canary"), false);
  assertEquals(notes, [
    "conf/s.yaml: not used by a live run: brokers.alpaca.api_key_env, feeds.news.url, feeds.news.header_env, alerting.slack.webhook_url",
  ]);
});
