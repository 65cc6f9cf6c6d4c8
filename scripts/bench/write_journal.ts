/**
 * Writing and reading a journal, in a process of its own: callers who each append a record and wait until it is durable, the commit of
 * one value by itself as the measure of the disk, and reading all records back against listing the same values.
 *
 * @module
 */

import { SystemClock } from "../../lib/clock/mod.ts";
import { JOURNAL_KIND } from "../../lib/protocols/mod.ts";
import { openStore, type Store } from "../../lib/store/mod.ts";

/** What to write. */
export interface JournalJob {
  /** An empty folder. */
  readonly folder: string;
  readonly records: number;
  /** Records that are waited for at the same time. */
  readonly callers: number;
  readonly repeats: number;
}

/** The best of all repeats. */
export interface JournalOutcome {
  readonly recordsPerSecond: number;
  /** From append to durable, milliseconds. */
  readonly medianMs: number;
  readonly p99Ms: number;
  /** Median of a commit of one value, milliseconds. */
  readonly commitMs: number;
  /** Reading records, and listing the values that hold them, nanoseconds a record. */
  readonly readNs: number;
  readonly listNs: number;
}

const PAYLOAD_BYTES = 200, LONE_COMMITS = 300;

async function measure({ folder, records, callers, repeats }: JournalJob): Promise<JournalOutcome> {
  const best = {
    perSecond: 0,
    medianMs: Infinity,
    p99Ms: Infinity,
    commitMs: Infinity,
    readNs: Infinity,
    listNs: Infinity,
  };
  for (let i = 0; i < repeats; i++) {
    const at = `${folder}/${i}.kv`;
    best.commitMs = Math.min(best.commitMs, await loneCommitMs(`${folder}/lone-${i}.kv`));
    const store = await openStore({ at, account: "bench", clock: new SystemClock() });
    const { tookMs, waits } = await write(store, records, callers);
    waits.sort();
    best.perSecond = Math.max(best.perSecond, records / tookMs * 1000);
    best.medianMs = Math.min(best.medianMs, waits[waits.length >> 1]!);
    best.p99Ms = Math.min(best.p99Ms, waits[Math.floor(waits.length * 0.99)]!);
    const readMs = await timed(async () => {
      let found = 0;
      for await (const { payload } of store.journal.read(2)) found += payload.length;
      if (found !== records * PAYLOAD_BYTES) throw new Error("not all records came back");
    });
    best.readNs = Math.min(best.readNs, readMs * 1e6 / records);
    await store.close();
    best.listNs = Math.min(best.listNs, await listMs(at) * 1e6 / records);
    Deno.removeSync(at);
  }
  const { perSecond: recordsPerSecond, ...rest } = best;
  return { recordsPerSecond, ...rest };
}

/** Each caller appends a record, waits for it and goes on. */
async function write(
  { journal }: Store,
  records: number,
  callers: number,
): Promise<{ readonly tookMs: number; readonly waits: Float64Array }> {
  const waits = new Float64Array(records), payload = new Uint8Array(PAYLOAD_BYTES).fill(7);
  let begun = 0;
  const call = async (): Promise<void> => {
    while (begun < records) {
      const number = begun++, startedMs = performance.now();
      await journal.whenDurable(journal.append(JOURNAL_KIND.intents, number, payload));
      waits[number] = performance.now() - startedMs;
    }
  };
  const tookMs = await timed(() => Promise.all(Array.from({ length: callers }, call)));
  return { tookMs, waits };
}

async function loneCommitMs(path: string): Promise<number> {
  const kv = await Deno.openKv(path), times: number[] = [], value = new Uint8Array(PAYLOAD_BYTES);
  for (let i = 0; i < LONE_COMMITS; i++) times.push(await timed(() => kv.set(["lone", i], value)));
  kv.close();
  return times.sort((a, b) => a - b)[LONE_COMMITS >> 1]!;
}

async function listMs(path: string): Promise<number> {
  const kv = await Deno.openKv(path);
  const ms = await timed(async () => {
    for await (const _ of kv.list({ prefix: [] }, { batchSize: 64 }));
  });
  kv.close();
  return ms;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

if (import.meta.main) {
  console.log(JSON.stringify(await measure(JSON.parse(Deno.args[0]!) as JournalJob)));
}
