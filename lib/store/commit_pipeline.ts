/**
 * All writes of an open store, one commit in flight: what comes up meanwhile rides in the next one. Each commit has the lease as its
 * condition and renews it when that is due. The journal and the other work take turns, so that neither waits for ever.
 *
 * The first commit that fails ends it all: whether it was written is not known, and only a new opening finds out. One that has no answer for
 * as long as a lease lasts has failed too: a KV service that is not there is tried for ever by its client.
 *
 * @module
 */

import { SandbarError, US_PER_SECOND } from "../core/mod.ts";
import type { Clock } from "../protocols/mod.ts";
import { ioError } from "./errors.ts";
import type { KvBackend, KvCommit } from "./kv_backend.ts";
import type { Lease } from "./lease.ts";

/** Writes for one commit, and what to do when they are durable. */
export interface Turn extends Pick<KvCommit, "sets" | "deletes"> {
  readonly done: () => void;
}

/** Something that has writes to make. */
export interface CommitSource {
  /** Returns the next writes, at most one commit of them; undefined when there are none. */
  take(): Turn | undefined;
  /** Told once that nothing more will be written. */
  fail(error: SandbarError): void;
}

/** Writes of its own for whoever has no queue: snapshots, cuts. Each waits for its turn. */
interface SingleWrite extends Turn {
  readonly reject: (error: SandbarError) => void;
}

/** What a pipeline is made of. */
export interface CommitPipelineParts {
  readonly kv: KvBackend;
  readonly lease: Lease;
  readonly clock: Clock;
  /** A commit without an answer for longer has failed, microseconds. */
  readonly longestCommitUs: number;
  readonly journal: CommitSource;
}

/** The pipeline of one opened store. */
export class CommitPipeline {
  readonly #kv: KvBackend;
  readonly #lease: Lease;
  readonly #clock: Clock;
  readonly #longestCommitUs: number;
  readonly #journal: CommitSource;
  readonly #others: SingleWrite[] = [];
  readonly #failed = new AbortController();
  #failure: SandbarError | undefined;
  #isJournalsTurn = true;
  #renewalIsDue = false;
  #running: Promise<void> | undefined;
  /** Monotonic time at which the commit in flight was begun. */
  #begunUs: number | undefined;
  #commits = 0;
  #lastCommitUs = 0;

  constructor({ kv, lease, clock, longestCommitUs, journal }: CommitPipelineParts) {
    this.#kv = kv;
    this.#lease = lease;
    this.#clock = clock;
    this.#longestCommitUs = longestCommitUs;
    this.#journal = journal;
  }

  /** Aborted, with the error as its reason, when a commit has failed. */
  get failed(): AbortSignal {
    return this.#failed.signal;
  }

  /** Commits made so far. */
  get commits(): number {
    return this.#commits;
  }

  /** How long the last commit took, microseconds. */
  get lastCommitUs(): number {
    return this.#lastCommitUs;
  }

  /** Says that the journal has something to write. */
  kick(): void {
    if (this.#running === undefined && this.#failure === undefined) this.#running = this.#run();
  }

  /** Asks for a renewal of the lease with the next commit, which is made at once if there is nothing else to write. */
  renew(): void {
    const takenUs = this.#clock.monotonicUs() - (this.#begunUs ?? Infinity);
    if (takenUs > this.#longestCommitUs) {
      const seconds = Math.round(takenUs / US_PER_SECOND);
      this.fail(ioError("write to the store", this.#kv.shown, `no answer for ${seconds} seconds`));
      return;
    }
    this.#renewalIsDue = true;
    this.kick();
  }

  /** Makes writes in a commit of their own. */
  write(writes: Pick<KvCommit, "sets" | "deletes">): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#others.push({ ...writes, done: resolve, reject });
      this.kick();
    });
  }

  /** Fails everything that waits, and all that comes. */
  fail(error: SandbarError): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#journal.fail(error);
    for (const write of this.#others.splice(0)) write.reject(error);
    this.#failed.abort(error);
  }

  /** Resolves when nothing is in flight and nothing waits, or all has failed. */
  async idle(): Promise<void> {
    const failed = new Promise<void>((resolve) => {
      this.failed.addEventListener("abort", () => resolve(), { once: true });
    });
    while (this.#running !== undefined && this.#failure === undefined) {
      await Promise.race([this.#running, failed]);
    }
  }

  async #run(): Promise<void> {
    // Whatever is appended in this tick rides in the first commit.
    await Promise.resolve();
    while (this.#failure === undefined) {
      const turn = this.#nextTurn();
      if (turn === undefined && !this.#renewalIsDue) break;
      await this.#commit(turn);
    }
    this.#running = undefined;
  }

  #nextTurn(): Turn | undefined {
    const journal = (): Turn | undefined => this.#journal.take();
    const other = (): Turn | undefined => this.#others[0];
    const turn = this.#isJournalsTurn ? journal() ?? other() : other() ?? journal();
    this.#isJournalsTurn = !this.#isJournalsTurn;
    return turn;
  }

  async #commit(turn: Turn | undefined): Promise<void> {
    const renewing = this.#renewalIsDue ? this.#lease.beginRenewal() : undefined;
    this.#renewalIsDue = false;
    const sets = [...turn?.sets ?? [], ...renewing === undefined ? [] : [renewing]];
    const begunUs = this.#begunUs = this.#clock.monotonicUs();
    let isWritten: boolean;
    try {
      isWritten = await this.#kv.commit({
        checks: [this.#lease.check],
        sets,
        deletes: turn?.deletes ?? [],
      });
    } catch (cause) {
      this.fail(ioError("write to the store", this.#kv.shown, cause));
      return;
    } finally {
      this.#begunUs = undefined;
    }
    if (!isWritten) {
      this.fail(await this.#lease.lost());
      return;
    }
    this.#commits++;
    this.#lastCommitUs = this.#clock.monotonicUs() - begunUs;
    if (renewing !== undefined) this.#lease.renewed(renewing);
    if (turn !== undefined && turn === this.#others[0]) this.#others.shift();
    turn?.done();
  }
}
