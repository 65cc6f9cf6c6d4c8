import { assert, assertEquals } from "@std/assert";
import { SimulatedClock } from "../../lib/clock/mod.ts";
import { Random, US_PER_MINUTE } from "../../lib/core/mod.ts";
import { openStore, type Store } from "../../lib/store/mod.ts";
import { all } from "../contract/store_contract.ts";
import { ACCOUNT, inFile, payloadByte } from "../support/store_place.ts";

const KILLS = 20, SEED = 1;

Deno.test("store: a process killed while it writes leaves all that it acknowledged (PER-18)", () =>
  inFile(async (place) => {
    const random = new Random(SEED), path = await place.inside((kv) => Promise.resolve(kv.shown));
    let epoch = 0, startUs = place.clock.now(), newest = 0;
    for (let kill = 1; kill <= KILLS; kill++) {
      const told = await runAndKill(path, startUs, 1 + Math.floor(random.next() * 200));
      assert(told.record > 1, "the process had begun");
      // The lease of the killed process runs out first.
      startUs += US_PER_MINUTE;
      const store = await openStore({
        at: path,
        account: ACCOUNT,
        clock: new SimulatedClock(startUs),
      });
      assertEquals(store.lease.owner.epoch, epoch += 2, `kill ${kill}`);
      assert(store.recovery.lastSequence >= told.record, `kill ${kill}`);
      const { snapshot, bad } = await store.newestSnapshot();
      newest = Math.max(newest, told.snapshot);
      assertEquals(bad, []);
      assert((snapshot?.sequence ?? 0) >= newest, `kill ${kill}`);
      await checkRecords(store, snapshot?.sequence ?? 0);
      await store.close();
      startUs += US_PER_MINUTE;
    }
  }));

/** Runs a process that writes, kills it after so many acknowledgements, and returns the last ones. */
async function runAndKill(
  path: string,
  startUs: number,
  lines: number,
): Promise<{ readonly record: number; readonly snapshot: number }> {
  const script = new URL("append_child.ts", import.meta.url).pathname, folder = path.slice(0, -5);
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--no-check",
      "--frozen",
      "--unstable-kv",
      `--allow-read=${folder}`,
      `--allow-write=${folder}`,
      script,
      path,
      String(startUs),
    ],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let text = "", isKilled = false;
  for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
    text += part;
    if (isKilled || text.split("\n").length <= lines) continue;
    child.kill("SIGKILL");
    isKilled = true;
  }
  assertEquals((await child.status).signal, "SIGKILL");
  const last = (what: string): number =>
    Math.max(
      0,
      ...[...text.matchAll(new RegExp(`^${what} (\\d+)\n`, "gm"))].map(([, n]) => Number(n)),
    );
  return { record: last("record"), snapshot: last("snapshot") };
}

/** All records behind a snapshot are there, each as it was written. */
async function checkRecords(store: Store, snapshot: number): Promise<void> {
  const records = await all(store);
  assert((records[0]?.sequence ?? 1) <= snapshot + 1);
  for (const [i, { sequence, payload }] of records.entries()) {
    assertEquals(sequence, records[0]!.sequence + i);
    if (sequence === 1) continue;
    assertEquals(payload.length, sequence % 500 === 0 ? 1_000_000 : sequence % 300);
    assert(payload.every((byte, at) => byte === payloadByte(sequence, at)));
  }
  assertEquals(
    records.at(-1)?.sequence ?? store.recovery.lastSequence,
    store.recovery.lastSequence,
  );
}
