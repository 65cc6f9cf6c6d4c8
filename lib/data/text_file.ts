/**
 * Opens a text file of bars and turns away what is none: a folder, Parquet, an archive, UTF-16, anything with a NUL byte.
 *
 * @module
 */

import { SandbarError } from "../core/mod.ts";

/**
 * Opens a regular file to read.
 *
 * @param shown How messages call it.
 * @throws {SandbarError} `data_missing` when there is none, `data_load` when it cannot be opened.
 */
export function openRegular(path: string, shown: string): { file: Deno.FsFile; size: number } {
  try {
    const stat = Deno.statSync(path);
    if (!stat.isFile) {
      throw new SandbarError("data_load", `Cannot read bars: ${shown} is not a file`);
    }
    return { file: Deno.openSync(path), size: stat.size };
  } catch (cause) {
    if (cause instanceof SandbarError) throw cause;
    if (cause instanceof Deno.errors.NotFound) {
      throw new SandbarError("data_missing", `Cannot read bars: there is no file ${shown}`, {
        cause,
      });
    }
    throw new SandbarError("data_load", `Cannot read ${shown}: ${messageOf(cause)}`, { cause });
  }
}

const MAGIC: readonly (readonly [string, string])[] = [
  ["PAR1", "a Parquet file; give it the ending .parquet"],
  ["ARROW1", "an Arrow file; only files of a catalog are read in that form"],
  ["\x1f\x8b", "packed with gzip; unpack it first"],
  ["PK\x03\x04", "a ZIP or Excel file; save it as CSV first"],
  ["\x28\xb5\x2f\xfd", "packed with zstd; unpack it first"],
  ["\xff\xfe", "text in UTF-16; save it as UTF-8 first"],
  ["\xfe\xff", "text in UTF-16; save it as UTF-8 first"],
];

/**
 * Refuses what is no text, by its first bytes or a NUL, before it is taken for very strange lines.
 *
 * @param head The first bytes of the file.
 * @throws {SandbarError} `data_invalid` with what it is instead.
 */
export function refuseBinary(head: Uint8Array, shown: string): void {
  const start = Array.from(head.subarray(0, 8), (byte) => String.fromCharCode(byte)).join("");
  const known = MAGIC.find(([magic]) => start.startsWith(magic));
  if (known !== undefined) {
    throw new SandbarError("data_invalid", `Cannot read bars: ${shown} is ${known[1]}`);
  }
  const nul = head.indexOf(0);
  if (nul >= 0) {
    throw new SandbarError(
      "data_invalid",
      `Cannot read bars: ${shown} is not text: a NUL byte at offset ${nul}; CSV text is expected`,
    );
  }
}

/** Returns the text of an error of the runtime. */
export function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
