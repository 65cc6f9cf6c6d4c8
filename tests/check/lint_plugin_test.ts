import { assert, assertEquals } from "@std/assert";
import plugin from "../../scripts/check/lint_plugin.ts";
import { REAL_TIME_FILES } from "../../scripts/check/real_time.ts";

/** The sample's file name without its ending, and the path that the rule is told it lies at. */
const SAMPLES: readonly { rule: string; sample: string; at: string }[] = [
  { rule: "no-world-below-floor-5", sample: "no_world", at: "lib/market/sample.ts" },
  { rule: "no-real-time", sample: "no_real_time", at: "lib/live/sample.ts" },
  { rule: "no-inexact-math", sample: "no_inexact_math", at: "lib/venue/sample.ts" },
  { rule: "no-locale", sample: "no_locale", at: "lib/calendar/sample.ts" },
  { rule: "no-default-export", sample: "no_default_export", at: "lib/backtest/sample.ts" },
  { rule: "no-empty-catch", sample: "no_empty_catch", at: "scripts/sample.ts" },
];

for (const { rule, sample, at } of SAMPLES) {
  Deno.test(`lint ${rule} finds each marked line of its bad sample and no other`, async () => {
    const source = await read(`${sample}.bad.ts`);
    const expected = source.split("\n").flatMap((line, index) =>
      line.endsWith("// found") ? [index + 1] : []
    );
    assert(expected.length > 0);
    assertEquals(linesOf(rule, at, source), expected);
  });

  Deno.test(`lint ${rule} finds nothing in its good sample`, async () => {
    assertEquals(linesOf(rule, at, await read(`${sample}.good.ts`)), []);
  });
}

Deno.test("lint: every rule of the plugin has a sample", () => {
  assertEquals(Object.keys(plugin.rules), SAMPLES.map(({ rule }) => rule));
});

Deno.test("lint: rules of the pure rooms are silent where the world may be touched", async () => {
  const source = await read("no_world.bad.ts") + await read("no_locale.bad.ts");
  for (const at of ["lib/sandbox/sample.ts", "lib/backtest/sample.ts", "tests/market/sample.ts"]) {
    assertEquals(linesOf("no-world-below-floor-5", at, source), []);
    assertEquals(linesOf("no-locale", at, source), []);
  }
});

Deno.test("CLK-09 lint: each file that may read real time does; scripts and tests may too", async () => {
  for (const { file } of REAL_TIME_FILES) {
    const source = await Deno.readTextFile(new URL(`../../${file}`, import.meta.url));
    assertEquals(linesOf("no-real-time", file, source), []);
    const found = linesOf("no-real-time", "lib/live/sample.ts", source);
    assert(found.length > 0, `${file} no longer needs to be an exception`);
  }
  const source = await read("no_real_time.bad.ts");
  assertEquals(linesOf("no-real-time", "scripts/sample.ts", source), []);
  assertEquals(linesOf("no-real-time", "tests/live/sample.ts", source), []);
});

Deno.test("lint: inexact mathematics is allowed in indicators and statistics", async () => {
  const source = await read("no_inexact_math.bad.ts");
  assertEquals(linesOf("no-inexact-math", "lib/statistics/sample.ts", source), []);
  assertEquals(linesOf("no-inexact-math", "lib/strategy/indicators/sample.ts", source), []);
});

Deno.test("lint: a strategy may export a default", async () => {
  const source = await read("no_default_export.bad.ts");
  assertEquals(linesOf("no-default-export", "strategies/sample.ts", source), []);
});

Deno.test("lint: protocols may name a promise as a type, and may not make one", () => {
  const source = "export interface Door {\n  open(): Promise<void>;\n}\nPromise.resolve();\n";
  assertEquals(linesOf("no-world-below-floor-5", "lib/protocols/sample.ts", source), [4]);
});

async function read(name: string): Promise<string> {
  return await Deno.readTextFile(new URL(`./samples/lint/${name}`, import.meta.url));
}

/** Returns the lines, from 1, at which a rule of the plugin finds something. */
function linesOf(rule: string, at: string, source: string): readonly number[] {
  const found = Deno.lint.runPlugin(plugin, at, source).filter(({ id }) =>
    id === `sandbar/${rule}`
  );
  const lines = found.map(({ range }) => source.slice(0, range[0]).split("\n").length);
  return [...new Set(lines)].sort((a, b) => a - b);
}
