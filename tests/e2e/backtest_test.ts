import { assertEquals, assertStringIncludes } from "@std/assert";
import type { ResultJson } from "../../lib/backtest/mod.ts";
import { faultsOf, readSchema } from "../support/json_schema.ts";
import { inFolder, namesBelow, write } from "../data/folder.ts";
import { run, SMA, strategy } from "./command.ts";

const FILES = [
  "equity.csv",
  "ledger.csv",
  "orders.csv",
  "report.html",
  "result.json",
  "trades.csv",
];

function parsed(stdout: string): ResultJson {
  // One object and one line: nothing else is on the stream.
  assertEquals(stdout.split("\n").length, 2);
  return JSON.parse(stdout) as ResultJson;
}

Deno.test("e2e backtest: the first command shows a result and writes a report (CLI-12)", () =>
  inFolder(async (folder) => {
    const { code, stdout, stderr } = await run(folder, "backtest", SMA);
    assertEquals([code, stderr], [0, ""]);
    for (
      const words of ["sma-crossover on GOOG", "2,148 bars", "Final equity", "risk limits: off"]
    ) {
      assertStringIncludes(stdout, words);
    }
    const [report = ""] = /reports\/\S+/.exec(stdout) ?? [], run_ = report.split("/")[1]!;
    assertEquals(namesBelow(folder), FILES.map((name) => `reports/${run_}/${name}`));
  }));

Deno.test("e2e backtest: --json is one object on stdout, all else on stderr; twice gives equal hashes (BT-13)", () =>
  inFolder(async (folder) => {
    const [first, second, quiet] = await Promise.all([
      run(folder, "backtest", SMA, "--json", "--no-report"),
      run(folder, "backtest", SMA, "--json", "--no-report"),
      run(folder, "backtest", SMA, "--json", "--no-report", "--quiet"),
    ]);
    assertEquals([first.code, second.code, quiet.code], [0, 0, 0]);
    assertStringIncludes(first.stderr, "Final equity");
    assertEquals(quiet.stderr, "");
    const a = parsed(first.stdout), b = parsed(second.stdout);
    assertEquals(a.hashes, b.hashes);
    assertEquals(a.metrics, b.metrics);
    assertEquals(parsed(quiet.stdout).hashes, a.hashes);
    assertEquals(namesBelow(folder), []);
    assertEquals(faultsOf(a, readSchema()), []);
  }));

Deno.test("e2e backtest: --quiet alone prints nothing", () =>
  inFolder(async (folder) => {
    const ran = await run(folder, "backtest", SMA, "--no-report", "--quiet");
    assertEquals(ran, { code: 0, stdout: "", stderr: "" });
  }));

Deno.test("e2e backtest: --out holds the files and they can be read (BT-15)", () =>
  inFolder(async (folder) => {
    const ran = await run(folder, "backtest", SMA, "--out", "deep/er", "--json", "--quiet");
    assertEquals([ran.code, ran.stderr], [0, ""]);
    assertEquals(namesBelow(folder), FILES.map((name) => `deep/er/${name}`));
    const json = parsed(ran.stdout),
      read = (name: string): string => Deno.readTextFileSync(`${folder}/deep/er/${name}`);
    assertEquals(JSON.parse(read("result.json")), JSON.parse(ran.stdout));
    assertEquals(json.files["report"], "deep/er/report.html");
    const lines = (name: string): string[] => read(name).trimEnd().split("\n");
    const open = lines("trades.csv").filter((line) => line.startsWith("open,")).length;
    assertEquals(lines("trades.csv").length, 1 + json.counts.trades + open);
    assertEquals(lines("orders.csv").length, 1 + json.counts.orders);
    assertEquals(lines("equity.csv").length, 1 + json.counts.bars);
    assertEquals(lines("ledger.csv").length, 1 + json.counts.fills);
    assertEquals(lines("ledger.csv").at(-1)!.split(",")[8], json.account.finalCash);
    for (const name of ["trades.csv", "orders.csv", "ledger.csv", "equity.csv"]) {
      const [header = "", ...rows] = lines(name), columns = header.split(",").length;
      assertEquals(rows.every((row) => row.split(",").length === columns), true, name);
    }
    assertStringIncludes(read("report.html"), "<!doctype html>");
    // The same folder again: new files take the place of the old ones.
    const again = await run(
      folder,
      "backtest",
      SMA,
      "--out",
      "deep/er",
      "--set",
      "fast=5",
      "--quiet",
    );
    assertEquals([again.code, namesBelow(folder)], [0, FILES.map((name) => `deep/er/${name}`)]);
    assertEquals(JSON.parse(read("result.json")).params.fast, 5);
  }));

Deno.test("e2e backtest: every option changes the run as it says (CLI-02)", async (t) => {
  const cases: [args: string[], read: (json: ResultJson) => unknown, wanted: unknown][] = [
    [["--symbols", "msft,AAPL"], (it) => it.data.map((each) => each.symbol), ["MSFT", "AAPL"]],
    [
      ["--from", "2010-01-01", "--to", "2010-12-31"],
      (it) => [it.data[0]!.from.slice(0, 10), it.data[0]!.to.slice(0, 10), it.data[0]!.rows],
      ["2010-01-04", "2010-12-31", 252],
    ],
    [["--cash", "5000.5"], (it) => it.account.initialCash, "5000.50"],
    [["--set", "fast=7", "--set", "slow=21"], (it) => it.params, { fast: 7, slow: 21 }],
    [["--slippage-bps", "0"], (it) => it.costs.slippage, "0.00"],
    [["--commission", "none"], (it) => it.costs.commission, "0.00"],
    [
      ["--commission", "1/order"],
      (it) => Number(it.costs.commission) === it.counts.fills,
      true,
    ],
    [
      ["--commission", "0.005/share min 1 max 0.5%"],
      (it) => it.venue.commission,
      "0.005/share min 1 max 0.5%",
    ],
    [["--benchmark", "ibm"], (it) => it.benchmark, "buy and hold IBM"],
    [["--seed", "4294967295"], (it) => it.seed, 4294967295],
    [["--fractional"], (it) => Number(it.account.finalCash) < 100, true],
    [["--adjust", "none", "--symbols", "AAPL"], (it) => it.data[0]!.adjust, "none"],
    [["--real-data-only"], (it) => it.data[0]!.synthetic, false],
    [["--check-lookahead"], (it) => it.lookaheadChecked, true],
    [["--period", "1d"], (it) => it.data[0]!.period, "1d"],
  ];
  await inFolder(async (folder) => {
    const plain = parsed((await run(folder, "backtest", SMA, "--json", "--no-report")).stdout);
    for (const [args, read, wanted] of cases) {
      await t.step(args.join(" "), async () => {
        const ran = await run(folder, "backtest", SMA, "--json", "--no-report", "--quiet", ...args);
        assertEquals([ran.code, ran.stderr], [0, ""]);
        const json = parsed(ran.stdout);
        assertEquals(read(json), wanted);
        const same = json.hashes.config === plain.hashes.config;
        assertEquals(
          same,
          ["--real-data-only", "--check-lookahead", "--period"].includes(args[0]!),
          "what is set is in the hash of the configuration",
        );
      });
    }
  });
});

Deno.test("e2e backtest: chance follows from the seed alone (BT-13)", () =>
  inFolder(async (folder) => {
    write(
      folder,
      "dice.ts",
      strategy(
        "dice",
        "      onBar(bar, trade): void {\n        if (Math.random() < 0.05) trade.target(bar.symbol, Math.floor(Math.random() * 50));\n      },",
      ),
    );
    const hashOf = async (seed: string): Promise<string> => {
      const args = ["dice.ts", "--seed", seed, "--json", "--quiet", "--no-report"];
      const { hashes, counts } = parsed((await run(folder, "backtest", ...args)).stdout);
      assertEquals(counts.orders > 50, true);
      return hashes.intents;
    };
    const [one, again, two] = await Promise.all([hashOf("1"), hashOf("1"), hashOf("2")]);
    assertEquals([one === again, one === two], [true, false]);
  }));

Deno.test("e2e backtest: adjusted and raw prices across the splits of AAPL earn the same", () =>
  inFolder(async (folder) => {
    const hold = strategy(
      "hold",
      "      onBar(bar, trade): void { if (trade.orders.length === 0 && trade.position(bar.symbol).quantity === 0) trade.targetWeight(bar.symbol, 1); },",
    );
    write(folder, "hold.ts", hold);
    const free = [
      "--slippage-bps",
      "0",
      "--commission",
      "none",
      "--fractional",
      "--json",
      "--quiet",
      "--no-report",
    ];
    const [split, none] = await Promise.all(
      ["split", "none"].map(async (how) =>
        parsed(
          (await run(folder, "backtest", "hold.ts", "--symbols", "AAPL", "--adjust", how, ...free))
            .stdout,
        )
      ),
    );
    const [a, b] = [Number(split!.account.finalEquity), Number(none!.account.finalEquity)];
    assertEquals(Math.abs(a / b - 1) < 1e-4, true, `${a} and ${b}`);
    assertEquals(split!.hashes.ledger === none!.hashes.ledger, false);
  }));

Deno.test("e2e backtest: own files, symbols with dots, other periods, synthetic bars", async (t) => {
  await inFolder(async (folder) => {
    const sample = Deno.readTextFileSync("lib/data/sample/IBM.csv");
    write(folder, "brk.csv", sample);
    const quiet = ["--json", "--quiet", "--no-report"];
    await t.step("a CSV file as it is, BRK.B", async () => {
      const ran = await run(
        folder,
        "backtest",
        SMA,
        "--data",
        "brk.csv",
        "--symbols",
        "brk.b",
        ...quiet,
      );
      assertEquals(ran.code, 0, ran.stderr);
      const [first] = parsed(ran.stdout).data;
      assertEquals([first!.symbol, first!.source.endsWith("brk.csv")], ["BRK.B", true]);
    });
    await t.step("the catalog in the user's folder is found by itself", async () => {
      const imported = await run(
        folder,
        "data",
        "import",
        "brk.csv",
        "--symbol",
        "BRK.B",
        "--period",
        "1d",
      );
      assertEquals(imported.code, 0, imported.stderr);
      const ran = await run(folder, "backtest", SMA, "--symbols", "BRK.B,GOOG", ...quiet);
      assertEquals(parsed(ran.stdout).data.map((each) => each.symbol), ["BRK.B", "GOOG"]);
    });
    await t.step(
      "generated minutes say that they are synthetic; other periods are not made up",
      async () => {
        const made = [
          "generate",
          "--symbol",
          "DEMO",
          "--bars",
          "2000",
          "--period",
          "1m",
          "--seed",
          "7",
        ];
        assertEquals((await run(folder, "data", ...made)).code, 0);
        const demo = ["--symbols", "DEMO", "--period", "1m"];
        const ran = await run(folder, "backtest", SMA, ...demo, "--json", "--no-report");
        assertEquals(ran.code, 0, ran.stderr);
        assertEquals(parsed(ran.stdout).data[0]!.synthetic, true);
        assertStringIncludes(ran.stderr, "synthetic");
        const refused = await run(
          folder,
          "backtest",
          SMA,
          ...demo,
          "--real-data-only",
          "--no-report",
        );
        assertEquals([refused.code, refused.stdout], [3, ""]);
        assertStringIncludes(refused.stderr, "synthetic");
        const hour = await run(
          folder,
          "backtest",
          SMA,
          "--symbols",
          "DEMO",
          "--period",
          "1h",
          "--no-report",
        );
        assertEquals([hour.code, hour.stdout], [3, ""]);
        assertStringIncludes(hour.stderr, "DEMO is not there as 1h; there is 1m");
      },
    );
  });
});

Deno.test("e2e backtest: several strategies share the cash, print the account, write a folder each (ENG-15)", () =>
  inFolder(async (folder) => {
    const strategies = [SMA, SMA.replace("sma_crossover", "buy_and_hold")];
    const asked = ["--symbols", "IBM", "--out", "out"];
    const { code, stdout, stderr } = await run(folder, "backtest", ...strategies, ...asked);
    assertEquals([code, stderr], [0, ""]);
    for (
      const words of ["sma-crossover on IBM", "buy-and-hold on IBM", "The account of 2 strategies"]
    ) {
      assertStringIncludes(stdout, words);
    }
    assertEquals(
      namesBelow(folder),
      ["buyandho", "smacross"].flatMap((id) => FILES.map((name) => `out/${id}/${name}`)),
    );
    const json = await run(folder, "backtest", ...strategies, "--json", "--no-report");
    const told = JSON.parse(json.stdout) as {
      schema: number;
      results: ResultJson[];
      account: { initialCash: string };
    };
    assertEquals([told.schema, told.account.initialCash], [1, "100000.00"]);
    assertEquals(told.results.map(({ strategy }) => strategy.name), [
      "sma-crossover",
      "buy-and-hold",
    ]);
    const refused = await run(folder, "backtest", ...strategies, "--check-lookahead");
    assertEquals(refused.code, 2);
    assertStringIncludes(refused.stderr, "--check-lookahead is of a single strategy");
  }));
