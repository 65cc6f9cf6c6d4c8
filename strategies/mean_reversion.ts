/**
 * Mean reversion: buy a sharp dip in a rising market, sell the bounce.
 *
 * A dip is a close below the lower Bollinger band (so many standard deviations below its mean) while the RSI says that nearly all recent
 * moves went down. It is bought only while the close stands above its long average: a dip in a rise, not a fall. The position is sold
 * when the close is back above the mean, or after some bars when it is not: the bounce did not come.
 *
 * Why it may work: hurried sellers pay for a quick sale, and whoever buys from them is paid for waiting.
 *
 * When it fails: a dip that is the start of a crash. The gains are small and frequent, the losses rare and large, so that a few good
 * years prove little. There is no stop here, because a stop sells at the very moment that the idea calls cheap; the time limit and a
 * small weight are what bounds a loss. Costs matter: each trade earns little. On the bundled prices it earns far less than holding
 * does: a fair picture of a popular rule on single stocks.
 */

import { bbands, defineStrategy, type Handlers, param, rsi, sma } from "sandbar/strategy";

export default defineStrategy({
  name: "mean-reversion",
  description: "Buys dips below the lower band in a rising market, sells at the mean",
  params: {
    window: param.int(20, { min: 5, max: 200, description: "bars of the mean and its bands" }),
    deviations: param.number(2, { min: 0.5, max: 5, description: "from the mean to the bands" }),
    rsiWindow: param.int(5, { min: 2, max: 50, description: "bars of the RSI" }),
    oversold: param.number(30, { min: 1, max: 50, description: "RSI below which a dip is sharp" }),
    trend: param.int(200, { min: 10, max: 500, description: "bars of the long average" }),
    mostBars: param.int(10, { min: 1, max: 100, description: "bars after which to give up" }),
  },
  setup({ params, data }): Handlers {
    const bands = data.indicator(bbands(params.window, params.deviations)).plot();
    const trend = data.indicator(sma(params.trend)).plot();
    const strength = data.indicator(rsi(params.rsiWindow)).plot();
    const weight = 1 / data.symbols.length;
    // By symbol: count of bars at which the dip was seen.
    const seenAt = new Map<string, number>();
    return {
      onBar(bar, trade): void {
        const { symbol, close, count } = bar;
        if (trade.position(symbol).quantity > 0) {
          const recovered = close > bands.value;
          const late = count - (seenAt.get(symbol) ?? count) >= params.mostBars;
          if (recovered || late) trade.close(symbol);
          return;
        }
        const dip = close < bands.lower.value && strength.value < params.oversold;
        if (dip && close > trend.value) {
          trade.targetWeight(symbol, weight);
          seenAt.set(symbol, count);
        }
      },
    };
  },
});
