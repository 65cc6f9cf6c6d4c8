/**
 * Writes a file so that whoever looks sees the old file, the new one, or none, and never a part: into a temporary name in the same
 * folder, to the disk, then into place.
 *
 * @module
 */

import { SandbarError } from "../core/mod.ts";
import { messageOf } from "./text_file.ts";

const CHUNK = 4 * 1024 * 1024;

/** How a file is put into place. */
export interface AtomicWriteOptions {
  /** Whether a file of that name may be replaced. */
  readonly replace: boolean;
  /** How messages call the file. */
  readonly shown: string;
  /** Who may do what with it, as Unix writes it. Default: what the system gives new files. */
  readonly mode?: number;
  /** Called between chunks of 4 MiB with the bytes written; what it throws stops the writing, and nothing is left. */
  readonly onProgress?: (written: number) => void;
}

/**
 * Writes bytes to a path, all or nothing, and makes its folder. A temporary file that an earlier, killed writer of the same path left
 * is removed.
 *
 * @throws {SandbarError} `data_load` when the system refuses; `usage` when the file is there and `replace` is false.
 */
export function writeAtomically(
  path: string,
  bytes: Uint8Array,
  options: AtomicWriteOptions,
): void {
  const cut = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  const folder = path.slice(0, cut), name = path.slice(cut + 1);
  const temporary = `${folder}/.${name}.${Deno.pid}.tmp`;
  try {
    Deno.mkdirSync(folder, { recursive: true });
    removeLeftovers(folder, name);
    try {
      writeThrough(temporary, bytes, options);
      if (options.replace) Deno.renameSync(temporary, path);
      else moveIfFree(temporary, path);
    } finally {
      removeIfThere(temporary);
    }
    syncFolder(folder);
  } catch (cause) {
    if (cause instanceof SandbarError) throw cause;
    if (cause instanceof Deno.errors.AlreadyExists && !options.replace) {
      throw new SandbarError(
        "usage",
        `${options.shown} is there already; --replace overwrites it`,
        {
          cause,
        },
      );
    }
    throw new SandbarError("data_load", `Cannot write ${options.shown}: ${messageOf(cause)}`, {
      cause,
    });
  }
}

/** True for the name of a temporary file of this module. */
function isTemporaryName(name: string): boolean {
  return /^\..*\.\d+\.tmp$/.test(name);
}

function writeThrough(path: string, bytes: Uint8Array, options: AtomicWriteOptions): void {
  const { mode } = options;
  using file = Deno.openSync(path, {
    write: true,
    create: true,
    truncate: true,
    ...(mode === undefined ? {} : { mode }),
  });
  for (let at = 0; at < bytes.length;) {
    at += file.writeSync(bytes.subarray(at, at + CHUNK));
    options.onProgress?.(at);
  }
  file.syncSync();
}

/** A link, unlike a rename, fails when the name is taken: another writer cannot be overwritten between the look and the move. */
function moveIfFree(temporary: string, path: string): void {
  try {
    Deno.linkSync(temporary, path);
  } catch (cause) {
    if (cause instanceof Deno.errors.AlreadyExists || exists(path)) {
      throw new Deno.errors.AlreadyExists(path);
    }
    // Some file systems have no links.
    Deno.renameSync(temporary, path);
  }
}

function removeLeftovers(folder: string, name: string): void {
  for (const entry of Deno.readDirSync(folder)) {
    if (entry.name.startsWith(`.${name}.`) && isTemporaryName(entry.name)) {
      removeIfThere(`${folder}/${entry.name}`);
    }
  }
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
  }
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

/** Makes the new name durable. Windows has no such call on folders. */
function syncFolder(folder: string): void {
  if (Deno.build.os === "windows") return;
  using handle = Deno.openSync(folder);
  handle.syncSync();
}
