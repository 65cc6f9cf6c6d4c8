/**
 * That `deno task bench` runs, and that loops, engine, replay and sandbox do the same work. Never how long it takes.
 *
 * @module
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { type Baseline, baselineOf, lossesSince, type Row } from "../../scripts/bench/table.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

Deno.test("bench: a quick run ends with equal results of every way (TST-07, BT-19)", async () => {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "--no-prompt", "--frozen", "--permission-set=bench"],
      `--allow-run=${Deno.execPath()},prlimit,cargo,cat`,
      ...["scripts/bench.ts", "--quick"],
    ],
    cwd: ROOT,
  }).output();
  const text = new TextDecoder().decode(stdout);
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  assertStringIncludes(text, "are equal to the micro-unit");
  for (
    const what of [
      "plain loop, TypeScript",
      "in the sealed realm",
      "sandboxed run",
      "CSV import",
      "durable journal records",
      "live session, journal on disk",
      "the same in KV commits",
    ]
  ) {
    assertStringIncludes(text, what);
  }
});

Deno.test("bench: a ratio a quarter above the baseline is a warning, less is not (TST-07)", () => {
  const row = (id: string, toTypeScript: number): Row => ({
    id,
    what: id,
    unit: "ns/bar",
    value: 1,
    toTypeScript,
  });
  const baseline: Baseline = baselineOf([row("a", 2), row("b", 2)], "2026-01-01", "a machine");
  assertEquals(lossesSince(baseline, [row("a", 2.5), row("b", 2.51), row("new", 9)]), [
    "b: 2.51x the plain loop, 2.00x on 2026-01-01",
  ]);
});
