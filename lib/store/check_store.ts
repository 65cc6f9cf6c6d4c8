/**
 * Walks everything that is stored for an account and names what is damaged, down to the record, and what could still be gone on from.
 * It changes nothing.
 *
 * @module
 */

import { SandbarError } from "../core/mod.ts";
import type { Clock } from "../protocols/mod.ts";
import type { Birth } from "./birth.ts";
import { checkJournal, type JournalCheck } from "./check_journal.ts";
import { openDenoKv } from "./deno_kv.ts";
import { ioError } from "./errors.ts";
import { BEGINNING, cutOf, headOf } from "./journal_end.ts";
import { type AccountKeys, AREA, keysOf } from "./keys.ts";
import type { KvBackend, KvKey } from "./kv_backend.ts";
import type { LeaseOwner, LeaseRenewal } from "./lease.ts";
import type { SetAside } from "./recover.ts";
import { FIRST_SCHEMA, type Schema } from "./schema.ts";
import { jsonOf, unseal } from "./sealed_value.ts";
import { listSnapshots, readSnapshot } from "./snapshots.ts";

/** Something that is damaged or does not belong. */
export interface StoreFinding {
  /** The record, snapshot or value. */
  readonly where: string;
  readonly what: string;
  /** Number of the record, where it is one. */
  readonly sequence?: number;
}

/** A state that can be gone on from: a snapshot, or the beginning, and the good records behind it. */
export interface LastGoodState {
  /** Record of its snapshot; 0 when it is the beginning of the journal. */
  readonly snapshot: number;
  /** First and last of the good records behind it; `to` is `from - 1` when there are none. */
  readonly from: number;
  readonly to: number;
}

/** What was found. */
export interface StoreCheck {
  readonly account: string;
  readonly birthEpoch: string | undefined;
  readonly journal: JournalCheck;
  /** Records of the good snapshots, oldest first. */
  readonly snapshots: readonly number[];
  readonly owner: LeaseOwner | undefined;
  /** Undefined when nobody holds the account. */
  readonly renewal: LeaseRenewal | undefined;
  /** Tails that earlier starts have set aside. */
  readonly aside: readonly SetAside[];
  /** What is stored. */
  readonly values: number;
  readonly bytes: number;
  /** Empty when all is well. */
  readonly findings: readonly StoreFinding[];
  /** Undefined when there is nothing that could be gone on from. */
  readonly lastGood: LastGoodState | undefined;
}

/** Which store is checked. */
export interface CheckStoreOptions {
  /** Path, URL, or an open database, which stays open. */
  readonly at: string | KvBackend;
  readonly account: string;
  readonly schema?: Schema;
  /** To wait for an answer so long and no longer; without it for ever. */
  readonly clock?: Pick<Clock, "sleep">;
}

/** Attempts while a running process cuts its journal and replaces snapshots. */
const MAX_ATTEMPTS = 5;

/**
 * Checks a store, also one that is being written.
 *
 * @throws {SandbarError} `persistence_io` when it cannot be read, or holds nothing of the account.
 */
export function checkStore(options: CheckStoreOptions): Promise<StoreCheck> {
  const { account } = options, keys = keysOf(account);
  return readingStore(options, async (kv) => {
    const accounts = await accountsIn(kv);
    if (!accounts.includes(account)) throw nothingOf(account, kv.shown, accounts);
    for (let attempt = 1;; attempt++) {
      const before = await whatMoves(kv, keys), check = await checkOnce(kv, keys, options);
      const isStill = before === await whatMoves(kv, keys);
      if (check.findings.length === 0 || isStill || attempt === MAX_ATTEMPTS) return check;
    }
  });
}

/** Opens what is there to read it, closes what it has opened, and makes errors for people. */
export async function readingStore<T>(
  { at, clock }: Pick<CheckStoreOptions, "at" | "clock">,
  work: (kv: KvBackend) => Promise<T>,
): Promise<T> {
  const waiting = clock && { clock, isReadOnly: true };
  const kv = typeof at === "string" ? await openDenoKv(at, waiting) : at;
  try {
    return await work(kv);
  } catch (cause) {
    throw ioError("read the store", kv.shown, cause);
  } finally {
    if (typeof at === "string") kv.close();
  }
}

/** Returns the accounts of which a database holds anything. */
export async function accountsIn(kv: KvBackend): Promise<string[]> {
  const accounts: string[] = [];
  for (;;) {
    const last = accounts[accounts.length - 1], before = accounts.length;
    // Behind all keys that begin with the last account.
    const range = { prefix: [], limit: 1, ...(last === undefined ? {} : { start: [last + "\0"] }) };
    for await (const { key } of kv.list(range)) accounts.push(String(key[0]));
    if (accounts.length === before) return accounts;
  }
}

/** Returns the error of a store that holds nothing of an account, saying which it holds. */
export function nothingOf(
  account: string,
  shown: string,
  accounts: readonly string[],
): SandbarError {
  const held = accounts.length === 0 ? "it is empty" : `it holds ${accounts.join(", ")}`;
  return new SandbarError(
    "persistence_io",
    `There is nothing of account ${account} in the store ${shown}: ${held}`,
  );
}

/** What a running process replaces and removes, as a text to compare. */
export async function whatMoves(kv: KvBackend, keys: AccountKeys): Promise<string> {
  const cut = await kv.get(keys.cut), snapshots = await listSnapshots({ kv, keys });
  return `${cut?.version} ${snapshots.join(" ")}`;
}

async function checkOnce(
  kv: KvBackend,
  keys: AccountKeys,
  { account, schema = FIRST_SCHEMA }: CheckStoreOptions,
): Promise<StoreCheck> {
  const { contents, aside, values, bytes, findings } = await checkValues(kv, keys);
  const read = <T>(key: KvKey, parse: (content: Uint8Array) => T): T | undefined => {
    const content = contents.get(nameOf(key));
    return content === undefined ? undefined : parse(content);
  };
  const birth = read(keys.birth, jsonOf<Birth>), head = read(keys.head, headOf);
  const cut = read(keys.cut, cutOf), isCutBad = findings.some(({ where }) => where === "cut");
  const start = cut ?? (isCutBad ? undefined : BEGINNING);
  const journal = await checkJournal({ kv, keys, schema, start }, head);
  const snapshots: number[] = [];
  for (const sequence of await listSnapshots({ kv, keys })) {
    const found = await readSnapshot({ kv, keys }, sequence);
    if ("bytes" in found) snapshots.push(sequence);
    else findings.push({ where: `snapshot of record ${sequence}`, what: found.what });
  }
  for (const [name, isNeeded] of [["birth", true], ["head", journal.blocks > 0]] as const) {
    if (!isNeeded || contents.has(name) || findings.some(({ where }) => where === name)) continue;
    findings.push({ where: name, what: "it is missing" });
  }
  return {
    account,
    birthEpoch: birth?.birthEpoch,
    journal,
    snapshots,
    owner: read(keys.owner, jsonOf<LeaseOwner>),
    renewal: read(keys.renewed, jsonOf<LeaseRenewal>),
    aside,
    values,
    bytes,
    findings: [...findings, ...journal.findings],
    lastGood: lastGoodOf(journal, snapshots, start?.after),
  };
}

/** Looks at every value by itself, blocks and snapshots excepted, which are looked at as a whole. */
async function checkValues(kv: KvBackend, keys: AccountKeys): Promise<{
  readonly contents: ReadonlyMap<string, Uint8Array>;
  readonly aside: readonly SetAside[];
  readonly values: number;
  readonly bytes: number;
  readonly findings: StoreFinding[];
}> {
  const contents = new Map<string, Uint8Array>(), aside: SetAside[] = [];
  const findings: StoreFinding[] = [];
  let values = 0, bytes = 0;
  for await (const { key, value } of kv.list({ prefix: keys.all })) {
    values++;
    bytes += value.length;
    const area = key[1], isNote = area === AREA.aside && key[3] === "note";
    if (area === AREA.journal || area === AREA.snapshot || area === AREA.chunk) continue;
    // What was set aside is damaged, hence where it is.
    if (area === AREA.aside && !isNote) continue;
    const name = nameOf(key), found = unseal(value);
    if (!found.ok) findings.push({ where: name, what: found.what });
    else if (isNote) aside.push(jsonOf<SetAside>(found.content));
    else contents.set(name, found.content);
    if (area === AREA.import) {
      findings.push({ where: name, what: "an import was interrupted; repeat it" });
    }
    if (!NAMES.includes(name) && !isNote) {
      findings.push({ where: name, what: "no value of this version has this key" });
    }
  }
  return { contents, aside, values, bytes, findings };
}

const NAMES = [
  AREA.birth,
  AREA.head,
  AREA.cut,
  AREA.import,
  `${AREA.lease} owner`,
  `${AREA.lease} renewed`,
];

/** The name of a value, without its account. */
function nameOf(key: KvKey): string {
  return key.slice(1).join(" ");
}

function lastGoodOf(
  { stretches }: JournalCheck,
  snapshots: readonly number[],
  after: number | undefined,
): LastGoodState | undefined {
  const snapshot = snapshots[snapshots.length - 1] ?? 0;
  if (snapshot === 0 && after !== 0) return undefined;
  const from = snapshot + 1;
  const behind = stretches.find((one) => one.from <= from && one.to >= from);
  if (snapshot === 0 && behind === undefined) return undefined;
  return { snapshot, from, to: behind?.to ?? snapshot };
}
