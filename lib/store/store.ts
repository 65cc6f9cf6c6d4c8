/**
 * An account's durable state, opened: its lease, its journal, its snapshots. One process at a time; everything that goes out of that
 * process waits for the journal and asks the lease.
 *
 * @module
 */

import { SandbarError } from "../core/mod.ts";
import { type Clock, type Journal, JOURNAL_KIND } from "../protocols/mod.ts";
import { type Birth, drawBirth, readBirth, refuseUnfinishedImport, sealBirth } from "./birth.ts";
import { CommitPipeline } from "./commit_pipeline.ts";
import { openDenoKv } from "./deno_kv.ts";
import { ioError } from "./errors.ts";
import { readRecords } from "./journal_read.ts";
import { type AccountKeys, checkAccountName, keysOf } from "./keys.ts";
import type { KvBackend, KvCommit } from "./kv_backend.ts";
import { type Lease, takeLease } from "./lease.ts";
import { DEFAULT_LIMITS, type StoreLimits } from "./limits.ts";
import { type Recovery, settleTail, surveyJournal } from "./recover.ts";
import { cutJournal } from "./retention.ts";
import { FIRST_SCHEMA, type Schema } from "./schema.ts";
import { type NewestSnapshot, readNewestSnapshot, writeSnapshot } from "./snapshots.ts";
import { StoreJournal } from "./store_journal.ts";

/** How a store is opened. */
export interface OpenStoreOptions {
  /** Path of the database, URL of a KV service, or a database that is open already and is closed with the store. */
  readonly at: string | KvBackend;
  /** Begins every key. */
  readonly account: string;
  readonly clock: Clock;
  readonly limits?: Partial<StoreLimits>;
  /** Newest version of each kind of record that can be read; by default the first one of each. */
  readonly schema?: Schema;
  /** Goes into the first record of a fresh journal. */
  readonly run?: string;
  /** Told when the database takes longer than a second to answer. */
  readonly onSlow?: (text: string) => void;
  /** Returns who may hold the file, for people, when it does not answer at all. */
  readonly holders?: () => readonly string[];
}

/** An opened store. */
export class Store {
  readonly account: string;
  readonly lease: Lease;
  readonly journal: Journal;
  /** What the start found. */
  readonly recovery: Recovery;
  readonly #kv: KvBackend;
  readonly #keys: AccountKeys;
  readonly #schema: Schema;
  readonly #limits: StoreLimits;
  readonly #clock: Clock;
  readonly #pipeline: CommitPipeline;
  readonly #journal: StoreJournal;
  readonly #renewing: { readonly stop: AbortController; readonly ended: Promise<void> };
  #lastTurn: Promise<void> = Promise.resolve();
  #isClosed = false;

  /** @param parts Made by {@linkcode openStore}. */
  constructor(parts: StoreParts) {
    this.account = parts.account;
    this.lease = parts.lease;
    this.journal = this.#journal = parts.journal;
    this.recovery = parts.recovery;
    this.#kv = parts.kv;
    this.#keys = parts.keys;
    this.#schema = parts.schema;
    this.#limits = parts.limits;
    this.#clock = parts.clock;
    this.#pipeline = parts.pipeline;
    const stop = new AbortController();
    this.#renewing = { stop, ended: this.#keepRenewing(stop.signal) };
  }

  /** Aborted, with the error as its reason, once a commit has failed: nothing more will be durable. */
  get failed(): AbortSignal {
    return this.#pipeline.failed;
  }

  /** Bytes that wait for the disk; the journal fails for good above `limits.maxQueueBytes`. */
  get queuedBytes(): number {
    return this.#journal.queuedBytes;
  }

  /** How long the last commit took, microseconds. */
  get lastCommitUs(): number {
    return this.#pipeline.lastCommitUs;
  }

  /** Commits since the opening. */
  get commits(): number {
    return this.#pipeline.commits;
  }

  /**
   * Saves the state after a record, once that record is durable, and removes the oldest snapshot beyond `limits.backupCount`.
   *
   * @param bytes Must not be changed until this has resolved.
   * @returns The number of snapshots that are kept now.
   * @throws {SandbarError} `persistence_io`, `lease_lost`.
   */
  async saveSnapshot(sequence: number, bytes: Uint8Array<ArrayBuffer>): Promise<number> {
    const snapshot = { sequence, timeUs: this.#clock.now(), bytes };
    return await this.#inTurn("write to", async () => {
      await this.journal.whenDurable(sequence);
      return await writeSnapshot(
        { kv: this.#kv, keys: this.#keys, commit: (writes) => this.#pipeline.write(writes) },
        snapshot,
        { keep: this.#limits.backupCount, birthEpoch: this.journal.birthEpoch },
      );
    });
  }

  /** Returns the newest whole snapshot, and which newer ones are not. */
  newestSnapshot(): Promise<NewestSnapshot> {
    return this.#guarded("read", () => readNewestSnapshot({ kv: this.#kv, keys: this.#keys }));
  }

  /**
   * Cuts blocks of which all records are below a sequence and in the oldest snapshot.
   *
   * @param below First sequence that somebody still needs.
   * @returns The number of blocks that were cut.
   * @throws {SandbarError} `journal_corrupt`, `persistence_io`, `lease_lost`.
   */
  cutBefore(below: number): Promise<number> {
    const options = { kv: this.#kv, keys: this.#keys, schema: this.#schema };
    return this.#inTurn(
      "cut",
      () => cutJournal(options, below, (writes) => this.#pipeline.write(writes)),
    );
  }

  /**
   * Writes what waits, gives the account back and closes the database.
   *
   * @throws {SandbarError} `persistence_io`, `lease_lost` when that failed, now or before; it is closed all the same.
   */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#lastTurn;
    await this.#pipeline.idle();
    this.#renewing.stop.abort();
    await this.#renewing.ended;
    // A renewal may have been asked for meanwhile.
    await this.#pipeline.idle();
    const failure = this.failed.reason as SandbarError | undefined;
    this.#pipeline.fail(
      new SandbarError("persistence_io", `Cannot use the store ${this.#kv.shown}: it is closed`),
    );
    try {
      if (failure === undefined) await this.#guarded("write to", () => this.lease.release());
    } finally {
      this.#kv.close();
    }
    if (failure !== undefined) throw failure;
  }

  async #keepRenewing(signal: AbortSignal): Promise<void> {
    const options = { signal: AbortSignal.any([signal, this.failed]) };
    while (!options.signal.aborted) {
      // At once as well: verifying a long journal may have taken a good part of the lease.
      this.#pipeline.renew();
      try {
        await this.#clock.sleep(this.#limits.leaseRenewUs, options);
      } catch (error) {
        if (options.signal.aborted) return;
        throw error;
      }
    }
  }

  /** One after the other: each of these works on what is stored, and would take the half-done work of another for remains. */
  #inTurn<T>(doing: string, work: () => Promise<T>): Promise<T> {
    const turn = this.#lastTurn.then(() => this.#guarded(doing, work));
    this.#lastTurn = turn.then(() => {}, () => {});
    return turn;
  }

  #guarded<T>(doing: string, work: () => Promise<T>): Promise<T> {
    return guarded(`${doing} the store`, this.#kv.shown, work);
  }
}

interface StoreParts {
  readonly account: string;
  readonly kv: KvBackend;
  readonly keys: AccountKeys;
  readonly clock: Clock;
  readonly limits: StoreLimits;
  readonly schema: Schema;
  readonly lease: Lease;
  readonly pipeline: CommitPipeline;
  readonly journal: StoreJournal;
  readonly recovery: Recovery;
}

/**
 * Opens an account's store: takes the account, verifies the journal, and begins one where there is none.
 *
 * @throws {SandbarError} `account_in_use` while another process holds the account; `journal_corrupt`, `schema_newer` when what is stored
 * cannot be gone on with; `persistence_io`, also when the database does not answer for 15 seconds; `usage` for a name that cannot be an account's.
 */
export async function openStore(options: OpenStoreOptions): Promise<Store> {
  const { at, account, clock, schema = FIRST_SCHEMA, run } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  checkAccountName(account);
  const kv = typeof at === "string" ? await openDenoKv(at, options) : at;
  const keys = keysOf(account);
  let lease: Lease | undefined;
  try {
    return await guarded("open the store", kv.shown, async () => {
      // What cannot be read is not touched, not even by taking it over.
      await readBirth(kv, keys);
      lease = await takeLease({ kv, keys, account, clock, limits, pid: Deno.pid });
      return await openOwned({ kv, keys, account, clock, limits, schema, lease }, run);
    });
  } catch (error) {
    await lease?.release().catch(() => undefined);
    kv.close();
    throw error;
  }
}

async function openOwned(
  parts: Omit<StoreParts, "pipeline" | "journal" | "recovery">,
  run: string | undefined,
): Promise<Store> {
  const { kv, keys, account, clock, limits, schema, lease } = parts;
  const commit = async (writes: KvCommit): Promise<void> => {
    if (!await kv.commit({ ...writes, checks: [lease.check] })) throw await lease.lost();
  };
  await refuseUnfinishedImport(kv, keys);
  const reading = { kv, keys, schema };
  let birth: Birth | undefined = await readBirth(kv, keys);
  const survey = await surveyJournal(reading);
  if (birth === undefined) {
    birth = drawBirth(account);
    await commit({ sets: [{ key: keys.birth, value: sealBirth(birth) }] });
  }
  const { end, recovery } = await settleTail(survey, {
    kv,
    keys,
    epoch: lease.owner.epoch,
    commit,
  });
  const journal: StoreJournal = new StoreJournal({
    keys,
    birthEpoch: birth.birthEpoch,
    end,
    schema,
    maxQueueBytes: limits.maxQueueBytes,
    kick: () => pipeline.kick(),
    overflow: (error) => pipeline.fail(error),
    read: (from) => readRecords(reading, { from, to: journal.durableSequence }),
  });
  const pipeline = new CommitPipeline({
    kv,
    lease,
    clock,
    longestCommitUs: limits.leaseTtlUs,
    journal,
  });
  if (journal.lastSequence === 0) {
    const payload = new TextEncoder().encode(JSON.stringify({ ...birth, run }));
    await journal.whenDurable(journal.append(JOURNAL_KIND.birth, clock.now(), payload));
  }
  return new Store({ ...parts, pipeline, journal, recovery });
}

/** Makes an error for people of whatever a database throws. */
async function guarded<T>(doing: string, shown: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw ioError(doing, shown, cause);
  }
}
