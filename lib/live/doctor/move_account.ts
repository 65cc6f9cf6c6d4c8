/**
 * An account's state to a file and from one: what moves it to another machine, and what saves the good part of a damaged store.
 *
 * @module
 */

import { SandbarError } from "../../core/mod.ts";
import type { Clock } from "../../protocols/mod.ts";
import {
  checkStore,
  exportAccount,
  type Exported,
  type ExportHeader,
  importAccount,
  type StoreFinding,
} from "../../store/mod.ts";

/** Where an account and its file lie. */
export interface MoveOptions {
  /** The store: a path or a URL. */
  readonly at: string;
  readonly file: string;
  readonly clock: Clock;
}

/** What was saved. */
export interface Saved extends Exported {
  /** What is damaged in the store, and hence was left behind; empty when all of it was saved. */
  readonly damage: readonly StoreFinding[];
}

/**
 * Saves an account, also one that is trading at this moment; of a damaged store its last good state, when asked to.
 *
 * @throws {SandbarError} `usage` when the file is there already, `journal_corrupt` for a damaged store, `persistence_io`.
 */
export async function saveAccount(
  options: MoveOptions & { readonly account: string; readonly takesLastGood: boolean },
): Promise<Saved> {
  const { findings } = await checkStore(options);
  return { ...await exportAccount(options), damage: findings };
}

/**
 * Takes an account from a file into a folder that holds none.
 *
 * @throws {SandbarError} `usage` when the store holds the account already, `persistence_io`, `schema_newer`.
 */
export async function bringAccount(
  options: MoveOptions & { readonly isService: boolean },
): Promise<ExportHeader> {
  const { at, isService } = options, folder = at.slice(0, at.lastIndexOf("/"));
  if (!isService) {
    try {
      Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
    } catch (cause) {
      throw new SandbarError("persistence_io", `Cannot make the folder ${folder}`, { cause });
    }
  }
  return await importAccount(options);
}
