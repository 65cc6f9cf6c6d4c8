/** Bench: two averages, read on every bar. */

import { defineStrategy, type Handlers, type SetupContext, sma } from "sandbar/strategy";

export function setup({ data }: SetupContext<Record<never, never>>): Handlers {
  const fast = data.indicator(sma(10)), slow = data.indicator(sma(50));
  return {
    onBar(bar, trade): void {
      // Never true: the averages have to be read all the same.
      if (fast.value + slow.value < 0) trade.close(bar.symbol);
    },
  };
}

export default defineStrategy({ name: "bench-indicators", setup });
