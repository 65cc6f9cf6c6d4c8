/**
 * What every store does, wherever it lives: run against memory and against a file.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import type { SimulatedClock } from "../../lib/clock/mod.ts";
import { SandbarError } from "../../lib/core/mod.ts";
import { JOURNAL_KIND, type JournalRecord } from "../../lib/protocols/mod.ts";
import { checkStore, type Store, type StoreCheck } from "../../lib/store/mod.ts";
import {
  ACCOUNT,
  entriesOf,
  flipBit,
  type InPlace,
  payloadOf,
  type StorePlace,
} from "../support/store_place.ts";

const { bars, command, saved } = JOURNAL_KIND;

/** Registers the tests for one kind of place. */
export function storeContract(name: string, inPlace: InPlace): void {
  const test = (what: string, work: Parameters<InPlace>[0]): void =>
    Deno.test(`store in ${name}: ${what}`, () => inPlace(work));

  test("a fresh journal begins with its birth, and keeps its epoch (PER-01)", async (place) => {
    const store = await place.open({ run: "r-1" }), { birthEpoch } = store.journal;
    assertMatch(birthEpoch, /^[0-9a-z]{6}$/);
    assertEquals([store.journal.lastSequence, store.journal.durableSequence], [1, 1]);
    const [first] = await all(store);
    assertEquals([first?.sequence, first?.kind, first?.version], [1, JOURNAL_KIND.birth, 1]);
    assertEquals(JSON.parse(new TextDecoder().decode(first?.payload)), {
      account: ACCOUNT,
      birthEpoch,
      run: "r-1",
    });
    await store.close();
    const again = await place.open();
    assertEquals([again.journal.birthEpoch, again.journal.lastSequence], [birthEpoch, 1]);
    assertEquals(again.recovery, { firstSequence: 1, lastSequence: 1, tail: undefined });
    await again.close();
  });

  test("records come back as they went in, whatever their size (PER-02, PER-17)", async (place) => {
    const store = await place.open();
    const sizes = [0, 1, 200, 61_300, 61_316, 61_317, 61_440, 200_000, 3, 5_000_000, 0, 61_316];
    for (const [i, size] of sizes.entries()) {
      const sequence = store.journal.append(saved, 1000 + i, payloadOf(i, size));
      assertEquals(sequence, i + 2);
    }
    await store.journal.whenDurable(store.journal.lastSequence);
    const expected = sizes.map((size, i): JournalRecord => ({
      sequence: i + 2,
      timeUs: 1000 + i,
      kind: saved,
      version: 1,
      payload: payloadOf(i, size),
    }));
    assertSame((await all(store)).slice(1), expected);
    await store.close();
    const again = await place.open();
    assertSame((await all(again)).slice(1), expected);
    for (const from of [3, 5, 9, 10, 11, 12, 13]) {
      assertSame(await all(again, from), expected.slice(from - 2));
    }
    assertEquals(await all(again, 14), []);
    await again.close();
  });

  test("what is appended in one tick, or during a commit, shares a commit (PER-05)", async (place) => {
    const store = await place.open(), { journal } = store;
    await journal.whenDurable(journal.append(bars, 0, payloadOf(0)));
    const before = store.commits;
    for (let i = 0; i < 50; i++) journal.append(bars, i, payloadOf(i));
    const first = journal.lastSequence;
    assertEquals(journal.durableSequence, first - 50);
    await Promise.resolve();
    for (let i = 0; i < 50; i++) journal.append(bars, i, payloadOf(i));
    await journal.whenDurable(first);
    assertEquals([journal.durableSequence, store.commits], [first, before + 1]);
    await journal.whenDurable(first + 1);
    assertEquals([journal.durableSequence, store.commits], [first + 50, before + 2]);
    assertEquals((await all(store)).length, first + 50);
    await store.close();
  });

  test("a payload may be changed as soon as it was appended", async (place) => {
    const store = await place.open(), payload = payloadOf(1);
    const sequence = store.journal.append(bars, 0, payload);
    payload.fill(0);
    await store.journal.whenDurable(sequence);
    assertEquals((await all(store, sequence))[0]?.payload, payloadOf(1));
    await store.close();
  });

  test("closing writes what waits, and nothing is taken afterwards", async (place) => {
    const store = await place.open();
    const sequence = store.journal.append(command, 5, payloadOf(5));
    await store.close();
    assertThrows(() => store.journal.append(command, 6, payloadOf(6)), SandbarError, "closed");
    await assertRejects(() => store.journal.whenDurable(sequence + 1), SandbarError, "closed");
    const again = await place.open();
    assertEquals(again.journal.lastSequence, sequence);
    await again.close();
  });

  test("a full queue fails the journal for good (ARC-08, PER-10)", async (place) => {
    const store = await place.open({ limits: { maxQueueBytes: 1000 } }), { journal } = store;
    const sequence = journal.append(bars, 0, payloadOf(0, 500)),
      waiting = journal.whenDurable(sequence);
    const error = assertThrows(() => journal.append(bars, 0, payloadOf(1, 500)), SandbarError);
    assertEquals(error.code, "persistence_io");
    assertMatch(error.message, /528 bytes wait for the disk, at most 1000 may/);
    assertEquals(await assertRejects(() => waiting), error);
    assertEquals([store.failed.aborted, store.failed.reason], [true, error]);
    assertEquals(assertThrows(() => journal.append(bars, 0, payloadOf(2))), error);
    assertEquals(await assertRejects(() => store.close()), error);
  });

  test("a record beyond all bounds is refused and fails the journal (PER-17)", async (place) => {
    const store = await place.open();
    const tooMuch = new Uint8Array(16 * 1024 * 1024 + 1);
    assertThrows(
      () => store.journal.append(saved, 0, tooMuch),
      SandbarError,
      "Cannot keep a record of 16777217 bytes: at most 16777216 are allowed",
    );
    await assertRejects(() => store.close(), SandbarError);
  });

  test("accounts share a database and see nothing of each other", async (place) => {
    const one = await place.open({ account: "one" });
    one.journal.append(bars, 0, payloadOf(1));
    await one.saveSnapshot(2, payloadOf(1, 100));
    await one.close();
    const other = await place.open({ account: "one.b" });
    assertEquals((await all(other)).length, 1);
    assertEquals((await other.newestSnapshot()).snapshot, undefined);
    assert(other.journal.birthEpoch !== one.journal.birthEpoch);
    await other.close();
    await assertRejects(() => place.open({ account: "a b" }), SandbarError, "account name");
    await assertRejects(() => place.open({ account: "a".repeat(65) }), SandbarError, "1 to 64");
  });

  test("accounts that share a database write at the same time", async (place) => {
    const accounts = ["a", "b", "c"], { clock } = place;
    const opening = Promise.all(accounts.map((account) => place.open({ account })));
    const stores = await whileTimePasses(clock, opening);
    const writing = Promise.all(stores.map(async ({ journal }) => {
      for (let i = 2; i <= 50; i++) {
        await journal.whenDurable(journal.append(bars, i, payloadOf(i)));
      }
    }));
    await whileTimePasses(clock, writing);
    for (const store of stores) {
      assertEquals((await all(store)).map(({ sequence }) => sequence), range(1, 50));
    }
    await whileTimePasses(clock, Promise.all(stores.map((store) => store.close())));
  });

  test("the newest snapshot comes back; so many are kept (PER-09)", async (place) => {
    const store = await place.open({ limits: { backupCount: 3 } });
    assertEquals(await store.newestSnapshot(), { snapshot: undefined, bad: [] });
    for (let i = 0; i < 10; i++) store.journal.append(bars, i, payloadOf(i));
    for (const sequence of [2, 4, 6, 8, 10]) {
      await place.clock.advance(1_000_000);
      await store.saveSnapshot(sequence, payloadOf(sequence, sequence * 50_000));
    }
    const { snapshot, bad } = await store.newestSnapshot();
    assertEquals([snapshot?.sequence, snapshot?.timeUs, bad], [10, place.clock.now(), []]);
    assertSameBytes(snapshot!.bytes, payloadOf(10, 500_000));
    await store.close();
    const sequences = await place.inside(async (kv) => {
      const chunks = await entriesOf(kv, [ACCOUNT, "chunk"]);
      const manifests = await entriesOf(kv, [ACCOUNT, "snapshot"]);
      return [chunks, manifests].map((list) => [...new Set(list.map(({ key }) => key[2]))]);
    });
    assertEquals(sequences, [[6, 8, 10], [6, 8, 10]]);
  });

  test("snapshots and cuts that are asked for at once are done one after the other", async (place) => {
    const store = await place.open({ limits: { backupCount: 2 } }), { journal } = store;
    for (let i = 2; i <= 9; i++) await journal.whenDurable(journal.append(bars, i, payloadOf(i)));
    await Promise.all([3, 5, 7].flatMap((sequence) => [
      store.saveSnapshot(sequence, payloadOf(sequence, 1_500_000)),
      store.cutBefore(sequence),
    ]));
    const { snapshot, bad } = await store.newestSnapshot();
    assertEquals([snapshot?.sequence, bad, (await all(store))[0]?.sequence], [7, [], 6]);
    await store.close();
    assertEquals((await checkOf(place)).findings, []);
  });

  test("a snapshot of no bytes, and of one record twice", async (place) => {
    const store = await place.open();
    await store.saveSnapshot(1, new Uint8Array(0));
    await store.saveSnapshot(1, payloadOf(1));
    const { snapshot } = await store.newestSnapshot();
    assertEquals([snapshot?.sequence, snapshot?.bytes.length], [1, 0]);
    await store.close();
  });

  test("a bad snapshot is named and the one before it taken (PER-08)", async (place) => {
    const store = await place.open();
    for (let i = 0; i < 10; i++) store.journal.append(bars, i, payloadOf(i));
    for (const sequence of [3, 5, 7, 9]) {
      await store.saveSnapshot(sequence, payloadOf(sequence, 200_000));
    }
    await store.close();
    await place.inside(async (kv) => {
      await flipBit(kv, [ACCOUNT, "snapshot", 9], 20);
      await flipBit(kv, [ACCOUNT, "chunk", 7, 2], 30_000);
      await kv.commit({ deletes: [[ACCOUNT, "chunk", 5, 3]] });
    });
    const again = await place.open(), { snapshot, bad } = await again.newestSnapshot();
    assertEquals(snapshot?.sequence, 3);
    assertSameBytes(snapshot!.bytes, payloadOf(3, 200_000));
    assertEquals(bad, [
      { sequence: 9, what: "its manifest: its checksum is wrong" },
      { sequence: 7, what: "chunk 2 of 4: its checksum is wrong" },
      { sequence: 5, what: "chunk 3 of 4 is missing" },
    ]);
    await again.close();
  });

  test("a snapshot without its manifest is not taken, and is cleared away", async (place) => {
    const store = await place.open();
    await store.saveSnapshot(1, payloadOf(1, 100_000));
    await store.close();
    await place.inside((kv) => kv.commit({ deletes: [[ACCOUNT, "snapshot", 1]] }));
    const again = await place.open();
    assertEquals(await again.newestSnapshot(), { snapshot: undefined, bad: [] });
    again.journal.append(bars, 0, payloadOf(0));
    await again.saveSnapshot(2, payloadOf(2, 10));
    assertEquals((await again.newestSnapshot()).snapshot?.sequence, 2);
    await again.close();
    const chunks = await place.inside((kv) => entriesOf(kv, [ACCOUNT, "chunk"]));
    assertEquals(chunks.map(({ key }) => key), [[ACCOUNT, "chunk", 2, 0]]);
  });

  test("the journal is cut behind the oldest snapshot, and no further (PER-09)", async (place) => {
    const store = await place.open({ limits: { backupCount: 2 } }), { journal } = store;
    for (let i = 2; i <= 40; i++) await journal.whenDurable(journal.append(bars, i, payloadOf(i)));
    assertEquals(await store.cutBefore(30), 0);
    await store.saveSnapshot(10, payloadOf(10));
    await store.saveSnapshot(20, payloadOf(20));
    assertEquals([await store.cutBefore(5), (await all(store))[0]?.sequence], [4, 5]);
    assertEquals([await store.cutBefore(30), (await all(store))[0]?.sequence], [6, 11]);
    assertEquals(await store.cutBefore(30), 0);
    await store.close();
    const again = await place.open({ limits: { backupCount: 1 } });
    assertEquals(again.recovery, { firstSequence: 11, lastSequence: 40, tail: undefined });
    assertEquals((await all(again)).map(({ sequence }) => sequence), range(11, 40));
    await again.saveSnapshot(40, payloadOf(40));
    assertEquals([await again.cutBefore(100), await all(again)], [30, []]);
    await again.close();
    const third = await place.open();
    assertEquals(third.recovery, { firstSequence: 0, lastSequence: 40, tail: undefined });
    assertEquals(third.journal.append(bars, 0, payloadOf(41)), 41);
    await third.journal.whenDurable(41);
    assertEquals((await all(third)).map(({ sequence }) => sequence), [41]);
    await third.close();
  });

  test("an account is one process's; the next is told who has it (PER-16)", async (place) => {
    const store = await place.open();
    assertEquals([store.lease.owner.epoch, store.lease.mayAct()], [1, true]);
    await place.clock.advance(1_000_000);
    const error = await assertRejects(() => place.open(), SandbarError);
    assertEquals([error.code, error.retryable], ["account_in_use", true]);
    assertEquals(
      error.message,
      `Account paper is in use: process ${Deno.pid} holds it since 2027-01-15T08:00:00Z and, unless it renews, until ` +
        "2027-01-15T08:00:15Z; stop that process, or wait until then if it has ended already",
    );
    await store.close();
    assertEquals(store.lease.mayAct(), false);
    const next = await place.open();
    assertEquals(next.lease.owner.epoch, 2);
    await next.close();
  });

  test("of several that open at once exactly one gets the account (G-11)", async (place) => {
    for (let round = 1; round <= 5; round++) {
      const several = Promise.allSettled(Array.from({ length: 4 }, () => place.open()));
      const opening = await whileTimePasses(place.clock, several);
      const [store, ...more] = opening.flatMap((one) =>
        one.status === "fulfilled" ? [one.value] : []
      );
      assertEquals([more.length, store?.lease.owner.epoch], [0, round]);
      for (const one of opening) {
        if (one.status === "rejected") {
          assertEquals(one.reason.code, "account_in_use", one.reason.message);
        }
      }
      await store!.close();
    }
  });

  test("the lease is renewed though nothing else is written", async (place) => {
    const store = await place.open();
    // The first record, and a renewal at once.
    while (store.commits < 2) await turn();
    for (let i = 0; i < 10; i++) {
      const before = store.commits;
      await place.clock.advance(4_000_000);
      while (store.commits === before) await turn();
      assertEquals([i, store.lease.mayAct()], [i, true]);
    }
    await assertRejects(() => place.open(), SandbarError, "until 2027-01-15T08:00:55Z");
    await store.close();
  });

  test("a paused owner is overtaken, and writes and sends nothing more (G-11)", async (place) => {
    const store = await place.open(), { journal, lease } = store;
    await journal.whenDurable(journal.append(bars, 0, payloadOf(0)));
    // A pause: time passes and none of its timers has fired yet.
    place.clock.stepTimeOfDay(15_000_000);
    assertEquals(lease.mayAct(), false);
    const other = await place.open();
    assertEquals(other.lease.owner.epoch, 2);
    const waiting = journal.whenDurable(journal.append(bars, 0, payloadOf(1)));
    const error = await assertRejects(() => waiting, SandbarError);
    assertEquals(error.code, "lease_lost");
    assertMatch(
      error.message,
      /Account paper was taken over by process \d+ at 2027-01-15T08:00:15Z/,
    );
    assertEquals([lease.mayAct(), lease.mayActUntilUs, store.failed.reason], [
      false,
      -Infinity,
      error,
    ]);
    assertEquals(assertThrows(() => journal.append(bars, 0, payloadOf(2))), error);
    assertEquals(await assertRejects(() => store.close()), error);
    assertEquals([other.lease.mayAct(), (await all(other)).length], [true, 2]);
    await other.journal.whenDurable(other.journal.append(bars, 0, payloadOf(3)));
    assertEquals((await all(other)).length, 3);
    await other.close();
  });

  test("acting ends two seconds before the lease, by either clock", async (place) => {
    const store = await place.open(), { lease } = store, startUs = place.clock.now();
    const monotonicUs = place.clock.monotonicUs();
    assertEquals(lease.mayActUntilUs, monotonicUs + 13_000_000);
    // A machine that slept: only the wall clock went on.
    place.clock.stepTimeOfDay(startUs + 12_999_999 - place.clock.now());
    assertEquals(lease.mayAct(), true);
    place.clock.stepTimeOfDay(startUs + 13_000_000 - place.clock.now());
    assertEquals(lease.mayAct(), false);
    // Somebody set the clock back: only the monotonic one tells.
    place.clock.stepTimeOfDay(startUs - 60_000_000 - place.clock.now());
    assertEquals(lease.mayAct(), true);
    await store.close();
  });
}

function checkOf(place: StorePlace): Promise<StoreCheck> {
  return place.inside((at) => checkStore({ at, account: ACCOUNT }));
}

/** Reads all records from a number on. */
export async function all(store: Store, from = 1): Promise<JournalRecord[]> {
  const records: JournalRecord[] = [];
  for await (const record of store.journal.read(from)) records.push(record);
  return records;
}

/** Whole numbers, both ends included. */
export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

function assertSame(found: readonly JournalRecord[], expected: readonly JournalRecord[]): void {
  const told = (list: readonly JournalRecord[]): unknown =>
    list.map(({ payload, ...rest }) => ({ ...rest, bytes: payload.length }));
  assertEquals(told(found), told(expected));
  for (const [i, { payload }] of found.entries()) assertSameBytes(payload, expected[i]!.payload);
}

/** Compares long arrays without a difference of megabytes when they differ. */
function assertSameBytes(found: Uint8Array, expected: Uint8Array): void {
  assertEquals(found.length, expected.length);
  assertEquals(found.findIndex((byte, i) => byte !== expected[i]), -1);
}

/** Lets time pass, about as fast as it does, until a promise is settled: what waits for a lock of the database waits by the clock. */
async function whileTimePasses<T>(clock: SimulatedClock, promise: Promise<T>): Promise<T> {
  let isSettled = false;
  const settle = (): void => void (isSettled = true);
  promise.then(settle, settle);
  // A lease lasts for three million of them.
  for (let steps = 0; !isSettled && steps < 2_500_000; steps++) await clock.advance(5);
  return await promise;
}

/** Lets the event loop turn once. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
