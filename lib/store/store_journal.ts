/**
 * The journal that is being written: records packed into blocks, blocks into commits.
 *
 * `append` copies the record into the open block and returns. The pipeline takes the blocks that are there, the open one included, up to
 * twelve a commit, hashes and links them, and tells when they are durable. The head, in the same commit, says where the journal ends.
 *
 * @module
 */

import { invariant, SandbarError } from "../core/mod.ts";
import type { Journal, JournalRecord } from "../protocols/mod.ts";
import type { CommitSource, Turn } from "./commit_pipeline.ts";
import {
  BLOCK_HEADER_BYTES,
  MAX_PART_BYTES,
  RECORD_HEADER_BYTES,
  sealBlock,
  writeRecord,
} from "./journal_block.ts";
import { type JournalEnd, sealHead } from "./journal_end.ts";
import type { AccountKeys } from "./keys.ts";
import type { KvCommit } from "./kv_backend.ts";
import { MAX_COMMIT_VALUES, MAX_PAYLOAD_BYTES, MAX_VALUE_BYTES } from "./limits.ts";
import type { Schema } from "./schema.ts";

/** What a journal is made of. */
export interface StoreJournalParts {
  readonly keys: AccountKeys;
  readonly birthEpoch: string;
  readonly end: JournalEnd;
  readonly schema: Schema;
  readonly maxQueueBytes: number;
  /** Called when there is something to commit. */
  readonly kick: () => void;
  /** Called when the queue is full. */
  readonly overflow: (error: SandbarError) => void;
  readonly read: (fromSequence: number) => AsyncIterable<JournalRecord>;
}

/** A block that is being filled or waits for its commit. */
interface PendingBlock {
  readonly view: DataView<ArrayBuffer>;
  readonly first: number;
  readonly firstPart: number;
  last: number;
  /** Last record that ends in it, 0 when none does. */
  lastWhole: number;
  length: number;
  /** Made when somebody waits for it. */
  durable: PromiseWithResolvers<void> | undefined;
}

/** Buffers that are kept for the next blocks. */
const MAX_SPARE = 2 * MAX_COMMIT_VALUES;

/** The journal of an opened store. */
export class StoreJournal implements Journal, CommitSource {
  readonly #parts: StoreJournalParts;
  readonly #blocks: PendingBlock[] = [];
  readonly #spare: DataView<ArrayBuffer>[] = [];
  #end: JournalEnd;
  #lastSequence: number;
  #queuedBytes = 0;
  /** True while the last block is in a commit: it takes no more records. */
  #openIsTaken = false;
  #failure: SandbarError | undefined;

  constructor(parts: StoreJournalParts) {
    this.#parts = parts;
    this.#end = parts.end;
    this.#lastSequence = parts.end.given;
  }

  get birthEpoch(): string {
    return this.#parts.birthEpoch;
  }

  get lastSequence(): number {
    return this.#lastSequence;
  }

  get durableSequence(): number {
    return this.#end.given;
  }

  /** Bytes that wait for the disk. Whoever can wait does so well below the limit. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  append(kind: number, timeUs: number, payload: Uint8Array<ArrayBuffer>, version = 1): number {
    if (this.#failure !== undefined) throw this.#failure;
    const newest = this.#parts.schema[kind];
    invariant(
      newest !== undefined && version >= 1 && version <= newest,
      "a kind of record has no such version",
    );
    invariant(Number.isSafeInteger(timeUs), "a time is a whole number of microseconds");
    const bytes = payload.length + RECORD_HEADER_BYTES;
    if (
      payload.length > MAX_PAYLOAD_BYTES || this.#queuedBytes + bytes > this.#parts.maxQueueBytes
    ) {
      throw this.#overflow(payload.length);
    }
    const sequence = this.#lastSequence + 1;
    let at = 0, part = 0;
    do {
      const block = this.#blockWithRoom(sequence, part, payload.length - at);
      const room = MAX_VALUE_BYTES - block.length - RECORD_HEADER_BYTES;
      const to = Math.min(payload.length, at + room), hasMore = to < payload.length;
      const piece = at === 0 && !hasMore ? payload : payload.subarray(at, to);
      const record = { sequence, timeUs, kind, version, part, hasMore, payload: piece };
      const end = writeRecord(block.view, block.length, record);
      this.#queuedBytes += end - block.length;
      block.length = end;
      block.last = sequence;
      if (!hasMore) block.lastWhole = sequence;
      at = to;
      part++;
    } while (at < payload.length);
    this.#lastSequence = sequence;
    this.#parts.kick();
    return sequence;
  }

  whenDurable(sequence: number): Promise<void> {
    if (sequence <= this.#end.given) return Promise.resolve();
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    invariant(sequence <= this.#lastSequence, "a record is appended before it is waited for");
    // Who waits mostly does so for what was appended last.
    let at = this.#blocks.length - 1;
    while (at > 0 && this.#blocks[at - 1]!.lastWhole >= sequence) at--;
    while (this.#blocks[at]!.lastWhole < sequence) at++;
    const block = this.#blocks[at]!;
    block.durable ??= Promise.withResolvers<void>();
    return block.durable.promise;
  }

  read(fromSequence: number): AsyncIterable<JournalRecord> {
    return this.#parts.read(fromSequence);
  }

  take(): Turn | undefined {
    const count = Math.min(this.#blocks.length, MAX_COMMIT_VALUES);
    if (count === 0) return undefined;
    const { keys } = this.#parts, sets: NonNullable<KvCommit["sets"]>[number][] = [];
    const taken = this.#blocks.slice(0, count);
    let { last, hash, whole, given } = this.#end;
    for (const block of taken) {
      const value = new Uint8Array(block.view.buffer, 0, block.length);
      const { first, firstPart } = block;
      hash = sealBlock(value, {
        first,
        firstPart,
        last: block.last,
        after: last,
        previousHash: hash,
      });
      last = block.last;
      if (block.lastWhole > 0) whole = given = block.lastWhole;
      sets.push({ key: keys.block(first, firstPart), value });
    }
    // What is appended while they are written begins a block of its own.
    if (taken.length === this.#blocks.length) this.#openIsTaken = true;
    const end: JournalEnd = { last, hash, whole, given };
    sets.push({ key: keys.head, value: sealHead(end) });
    return { sets, done: () => this.#committed(taken, end) };
  }

  fail(error: SandbarError): void {
    this.#failure = error;
    for (const { durable } of this.#blocks.splice(0)) durable?.reject(error);
  }

  #blockWithRoom(sequence: number, part: number, wanted: number): PendingBlock {
    const open = this.#blocks[this.#blocks.length - 1];
    if (open !== undefined && !this.#openIsTaken) {
      const room = MAX_VALUE_BYTES - open.length - RECORD_HEADER_BYTES;
      // A record is split only when no block can hold it whole.
      if (room >= wanted || (room > 0 && wanted > MAX_PART_BYTES)) return open;
    }
    const view = this.#spare.pop() ?? new DataView(new ArrayBuffer(MAX_VALUE_BYTES));
    const block: PendingBlock = {
      view,
      first: sequence,
      firstPart: part,
      last: sequence,
      lastWhole: 0,
      length: BLOCK_HEADER_BYTES,
      durable: undefined,
    };
    this.#blocks.push(block);
    this.#openIsTaken = false;
    return block;
  }

  #committed(taken: readonly PendingBlock[], end: JournalEnd): void {
    this.#blocks.splice(0, taken.length);
    if (this.#blocks.length === 0) this.#openIsTaken = false;
    this.#end = end;
    for (const block of taken) {
      this.#queuedBytes -= block.length - BLOCK_HEADER_BYTES;
      if (this.#spare.length < MAX_SPARE) this.#spare.push(block.view);
      block.durable?.resolve();
    }
  }

  #overflow(bytes: number): SandbarError {
    const { maxQueueBytes } = this.#parts;
    const error = bytes > MAX_PAYLOAD_BYTES
      ? new SandbarError(
        "persistence_io",
        `Cannot keep a record of ${bytes} bytes: at most ${MAX_PAYLOAD_BYTES} are allowed`,
      )
      : new SandbarError(
        "persistence_io",
        `Cannot keep up with the journal: ${this.#queuedBytes} bytes wait for the disk, at most ${maxQueueBytes} may; ` +
          `look whether the disk is stalled`,
      );
    this.#parts.overflow(error);
    return error;
  }
}
