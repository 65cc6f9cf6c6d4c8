/**
 * What a child sends for one slice of a run, or for one event of live trading: untrusted until the host's own engine has replayed it.
 *
 * @module
 */

/** The report of one slice. */
export interface SliceReport {
  readonly bookHash: number;
  /** When the child's next timer or session event is due, microseconds UTC; Infinity when none is, NaN when it told nothing. */
  readonly nextEventUs: number;
  /** Intents, six numbers a row. */
  readonly intents: Float64Array;
  readonly intentCount: number;
  /** Plotted values, three numbers a row. */
  readonly plots: Float64Array;
  /** JSON lines `[kind, microseconds, text]`. */
  readonly notes: string;
}
