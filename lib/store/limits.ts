/**
 * Every limit of the store. Those of Deno KV are what the service refuses; ours stay below them, and larger data is split.
 *
 * @module
 */

/** What Deno KV takes at most. Source: measured, and named in its messages. */
export const KV_LIMIT = {
  valueBytes: 65_536,
  keyBytes: 2048,
  mutationsPerCommit: 1000,
  checksPerCommit: 100,
  commitBytes: 819_200,
  listBatch: 1000,
} as const;

/** Bytes of a value at most, a journal block or a chunk of a snapshot. */
export const MAX_VALUE_BYTES = 60 * 1024;

/** Values of that size in one commit; what goes along with them (head, renewal) is small. */
export const MAX_COMMIT_VALUES = 12;

/** Keys that one commit deletes. */
export const MAX_COMMIT_DELETES = 500;

/** Values that are read at once when a range is walked: 64 of them are at most 4 MiB. */
export const LIST_BATCH = 64;

/** Payload of a record at most. A larger one is refused before it is taken. */
export const MAX_PAYLOAD_BYTES = 16 * 1024 * 1024;

/** A snapshot at most. */
export const MAX_SNAPSHOT_BYTES = 512 * 1024 * 1024;

/** Tails that starts have set aside and that are kept: with one more, the oldest is removed. */
export const MAX_ASIDE = 20;

/** Length of an account's name at most, so that every key stays far below the limit. */
export const MAX_ACCOUNT_LENGTH = 64;

/** Limits that a user can set (`persistence.*`). */
export interface StoreLimits {
  /** Snapshots that are kept, 1 to 100. */
  readonly backupCount: number;
  /** How long the lease lasts after a renewal, microseconds. */
  readonly leaseTtlUs: number;
  /** Time between two renewals, microseconds. */
  readonly leaseRenewUs: number;
  /** Bytes that may wait for the disk. When they are exceeded the journal fails for good, as after an I/O error. */
  readonly maxQueueBytes: number;
}

/** The defaults of the configuration. */
export const DEFAULT_LIMITS: StoreLimits = {
  backupCount: 5,
  leaseTtlUs: 15_000_000,
  leaseRenewUs: 4_000_000,
  maxQueueBytes: 64 * 1024 * 1024,
};

/** So much before its expiry a lease is no longer acted on: room for a request on its way, and for clocks that differ. */
export const LEASE_MARGIN_US = 2_000_000;

/** An answer of the database that takes longer is told, microseconds. */
export const SLOW_ANSWER_US = 1_000_000;

/** One that takes longer has failed: as long as a lease lasts by default, so that another process may have taken over by then. */
export const LONGEST_ANSWER_US = 15_000_000;
