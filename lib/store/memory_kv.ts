/**
 * A database in memory with the manners of Deno KV, its limits included: for runs that shall leave nothing, and for tests that cut it off
 * after any commit.
 *
 * @module
 */

import type { KvBackend, KvCommit, KvEntry, KvKey, KvRange } from "./kv_backend.ts";
import { KV_LIMIT } from "./limits.ts";

/** A database that ends with the process. */
export class MemoryKv implements KvBackend {
  readonly shown = "memory";
  #entries: KvEntry[];
  #commits = 0;

  /** @param entries What it holds at first, in the order of keys. */
  constructor(entries: readonly KvEntry[] = []) {
    this.#entries = [...entries];
    this.#commits = entries.reduce((most, entry) => Math.max(most, Number(entry.version)), 0);
  }

  /** All that is stored now, in the order of keys. Values are not changed in place: it stays as it is. */
  entries(): readonly KvEntry[] {
    return [...this.#entries];
  }

  get(key: KvKey): Promise<KvEntry | undefined> {
    const at = this.#find(key), entry = this.#entries[at];
    return Promise.resolve(
      entry !== undefined && compareKeys(entry.key, key) === 0 ? entry : undefined,
    );
  }

  async *list(range: KvRange): AsyncIterable<KvEntry> {
    const found = this.#entries.filter(({ key }) =>
      key.length > range.prefix.length &&
      compareKeys(key.slice(0, range.prefix.length), range.prefix) === 0 &&
      (range.start === undefined || compareKeys(key, range.start) >= 0) &&
      (range.end === undefined || compareKeys(key, range.end) < 0)
    );
    if (range.isReversed === true) found.reverse();
    yield* found.slice(0, range.limit);
  }

  commit(commit: KvCommit): Promise<boolean> {
    // An error rejects, as with a real database, it is not thrown at the caller.
    return Promise.resolve().then(() => this.#apply(commit));
  }

  close(): void {}

  #apply({ checks = [], sets = [], deletes = [] }: KvCommit): boolean {
    refuseTooLarge({ checks, sets, deletes });
    for (const { key, version } of checks) {
      const entry = this.#entries[this.#find(key)];
      const found = entry !== undefined && compareKeys(entry.key, key) === 0
        ? entry.version
        : undefined;
      if (found !== version) return false;
    }
    const version = String(++this.#commits).padStart(20, "0");
    for (const key of deletes) {
      const at = this.#find(key), entry = this.#entries[at];
      if (entry !== undefined && compareKeys(entry.key, key) === 0) this.#entries.splice(at, 1);
    }
    for (const { key, value } of sets) {
      const at = this.#find(key), entry = this.#entries[at];
      const isThere = entry !== undefined && compareKeys(entry.key, key) === 0;
      this.#entries.splice(at, isThere ? 1 : 0, { key: [...key], value: value.slice(), version });
    }
    return true;
  }

  /** Index of the first entry whose key is not below. */
  #find(key: KvKey): number {
    let low = 0, high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareKeys(this.#entries[middle]!.key, key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Orders keys as Deno KV does: negative when `a` comes first. */
export function compareKeys(a: KvKey, b: KvKey): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const order = compareParts(a[i]!, b[i]!);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareParts(a: string | number, b: string | number): number {
  if (typeof a === "number") return typeof b === "number" ? a - b : 1;
  if (typeof b === "number") return -1;
  // Deno KV compares UTF-8. The texts of our keys are ASCII, for which this is the same.
  return a === b ? 0 : a < b ? -1 : 1;
}

function refuseTooLarge({ checks, sets, deletes }: Required<KvCommit>): void {
  if (checks.length > KV_LIMIT.checksPerCommit) {
    throw new TypeError(`Too many checks (max ${KV_LIMIT.checksPerCommit})`);
  }
  if (sets.length + deletes.length > KV_LIMIT.mutationsPerCommit) {
    throw new TypeError(`Too many mutations (max ${KV_LIMIT.mutationsPerCommit})`);
  }
  let bytes = 0;
  for (const { key, value } of sets) {
    if (value.length > KV_LIMIT.valueBytes) {
      throw new TypeError(`Value too large (max ${KV_LIMIT.valueBytes} bytes)`);
    }
    bytes += keyBytes(key) + value.length;
  }
  for (const key of deletes) bytes += keyBytes(key);
  if (bytes > KV_LIMIT.commitBytes) {
    throw new TypeError(`Total mutation size too large (max ${KV_LIMIT.commitBytes} bytes)`);
  }
}

/** Bytes of a key of ASCII texts: a tag and an end for each of them, a tag for each number. */
function keyBytes(key: KvKey): number {
  const bytes = key.reduce<number>(
    (sum, part) => sum + (typeof part === "number" ? 9 : part.length + 2),
    0,
  );
  if (bytes > KV_LIMIT.keyBytes) {
    throw new TypeError(`Key too large for write (max ${KV_LIMIT.keyBytes} bytes)`);
  }
  return bytes;
}
