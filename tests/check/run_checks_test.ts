import { assertEquals } from "@std/assert";
import type { Check } from "../../scripts/check/contract.ts";
import { generatorsOf } from "../../scripts/check/generated_files.ts";
import { runChecks } from "../../scripts/check/run_checks.ts";
import { findPluginFaults, findUnformatted } from "../../scripts/check/toolchain.ts";

Deno.test("checks: the report keeps their order, whatever ends first, and counts the failed ones", async () => {
  const gate = Promise.withResolvers<void>();
  const checks: readonly Check[] = [
    { name: "slow", run: () => gate.promise.then(() => []) },
    { name: "finds", run: () => Promise.resolve(["a.ts:1: first\n  detail", "b.ts:2: second"]) },
    {
      name: "last",
      run(): Promise<readonly string[]> {
        gate.resolve();
        return Promise.resolve([]);
      },
    },
  ];
  assertEquals(await report(checks), {
    failed: 1,
    lines: [
      "ok     slow               0.0 s",
      "FAILED finds              0.0 s",
      "       a.ts:1: first",
      "         detail",
      "       b.ts:2: second",
      "ok     last               0.0 s",
    ],
  });
});

Deno.test("checks: one that cannot run has failed, and the others still run", async () => {
  const broken = new Error("no such file");
  delete broken.stack;
  const { failed, lines } = await report([
    { name: "breaks", run: () => Promise.reject(broken) },
    { name: "passes", run: () => Promise.resolve([]) },
  ]);
  assertEquals(failed, 1);
  assertEquals(lines.length, 3);
  assertEquals(lines[1], "       the check itself failed: Error: no such file");
});

Deno.test("checks: of very many findings the first 60 lines are shown, and the rest is counted", async () => {
  const findings = Array.from({ length: 75 }, (_, index) => `a.ts:${index + 1}: found`);
  const { lines } = await report([{ name: "many", run: () => Promise.resolve(findings) }]);
  assertEquals(lines.length, 62);
  assertEquals(lines.at(-1), "       … and 15 more lines");
});

Deno.test("checks: generators are the scripts that are named so", () => {
  const files = ["scripts/bench.ts", "scripts/generate_bundle.ts", "lib/generate_x.ts"];
  assertEquals(generatorsOf(files), ["scripts/generate_bundle.ts"]);
});

Deno.test("checks: the format check names the files, and shows a syntax error", () => {
  const output = [
    "",
    "from /p/lib/a.ts:",
    " 1 | -const a=1",
    " 1 | +const a = 1",
    "",
    "Error checking: /p/b.ts",
    "  SyntaxError: Expression expected",
    "",
    "error: Found 2 not formatted files in 9 files",
  ].join("\n");
  assertEquals(findUnformatted("/p", output), [
    "Error checking: /p/b.ts\n  SyntaxError: Expression expected",
    "lib/a.ts: not formatted. Run `deno fmt`",
  ]);
  assertEquals(findUnformatted("/p", "error: no files\n"), ["error: no files"]);
});

Deno.test("checks: the lint check fails where deno.json does not load our rules", () => {
  const config = { lint: { plugins: ["./scripts/check/lint_plugin.ts"] } };
  assertEquals(findPluginFaults(JSON.stringify(config)), []);
  for (const other of [{}, { lint: {} }, { lint: { plugins: ["./other.ts"] } }]) {
    const found = findPluginFaults(JSON.stringify(other));
    assertEquals(found, ["deno.json: lint.plugins does not name ./scripts/check/lint_plugin.ts"]);
  }
});

async function report(
  checks: readonly Check[],
): Promise<{ failed: number; lines: readonly string[] }> {
  const lines: string[] = [];
  const failed = await runChecks(checks, {
    root: "/p",
    write: false,
    print: (line) => lines.push(line),
    now: () => 0,
  });
  return { failed, lines };
}
