/**
 * Goes through the blocks of a journal in order and verifies all there is: checksums, numbers, hashes, links, keys, kinds. What it finds
 * it tells and goes on; whether that stops a start is decided in `recover.ts`.
 *
 * @module
 */

import {
  BLOCK_FORM,
  BLOCK_HEADER_BYTES,
  type BlockHeader,
  type BlockRecord,
  hashOf,
  isSameHash,
  readHeader,
  readRecord,
} from "./journal_block.ts";
import type { JournalStart } from "./journal_end.ts";
import type { AccountKeys } from "./keys.ts";
import type { KvBackend, KvEntry, KvKey } from "./kv_backend.ts";
import { type Schema, unknownIn } from "./schema.ts";

/** Something wrong in a block. */
export interface JournalFault {
  /**
   * `record`: a record is damaged. `block`: all its records are well, what surrounds them is not. `link`: what should lie before it is
   * missing. `newer`: only a later version can read it.
   */
  readonly kind: "record" | "block" | "link" | "newer";
  /** The record it is about: the damaged one, the first of the block, the first missing one. */
  readonly sequence: number;
  readonly what: string;
}

/** A block that was looked at. */
export interface WalkedBlock {
  readonly entry: KvEntry;
  /** What the block before it leads to expect. */
  readonly expected: Expected;
  /** Undefined when the value is too short for one. */
  readonly header: BlockHeader | undefined;
  /** The good records before the first bad one. */
  readonly records: readonly BlockRecord[];
  /** Offset after these. */
  readonly goodUntil: number;
  readonly fault: JournalFault | undefined;
}

/** What must come next. */
export interface Expected {
  /** Sequence of the last record before. */
  readonly after: number;
  /** Hash that the next block must name; undefined when any will do. */
  readonly hash: Uint8Array<ArrayBuffer> | undefined;
  /** Part with which it must go on: 0 for a new record. */
  readonly part: number;
}

/** How a journal is walked. */
export interface WalkOptions {
  readonly kv: KvBackend;
  readonly keys: AccountKeys;
  readonly schema: Schema;
  /** Where it begins; undefined takes the first block as it is. */
  readonly start: JournalStart | undefined;
  /** Key of the first block to look at. */
  readonly from?: KvKey;
}

/** Walks from a start to the end. */
export async function* walkJournal(options: WalkOptions): AsyncIterable<WalkedBlock> {
  const { kv, keys, start, from } = options;
  let expected: Expected | undefined = start === undefined
    ? undefined
    : { after: start.after, hash: start.hash, part: 0 };
  const range = { prefix: keys.journal, ...(from === undefined ? {} : { start: from }) };
  for await (const entry of kv.list(range)) {
    const block = lookAt(entry, expected, options);
    yield block;
    const isWhole = block.fault === undefined || block.fault.kind === "link";
    expected = isWhole ? next(block) : undefined;
  }
}

/** Verifies one block. Without an expectation it is taken from the block's own header. */
function lookAt(
  entry: KvEntry,
  wanted: Expected | undefined,
  { schema, keys }: WalkOptions,
): WalkedBlock {
  const { value } = entry, header = readHeader(value);
  if (header === undefined) {
    const expected = wanted ?? { after: Number(entry.key[2]) - 1, hash: undefined, part: 0 };
    const fault = recordFault(expected.after + 1, `its value has ${value.length} bytes`);
    return { entry, expected, header, records: [], goodUntil: 0, fault };
  }
  const isWhole = isSameHash(hashOf(value), header.hash);
  const expected = wanted ??
    { after: header.after, hash: header.previousHash, part: header.firstPart };
  if (isWhole && header.form > BLOCK_FORM) {
    const what = `form ${header.form} of a block, newest known is ${BLOCK_FORM}`;
    const fault: JournalFault = { kind: "newer", sequence: header.first, what };
    return { entry, expected, header, records: [], goodUntil: 0, fault };
  }
  const read = readRecords(value, header, { expected, schema, isWhole });
  const fault = read.fault ?? blockFault(entry, header, { isWhole, expected, keys, ...read });
  return { entry, expected, header, records: read.records, goodUntil: read.goodUntil, fault };
}

interface RecordsRead {
  readonly records: readonly BlockRecord[];
  readonly goodUntil: number;
  readonly fault?: JournalFault;
}

function readRecords(
  value: Uint8Array<ArrayBuffer>,
  header: BlockHeader,
  { expected, schema, isWhole }: {
    readonly expected: Expected;
    readonly schema: Schema;
    readonly isWhole: boolean;
  },
): RecordsRead {
  const records: BlockRecord[] = [];
  let gap: JournalFault | undefined;
  // Numbers may be left out after a bad tail was set aside; the header then says so.
  const leavesOut = isWhole && expected.part === 0 && header.after === expected.after &&
    header.firstPart === 0 && header.first > header.after;
  let part = expected.part, at = BLOCK_HEADER_BYTES;
  let sequence = part > 0 ? expected.after : leavesOut ? header.first : expected.after + 1;
  while (at < value.length) {
    const record = readRecord(value, at);
    if (record === undefined) {
      const fault = recordFault(sequence, `checksum at byte ${at} of its block`);
      return { records, goodUntil: at, fault };
    }
    if (record.sequence !== sequence || record.part !== part) {
      const what = `part ${record.part} of record ${record.sequence} is where part ${part} belongs`;
      const isBehindGap = isWhole && records.length === 0 && record.sequence > sequence;
      if (!isBehindGap) return { records, goodUntil: at, fault: recordFault(sequence, what) };
      gap = { kind: "link", sequence, what };
      sequence = record.sequence;
      part = record.part;
    }
    const unknown = unknownIn(schema, record.kind, record.version);
    if (unknown !== undefined) {
      return { records, goodUntil: at, fault: { kind: "newer", sequence, what: unknown } };
    }
    records.push(record);
    at = record.end;
    part = record.hasMore ? part + 1 : 0;
    if (!record.hasMore) sequence++;
  }
  return { records, goodUntil: at, ...(gap === undefined ? {} : { fault: gap }) };
}

function blockFault(
  entry: KvEntry,
  header: BlockHeader,
  found: RecordsRead & {
    readonly isWhole: boolean;
    readonly expected: Expected;
    readonly keys: AccountKeys;
  },
): JournalFault | undefined {
  const { records, isWhole, expected, keys } = found;
  const first = records[0], last = records[records.length - 1];
  const sequence = first?.sequence ?? expected.after + 1;
  const fault = (kind: "block" | "link", what: string): JournalFault => ({ kind, sequence, what });
  if (!isWhole) return fault("block", "the hash of its block");
  if (first === undefined || last === undefined) return fault("block", "its block is empty");
  if (
    header.first !== first.sequence || header.firstPart !== first.part ||
    header.last !== last.sequence
  ) return fault("block", "the numbers of its block");
  const key = keys.block(header.first, header.firstPart);
  if (key.length !== entry.key.length || key.some((part, i) => part !== entry.key[i])) {
    return fault("link", `its block lies under the key ${entry.key.slice(1).join(" ")}`);
  }
  if (
    header.after !== expected.after ||
    (expected.hash !== undefined && !isSameHash(expected.hash, header.previousHash))
  ) return fault("link", "its block does not follow the one before");
  return undefined;
}

function next({ header, records }: WalkedBlock): Expected {
  const last = records[records.length - 1]!;
  return {
    after: last.sequence,
    hash: header!.hash,
    part: last.hasMore ? last.part + 1 : 0,
  };
}

function recordFault(sequence: number, what: string): JournalFault {
  return { kind: "record", sequence, what };
}
