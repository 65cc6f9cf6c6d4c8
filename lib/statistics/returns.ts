/**
 * Simple returns of an equity column.
 *
 * @module
 */

/**
 * Returns one simple return a step, the first against the initial cash: `equity[i] / equity[i - 1] - 1`.
 *
 * @param equity Currency, one value a step.
 * @param initialCash Currency before the first step.
 * @returns As many returns as steps, or `null` when a base is zero or negative: a return on nothing is undefined (ruin).
 */
export function returnsOf(equity: Float64Array, initialCash: number): Float64Array | null {
  const returns = new Float64Array(equity.length);
  let base = initialCash;
  for (let i = 0; i < equity.length; i++) {
    if (!(base > 0)) return null;
    const value = equity[i]!;
    returns[i] = value / base - 1;
    base = value;
  }
  return returns;
}

/**
 * Returns the rate a period that compounds to an annual rate: (1 + annual)^(1/N) - 1.
 *
 * @param annualRate Fraction a year, above -1.
 * @param periodsPerYear N, above 0.
 */
export function ratePerPeriod(annualRate: number, periodsPerYear: number): number {
  return annualRate === 0 ? 0 : (1 + annualRate) ** (1 / periodsPerYear) - 1;
}
