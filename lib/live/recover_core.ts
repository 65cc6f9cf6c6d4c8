/**
 * Brings an account back: the newest snapshot, then the journal after it. Where a strategy was upgraded its book goes on with the rights of the
 * new version, then as well as now.
 *
 * @module
 */

import type { Rights } from "../engine/mod.ts";
import { JOURNAL_KIND, type JournalRecord } from "../protocols/mod.ts";
import type { Store } from "../store/mod.ts";
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
  /** After the snapshot. */
  readonly records: readonly JournalRecord[];
}

/** Reads the newest snapshot and the journal after it. */
export async function pastOf(store: Store): Promise<Past> {
  const { snapshot } = await store.newestSnapshot(), records: JournalRecord[] = [];
  let begun = snapshot === undefined ? undefined : identityIn(snapshot.bytes), identity = begun;
  for await (const record of store.journal.read((snapshot?.sequence ?? 0) + 1)) {
    if (record.kind === JOURNAL_KIND.start) {
      identity = decodeJsonPayload(record.payload)["identity"] as SessionIdentity;
      begun ??= identity;
    } else records.push(record);
  }
  return { begun, identity, snapshot: snapshot?.bytes, records };
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
