/**
 * The keys of an account. Each begins with the account's name, so that several accounts share a database and none sees another's.
 *
 * @module
 */

import { SandbarError } from "../core/mod.ts";
import type { KvKey } from "./kv_backend.ts";
import { MAX_ACCOUNT_LENGTH } from "./limits.ts";

/** Second parts of the keys. */
export const AREA = {
  /** Form of the store and birth epoch. */
  birth: "birth",
  /** Where the journal ends: rewritten by every commit of records. */
  head: "head",
  /** Where the journal begins, once it has been cut. */
  cut: "cut",
  /** Blocks of records: first sequence, first part. */
  journal: "journal",
  /** Manifests of snapshots: sequence. */
  snapshot: "snapshot",
  /** Their chunks: sequence, index. Apart from the manifests, which are listed without them. */
  chunk: "chunk",
  /** Tails that a start has set aside: epoch of the owner, then the key of the block in the journal. */
  aside: "aside",
  /** The two values of the lease. */
  lease: "lease",
  /** There while an import is under way. */
  import: "import",
} as const;

/** Keys of one account. */
export interface AccountKeys {
  readonly all: KvKey;
  readonly birth: KvKey;
  readonly head: KvKey;
  readonly cut: KvKey;
  readonly import: KvKey;
  readonly owner: KvKey;
  readonly renewed: KvKey;
  readonly journal: KvKey;
  readonly manifests: KvKey;
  readonly chunks: KvKey;
  readonly aside: KvKey;
  block(firstSequence: number, firstPart: number): KvKey;
  chunk(sequence: number, index: number): KvKey;
  manifest(sequence: number): KvKey;
  asideNote(epoch: number): KvKey;
  asideBlock(epoch: number, block: KvKey): KvKey;
}

/** Returns the keys of an account. */
export function keysOf(account: string): AccountKeys {
  return {
    all: [account],
    birth: [account, AREA.birth],
    head: [account, AREA.head],
    cut: [account, AREA.cut],
    import: [account, AREA.import],
    owner: [account, AREA.lease, "owner"],
    renewed: [account, AREA.lease, "renewed"],
    journal: [account, AREA.journal],
    manifests: [account, AREA.snapshot],
    chunks: [account, AREA.chunk],
    aside: [account, AREA.aside],
    block: (firstSequence, firstPart) => [account, AREA.journal, firstSequence, firstPart],
    chunk: (sequence, index) => [account, AREA.chunk, sequence, index],
    manifest: (sequence) => [account, AREA.snapshot, sequence],
    asideNote: (epoch) => [account, AREA.aside, epoch, "note"],
    asideBlock: (epoch, block) => [account, AREA.aside, epoch, ...block.slice(2)],
  };
}

/**
 * Refuses a name of an account that cannot begin keys.
 *
 * @throws {SandbarError} `usage`.
 */
export function checkAccountName(account: string): void {
  if (account.length <= MAX_ACCOUNT_LENGTH && /^[\w.@:-]+$/.test(account)) return;
  throw new SandbarError(
    "usage",
    `Cannot use the account name "${account}": 1 to ${MAX_ACCOUNT_LENGTH} letters, digits and ._@:- are allowed`,
  );
}
