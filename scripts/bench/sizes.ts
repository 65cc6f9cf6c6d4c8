/**
 * How much a bench measures.
 *
 * @module
 */

/** How much is measured. */
export interface Sizes {
  readonly bars: number;
  /** Sizes of the runs that show whether time per bar is flat. */
  readonly growth: readonly number[];
  /** Resting orders of the loads that show whether they cost more where there are more. */
  readonly resting: readonly number[];
  /** Size of the run that shows what memory is there without bars. */
  readonly fewBars: number;
  /** Processes for each measured thing. */
  readonly rounds: number;
  /** Measured runs in each of them. */
  readonly repeats: number;
}
