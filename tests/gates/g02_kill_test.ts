/**
 * G-02, in its small size: a session that is killed again and again ends as one that ran through. The kill at each marked step, and the
 * thousand kills under load, are in `tests/crash`.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { ResultJson } from "../../lib/backtest/mod.ts";
import type { Checkup } from "../../lib/live/mod.ts";
import { inFolder } from "../data/folder.ts";
import { signalProcess, strategy } from "../e2e/command.ts";
import { ok, SessionProcess } from "./session_process.ts";

/** Has orders in every state when it is killed. */
const BUSY = strategy(
  "busy",
  `      onBar(bar, trade) {
        bars++;
        if (bars % 2 === 0) trade.order({ symbol: bar.symbol, side: "buy", quantity: 2, stopLoss: bar.close * 0.98, takeProfit: bar.close * 1.02 });
        if (bars % 9 === 0) trade.close(bar.symbol);
      },`,
  "let bars = 0;",
);
const RANGE = ["--symbols=GOOG", "--from=2008-01-02", "--to=2009-12-31"];

Deno.test("G-02 a recorded session that is killed three times ends like the one that ran through, record for record", async () => {
  await inFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/busy.ts`, BUSY);
    Deno.writeTextFileSync(
      `${folder}/sandbar.yaml`,
      "persistence: { lease_ttl_seconds: 6, lease_renew_seconds: 1 }\nsandbox: { event_deadline_ms: 5000 }\n" +
        "strategies: [{ id: busy, path: busy.ts }]\n",
    );
    const whole = JSON.parse(
      await ok(folder, "live", "busy.ts", ...RANGE, "--state=whole", "--json", "--quiet"),
    ) as ResultJson;
    const args = ["--config=sandbar.yaml", ...RANGE, "--quiet"];
    let durable = 0;
    for (let kill = 0; kill < 3; kill++) {
      const session = new SessionProcess(folder, [...args, "--speed=1000000"]);
      const { pid, links } = await session.until(({ links }) =>
        links.journal.durableSequence > durable + 15
      );
      await signalProcess(pid, "KILL");
      durable = links.journal.durableSequence;
      assertEquals((await session.ended).code, 1);
      // Nothing of what was acknowledged is gone, and no half of a commit is there.
      const { store } = JSON.parse(await ok(folder, "doctor", "--json")) as Checkup;
      assert(store!.journal.highest >= durable);
      assertEquals(store!.findings, []);
    }
    const { hashes, counts } = JSON.parse(
      await ok(folder, "live", ...args, "--speed=max", "--json"),
    ) as ResultJson;
    assertEquals(hashes, whole.hashes);
    assert(counts.fills > 100);
  });
});
