import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { SimulatedClock } from "../../lib/clock/mod.ts";
import { SandbarError } from "../../lib/core/mod.ts";
import { JOURNAL_KIND } from "../../lib/protocols/mod.ts";
import { checkStore, openStore, type Store } from "../../lib/store/mod.ts";
import { all } from "../contract/store_contract.ts";
import { mounted, remount, skipped } from "../support/small_disk.ts";
import { ACCOUNT, payloadOf, START } from "../support/store_place.ts";

Deno.test("store: a place that is none is told as what it is, and left as it is", () =>
  inFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/text`, "time,open,high,low,close\n".repeat(1000));
    Deno.mkdirSync(`${folder}/folder`);
    const cases: readonly (readonly [string, RegExp])[] = [
      ["none/a.kv", /there is no folder .*\/none; make it, or name another place$/],
      ["text/a.kv", /a\.kv: (?:.*\/text is not a folder|.*Not a directory.*)$/],
      ["folder", /it is a folder; name a file$/],
      ["text", /the file is something else, not a database; name another place$/],
    ];
    for (const [name, what] of cases) {
      const path = `${folder}/${name}`;
      const error = await assertRejects(() => open(path), SandbarError);
      assertEquals(error.code, "persistence_io");
      assertMatch(error.message, what);
    }
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), ["folder", "text"]);
    await assertRejects(
      () => checkStore({ at: `${folder}/a.kv`, account: ACCOUNT }),
      SandbarError,
      "there is no such file",
    );
  }));

Deno.test("store: another program's database is not written to", () =>
  inFolder(async (folder) => {
    const { DatabaseSync } = await import("node:sqlite"), path = `${folder}/other.db`;
    const other = new DatabaseSync(path);
    other.exec("CREATE TABLE bookmarks (url TEXT)");
    other.close();
    const before = Deno.readFileSync(path);
    await assertRejects(() => open(path), SandbarError, "another program's (table bookmarks)");
    assertEquals(Deno.readFileSync(path), before);
  }));

Deno.test("store: in a folder that is read only nothing is opened, and it says why", (context) =>
  inFolder(async (folder) => {
    const refuse = async (): Promise<void> => {
      for (const name of ["a.kv", "b.kv"]) {
        const error = await assertRejects(() => open(`${folder}/${name}`), SandbarError);
        assertEquals(error.code, "persistence_io");
        assertMatch(error.message, /the file and its folder must be writable/);
      }
    };
    await (await open(`${folder}/a.kv`)).close();
    Deno.chmodSync(folder, 0o500);
    const isProtected = !isWritable(folder);
    if (isProtected) await refuse();
    Deno.chmodSync(folder, 0o700);
    if (isProtected) return;
    // This user may write everywhere but on a disk that is mounted to be read.
    const failure = await mounted(folder, 2, async () => {
      await (await open(`${folder}/a.kv`)).close();
      await remount(folder, "ro");
      await refuse();
    });
    if (failure !== undefined) await skipped(context, failure);
  }));

Deno.test("store: on a disk that is full it stops at once and loses nothing (PER-10)", (context) =>
  inFolder(async (folder) => {
    const failure = await mounted(folder, 2, async () => {
      Deno.writeFileSync(`${folder}/filler`, new Uint8Array(700_000));
      const path = `${folder}/a.kv`, store = await open(path), { journal } = store;
      let acknowledged = 0;
      const error = await assertRejects(async () => {
        for (let i = 0; i < 1000; i++) {
          const sequence = journal.append(JOURNAL_KIND.saved, i, payloadOf(i, 20_000));
          await journal.whenDurable(sequence);
          acknowledged = sequence;
        }
      }, SandbarError);
      assertEquals(error.code, "persistence_io");
      assertMatch(error.message, /disk is full; make room and start again$/);
      assertEquals(store.failed.reason, error);
      assert(acknowledged > 5);
      assertEquals(await assertRejects(() => store.close()), error);
      await assertRejects(() => open(path, 1), SandbarError, "make room and start again");
      Deno.removeSync(`${folder}/filler`);
      const again = await open(path, 2), records = await all(again);
      assertEquals(again.recovery.tail, undefined);
      assert(records.length >= acknowledged);
      for (const { sequence, payload } of records.slice(1)) {
        assertEquals(payload, payloadOf(sequence - 2, 20_000));
      }
      await again.journal.whenDurable(again.journal.append(JOURNAL_KIND.saved, 0, payloadOf(0)));
      await again.close();
    });
    if (failure !== undefined) await skipped(context, failure);
  }));

/** Opens a store so many minutes later: the lease of one that failed has run out. */
function open(at: string, minutes = 0): Promise<Store> {
  const clock = new SimulatedClock(START);
  clock.stepTimeOfDay(minutes * 60_000_000);
  return openStore({ at, account: ACCOUNT, clock });
}

function isWritable(folder: string): boolean {
  try {
    Deno.writeTextFileSync(`${folder}/try`, "");
    Deno.removeSync(`${folder}/try`);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.PermissionDenied) return false;
    throw error;
  }
}

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = Deno.makeTempDirSync({ prefix: "sandbar-disk-" });
  try {
    await work(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}
