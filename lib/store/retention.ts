/**
 * What is kept and what is cut: when a snapshot is due, and the journal behind the oldest snapshot.
 *
 * @module
 */

import { sealCut } from "./journal_end.ts";
import { faultError, type ReadOptions, startOf } from "./journal_read.ts";
import { walkJournal } from "./journal_walk.ts";
import type { KvCommit, KvKey } from "./kv_backend.ts";
import { MAX_COMMIT_DELETES } from "./limits.ts";
import { listSnapshots } from "./snapshots.ts";

/** Least time between two snapshots, microseconds. */
export const LEAST_SNAPSHOT_INTERVAL_US = 10_000_000;

/** What asks for a snapshot. */
export interface SnapshotPolicy {
  /** `persistence.wal_max_entries`: records since the last snapshot. */
  readonly maxRecords: number;
  /** `persistence.auto_save_interval_seconds` in microseconds: age of the last snapshot while there are records after it. */
  readonly maxAgeUs: number;
}

/**
 * True when a snapshot should be saved: too many records since the last one, or an old one and any record since. Never within ten
 * seconds of the last one, and never without a record since.
 *
 * @param since Records, and microseconds, since the last snapshot, or since the start when there is none.
 */
export function snapshotDue(
  { maxRecords, maxAgeUs }: SnapshotPolicy,
  since: { readonly records: number; readonly ageUs: number },
): boolean {
  return since.records > 0 && since.ageUs >= LEAST_SNAPSHOT_INTERVAL_US &&
    (since.records >= maxRecords || since.ageUs >= maxAgeUs);
}

/**
 * Cuts blocks of which all records are below a sequence, and in the oldest snapshot: without a snapshot nothing is cut. The hash of the
 * last block that goes is kept, so that the chain can be verified from there.
 *
 * @param below First sequence that must stay.
 * @param commit Writes as the owner of the account.
 * @returns The number of blocks that were cut.
 * @throws {SandbarError} `journal_corrupt`: damage is not cut away.
 */
export async function cutJournal(
  options: ReadOptions,
  below: number,
  commit: (writes: KvCommit) => Promise<void>,
): Promise<number> {
  const { kv, keys } = options;
  const [oldest] = await listSnapshots(options);
  if (oldest === undefined) return 0;
  const limit = Math.min(below, oldest + 1), start = await startOf(kv, keys);
  let cut: KvKey[] = [], waiting: KvKey[] = [], end = start, blocks = 0;
  const flush = async (): Promise<void> => {
    if (cut.length === 0) return;
    await commit({ sets: [{ key: keys.cut, value: sealCut(end) }], deletes: cut });
    blocks += cut.length;
    cut = [];
  };
  for await (const { entry, header, records, fault } of walkJournal({ ...options, start })) {
    if (fault !== undefined) throw faultError(kv.shown, fault);
    if (header!.last >= limit) break;
    waiting.push(entry.key);
    // Between the parts of a record there is no cut.
    if (records[records.length - 1]!.hasMore) continue;
    if (cut.length + waiting.length > MAX_COMMIT_DELETES) await flush();
    cut.push(...waiting);
    waiting = [];
    end = { after: header!.last, hash: header!.hash };
  }
  await flush();
  return blocks;
}
