/**
 * G-05: a recorded session gives the orders and the ledger of a backtest, on any machine, and a change is told where it first shows.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { ResultJson } from "../../lib/backtest/mod.ts";
import type { Replayed } from "../../lib/live/mod.ts";
import { inFolder } from "../data/folder.ts";
import { run, SMA, start } from "../e2e/command.ts";
import { ok } from "./session_process.ts";

const RANGE = ["--symbols=GOOG,MSFT", "--from=2005-01-03", "--to=2012-12-31"];

Deno.test("G-05 backtest, session and replay have one ledger hash, in any time zone and language", async () => {
  await inFolder(async (folder) => {
    const elsewhere = { TZ: "Asia/Tokyo", LANG: "de_DE.UTF-8", LC_ALL: "de_DE.UTF-8" };
    const args = [SMA, ...RANGE, "--json", "--quiet"];
    const runs = [
      start(folder, "backtest", [...args, "--no-report"]),
      start(folder, "backtest", [...args, "--no-report"], elsewhere),
      start(folder, "live", [...args, "--state=here"]),
      start(folder, "live", [...args, "--state=there"], elsewhere),
    ];
    const results: ResultJson[] = [];
    for (const { result } of runs) {
      const { code, stdout, stderr } = await result;
      assertEquals([code, stderr], [0, ""]);
      results.push(JSON.parse(stdout) as ResultJson);
    }
    const [first, ...others] = results;
    assert(first!.counts.fills > 10);
    for (const { hashes, metrics, account } of others) {
      assertEquals(hashes, first!.hashes);
      assertEquals({ metrics, account }, { metrics: first!.metrics, account: first!.account });
    }
    const text = await ok(folder, "replay", "--state=here", "--json", "--strategies");
    const { state, equal } = JSON.parse(text) as Replayed;
    assertEquals([state.books[0]?.ledgerSha256, equal], [first!.hashes.ledger, true]);
  });
});

Deno.test("G-05 a constant that was changed is told at the first decision that differs, old and new", async () => {
  await inFolder(async (folder) => {
    Deno.copyFileSync(SMA, `${folder}/mine.ts`);
    await ok(folder, "live", "mine.ts", ...RANGE, "--quiet");
    const text = Deno.readTextFileSync(`${folder}/mine.ts`),
      changed = text.replace("int(10,", "int(11,");
    assert(changed !== text);
    Deno.writeTextFileSync(`${folder}/mine.ts`, changed);
    const ran = await run(folder, "replay", "--json", "--strategies");
    assertEquals([ran.code, ran.stderr], [3, ""]);
    const { difference } = (JSON.parse(ran.stdout) as Replayed).strategies[0]!;
    assert(difference !== null && difference.instant > 0 && difference.bars.length > 0);
    assert(JSON.stringify(difference.recorded) !== JSON.stringify(difference.asked));
  });
});
