import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { SimulatedClock } from "../../lib/clock/mod.ts";
import { SandbarError } from "../../lib/core/mod.ts";
import { JOURNAL_KIND } from "../../lib/protocols/mod.ts";
import type { KvEntry } from "../../lib/store/kv_backend.ts";
import { BLOCK_HEADER_BYTES, RECORD_HEADER_BYTES } from "../../lib/store/journal_block.ts";
import {
  checkStore,
  exportAccount,
  importAccount,
  MemoryKv,
  openStore,
  type Store,
} from "../../lib/store/mod.ts";
import { all, range } from "../contract/store_contract.ts";
import { ACCOUNT, entriesOf, inFile, payloadOf, START } from "../support/store_place.ts";

const { bars, saved } = JOURNAL_KIND, PAYLOAD = 8, RECORD = RECORD_HEADER_BYTES + PAYLOAD;

Deno.test("export: an account goes through a file into another store as it was (PER-22)", () =>
  inFolder(async (folder) => {
    const clock = new SimulatedClock(START), from = `${folder}/from.kv`, to = `${folder}/to.kv`;
    const store = await openStore({ at: from, account: ACCOUNT, clock });
    await live(store);
    await store.journal.whenDurable(store.journal.append(saved, 0, payloadOf(0, 200_000)));
    const records = await all(store), { birthEpoch } = store.journal;
    // While it runs, too.
    const running = await exportAccount({ at: from, account: ACCOUNT, clock, file: `${folder}/a` });
    await store.close();
    const file = `${folder}/b`,
      stopped = await exportAccount({ at: from, account: ACCOUNT, clock, file });
    assertEquals(stopped, {
      account: ACCOUNT,
      birthEpoch,
      timeUs: clock.now(),
      lastSequence: 21,
      bytes: Deno.statSync(file).size,
    });
    assertEquals(running, stopped);
    assertEquals(Deno.readFileSync(`${folder}/a`), Deno.readFileSync(file));
    const { bytes: _, ...header } = stopped;
    assertEquals(await importAccount({ at: to, file, clock }), header);
    const again = await openStore({ at: to, account: ACCOUNT, clock });
    assertEquals(again.journal.birthEpoch, birthEpoch);
    assertEquals(await all(again), records);
    assertEquals((await again.newestSnapshot()).snapshot?.sequence, 15);
    assertEquals(again.journal.append(bars, 0, payloadOf(0)), 22);
    await again.close();
    assertEquals((await checkStore({ at: to, account: ACCOUNT })).findings, []);
    const twice = await assertRejects(() => importAccount({ at: to, file, clock }), SandbarError);
    assertMatch(twice.message, /it holds account paper already; name a place that does not/);
    const there = await assertRejects(
      () => exportAccount({ at: from, account: ACCOUNT, clock, file }),
      SandbarError,
    );
    assertEquals(there.code, "usage");
    assertEquals([...Deno.readDirSync(folder)].filter(({ name }) => name.endsWith(".tmp")), []);
  }));

Deno.test("export: while records are written a moment is exported, and it opens", () =>
  inFolder(async (folder) => {
    const clock = new SimulatedClock(START), kv = new MemoryKv();
    const store = await openStore({ at: kv, account: ACCOUNT, clock });
    await live(store);
    let isExporting = true;
    const writing = (async () => {
      for (let i = 0; isExporting; i++) {
        store.journal.append(saved, i, payloadOf(i, (i % 7) * 150_000));
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
    })();
    for (let i = 0; i < 10; i++) {
      const file = `${folder}/${i}`, other = new MemoryKv();
      const { lastSequence } = await exportAccount({ at: kv, account: ACCOUNT, clock, file });
      await importAccount({ at: other, file, clock });
      const again = await openStore({ at: other, account: ACCOUNT, clock });
      assertEquals(again.recovery.lastSequence, lastSequence);
      await again.close();
    }
    isExporting = false;
    await writing;
    await store.close();
  }));

Deno.test("export: what is written after its moment is not in it, whole records and parts", () =>
  inFolder(async (folder) => {
    for (const [size, isCut] of [[10, false], [3_000_000, false], [10, true]] as const) {
      const clock = new SimulatedClock(START), kv = new MemoryKv();
      const limits = { backupCount: isCut ? 1 : 5 };
      const store = await openStore({ at: kv, account: ACCOUNT, clock, limits }),
        { journal } = store;
      await live(store);
      if (isCut) {
        await store.saveSnapshot(20, payloadOf(20));
        await store.cutBefore(21);
      }
      // While the export has read the head and not yet the rest, a record becomes durable.
      let reads = 0;
      const late = {
        shown: "memory",
        get: (key: KvEntry["key"]) => kv.get(key),
        list: async function* (range: Parameters<MemoryKv["list"]>[0]): AsyncIterable<KvEntry> {
          const isAll = range.prefix.length === 1 && range.limit === undefined;
          if (isAll && ++reads === 2) {
            await journal.whenDurable(journal.append(saved, 0, payloadOf(0, size)));
          }
          yield* kv.list(range);
        },
        commit: (commit: Parameters<MemoryKv["commit"]>[0]) => kv.commit(commit),
        close: () => {},
      };
      const file = `${folder}/${size} ${isCut}`, other = new MemoryKv();
      const { lastSequence } = await exportAccount({ at: late, account: ACCOUNT, clock, file });
      assertEquals([lastSequence, journal.durableSequence], [20, 21]);
      await importAccount({ at: other, file, clock });
      const again = await openStore({ at: other, account: ACCOUNT, clock });
      const firstSequence = isCut ? 0 : 6;
      assertEquals(again.recovery, { firstSequence, lastSequence: 20, tail: undefined });
      await again.close();
      await store.close();
    }
  }));

Deno.test("import: a file that is damaged, cut off, of another kind or newer imports nothing", () =>
  inFolder(async (folder) => {
    const clock = new SimulatedClock(START), kv = await lived(clock), file = `${folder}/whole`;
    await exportAccount({ at: kv, account: ACCOUNT, clock, file });
    const whole = Deno.readFileSync(file);
    const refused = async (bytes: Uint8Array, what: RegExp): Promise<void> => {
      Deno.writeFileSync(`${folder}/bad`, bytes);
      const empty = new MemoryKv();
      const error = await assertRejects(
        () => importAccount({ at: empty, file: `${folder}/bad`, clock }),
        SandbarError,
      );
      assertMatch(error.message, what);
      assertEquals(empty.entries(), []);
    };
    for (let at = 16; at < whole.length; at += 101) {
      await refused(changed(whole, at), /its hash is wrong|it is cut off/);
      await refused(whole.slice(0, at), /it is cut off/);
    }
    await refused(new Uint8Array(0), /it is no exported account/);
    await refused(new TextEncoder().encode("SANDBAR STORE 2\n..."), /form 2, this version knows 1/);
    await refused(changed(whole, 0), /it is no exported account/);
    await assertRejects(
      () => importAccount({ at: new MemoryKv(), file: `${folder}/none`, clock }),
      SandbarError,
      "Cannot read",
    );
  }));

Deno.test("import: cut off after any of its commits it is refused, and repeated it succeeds (PER-22)", () =>
  inFolder(async (folder) => {
    const clock = new SimulatedClock(START), kv = await lived(clock), file = `${folder}/a`;
    await exportAccount({ at: kv, account: ACCOUNT, clock, file });
    for (let cutAfter = 0, isDone = false; !isDone; cutAfter++) {
      const memory = new MemoryKv();
      let commits = 0;
      const failing = {
        shown: "memory",
        get: (key: KvEntry["key"]) => memory.get(key),
        list: (range: Parameters<MemoryKv["list"]>[0]) => memory.list(range),
        commit: (commit: Parameters<MemoryKv["commit"]>[0]) =>
          commits++ < cutAfter ? memory.commit(commit) : Promise.reject(new Error("disk is gone")),
        close: () => {},
      };
      isDone = await importAccount({ at: failing, file, clock }).then(() => true, () => false);
      await clock.advance(60_000_000);
      if (!isDone && commits > 2 && cutAfter > 1) {
        const error = await assertRejects(
          () => openStore({ at: memory, account: ACCOUNT, clock }),
          SandbarError,
        );
        assertMatch(error.message, /an import into it was interrupted; repeat the import/);
      }
      if (!isDone) await importAccount({ at: memory, file, clock });
      const store = await openStore({ at: memory, account: ACCOUNT, clock });
      assertEquals((await all(store)).map(({ sequence }) => sequence), range(6, 20));
      await store.close();
    }
  }));

Deno.test("doctor: a bit flipped anywhere is found and named, and the last good state goes on (PER-08)", () =>
  inFolder(async (folder) => {
    const clock = new SimulatedClock(START), entries = await runningEntries(clock);
    assertEquals((await checkStore({ at: new MemoryKv(entries), account: ACCOUNT })).findings, []);
    let flips = 0;
    for (const [index, { key, value }] of entries.entries()) {
      for (let at = 0; at < value.length; at++) {
        const damaged = { key, value: changed(value, at, 1 << (at % 8)), version: "1" };
        const kv = new MemoryKv(entries.with(index, damaged));
        const { findings, lastGood } = await checkStore({ at: kv, account: ACCOUNT });
        const where = `${key.join(" ")}, byte ${at}`;
        assertEquals(findings.length, 1, `${where}: ${JSON.stringify(findings)}`);
        assertEquals(findings[0]?.where, nameOf(key, at), where);
        const isNewest = key[2] === 15 && (key[1] === "snapshot" || key[1] === "chunk");
        const snapshot = isNewest ? 10 : 15;
        // Around good records nothing is lost, and before the snapshot nothing is needed.
        const lost = key[1] === "journal" && at >= BLOCK_HEADER_BYTES ? recordAt(key, at) : 0;
        const to = lost > snapshot ? lost - 1 : 20;
        assertEquals(lastGood, { snapshot, from: snapshot + 1, to }, where);
        if (++flips % 23 === 0) await goesOn(kv, `${folder}/${flips}`, lastGood!);
      }
    }
    assert(flips > 1500, `${flips} flips`);
  }));

Deno.test("doctor: a bit flipped in the file of the database is found", () =>
  inFile(async (place) => {
    const store = await place.open(), marker = payloadOf(77, 64);
    for (let i = 0; i < 20; i++) {
      const payload = i === 9 ? marker : payloadOf(i, 64);
      await store.journal.whenDurable(store.journal.append(bars, i, payload));
    }
    await store.close();
    const path = await place.inside((kv) => Promise.resolve(kv.shown));
    // Pages that were split leave a copy behind.
    const bytes = Deno.readFileSync(path), places = placesOf(bytes, marker);
    assert(places.length > 0, "the record is in the file as it is");
    for (const at of places) bytes[at + 30]! ^= 16;
    Deno.writeFileSync(path, bytes);
    const { findings } = await checkStore({ at: path, account: ACCOUNT });
    assertEquals(findings.map(({ sequence }) => sequence), [11]);
    assertEquals((await assertRejects(() => place.open(), SandbarError)).context.sequence, 11);
  }));

Deno.test("doctor: an account that is not there is told with those that are", async () => {
  const kv = new MemoryKv(), clock = new SimulatedClock(START);
  const check = (): Promise<unknown> => checkStore({ at: kv, account: "other" });
  await assertRejects(
    check,
    SandbarError,
    "nothing of account other in the store memory: it is empty",
  );
  for (const account of ["a", "a.b", "a-b"]) {
    await (await openStore({ at: kv, account, clock })).close();
  }
  await assertRejects(check, SandbarError, "it holds a, a-b, a.b");
});

/** Gives a store records 1 to 20, snapshots of 5, 10 and 15, and cuts what lies before 6. */
async function live(store: Store): Promise<void> {
  const { journal } = store;
  for (let sequence = 2; sequence <= 20; sequence++) {
    journal.append(bars, sequence, payloadOf(sequence, PAYLOAD));
    if (sequence % 2 === 1) await journal.whenDurable(sequence);
    if (sequence % 5 === 0 && sequence < 20) {
      await store.saveSnapshot(sequence, payloadOf(sequence, 50));
    }
  }
  await journal.whenDurable(20);
  await store.cutBefore(20);
}

async function lived(clock: SimulatedClock): Promise<MemoryKv> {
  const kv = new MemoryKv(), store = await openStore({ at: kv, account: ACCOUNT, clock });
  await live(store);
  await store.close();
  return kv;
}

/** What is stored while the process runs: with its lease. */
async function runningEntries(clock: SimulatedClock): Promise<readonly KvEntry[]> {
  const kv = new MemoryKv(), store = await openStore({ at: kv, account: ACCOUNT, clock });
  await live(store);
  const entries = await entriesOf(kv);
  await store.close();
  return entries;
}

/** How a finding calls what lies at a byte. */
function nameOf(key: KvEntry["key"], at: number): string {
  if (key[1] === "journal") return `record ${recordAt(key, at)}`;
  if (key[1] === "snapshot" || key[1] === "chunk") return `snapshot of record ${key[2]}`;
  return key.slice(1).join(" ");
}

/** The record at a byte of a block; of its header, the first one. */
function recordAt(key: KvEntry["key"], at: number): number {
  return Number(key[2]) + Math.max(0, Math.floor((at - BLOCK_HEADER_BYTES) / RECORD));
}

/** Exports the last good state, imports it elsewhere and goes on from it. */
async function goesOn(
  kv: MemoryKv,
  file: string,
  { snapshot, from, to }: { readonly snapshot: number; readonly from: number; readonly to: number },
): Promise<void> {
  const clock = new SimulatedClock(START),
    other = new MemoryKv(),
    options = { account: ACCOUNT, clock, file };
  const refused = await assertRejects(() => exportAccount({ at: kv, ...options }), SandbarError);
  assertEquals(refused.code, "journal_corrupt");
  await exportAccount({ at: kv, ...options, takesLastGood: true });
  await importAccount({ at: other, file, clock });
  assertEquals((await checkStore({ at: other, account: ACCOUNT })).findings, []);
  const store = await openStore({ at: other, account: ACCOUNT, clock });
  assertEquals((await store.newestSnapshot()).snapshot?.sequence, snapshot);
  const records = await all(store);
  assertEquals(records.map(({ sequence }) => sequence), range(from, to));
  for (const { sequence, payload } of records) assertEquals(payload, payloadOf(sequence, PAYLOAD));
  // Numbers that were given are not given again, though their records are lost.
  assertEquals(store.journal.append(bars, 0, payloadOf(0)), 21);
  await store.close();
}

function changed(bytes: Uint8Array, at: number, mask = 1): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes);
  copy[at]! ^= mask;
  return copy;
}

function placesOf(bytes: Uint8Array, wanted: Uint8Array): number[] {
  const places: number[] = [];
  for (let at = bytes.indexOf(wanted[0]!); at >= 0; at = bytes.indexOf(wanted[0]!, at + 1)) {
    if (wanted.every((byte, i) => bytes[at + i] === byte)) places.push(at);
  }
  return places;
}

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = Deno.makeTempDirSync({ prefix: "sandbar-export-" });
  try {
    await work(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}
