/**
 * The way of a file into the catalog: read, check, store, all or nothing.
 *
 * Yields between blocks, so that a long import can show progress and be stopped; whatever stops it, the catalog is as before.
 *
 * @module
 */

import { type CalendarName, sessionOfDay } from "../calendar/mod.ts";
import { formatDay, SandbarError } from "../core/mod.ts";
import { type CorporateAction, parseActions, parsePeriod } from "../market/mod.ts";
import { splitWarnings } from "./adjust.ts";
import { sessionDaysOf } from "./bar_times.ts";
import { catalogPath, storeSeries } from "./catalog.ts";
import { CsvReader } from "./csv.ts";
import type { FileBars } from "./file_bars.ts";
import type { Manifest } from "./manifest.ts";
import { prepareBars, type PreparedBars, type ProblemKind } from "./prepare_bars.ts";
import type { Adjusted } from "./series.ts";
import { normalSymbol } from "./symbol_names.ts";
import { messageOf } from "./text_file.ts";
import { VERSION } from "./version.ts";

/** What to import, and how. */
export interface ImportOptions {
  /** The CSV or Parquet file. */
  readonly file: string;
  /** How messages call it. Default: the path. */
  readonly shown?: string;
  readonly symbol: string;
  /** For example `1d` or `1m`. */
  readonly period: string;
  /** The catalog's folder; made when it is not there. */
  readonly dataDir: string;
  /** Default XNYS. */
  readonly calendar?: CalendarName | undefined;
  /** Zone of times without one: `UTC`, `exchange` or an IANA name. */
  readonly timezone?: string | undefined;
  /** CSV file of splits and dividends. */
  readonly actionsFile?: string | undefined;
  /** State of the prices in the file. Default: `none` with an actions file, else `unknown`. */
  readonly adjusted?: Adjusted | undefined;
  /** Kinds of problem accepted by name. */
  readonly accept?: readonly ProblemKind[];
  /** Whether a stored series of that symbol and period may be replaced. */
  readonly replace?: boolean;
  /** Stops the import. */
  readonly signal?: AbortSignal;
  /** Called now and then with the fraction done, 0 to 1. */
  readonly onProgress?: (fraction: number) => void;
}

/** What was imported. */
export interface ImportResult {
  readonly manifest: Manifest;
  readonly path: string;
  /** Sentences to show to the user. */
  readonly notes: readonly string[];
}

/** Blocks of 256 KiB between two looks at the signal. */
const BLOCKS_A_TURN = 32;

/**
 * Imports a file.
 *
 * @throws {SandbarError} `usage` when the series is there and `replace` is not set, or an option is wrong; `data_missing`,
 * `data_invalid`, `data_load` for the file; `interrupted` by the signal.
 */
export async function importBars(options: ImportOptions): Promise<ImportResult> {
  const shown = options.shown ?? options.file, calendar = options.calendar ?? "XNYS";
  const symbol = normalSymbol(options.symbol), period = parsePeriod(options.period);
  const path = catalogPath(options.dataDir, symbol, period.text);
  if (options.replace !== true) refuseExisting(path, symbol, period.text);
  const actions = options.actionsFile === undefined
    ? []
    : actionsOf(options.actionsFile, symbol, calendar);
  const bars = /\.parquet$/i.test(options.file)
    ? await (await import("./parquet.ts")).readParquet(options.file, shown)
    : await readCsvInTurns(options, shown);
  const zoned = bars.timeForm !== "local" && bars.timeForm !== "turned_local";
  const prepared = prepareBars(bars, {
    shown,
    period,
    calendar,
    timezone: options.timezone,
    accept: options.accept ?? [],
  });
  options.signal?.throwIfAborted();
  const adjusted = options.adjusted ?? (options.actionsFile === undefined ? "unknown" : "none");
  const manifest = storeSeries(options.dataDir, {
    columns: prepared.columns,
    facts: {
      symbol,
      period: period.text,
      calendar,
      source: baseName(shown),
      sourceSha256: bars.sha256,
      timezone: zoned || period.unit === "day" ? "in the file" : options.timezone ?? "in the file",
      adjusted,
      synthetic: false,
      accepted: prepared.accepted,
      leftOut: prepared.leftOut,
      actions,
      writtenBy: VERSION,
    },
  }, {
    replace: options.replace ?? false,
    onProgress: () => options.signal?.throwIfAborted(),
  });
  return { manifest, path, notes: notesOf(bars, prepared, manifest) };
}

function refuseExisting(path: string, symbol: string, period: string): void {
  try {
    Deno.lstatSync(path);
  } catch {
    // Not there, or not to be seen: writing will tell.
    return;
  }
  throw new SandbarError(
    "usage",
    `${symbol} ${period} is in the catalog already (${path}); --replace overwrites it`,
  );
}

async function readCsvInTurns(options: ImportOptions, shown: string): Promise<FileBars> {
  using reader = new CsvReader(options.file, shown);
  for (let block = 1; reader.step(); block++) {
    if (block % BLOCKS_A_TURN !== 0) continue;
    options.onProgress?.(Math.min(1, reader.bytesRead / reader.size));
    // Lets a signal come through.
    await new Promise((resolve) => setTimeout(resolve, 0));
    options.signal?.throwIfAborted();
  }
  return reader.finish();
}

/** The actions of one symbol; each ex-date has to be a session. */
function actionsOf(file: string, symbol: string, calendar: CalendarName): CorporateAction[] {
  const actions = parseActions(readText(file), file).filter((it) =>
    it.symbol.toUpperCase() === symbol
  );
  if (actions.length === 0) {
    throw new SandbarError(
      "data_invalid",
      `Cannot read corporate actions: ${file} has none of ${symbol}`,
    );
  }
  for (const action of actions) {
    if (sessionOfDay(calendar, action.exDay) !== undefined) continue;
    throw new SandbarError(
      "data_invalid",
      `Cannot read corporate actions: ${file}: ${formatDay(action.exDay)}, the ex-date of a ` +
        `${action.kind} of ${symbol}, is no session of ${calendar}`,
    );
  }
  return actions.map((action) => ({ ...action, symbol }));
}

function readText(file: string): string {
  try {
    return Deno.readTextFileSync(file);
  } catch (cause) {
    const isMissing = cause instanceof Deno.errors.NotFound;
    throw new SandbarError(
      isMissing ? "data_missing" : "data_load",
      `Cannot read corporate actions: ${
        isMissing ? `there is no file ${file}` : `${file}: ${messageOf(cause)}`
      }`,
      { cause },
    );
  }
}

function notesOf(
  bars: FileBars,
  { columns, accepted, leftOut, length }: PreparedBars,
  manifest: Manifest,
): string[] {
  const notes: string[] = [];
  if (!bars.hasVolume) notes.push("the file has no volume column; every volume is 0");
  const named = bars.symbol.toUpperCase(), { symbol } = manifest;
  if (named !== "" && named !== symbol && named.split(/[.:]/)[0] !== symbol) {
    notes.push(`the file says its symbol is ${bars.symbol}; it is stored as ${symbol}`);
  }
  for (const [kind, count] of Object.entries(accepted)) {
    notes.push(`accepted: ${kind}, ${count} ${count === 1 ? "time" : "times"}`);
  }
  if (leftOut > 0) notes.push(`${leftOut} ${leftOut === 1 ? "row was" : "rows were"} left out`);
  const series = {
    symbol,
    period: manifest.period,
    calendar: manifest.calendar,
    columns,
    length,
    firstLine: 0,
    source: "",
    sha256: "",
    adjusted: manifest.adjusted,
    synthetic: false,
    actions: manifest.actions,
    tickScale: 0,
  };
  return [...notes, ...splitWarnings(series, sessionDaysOf(manifest.calendar, columns.time))];
}

function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
}
