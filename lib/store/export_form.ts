/**
 * The form of an exported account, one file:
 *
 * ```
 * "SANDBAR STORE 1\n"                                   16 bytes; the number is the form's version
 * u32 bytes of the key, u32 bytes of the value, key, value   for each value; numbers little-endian
 * u32 0xffffffff, u32 number of the values, SHA-256 of everything before these 40 bytes
 * ```
 *
 * A key is a JSON list without the account. The first value, under `["export"]`, tells the account, the time and the birth epoch. The
 * others are as the database holds them, with their own checksums. The lease is not among them.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { SandbarError } from "../core/mod.ts";
import { reasonOf } from "./errors.ts";
import type { KvKey } from "./kv_backend.ts";
import { KV_LIMIT } from "./limits.ts";
import { jsonOf, sealJson, unseal } from "./sealed_value.ts";

/** Version of the form. */
export const EXPORT_FORM = 1;

const MAGIC = "SANDBAR STORE ", HEAD_BYTES = 16, ENTRY_BYTES = 8, END_BYTES = 40;
const END_MARK = 0xffffffff, HEADER_KEY: KvKey = ["export"];
const encoder = new TextEncoder(), decoder = new TextDecoder();

/** What an export says of itself. */
export interface ExportHeader {
  readonly account: string;
  readonly birthEpoch: string;
  /** When it was made, microseconds UTC. */
  readonly timeUs: number;
  /** Sequence of the last record in it. */
  readonly lastSequence: number;
}

/** A value of an export. */
export interface ExportEntry {
  /** Without the account. */
  readonly key: KvKey;
  readonly value: Uint8Array<ArrayBuffer>;
}

/**
 * Writes an export so that either the whole file is there or none: under another name first, to the disk, then into place.
 *
 * @returns Bytes of the file.
 * @throws {SandbarError} `usage` when there is a file of that name, `persistence_io` when the system refuses.
 */
export async function writeExport(
  path: string,
  header: ExportHeader,
  entries: AsyncIterable<ExportEntry>,
): Promise<number> {
  const temporary = `${path}.${Deno.pid}.tmp`, hash = createHash("sha256");
  let count = 0, size = 0;
  try {
    if (exists(path)) {
      throw new SandbarError("usage", `Cannot export to ${path}: there is such a file already`);
    }
    try {
      using file = Deno.openSync(temporary, { write: true, create: true, truncate: true });
      const write = (bytes: Uint8Array): void => {
        for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
        size += bytes.length;
      };
      const add = ({ key, value }: ExportEntry): void => {
        const bytes = entryBytes(key, value);
        hash.update(bytes);
        write(bytes);
        count++;
      };
      const head = encoder.encode(`${MAGIC}${EXPORT_FORM}\n`);
      hash.update(head);
      write(head);
      add({ key: HEADER_KEY, value: sealJson(header) });
      for await (const entry of entries) add(entry);
      write(endBytes(count, hash.digest()));
      file.syncSync();
      Deno.renameSync(temporary, path);
    } finally {
      if (exists(temporary)) Deno.removeSync(temporary);
    }
  } catch (cause) {
    if (cause instanceof SandbarError) throw cause;
    throw new SandbarError("persistence_io", `Cannot write ${path}: ${reasonOf(cause)}`, { cause });
  }
  return size;
}

/** An export that is whole. */
export interface OpenedExport {
  readonly header: ExportHeader;
  /** Reads the values, the header not among them. */
  entries(): Iterable<ExportEntry>;
  close(): void;
}

/**
 * Opens an export and verifies the whole of it before anything is taken from it.
 *
 * @throws {SandbarError} `persistence_io` when it cannot be read, is none, or is damaged; `schema_newer` for a later form.
 */
export function openExport(path: string): OpenedExport {
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(path);
  } catch (cause) {
    throw new SandbarError("persistence_io", `Cannot read ${path}: ${reasonOf(cause)}`, { cause });
  }
  try {
    const size = file.statSync().size;
    refuseOther(path, file);
    verifyHash(path, file, size);
    const first = readEntries(file).next().value as ExportEntry | undefined;
    const found = first === undefined ? undefined : unseal(first.value);
    if (found === undefined || !found.ok) throw damaged(path, "it does not say what it holds");
    return {
      header: jsonOf<ExportHeader>(found.content),
      *entries(): Iterable<ExportEntry> {
        let isHeader = true;
        for (const entry of readEntries(file)) {
          if (!isHeader) yield entry;
          isHeader = false;
        }
      },
      close: () => file.close(),
    };
  } catch (error) {
    file.close();
    throw error;
  }
}

function entryBytes(key: KvKey, value: Uint8Array): Uint8Array {
  const name = encoder.encode(JSON.stringify(key));
  const bytes = new Uint8Array(ENTRY_BYTES + name.length + value.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, name.length, true);
  view.setUint32(4, value.length, true);
  bytes.set(name, ENTRY_BYTES);
  bytes.set(value, ENTRY_BYTES + name.length);
  return bytes;
}

function endBytes(count: number, digest: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(END_BYTES), view = new DataView(bytes.buffer);
  view.setUint32(0, END_MARK, true);
  view.setUint32(4, count, true);
  bytes.set(digest, ENTRY_BYTES);
  return bytes;
}

function refuseOther(path: string, file: Deno.FsFile): void {
  const text = decoder.decode(readExactly(file, HEAD_BYTES) ?? new Uint8Array(0));
  const form = /^SANDBAR STORE (\d)\n$/.exec(text)?.[1];
  if (form === undefined) {
    throw new SandbarError("persistence_io", `Cannot import ${path}: it is no exported account`);
  }
  if (Number(form) > EXPORT_FORM) {
    throw new SandbarError(
      "schema_newer",
      `Cannot import ${path}: it has form ${form}, this version knows ${EXPORT_FORM}; use a newer version`,
    );
  }
}

function verifyHash(path: string, file: Deno.FsFile, size: number): void {
  const hash = createHash("sha256"), hashed = size - END_BYTES;
  if (hashed < HEAD_BYTES) throw damaged(path, "it is cut off");
  file.seekSync(0, Deno.SeekMode.Start);
  for (let at = 0; at < hashed;) {
    const bytes = readExactly(file, Math.min(1 << 20, hashed - at));
    if (bytes === undefined) throw damaged(path, "it is cut off");
    hash.update(bytes);
    at += bytes.length;
  }
  const end = readExactly(file, END_BYTES);
  if (end === undefined || new DataView(end.buffer).getUint32(0, true) !== END_MARK) {
    throw damaged(path, "it is cut off");
  }
  const digest = hash.digest();
  if (!end.subarray(ENTRY_BYTES).every((byte, i) => byte === digest[i])) {
    throw damaged(path, "its hash is wrong");
  }
}

function* readEntries(file: Deno.FsFile): Generator<ExportEntry, undefined> {
  file.seekSync(HEAD_BYTES, Deno.SeekMode.Start);
  for (;;) {
    const head = readExactly(file, ENTRY_BYTES);
    if (head === undefined) return;
    const view = new DataView(head.buffer), nameLength = view.getUint32(0, true);
    if (nameLength > KV_LIMIT.keyBytes) return;
    const name = readExactly(file, nameLength), value = readExactly(file, view.getUint32(4, true));
    if (name === undefined || value === undefined) return;
    yield { key: JSON.parse(decoder.decode(name)) as KvKey, value };
  }
}

function readExactly(file: Deno.FsFile, length: number): Uint8Array<ArrayBuffer> | undefined {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const read = file.readSync(bytes.subarray(at));
    if (read === null) return undefined;
    at += read;
  }
  return bytes;
}

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return false;
    throw cause;
  }
}

function damaged(path: string, what: string): SandbarError {
  return new SandbarError("persistence_io", `Cannot import ${path}: ${what}; use another copy`);
}
