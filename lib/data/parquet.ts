/**
 * Reads a Parquet file of bars into columns. Loaded only when a Parquet file is imported: the library takes longer to start than most
 * CSV files to read.
 *
 * A time column is a timestamp (with or without a zone), a date, a count since 1970, or text in a form that CSV files may have.
 *
 * @module
 */

import { parquetMetadata, parquetRead } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { SandbarError, US_PER_DAY } from "../core/mod.ts";
import { refuseMissing, type Role, rolesByName } from "./csv_layout.ts";
import { type TimeForm, timeFormOf, timeOfCell } from "./csv_time.ts";
import type { FileBars } from "./file_bars.ts";
import { sha256Of } from "./sha256.ts";
import { messageOf } from "./text_file.ts";

/** The parts of a schema element that matter here. */
interface Field {
  readonly name: string;
  readonly type?: string;
  readonly converted_type?: string;
  readonly logical_type?: { readonly type: string; readonly isAdjustedToUTC?: boolean };
}

/** Timestamps as microseconds; digits past them are cut. */
const PARSERS = {
  timestampFromMilliseconds: (millis: bigint): number => Number(millis) * 1e3,
  timestampFromMicroseconds: (micros: bigint): number => Number(micros),
  timestampFromNanoseconds: (nanos: bigint): number => Number(nanos / 1000n),
  dateFromDays: (days: number): number => days * US_PER_DAY,
};

/**
 * Reads a whole file.
 *
 * @param path The file.
 * @param shown How messages call it.
 * @throws {SandbarError} `data_missing` when there is no such file; `data_invalid` when it is no Parquet file of bars.
 */
export async function readParquet(path: string, shown: string): Promise<FileBars> {
  const bytes = readBytes(path, shown), buffer = bytes.buffer;
  const metadata = attempt(shown, () => parquetMetadata(buffer));
  const fields = metadata.schema.slice(1) as readonly Field[];
  const names = fields.map((field) => field.name), roles = rolesByName(names, []);
  refuseMissing(roles, names, shown);
  const length = Number(metadata.num_rows);
  if (length === 0) {
    throw new SandbarError("data_invalid", `Cannot read bars: ${shown}: there is no row`);
  }
  const columns = new Map<Role, unknown[]>();
  const wanted = roles.flatMap((role, i) => role === "ignore" ? [] : [names[i]!]);
  try {
    await parquetRead({
      file: { byteLength: buffer.byteLength, slice: (start, end) => buffer.slice(start, end) },
      metadata,
      columns: wanted,
      compressors,
      parsers: PARSERS,
      onChunk: ({ columnName, columnData, rowStart }) => {
        const role = roles[names.indexOf(columnName)] ?? "ignore";
        const column = columns.get(role) ?? new Array<unknown>(length).fill(null);
        for (let i = 0; i < columnData.length; i++) column[rowStart + i] = columnData[i];
        columns.set(role, column);
      },
    });
  } catch (cause) {
    throw unreadable(shown, cause);
  }
  const numbers = (role: Role): Float64Array => numbersOf(columns.get(role), length);
  const times = columns.get("time") ?? [];
  const timeForm = formOf(fields[roles.indexOf("time")]!, times[0], shown);
  return {
    timeForm,
    time: timesOf(times, timeForm, length),
    open: numbers("open"),
    high: numbers("high"),
    low: numbers("low"),
    close: numbers("close"),
    volume: roles.includes("volume") ? numbers("volume") : new Float64Array(length),
    length,
    firstLine: 0,
    unreadable: [],
    hasVolume: roles.includes("volume"),
    symbol: oneSymbol(columns.get("symbol") ?? [], shown),
    sha256: sha256Of([bytes]),
  };
}

function readBytes(path: string, shown: string): Uint8Array<ArrayBuffer> {
  try {
    return Deno.readFileSync(path);
  } catch (cause) {
    const isMissing = cause instanceof Deno.errors.NotFound;
    throw new SandbarError(
      isMissing ? "data_missing" : "data_load",
      isMissing
        ? `Cannot read bars: there is no file ${shown}`
        : `Cannot read ${shown}: ${messageOf(cause)}`,
      { cause },
    );
  }
}

function formOf(field: Field, first: unknown, shown: string): TimeForm {
  const logical = field.logical_type, converted = field.converted_type ?? "";
  if (logical?.type === "TIMESTAMP") return logical.isAdjustedToUTC === false ? "local" : "instant";
  if (converted.startsWith("TIMESTAMP") || field.type === "INT96") return "instant";
  if (logical?.type === "DATE" || converted === "DATE") return "date";
  const form = timeFormOf(String(first));
  if (form !== undefined) return form;
  throw new SandbarError(
    "data_invalid",
    `Cannot read bars: ${shown}: the column ${field.name} holds no times: ${String(first)}`,
  );
}

function timesOf(values: readonly unknown[], form: TimeForm, length: number): Float64Array {
  const times = new Float64Array(length).fill(NaN), encoder = new TextEncoder();
  const isReady = typeof values[0] === "number" && form !== "epoch";
  for (let i = 0; i < length; i++) {
    const value = values[i];
    if (value === null || value === undefined) continue;
    if (isReady) times[i] = Number(value);
    else {
      const text = encoder.encode(String(value));
      times[i] = timeOfCell(text, 0, text.length, form);
    }
  }
  return times;
}

function numbersOf(values: readonly unknown[] | undefined, length: number): Float64Array {
  const numbers = new Float64Array(length).fill(NaN);
  for (let i = 0; i < length; i++) {
    const value = values?.[i];
    if (typeof value === "number" || typeof value === "bigint") numbers[i] = Number(value);
  }
  return numbers;
}

function oneSymbol(values: readonly unknown[], shown: string): string {
  const first = values.length === 0 ? "" : String(values[0]);
  const other = values.findIndex((value) => String(value) !== first);
  if (other < 0) return first;
  throw new SandbarError(
    "data_invalid",
    `Cannot read bars: ${shown} row ${other}: symbol ${String(values[other])} after ${first}; ` +
      "import one symbol a file",
  );
}

function attempt<T>(shown: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    throw unreadable(shown, cause);
  }
}

function unreadable(shown: string, cause: unknown): SandbarError {
  return new SandbarError(
    "data_invalid",
    `Cannot read bars: ${shown} is no Parquet file that can be read: ${messageOf(cause)}`,
    { cause },
  );
}
