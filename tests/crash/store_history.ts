/**
 * A life of a store, every commit of it recorded: what was written, and what was acknowledged to whom after which commit. A crash point
 * is then the database after the first n commits.
 *
 * @module
 */

import { SimulatedClock } from "../../lib/clock/mod.ts";
import { Random } from "../../lib/core/mod.ts";
import { JOURNAL_KIND } from "../../lib/protocols/mod.ts";
import type { KvBackend, KvCommit, KvEntry, KvKey, KvRange } from "../../lib/store/kv_backend.ts";
import { MemoryKv, openStore, type Store } from "../../lib/store/mod.ts";
import { ACCOUNT, payloadOf, START } from "../support/store_place.ts";

/** One process's view of a database that remembers its commits. */
export class ProcessKv implements KvBackend {
  readonly shown = "memory";
  readonly #kv: MemoryKv;
  readonly #commits: KvCommit[];
  #hasEnded = false;

  constructor(kv: MemoryKv, commits: KvCommit[]) {
    this.#kv = kv;
    this.#commits = commits;
  }

  /** Ends the process: nothing that it has asked for is done or answered any more. */
  end(): void {
    this.#hasEnded = true;
  }

  get(key: KvKey): Promise<KvEntry | undefined> {
    return this.#kv.get(key);
  }

  list(range: KvRange): AsyncIterable<KvEntry> {
    return this.#kv.list(range);
  }

  async commit(commit: KvCommit): Promise<boolean> {
    const sets = (commit.sets ?? []).map(({ key, value }) => ({ key, value: value.slice() }));
    await Promise.resolve();
    if (this.#hasEnded) return await new Promise<never>(() => {});
    const isWritten = await this.#kv.commit(commit);
    if (isWritten) this.#commits.push({ sets, deletes: commit.deletes ?? [] });
    // Written, and nobody is told: the end came between the two.
    return this.#hasEnded ? await new Promise<never>(() => {}) : isWritten;
  }

  close(): void {}
}

/** What somebody was told, and after how many commits. */
export interface Acknowledged {
  readonly after: number;
  readonly what: "record" | "snapshot" | "birth";
  readonly sequence: number;
}

/** A recorded life. */
export interface History {
  readonly commits: readonly KvCommit[];
  readonly acknowledged: readonly Acknowledged[];
  /** Lengths of the payloads that were appended with a number: more than one when a number was not durable before an end. */
  readonly lengths: ReadonlyMap<number, ReadonlySet<number>>;
  readonly snapshotLengths: ReadonlyMap<number, number>;
}

const { bars, saved } = JOURNAL_KIND;
/** When a life begins, microseconds UTC. */
export const START_US = 1_800_000_000_000_000;

/** Lets a store live through a few processes, some of which are ended in the middle of things. */
export async function recordHistory(seed: number): Promise<History> {
  const random = new Random(seed), memory = new MemoryKv(), clock = new SimulatedClock(START);
  const below = (bound: number): number => Math.floor(random.next() * bound);
  const commits: KvCommit[] = [], acknowledged: Acknowledged[] = [];
  const lengths = new Map<number, Set<number>>(), snapshotLengths = new Map<number, number>();
  const tell = (what: Acknowledged["what"], sequence: number): void => {
    acknowledged.push({ after: commits.length, what, sequence });
  };
  const append = (store: Store, kind: number, length: number): void => {
    const next = store.journal.lastSequence + 1;
    store.journal.append(kind, next, payloadOf(next, length));
    lengths.set(next, (lengths.get(next) ?? new Set()).add(length));
  };
  const steps: ((store: Store) => Promise<void>)[] = [
    (store) => {
      for (let i = below(8); i >= 0; i--) append(store, bars, below(300));
      const sequence = store.journal.lastSequence;
      store.journal.whenDurable(sequence).then(() => tell("record", sequence));
      return Promise.resolve();
    },
    async (store) => {
      append(store, bars, below(300));
      const sequence = store.journal.lastSequence;
      await store.journal.whenDurable(sequence);
      tell("record", sequence);
    },
    (store) => {
      append(store, saved, below(below(8) === 0 ? 130_000 : 1000));
      return Promise.resolve();
    },
    async (store) => {
      const sequence = store.journal.durableSequence;
      if (snapshotLengths.has(sequence)) return;
      const length = below(30) === 0 ? 800_000 : below(1000);
      snapshotLengths.set(sequence, length);
      await store.saveSnapshot(sequence, payloadOf(sequence, length));
      tell("snapshot", sequence);
    },
    async (store) => void await store.cutBefore(store.journal.lastSequence - below(20)),
    () => clock.advance(4_000_000),
  ];
  for (let process = 0; process < 4; process++) {
    const kv = new ProcessKv(memory, commits);
    const store = await openStore({
      at: kv,
      account: ACCOUNT,
      clock,
      limits: { backupCount: 2, maxQueueBytes: 1 << 30 },
    });
    tell("birth", store.journal.durableSequence);
    for (let step = 0; step < 60; step++) await steps[below(steps.length)]!(store);
    if (below(3) === 0) await store.close();
    else {
      // With much on its way: what is not written is lost, and the lease must run out.
      append(store, saved, 700_000 + below(800_000));
      for (let turns = below(30); turns > 0; turns--) await Promise.resolve();
      kv.end();
      clock.stepTimeOfDay(20_000_000);
    }
  }
  return { commits, acknowledged, lengths, snapshotLengths };
}
