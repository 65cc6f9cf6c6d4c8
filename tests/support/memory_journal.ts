/**
 * A journal in memory whose disk is moved by hand: what is appended becomes durable at once, when it is let, or never.
 *
 * @module
 */

import { SandbarError } from "../../lib/core/mod.ts";
import type { Journal, JournalRecord } from "../../lib/protocols/mod.ts";

/** A journal without a disk. */
export class MemoryJournal implements Journal {
  readonly birthEpoch = "k3v9qz";
  readonly records: JournalRecord[] = [];
  readonly #waiting: { readonly sequence: number; readonly ready: PromiseWithResolvers<void> }[] =
    [];
  #durable = 0;
  #isHeld = false;
  #failure: SandbarError | undefined;

  /** @param records What an earlier process has left: all of it is durable. */
  constructor(records: readonly JournalRecord[] = []) {
    this.records.push(...records);
    this.#durable = records.length;
  }

  get lastSequence(): number {
    return this.records.length;
  }

  get durableSequence(): number {
    return this.#durable;
  }

  append(kind: number, timeUs: number, payload: Uint8Array<ArrayBuffer>, version = 1): number {
    if (this.#failure !== undefined) throw this.#failure;
    const sequence = this.records.length + 1;
    this.records.push({ sequence, timeUs, kind, version, payload });
    if (!this.#isHeld) this.#durable = sequence;
    return sequence;
  }

  whenDurable(sequence: number): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (sequence <= this.#durable) return Promise.resolve();
    const ready = Promise.withResolvers<void>();
    this.#waiting.push({ sequence, ready });
    return ready.promise;
  }

  async *read(fromSequence: number): AsyncGenerator<JournalRecord> {
    await Promise.resolve();
    yield* this.records.slice(fromSequence - 1, this.#durable);
  }

  /** Lets nothing become durable. */
  hold(): void {
    this.#isHeld = true;
  }

  /** Makes everything durable. */
  release(): void {
    this.#isHeld = false;
    this.#durable = this.records.length;
    for (const { ready } of this.#waiting.splice(0)) ready.resolve();
  }

  /** Fails: what is not durable never will be, and nothing more is taken. */
  fail(): void {
    const failure = this.#failure = new SandbarError("persistence_io", "the disk is full");
    for (const { ready } of this.#waiting.splice(0)) ready.reject(failure);
  }
}
