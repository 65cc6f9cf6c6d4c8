/** Bench: so many limit orders rest far below the price; each bar one of them is cancelled, a new one is made, and one share is traded. */

import { type Handlers, type OrderId, type SetupContext, type Trade } from "sandbar/strategy";

/** Orders made on a bar until all are there: a strategy may ask for ten thousand things at once. */
const A_BAR = 9000;

/** Returns the setup for a number of resting orders. */
export function restingSetup(
  count: number,
): (context: SetupContext<Record<never, never>>) => Handlers {
  return ({ data }): Handlers => {
    const symbol = data.symbols[0]!, resting: OrderId[] = [];
    let made = 0;
    const rest = (trade: Trade): OrderId =>
      // Nine hundred prices below ten dollars, where no bar of the bench gets.
      trade.buy(symbol, 1, { limitPrice: (1 + made++ * 7 % 900) / 100, timeInForce: "gtc" });
    return {
      onBar(bar, trade): void {
        for (let k = 0; k < A_BAR && resting.length < count; k++) resting.push(rest(trade));
        if (resting.length < count) return;
        const k = bar.count % count;
        trade.cancel(resting[k]!);
        resting[k] = rest(trade);
        if (bar.count % 2 === 1) trade.buy(symbol, 1);
        else trade.sell(symbol, 1);
      },
    };
  };
}
