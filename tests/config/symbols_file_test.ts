import { assertEquals, assertRejects } from "@std/assert";
import { readRunConfig, resolveLive, showSettings, sourceText } from "../../lib/config/mod.ts";
import { symbolsIn } from "../../lib/config/symbols_file.ts";
import { SandbarError } from "../../lib/core/mod.ts";
import { inFolder, write } from "../data/folder.ts";
import { ONE } from "./live_case.ts";

Deno.test("symbols file: default alone counts, else universe, sectors and stocks are merged without doubles (CLI-04)", () => {
  const rows: readonly (readonly [content: unknown, symbols: readonly string[] | string])[] = [
    [{ default: ["aapl", "MSFT", "AAPL"], universe: ["IBM"] }, ["AAPL", "MSFT"]],
    [
      {
        universe: ["IBM", "AAPL"],
        sectors: { tech: ["AAPL", "MSFT"], none: null },
        stocks: ["GE"],
      },
      [
        "IBM",
        "AAPL",
        "MSFT",
        "GE",
      ],
    ],
    [{ stocks: { GE: { name: "x" }, "BRK.B": null }, other: 5 }, ["GE", "BRK.B"]],
    [null, "it has no settings; give default: [AAPL, MSFT]"],
    [["AAPL"], "it has no settings; give default: [AAPL, MSFT]"],
    [{ universe: [] }, "it has no symbols under default, universe, sectors or stocks"],
    [{ default: "AAPL" }, "default is no list of symbols"],
    [{ sectors: ["A"] }, ["A"]],
    [{ sectors: { tech: "AAPL" } }, "sectors.tech is no list of symbols"],
    [
      { universe: [true] },
      "universe has true, which is no symbol; one that looks like a number or a word of YAML needs quotes",
    ],
    [
      { universe: Array.from({ length: 5001 }, (_, i) => `S${i}`) },
      "it has 5001 symbols, at most 5000 can run",
    ],
  ];
  for (const [content, symbols] of rows) assertEquals(symbolsIn(content), symbols);
});

Deno.test("symbols file: flag, then file, then symbols.default, for backtest and paper (CLI-04)", () =>
  inFolder(async (folder) => {
    Deno.mkdirSync(`${folder}/conf`);
    write(folder, "conf/u.yaml", "universe: [IBM]\nsectors: { tech: [MSFT] }\n");
    const text = "symbols: { file: u.yaml, default: [GOOG] }\n";
    const file = { real: write(folder, "conf/s.yaml", text), shown: "conf/s.yaml" };
    assertEquals((await readRunConfig(file.real, file.shown)).run.symbols, ["IBM", "MSFT"]);
    const request = { file, flags: ONE, userDir: folder };
    const config = await resolveLive(request);
    assertEquals(config.run.symbols, ["IBM", "MSFT"]);
    assertEquals(config.symbolsFile, { real: `${folder}/conf/u.yaml`, shown: "conf/u.yaml" });
    const flagged = await resolveLive({ ...request, flags: { ...ONE, symbols: ["AAPL"] } });
    assertEquals(flagged.run.symbols, ["AAPL"]);
    const { rows } = await showSettings(request);
    const row = rows.find(({ key }) => key === "symbols.default")!;
    assertEquals([row.value, sourceText(row.source)], [["IBM", "MSFT"], "by symbols.file"]);
  }));

Deno.test("symbols file: what is wrong with it is told at the key", () =>
  inFolder(async (folder) => {
    const rows: readonly (readonly [content: string | undefined, words: string])[] = [
      [
        undefined,
        "s.yaml:1:12: symbols.file: Cannot read the settings in u.yaml: there is no such file",
      ],
      [
        "default: [a b]\n",
        's.yaml:1:12: symbols.file: u.yaml: default has "a b", which is no symbol',
      ],
      ["default: [\n", "s.yaml:1:12: symbols.file: "],
      [
        `a: &a [x, x, x, x, x, x, x, x, x, x]\nb: &b [${"*a, ".repeat(50)}]\nc: [${
          "*b, ".repeat(50)
        }]\n`,
        "s.yaml:1:12: symbols.file: Excessive alias count",
      ],
    ];
    for (const [content, words] of rows) {
      if (content !== undefined) write(folder, "u.yaml", content);
      const path = write(folder, "s.yaml", "symbols: { file: u.yaml }\n");
      await assertRejects(() => readRunConfig(path, "s.yaml"), SandbarError, words);
    }
  }));
