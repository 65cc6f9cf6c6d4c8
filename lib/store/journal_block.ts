/**
 * The form of a journal block: one value of the database, 96 bytes of header and then records, little-endian.
 *
 * ```
 * header   0  u8   form (1); three bytes of zero
 *          4  u32  part with which the block begins: 0, or more when it goes on with a record of the block before
 *          8  f64  sequence of its first record
 *         16  f64  sequence of its last record
 *         24  f64  sequence of the last record of the block before, 0 when there is none
 *         32  32 bytes  hash of the block before, zeros when there is none
 *         64  32 bytes  SHA-256 of the first 64 bytes and the records
 * record   0  u32  CRC-32 of the rest of the record
 *          4  u32  bytes of payload
 *          8  f64  sequence
 *         16  f64  time, microseconds UTC
 *         24  u8   kind, u8 version
 *         26  u16  twice the number of the part, plus one when more parts follow
 *         28  payload
 * ```
 *
 * A payload that does not fit into one block is written as parts 0, 1, 2, ... with the same sequence. The checksum of a record names the
 * damaged one; the hash covers what no checksum does and links the blocks, so that none can be missing, moved or replaced.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { MAX_VALUE_BYTES } from "./limits.ts";

export const BLOCK_FORM = 1;
export const BLOCK_HEADER_BYTES = 96;
export const RECORD_HEADER_BYTES = 28;
export const HASH_BYTES = 32;

/** Payload bytes of a record that has a block to itself. */
export const MAX_PART_BYTES = MAX_VALUE_BYTES - BLOCK_HEADER_BYTES - RECORD_HEADER_BYTES;

const HASHED_HEADER_BYTES = BLOCK_HEADER_BYTES - HASH_BYTES;

/** What a block begins with. */
export interface BlockHeader {
  readonly form: number;
  readonly firstPart: number;
  readonly first: number;
  readonly last: number;
  readonly after: number;
  readonly previousHash: Uint8Array<ArrayBuffer>;
  readonly hash: Uint8Array<ArrayBuffer>;
}

/** A record, or a part of one, in a block. */
export interface BlockRecord {
  readonly sequence: number;
  readonly timeUs: number;
  readonly kind: number;
  readonly version: number;
  readonly part: number;
  readonly hasMore: boolean;
  /** A view into the block. */
  readonly payload: Uint8Array<ArrayBuffer>;
  /** Offset of its end in the block. */
  readonly end: number;
}

/** Writes a record at an offset and returns the offset after it. The block has room for it. */
export function writeRecord(
  view: DataView<ArrayBuffer>,
  at: number,
  record: Omit<BlockRecord, "end">,
): number {
  const { payload } = record, end = at + RECORD_HEADER_BYTES + payload.length;
  view.setUint32(at + 4, payload.length, true);
  view.setFloat64(at + 8, record.sequence, true);
  view.setFloat64(at + 16, record.timeUs, true);
  view.setUint8(at + 24, record.kind);
  view.setUint8(at + 25, record.version);
  view.setUint16(at + 26, record.part * 2 + (record.hasMore ? 1 : 0), true);
  const bytes = new Uint8Array(view.buffer);
  bytes.set(payload, at + RECORD_HEADER_BYTES);
  view.setUint32(at, crc32(bytes.subarray(at + 4, end)), true);
  return end;
}

/** Writes the header of a block whose records are in place, and returns its hash. */
export function sealBlock(
  block: Uint8Array<ArrayBuffer>,
  header: Omit<BlockHeader, "form" | "hash">,
): Uint8Array<ArrayBuffer> {
  const view = viewOf(block);
  view.setUint32(0, BLOCK_FORM, true);
  view.setUint32(4, header.firstPart, true);
  view.setFloat64(8, header.first, true);
  view.setFloat64(16, header.last, true);
  view.setFloat64(24, header.after, true);
  block.set(header.previousHash, 32);
  const hash = hashOf(block);
  block.set(hash, HASHED_HEADER_BYTES);
  return hash;
}

/** Returns the header of a block, undefined when the value is too short to have one. */
export function readHeader(block: Uint8Array<ArrayBuffer>): BlockHeader | undefined {
  if (block.length < BLOCK_HEADER_BYTES) return undefined;
  const view = viewOf(block);
  return {
    form: view.getUint8(0),
    firstPart: view.getUint32(4, true),
    first: view.getFloat64(8, true),
    last: view.getFloat64(16, true),
    after: view.getFloat64(24, true),
    previousHash: block.slice(32, HASHED_HEADER_BYTES),
    hash: block.slice(HASHED_HEADER_BYTES, BLOCK_HEADER_BYTES),
  };
}

/** Returns the hash that a block should carry. */
export function hashOf(block: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const digest = createHash("sha256")
    .update(block.subarray(0, HASHED_HEADER_BYTES))
    .update(block.subarray(BLOCK_HEADER_BYTES))
    .digest();
  return new Uint8Array(digest);
}

/** Returns the record at an offset, or undefined when its bytes are damaged or cut off. */
export function readRecord(block: Uint8Array<ArrayBuffer>, at: number): BlockRecord | undefined {
  if (at + RECORD_HEADER_BYTES > block.length) return undefined;
  const view = viewOf(block), end = at + RECORD_HEADER_BYTES + view.getUint32(at + 4, true);
  if (end > block.length || view.getUint32(at, true) !== crc32(block.subarray(at + 4, end))) {
    return undefined;
  }
  const part = view.getUint16(at + 26, true);
  return {
    sequence: view.getFloat64(at + 8, true),
    timeUs: view.getFloat64(at + 16, true),
    kind: view.getUint8(at + 24),
    version: view.getUint8(at + 25),
    part: part >>> 1,
    hasMore: (part & 1) === 1,
    payload: block.subarray(at + RECORD_HEADER_BYTES, end),
    end,
  };
}

/**
 * True when a whole record with a number above the given one begins anywhere after an offset: what lies between is damage in the middle,
 * not the end of the journal.
 */
export function hasRecordAfter(
  block: Uint8Array<ArrayBuffer>,
  offset: number,
  sequence: number,
): boolean {
  const view = viewOf(block);
  for (let at = offset + 1; at + RECORD_HEADER_BYTES <= block.length; at++) {
    const found = view.getFloat64(at + 8, true);
    // The number is looked at first: a checksum at every byte would take a second.
    if (
      Number.isSafeInteger(found) && found > sequence && found <= sequence + MAX_VALUE_BYTES &&
      readRecord(block, at) !== undefined
    ) return true;
  }
  return false;
}

/** True when two hashes are equal. */
export function isSameHash(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function viewOf(block: Uint8Array<ArrayBuffer>): DataView<ArrayBuffer> {
  return new DataView(block.buffer, block.byteOffset, block.byteLength);
}
