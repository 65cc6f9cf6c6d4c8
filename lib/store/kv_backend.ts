/**
 * What the store asks of a key-value database: ordered keys, values of bytes, and commits that happen wholly or not at all if their
 * checks hold. Deno KV is one (`deno_kv.ts`), memory another (`memory_kv.ts`); everything above is the same code.
 *
 * @module
 */

/** Parts of a key, texts in ASCII. Texts order before numbers, texts by their bytes, numbers by value; a key orders before its continuations. */
export type KvKey = readonly (string | number)[];

/** A stored value. */
export interface KvEntry {
  readonly key: KvKey;
  readonly value: Uint8Array<ArrayBuffer>;
  /** Changes with every write of the key. */
  readonly version: string;
}

/** A condition of a commit: the key has this version, or no value when it is undefined. */
export interface KvCheck {
  readonly key: KvKey;
  readonly version: string | undefined;
}

/** Writes that belong together. */
export interface KvCommit {
  readonly checks?: readonly KvCheck[];
  readonly sets?: readonly { readonly key: KvKey; readonly value: Uint8Array<ArrayBuffer> }[];
  readonly deletes?: readonly KvKey[];
}

/** Which keys are listed: all that go on from a prefix, from `start` (included) to `end` (excluded) where given. */
export interface KvRange {
  readonly prefix: KvKey;
  readonly start?: KvKey;
  readonly end?: KvKey;
  readonly isReversed?: boolean;
  /** Entries at most. */
  readonly limit?: number;
}

/** A database. Its methods throw what the system or the service says; the callers make errors for people of it. */
export interface KvBackend {
  /** How messages call it: its path, URL, or "memory". */
  readonly shown: string;
  get(key: KvKey): Promise<KvEntry | undefined>;
  /** In the order of keys. Batches are read one after the other: what is written meanwhile may or may not be seen. */
  list(range: KvRange): AsyncIterable<KvEntry>;
  /** Resolves once the writes are durable; false when a check did not hold and nothing was written. */
  commit(commit: KvCommit): Promise<boolean>;
  /** One that still owes an answer is closed when it has given it: the promise tells when. */
  close(): void | Promise<void>;
}
