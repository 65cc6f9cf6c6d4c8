/**
 * The bundled real data: daily bars of five US stocks, 2000 to 2013, as traded, with their splits. Source and licence: `sample/README.md`.
 *
 * Each file is held against its hash, so that a run on bundled data is the same run everywhere.
 *
 * @module
 */

import { SandbarError } from "../core/mod.ts";
import { BUNDLED_SPLITS, parsePeriod, tickScaleOf } from "../market/mod.ts";
import { readCsv } from "./csv.ts";
import { prepareBars } from "./prepare_bars.ts";
import type { LoadedSeries } from "./series.ts";

/** One bundled series. */
export interface SampleEntry {
  readonly symbol: string;
  /** SHA-256 of the file, lower-case hex. */
  readonly sha256: string;
  readonly rows: number;
  /** ISO dates of the first and the last session. */
  readonly first: string;
  readonly last: string;
}

/** Period of every bundled series. */
export const SAMPLE_PERIOD = "1d";

/** What is bundled, by symbol. */
export const SAMPLES: readonly SampleEntry[] = [
  {
    symbol: "AAPL",
    sha256: "44b075a2faba387f541522b6b3307886a921013cd730485ef9c39882e087f0d0",
    rows: 3270,
    first: "2000-03-01",
    last: "2013-03-01",
  },
  {
    symbol: "FB",
    sha256: "9724c18f63d7911bb9dc62ec3311b9deeef550cb50f626928ee3c65b7a8bd6f8",
    rows: 196,
    first: "2012-05-18",
    last: "2013-03-01",
  },
  {
    symbol: "GOOG",
    sha256: "806be4a27a8c1d76103d3f5f54f0accca408a2d936e2c2c1b226cae655d8c204",
    rows: 2148,
    first: "2004-08-19",
    last: "2013-03-01",
  },
  {
    symbol: "IBM",
    sha256: "625e48477861cd3d08afec5459a3b5ddf35511cade6147605edd87110d556a35",
    rows: 3270,
    first: "2000-03-01",
    last: "2013-03-01",
  },
  {
    symbol: "MSFT",
    sha256: "42cf70222ae7ee6a928cf8d099dc2fc530b42e8cc60f22f6236ce7614b7fc1d0",
    rows: 3270,
    first: "2000-03-01",
    last: "2013-03-01",
  },
];

/**
 * Returns a bundled series as traded, with its splits to apply, or undefined when the symbol is not bundled.
 *
 * @throws {SandbarError} `data_invalid` when the file was changed, `data_missing` when it is gone.
 */
export function loadSample(symbol: string): LoadedSeries | undefined {
  const entry = SAMPLES.find((it) => it.symbol === symbol);
  if (entry === undefined) return undefined;
  const shown = `bundled ${symbol}.csv`;
  const csv = readCsv(`${import.meta.dirname}/sample/${symbol}.csv`, shown);
  if (csv.sha256 !== entry.sha256) {
    throw new SandbarError(
      "data_invalid",
      `Cannot use the ${shown}: its SHA-256 is ${csv.sha256.slice(0, 12)}..., not ` +
        `${entry.sha256.slice(0, 12)}...; restore lib/data/sample/${symbol}.csv, or import your ` +
        "own file with `deno task data import`",
    );
  }
  const period = parsePeriod(SAMPLE_PERIOD), calendar = "XNYS";
  const { columns, length, firstLine } = prepareBars(csv, { shown, period, calendar });
  return {
    symbol,
    period: period.text,
    calendar,
    columns,
    length,
    firstLine,
    source: `bundled sample ${symbol}.csv`,
    sha256: csv.sha256,
    adjusted: "none",
    synthetic: false,
    actions: BUNDLED_SPLITS.filter((split) => split.symbol === symbol),
    tickScale: tickScaleOf([columns.open, columns.high, columns.low, columns.close], length),
  };
}
