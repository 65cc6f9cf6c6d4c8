/**
 * `deno task live` as its user sees it: first runs, refusals, permissions, secrets.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { inFolder, write } from "../data/folder.ts";
import { assertRefused, processesOf, run, shell, SMA, strategy } from "./command.ts";
import { BUYER, FEED, hostOf, LiveProcess, operate } from "./live_process.ts";

Deno.test("e2e: a recorded run ends like its backtest, says so, and has nothing left to do afterwards", async () => {
  await inFolder(async (folder) => {
    const args = [SMA, "--from", "2010-01-01", "--to", "2010-12-31"];
    const first = await run(folder, "live", ...args);
    assertEquals(first.code, 0, first.stderr);
    assertStringIncludes(first.stderr, "Account paper is at the end of its feed, 2010-12-31");
    const lines = first.stdout.trimEnd().split("\n");
    assert(lines.length > 4);
    for (const line of lines) {
      assertMatch(line, /^20(09|10)-\d\d-\d\d \d\d:\d\d:\d\d {2}\w+ +[A-Z_]+ /);
    }
    const again = await run(folder, "live", ...args);
    assertEquals([again.code, again.stdout], [0, ""]);
    assertStringIncludes(again.stderr, "was at the end of its feed already, 2010-12-31");
    assertStringIncludes(again.stderr, "name another --account or --state");
    const live = await run(folder, "live", ...args, "--json");
    const backtest = await run(folder, "backtest", ...args, "--json", "--no-report");
    assertEquals(JSON.parse(live.stdout).hashes, JSON.parse(backtest.stdout).hashes);
    const quiet = await run(folder, "live", ...args, "--quiet", "--account", "other");
    assertEquals(quiet, { code: 0, stdout: "", stderr: "" });
    const other = await run(folder, "live", SMA, "--cash", "5000");
    assertRefused(other, 2, "account paper: it was begun with other settings", "another --account");
  });
});

Deno.test("e2e: a live run refuses what a backtest refuses, with the same exit code and the reason", async () => {
  await inFolder(async (folder) => {
    write(folder, "syntax.ts", "export default {");
    write(folder, "typo.ts", strategy("typo", "      onBarr(): void {},"));
    write(folder, "file", "");
    const cases: readonly (readonly [args: string[], code: number, words: string])[] = [
      [["--nonsense"], 2, "--nonsense"],
      [["--speed", "fast"], 2, "--speed"],
      [["--config", "none.yaml"], 2, "none.yaml"],
      [["none.ts"], 4, "Cannot load strategy none.ts: no such file"],
      [[SMA, "--symbols", "NONE"], 3, "Unknown symbol NONE"],
      [["syntax.ts"], 4, "syntax.ts:1:"],
      [["typo.ts"], 4, 'did you mean "onBar"?'],
      [[SMA, SMA], 2, "named twice"],
    ];
    for (const [args, code, words] of cases) {
      assertRefused(await run(folder, "live", ...args), code, words);
      // A backtest takes one strategy.
      if (args.length > 1 && args[0] === args[1]) continue;
      if (args[0] !== "--speed") assertEquals((await run(folder, "backtest", ...args)).code, code);
    }
    const state = await run(folder, "live", SMA, "--state", "file/below");
    assertRefused(state, 3, "file/below", "--state");
  });
});

Deno.test("e2e: a strategy that fails until it may not start again ends the run with 4", async () => {
  await inFolder(async (folder) => {
    write(
      folder,
      "failing.ts",
      strategy("failing", `      onBar(): void {\n        throw new Error("no luck");\n      },`),
    );
    const { code, stdout } = await run(folder, "live", "failing.ts", "--to", "2004-12-31");
    assertEquals(code, 4);
    assertMatch(stdout, /STRATEGY_QUARANTINED .*restart_limit.*no luck/);
  });
});

const CANARY = "canary-5f1d7a";

Deno.test("e2e: the trading process has the permissions that were printed; a secret of the environment goes nowhere (SEC-01, SEC-04)", async () => {
  await inFolder(async (folder) => {
    write(folder, "buyer.ts", BUYER);
    await using live = await LiveProcess.trading(folder, ["buyer.ts", ...FEED], {
      BROKER_SECRET: CANARY,
      DENO_KV_ACCESS_TOKEN: CANARY,
    });
    await live.running.says("TRADE_FILLED");
    const host = hostOf(folder);
    const given = (await argumentsOf(host)).filter((it) => it.startsWith("--allow"));
    const children = (await processesOf(live.running.pid)).filter(({ parent }) => parent === host);
    assertEquals(children.length, 1);
    const environment = await shell(`tr '\\0' '\\n' < /proc/${children[0]!.pid}/environ`);
    assertStringIncludes(environment, "HOME=/nonexistent");
    assertEquals(environment.includes(CANARY), false);
    await operate(folder, "stop");
    const { code, stdout, stderr } = await live.running.result;
    assertEquals(code, 0, stderr);
    const printed = stderr.split("\n").filter((it) => it.startsWith("  --")).map((it) => it.trim());
    assertEquals(given, printed);
    assert(given.length >= 4 && given.every((it) => it.includes("=")), "nothing is granted whole");
    assertEquals(`${stdout}${stderr}`.includes(CANARY), false);
    const files = await shell(`grep -rlaF ${CANARY} '${folder}'; true`);
    assertEquals(files, "");
  });
});

async function argumentsOf(pid: number): Promise<string[]> {
  return (await shell(`tr '\\0' '\\n' < /proc/${pid}/cmdline`)).split("\n");
}
