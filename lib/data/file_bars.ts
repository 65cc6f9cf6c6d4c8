/**
 * The columns of a file as they stand in it, before anything is checked: what every reader of a format hands over.
 *
 * @module
 */

import type { UnreadableCell } from "./csv_rows.ts";
import type { TimeForm } from "./csv_time.ts";

/** The columns of a file. */
export interface RawBars {
  readonly timeForm: TimeForm;
  /** Microseconds, of the kind that `timeForm` says; NaN where unreadable. */
  readonly time: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  /** Zero everywhere when the file has no volume column. */
  readonly volume: Float64Array;
  readonly length: number;
  /** Line of row 0, counted from 1, or 0 in a file without lines. */
  readonly firstLine: number;
  /** The first faults, at most 1,000. */
  readonly unreadable: readonly UnreadableCell[];
}

/** The columns of a file, and what else it says. */
export interface FileBars extends RawBars {
  readonly hasVolume: boolean;
  /** What the symbol column says, or an empty text. */
  readonly symbol: string;
  /** SHA-256 of the file, lower-case hex. */
  readonly sha256: string;
}
