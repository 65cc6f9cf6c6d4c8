/**
 * Momentum rotation: once a month, hold the symbols that have risen most.
 *
 * All symbols are ranked by their return over the last `lookback` bars. The best `hold` of them share the equity equally, but only those
 * that have risen at all: a place that no riser fills stays in cash. All else is sold. Between two months nothing is done.
 *
 * It has `onBars` in place of `onBar`: a ranking needs all symbols of an instant together. There an indicator belongs to no symbol by
 * itself, so that it is read with `.at(symbol)`.
 *
 * Why it may work: winners of the last months have gone on winning a little more often than not, in most markets that were looked at.
 *
 * When it fails: at turning points. It holds what has just stopped rising, and comes back late. It needs many symbols to choose from:
 * with five, one name decides the result. Run it over several: `--symbols AAPL,FB,GOOG,IBM,MSFT`.
 */

import { defineStrategy, type Handlers, noTradeBand, param, roc } from "sandbar/strategy";

export default defineStrategy({
  name: "momentum-rotation",
  description: "Once a month the best risers of the last months, in equal parts",
  params: {
    lookback: param.int(126, { min: 5, max: 500, description: "bars of the return to rank by" }),
    hold: param.int(2, { min: 1, max: 50, description: "symbols to hold" }),
    band: param.number(0.05, { min: 0, max: 1, description: "change of weight not worth a trade" }),
  },
  setup({ params, data }): Handlers {
    const momentum = data.indicator(roc(params.lookback)).plot();
    let month = -1;
    return {
      onBars(slice, trade): void {
        const now = new Date(slice.time / 1000).getUTCMonth();
        if (now === month) return;
        month = now;

        const ranked = slice.symbols
          .map((symbol) => ({ symbol, rise: momentum.at(symbol).value }))
          // Not ready is NaN, and NaN is not above 0.
          .filter(({ rise }) => rise > 0)
          .sort((a, b) => b.rise - a.rise);
        const chosen = new Set(ranked.slice(0, params.hold).map(({ symbol }) => symbol));

        for (const symbol of slice.symbols) {
          const wanted = chosen.has(symbol) ? 1 / params.hold : 0;
          const held = trade.position(symbol).value / trade.equity;
          if (wanted === 0 && held === 0) continue;
          if (noTradeBand(wanted, held, params.band) !== held) trade.targetWeight(symbol, wanted);
        }
      },
    };
  },
});
