import { assertEquals } from "@std/assert";
import { inFolder, namesBelow, write } from "../data/folder.ts";
import { assertRefused, run, SMA } from "./command.ts";

/** One misspelt key, one wrong type, one value out of bounds, one literal secret. */
const BAD = `venue:
  slipage_bps: 3
engine:
  max_cycles: many
persistence: { backup_count: 0 }
brokers:
  alpaca: { api_key_env: PKTQ34JLX0ABCDEF1234 }
`;

Deno.test("e2e config show: four kinds of fault are told together with line, column and what is right (G-06)", () =>
  inFolder(async (folder) => {
    write(folder, "bad.yaml", BAD);
    for (
      const [command, ...args] of [["config", "show"], ["backtest", SMA]] as const
    ) {
      const ran = await run(folder, command, ...args, "--config", "bad.yaml");
      assertRefused(ran, 2);
      assertEquals(ran.stderr.trimEnd().split("\n"), [
        "Cannot use the settings, 4 faults:",
        '  bad.yaml:2:3: unknown key venue.slipage_bps (did you mean "slippage_bps"?)',
        '  bad.yaml:4:15: engine.max_cycles: found "many", give a whole number from 0 to 1000000000 (ticks)',
        "  bad.yaml:5:30: persistence.backup_count: found 0, give a whole number from 1 to 100 (snapshots)",
        "  bad.yaml:7:13: brokers.alpaca.api_key_env: give the name of an environment variable such as ALPACA_API_KEY, never the secret itself",
      ]);
    }
    assertEquals(namesBelow(folder), ["bad.yaml"]);
  }));

Deno.test("e2e config show: a table with values and sources, and JSON (CFG-05)", () =>
  inFolder(async (folder) => {
    write(
      folder,
      "s.yaml",
      "seed: 4\nbrokers: { alpaca: { api_key_env: MY_KEY } }\nstate_dir: st\n",
    );
    const ran = await run(
      folder,
      "config",
      "show",
      "mine.ts",
      "--config",
      "s.yaml",
      "--cash",
      "50",
    );
    assertEquals([ran.code, ran.stderr], [
      0,
      "Note: s.yaml: not used by a live run: brokers.alpaca.api_key_env\n",
    ]);
    const lines = ran.stdout.split("\n").map((line) => line.split(/ {2,}/));
    for (
      const line of [
        ["setting", "value", "from"],
        ["seed", "4", "s.yaml:1"],
        ["state_dir", "st", "s.yaml:3"],
        ["venue.initial_cash", "50 USD", "--cash"],
        ["venue.shortable", "-", "default"],
        ["strategies[0].id", "mine", "mine.ts"],
        ["brokers.alpaca.api_key_env", "MY_KEY", "s.yaml:2, not used by a live run"],
      ]
    ) assertEquals(lines.some((each) => each.join("|") === line.join("|")), true, line.join(" "));
    const json = await run(folder, "config", "show", "--config", "s.yaml", "--json");
    const { settings } = JSON.parse(json.stdout);
    const seed = settings.find((each: { key: string }) => each.key === "seed");
    assertEquals(seed, {
      key: "seed",
      value: 4,
      unit: "",
      source: { from: "file", file: "s.yaml", line: 1 },
      used: true,
    });
    assertEquals(namesBelow(folder), ["s.yaml"], "nothing is written");
  }));

Deno.test("e2e config show: each wrong value has its own message and exit code 2 (CLI-02)", () =>
  inFolder(async (folder) => {
    const rows: readonly (readonly [args: readonly string[], ...words: readonly string[]])[] = [
      [["--feed", "recordd"], '--feed: found "recordd"', 'did you mean "recorded"?'],
      [["--feed", "alpaca"], '--feed: "alpaca" is not built yet; give one of recorded, simulated'],
      [["--broker", "ibkr"], '--broker: "ibkr" is not built yet; give paper'],
      [["--speed", "0"], "--speed: found 0, give a number from 0.001 to 1000000", "or max"],
      [["--account", "a b"], '--account: found "a b", give 1 to 32 letters'],
      [["--symbols", "A B"], '--symbols: found "A B"'],
      [
        ["--from", "2010-01-02", "--to", "2009-01-02"],
        "--to: 2009-01-02 is before --from 2010-01-02",
      ],
      [["--period", "7x"], '--period: unknown period "7x"'],
      [["--venue", "zipliner"], 'did you mean "zipline"?'],
      [["--cash", "0", "--seed", "-1"], "2 faults", "--cash: found 0", "--seed: found -1"],
      [["--config", "none.yaml"], "Cannot read the settings in none.yaml: there is no such file"],
      [["--sed", "1"], "Unknown option '--sed'", "Did you mean one of --seed, --set?"],
    ];
    for (const [args, ...words] of rows) {
      assertRefused(await run(folder, "config", "show", ...args), 2, ...words);
    }
    assertRefused(
      await run(folder, "config", "shwo"),
      2,
      "Unknown command 'shwo'",
      "Did you mean show?",
    );
  }));
