/**
 * An account's state into one file: all of it, or of a damaged store the last good state.
 *
 * @module
 */

import { SandbarError } from "../core/mod.ts";
import type { Clock } from "../protocols/mod.ts";
import { type Birth, readBirth, sealBirth } from "./birth.ts";
import {
  checkStore,
  type CheckStoreOptions,
  type LastGoodState,
  readingStore,
  type StoreCheck,
  whatMoves,
} from "./check_store.ts";
import { type ExportEntry, type ExportHeader, writeExport } from "./export_form.ts";
import { BLOCK_HEADER_BYTES, isSameHash, readHeader, sealBlock } from "./journal_block.ts";
import { BEGINNING, EMPTY_END, headOf, type JournalEnd, sealCut, sealHead } from "./journal_end.ts";
import { type WalkedBlock, walkJournal } from "./journal_walk.ts";
import { AREA, keysOf } from "./keys.ts";
import type { KvBackend, KvKey } from "./kv_backend.ts";
import { FIRST_SCHEMA } from "./schema.ts";
import { jsonOf, unseal } from "./sealed_value.ts";
import { readManifest } from "./snapshots.ts";

/** What is exported, and where to. */
export interface ExportAccountOptions extends CheckStoreOptions {
  /** The file to write; there must be none of that name. */
  readonly file: string;
  readonly clock: Clock;
  /** Of a damaged store: whether its last good state is exported. Without it a damaged store is refused. */
  readonly takesLastGood?: boolean;
}

/** What was exported. */
export interface Exported extends ExportHeader {
  /** Bytes of the file. */
  readonly bytes: number;
}

/** Attempts while a running process cuts its journal and replaces snapshots. */
const MAX_ATTEMPTS = 5;

/**
 * Exports an account, also one that is being written: the file then holds what was durable at one moment.
 *
 * @throws {SandbarError} `journal_corrupt` for a damaged store, saying what is damaged; `usage` when the file is there already;
 * `persistence_io`.
 */
export function exportAccount(options: ExportAccountOptions): Promise<Exported> {
  return readingStore(options, async (kv) => {
    const check = await checkStore({ ...options, at: kv });
    if (check.findings.length === 0) return await exportAll(kv, check, options);
    if (options.takesLastGood === true) return await exportLastGood(kv, check, options);
    const { where, what } = check.findings[0]!, more = check.findings.length - 1;
    throw new SandbarError(
      "journal_corrupt",
      `Cannot export ${kv.shown}: ${where} is damaged (${what})` +
        (more > 0 ? `, and ${more} more` : "") +
        "; look with `deno task doctor`, which can export the last good state",
    );
  });
}

async function exportAll(
  kv: KvBackend,
  { account }: StoreCheck,
  { file, clock }: ExportAccountOptions,
): Promise<Exported> {
  const keys = keysOf(account), birth = (await readBirth(kv, keys))!;
  for (let attempt = 1;; attempt++) {
    const before = await whatMoves(kv, keys);
    // Read first: the blocks up to there are all there, whatever is written meanwhile.
    const head = await readGoodHead(kv, keys.head);
    let hasMoved = false;
    const header = { ...birth, timeUs: clock.now(), lastSequence: head.whole };
    const entries = async function* (): AsyncIterable<ExportEntry> {
      let isAtEnd = false;
      for await (const { key, value } of kv.list({ prefix: keys.all })) {
        if (LEFT_OUT.has(String(key[1]))) continue;
        if (key[1] === AREA.journal) {
          const { first, hash } = readHeader(value)!;
          if (isAtEnd || first > head.last) continue;
          isAtEnd = isSameHash(hash, head.hash);
        }
        yield { key: key.slice(1), value };
      }
      yield { key: [AREA.head], value: sealHead(head) };
      hasMoved = before !== await whatMoves(kv, keys);
      if (hasMoved) {
        throw new SandbarError(
          "persistence_io",
          `Cannot export ${kv.shown}: its snapshots changed ${attempt} times meanwhile; try again`,
          { retryable: true },
        );
      }
    };
    try {
      return { ...header, bytes: await writeExport(file, header, entries()) };
    } catch (error) {
      if (!hasMoved || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}

const LEFT_OUT: ReadonlySet<string> = new Set([AREA.lease, AREA.import, AREA.head]);

/** Returns where a journal ends; the end of an empty one when the head is missing or damaged. */
export async function readGoodHead(kv: KvBackend, key: KvKey): Promise<JournalEnd> {
  const entry = await kv.get(key), found = entry === undefined ? undefined : unseal(entry.value);
  return found?.ok === true ? headOf(found.content) : EMPTY_END;
}

async function exportLastGood(
  kv: KvBackend,
  check: StoreCheck,
  { file, clock, schema = FIRST_SCHEMA }: ExportAccountOptions,
): Promise<Exported> {
  const { account, lastGood } = check, keys = keysOf(account);
  const birthEpoch = await findBirthEpoch(kv, check);
  if (lastGood === undefined || birthEpoch === undefined) {
    throw new SandbarError(
      "journal_corrupt",
      `Cannot export ${kv.shown}: neither a snapshot nor the beginning of the journal is left; use an older export`,
    );
  }
  const { snapshot, from, to } = lastGood;
  const birth: Birth = { account, birthEpoch };
  const header = { ...birth, timeUs: clock.now(), lastSequence: to };
  const entries = async function* (): AsyncIterable<ExportEntry> {
    yield { key: [AREA.birth], value: sealBirth(birth) };
    if (snapshot > 0) {
      const { value } = (await kv.get(keys.manifest(snapshot)))!;
      yield { key: keys.manifest(snapshot).slice(1), value };
      for await (const { key, value } of kv.list({ prefix: [...keys.chunks, snapshot] })) {
        yield { key: key.slice(1), value };
      }
    }
    // The records are as they were; what links them begins anew.
    const start = { after: from - 1, hash: BEGINNING.hash };
    if (start.after > 0) yield { key: [AREA.cut], value: sealCut(start) };
    let end: JournalEnd = { last: start.after, hash: start.hash, whole: start.after, given: 0 };
    for await (const block of walkJournal({ kv, keys, schema, start: undefined })) {
      const value = goodPartOf(block, lastGood, end);
      if (value === undefined) continue;
      const { first, firstPart, last, hash } = readHeader(value)!;
      yield { key: keys.block(first, firstPart).slice(1), value };
      end = { ...end, last, hash };
    }
    const given = Math.max(to, (await readGoodHead(kv, keys.head)).given, check.journal.highest);
    yield { key: [AREA.head], value: sealHead({ ...end, whole: to, given }) };
  };
  return { ...header, bytes: await writeExport(file, header, entries()) };
}

/** Returns a block of those records of another that belong to a state; undefined when none does. */
function goodPartOf(
  { entry, records }: WalkedBlock,
  { from, to }: LastGoodState,
  end: JournalEnd,
): Uint8Array<ArrayBuffer> | undefined {
  const good = records.filter(({ sequence }) => sequence >= from && sequence <= to);
  const first = good[0], last = good[good.length - 1];
  if (first === undefined || last === undefined) return undefined;
  const before = records[records.indexOf(first) - 1]?.end ?? BLOCK_HEADER_BYTES;
  const value = new Uint8Array(BLOCK_HEADER_BYTES + last.end - before);
  value.set(entry.value.subarray(before, last.end), BLOCK_HEADER_BYTES);
  sealBlock(value, {
    first: first.sequence,
    firstPart: first.part,
    last: last.sequence,
    after: end.last,
    previousHash: end.hash,
  });
  return value;
}

/** The birth epoch is in the birth value, in every manifest and in the first record: one of them is good, or nothing is. */
async function findBirthEpoch(
  kv: KvBackend,
  { account, birthEpoch, lastGood }: StoreCheck,
): Promise<string | undefined> {
  if (birthEpoch !== undefined || lastGood === undefined) return birthEpoch;
  const keys = keysOf(account);
  if (lastGood.snapshot > 0) {
    const manifest = await readManifest({ kv, keys }, lastGood.snapshot);
    return "birthEpoch" in manifest ? manifest.birthEpoch : undefined;
  }
  for await (
    const { records } of walkJournal({ kv, keys, schema: FIRST_SCHEMA, start: undefined })
  ) {
    const [first] = records;
    return first === undefined ? undefined : jsonOf<Birth>(first.payload).birthEpoch;
  }
  return undefined;
}
