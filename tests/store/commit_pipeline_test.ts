import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { SimulatedClock } from "../../lib/clock/mod.ts";
import { SandbarError } from "../../lib/core/mod.ts";
import { JOURNAL_KIND } from "../../lib/protocols/mod.ts";
import { MemoryKv, openStore, snapshotDue } from "../../lib/store/mod.ts";
import { KV_LIMIT, MAX_COMMIT_VALUES, MAX_VALUE_BYTES } from "../../lib/store/limits.ts";
import { ProcessKv } from "../crash/store_history.ts";
import { ACCOUNT, payloadOf, START } from "../support/store_place.ts";

const { bars, saved } = JOURNAL_KIND;

Deno.test("store: a commit without an answer for as long as a lease fails it (ARC-08, PER-10)", async () => {
  const clock = new SimulatedClock(START), kv = new ProcessKv(new MemoryKv(), []);
  const store = await openStore({ at: kv, account: ACCOUNT, clock });
  await store.journal.whenDurable(store.journal.append(bars, 0, payloadOf(0)));
  kv.end();
  const waiting = store.journal.whenDurable(store.journal.append(bars, 0, payloadOf(1)));
  const failing = assertRejects(() => waiting, SandbarError);
  for (let i = 0; i < 4; i++) {
    assertEquals([i, store.failed.aborted], [i, false]);
    await clock.advance(4_000_000);
  }
  const error = await failing;
  assertEquals(error.code, "persistence_io");
  assertMatch(error.message, /no answer for 16 seconds/);
  assertEquals([store.failed.reason, store.lease.mayAct()], [error, false]);
  assertEquals(await assertRejects(() => store.close()), error);
});

Deno.test("store: records and snapshots take turns, so that neither waits for ever", async () => {
  const clock = new SimulatedClock(START), kv = new MemoryKv();
  const store = await openStore({ at: kv, account: ACCOUNT, clock }), { journal } = store;
  let isSaved = false;
  const saving = store.saveSnapshot(1, payloadOf(1, 3_000_000)).then(() => isSaved = true);
  const before = store.commits;
  for (let i = 0; !isSaved; i++) {
    assertEquals(i < 100, true, "a snapshot of five commits waits for more than a hundred");
    await journal.whenDurable(journal.append(bars, i, payloadOf(i)));
  }
  await saving;
  assertEquals(store.commits - before >= 10, true);
  await store.close();
});

Deno.test("store: the largest commits stay below the limits of Deno KV (PER-17)", async () => {
  const commits: Parameters<MemoryKv["commit"]>[0][] = [], clock = new SimulatedClock(START);
  const kv = new ProcessKv(new MemoryKv(), commits), account = "a".repeat(64);
  const store = await openStore({ at: kv, account, clock, limits: { backupCount: 1 } });
  for (let i = 0; i < 300; i++) store.journal.append(saved, i, payloadOf(i, 61_000));
  store.journal.append(saved, 0, payloadOf(0, 16 * 1024 * 1024));
  await store.journal.whenDurable(store.journal.lastSequence);
  await store.saveSnapshot(301, payloadOf(1, 2_000_000));
  await store.cutBefore(1000);
  await store.close();
  const sizes = commits.map(({ sets = [], deletes = [] }) => ({
    values: sets.length,
    bytes: sets.reduce((sum, { value }) => sum + value.length, 0),
    deletes: deletes.length,
  }));
  const most = (name: keyof typeof sizes[number]): number =>
    Math.max(...sizes.map((size) => size[name]));
  // One more: the head. A renewed lease, some fifty bytes, may go along.
  assertEquals(most("values"), MAX_COMMIT_VALUES + 1);
  assertEquals(most("bytes") < MAX_COMMIT_VALUES * MAX_VALUE_BYTES + 1000, true);
  assertEquals(most("bytes") < KV_LIMIT.commitBytes - 20_000, true);
  assertEquals(most("deletes") > 250 && most("deletes") <= 500, true);
});

Deno.test("snapshots: due by records or by age, never within ten seconds (PER-09)", () => {
  const policy = { maxRecords: 10_000, maxAgeUs: 60_000_000 };
  const cases: readonly (readonly [records: number, seconds: number, due: boolean])[] = [
    [0, 3600, false],
    [1, 59.9, false],
    [1, 60, true],
    [9_999, 59.9, false],
    [10_000, 9.9, false],
    [10_000, 10, true],
    [1_000_000, 0, false],
  ];
  for (const [records, seconds, due] of cases) {
    const since = { records, ageUs: seconds * 1e6 };
    assertEquals([records, seconds, snapshotDue(policy, since)], [records, seconds, due]);
  }
  // A time between two of less than ten seconds is ten.
  assertEquals(snapshotDue({ ...policy, maxAgeUs: 1e6 }, { records: 5, ageUs: 9e6 }), false);
});
