/**
 * Floor 5: an account's durable state on Deno KV: journal, snapshots, lease. It knows nothing of orders; it keeps bytes, in order, and
 * says when they are safe.
 *
 * @module
 */

export { openStore, type OpenStoreOptions, type Store } from "./store.ts";
export { type Lease, type LeaseOwner } from "./lease.ts";
export {
  checkStore,
  type CheckStoreOptions,
  type LastGoodState,
  type StoreCheck,
} from "./check_store.ts";
export type { StoreFinding } from "./check_journal.ts";
export { type GoodStretch, type JournalCheck } from "./check_journal.ts";
export { exportAccount, type ExportAccountOptions, type Exported } from "./export_account.ts";
export { type ExportHeader } from "./export_form.ts";
export { importAccount, type ImportAccountOptions } from "./import_account.ts";
export { DEFAULT_LIMITS, MAX_PAYLOAD_BYTES, type StoreLimits } from "./limits.ts";
export { type KvBackend } from "./kv_backend.ts";
export { MemoryKv } from "./memory_kv.ts";
export { type DiskProbe, probeDisk } from "./probe_disk.ts";
export { type AccountHistory, readAccount } from "./read_account.ts";
export { type Recovery, type SetAside } from "./recover.ts";
export { LEAST_SNAPSHOT_INTERVAL_US, snapshotDue, type SnapshotPolicy } from "./retention.ts";
export { FIRST_SCHEMA, type Schema } from "./schema.ts";
export { type BadSnapshot, type NewestSnapshot, type Snapshot } from "./snapshots.ts";
