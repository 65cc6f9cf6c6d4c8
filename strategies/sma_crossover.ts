/**
 * SMA crossover: the oldest trend rule there is.
 *
 * Two moving averages of the close, a fast and a slow one. When the fast one crosses above the slow one, prices have lately risen above
 * their longer mean: go in, with all of the equity or, in a run of several symbols, with an equal part for each. When it crosses below,
 * go out. In between, do nothing.
 *
 * What to look at: few trades, long holding times, large gains in trends, many small losses sideways.
 */

import {
  crossedAbove,
  crossedBelow,
  defineStrategy,
  type Handlers,
  param,
  sma,
} from "sandbar/strategy";

export default defineStrategy({
  name: "sma-crossover",
  description: "Long while the fast average is above the slow one",
  params: {
    fast: param.int(10, { min: 2, max: 200, description: "bars of the fast average" }),
    slow: param.int(30, { min: 3, max: 400, description: "bars of the slow average" }),
  },
  setup({ params, data }): Handlers {
    const fast = data.indicator(sma(params.fast)).plot();
    const slow = data.indicator(sma(params.slow)).plot();
    const weight = 1 / data.symbols.length;
    return {
      onBar(bar, trade): void {
        if (crossedAbove(fast, slow)) trade.targetWeight(bar.symbol, weight);
        else if (crossedBelow(fast, slow)) trade.close(bar.symbol);
      },
    };
  },
});
