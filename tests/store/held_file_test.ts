import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { SimulatedClock } from "../../lib/clock/mod.ts";
import { SandbarError } from "../../lib/core/mod.ts";
import { JOURNAL_KIND } from "../../lib/protocols/mod.ts";
import { openDenoKv } from "../../lib/store/deno_kv.ts";
import type { KvBackend } from "../../lib/store/kv_backend.ts";
import { openStore } from "../../lib/store/mod.ts";
import { ACCOUNT, payloadOf, START } from "../support/store_place.ts";

Deno.test("store: a start that finds the file held gives up after fifteen seconds and names who may hold it (ARC-08)", () =>
  inFolder(async (path) => {
    const clock = new SimulatedClock(START), told: string[] = [];
    // The lease of the one that stands still has run out.
    clock.stepTimeOfDay(60_000_000);
    let closed: Promise<void> | undefined;
    await held(path, ACCOUNT, async (pid) => {
      const { kv, asking, ...rest } = watched(
        await openDenoKv(path, {
          clock,
          onSlow: (text) => told.push(text),
          holders: () => [`process ${pid}`],
        }),
      );
      closed = rest.closed;
      const opening = openStore({ at: kv, account: ACCOUNT, clock });
      const failing = assertRejects(() => opening, SandbarError);
      await asking;
      await clock.advance(999_999);
      assertEquals(told, []);
      await clock.advance(1);
      assertEquals(told.length, 1);
      assertMatch(told[0]!, /^Waiting for \/.*a\.kv: another process may be writing it/);
      await clock.advance(14_000_000);
      const error = await failing;
      assertEquals(error.code, "persistence_io");
      assertMatch(
        error.message,
        new RegExp(
          `^Cannot use the store ${path}: no answer for 15 seconds; .*process ${pid}: .*kill -CONT`,
        ),
      );
    });
    await closed;
    const again = await openStore({ at: path, account: ACCOUNT, clock });
    await again.close();
  }));

Deno.test("store: a commit that waits for another process fails the journal (ARC-08, PER-10)", () =>
  inFolder(async (path) => {
    const clock = new SimulatedClock(START);
    const { kv, writing, closed } = watched(await openDenoKv(path, { clock }), 4);
    const store = await openStore({ at: kv, account: ACCOUNT, clock }), { journal } = store;
    await journal.whenDurable(journal.append(JOURNAL_KIND.bars, 0, payloadOf(0)));
    await held(path, "other", async () => {
      const waiting = journal.whenDurable(journal.append(JOURNAL_KIND.bars, 0, payloadOf(1)));
      const failing = assertRejects(() => waiting, SandbarError);
      await writing;
      await clock.advance(14_999_999);
      assertEquals(store.failed.aborted, false);
      await clock.advance(1);
      const error = await failing;
      assertEquals(error.code, "persistence_io");
      assertMatch(error.message, /no answer for 15 seconds/);
      assertEquals([store.failed.reason, store.lease.mayAct()], [error, false]);
      assertEquals(await assertRejects(() => store.close()), error);
    });
    await closed;
  }));

Deno.test("store: a file that is held before it is a store says so (ARC-08)", () =>
  inFolder(async (path) => {
    const { DatabaseSync } = await import("node:sqlite"), database = new DatabaseSync(path);
    database.exec("BEGIN IMMEDIATE");
    const error = await assertRejects(
      () => openStore({ at: path, account: ACCOUNT, clock: new SimulatedClock(START) }),
      SandbarError,
    );
    database.close();
    assertMatch(error.message, /database is locked; another process holds it/);
  }));

/** A database that tells when it is asked for the first time, and when its n-th commit is on its way. */
function watched(
  kv: KvBackend,
  count = 1,
): {
  readonly kv: KvBackend;
  readonly asking: Promise<void>;
  readonly writing: Promise<void>;
  readonly closed: Promise<void>;
} {
  const asked = Promise.withResolvers<void>(), begun = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  let commits = 0;
  return {
    asking: asked.promise,
    writing: begun.promise,
    closed: closed.promise,
    kv: {
      shown: kv.shown,
      get: (key) => {
        const answer = kv.get(key);
        asked.resolve();
        return answer;
      },
      list: (range) => kv.list(range),
      commit: (commit) => {
        const answer = kv.commit(commit);
        if (++commits === count) begun.resolve();
        return answer;
      },
      close: () => closed.resolve(kv.close()),
    },
  };
}

/** Works while another process has an account and the lock of the file. */
async function held(
  path: string,
  account: string,
  work: (pid: number) => Promise<void>,
): Promise<void> {
  const folder = path.slice(0, path.lastIndexOf("/"));
  const script = new URL("./hold_lock_child.ts", import.meta.url).pathname;
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "--no-prompt", "--frozen", "--unstable-kv"],
      ...[`--allow-read=.,${folder}`, `--allow-write=${folder}`, script, path, account],
    ],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  try {
    const { value } = await reader.read();
    assertEquals(new TextDecoder().decode(value), "held");
    await work(child.pid);
  } finally {
    await child.stdin.close();
    await child.status;
    await reader.cancel();
  }
}

async function inFolder(work: (path: string) => Promise<void>): Promise<void> {
  const folder = Deno.makeTempDirSync({ prefix: "sandbar-held-" });
  try {
    await work(`${folder}/a.kv`);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}
