/**
 * The journal: what has happened to an account, in order, numbered, durable before anything that follows from it leaves the
 * process. The engine may run ahead of the disk: `append` returns at once, and whoever sends something out awaits `whenDurable`.
 *
 * @module
 */

/** Kinds of records: a closed set. A number is never given another meaning. */
export const JOURNAL_KIND = {
  /** First record: account, birth epoch, run. JSON. */
  birth: 1,
  /** A start of the runtime: versions, strategies with their hashes, how far recovery went. JSON. */
  start: 2,
  /** The bars of one instant. Binary. */
  bars: 3,
  /** A quote as delivered or used. Binary. */
  quote: 4,
  /** What a strategy asked for. Binary: its number, then rows of six numbers. */
  intents: 5,
  /** An execution report of a broker. JSON. */
  report: 6,
  /** A command of the operator: who, what, why. JSON. */
  command: 7,
  /** A strategy started, failed, was fenced, restarted, upgraded, stopped. JSON. */
  strategy: 8,
  /** A state that a strategy saved, with that of its book. Binary: a head of JSON, then numbers. */
  saved: 9,
  /** The clock reached a time between two bars at which something was due. Binary: microseconds UTC. */
  tick: 10,
  /** A correction of a reconciliation. JSON. */
  correction: 11,
  /** A request is about to be sent, was answered, or has no answer. JSON. */
  dispatch: 12,
  /** An orderly end of the runtime. JSON. */
  stop: 13,
} as const;

/** One record. */
export interface JournalRecord {
  /** 1 for the first record, then each has the next number. Numbers are left out only where a start has set a damaged end aside. */
  readonly sequence: number;
  /** Engine time, microseconds UTC. */
  readonly timeUs: number;
  /** A number of {@linkcode JOURNAL_KIND}. */
  readonly kind: number;
  /** Version of the payload's form, 1 to 255. */
  readonly version: number;
  readonly payload: Uint8Array<ArrayBuffer>;
}

/** A journal that is being written. */
export interface Journal {
  /** Six base-36 characters, drawn once for a fresh journal: part of every client order id. */
  readonly birthEpoch: string;
  /** Number of the last record that was appended, 0 before the first. */
  readonly lastSequence: number;
  /** Number of the last record that is durable. */
  readonly durableSequence: number;
  /**
   * Appends a record and returns its number. Nothing is awaited. The payload must not be changed afterwards.
   *
   * @throws {SandbarError} `persistence_io` or `lease_lost` once a commit has failed: the journal takes nothing more then.
   */
  append(kind: number, timeUs: number, payload: Uint8Array<ArrayBuffer>, version?: number): number;
  /**
   * Resolves when the record and all before it are durable.
   *
   * @throws {SandbarError} `persistence_io`, `lease_lost`.
   */
  whenDurable(sequence: number): Promise<void>;
  /** The durable records from a number on, in order, every checksum and the hash chain verified. */
  read(fromSequence: number): AsyncIterable<JournalRecord>;
}
