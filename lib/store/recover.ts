/**
 * What happens to a journal at a start: all of it is verified, and its end is made one to go on from.
 *
 * Damage at the end, or a record of which the last parts were never written, is set aside under keys of its own: the valid prefix stays, and
 * the numbers that were durable are not given again. Damage with good records behind it stops the start.
 *
 * @module
 */

import { valueCorrupt } from "./errors.ts";
import { hasRecordAfter, isSameHash, sealBlock } from "./journal_block.ts";
import { EMPTY_END, headOf, type JournalEnd, type JournalStart, sealHead } from "./journal_end.ts";
import { faultError, type ReadOptions, startOf } from "./journal_read.ts";
import { type JournalFault, type WalkedBlock, walkJournal } from "./journal_walk.ts";
import type { AccountKeys } from "./keys.ts";
import type { KvBackend, KvCommit, KvEntry, KvKey } from "./kv_backend.ts";
import { MAX_ASIDE, MAX_COMMIT_DELETES, MAX_COMMIT_VALUES } from "./limits.ts";
import { sealJson, unseal } from "./sealed_value.ts";

/** What a start found and did. */
export interface Recovery {
  /** Sequence of the first record that is there, 0 when there is none. */
  readonly firstSequence: number;
  /** Sequence of the last valid record, 0 when there is none. */
  readonly lastSequence: number;
  readonly tail: SetAside | undefined;
}

/** A tail that was set aside. */
export interface SetAside {
  /** First record that is no longer in the journal. */
  readonly from: number;
  /** Highest number that had been durable, below `from` when no record is lost: one that was never written whole, damage around good ones. */
  readonly to: number;
  /** Blocks, damaged or cut short, that were stored aside. */
  readonly blocks: number;
  readonly what: string;
}

/** A verified journal. */
export interface Survey {
  readonly start: JournalStart;
  /** The last good place. */
  readonly end: JournalEnd;
  readonly firstSequence: number;
  readonly tail: BadTail | undefined;
}

interface BadTail {
  /** Blocks from the one with the last good record on; the first of them is kept up to `keepUntil`. */
  readonly blocks: readonly WalkedBlock[];
  /** Offset in the first block, 0 when nothing of it is kept. */
  readonly keepUntil: number;
  readonly what: string;
}

/**
 * Verifies a journal.
 *
 * @throws {SandbarError} `journal_corrupt` for damage with good records behind it, or in the values that tell start and end;
 * `schema_newer`.
 */
export async function surveyJournal(options: ReadOptions): Promise<Survey> {
  const { kv, keys } = options, start = await startOf(kv, keys), head = await readHead(kv, keys);
  let end: JournalEnd = { last: start.after, hash: start.hash, whole: start.after, given: 0 };
  let firstSequence = 0, fault: JournalFault | undefined;
  /** From the block with the end of the last whole record on. */
  let tail: WalkedBlock[] = [], keepUntil = 0;
  for await (const block of walkJournal({ ...options, start })) {
    if (fault !== undefined && isBehind(block, fault)) throw faultError(kv.shown, fault);
    tail.push(block);
    if (fault !== undefined) continue;
    fault = block.fault;
    if (fault !== undefined && !isAtEnd(block, fault)) throw faultError(kv.shown, fault);
    firstSequence ||= block.records[0]?.sequence ?? 0;
    const whole = block.records.findLast((record) => !record.hasMore);
    if (whole === undefined) continue;
    tail = [block];
    keepUntil = whole.end;
    const last = block.records[block.records.length - 1]!.sequence;
    end = { last, hash: block.header!.hash, whole: whole.sequence, given: whole.sequence };
  }
  if (head === undefined) {
    if (tail.length > 0 || start.after > 0) throw valueCorrupt(kv.shown, "head", "it is missing");
    return { start, end: EMPTY_END, firstSequence, tail: undefined };
  }
  if (end.whole > head.whole) {
    throw valueCorrupt(kv.shown, "head", `it ends at ${head.whole}, the journal at ${end.whole}`);
  }
  const what = whatIsWrong(end, head, { fault, tail, keepUntil });
  if (what === undefined && !isSameHash(end.hash, head.hash)) {
    throw valueCorrupt(kv.shown, "head", "it ends with another block than the journal");
  }
  return {
    start,
    end: { ...end, given: head.given },
    firstSequence,
    tail: what === undefined ? undefined : { blocks: tail, keepUntil, what },
  };
}

/**
 * Makes the end of a surveyed journal one to go on from, and tells what was done.
 */
export async function settleTail(
  survey: Survey,
  { kv, keys, epoch, commit }: {
    readonly kv: KvBackend;
    readonly keys: AccountKeys;
    /** Epoch of the owner: what one start sets aside lies under one number. */
    readonly epoch: number;
    /** Writes as the owner of the account. */
    readonly commit: (writes: KvCommit) => Promise<void>;
  },
): Promise<{ readonly end: JournalEnd; readonly recovery: Recovery }> {
  const { firstSequence, end, tail } = survey;
  const recovery: Recovery = { firstSequence, lastSequence: end.whole, tail: undefined };
  if (tail === undefined) return { end, recovery };
  const { blocks, keepUntil, what } = tail, from = end.whole + 1;
  const kept = keepUntil > 0 ? keptBlock(blocks[0]!, keepUntil) : undefined;
  const moved = kept?.isUnchanged === true ? blocks.slice(1) : blocks;
  const settled: JournalEnd = {
    last: end.whole,
    whole: end.whole,
    given: end.given,
    hash: kept?.hash ?? (blocks[0]?.expected.hash ?? survey.end.hash),
  };
  const done: SetAside = {
    from,
    to: end.given,
    blocks: moved.length,
    what,
  };
  // From the end, so that whatever interrupts this leaves a tail that is shorter and bad as before.
  let left = moved;
  while (left.length > MAX_COMMIT_VALUES - 2) {
    await commit(moving(left.slice(-(MAX_COMMIT_VALUES - 2)), keys, epoch));
    left = left.slice(0, -(MAX_COMMIT_VALUES - 2));
  }
  const rest = moving(left, keys, epoch);
  await commit({
    sets: [
      ...rest.sets ?? [],
      ...(kept === undefined || kept.isUnchanged
        ? []
        : [{ key: blocks[0]!.entry.key, value: kept.value }]),
      { key: keys.asideNote(epoch), value: sealJson(done) },
      { key: keys.head, value: sealHead(settled) },
    ],
    deletes: (rest.deletes ?? []).filter((key) =>
      kept === undefined || key !== blocks[0]!.entry.key
    ),
  });
  await removeOldTails(kv, keys, commit);
  return { end: settled, recovery: { ...recovery, tail: done } };
}

/** Removes the oldest tails beyond those that are kept. */
async function removeOldTails(
  kv: KvBackend,
  keys: AccountKeys,
  commit: (writes: KvCommit) => Promise<void>,
): Promise<void> {
  const byEpoch = new Map<number, KvKey[]>();
  for await (const { key } of kv.list({ prefix: keys.aside })) {
    const epoch = Number(key[2]), of = byEpoch.get(epoch);
    if (of === undefined) byEpoch.set(epoch, [key]);
    else of.push(key);
  }
  for (const old of [...byEpoch.values()].slice(0, -MAX_ASIDE)) {
    for (let from = 0; from < old.length; from += MAX_COMMIT_DELETES) {
      await commit({ deletes: old.slice(from, from + MAX_COMMIT_DELETES) });
    }
  }
}

async function readHead(kv: KvBackend, keys: AccountKeys): Promise<JournalEnd | undefined> {
  const entry = await kv.get(keys.head);
  if (entry === undefined) return undefined;
  const found = unseal(entry.value);
  if (!found.ok) throw valueCorrupt(kv.shown, "head", found.what);
  return headOf(found.content);
}

/** True when nothing good lies behind a fault in its own block, so that it may be the end. */
function isAtEnd({ entry, goodUntil }: WalkedBlock, { kind, sequence }: JournalFault): boolean {
  return kind === "block" ||
    (kind === "record" && !hasRecordAfter(entry.value, goodUntil, sequence));
}

/** True when a later block shows that a fault is no end. */
function isBehind(block: WalkedBlock, fault: JournalFault): boolean {
  return block.fault === undefined
    ? block.header!.last > fault.sequence
    : block.records.some(({ sequence }) => sequence > fault.sequence);
}

function whatIsWrong(
  end: JournalEnd,
  head: JournalEnd,
  { fault, tail, keepUntil }: {
    readonly fault: JournalFault | undefined;
    readonly tail: readonly WalkedBlock[];
    readonly keepUntil: number;
  },
): string | undefined {
  if (fault !== undefined) return `record ${fault.sequence}: ${fault.what}`;
  if (head.whole > end.whole) return `records ${end.whole + 1} to ${head.whole} are missing`;
  const isUnfinished = tail.length > 1 ||
    (tail.length === 1 && keepUntil < tail[0]!.entry.value.length);
  return isUnfinished ? `record ${end.whole + 1} was never written whole` : undefined;
}

/** The good beginning of a block as a block, and whether it is what is stored already. */
function keptBlock(
  { entry, expected, records, fault }: WalkedBlock,
  until: number,
): {
  readonly value: Uint8Array<ArrayBuffer>;
  readonly hash: Uint8Array<ArrayBuffer>;
  readonly isUnchanged: boolean;
} {
  const kept = records.filter((record) => record.end <= until);
  const value = entry.value.slice(0, until);
  const hash = sealBlock(value, {
    first: kept[0]!.sequence,
    firstPart: kept[0]!.part,
    last: kept[kept.length - 1]!.sequence,
    after: expected.after,
    previousHash: expected.hash!,
  });
  return { value, hash, isUnchanged: fault === undefined && until === entry.value.length };
}

function moving(blocks: readonly WalkedBlock[], keys: AccountKeys, epoch: number): KvCommit {
  const entries = blocks.map(({ entry }): KvEntry => entry);
  return {
    sets: entries.map(({ key, value }) => ({ key: keys.asideBlock(epoch, key), value })),
    deletes: entries.map(({ key }) => key),
  };
}
