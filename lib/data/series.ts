/**
 * One loaded series: what every source of bars (bundled sample, catalog, CSV file) hands to a run.
 *
 * @module
 */

import type { CalendarName } from "../calendar/mod.ts";
import type { BarColumns, CorporateAction } from "../market/mod.ts";

/** What is known of the prices: splits already applied backwards, raw as traded, or not stated by the source. */
export type Adjusted = "split" | "none" | "unknown";

/** Bars of one symbol and period, checked, in time order. */
export interface LoadedSeries {
  /** Instrument, for example `GOOG`. */
  readonly symbol: string;
  /** Bar size, for example `1d`. */
  readonly period: string;
  readonly calendar: CalendarName;
  /** Each column has exactly `length` values. */
  readonly columns: BarColumns;
  readonly length: number;
  /** Line of row 0 in the source file, so that a message about row r can name line `firstLine` + r; 0 where there are no lines. */
  readonly firstLine: number;
  /** Where the bars came from, as text to show. */
  readonly source: string;
  /** SHA-256 of what was read, lower-case hex: of a CSV file's bytes, or of a catalog file's columns before any adjustment. */
  readonly sha256: string;
  /** State of the prices in `columns`. */
  readonly adjusted: Adjusted;
  /** True when the bars were generated, not observed. */
  readonly synthetic: boolean;
  /** Actions that the run has still to apply, in the order of their ex-dates. */
  readonly actions: readonly CorporateAction[];
  /** The power of ten on which all prices are whole numbers, or 0: see `tickScaleOf`. */
  readonly tickScale: number;
}
