/**
 * Where a journal ends, and where it begins once it has been cut: two small values beside the blocks.
 *
 * @module
 */

import { HASH_BYTES } from "./journal_block.ts";
import { jsonOf, sealJson } from "./sealed_value.ts";

/** The end of a journal. */
export interface JournalEnd {
  /** Sequence of the last record, or part of one, that is stored. */
  readonly last: number;
  /** Hash of the last block. */
  readonly hash: Uint8Array<ArrayBuffer>;
  /** Sequence of the last record that is stored whole. */
  readonly whole: number;
  /** Highest sequence that was ever durable. It is above `whole` after a bad tail was set aside: no number is given twice. */
  readonly given: number;
}

/** What the next block follows: nothing, or the last block that was cut off. */
export interface JournalStart {
  readonly after: number;
  readonly hash: Uint8Array<ArrayBuffer>;
}

/** The start of a journal that has never been cut. */
export const BEGINNING: JournalStart = { after: 0, hash: new Uint8Array(HASH_BYTES) };

/** The end of a journal without records. */
export const EMPTY_END: JournalEnd = { last: 0, hash: BEGINNING.hash, whole: 0, given: 0 };

/** Returns the value of the head. */
export function sealHead({ last, hash, whole, given }: JournalEnd): Uint8Array<ArrayBuffer> {
  return sealJson({ last, hash: hash.toHex(), whole, given });
}

/** Returns the end that a head's content tells. */
export function headOf(content: Uint8Array): JournalEnd {
  const { hash, ...numbers } = jsonOf<Omit<JournalEnd, "hash"> & { hash: string }>(content);
  return { ...numbers, hash: Uint8Array.fromHex(hash) };
}

/** Returns the value that tells where a cut journal begins. */
export function sealCut({ after, hash }: JournalStart): Uint8Array<ArrayBuffer> {
  return sealJson({ after, hash: hash.toHex() });
}

/** Returns the start that a cut's content tells. */
export function cutOf(content: Uint8Array): JournalStart {
  const { after, hash } = jsonOf<{ after: number; hash: string }>(content);
  return { after, hash: Uint8Array.fromHex(hash) };
}
