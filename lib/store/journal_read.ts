/**
 * The records of a journal as they went in: blocks verified, parts joined.
 *
 * @module
 */

import type { JournalRecord } from "../protocols/mod.ts";
import { journalCorrupt, schemaNewer } from "./errors.ts";
import type { BlockRecord } from "./journal_block.ts";
import { BEGINNING, cutOf, type JournalStart } from "./journal_end.ts";
import { type JournalFault, walkJournal, type WalkOptions } from "./journal_walk.ts";
import type { AccountKeys } from "./keys.ts";
import type { KvBackend, KvKey } from "./kv_backend.ts";
import { valueCorrupt } from "./errors.ts";
import { unseal } from "./sealed_value.ts";

/** Where records are read. */
export type ReadOptions = Pick<WalkOptions, "kv" | "keys" | "schema">;

/**
 * Reads whole records in order.
 *
 * @param range From which sequence to which, both included. What was cut off before is not there.
 * @throws {SandbarError} `journal_corrupt` naming the record, `schema_newer`.
 */
export async function* readRecords(
  options: ReadOptions,
  range: { readonly from: number; readonly to: number },
): AsyncIterable<JournalRecord> {
  const { kv, keys } = options;
  const from = await keyOfBlockWith(kv, keys, range.from);
  const start = from === undefined ? await startOf(kv, keys) : undefined;
  let parts: BlockRecord[] = [];
  const walk = walkJournal({ ...options, start, ...(from === undefined ? {} : { from }) });
  for await (const { records, fault } of walk) {
    for (const record of records) {
      if (record.sequence > range.to) return;
      if (record.sequence < range.from) continue;
      if (record.part > 0 || record.hasMore) parts.push(record);
      if (record.hasMore) continue;
      yield record.part === 0 ? recordOf(record, record.payload.slice()) : joined(parts);
      parts = [];
    }
    if (fault !== undefined) throw faultError(kv.shown, fault);
  }
}

/** Returns the error of a fault. */
export function faultError(
  shown: string,
  { kind, sequence, what }: JournalFault,
): ReturnType<typeof journalCorrupt> {
  return kind === "newer" ? schemaNewer(shown, what) : journalCorrupt(shown, sequence, what);
}

/**
 * Returns where the journal begins.
 *
 * @throws {SandbarError} `journal_corrupt` when the value that says so is damaged.
 */
export async function startOf(kv: KvBackend, keys: AccountKeys): Promise<JournalStart> {
  const entry = await kv.get(keys.cut);
  if (entry === undefined) return BEGINNING;
  const found = unseal(entry.value);
  if (!found.ok) throw valueCorrupt(kv.shown, "cut", found.what);
  return cutOf(found.content);
}

/** Returns the key of the block in which a record begins, or would; undefined when it lies before the first block. */
async function keyOfBlockWith(
  kv: KvBackend,
  keys: AccountKeys,
  sequence: number,
): Promise<KvKey | undefined> {
  const range = {
    prefix: keys.journal,
    start: keys.journal,
    // A block that goes on with a record does not hold its beginning.
    end: keys.block(sequence, 1),
    isReversed: true,
    limit: 1,
  };
  for await (const { key } of kv.list(range)) return key;
  return undefined;
}

function joined(parts: readonly BlockRecord[]): JournalRecord {
  const payload = new Uint8Array(parts.reduce((sum, part) => sum + part.payload.length, 0));
  let at = 0;
  for (const part of parts) {
    payload.set(part.payload, at);
    at += part.payload.length;
  }
  return recordOf(parts[0]!, payload);
}

function recordOf(record: BlockRecord, payload: Uint8Array<ArrayBuffer>): JournalRecord {
  const { sequence, timeUs, kind, version } = record;
  return { sequence, timeUs, kind, version, payload };
}
