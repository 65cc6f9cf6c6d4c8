/**
 * What a check is: a name and a function that returns its findings.
 *
 * @module
 */

/** What the caller asked for. */
export interface CheckOptions {
  /** Absolute path of the project's root, without a slash at the end. */
  readonly root: string;
  /** True to mend what a check can mend by itself (drawings, derived files) instead of reporting it. */
  readonly write: boolean;
}

/** One check of the project. */
export interface Check {
  readonly name: string;
  /** Returns the findings, each with the place and what to do. Empty when all is well. */
  readonly run: (options: CheckOptions) => Promise<readonly string[]>;
}
