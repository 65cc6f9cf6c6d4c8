/**
 * A database in memory that remembers all of its states, one after each commit, and that can be made to fail from a commit on: for whoever
 * writes, the process has been killed, and nothing after that commit has happened.
 *
 * @module
 */

import type { KvBackend, KvCommit, KvEntry, KvKey, KvRange } from "../../lib/store/kv_backend.ts";
import { MemoryKv } from "../../lib/store/mod.ts";

/** All that is stored at a moment. */
export type KvState = readonly KvEntry[];

/** The database. */
export class RecordingKv implements KvBackend {
  readonly shown = "memory";
  /** Before the first commit, and after each. */
  readonly states: KvState[];
  readonly #kv: MemoryKv;
  readonly #cutAfter: number;

  /** @param cutAfter Commits that succeed; the next one fails, and so does all that comes. */
  constructor(entries: KvState = [], cutAfter = Infinity) {
    this.#kv = new MemoryKv(entries);
    this.states = [this.#kv.entries()];
    this.#cutAfter = cutAfter;
  }

  /** Commits so far. */
  get commits(): number {
    return this.states.length - 1;
  }

  get state(): KvState {
    return this.states[this.commits]!;
  }

  get(key: KvKey): Promise<KvEntry | undefined> {
    return this.#kv.get(key);
  }

  list(range: KvRange): AsyncIterable<KvEntry> {
    return this.#kv.list(range);
  }

  async commit(commit: KvCommit): Promise<boolean> {
    if (this.commits >= this.#cutAfter) throw new Error("the disk is gone");
    const isDone = await this.#kv.commit(commit);
    if (isDone) this.states.push(this.#kv.entries());
    return isDone;
  }

  close(): void {}
}
