/**
 * What the command does when the place of its state fails: one message, the exit code of a store that fails, and nothing lost. Once the fault is
 * gone the account goes on to the end that it would have had (PER-08, PER-10).
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { SimulatedClock } from "../../lib/clock/mod.ts";
import { openDenoKv } from "../../lib/store/deno_kv.ts";
import { AREA } from "../../lib/store/keys.ts";
import { assertRefused } from "../e2e/command.ts";
import { mounted, remount, skipped } from "../support/small_disk.ts";
import { entriesOf, flipBit } from "../support/store_place.ts";
import { inBusyAccount, resultOf } from "./busy_account.ts";
import { type AccountPlace, LiveProcess } from "./live_process.ts";

/** Exit code of data or a store that cannot be used. */
const DATA = 3;
const ACCOUNT = "paper";

/** Lets an account trade for a while and stops it in order. */
async function tradeABit(place: AccountPlace): Promise<void> {
  const process = await LiveProcess.start(place), stopped = await process.stopAfter(200);
  assertEquals(stopped.code, 130, stopped.stderr);
}

Deno.test("PER-10 a state folder that is read only ends the command with one message, and the account goes on afterwards", (context) =>
  inBusyAccount(async (place) => {
    const expected = await resultOf({ ...place, state: "other" });
    const state = `${place.folder}/state`;
    Deno.mkdirSync(state);
    const failure = await mounted(state, 16, async () => {
      await tradeABit(place);
      await remount(state, "ro");
      const ran = await (await LiveProcess.start(place, "--quiet")).end();
      assertRefused(ran, DATA, "Cannot ", "writable");
      await remount(state, "rw");
      assertEquals((await resultOf(place)).hashes, expected.hashes);
    });
    if (failure !== undefined) await skipped(context, failure);
  }));

Deno.test("PER-10 a disk that fills up while an account trades ends the command, and the account goes on once there is room", (context) =>
  inBusyAccount(async (place) => {
    const expected = await resultOf({ ...place, state: "other" });
    const state = `${place.folder}/state`;
    Deno.mkdirSync(state);
    const failure = await mounted(state, 8, async () => {
      await tradeABit(place);
      fill(`${state}/filler`);
      const ran = await (await LiveProcess.start(place, "--quiet")).end();
      assertRefused(ran, DATA, "disk is full; make room and start again");
      Deno.removeSync(`${state}/filler`);
      assertEquals((await resultOf(place)).hashes, expected.hashes);
    });
    if (failure !== undefined) await skipped(context, failure);
  }));

Deno.test("PER-10 a file that is no database is told as such and stays as it is", () =>
  inBusyAccount(async (place) => {
    const path = `${place.folder}/state/sandbar.kv`, text = "time,open,high\n".repeat(500);
    Deno.mkdirSync(`${place.folder}/state`);
    Deno.writeTextFileSync(path, text);
    const ran = await (await LiveProcess.start(place, "--quiet")).end();
    assertRefused(ran, DATA, "Cannot open the store", "not a database");
    assertEquals(Deno.readTextFileSync(path), text);
  }));

Deno.test("PER-08 a flipped bit in the store ends the command naming it, or is survived; undone, the account goes on", () =>
  inBusyAccount(async (place) => {
    const expected = await resultOf({ ...place, state: "other" });
    await tradeABit(place);
    const path = `${place.folder}/state/sandbar.kv`;
    const entries = await inside(path, (kv) => entriesOf(kv, [ACCOUNT]));
    const first = (area: string): (typeof entries)[number] =>
      entries.find(({ key }) => key[1] === area)!;
    for (const area of [AREA.birth, AREA.head, AREA.journal]) {
      const { key } = first(area);
      await inside(path, (kv) => flipBit(kv, key, 9));
      const ran = await (await LiveProcess.start(place, "--quiet")).end();
      assertRefused(ran, DATA, "damaged", "deno task doctor");
      await inside(path, (kv) => flipBit(kv, key, 9));
    }
    // The state that was saved at the stop: what was there before it, the whole journal, does as well.
    assert(entries.some(({ key }) => key[1] === AREA.snapshot), "there is a snapshot");
    await inside(path, (kv) => flipBit(kv, first(AREA.chunk).key, -1));
    assertEquals((await resultOf(place)).hashes, expected.hashes);
  }));

async function inside<T>(
  path: string,
  work: (kv: Awaited<ReturnType<typeof openDenoKv>>) => Promise<T>,
): Promise<T> {
  const kv = await openDenoKv(path, { clock: new SimulatedClock(0) });
  try {
    return await work(kv);
  } finally {
    kv.close();
  }
}

/** Writes until the disk has no more room than a few records take. */
function fill(path: string): void {
  using file = Deno.openSync(path, { write: true, create: true });
  const block = new Uint8Array(64 * 1024);
  let written = 0;
  try {
    for (; written < 1024; written++) file.writeSync(block);
  } catch {
    // Full; a quarter of a megabyte is given back, so that the account begins before it ends.
    file.truncateSync(Math.max(0, (written - 4) * block.length));
    return;
  }
  throw new Error("the disk does not fill up");
}
