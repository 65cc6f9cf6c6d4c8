/**
 * The journal and the account that it makes, as one: what is appended is applied in the same moment, so that neither can know more than the other.
 *
 * @module
 */

import { type Journal, JOURNAL_KIND, type JournalRecord } from "../../protocols/mod.ts";
import { encodeIntents, encodeJsonPayload } from "./records.ts";
import type { TradingCore } from "./trading_core.ts";

/** Writes an account's history. It is a journal for whoever writes records of its own, such as the dispatcher. */
export class AccountLog implements Journal {
  readonly core: TradingCore;
  readonly #journal: Journal;

  constructor(core: TradingCore, journal: Journal) {
    this.core = core;
    this.#journal = journal;
  }

  get birthEpoch(): string {
    return this.#journal.birthEpoch;
  }

  get lastSequence(): number {
    return this.#journal.lastSequence;
  }

  get durableSequence(): number {
    return this.#journal.durableSequence;
  }

  append(kind: number, timeUs: number, payload: Uint8Array<ArrayBuffer>, version?: number): number {
    const sequence = this.#journal.append(kind, timeUs, payload, version);
    this.core.apply({ kind, payload });
    return sequence;
  }

  whenDurable(sequence: number): Promise<void> {
    return this.#journal.whenDurable(sequence);
  }

  read(fromSequence: number): AsyncIterable<JournalRecord> {
    return this.#journal.read(fromSequence);
  }

  /** Appends a record at engine time and applies it. Returns its number. */
  commit(kind: number, payload: Uint8Array<ArrayBuffer>): number {
    return this.append(kind, this.core.nowUs, payload);
  }

  /** Appends what is said in JSON, and applies it. */
  commitJson(kind: number, value: unknown): number {
    return this.commit(kind, encodeJsonPayload(value));
  }

  /**
   * Applies what a strategy asks for, then appends it: rows that cannot be applied are no part of the account's history.
   *
   * @throws {ReplayError} When they cannot be applied; nothing is appended then.
   */
  commitIntents(strategy: number, rows: Float64Array, count: number): void {
    this.core.books[strategy]!.apply(rows, count);
    const payload = encodeIntents(strategy, rows, count);
    this.#journal.append(JOURNAL_KIND.intents, this.core.nowUs, payload);
  }
}
