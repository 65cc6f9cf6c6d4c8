/**
 * Reads a strategy's files as data: types stripped, hashed, never loaded as code in this process.
 *
 * A strategy is one file and the files of its own folder that it imports with relative paths. Links that lead out of the folder, files
 * that are too large and folders changed under our feet are refused.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { stripTypeScriptTypes } from "node:module";
import { basename, dirname, join, relative } from "@std/path";
import { SandbarError } from "../core/mod.ts";

/** The largest file of a strategy, its most files, and the most text together. */
export const MAX_FILE_BYTES = 1 << 20, MAX_FILES = 64, MAX_TOTAL_BYTES = 4 << 20;

/** A strategy's sources, ready to be sent to a child. */
export interface StrategySources {
  /** The path as the user gave it, for messages. */
  readonly file: string;
  /** Name of the entry among the modules. */
  readonly entry: string;
  /** JavaScript by path from the strategy's folder. Lines and columns are those of the user's files. */
  readonly modules: Readonly<Record<string, string>>;
  /** SHA-256 over all modules as sent, in the order of their paths. */
  readonly sha256: string;
}

const IMPORTED = /\b(?:from|import)\s*["'](\.[^"'\n]*)["']/g;

/**
 * Reads the strategy at a path.
 *
 * @param path Absolute path of its entry.
 * @param shown The path as the user gave it.
 * @throws {SandbarError} `strategy_load` when a file is missing, leads out of the folder, is too large or is not valid TypeScript.
 */
export function readStrategy(path: string, shown: string): StrategySources {
  const folder = realPath(dirname(path), shown), entry = basename(path);
  const modules: Record<string, string> = {}, queue = [entry];
  let total = 0;
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    if (name in modules) continue;
    const label = name === entry ? shown : join(dirname(shown), name);
    const source = readInside(folder, name, label, name === entry);
    // A specifier in a comment or a text is no import: only the child's linker decides what is missing.
    if (source === undefined) continue;
    total += source.length;
    if (Object.keys(modules).length === MAX_FILES || total > MAX_TOTAL_BYTES) {
      throw refused(
        shown,
        `a strategy has at most ${MAX_FILES} files and ${MAX_TOTAL_BYTES >> 20} MiB of source`,
      );
    }
    const code = /\.m?js$/.test(name) ? source : strip(source, label);
    modules[name] = code;
    for (const match of code.matchAll(IMPORTED)) queue.push(join(dirname(name), match[1]!));
  }
  const hash = createHash("sha256");
  for (const name of Object.keys(modules).sort()) {
    hash.update(name).update("\0").update(modules[name]!).update("\0");
  }
  return { file: shown, entry, modules, sha256: hash.digest("hex") };
}

function refused(file: string, why: string, cause?: unknown): SandbarError {
  return new SandbarError(
    "strategy_load",
    `Cannot load strategy ${file}: ${why}`,
    cause === undefined ? {} : { cause },
  );
}

function realPath(path: string, shown: string): string {
  try {
    return Deno.realPathSync(path);
  } catch (error) {
    throw refused(shown, "no such file; check the path, or see strategies/ for examples", error);
  }
}

/** Reads a file after making sure that the path it was opened by is where it says. */
function readInside(
  folder: string,
  name: string,
  label: string,
  isEntry: boolean,
): string | undefined {
  const path = join(folder, name);
  // A folder also holds what is no source: `.env`, keys, notes. The entry was named by the user.
  if (!isEntry && !isSourceName(relative(folder, path))) return undefined;
  let real: string;
  try {
    real = Deno.realPathSync(path);
  } catch (error) {
    if (!isEntry) return undefined;
    throw refused(label, "no such file; check the path, or see strategies/ for examples", error);
  }
  if (real !== path) {
    throw refused(
      label,
      "it is a link, or lies behind one: strategies are read from their own folder only",
    );
  }
  let bytes: Uint8Array;
  try {
    // Before it is opened: opening a pipe waits for its other end.
    if (!Deno.lstatSync(path).isFile) throw refused(label, "it is not a file");
    using file = Deno.openSync(path);
    const stat = file.statSync();
    if (!stat.isFile) throw refused(label, "it is not a file");
    if (stat.size > MAX_FILE_BYTES) {
      throw refused(label, `it has ${stat.size} bytes, the limit is ${MAX_FILE_BYTES}`);
    }
    bytes = new Uint8Array(stat.size);
    let at = 0;
    while (at < bytes.length) {
      const count = file.readSync(bytes.subarray(at));
      if (count === null) break;
      at += count;
    }
    // What was opened must still be what the path names: a folder swapped in between is refused.
    const again = Deno.lstatSync(path);
    const same = !again.isSymlink && again.ino === stat.ino && again.dev === stat.dev;
    if (!same || Deno.realPathSync(path) !== path) {
      throw refused(label, "it changed while it was read");
    }
  } catch (error) {
    if (error instanceof SandbarError) throw error;
    throw refused(label, error instanceof Error ? error.message : "it cannot be read", error);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw refused(label, "it is not UTF-8 text", error);
  }
}

/** True for TypeScript and JavaScript at a path that stays inside and has no hidden part. */
function isSourceName(path: string): boolean {
  return /\.(ts|mts|js|mjs)$/.test(path) &&
    path.split(/[/\\]/).every((part) => !part.startsWith("."));
}

function strip(source: string, label: string): string {
  try {
    return stripTypeScriptTypes(source);
  } catch (error) {
    throw syntaxError(source, label, error);
  }
}

/** Says where the syntax is wrong. Stripping alone does not tell; transforming does, and its output is thrown away. */
function syntaxError(source: string, label: string, error: unknown): SandbarError {
  const text = error instanceof Error ? error.message : "";
  const unsupported = /^(TypeScript .*) is not supported in strip-only mode at [^ ]*?:(\d+):(\d+)/
    .exec(text);
  if (unsupported !== null) {
    const [, what, line, column] = unsupported;
    return refused(
      `${label}:${line}:${column}`,
      `${what}s emit code and are not supported; use a plain object or type`,
      error,
    );
  }
  try {
    stripTypeScriptTypes(source, { mode: "transform" });
  } catch (detail) {
    const lines = detail instanceof Error ? detail.message.split("\n") : [];
    const place = /:(\d+):(\d+)$/.exec(lines.find((line) => /^\s+at .*:\d+:\d+$/.test(line)) ?? "");
    const what = (lines[0] ?? "").replace(/^SyntaxError: /, "");
    if (place !== null) {
      return refused(`${label}:${place[1]}:${place[2]}`, `syntax error: ${what}`, error);
    }
  }
  return refused(label, "syntax error", error);
}
