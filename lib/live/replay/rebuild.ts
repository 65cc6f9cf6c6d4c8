/**
 * The past of an account: its state at any record, rebuilt from the beginning of its journal or from the oldest kept snapshot, and compared with
 * every kept snapshot on the way.
 *
 * @module
 */

import { SandbarError } from "../../core/mod.ts";
import { ALL_RIGHTS } from "../../engine/mod.ts";
import { JOURNAL_KIND, type JournalRecord } from "../../protocols/mod.ts";
import { sha256Ledger } from "../../run/mod.ts";
import type { AccountHistory } from "../../store/mod.ts";
import { encodeCore, identityIn, restoreCore } from "../core_snapshot.ts";
import { type MovedAccount, withPlaces } from "./moved_account.ts";
import { LiveMarket } from "../live_market.ts";
import { CoreRecovery, type MakeCore } from "../recover_core.ts";
import { OrderNames } from "../order_names.ts";
import { decodeBars, decodeJsonPayload } from "../records.ts";
import { sessionData } from "../session_data.ts";
import type { SessionIdentity, SessionSettings } from "../session_identity.ts";
import { bookSpec } from "../strategy_specs.ts";
import { TradingCore } from "../trading_core.ts";

/** How far the past is told: up to a record, or up to an engine time in microseconds UTC, both included. */
export type Until = { readonly sequence: number } | { readonly timeUs: number };

/** A kept snapshot beside the state that was rebuilt. */
export interface SnapshotCheck {
  readonly sequence: number;
  /** What differs, or is damaged; empty when the two are the same to the last bit. */
  readonly what: string;
}

/** A state of the past. */
export interface Rebuilt {
  readonly core: TradingCore;
  /** Of the session that wrote the last record. */
  readonly identity: SessionIdentity;
  /** Record from which it was rebuilt: 0 for the beginning, else that of the oldest good snapshot. */
  readonly from: number;
  /** Last record that is in it. */
  readonly sequence: number;
  /** What the journal holds, at the time of the look. */
  readonly lastSequence: number;
  readonly records: number;
  readonly snapshots: readonly SnapshotCheck[];
  /** Kind of the last record; undefined when none was read. */
  readonly lastKind: number | undefined;
  /** Rows that each strategy asked for at the end of a recorded feed; undefined when the record of its end was not read. */
  readonly lastRows: readonly number[] | undefined;
}

/**
 * Rebuilds a state.
 *
 * @param moved Where its data lies now.
 * @throws {SandbarError} `usage` for a place that is not in the journal, or not any more; `data_invalid` when the recorded bars have changed;
 * `journal_corrupt`, `schema_newer`, and what data can be wrong in.
 */
export async function rebuild(
  history: AccountHistory,
  until: Until,
  moved: MovedAccount = {},
): Promise<Rebuilt> {
  const { firstSequence, lastSequence } = history;
  if ("sequence" in until && until.sequence > lastSequence) {
    throw new SandbarError(
      "usage",
      `--to: found ${until.sequence}; the journal ends with record ${lastSequence}`,
    );
  }
  const snapshots: SnapshotCheck[] = [];
  const base = firstSequence > 1 ? await oldestGood(history, snapshots) : undefined;
  const from = base?.sequence ?? 0;
  if ("sequence" in until && until.sequence < Math.max(1, from)) throw tooEarly(from);
  let identity = base === undefined
    ? await firstIdentity(history)
    : identityIn(base.bytes as Uint8Array<ArrayBuffer>);
  const recovery = new CoreRecovery(coreMaker(identity, { ...history, moved }), {
    begun: identity,
    identity,
    snapshot: base?.bytes as Uint8Array<ArrayBuffer> | undefined,
    snapshotSequence: from,
    records: [],
  }, { identity, granted: identity.strategies.map(() => ALL_RIGHTS) });
  if ("timeUs" in until && recovery.core.nowUs > until.timeUs) throw tooEarly(from);
  let sequence = from, records = 0, lastKind: number | undefined;
  let lastRows: number[] | undefined;
  const waiting = history.snapshots.filter((each) => each > from);
  for await (const record of history.records(from + 1)) {
    if (isBeyond(record, until)) break;
    const { kind } = record;
    if (kind === JOURNAL_KIND.start) identity = identityOfStart(record);
    const before = recovery.core.books.map(({ intents }) => intents.count);
    recovery.apply(record);
    const { core } = recovery;
    if (kind === JOURNAL_KIND.stop && core.isFinished) {
      lastRows = core.books.map(({ intents }, k) => intents.count - before[k]!);
    }
    sequence = record.sequence;
    lastKind = kind;
    records++;
    if (waiting[0] !== sequence) continue;
    waiting.shift();
    snapshots.push({ sequence, what: await compareWith({ ...history, moved }, core, sequence) });
  }
  if (base !== undefined) snapshots.push({ sequence: from, what: "" });
  snapshots.sort((a, b) => a.sequence - b.sequence);
  const { core } = recovery;
  return { core, identity, from, sequence, lastSequence, records, snapshots, lastKind, lastRows };
}

/** Returns the newest identity that can be read, undefined when there is none: what a damaged account was begun with. */
export async function identityOfAccount(
  history: AccountHistory,
): Promise<SessionIdentity | undefined> {
  for (const sequence of history.snapshots.toReversed()) {
    const found = await history.snapshot(sequence);
    const identity = "bytes" in found ? readable(found.bytes) : undefined;
    if (identity !== undefined) return identity;
  }
  return history.firstSequence > 1 ? undefined : await firstIdentity(history).catch((error) => {
    if (error instanceof SandbarError) return undefined;
    throw error;
  });
}

/** Returns what an account was begun with. @throws {SandbarError} `journal_corrupt` when it does not say so. */
export function settingsOf({ settings }: SessionIdentity, shown: string): SessionSettings {
  if (settings !== undefined) return settings;
  throw new SandbarError(
    "journal_corrupt",
    `Cannot rebuild anything from ${shown}: it does not say what its session was begun with`,
  );
}

/** Returns the identity in a snapshot, undefined for one of another form. */
function readable(bytes: Uint8Array<ArrayBuffer>): SessionIdentity | undefined {
  try {
    return identityIn(bytes);
  } catch (error) {
    if (error instanceof RangeError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Returns what makes an account of an identity before its first bar. */
function coreMaker(
  identity: SessionIdentity,
  { shown, birthEpoch, moved }: Pick<AccountHistory, "shown" | "birthEpoch"> & {
    readonly moved: MovedAccount;
  },
): MakeCore {
  const settings = withPlaces(settingsOf(identity, shown), moved),
    { begunUs } = identity,
    data = sessionData(settings, begunUs);
  if (data.sha256 !== identity.data) {
    throw new SandbarError(
      "data_invalid",
      `Cannot rebuild account ${settings.accountId} of ${shown}: the recorded bars that it was begun with have changed; ` +
        "bring them back, or import them again from the file that they came from",
    );
  }
  const market = new LiveMarket(data.template), { accountId: account, deployment } = settings;
  const names = settings.brokers.paper.url === null
    ? null
    : new OrderNames({ account, deployment, birthEpoch }, settings.strategies.map(({ id }) => id));
  return (rights) =>
    new TradingCore(
      market,
      settings.strategies.map((strategy, k) => ({
        id: strategy.id,
        spec: { ...bookSpec(settings, strategy, market), rights: rights[k]! },
      })),
      { names, limits: settings.run.risk },
    );
}

async function oldestGood(
  history: AccountHistory,
  bad: SnapshotCheck[],
): Promise<{ readonly sequence: number; readonly bytes: Uint8Array<ArrayBuffer> }> {
  for (const sequence of history.snapshots) {
    const found = await history.snapshot(sequence);
    if ("bytes" in found) return found;
    bad.push(found);
  }
  throw new SandbarError(
    "snapshot_corrupt",
    `Cannot rebuild anything from ${history.shown}: the journal begins with record ${history.firstSequence}, and no snapshot before it is whole; ` +
      "run deno task doctor",
  );
}

async function firstIdentity(history: AccountHistory): Promise<SessionIdentity> {
  for await (const record of history.records(1)) {
    if (record.kind === JOURNAL_KIND.start) return identityOfStart(record);
  }
  throw new SandbarError(
    "data_missing",
    `Cannot rebuild anything from ${history.shown}: no session of this account has begun yet`,
  );
}

function identityOfStart({ sequence, payload }: JournalRecord): SessionIdentity {
  const identity = decodeJsonPayload(payload)["identity"] as SessionIdentity | undefined;
  if (identity !== undefined) return identity;
  throw new SandbarError(
    "journal_corrupt",
    `Cannot read record ${sequence} of the journal: it does not say what the session was begun with`,
  );
}

function isBeyond(record: JournalRecord, until: Until): boolean {
  return "sequence" in until
    ? record.sequence > until.sequence
    : engineTimeOf(record) > until.timeUs;
}

/** When a record happens: bars at their close, everything else at the engine time at which it was written. */
function engineTimeOf({ kind, payload, timeUs }: JournalRecord): number {
  return kind === JOURNAL_KIND.bars
    ? decodeBars(payload)[0]!.closeUs
    // The birth is written by the clock, before there is an engine.
    : kind === JOURNAL_KIND.birth
    ? -Infinity
    : timeUs;
}

/** Returns what differs between a stored state and the one that was rebuilt, empty for nothing. */
async function compareWith(
  history: AccountHistory & { readonly moved: MovedAccount },
  core: TradingCore,
  sequence: number,
): Promise<string> {
  const found = await history.snapshot(sequence);
  if ("what" in found) return found.what;
  const { bytes } = found, identity = identityIn(bytes), rebuilt = encodeCore(core, identity);
  if (rebuilt.length === bytes.length && rebuilt.every((byte, at) => byte === bytes[at])) return "";
  const rights = identity.strategies.map((each) => each.rights);
  const stored = coreMaker(identity, history)(rights);
  restoreCore(stored, bytes);
  const parts = core.books.flatMap(({ engine }, k) => {
    const other = stored.books[k]!.engine;
    return [
      ...sha256Ledger(engine) === sha256Ledger(other) ? [] : [`ledger of ${core.ids[k]}`],
      ...engine.mirrorHash() === other.mirrorHash() ? [] : [`book of ${core.ids[k]}`],
    ];
  });
  return `the state that was stored is another one than the rebuilt one: ${
    parts.length === 0 ? "neither ledgers nor books, what is around them" : parts.join(", ")
  }`;
}

function tooEarly(from: number): SandbarError {
  return new SandbarError(
    "usage",
    from === 0
      ? "--to: that is before the first record"
      : `--to: the journal before record ${from} has been cut: the past is kept from there on`,
  );
}
