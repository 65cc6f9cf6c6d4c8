/** Bench: the crossings of two averages, without an order. */

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
  let seen = 0;
  return {
    onBar(bar, trade): void {
      if (crossedAbove(fast, slow)) seen++;
      else if (crossedBelow(fast, slow)) seen--;
      if (seen > 1_000_000_000) trade.close(bar.symbol);
    },
  };
}

export default defineStrategy({ name: "bench-crossings", setup });
