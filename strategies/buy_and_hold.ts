/**
 * Buy and hold: the yardstick of all others.
 *
 * Each symbol of the run gets an equal part of the equity at its first bar, and then nothing is ever done again. Parts are not brought
 * back into balance: what rises takes up more and more of the account.
 *
 * Why: an idea that does not beat this one, after costs and for a similar risk, is not worth its work. It trades once, so that costs
 * hardly matter.
 *
 * When it fails: it sits through every fall. Look at the largest drawdown and at how long it lasted, and ask whether you would have held
 * on. A bundle of today's well-known names also flatters it: nobody knew in 2000 which ones would be well known.
 */

import { defineStrategy, type Handlers, param } from "sandbar/strategy";

export default defineStrategy({
  name: "buy-and-hold",
  description: "An equal part of each symbol, bought at its first bar and kept",
  params: {
    invested: param.number(1, { min: 0.01, max: 1, description: "fraction of equity to invest" }),
  },
  setup({ params, data }): Handlers {
    const part = params.invested / data.symbols.length;
    return {
      onBar(bar, trade): void {
        // The first bar of a symbol: one that is listed later is bought later, with the cash that was left for it.
        if (bar.count === 1) trade.targetWeight(bar.symbol, part);
      },
    };
  },
});
