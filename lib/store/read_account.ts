/**
 * An account's history to be looked at: its snapshots and the records of its journal, also while a process writes them. Nothing is taken
 * and nothing is changed.
 *
 * @module
 */

import { SandbarError } from "../core/mod.ts";
import type { JournalRecord } from "../protocols/mod.ts";
import {
  accountsIn,
  type CheckStoreOptions,
  nothingOf,
  readingStore,
  whatMoves,
} from "./check_store.ts";
import { readBirth } from "./birth.ts";
import { readGoodHead } from "./export_account.ts";
import { readRecords, startOf } from "./journal_read.ts";
import { keysOf } from "./keys.ts";
import { FIRST_SCHEMA } from "./schema.ts";
import { type BadSnapshot, listSnapshots, readSnapshot, type Snapshot } from "./snapshots.ts";

/** What is stored of an account. */
export interface AccountHistory {
  /** How messages call the store. */
  readonly shown: string;
  /** Drawn once for the journal; empty when the value that tells it is damaged. */
  readonly birthEpoch: string;
  /** First record that has not been cut off. */
  readonly firstSequence: number;
  /** Last whole record at the time of the opening. */
  readonly lastSequence: number;
  /** Records of the kept snapshots, oldest first. */
  readonly snapshots: readonly number[];
  /** Returns a snapshot, or what is wrong with it. */
  readonly snapshot: (sequence: number) => Promise<Snapshot | BadSnapshot>;
  /**
   * The records from a number up to the last one, in order and verified.
   *
   * @throws {SandbarError} `journal_corrupt` naming the record, `schema_newer`.
   */
  readonly records: (from: number) => AsyncIterable<JournalRecord>;
}

/** Attempts while a running process cuts its journal and replaces snapshots. */
const MAX_ATTEMPTS = 5;

/**
 * Lets work look at an account's history. It is begun anew, up to five times, when it failed, or met a bad snapshot, while a running process
 * replaced what it looked at.
 *
 * @throws {SandbarError} `persistence_io` when it cannot be read or holds nothing of the account; what the work throws.
 */
export function readAccount<T>(
  options: CheckStoreOptions,
  work: (history: AccountHistory) => Promise<T>,
): Promise<T> {
  const { account, schema = FIRST_SCHEMA } = options, keys = keysOf(account);
  return readingStore(options, async (kv) => {
    const accounts = await accountsIn(kv);
    if (!accounts.includes(account)) throw nothingOf(account, kv.shown, accounts);
    for (let attempt = 1;; attempt++) {
      const before = await whatMoves(kv, keys);
      let isBad = false;
      try {
        const head = await readGoodHead(kv, keys.head), start = await startOf(kv, keys);
        const done = await work({
          shown: kv.shown,
          birthEpoch: (await readBirth(kv, keys).catch(unlessOurs))?.birthEpoch ?? "",
          firstSequence: start.after + 1,
          lastSequence: head.whole,
          snapshots: await listSnapshots({ kv, keys }),
          snapshot: async (sequence) => {
            const found = await readSnapshot({ kv, keys }, sequence);
            if ("what" in found) isBad = true;
            return found;
          },
          records: (from) => readRecords({ kv, keys, schema }, { from, to: head.whole }),
        });
        if (!isBad || await isFinal(attempt, before)) return done;
      } catch (error) {
        if (await isFinal(attempt, before)) throw error;
      }
    }

    async function isFinal(attempt: number, before: string): Promise<boolean> {
      return attempt === MAX_ATTEMPTS || before === await whatMoves(kv, keys);
    }
  });
}

/** Damage is told by whoever needs what is damaged. */
function unlessOurs(error: unknown): undefined {
  if (!(error instanceof SandbarError)) throw error;
}
