/**
 * The reference: what a careful programmer writes when there is one strategy, one symbol and no engine. It does the work of
 * `strategies/cross.ts` to the micro-unit; `bench_loop.rs` is the same loop in Rust.
 *
 * @module
 */

/** What a loop and an engine must agree on. */
export interface LoopResult {
  /** Micro-units. */
  readonly finalEquity: number;
  readonly fills: number;
  /** Round trips. */
  readonly trades: number;
}

/** Cash at the start, micro-units: enough for every order. */
export const INITIAL_CASH = 1e12;

const FAST = 10, SLOW = 50, SHARES = 100;
const TICKS = 1e6, SLIP_DIVISOR = 2000, COMMISSION_DIVISOR = 10_000;
// Adding and subtracting it rounds half to even; see lib/core/numbers.ts.
const ROUNDER = 6755399441055744;

/**
 * Runs the loop.
 *
 * @param scale The power of ten on which prices are whole.
 * @param equity Receives the equity after each bar, micro-units.
 */
export function plainLoop(
  open: Float64Array,
  close: Float64Array,
  scale: number,
  equity: Float64Array,
): LoopResult {
  const bars = open.length, fastDivisor = FAST * scale, slowDivisor = SLOW * scale;
  let cash = INITIAL_CASH, held = 0, target = -1, fills = 0, trades = 0, commissions = 0;
  let fastSum = 0, slowSum = 0, fastBefore = NaN, slowBefore = NaN;
  for (let i = 0; i < bars; i++) {
    if (target >= 0) {
      const quantity = target - held;
      target = -1;
      if (quantity !== 0) {
        const price = (open[i]! * TICKS + ROUNDER) - ROUNDER;
        const slip = divideHalfEven(price, SLIP_DIVISOR);
        const amount = quantity * (quantity > 0 ? price + slip : price - slip);
        const commission = divideHalfEven(amount < 0 ? -amount : amount, COMMISSION_DIVISOR);
        if (amount + commission <= cash) {
          cash -= amount + commission;
          commissions += commission;
          held += quantity;
          fills++;
          if (held === 0) trades++;
        }
      }
    }
    const price = close[i]!;
    equity[i] = cash + held * ((price * TICKS + ROUNDER) - ROUNDER);
    // Sums of whole ticks: exact, so that equal averages compare equal.
    fastSum += i < FAST
      ? (price * scale + ROUNDER) - ROUNDER
      : ((price - close[i - FAST]!) * scale + ROUNDER) - ROUNDER;
    slowSum += i < SLOW
      ? (price * scale + ROUNDER) - ROUNDER
      : ((price - close[i - SLOW]!) * scale + ROUNDER) - ROUNDER;
    const fast = fastSum / fastDivisor, slow = i < SLOW - 1 ? NaN : slowSum / slowDivisor;
    if (fast > slow && fastBefore <= slowBefore) target = SHARES;
    else if (fast < slow && fastBefore >= slowBefore) target = 0;
    fastBefore = fast;
    slowBefore = slow;
  }
  // Read, so that no compiler may drop the sum.
  if (commissions < 0) throw new RangeError("a commission below 0");
  return { finalEquity: equity[bars - 1]!, fills, trades };
}

/** Returns value / divisor for whole numbers, rounded half to even. */
function divideHalfEven(value: number, divisor: number): number {
  const quotient = (value / divisor + ROUNDER) - ROUNDER, twice = (value - quotient * divisor) * 2;
  if (twice > divisor) return quotient + 1;
  if (twice < -divisor) return quotient - 1;
  if (twice === divisor || twice === -divisor) {
    const half = (quotient * 0.5 + ROUNDER) - ROUNDER;
    if (half * 2 !== quotient) return twice > 0 ? quotient + 1 : quotient - 1;
  }
  return quotient;
}
