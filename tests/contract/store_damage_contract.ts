/**
 * What a store does with what has been damaged while it was closed: run against memory and against a file.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { SandbarError } from "../../lib/core/mod.ts";
import { JOURNAL_KIND } from "../../lib/protocols/mod.ts";
import { BLOCK_HEADER_BYTES, hashOf, RECORD_HEADER_BYTES } from "../../lib/store/journal_block.ts";
import type { KvBackend, KvEntry } from "../../lib/store/kv_backend.ts";
import { seal } from "../../lib/store/sealed_value.ts";
import {
  ACCOUNT,
  entriesOf,
  flipBit,
  type InPlace,
  payloadOf,
  type StorePlace,
} from "../support/store_place.ts";
import { all, range } from "./store_contract.ts";

const { bars, saved } = JOURNAL_KIND, PAYLOAD = 8, RECORD = RECORD_HEADER_BYTES + PAYLOAD;

/** Registers the tests for one kind of place. */
export function storeDamageContract(name: string, inPlace: InPlace): void {
  const test = (what: string, work: Parameters<InPlace>[0]): void =>
    Deno.test(`damaged store in ${name}: ${what}`, () => inPlace(work));

  test("a bad tail is set aside, told, and its numbers not given again (PER-06, PER-08)", async (place) => {
    await fill(place, [5, 5]);
    const before = await blocksIn(place);
    await damage(place, 2, BLOCK_HEADER_BYTES + 4 * RECORD + 30);
    const store = await place.open();
    assertEquals(store.recovery, {
      firstSequence: 1,
      lastSequence: 10,
      tail: {
        from: 11,
        to: 11,
        blocks: 1,
        what: `record 11: checksum at byte ${BLOCK_HEADER_BYTES + 4 * RECORD} of its block`,
      },
    });
    assertEquals([store.journal.lastSequence, store.journal.durableSequence], [11, 11]);
    assertEquals(store.journal.append(bars, 12, payloadOf(12)), 12);
    await store.journal.whenDurable(12);
    await store.close();
    const again = await place.open();
    assertEquals(again.recovery, { firstSequence: 1, lastSequence: 12, tail: undefined });
    assertEquals((await all(again)).map(({ sequence }) => sequence), [...range(1, 10), 12]);
    assertEquals((await all(again, 11)).map(({ sequence }) => sequence), [12]);
    await again.close();
    const aside = await place.inside((kv) => entriesOf(kv, [ACCOUNT, "aside"]));
    assertEquals(aside.map(({ key }) => key.slice(2)), [[2, "note"], [2, 7, 0]]);
    const damaged = before[2]!.value.slice();
    damaged[BLOCK_HEADER_BYTES + 4 * RECORD + 30]! ^= 1;
    assertEquals(aside[1]?.value, damaged);
  });

  test("several bad records at the end go aside together, over blocks too", async (place) => {
    await fill(place, [3, 3, 3, 1]);
    await damage(place, 2, BLOCK_HEADER_BYTES + 2 * RECORD + 30);
    await damage(place, 3, BLOCK_HEADER_BYTES + 30);
    await damage(place, 3, BLOCK_HEADER_BYTES + RECORD + 30);
    await damage(place, 3, BLOCK_HEADER_BYTES + 2 * RECORD + 30);
    await damage(place, 4, BLOCK_HEADER_BYTES + 2);
    const store = await place.open();
    const { tail, lastSequence } = store.recovery;
    assertEquals([lastSequence, tail?.from, tail?.to, tail?.blocks], [6, 7, 11, 3]);
    assertEquals(store.journal.append(bars, 0, payloadOf(0)), 12);
    await store.close();
    await expectRecords(place, [...range(1, 6), 12]);
  });

  test("a tail of more blocks than a commit holds goes aside whole", async (place) => {
    await fill(place, [2, ...Array.from({ length: 30 }, () => 1)]);
    for (let i = 2; i <= 31; i++) await damage(place, i, BLOCK_HEADER_BYTES + 1);
    const store = await place.open();
    assertEquals([store.recovery.lastSequence, store.recovery.tail?.blocks], [3, 30]);
    await store.close();
    await expectRecords(place, range(1, 3));
    const aside = await place.inside((kv) => entriesOf(kv, [ACCOUNT, "aside"]));
    assertEquals(aside.length, 31);
  });

  test("of the tails that were set aside the last twenty are kept (ARC-08)", async (place) => {
    for (let start = 1; start <= 23; start++) {
      await fill(place, [1]);
      const last = (await blocksIn(place)).length - 1;
      await damage(place, last, BLOCK_HEADER_BYTES + 30);
      await (await place.open()).close();
    }
    const aside = await place.inside((kv) => entriesOf(kv, [ACCOUNT, "aside"]));
    const epochs = [...new Set(aside.map(({ key }) => key[2]))];
    assertEquals(epochs, range(4, 23).map((start) => start * 2));
    await expectRecords(place, [1]);
  });

  test("damage around good records at the end loses none", async (place) => {
    await fill(place, [5, 5]);
    for (const offset of [1, 4, 8, 16, 24, 32, 64]) {
      await damage(place, 2, offset);
      const store = await place.open(), { tail, lastSequence } = store.recovery;
      assertEquals([lastSequence, tail?.from, tail?.to, tail?.blocks], [11, 12, 11, 1]);
      await store.close();
      await expectRecords(place, range(1, 11));
    }
  });

  test("a value cut short at the end keeps the whole records", async (place) => {
    await fill(place, [5, 5]);
    const [last] = (await blocksIn(place)).slice(-1);
    const head = await place.inside((kv) => kv.get([ACCOUNT, "head"]));
    for (const length of [0, 1, BLOCK_HEADER_BYTES - 1, BLOCK_HEADER_BYTES, 200, 270, 275]) {
      await place.inside((kv) =>
        kv.commit({ sets: [{ key: last!.key, value: last!.value.slice(0, length) }] })
      );
      const store = await place.open(), whole = Math.floor((length - BLOCK_HEADER_BYTES) / RECORD);
      const kept = 6 + Math.max(0, whole);
      assertEquals([length, store.recovery.lastSequence], [length, kept]);
      assertEquals(store.recovery.tail?.from, kept + 1);
      await store.close();
      await expectRecords(place, range(1, kept));
      await restore(place, last!);
      await restore(place, head!);
    }
  });

  test("a last block that is gone is told", async (place) => {
    await fill(place, [5, 5]);
    const [last] = (await blocksIn(place)).slice(-1);
    await place.inside((kv) => kv.commit({ deletes: [last!.key] }));
    const store = await place.open();
    assertEquals(store.recovery.tail, {
      from: 7,
      to: 11,
      blocks: 0,
      what: "records 7 to 11 are missing",
    });
    assertEquals(store.journal.append(bars, 0, payloadOf(0)), 12);
    await store.close();
    await expectRecords(place, [...range(1, 6), 12]);
  });

  test("a bad record in the middle halts and is named (PER-02, PER-08)", async (place) => {
    await fill(place, [5, 5, 5]);
    const offset = BLOCK_HEADER_BYTES + 2 * RECORD + 29;
    await damage(place, 2, offset);
    const error = await assertRejects(() => place.open(), SandbarError);
    assertEquals([error.code, error.context.sequence], ["journal_corrupt", 9]);
    assertMatch(
      error.message,
      /record 9 of the journal is damaged \(checksum at byte 168 of its block\); run `deno task doctor`/,
    );
    await damage(place, 2, offset);
    await expectRecords(place, range(1, 16));
    // In the last block too, when good records lie behind it.
    await damage(place, 3, offset);
    const last = await assertRejects(() => place.open(), SandbarError);
    assertEquals([last.code, last.context.sequence], ["journal_corrupt", 14]);
    await damage(place, 3, offset);
    // Even when its length is what was damaged.
    await damage(place, 3, BLOCK_HEADER_BYTES + 2 * RECORD + 5);
    assertEquals(
      (await assertRejects(() => place.open(), SandbarError)).context.sequence,
      14,
    );
  });

  test("blocks that are missing, swapped or replaced in the middle are noticed", async (place) => {
    await fill(place, [5, 5, 5, 5]);
    const blocks = await blocksIn(place);
    const expectHalt = async (sequence: number): Promise<void> => {
      const error = await assertRejects(() => place.open(), SandbarError);
      assertEquals([error.code, error.context.sequence], ["journal_corrupt", sequence]);
    };
    await place.inside((kv) => kv.commit({ deletes: [blocks[2]!.key] }));
    await expectHalt(7);
    await restore(place, blocks[2]!);
    await place.inside((kv) =>
      kv.commit({
        sets: [
          { key: blocks[2]!.key, value: blocks[3]!.value },
          { key: blocks[3]!.key, value: blocks[2]!.value },
        ],
      })
    );
    await expectHalt(7);
    await restore(place, blocks[2]!);
    await restore(place, blocks[3]!);
    await expectRecords(place, range(1, 21));
    // A block of the right numbers with a hash of its own, but not the one that was there.
    const other = blocks[2]!.value.slice();
    other[40]! ^= 1;
    other.set(hashOf(other), 64);
    await place.inside((kv) => kv.commit({ sets: [{ key: blocks[2]!.key, value: other }] }));
    await expectHalt(7);
  });

  test("a record that was never written whole is no record (PER-18)", async (place) => {
    await fill(place, [3]);
    const store = await place.open();
    store.journal.append(bars, 0, payloadOf(5));
    const sequence = store.journal.append(saved, 0, payloadOf(6, 3_000_000));
    await store.journal.whenDurable(sequence);
    await store.close();
    const all = await blocksIn(place), parts = all.filter(({ key }) => key[2] === 6);
    assert(parts.length > 40, "it is split over blocks");
    // As after an end between two of its commits: the head of that moment, and no later part.
    const end = JSON.stringify({ last: 6, hash: "00".repeat(32), whole: 5, given: 5 });
    const head = seal(new TextEncoder().encode(end));
    await place.inside((kv) =>
      kv.commit({
        deletes: parts.slice(20).map(({ key }) => key),
        sets: [{ key: [ACCOUNT, "head"], value: head }],
      })
    );
    const again = await place.open(), { tail, lastSequence } = again.recovery;
    assertEquals([lastSequence, tail?.from, tail?.to], [5, 6, 5]);
    assertEquals(tail?.what, "record 6 was never written whole");
    assertEquals(again.journal.append(bars, 0, payloadOf(6)), 6);
    await again.close();
    await expectRecords(place, range(1, 6));
  });

  test("what a newer version wrote refuses the start (PER-02)", async (place) => {
    const newer = await place.open({ schema: { 1: 1, [bars]: 3, 99: 1 } });
    newer.journal.append(bars, 0, payloadOf(0), 3);
    newer.journal.append(99, 0, payloadOf(0));
    await newer.close();
    const refused = async (schema: Record<number, number>, what: RegExp): Promise<void> => {
      const error = await assertRejects(() => place.open({ schema }), SandbarError);
      assertEquals(error.code, "schema_newer");
      assertMatch(error.message, what);
    };
    await refused({ 1: 1, [bars]: 2, 99: 1 }, /version 3 of records of kind 3, newest known is 2/);
    await refused({ 1: 1, [bars]: 3 }, /records of kind 99/);
    await expectRecords(place, range(1, 3), { 1: 1, [bars]: 3, 99: 1 });
    const [block] = (await blocksIn(place)).slice(-1), value = block!.value.slice();
    value[0] = 2;
    value.set(hashOf(value), 64);
    await restore(place, { ...block!, value });
    await refused({ 1: 1, [bars]: 3, 99: 1 }, /form 2 of a block, newest known is 1/);
  });

  test("damage in the values beside the journal halts and is named", async (place) => {
    const store = await place.open();
    for (let i = 2; i <= 10; i++) {
      await store.journal.whenDurable(store.journal.append(bars, 0, payloadOf(i)));
    }
    await store.saveSnapshot(5, payloadOf(5));
    await store.cutBefore(5);
    // The lease is left as it is, but expired.
    const lease = await place.inside((kv) => entriesOf(kv, [ACCOUNT, "lease"]));
    await store.close();
    await place.clock.advance(60_000_000);
    const names = {
      birth: "birth",
      head: "head",
      cut: "cut",
      owner: "lease owner",
      renewed: "lease renewed",
    };
    for (const [key, called] of Object.entries(names)) {
      for (const entry of lease) await restore(place, entry);
      const at = key === "owner" || key === "renewed" ? [ACCOUNT, "lease", key] : [ACCOUNT, key];
      const before = (await place.inside((kv) => kv.get(at)))!;
      for (const offset of [0, 1, 5, 12, -1]) {
        await place.inside((kv) => flipBit(kv, at, offset));
        const error = await assertRejects(() => place.open(), SandbarError);
        assertEquals([key, error.code], [key, "journal_corrupt"]);
        assertEquals(error.context.value, called);
        const lease = await place.inside((kv) => kv.get([ACCOUNT, "lease", "renewed"]));
        assert(lease === undefined || called.startsWith("lease") || called === "birth");
        await restore(place, before);
      }
    }
    await place.inside((kv) => kv.commit({ deletes: [[ACCOUNT, "head"]] }));
    assertMatch(
      (await assertRejects(() => place.open())).message,
      /"head" is damaged \(it is missing\)/,
    );
  });
}

/** Writes blocks of so many records each, after the block of the first record. */
async function fill(place: StorePlace, blocks: readonly number[]): Promise<void> {
  const store = await place.open();
  for (const count of blocks) {
    for (let i = 0; i < count; i++) {
      const next = store.journal.lastSequence + 1;
      store.journal.append(bars, next, payloadOf(next, PAYLOAD));
    }
    await store.journal.whenDurable(store.journal.lastSequence);
  }
  await store.close();
}

function blocksIn(place: StorePlace): Promise<KvEntry[]> {
  return place.inside((kv) => entriesOf(kv, [ACCOUNT, "journal"]));
}

/** Flips a bit of the block with an index. */
async function damage(place: StorePlace, index: number, offset: number): Promise<void> {
  const block = (await blocksIn(place))[index]!;
  await place.inside((kv) => flipBit(kv, block.key, offset));
}

async function restore(place: StorePlace, { key, value }: KvEntry): Promise<void> {
  await place.inside(async (kv: KvBackend) => {
    const current = await kv.get(key);
    if (current !== undefined) await kv.commit({ deletes: [key] });
    await kv.commit({ sets: [{ key, value }] });
  });
}

/** Opens without anything to tell and compares the numbers of the records. */
async function expectRecords(
  place: StorePlace,
  numbers: readonly number[],
  schema?: Record<number, number>,
): Promise<void> {
  const store = await place.open(schema === undefined ? {} : { schema });
  assertEquals(store.recovery.tail, undefined);
  assertEquals((await all(store)).map(({ sequence }) => sequence), numbers);
  await store.close();
}
