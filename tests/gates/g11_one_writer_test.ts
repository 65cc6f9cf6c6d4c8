/**
 * G-11: one process trades an account. Who comes second is refused by name; an owner that slept beyond its lease finds itself fenced.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Replayed } from "../../lib/live/mod.ts";
import { signalProcess, SMA } from "../e2e/command.ts";
import { inGate, ok, SessionProcess } from "./session_process.ts";

/** A daily bar every 86 ms, and the shortest lease that there is. */
const ARGS = ["--config=sandbar.yaml", "--speed=1000000", "--quiet"];

async function withConfig(test: (folder: string) => Promise<void>): Promise<void> {
  await inGate(async (folder) => {
    Deno.writeTextFileSync(
      `${folder}/sandbar.yaml`,
      "persistence: { lease_ttl_seconds: 6, lease_renew_seconds: 1 }\n" +
        `strategies: [{ id: sma, path: ${SMA} }]\n`,
    );
    await test(folder);
  });
}

Deno.test("G-11 of two processes that start on one account one trades, and the other exits with 7 naming it", async () => {
  await withConfig(async (folder) => {
    const both = [new SessionProcess(folder, ARGS), new SessionProcess(folder, ARGS)];
    const loser = await Promise.race(both.map(({ ended }, k) => ended.then((ran) => ({ ran, k }))));
    assertEquals(loser.ran.code, 7, loser.ran.stderr);
    const winner = both[1 - loser.k]!, { pid } = await winner.until(() => true);
    assertStringIncludes(loser.ran.stderr, `process ${pid} holds it`);
    await ok(folder, "control", "stop");
    assertEquals((await winner.ended).code, 0);
  });
});

Deno.test("G-11 an owner that was paused beyond its lease is fenced when it wakes, and exits with 7", async () => {
  await withConfig(async (folder) => {
    const first = new SessionProcess(folder, ARGS);
    const { pid } = await first.until(({ links }) => links.journal.durableSequence > 5);
    await signalProcess(pid, "STOP");
    const second = new SessionProcess(folder, ARGS);
    try {
      const now = await second.until((status) =>
        status.pid !== pid && status.links.journal.durableSequence > 20
      );
      await signalProcess(pid, "CONT");
      const fenced = await first.ended;
      assertEquals(fenced.code, 7, fenced.stderr);
      assertStringIncludes(fenced.stderr, `was taken over by process ${now.pid}`);
      await ok(folder, "control", "stop");
      assertEquals((await second.ended).code, 0);
      const { equal, state } = JSON.parse(
        await ok(folder, "replay", "--json", "--strategies"),
      ) as Replayed;
      assert(equal && state.instants > 10);
    } finally {
      await signalProcess(pid, "CONT").catch(() => undefined);
    }
  });
});
