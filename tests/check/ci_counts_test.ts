import { assertEquals } from "@std/assert";
import { countTests, formatCounts } from "../../scripts/check/ci_counts.ts";

/** Output of `deno test` as it was printed, colours included. */
const LOGS = [
  { log: "passing_with_steps_and_ignored", passed: 2, failed: 0, skipped: 1 },
  { log: "failing", passed: 2, failed: 2, skipped: 1 },
  { log: "filtered", passed: 1, failed: 0, skipped: 0 },
  { log: "error_at_load", passed: 0, failed: 1, skipped: 0 },
  { log: "tests_that_print_summaries", passed: 2, failed: 0, skipped: 0 },
] as const;

for (const { log, ...counts } of LOGS) {
  Deno.test(`ci counts: ${log}`, async () => {
    assertEquals(countTests(await read(log)), counts);
  });
}

Deno.test("ci counts: several runs in one log are summed", async () => {
  const log = await read("passing_with_steps_and_ignored") + await read("failing");
  assertEquals(countTests(log), { passed: 4, failed: 2, skipped: 2 });
});

Deno.test("ci counts: a log without a summary counts nothing", async () => {
  assertEquals(countTests(await read("no_summary")), undefined);
  assertEquals(countTests(""), undefined);
});

Deno.test("ci counts: the last line names skipped tests only where there are some", () => {
  assertEquals(formatCounts({ passed: 12, failed: 0, skipped: 0 }), "12 passed, 0 failed");
  assertEquals(formatCounts({ passed: 0, failed: 3, skipped: 2 }), "0 passed, 3 failed, 2 skipped");
});

Deno.test("ci counts: this Deno still prints the summary that is counted", async () => {
  const suite = new URL("./samples/suite/mixed_test.ts", import.meta.url).href;
  const output = await new Deno.Command(Deno.execPath(), {
    args: ["test", "--no-config", "--no-check", "--no-lock", suite],
    stdout: "piped",
    stderr: "null",
  }).output();
  assertEquals(output.code, 1);
  const counts = countTests(new TextDecoder().decode(output.stdout));
  assertEquals(counts, { passed: 2, failed: 1, skipped: 1 });
});

async function read(name: string): Promise<string> {
  return await Deno.readTextFile(new URL(`./samples/logs/${name}.log`, import.meta.url));
}
