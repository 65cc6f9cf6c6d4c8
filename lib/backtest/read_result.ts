/**
 * Reads a stored result back: a folder of `writeResult`, its `result.json`, or a file with what `--json` printed.
 *
 * @module
 */

import { dirname, join } from "@std/path";
import { SandbarError } from "../core/mod.ts";
import { RESULT_SCHEMA, type ResultJson } from "./result.ts";

/** A result from a file. */
export interface StoredResult {
  /** The path as the user gave it. */
  readonly shown: string;
  readonly json: ResultJson;
  /** Text of the `trades.csv` beside it, undefined when there is none. */
  readonly trades: string | undefined;
  /** Text of the `orders.csv` beside it, undefined when there is none. */
  readonly orders: string | undefined;
}

/** The parts that every result has. */
const PARTS = [
  "strategy",
  "params",
  "data",
  "account",
  "venue",
  "metrics",
  "counts",
  "costs",
  "hashes",
];

/**
 * Returns a stored result.
 *
 * @param path Absolute path of a result folder or of a JSON file.
 * @param shown The path as the user gave it.
 * @throws {SandbarError} `data_missing` when nothing is there, `data_invalid` when it is no result, is of a failed run, or is newer than
 * this version reads.
 */
export function readResult(path: string, shown: string): StoredResult {
  const isFolder = isFolderAt(path, shown), file = isFolder ? join(path, "result.json") : path;
  const label = isFolder ? join(shown, "result.json") : shown;
  const folder = dirname(file), json = parse(read(file, label), label);
  return {
    shown,
    json,
    trades: textBeside(folder, "trades.csv"),
    orders: textBeside(folder, "orders.csv"),
  };
}

function isFolderAt(path: string, shown: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch (cause) {
    throw new SandbarError(
      "data_missing",
      `Cannot read a result: there is no ${shown}; give the folder that a run wrote, or its result.json`,
      { cause },
    );
  }
}

function read(file: string, label: string): string {
  try {
    return Deno.readTextFileSync(file);
  } catch (cause) {
    const why = cause instanceof Deno.errors.NotFound
      ? "there is no such file; the folder is not that of a result"
      : cause instanceof Error
      ? cause.message
      : String(cause);
    throw new SandbarError("data_missing", `Cannot read ${label}: ${why}`, { cause });
  }
}

function parse(text: string, label: string): ResultJson {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid(label, "it is not JSON", cause);
  }
  if (!isObject(value)) throw invalid(label, "it is not a result");
  const { schema, verdict } = value;
  if (typeof schema === "number" && schema > RESULT_SCHEMA) {
    throw invalid(
      label,
      `it has schema ${schema}, and this version reads up to ${RESULT_SCHEMA}; use a newer Sandbar`,
    );
  }
  if (isObject(verdict) && verdict["kind"] !== "ok") {
    throw invalid(label, `that run has no result: ${String(verdict["message"])}`);
  }
  const missing = PARTS.filter((part) => !isObject(value[part]));
  if (schema !== RESULT_SCHEMA || missing.length > 0) {
    throw invalid(label, "it is not a result of deno task backtest");
  }
  return value as unknown as ResultJson;
}

function textBeside(folder: string, name: string): string | undefined {
  try {
    return Deno.readTextFileSync(join(folder, name));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function invalid(label: string, why: string, cause?: unknown): SandbarError {
  return new SandbarError(
    "data_invalid",
    `Cannot read ${label}: ${why}`,
    cause === undefined ? {} : { cause },
  );
}
