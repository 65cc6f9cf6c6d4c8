import { assertEquals } from "@std/assert";
import { faultsOf, readSchema, type Schema } from "../support/json_schema.ts";
import { inFolder, namesBelow, write } from "../data/folder.ts";
import { assertRefused, link, run, strategy } from "./command.ts";

/** Quick limits: what is tested is that they act, not how long they are. */
/** Memory is eaten in its own time on a busy machine; only a loop is to be cut short. */
const limitsOf = (kind: string): string =>
  `sandbox: { stall_ms: ${
    kind === "memory" ? 20_000 : 300
  }, heap_mb: 32, load_deadline_ms: 1000 }\n`;

interface Case {
  readonly name: string;
  readonly text: string;
  readonly code: number;
  readonly kind: string;
  readonly words: readonly string[];
}

const CASES: readonly Case[] = [
  {
    name: "syntax error",
    text:
      'import { defineStrategy } from "sandbar/strategy";\nexport default defineStrategy({ name: });\n',
    code: 4,
    kind: "load",
    words: ["Cannot load strategy syntax_error.ts:2:39: syntax error"],
  },
  {
    name: "throws in bar 500",
    text: strategy(
      "boom",
      '      onBar(bar): void {\n        if (++bars === 500) throw new Error("no idea about " + bar.symbol);\n      },',
      "let bars = 0;",
    ),
    code: 4,
    kind: "throw",
    words: ["failed in bar 500 (2006-08-11) at throws_in_bar_500.ts:8: no idea about GOOG"],
  },
  {
    name: "throws in setup",
    text: 'import { defineStrategy, sma } from "sandbar/strategy";\n' +
      'export default defineStrategy({\n  name: "setup",\n  setup({ data }) {\n' +
      "    data.indicator(sma(0));\n    return {};\n  },\n});\n",
    code: 4,
    kind: "throw",
    words: ["failed in setup at throws_in_setup.ts:5", "sma"],
  },
  {
    name: "loops for ever",
    text: strategy("loop", "      onBar(): void {\n        for (;;);\n      },"),
    code: 5,
    kind: "timeout",
    words: ["no progress for 0.3 s between bars"],
  },
  {
    name: "loops while loading",
    text: "for (;;);\n" + strategy("loop", ""),
    code: 5,
    kind: "timeout",
    words: ["load"],
  },
  {
    name: "eats memory",
    text: strategy(
      "hungry",
      "      onBar(): void {\n        for (;;) kept.push(new Array(1000).fill(1.5));\n      },",
      "const kept: number[][] = [];",
    ),
    code: 5,
    kind: "memory",
    words: ["more memory than it may (32 MiB"],
  },
  {
    name: "imports node fs",
    text: 'import { readFileSync } from "node:fs";\n' +
      strategy("reader", '      onStart(): void {\n        readFileSync("/etc/passwd");\n      },'),
    code: 4,
    kind: "import",
    words: ["tried to import node:fs at imports_node_fs.ts:1"],
  },
  {
    name: "imports a missing file",
    text: 'import { rule } from "./rules.ts";\n' + strategy("missing", "", "export { rule };"),
    code: 4,
    kind: "import",
    words: ["tried to import ./rules.ts at imports_a_missing_file.ts:1: ", "no such file"],
  },
  {
    name: "exports nothing",
    text: "export const idea = 1;\n",
    code: 4,
    kind: "load",
    words: ["export default defineStrategy"],
  },
  {
    name: "sells what it has not",
    text: strategy(
      "wrong",
      '      onBar(bar, trade): void {\n        trade.order({ symbol: bar.symbol, side: "buy", quantity: -5 });\n      },',
    ),
    code: 4,
    kind: "throw",
    words: ["failed in bar 1 (2004-08-19) at sells_what_it_has_not.ts:8", "quantity"],
  },
];

Deno.test("e2e: a strategy that fails gets one message, an exit code, and leaves nothing (SBX-15, CLI-07)", async (t) => {
  await inFolder(async (folder) => {
    const failure = (readSchema()["$defs"] as Record<string, Schema>)["failure"]!;
    for (const { name, text, code, kind, words } of CASES) {
      await t.step(name, async () => {
        const file = `${name.replaceAll(" ", "_")}.ts`;
        write(folder, file, text);
        write(folder, "limits.yaml", limitsOf(kind));
        const args = [file, "--config", "limits.yaml", "--out", "result", "--json"];
        const ran = await run(folder, "backtest", ...args);
        assertRefused(ran, code, ...words);
        assertEquals(ran.stderr.trimEnd().split("\n").length, 1, ran.stderr);
        const json = JSON.parse(ran.stdout);
        assertEquals([json.verdict.kind, json.exitCode], [kind, code]);
        assertEquals(`${json.verdict.message}\n`, ran.stderr);
        assertEquals(faultsOf(json, failure, readSchema()), []);
        Deno.removeSync(`${folder}/${file}`);
        assertEquals(namesBelow(folder), ["limits.yaml"]);
        assertEquals([...Deno.readDirSync(folder)].length, 1);
      });
    }
  });
});

Deno.test("e2e: a strategy file that is not there, is a folder, or is a link", async () => {
  await inFolder(async (folder) => {
    Deno.mkdirSync(`${folder}/ideas`);
    await link("/etc/passwd", `${folder}/link.ts`);
    for (const name of ["idea.ts", "ideas", "link.ts", "no/where.ts"]) {
      const ran = await run(folder, "backtest", name, "--no-report");
      assertRefused(ran, 4, `Cannot load strategy ${name}: `);
      assertEquals(ran.stdout, "");
    }
  });
});
