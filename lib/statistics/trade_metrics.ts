/**
 * Figures of closed round trips.
 *
 * @module
 */

import { MICROS_PER_UNIT } from "../core/mod.ts";
import type { RoundTrip } from "../trading/mod.ts";
import { mean, sampleDeviation } from "./return_metrics.ts";

/** What the closed trades of a run amount to. Fractions and currency; `null` where undefined. */
export interface TradeMetrics {
  readonly trades: number;
  readonly winRate: number | null;
  readonly profitFactor: number | null;
  /** Mean net profit, currency. */
  readonly expectancy: number | null;
  /** Mean of net profit / entry notional. */
  readonly averageTrade: number | null;
  readonly bestTrade: number | null;
  readonly worstTrade: number | null;
  readonly averageBarsHeld: number | null;
  readonly sqn: number | null;
}

/** Returns net profit / entry notional of a trade. */
export function tradeReturn(trade: RoundTrip): number {
  return trade.netProfitMicros / trade.entryNotionalMicros;
}

/** Returns the figures of the trades; all but the count are `null` when there are none. */
export function tradeMetrics(trades: readonly RoundTrip[]): TradeMetrics {
  const n = trades.length;
  if (n === 0) return NO_TRADES;
  const profits = new Float64Array(n), returns = new Float64Array(n), bars = new Float64Array(n);
  let gains = 0, losses = 0, won = 0, best = -Infinity, worst = Infinity;
  for (let i = 0; i < n; i++) {
    const trade = trades[i]!, profit = trade.netProfitMicros / MICROS_PER_UNIT;
    const fraction = tradeReturn(trade);
    profits[i] = profit;
    returns[i] = fraction;
    bars[i] = trade.bars;
    if (profit > 0) {
      gains += profit;
      won++;
    } else losses -= profit;
    if (fraction > best) best = fraction;
    if (fraction < worst) worst = fraction;
  }
  const deviation = sampleDeviation(profits), expectancy = mean(profits);
  return {
    trades: n,
    winRate: won / n,
    profitFactor: losses > 0 ? gains / losses : null,
    expectancy,
    averageTrade: mean(returns),
    bestTrade: best,
    worstTrade: worst,
    averageBarsHeld: mean(bars),
    sqn: deviation !== null && deviation > 0 ? Math.sqrt(n) * expectancy / deviation : null,
  };
}

const NO_TRADES: TradeMetrics = {
  trades: 0,
  winRate: null,
  profitFactor: null,
  expectancy: null,
  averageTrade: null,
  bestTrade: null,
  worstTrade: null,
  averageBarsHeld: null,
  sqn: null,
};
