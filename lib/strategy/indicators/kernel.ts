/**
 * The contract of every indicator: a kernel computes rows of its outputs from the columns of a series, a block at a time, in a tight
 * loop. Fed a whole column it is the vectorised form; fed one row at a time it is the incremental form; both give the same bits.
 *
 * A kernel runs inside the sealed realm beside the strategy. Its code follows the rules of the realm (ARCHITECTURE.md, "The sealed
 * realm"): built-ins captured in constants when the module loads; on typed arrays only `a[i]`; no store into plain arrays after
 * construction; no spread, destructuring or `for...of`; only `+ - * /`, `Math.sqrt`, `Math.abs` and comparisons in values, so that
 * the bits are the same in every version of the runtime.
 *
 * @module
 */

import type { Bars } from "../../market/mod.ts";

/** One running indicator over one series. Made by a spec; holds the state between blocks. */
export interface Kernel {
  /**
   * Computes rows `from` to `to - 1` and writes output k of row i to `out[k][at + i - from]`. Rows are asked for in order, each
   * once: the first call has `from` 0, each later call starts where the last one ended.
   *
   * @param bars The series; rows 0 to `to - 1` are filled.
   * @param out One buffer an output; NaN is written while the indicator is not ready.
   */
  update(bars: Bars, from: number, to: number, out: readonly Float64Array[], at: number): void;
}
