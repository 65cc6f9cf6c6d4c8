import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { listFiles } from "../../scripts/check/files.ts";

const ROOT = fromFileUrl(new URL("../../", import.meta.url));
/** As the trap writes it. Not imported: that would set the trap here. */
const HIT = "REAL TIME OR NETWORK:";

/** Tests that need no time, files or processes of their own. */
const PURE_FOLDERS = [
  "calendar",
  "clock",
  "core",
  "engine",
  "feeds",
  "market",
  "property",
  "statistics",
  "strategy",
  "trading",
  "venue",
];
/** The only tests that wait for real. */
const SYSTEM_CLOCK = "tests/clock/system_clock_test.ts";

interface Run {
  readonly code: number;
  readonly text: string;
}

async function runTrapped(args: readonly string[]): Promise<Run> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "test",
      "--quiet",
      "--frozen",
      "--no-check",
      "--preload=tests/support/trap_real_time.ts",
      "--allow-read=.",
      ...args,
    ],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  return { code, text: decoder.decode(stdout) + decoder.decode(stderr) };
}

Deno.test("G-07 the unit, property and contract tests read no real time and reach no other machine", async () => {
  const files = (await listFiles(ROOT.replace(/[\\/]$/, ""))).filter((file) => {
    const folder = /^tests\/(\w+)\/.*_test\.ts$/.exec(file)?.[1] ?? "";
    return PURE_FOLDERS.includes(folder) && file !== SYSTEM_CLOCK;
  });
  const { code, text } = await runTrapped(["--parallel", ...files]);
  assertEquals(text.split("\n").filter((line) => line.includes(HIT)), []);
  assertEquals(code, 0, text.slice(-4000));
  const passed = Number(/ok \| (\d+) passed/.exec(text)?.[1]);
  assert(passed > 850, `only ${passed} tests ran`);
});

Deno.test("TST-01 the trap finds every way to real time and the network, and nothing else", async () => {
  const { code, text } = await runTrapped([
    "--allow-net=127.0.0.1",
    "tests/gates/samples/real_time_hits.ts",
  ]);
  const results = [...text.matchAll(/^((?:hit|miss): .*) \.\.\. (ok|FAILED)/gm)];
  assertEquals([code, results.length], [1, 14]);
  for (const [, name, result] of results) {
    assertEquals(result, name!.startsWith("hit") ? "FAILED" : "ok", name);
  }
});

Deno.test("TST-01 the trap finds the system clock", async () => {
  const { code, text } = await runTrapped([SYSTEM_CLOCK]);
  assertEquals(code, 1);
  assert(text.includes(`${HIT} Temporal.Now.instant`));
});
