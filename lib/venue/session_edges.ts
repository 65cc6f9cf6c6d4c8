/**
 * Where in its session a bar stands: what the venue asks of the calendar.
 *
 * @module
 */

/** Tells where in its session a bar stands. Asked in order of time, a series at a time. */
export interface SessionEdges {
  /** True for the first bar of a session. */
  opens(s: number, row: number): boolean;
  /** True for a bar that ends with its session. */
  closes(s: number, row: number): boolean;
}
