/** Bench: the work that the plain loops do too. 100 shares while the average of 10 bars is above that of 50, none while it is below. */

import {
  crossedAbove,
  crossedBelow,
  defineStrategy,
  type Handlers,
  type SetupContext,
  sma,
} from "sandbar/strategy";

export function setup({ data }: SetupContext<Record<never, never>>): Handlers {
  const fast = data.indicator(sma(10)), slow = data.indicator(sma(50));
  return {
    onBar(bar, trade): void {
      if (crossedAbove(fast, slow)) trade.target(bar.symbol, 100);
      else if (crossedBelow(fast, slow)) trade.close(bar.symbol);
    },
  };
}

export default defineStrategy({ name: "bench-cross", setup });
