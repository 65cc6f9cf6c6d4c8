/**
 * Figures of a column of simple returns. Each function follows the function of empyrical-reloaded 0.7.1 of the same meaning (skew,
 * kurtosis and Kelly: quantstats 0.0.86) and gives `null` where that gives NaN or an infinity.
 *
 * `returns` are fractions, one a period; N is the count of periods a year; a rate is a fraction a period.
 *
 * @module
 */

// The rounding of a quotient near 1 is 2e-16: a deviation below this is that of constant returns.
const LEAST_DEVIATION = 1e-15;

/** Returns the product of (1 + r), less 1. */
export function totalReturn(returns: Float64Array): number {
  let growth = 1;
  for (let i = 0; i < returns.length; i++) growth *= 1 + returns[i]!;
  return growth - 1;
}

/** Returns (1 + total)^(N/n) - 1 of a total return over n periods: empyrical `annual_return`. */
export function annualReturn(
  total: number,
  periods: number,
  periodsPerYear: number,
): number | null {
  return periods === 0 || total < -1
    ? null
    : defined((1 + total) ** (periodsPerYear / periods) - 1);
}

/** Returns the sample deviation (n - 1) times the root of N: empyrical `annual_volatility`. */
export function volatility(returns: Float64Array, periodsPerYear: number): number | null {
  const deviation = sampleDeviation(returns);
  return deviation === null ? null : deviation * Math.sqrt(periodsPerYear);
}

/** Returns mean(r - rate) / sample deviation times the root of N: empyrical `sharpe_ratio`. */
export function sharpe(returns: Float64Array, periodsPerYear: number, rate = 0): number | null {
  const deviation = sampleDeviation(returns);
  if (deviation === null || deviation < LEAST_DEVIATION) return null;
  return defined((mean(returns) - rate) / deviation * Math.sqrt(periodsPerYear));
}

/**
 * Returns mean(r - target) over the root mean square of what is below the target, over all n, times the root of N: empyrical
 * `sortino_ratio`.
 */
export function sortino(returns: Float64Array, periodsPerYear: number, target = 0): number | null {
  const n = returns.length;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const below = returns[i]! - target;
    if (below < 0) squares += below * below;
  }
  const downside = Math.sqrt(squares / n);
  if (!(downside >= LEAST_DEVIATION)) return null;
  return defined((mean(returns) - target) / downside * Math.sqrt(periodsPerYear));
}

/** Returns the sum of gains above the threshold over the sum of losses below it: empyrical `omega_ratio`. */
export function omega(returns: Float64Array, threshold = 0): number | null {
  let gains = 0, losses = 0;
  for (let i = 0; i < returns.length; i++) {
    const excess = returns[i]! - threshold;
    if (excess > 0) gains += excess;
    else losses -= excess;
  }
  return losses > 0 ? defined(gains / losses) : null;
}

/** Returns |95th percentile| / |5th percentile|, percentiles linear: empyrical `tail_ratio`. */
export function tailRatio(returns: Float64Array): number | null {
  if (returns.length === 0) return null;
  const sorted = returns.slice().sort();
  return defined(Math.abs(percentile(sorted, 0.95)) / Math.abs(percentile(sorted, 0.05)));
}

/** Returns the linear percentile at the cutoff, a loss being negative: empyrical `value_at_risk`. */
export function valueAtRisk(returns: Float64Array, cutoff = 0.05): number | null {
  return returns.length === 0 ? null : percentile(returns.slice().sort(), cutoff);
}

/** Returns the mean of the worst floor((n - 1) x cutoff) + 1 returns: empyrical `conditional_value_at_risk`. */
export function conditionalValueAtRisk(returns: Float64Array, cutoff = 0.05): number | null {
  if (returns.length === 0) return null;
  const count = Math.floor((returns.length - 1) * cutoff) + 1;
  return mean(returns.slice().sort().subarray(0, count));
}

/** Returns R squared of a straight line through the running sum of log(1 + r): empyrical `stability_of_timeseries`. */
export function stability(returns: Float64Array): number | null {
  const n = returns.length;
  if (n < 2) return null;
  const logs = new Float64Array(n);
  let sum = 0;
  for (let i = 0; i < n; i++) logs[i] = sum += Math.log1p(returns[i]!);
  const meanX = (n - 1) / 2, meanY = mean(logs);
  let xx = 0, xy = 0, yy = 0;
  for (let i = 0; i < n; i++) {
    const x = i - meanX, y = logs[i]! - meanY;
    xx += x * x;
    xy += x * y;
    yy += y * y;
  }
  return defined(xy * xy / (xx * yy));
}

/** Returns the skewness, corrected for bias: pandas and quantstats `skew`. Needs three returns. */
export function skew(returns: Float64Array): number | null {
  const n = returns.length, m2 = centralMoment(returns, 2);
  if (n < 3 || m2 < LEAST_DEVIATION ** 2) return null;
  return defined(centralMoment(returns, 3) / m2 ** 1.5 * Math.sqrt(n * (n - 1)) / (n - 2));
}

/** Returns the excess kurtosis, corrected for bias: pandas and quantstats `kurtosis`. Needs four returns. */
export function kurtosis(returns: Float64Array): number | null {
  const n = returns.length, m2 = centralMoment(returns, 2);
  if (n < 4 || m2 < LEAST_DEVIATION ** 2) return null;
  const excess = centralMoment(returns, 4) / (m2 * m2) - 3;
  return defined((n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * excess + 6));
}

/** Returns p - (1 - p) / w with p the share of gains among moves and w mean gain over mean loss: quantstats `kelly_criterion`. */
export function kelly(returns: Float64Array): number | null {
  let gains = 0, losses = 0, won = 0, lost = 0;
  for (let i = 0; i < returns.length; i++) {
    const value = returns[i]!;
    if (value > 0) {
      gains += value;
      won++;
    } else if (value < 0) {
      losses -= value;
      lost++;
    }
  }
  if (won === 0 || lost === 0) return null;
  const payoff = (gains / won) / (losses / lost), share = won / (won + lost);
  return defined((payoff * share - (1 - share)) / payoff);
}

/** How a column of returns moved with another of the same length. */
export interface Regression {
  /** Annual alpha, fraction; `null` when undefined. */
  readonly alpha: number | null;
  readonly beta: number | null;
}

/**
 * Returns beta = cov / var and alpha = (1 + mean of the residual)^N - 1: empyrical `beta` and `alpha`.
 *
 * @param rate Risk-free rate a period.
 */
export function regression(
  returns: Float64Array,
  factor: Float64Array,
  periodsPerYear: number,
  rate = 0,
): Regression {
  const n = returns.length;
  if (n < 2 || factor.length !== n) return { alpha: null, beta: null };
  const meanR = mean(returns), meanF = mean(factor);
  let covariance = 0, variance = 0;
  for (let i = 0; i < n; i++) {
    const f = factor[i]! - meanF;
    covariance += (returns[i]! - meanR) * f;
    variance += f * f;
  }
  if (variance / n < LEAST_DEVIATION ** 2) return { alpha: null, beta: null };
  const beta = covariance / variance, residual = meanR - rate - beta * (meanF - rate);
  return {
    alpha: residual < -1 ? null : defined((1 + residual) ** periodsPerYear - 1),
    beta: defined(beta),
  };
}

/** Returns the arithmetic mean; NaN of nothing. */
export function mean(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

/** Returns the deviation with divisor n - 1, `null` below two values. */
export function sampleDeviation(values: Float64Array): number | null {
  const n = values.length;
  return n < 2 ? null : defined(Math.sqrt(centralMoment(values, 2) * n / (n - 1)));
}

function centralMoment(values: Float64Array, power: 2 | 3 | 4): number {
  const center = mean(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const d = values[i]! - center;
    sum += power === 2 ? d * d : power === 3 ? d * d * d : d * d * d * d;
  }
  return sum / values.length;
}

// numpy's "linear": the point at (n - 1) x share between its two neighbours.
function percentile(sorted: Float64Array, share: number): number {
  const at = (sorted.length - 1) * share, below = Math.floor(at);
  const low = sorted[below]!, high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (high - low) * (at - below);
}

/** Returns the value, or `null` for NaN and infinities. */
export function defined(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
