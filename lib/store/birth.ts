/**
 * The value that makes an account's store: its name and its birth epoch. Written first by a fresh store and last by an import.
 *
 * @module
 */

import { SandbarError } from "../core/mod.ts";
import { schemaNewer, valueCorrupt } from "./errors.ts";
import type { AccountKeys } from "./keys.ts";
import type { KvBackend } from "./kv_backend.ts";
import { jsonOf, sealJson, unseal } from "./sealed_value.ts";

/** What a store is born with. */
export interface Birth {
  readonly account: string;
  /** Six base-36 characters, lower case. */
  readonly birthEpoch: string;
}

const DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz", EPOCH_LENGTH = 6;

/** Returns the birth of a fresh store. */
export function drawBirth(account: string): Birth {
  let birthEpoch = "";
  while (birthEpoch.length < EPOCH_LENGTH) {
    const [byte] = crypto.getRandomValues(new Uint8Array(1));
    // 252 is a multiple of 36: below it every digit is as likely.
    if (byte! < 252) birthEpoch += DIGITS[byte! % 36];
  }
  return { account, birthEpoch };
}

/** Returns the value of a birth. */
export function sealBirth(birth: Birth): Uint8Array<ArrayBuffer> {
  return sealJson(birth);
}

/**
 * Returns the birth of a store, undefined when there is none yet.
 *
 * @throws {SandbarError} `journal_corrupt` when it is damaged, `schema_newer` when a newer version wrote it.
 */
export async function readBirth(kv: KvBackend, keys: AccountKeys): Promise<Birth | undefined> {
  const entry = await kv.get(keys.birth);
  if (entry === undefined) return undefined;
  const found = unseal(entry.value);
  if (found.ok) return jsonOf<Birth>(found.content);
  throw found.isNewer
    ? schemaNewer(kv.shown, found.what)
    : valueCorrupt(kv.shown, "birth", found.what);
}

/**
 * Refuses a store in which an import was not finished.
 *
 * @throws {SandbarError} `persistence_io`.
 */
export async function refuseUnfinishedImport(kv: KvBackend, keys: AccountKeys): Promise<void> {
  if (await kv.get(keys.import) === undefined) return;
  throw new SandbarError(
    "persistence_io",
    `Cannot open the store ${kv.shown}: an import into it was interrupted; repeat the import`,
  );
}
