/** Bench: a market order on every bar, one share bought and sold in turn. */

import { defineStrategy, type Handlers } from "sandbar/strategy";

export function setup(): Handlers {
  return {
    onBar(bar, trade): void {
      if (bar.count % 2 === 1) trade.buy(bar.symbol, 1);
      else trade.sell(bar.symbol, 1);
    },
  };
}

export default defineStrategy({ name: "bench-every-bar", setup });
