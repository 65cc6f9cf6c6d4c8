/**
 * Deno KV behind the store: a file, or a service by its URL. What the system says at the door becomes an error for people here.
 *
 * @module
 */

import { DatabaseSync } from "node:sqlite";
import { invariant, SandbarError } from "../core/mod.ts";
import { Answers, type WaitingParts } from "./answers.ts";
import { reasonOf } from "./errors.ts";
import type { KvBackend, KvCommit, KvEntry, KvKey, KvRange } from "./kv_backend.ts";
import { LIST_BATCH } from "./limits.ts";

/** True for the URL of a KV service, false for a path. */
export function isServiceUrl(location: string): boolean {
  return /^https?:\/\//i.test(location);
}

/**
 * Opens a database.
 *
 * @param location Path of a file, or `http(s)` URL of a KV service, whose access token Deno takes from `DENO_KV_ACCESS_TOKEN`.
 * @param waiting To wait for answers so long and no longer, and, unless it is for reading, to write, also a file that is not there yet.
 * Without it, what is there is read.
 * @throws {SandbarError} `persistence_io` when it cannot be opened: no such folder, no right, not a database of Deno KV.
 */
export async function openDenoKv(
  location: string,
  waiting?: WaitingParts & { readonly isReadOnly?: boolean },
): Promise<KvBackend> {
  const mayCreate = waiting !== undefined && waiting.isReadOnly !== true;
  if (!isServiceUrl(location)) lookAtFile(location, mayCreate);
  try {
    if (waiting === undefined) return new DenoKv(await Deno.openKv(location), location, undefined);
    const answers = new Answers(location, waiting);
    return new DenoKv(await answers.of(() => Deno.openKv(location)), location, waiting);
  } catch (cause) {
    throw cause instanceof SandbarError ? cause : cannotOpen(location, reasonOf(cause), cause);
  }
}

/**
 * Pause between the attempts of a commit while others write the file. Short, because whoever writes without a break leaves the lock free for
 * moments only.
 */
const LOCKED_PAUSE_US = 1000;

class DenoKv implements KvBackend {
  readonly shown: string;
  readonly #kv: Deno.Kv;
  readonly #waiting: WaitingParts | undefined;
  readonly #answers: Answers | undefined;

  constructor(kv: Deno.Kv, shown: string, waiting: WaitingParts | undefined) {
    this.#kv = kv;
    this.#waiting = waiting;
    this.#answers = waiting && new Answers(shown, waiting);
    this.shown = shown;
  }

  async get(key: KvKey): Promise<KvEntry | undefined> {
    const entry = await this.#answer(() => this.#kv.get([...key]));
    return entry.versionstamp === null ? undefined : entryOf(key, entry.value, entry.versionstamp);
  }

  async *list({ prefix, start, end, isReversed, limit }: KvRange): AsyncIterable<KvEntry> {
    const selector: Deno.KvListSelector = start === undefined
      ? end === undefined ? { prefix: [...prefix] } : { prefix: [...prefix], end: [...end] }
      : end === undefined
      ? { prefix: [...prefix], start: [...start] }
      : { start: [...start], end: [...end] };
    const entries = this.#kv.list(selector, {
      reverse: isReversed === true,
      batchSize: Math.min(LIST_BATCH, limit ?? LIST_BATCH),
      ...(limit === undefined ? {} : { limit }),
    });
    for (;;) {
      const next = await this.#answer(() => entries.next());
      if (next.done === true) return;
      const { key, value, versionstamp } = next.value;
      yield entryOf(key as (string | number)[], value, versionstamp);
    }
  }

  /**
   * Another account in the same file may be written at the same moment: Deno KV does not wait for the lock, it fails. Nothing of ours was
   * written then, and the commit is made again.
   */
  async commit(commit: KvCommit): Promise<boolean> {
    const waiting = this.#waiting;
    invariant(waiting !== undefined, "a database that is only read is written");
    return await this.#answer(async () => {
      for (;;) {
        try {
          return await this.#commitOnce(commit);
        } catch (cause) {
          if (this.#answers!.areLate || !isLocked(cause)) throw cause;
        }
        await waiting.clock.sleep(LOCKED_PAUSE_US);
      }
    });
  }

  #answer<T>(ask: () => Promise<T>): Promise<T> {
    return this.#answers === undefined ? ask() : this.#answers.of(ask);
  }

  async #commitOnce({ checks = [], sets = [], deletes = [] }: KvCommit): Promise<boolean> {
    const operation = this.#kv.atomic();
    for (const { key, version } of checks) {
      operation.check({ key: [...key], versionstamp: version ?? null });
    }
    for (const key of deletes) operation.delete([...key]);
    for (const { key, value } of sets) operation.set([...key], value);
    return (await operation.commit()).ok;
  }

  /** To close a database that is asked something blocks the whole process, so one that was late is closed when it has answered. */
  close(): void | Promise<void> {
    const unanswered = this.#answers?.unanswered;
    if (unanswered === undefined) this.#kv.close();
    else return unanswered.then(() => this.#kv.close());
  }
}

function isLocked(cause: unknown): boolean {
  return cause instanceof Error && cause.message === "database is locked";
}

/** A value that is no bytes is not ours, or damaged: no bytes at all, which no form of ours accepts. */
function entryOf(key: KvKey, value: unknown, version: string): KvEntry {
  const bytes = value instanceof Uint8Array ? value as Uint8Array<ArrayBuffer> : new Uint8Array(0);
  return { key, value: bytes, version };
}

/** Looks before Deno does: its message would be one for every cause, and it would add its tables to any SQLite file. */
function lookAtFile(path: string, mayCreate: boolean): void {
  const stat = statOf(path);
  if (stat === undefined) {
    if (!mayCreate) throw cannotOpen(path, "there is no such file");
    const folder = /^(.*)[/\\][^/\\]*$/.exec(path)?.[1] ?? ".";
    const found = statOf(folder === "" ? "/" : folder);
    if (found === undefined) {
      throw cannotOpen(path, `there is no folder ${folder}; make it, or name another place`);
    }
    if (!found.isDirectory) throw cannotOpen(path, `${folder} is not a folder`);
    return;
  }
  if (stat.isDirectory) throw cannotOpen(path, "it is a folder; name a file");
  const tables = tablesIn(path);
  if (tables === undefined) return;
  if (tables.length > 0 && !tables.some((name) => KV_TABLES.includes(name))) {
    throw cannotOpen(path, `the database is another program's (table ${tables[0]}); name another`);
  }
  if (tables.length === 0 && !mayCreate) throw cannotOpen(path, "it is an empty file");
}

/** Tables of Deno KV, of which a database that is just being made has some. */
const KV_TABLES = ["kv", "data_version", "migration_state"];

/** Returns the tables of a database; undefined when it cannot be read now: Deno KV, which waits for others, says more. */
function tablesIn(path: string): readonly string[] | undefined {
  try {
    const database = new DatabaseSync(path, { readOnly: true });
    try {
      return database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all()
        .map(({ name }) => String(name));
    } finally {
      database.close();
    }
  } catch (cause) {
    if (reasonOf(cause) !== "file is not a database") return undefined;
    throw cannotOpen(
      path,
      "the file is something else, not a database; name another place",
      cause,
    );
  }
}

function statOf(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return undefined;
    throw cannotOpen(path, reasonOf(cause), cause);
  }
}

function cannotOpen(location: string, reason: string, cause?: unknown): SandbarError {
  return new SandbarError("persistence_io", `Cannot open the store ${location}: ${reason}`, {
    context: { location },
    cause,
  });
}
