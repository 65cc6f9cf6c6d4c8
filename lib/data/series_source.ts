/**
 * Where the bars of a symbol are found: a catalog, plain CSV files beside or instead of one, or the bundled sample.
 *
 * @module
 */

import { basename } from "@std/path";
import type { CalendarName } from "../calendar/mod.ts";
import { nearestWord, SandbarError } from "../core/mod.ts";
import { parsePeriod, tickScaleOf } from "../market/mod.ts";
import { catalogPath, listCatalog, loadStored } from "./catalog.ts";
import { readCsv } from "./csv.ts";
import { prepareBars } from "./prepare_bars.ts";
import { loadSample, SAMPLE_PERIOD, SAMPLES } from "./sample.ts";
import type { LoadedSeries } from "./series.ts";
import { fileNameOf, isSymbol } from "./symbol_names.ts";

/** What is looked for, and where. */
export interface SourceQuery {
  /** In its normal form. */
  readonly symbol: string;
  /** In its normal form. */
  readonly period: string;
  /** A catalog, a folder of CSV files, or one CSV file that the user named: nothing else is looked at. */
  readonly dataDir?: string | undefined;
  /** The catalog to look into when the user named none. */
  readonly defaultDir?: string | undefined;
  /** Calendar of CSV files; a catalog knows its own. */
  readonly calendar: CalendarName;
  /** Zone of times without one in CSV files. */
  readonly timezone?: string | undefined;
}

/**
 * Returns the series as it is stored: not adjusted, with all its actions.
 *
 * @throws {SandbarError} `data_missing` when it is nowhere, with what there is and the nearest name; `data_invalid` when a file is bad.
 */
export function findSeries(query: SourceQuery): LoadedSeries {
  const place = locate(query), { symbol, period, dataDir } = query;
  if (place !== undefined) {
    return place.kind === "stored" ? loadStored(place.path) : loadCsv(place.path, query);
  }
  const sample = dataDir === undefined && period === SAMPLE_PERIOD ? loadSample(symbol) : undefined;
  if (sample !== undefined) return sample;
  throw unknown(query, dataDir ?? query.defaultDir);
}

/** Returns the size of the file that {@linkcode findSeries} would read, in bytes; 0 for the bundled sample and for what is not there. */
export function sourceBytes(query: SourceQuery): number {
  const place = locate(query);
  return place === undefined ? 0 : Deno.statSync(place.path).size;
}

/**
 * Returns the symbol that a CSV file is named after: AAPL for `AAPL.csv` and `aapl_1h.csv`; an empty text when its name is no symbol, and
 * undefined when the path is no file.
 */
export function symbolOfFile(path: string): string | undefined {
  if (kindOf(path) !== "file") return undefined;
  const stem = basename(path).replace(/(_\d+[mhdw])?\.\w+$/i, "").toUpperCase();
  return isSymbol(stem) ? stem : "";
}

/** The file of a series among what the user has, undefined when it is not there. */
function locate(
  query: SourceQuery,
): { readonly kind: "stored" | "csv"; readonly path: string } | undefined {
  const { symbol, period, dataDir, defaultDir } = query, folder = dataDir ?? defaultDir;
  if (folder === undefined) return undefined;
  const kind = kindOf(folder);
  if (kind === "file") return { kind: "csv", path: folder };
  if (kind === "folder") {
    const stored = catalogPath(folder, symbol, period);
    if (kindOf(stored) === "file") return { kind: "stored", path: stored };
    const csv = csvFileOf(folder, query);
    return csv === undefined ? undefined : { kind: "csv", path: csv };
  }
  if (dataDir !== undefined) {
    throw new SandbarError("data_missing", `there is no folder or file ${dataDir}`);
  }
  return undefined;
}

function loadCsv(path: string, query: SourceQuery): LoadedSeries {
  const { calendar, timezone } = query, csv = readCsv(path), period = parsePeriod(query.period);
  const { columns, length, firstLine } = prepareBars(csv, {
    shown: path,
    period,
    calendar,
    timezone,
  });
  return {
    symbol: query.symbol,
    period: period.text,
    calendar,
    columns,
    length,
    firstLine,
    source: path,
    sha256: csv.sha256,
    adjusted: "unknown",
    synthetic: false,
    actions: [],
    tickScale: tickScaleOf([columns.open, columns.high, columns.low, columns.close], length),
  };
}

/** The CSV file of a symbol, its name in any case: `AAPL_1m.csv` before `AAPL.csv`. */
function csvFileOf(folder: string, { symbol, period }: SourceQuery): string | undefined {
  const stem = fileNameOf(symbol).toLowerCase();
  const names = csvNames(folder);
  const name = names.find((it) => it.toLowerCase() === `${stem}_${period}.csv`) ??
    names.find((it) => it.toLowerCase() === `${stem}.csv`);
  return name === undefined ? undefined : `${folder}/${name}`;
}

function csvNames(folder: string): string[] {
  return [...Deno.readDirSync(folder)]
    .filter((entry) => !entry.isDirectory && entry.name.toLowerCase().endsWith(".csv"))
    .map((entry) => entry.name).sort();
}

function unknown(query: SourceQuery, folder: string | undefined): SandbarError {
  const { symbol, period, dataDir } = query, found: [symbol: string, period: string][] = [];
  if (folder !== undefined && kindOf(folder) === "folder") {
    for (const { manifest } of listCatalog(folder)) {
      if (manifest !== undefined) found.push([manifest.symbol, manifest.period]);
    }
    for (const name of csvNames(folder)) {
      const [, stem = "", suffix = "any period"] = /^(.+?)(?:_(\d+[mhdw]))?\.csv$/i.exec(name) ??
        [];
      found.push([stem.toUpperCase(), suffix]);
    }
  }
  if (dataDir === undefined) {
    found.push(...SAMPLES.map((it): [string, string] => [it.symbol, "1d"]));
  }
  const others = found.filter(([name]) => name === symbol).map(([, size]) => size);
  const where = dataDir === undefined ? "" : ` in ${dataDir}`;
  if (others.length > 0) {
    return new SandbarError(
      "data_missing",
      `${symbol} is not there as ${period}${where}; there is ${[...new Set(others)].join(", ")}`,
    );
  }
  const names = [...new Set(found.map(([name]) => name))].sort();
  const nearest = nearestWord(symbol, names);
  const known = names.length === 0
    ? "nothing is there"
    : `there is ${names.slice(0, 20).join(", ")}${names.length > 20 ? ", ..." : ""}`;
  return new SandbarError(
    "data_missing",
    `unknown symbol ${symbol}${where}: ${known}` +
      (nearest === undefined ? "" : ` (did you mean ${nearest}?)`) +
      "; your own files come in with `deno task data import FILE --symbol S --period 1d`",
  );
}

function kindOf(path: string): "file" | "folder" | "nothing" {
  try {
    return Deno.statSync(path).isDirectory ? "folder" : "file";
  } catch (cause) {
    // A path below a regular file is nothing either.
    if (cause instanceof Deno.errors.NotFound || cause instanceof Deno.errors.NotADirectory) {
      return "nothing";
    }
    throw new SandbarError("data_load", `Cannot look at ${path}`, { cause });
  }
}
