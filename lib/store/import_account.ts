/**
 * An exported account into an empty store, all or nothing: the value that makes a store is written last, once everything is there and
 * verified. What an interrupted import has left is cleared by the next one, and refused by whoever opens it.
 *
 * @module
 */

import { SandbarError } from "../core/mod.ts";
import type { Clock } from "../protocols/mod.ts";
import { checkStore } from "./check_store.ts";
import { openDenoKv } from "./deno_kv.ts";
import { ioError } from "./errors.ts";
import { type ExportEntry, type ExportHeader, openExport } from "./export_form.ts";
import { type AccountKeys, AREA, checkAccountName, keysOf } from "./keys.ts";
import type { KvBackend, KvCommit, KvKey } from "./kv_backend.ts";
import { type Lease, takeLease } from "./lease.ts";
import { DEFAULT_LIMITS, MAX_COMMIT_DELETES, MAX_COMMIT_VALUES } from "./limits.ts";
import { FIRST_SCHEMA, type Schema } from "./schema.ts";
import { sealJson } from "./sealed_value.ts";

/** What is imported, and where to. */
export interface ImportAccountOptions {
  readonly file: string;
  /** Path, URL, or an open database, which stays open. */
  readonly at: string | KvBackend;
  readonly clock: Clock;
  readonly schema?: Schema;
}

/**
 * Imports an account under its own name.
 *
 * @throws {SandbarError} `usage` when the store holds the account already; `account_in_use`; `persistence_io` for a damaged file;
 * `schema_newer`.
 */
export async function importAccount(options: ImportAccountOptions): Promise<ExportHeader> {
  const { file, at } = options, opened = openExport(file);
  try {
    const { header } = opened;
    checkAccountName(header.account);
    const kv = typeof at === "string" ? await openDenoKv(at, options) : at;
    try {
      await importInto(kv, header.account, opened.entries(), options);
    } catch (cause) {
      throw ioError("import into", kv.shown, cause);
    } finally {
      if (typeof at === "string") kv.close();
    }
    return header;
  } finally {
    opened.close();
  }
}

async function importInto(
  kv: KvBackend,
  account: string,
  entries: Iterable<ExportEntry>,
  { file, clock, schema = FIRST_SCHEMA }: ImportAccountOptions,
): Promise<void> {
  const keys = keysOf(account);
  await refuseUnlessEmpty(kv, keys, account);
  const lease = await takeLease({
    kv,
    keys,
    account,
    clock,
    limits: DEFAULT_LIMITS,
    pid: Deno.pid,
  });
  try {
    const commit = owned(kv, lease);
    // Again, as its owner: another import may have been faster.
    await refuseUnlessEmpty(kv, keys, account);
    await commit({ sets: [{ key: keys.import, value: sealJson({ file }) }] });
    await clear(kv, keys, commit);
    const birth = await writeEntries(entries, account, commit);
    const { findings } = await checkStore({ at: kv, account, schema });
    // These two say that the import is not done yet, which is so.
    const other = findings.find(({ where }) => where !== AREA.birth && where !== AREA.import);
    if (birth === undefined || other !== undefined) {
      await clear(kv, keys, commit);
      await commit({ deletes: [keys.import] });
      throw new SandbarError(
        "persistence_io",
        `Cannot import ${file}: ${other?.where ?? AREA.birth}: ${
          other?.what ?? "it is missing"
        }; nothing was imported`,
      );
    }
    await commit({ sets: [birth], deletes: [keys.import] });
  } finally {
    // What was imported is there whatever comes of this: a lease that is not given back runs out.
    await lease.release().catch(() => undefined);
  }
}

type Write = NonNullable<KvCommit["sets"]>[number];

/** Writes everything but the birth, which is returned. */
async function writeEntries(
  entries: Iterable<ExportEntry>,
  account: string,
  commit: (writes: KvCommit) => Promise<void>,
): Promise<Write | undefined> {
  let sets: Write[] = [], birth: Write | undefined;
  for (const { key, value } of entries) {
    const write = { key: [account, ...key], value };
    if (key[0] === AREA.birth) {
      birth = write;
      continue;
    }
    sets.push(write);
    if (sets.length < MAX_COMMIT_VALUES) continue;
    await commit({ sets });
    sets = [];
  }
  if (sets.length > 0) await commit({ sets });
  return birth;
}

/** Commits as the owner, who renews the lease with each of them. */
function owned(kv: KvBackend, lease: Lease): (writes: KvCommit) => Promise<void> {
  return async ({ sets = [], deletes = [] }) => {
    const renewing = lease.beginRenewal();
    const isWritten = await kv.commit({
      checks: [lease.check],
      sets: [...sets, renewing],
      deletes,
    });
    if (!isWritten) throw await lease.lost();
    lease.renewed(renewing);
  };
}

async function refuseUnlessEmpty(kv: KvBackend, keys: AccountKeys, account: string): Promise<void> {
  // An import that was interrupted is repeated.
  if (await kv.get(keys.import) !== undefined) return;
  for await (const { key } of kv.list({ prefix: keys.all })) {
    if (key[1] === AREA.lease) continue;
    throw new SandbarError(
      "usage",
      `Cannot import into ${kv.shown}: it holds account ${account} already; name a place that does not`,
    );
  }
}

/** Removes everything but the lease and the mark of the import. */
async function clear(
  kv: KvBackend,
  keys: AccountKeys,
  commit: (writes: KvCommit) => Promise<void>,
): Promise<void> {
  const deletes: KvKey[] = [];
  for await (const { key } of kv.list({ prefix: keys.all })) {
    if (key[1] === AREA.lease || key[1] === AREA.import) continue;
    deletes.push(key);
    if (deletes.length === MAX_COMMIT_DELETES) await commit({ deletes: deletes.splice(0) });
  }
  if (deletes.length > 0) await commit({ deletes });
}
