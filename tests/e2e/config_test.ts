import { assertEquals } from "@std/assert";
import { CONFIG_KEYS } from "../../lib/config/mod.ts";
import { inFolder, namesBelow, write } from "../data/folder.ts";
import { assertRefused, run, SMA } from "./command.ts";

const SETTINGS = `config_version: 1
seed: 9
symbols: { default: [msft, IBM] }
data: { default_period: 1d, adjustment: none }
backtest:
  report_dir: kept
  default_start: 2009-01-05
  default_end: 2010-12-31
  benchmark: GOOG
  risk_free_rate_pct: 2
venue:
  initial_cash: 25000
  slippage_bps: 3
  commission_model: per_share
  commission_per_share: 0.01
  commission_min: 1
  account_type: margin
  borrow_rate_pct: 1.5
  debit_rate_pct: 6
  credit_rate_pct: 0.25
margin: { initial_pct: 60, maintenance_long_pct: 35, maintenance_short_pct: 40 }
`;

Deno.test("e2e config: every setting takes effect, and flags win over it (CFG-05)", () =>
  inFolder(async (folder) => {
    write(folder, "sandbar.yaml", SETTINGS);
    const ran = await run(folder, "backtest", SMA, "--config", "sandbar.yaml", "--json");
    assertEquals(ran.code, 0, ran.stderr);
    const json = JSON.parse(ran.stdout);
    assertEquals({
      seed: json.seed,
      symbols: json.data.map((each: { symbol: string }) => each.symbol),
      adjust: json.data[0].adjust,
      from: json.data[0].from.slice(0, 10),
      to: json.data[0].to.slice(0, 10),
      cash: json.account.initialCash,
      venue: json.venue,
      benchmark: json.benchmark,
      folder: json.files.result.split("/")[0],
    }, {
      seed: 9,
      symbols: ["MSFT", "IBM"],
      adjust: "none",
      from: "2009-01-05",
      to: "2010-12-31",
      cash: "25000.00",
      venue: {
        slippageBps: 3,
        commission: "0.01/share min 1",
        limitFill: "through",
        preset: "realistic",
        fillAt: "open",
        slippage: "3 bps",
        participation: null,
        pathPeriod: null,
        latencyMs: 0,
        latencyJitterMs: 0,
        rejectionRate: 0,
        regulatoryFees: false,
        account: "margin",
        settlement: "instant",
        borrowRatePct: 1.5,
        debitRatePct: 6,
        creditRatePct: 0.25,
      },
      benchmark: "buy and hold GOOG",
      folder: "kept",
    });
    assertEquals(namesBelow(folder).filter((name) => name.endsWith("result.json")).length, 1);

    const flags = [
      "--symbols",
      "GOOG",
      "--cash",
      "100",
      "--commission",
      "none",
      "--seed",
      "1",
      "--no-report",
    ];
    const over = await run(
      folder,
      "backtest",
      SMA,
      "--config",
      "sandbar.yaml",
      "--json",
      "--quiet",
      ...flags,
    );
    const won = JSON.parse(over.stdout);
    assertEquals([won.data.length, won.data[0].symbol, won.account.initialCash], [
      1,
      "GOOG",
      "100.00",
    ]);
    assertEquals([won.venue.commission, won.venue.slippageBps, won.seed], ["none", 3, 1]);
    // The rate changes the ratios and the hash.
    const sharpe = async (rate: number): Promise<[number, string]> => {
      write(folder, "rate.yaml", `backtest: { risk_free_rate_pct: ${rate} }\n`);
      const { stdout } = await run(
        folder,
        "backtest",
        SMA,
        "--config",
        "rate.yaml",
        "--json",
        "--quiet",
        "--no-report",
      );
      const { metrics, hashes } = JSON.parse(stdout);
      return [metrics.sharpe, hashes.config];
    };
    const [none, some] = [await sharpe(0), await sharpe(5)];
    assertEquals([none[0] > some[0], none[1] === some[1]], [true, false]);
  }));

Deno.test("e2e config: faults are told together with line and column, and nothing starts (CFG-02)", () =>
  inFolder(async (folder) => {
    write(
      folder,
      "bad.yaml",
      "seed: -1\nvenue:\n  slipage_bps: 3\nbrokers:\n  alpaca: { api_key_env: PKTQ34JLX0ABCDEF1234 }\n",
    );
    const ran = await run(folder, "backtest", SMA, "--config", "bad.yaml", "--out", "result");
    assertRefused(
      ran,
      2,
      "Cannot use the settings, 3 faults:",
      "bad.yaml:1:7: seed: found -1, give a whole number from 0 to 4294967295",
      'bad.yaml:3:3: unknown key venue.slipage_bps (did you mean "slippage_bps"?)',
      "bad.yaml:5:13: brokers.alpaca.api_key_env",
    );
    assertEquals(ran.stderr.includes("PKTQ34"), false, "a secret is never printed");
    assertEquals(namesBelow(folder), ["bad.yaml"]);
  }));

Deno.test("e2e config: settings of later parts are named once, and --quiet keeps silent", () =>
  inFolder(async (folder) => {
    write(
      folder,
      "all.yaml",
      "live_trading:\n  alerting: { min_severity: info }\n  backtest: { data_dir: nowhere }\n",
    );
    const args = [SMA, "--config", "all.yaml", "--no-report"];
    const ran = await run(folder, "backtest", ...args);
    assertEquals([ran.code, ran.stderr], [
      0,
      "Note: all.yaml: not used by a backtest of this version: alerting.min_severity\n" +
      "Note: there is no folder nowhere (backtest.data_dir): only the bundled data is read\n",
    ]);
    assertEquals((await run(folder, "backtest", ...args, "--quiet")).stderr, "");
  }));

Deno.test("e2e config: data_dir is looked into before the bundled data", () =>
  inFolder(async (folder) => {
    const args = [
      "generate",
      "--symbol",
      "GOOG",
      "--bars",
      "300",
      "--period",
      "1d",
      "--data",
      "shelf",
    ];
    assertEquals((await run(folder, "data", ...args)).code, 0);
    write(folder, "s.yaml", "backtest: { data_dir: shelf }\n");
    const ran = await run(
      folder,
      "backtest",
      SMA,
      "--config",
      "s.yaml",
      "--json",
      "--no-report",
      "--quiet",
    );
    assertEquals(ran.code, 0, ran.stderr);
    const [first] = JSON.parse(ran.stdout).data;
    assertEquals([first.rows, first.synthetic], [300, true]);
  }));

Deno.test("e2e config: a slippage table is applied and shown, and quotes are refused where there are none (BT-06, BT-07)", () =>
  inFolder(async (folder) => {
    const args = ["--config", "s.yaml", "--json", "--quiet", "--no-report"];
    write(folder, "s.yaml", "venue: { slippage_table: [[0.001, 2], [10, 40]] }\n");
    const ran = await run(folder, "backtest", SMA, ...args);
    assertEquals(ran.code, 0, ran.stderr);
    const { venue, costs } = JSON.parse(ran.stdout);
    assertEquals(venue.slippage, "table 0.001% 2, 10% 40 bps");
    assertEquals(Number(costs.slippage) > 0, true);
    write(folder, "s.yaml", "venue: { fill_model: quote }\n");
    const quoted = await run(folder, "backtest", SMA, ...args);
    assertRefused(quoted, 2, "needs a feed of them");
    assertEquals(JSON.parse(quoted.stdout).verdict.kind, "usage");
  }));

Deno.test("e2e config: --settings lists every key, and needs no strategy", () =>
  inFolder(async (folder) => {
    const { code, stdout, stderr } = await run(folder, "backtest", "--settings");
    assertEquals([code, stderr], [0, ""]);
    const names = stdout.trimEnd().split("\n").map((line) => line.split(" ")[0]);
    assertEquals(names, ["setting", ...CONFIG_KEYS.map((key) => key.path)]);
  }));
