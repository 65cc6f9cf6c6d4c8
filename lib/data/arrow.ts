/**
 * Arrow IPC files of bars: seven columns in one record batch, and a text in the schema's metadata. The only module that knows the
 * Arrow library.
 *
 * Times are stored as `timestamp[us, UTC]`, so that other tools show them as times; prices and volumes as `float64`. The same columns
 * and text always give the same bytes.
 *
 * @module
 */

import {
  Column,
  columnFromArray,
  tableFromColumns,
  tableFromIPC,
  tableToIPC,
  timestamp,
  TimeUnit,
} from "@uwdata/flechette";
import { invariant } from "../core/mod.ts";
import { type BarColumns, COLUMN_NAMES } from "../market/mod.ts";

/** Metadata key of the manifest. */
export const MANIFEST_KEY = "sandbar.manifest";
/** Metadata key of the SHA-256 of the manifest's text. */
export const MANIFEST_HASH_KEY = "sandbar.manifest_sha256";

/** Bytes before the first message of an Arrow file: `ARROW1` and padding. */
const PREFIX = 8;
const CONTINUATION = 0xffffffff;
const HIGH_WORD = 4294967296;
/** A schema with its metadata; more than any manifest needs. */
const MOST_HEADER_BYTES = 16 * 1024 * 1024;

/** Returns the bytes of an Arrow IPC file. */
export function encodeArrow(
  columns: BarColumns,
  metadata: ReadonlyMap<string, string>,
): Uint8Array {
  const timeType = timestamp(TimeUnit.MICROSECOND, "UTC");
  const entries = COLUMN_NAMES.map((name): [string, Column<unknown>] => {
    const values = columns[name];
    if (!isTime(name)) return [name, columnFromArray(values) as Column<unknown>];
    const integers = columnFromArray(toIntegers(values), undefined, { useBigInt: true });
    return [name, new Column([...integers.data], timeType) as Column<unknown>];
  });
  const table = tableFromColumns(entries);
  table.schema.metadata = new Map(metadata);
  const bytes = tableToIPC(table, { format: "file" });
  invariant(bytes !== null, "the Arrow writer returned nothing");
  return bytes;
}

/**
 * Returns the columns of an Arrow file that {@linkcode encodeArrow} wrote, as views of the bytes where they lie; the times are
 * converted in place.
 *
 * @param bytes The whole file. Taken over and changed.
 * @throws {Error} When the bytes are no such file.
 */
export function decodeArrow(bytes: Uint8Array): BarColumns {
  const table = tableFromIPC(bytes);
  const column = (name: typeof COLUMN_NAMES[number]): Float64Array => {
    const batches = table.getChild(name)?.data ?? [];
    // The raw values: what the library makes of a timestamp is a number or a date per value.
    const values: unknown = batches.length === 1 ? batches[0]?.values : undefined;
    if (isTime(name) && values instanceof BigInt64Array) return toNumbers(values);
    if (!isTime(name) && values instanceof Float64Array) return values;
    throw new Error(`there is no column ${name} of the expected type`);
  };
  const columns: BarColumns = {
    time: column("time"),
    closeTime: column("closeTime"),
    open: column("open"),
    high: column("high"),
    low: column("low"),
    close: column("close"),
    volume: column("volume"),
  };
  if (COLUMN_NAMES.some((name) => columns[name].length !== columns.time.length)) {
    throw new Error("the columns differ in length");
  }
  return columns;
}

/**
 * Returns the metadata of an Arrow file, reading no further than its schema.
 *
 * @param read Returns `length` bytes from `offset`, fewer at the end of the file.
 * @throws {Error} When it is no Arrow file.
 */
export function readArrowMetadata(
  read: (offset: number, length: number) => Uint8Array,
): ReadonlyMap<string, string> {
  const start = read(0, PREFIX + 8), view = new DataView(start.buffer, start.byteOffset);
  const isArrow = start.length === PREFIX + 8 &&
    String.fromCharCode(...start.subarray(0, 6)) === "ARROW1" &&
    view.getUint32(PREFIX, true) === CONTINUATION;
  const length = isArrow ? view.getUint32(PREFIX + 4, true) : 0;
  if (length === 0 || length > MOST_HEADER_BYTES) throw new Error("it is no Arrow file");
  const message = read(PREFIX, 8 + length);
  if (message.length !== 8 + length) throw new Error("it ends within its schema");
  return tableFromIPC(message).schema.metadata ?? new Map<string, string>();
}

function isTime(name: string): boolean {
  return name === "time" || name === "closeTime";
}

function toIntegers(values: Float64Array): BigInt64Array {
  const words = new Int32Array(values.length * 2);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!, high = Math.floor(value / HIGH_WORD);
    words[2 * i] = value - high * HIGH_WORD;
    words[2 * i + 1] = high;
  }
  return new BigInt64Array(words.buffer);
}

/** Converts in place: a `bigint` per value would cost more than the rest of the loading. */
function toNumbers(values: BigInt64Array): Float64Array {
  const words = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
  const numbers = new Float64Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < numbers.length; i++) {
    const low = words[2 * i]! >>> 0, high = words[2 * i + 1]!;
    numbers[i] = high * HIGH_WORD + low;
  }
  return numbers;
}
