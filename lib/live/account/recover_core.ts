/**
 * Brings an account back: the newest snapshot, then the journal after it. Where a strategy was upgraded its book goes on with the rights of the
 * new version, then as well as now.
 *
 * @module
 */

import { SandbarError } from "../../core/mod.ts";
import type { Rights } from "../../engine/mod.ts";
import { JOURNAL_KIND, type JournalRecord } from "../../protocols/mod.ts";
import type { Store } from "../../store/mod.ts";
import { encodeCore, identityIn, restoreCore } from "./core_snapshot.ts";
import { decodeJsonPayload } from "./records.ts";
import type { SessionIdentity } from "./session_identity.ts";
import type { TradingCore } from "./trading_core.ts";

/** What an account was before this start. */
export interface Past {
  /** Of the snapshot, or of the first start after it; undefined for a fresh account. */
  readonly begun: SessionIdentity | undefined;
  /** Of the last start. */
  readonly identity: SessionIdentity | undefined;
  readonly snapshot: Uint8Array<ArrayBuffer> | undefined;
  /** The last record that is in it, 0 without one. */
  readonly snapshotSequence: number;
  /** After the snapshot. */
  readonly records: readonly JournalRecord[];
}

/**
 * Reads the newest snapshot and the journal after it.
 *
 * @throws {SandbarError} `snapshot_corrupt` when the only snapshots that reach back to the journal's beginning are damaged.
 */
export async function pastOf(store: Store): Promise<Past> {
  const { snapshot, bad } = await store.newestSnapshot(), records: JournalRecord[] = [];
  const after = snapshot?.sequence ?? 0, { firstSequence, lastSequence } = store.recovery;
  if (lastSequence > after && (firstSequence === 0 || firstSequence > after + 1)) {
    throw new SandbarError(
      "snapshot_corrupt",
      `Cannot recover account ${store.account}: its journal begins after record ${
        Math.max(after, firstSequence - 1)
      }, and ${
        bad.length === 0
          ? "there is no snapshot that reaches so far"
          : `the snapshot of record ${bad[0]!.sequence} is damaged (${bad[0]!.what})`
      }; run \`deno task doctor\`: it names all damage, and import a backup`,
      { context: { account: store.account } },
    );
  }
  let begun = snapshot === undefined ? undefined : identityIn(snapshot.bytes), identity = begun;
  for await (const record of store.journal.read(after + 1)) {
    if (record.kind === JOURNAL_KIND.start) {
      identity = decodeJsonPayload(record.payload)["identity"] as SessionIdentity;
      begun ??= identity;
    } else records.push(record);
  }
  return { begun, identity, snapshot: snapshot?.bytes, snapshotSequence: after, records };
}

/** Makes an account whose books have these rights, one a strategy. */
export type MakeCore = (rights: readonly Rights[]) => TradingCore;

/** An account while it is brought back. */
export class CoreRecovery {
  core: TradingCore;
  readonly #make: MakeCore;
  readonly #identity: SessionIdentity;
  readonly #rights: Rights[];

  /** @param identity Of this start. @param granted Rights of a fresh account. */
  constructor(
    make: MakeCore,
    past: Past,
    { identity, granted }: {
      readonly identity: SessionIdentity;
      readonly granted: readonly Rights[];
    },
  ) {
    this.#make = make;
    this.#identity = identity;
    this.#rights = granted.map((own, k) => past.begun?.strategies[k]?.rights ?? own);
    this.core = make(this.#rights);
    if (past.snapshot !== undefined) restoreCore(this.core, past.snapshot);
    for (const record of past.records) this.apply(record);
  }

  /** Applies a record. */
  apply(record: Pick<JournalRecord, "kind" | "payload">): void {
    this.core.apply(record);
    if (record.kind !== JOURNAL_KIND.strategy) return;
    const { event, strategy, rights } = decodeJsonPayload(record.payload);
    if (event === "upgraded") this.#grant(strategy as number, rights as Rights);
  }

  /** Rights are part of what an engine is made from: with others, the account moves into books that are made anew. */
  #grant(strategy: number, rights: Rights): void {
    if (JSON.stringify(this.#rights[strategy]) === JSON.stringify(rights)) return;
    this.#rights[strategy] = rights;
    const bytes = encodeCore(this.core, this.#identity);
    this.core = this.#make(this.#rights);
    restoreCore(this.core, bytes);
  }
}
