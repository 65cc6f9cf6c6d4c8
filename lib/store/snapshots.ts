/**
 * Snapshots: the state after a record, in chunks, with a manifest that is written last. Without its manifest a snapshot is not there, so a
 * half-written one is never taken; with it, size and hash must agree.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { invariant, SandbarError } from "../core/mod.ts";
import type { AccountKeys } from "./keys.ts";
import type { KvBackend, KvCommit, KvKey } from "./kv_backend.ts";
import {
  MAX_COMMIT_DELETES,
  MAX_COMMIT_VALUES,
  MAX_SNAPSHOT_BYTES,
  MAX_VALUE_BYTES,
} from "./limits.ts";
import { jsonOf, seal, SEAL_BYTES, sealJson, unseal } from "./sealed_value.ts";

const CHUNK_BYTES = MAX_VALUE_BYTES - SEAL_BYTES;

/** A state and where it belongs. */
export interface Snapshot {
  /** The last record that is in it. */
  readonly sequence: number;
  /** When it was taken, microseconds UTC. */
  readonly timeUs: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A snapshot that cannot be used. */
export interface BadSnapshot {
  readonly sequence: number;
  /** What is wrong, and with which of its values. */
  readonly what: string;
}

/** The newest snapshot that is whole. */
export interface NewestSnapshot {
  readonly snapshot: Snapshot | undefined;
  /** Newer ones that were passed over. */
  readonly bad: readonly BadSnapshot[];
}

/** Where snapshots are written. */
export interface SnapshotPlace {
  readonly kv: KvBackend;
  readonly keys: AccountKeys;
  /** Writes as the owner of the account. */
  readonly commit: (writes: KvCommit) => Promise<void>;
}

/** The value that makes a snapshot. */
export interface Manifest {
  readonly sequence: number;
  readonly timeUs: number;
  /** Of the journal that it belongs to: the first record, which tells it too, is cut at some time. */
  readonly birthEpoch: string;
  readonly bytes: number;
  readonly chunks: number;
  readonly sha256: string;
}

/**
 * Writes a snapshot and removes the oldest beyond those that are kept. One of the same record that is there already stays as it is.
 *
 * @returns The number of snapshots that are kept now.
 * @throws {SandbarError} `persistence_io` when it is too large; what `commit` throws.
 */
export async function writeSnapshot(
  place: SnapshotPlace,
  { sequence, timeUs, bytes }: Snapshot,
  { keep, birthEpoch }: { readonly keep: number; readonly birthEpoch: string },
): Promise<number> {
  invariant(sequence >= 1, "a snapshot belongs to a record");
  const { keys, commit } = place;
  if (bytes.length > MAX_SNAPSHOT_BYTES) {
    throw new SandbarError(
      "persistence_io",
      `Cannot save a snapshot of ${bytes.length} bytes: at most ${MAX_SNAPSHOT_BYTES} are allowed`,
    );
  }
  const stored = await listSnapshots(place);
  if (stored.includes(sequence)) return stored.length;
  await removeHalfWritten(place, stored);
  const chunks = Math.ceil(bytes.length / CHUNK_BYTES);
  for (let from = 0; from < chunks; from += MAX_COMMIT_VALUES) {
    const sets = [];
    for (let i = from; i < Math.min(chunks, from + MAX_COMMIT_VALUES); i++) {
      const chunk = bytes.subarray(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES);
      sets.push({ key: keys.chunk(sequence, i), value: seal(chunk) });
    }
    await commit({ sets });
  }
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const manifest: Manifest = {
    sequence,
    timeUs,
    birthEpoch,
    bytes: bytes.length,
    chunks,
    sha256,
  };
  await commit({ sets: [{ key: keys.manifest(sequence), value: sealJson(manifest) }] });
  for (const old of stored.slice(0, Math.max(0, stored.length + 1 - keep))) {
    // Without its manifest it is no longer there, whatever interrupts the rest.
    await commit({ deletes: [keys.manifest(old)] });
    await removeChunks(place, old);
  }
  return Math.min(stored.length + 1, keep);
}

/** Returns the newest whole snapshot, and the newer ones that are not. */
export async function readNewestSnapshot(
  place: Pick<SnapshotPlace, "kv" | "keys">,
): Promise<NewestSnapshot> {
  const bad: BadSnapshot[] = [];
  for (const sequence of (await listSnapshots(place)).reverse()) {
    const found = await readSnapshot(place, sequence);
    if ("bytes" in found) return { snapshot: found, bad };
    bad.push(found);
  }
  return { snapshot: undefined, bad };
}

/** Returns a snapshot, or what is wrong with it. */
export async function readSnapshot(
  { kv, keys }: Pick<SnapshotPlace, "kv" | "keys">,
  sequence: number,
): Promise<Snapshot | BadSnapshot> {
  const bad = (what: string): BadSnapshot => ({ sequence, what });
  const manifest = await readManifest({ kv, keys }, sequence);
  if ("what" in manifest) return manifest;
  const { timeUs, bytes: size, chunks, sha256 } = manifest;
  const bytes = new Uint8Array(size);
  let at = 0, index = 0;
  for await (const { key, value } of kv.list({ prefix: [...keys.chunks, sequence] })) {
    if (key[3] !== index) break;
    const chunk = unseal(value);
    if (!chunk.ok) return bad(`chunk ${index} of ${chunks}: ${chunk.what}`);
    if (at + chunk.content.length > size) return bad(`chunk ${index} of ${chunks} is too long`);
    bytes.set(chunk.content, at);
    at += chunk.content.length;
    index++;
  }
  if (index !== chunks || at !== size) return bad(`chunk ${index} of ${chunks} is missing`);
  return createHash("sha256").update(bytes).digest("hex") === sha256
    ? { sequence, timeUs, bytes }
    : bad("its hash is wrong");
}

/** Returns the manifest of a snapshot, or what is wrong with it. */
export async function readManifest(
  { kv, keys }: Pick<SnapshotPlace, "kv" | "keys">,
  sequence: number,
): Promise<Manifest | BadSnapshot> {
  const entry = await kv.get(keys.manifest(sequence));
  if (entry === undefined) return { sequence, what: "its manifest is missing" };
  const found = unseal(entry.value);
  if (!found.ok) return { sequence, what: `its manifest: ${found.what}` };
  const manifest = jsonOf<Manifest>(found.content);
  return manifest.sequence === sequence
    ? manifest
    : { sequence, what: `its manifest is that of record ${manifest.sequence}` };
}

/** Returns the records of which there is a snapshot with a manifest, oldest first. */
export async function listSnapshots(
  { kv, keys }: Pick<SnapshotPlace, "kv" | "keys">,
): Promise<number[]> {
  const found: number[] = [];
  for await (const { key } of kv.list({ prefix: keys.manifests })) found.push(Number(key[2]));
  return found;
}

/** Returns the records of which there are chunks, oldest first. */
export async function listChunked(
  { kv, keys }: Pick<SnapshotPlace, "kv" | "keys">,
): Promise<number[]> {
  const found: number[] = [];
  for (;;) {
    const after = found[found.length - 1] ?? 0;
    // One chunk of each is read, not all.
    const range = { prefix: keys.chunks, start: [...keys.chunks, after + 1], limit: 1 };
    const before = found.length;
    for await (const { key } of kv.list(range)) found.push(Number(key[2]));
    if (found.length === before) return found;
  }
}

/** Removes what interrupted writings, or removals, have left. */
async function removeHalfWritten(place: SnapshotPlace, stored: readonly number[]): Promise<void> {
  for (const sequence of await listChunked(place)) {
    if (!stored.includes(sequence)) await removeChunks(place, sequence);
  }
}

async function removeChunks({ kv, keys, commit }: SnapshotPlace, sequence: number): Promise<void> {
  const deletes: KvKey[] = [];
  for await (const { key } of kv.list({ prefix: [...keys.chunks, sequence] })) {
    deletes.push(key);
    if (deletes.length === MAX_COMMIT_DELETES) await commit({ deletes: deletes.splice(0) });
  }
  if (deletes.length > 0) await commit({ deletes });
}
