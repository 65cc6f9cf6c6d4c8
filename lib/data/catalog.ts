/**
 * The catalog: a folder of Arrow files, `<SYMBOL>/<period>.arrow`, one a symbol and period, each with its manifest inside.
 *
 * One file is one unit: it is written under a temporary name and moved into place, so a reader sees a whole series or none, and data
 * and manifest cannot disagree. Loading checks the hashes.
 *
 * @module
 */

import { formatIso, SandbarError, type TimeUs } from "../core/mod.ts";
import { type BarColumns, COLUMN_NAMES, tickScaleOf } from "../market/mod.ts";
import {
  decodeArrow,
  encodeArrow,
  MANIFEST_HASH_KEY,
  MANIFEST_KEY,
  readArrowMetadata,
} from "./arrow.ts";
import { writeAtomically } from "./atomic_file.ts";
import { type Manifest, MANIFEST_SCHEMA, manifestText, parseManifest } from "./manifest.ts";
import type { LoadedSeries } from "./series.ts";
import { sha256Of } from "./sha256.ts";
import { fileNameOf } from "./symbol_names.ts";
import { messageOf } from "./text_file.ts";

const ENDING = ".arrow";

/** What the writer of a series says about it; the rest of the manifest is measured. */
export type SeriesFacts = Omit<Manifest, "schema" | "rows" | "first" | "last" | "dataSha256">;

/** One file of a catalog. */
export interface CatalogEntry {
  readonly path: string;
  /** Undefined when it cannot be read; then `fault` says why. */
  readonly manifest: Manifest | undefined;
  readonly fault: string;
}

/** Returns where a catalog keeps a series. */
export function catalogPath(dataDir: string, symbol: string, period: string): string {
  return `${dataDir}/${fileNameOf(symbol)}/${period}${ENDING}`;
}

/**
 * Stores a series, all or nothing. Equal input gives equal bytes.
 *
 * @returns The manifest as stored.
 * @throws {SandbarError} `usage` when the series is there and `replace` is false; `data_load` when the system refuses to write.
 */
export function storeSeries(
  dataDir: string,
  series: { readonly columns: BarColumns; readonly facts: SeriesFacts },
  options: { readonly replace: boolean; readonly onProgress?: (written: number) => void },
): Manifest {
  const { columns, facts } = series, rows = columns.time.length;
  const manifest: Manifest = {
    ...facts,
    schema: MANIFEST_SCHEMA,
    rows,
    first: formatIso(columns.time[0]! as TimeUs),
    last: formatIso(columns.closeTime[rows - 1]! as TimeUs),
    dataSha256: hashOf(columns),
  };
  const text = manifestText(manifest);
  const hash = sha256Of([new TextEncoder().encode(text)]);
  const bytes = encodeArrow(columns, new Map([[MANIFEST_KEY, text], [MANIFEST_HASH_KEY, hash]]));
  writeAtomically(catalogPath(dataDir, facts.symbol, facts.period), bytes, {
    ...options,
    shown: `${facts.symbol} ${facts.period} in ${dataDir}`,
  });
  return manifest;
}

/**
 * Returns a stored series as it was imported: nothing adjusted, all recorded actions handed on.
 *
 * @throws {SandbarError} `data_missing` when there is no such file; `data_invalid` when it is damaged or of a newer version.
 */
export function loadStored(path: string): LoadedSeries {
  const bytes = readWhole(path);
  const manifest = manifestOf(path, (offset, length) => bytes.subarray(offset, offset + length));
  const columns = attempt(path, () => decodeArrow(bytes));
  const length = columns.time.length, sha256 = hashOf(columns);
  if (length !== manifest.rows || sha256 !== manifest.dataSha256) {
    throw damaged(path, "its columns do not have the hash of its manifest");
  }
  return {
    symbol: manifest.symbol,
    period: manifest.period,
    calendar: manifest.calendar,
    columns,
    length,
    firstLine: 0,
    source: `${path} (${manifest.source})`,
    sha256,
    adjusted: manifest.adjusted,
    synthetic: manifest.synthetic,
    actions: manifest.actions,
    tickScale: tickScaleOf([columns.open, columns.high, columns.low, columns.close], length),
  };
}

/**
 * Returns the manifest of a stored series without reading its columns.
 *
 * @throws {SandbarError} As {@linkcode loadStored}.
 */
export function readManifest(path: string): Manifest {
  using file = attempt(path, () => Deno.openSync(path));
  return manifestOf(path, (offset, length) => {
    const bytes = new Uint8Array(length);
    file.seekSync(offset, Deno.SeekMode.Start);
    let have = 0;
    for (let got = 1; have < length && got > 0; have += got) {
      got = file.readSync(bytes.subarray(have)) ?? 0;
    }
    return bytes.subarray(0, have);
  });
}

/** Returns what a catalog holds, by symbol and period; nothing when the folder is not there. Unreadable files are listed as such. */
export function listCatalog(dataDir: string): CatalogEntry[] {
  const entries: CatalogEntry[] = [];
  for (const folder of namesIn(dataDir, (entry) => entry.isDirectory)) {
    const names = namesIn(`${dataDir}/${folder}`, (entry) => entry.isFile);
    for (const name of names.filter((it) => it.endsWith(ENDING) && !it.startsWith("."))) {
      entries.push(entryOf(`${dataDir}/${folder}/${name}`));
    }
  }
  return entries;
}

function entryOf(path: string): CatalogEntry {
  try {
    return { path, manifest: readManifest(path), fault: "" };
  } catch (error) {
    if (!(error instanceof SandbarError)) throw error;
    return { path, manifest: undefined, fault: error.message };
  }
}

function namesIn(folder: string, wanted: (entry: Deno.DirEntry) => boolean): string[] {
  try {
    return [...Deno.readDirSync(folder)].filter(wanted).map((entry) => entry.name).sort();
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return [];
    throw new SandbarError("data_load", `Cannot read the folder ${folder}: ${messageOf(cause)}`, {
      cause,
    });
  }
}

function manifestOf(
  path: string,
  read: (offset: number, length: number) => Uint8Array,
): Manifest {
  return attempt(path, () => {
    const metadata = readArrowMetadata(read), text = metadata.get(MANIFEST_KEY);
    if (text === undefined) throw new Error("it has no manifest, so Sandbar did not write it");
    if (sha256Of([new TextEncoder().encode(text)]) !== metadata.get(MANIFEST_HASH_KEY)) {
      throw new Error("its manifest does not have its own hash");
    }
    return parseManifest(text);
  });
}

function readWhole(path: string): Uint8Array<ArrayBuffer> {
  return attempt(path, () => Deno.readFileSync(path));
}

/** Makes errors of the system and of the Arrow library into ours. */
function attempt<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) {
      throw new SandbarError("data_missing", `there is no series ${path}`, { cause });
    }
    throw damaged(path, messageOf(cause), cause);
  }
}

function damaged(path: string, why: string, cause?: unknown): SandbarError {
  return new SandbarError(
    "data_invalid",
    `Cannot read the series ${path}: ${why}; import it again with --replace`,
    { context: { file: path }, cause },
  );
}

/** SHA-256 of the columns in their stored order. */
function hashOf(columns: BarColumns): string {
  return sha256Of(COLUMN_NAMES.map((name) => columns[name]));
}
