/**
 * Drawdown: how far equity is below its highest value so far, the initial cash included.
 *
 * @module
 */

/** Returns equity / running peak - 1 a step, 0 at a peak, negative below it. The peak starts at the initial cash. */
export function drawdowns(equity: Float64Array, initialCash: number): Float64Array {
  const depths = new Float64Array(equity.length);
  let peak = initialCash;
  for (let i = 0; i < equity.length; i++) {
    const value = equity[i]!;
    if (value > peak) peak = value;
    depths[i] = value / peak - 1;
  }
  return depths;
}

/** The deepest drawdown of a run. */
export interface MaxDrawdown {
  /** Fraction, at most 0: -0.25 is a fall of a quarter. */
  readonly depth: number;
  /** Step of the peak before it; -1 when the peak is the initial cash. */
  readonly peak: number;
  /** Step of the lowest point; -1 when equity never fell below a peak. */
  readonly valley: number;
  /** First step back at the peak or above; -1 when there is none. */
  readonly recovery: number;
}

/** Returns the deepest drawdown, the first one of equals. */
export function maxDrawdown(equity: Float64Array, initialCash: number): MaxDrawdown {
  let top = initialCash, topStep = -1, depth = 0, peak = -1, valley = -1, recovery = -1, level = 0;
  for (let i = 0; i < equity.length; i++) {
    const value = equity[i]!;
    if (value > top) {
      top = value;
      topStep = i;
    }
    const below = value / top - 1;
    if (below < depth) {
      depth = below;
      peak = topStep;
      valley = i;
      recovery = -1;
      level = top;
    } else if (valley >= 0 && recovery < 0 && value >= level) {
      recovery = i;
    }
  }
  return { depth, peak, valley, recovery };
}

/** Returns the root of the sum of squared drawdowns over n - 1: quantstats `ulcer_index`; `null` below two steps. */
export function ulcerIndex(equity: Float64Array, initialCash: number): number | null {
  const n = equity.length, depths = drawdowns(equity, initialCash);
  if (n < 2) return null;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += depths[i]! * depths[i]!;
  return Math.sqrt(sum / (n - 1));
}
