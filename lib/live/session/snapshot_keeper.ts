/**
 * Keeps an account's snapshots: takes one when it is due, beside the trading, and cuts the journal that neither it nor the one before it
 * needs.
 *
 * @module
 */

import type { Clock } from "../../protocols/mod.ts";
import { snapshotDue, type SnapshotPolicy, type Store } from "../../store/mod.ts";
import { encodeCore } from "../account/core_snapshot.ts";
import type { SessionIdentity } from "../account/session_identity.ts";
import type { TradingCore } from "../account/trading_core.ts";

/** What a keeper works with. */
export interface KeeperOptions {
  readonly store: Store;
  readonly core: TradingCore;
  readonly identity: SessionIdentity;
  readonly policy: SnapshotPolicy;
  /** Snapshots that are kept, `persistence.backup_count`. */
  readonly backupCount: number;
  readonly clock: Clock;
  /** The last record of the newest snapshot that there is, 0 without one. */
  readonly previous: number;
}

/** Takes snapshots of one account. */
export class SnapshotKeeper {
  readonly #options: KeeperOptions;
  #sequence: number;
  #takenUs: number;
  #saving: Promise<void> | null = null;
  #previous: number;

  /** Counts from the end of the journal as it is. */
  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#previous = options.previous;
    this.#sequence = options.store.journal.lastSequence;
    this.#takenUs = options.clock.monotonicUs();
  }

  /** Whether one is due and none is on its way. */
  get isDue(): boolean {
    const { store, clock, policy } = this.#options, { lastSequence } = store.journal;
    const ageUs = clock.monotonicUs() - this.#takenUs;
    return this.#saving === null &&
      snapshotDue(policy, { records: lastSequence - this.#sequence, ageUs });
  }

  /** Begins a snapshot if one is due. To be called between two records. */
  look(): void {
    const { store, clock } = this.#options;
    if (this.isDue) this.#begin(store.journal.lastSequence, clock.monotonicUs());
  }

  /** Takes a last snapshot, so that the next start has nothing to replay. */
  async finish(): Promise<void> {
    await this.#saving;
    const { store, clock } = this.#options, { lastSequence } = store.journal;
    if (lastSequence > this.#sequence) this.#begin(lastSequence, clock.monotonicUs());
    await this.#saving;
  }

  #begin(sequence: number, nowUs: number): void {
    const { store, core, identity } = this.#options;
    this.#sequence = sequence;
    this.#takenUs = nowUs;
    this.#saving = this.#save(sequence, encodeCore(core, identity)).finally(() => {
      this.#saving = null;
    });
    // A failure stops the session by the store; here nobody waits for it.
    this.#saving.catch(() => store.failed.aborted);
  }

  async #save(sequence: number, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const { store, backupCount } = this.#options;
    const kept = await store.saveSnapshot(sequence, bytes);
    // What follows the snapshot before stays as well: if this one is ever damaged, recovery goes on from that one. Until there are enough of them
    // the beginning is one of the states to fall back on, and a short session keeps all of its history.
    if (kept >= backupCount) await store.cutBefore(this.#previous + 1);
    this.#previous = sequence;
  }
}
