/**
 * No fill is missed and none is made up: each order of a random run fills on the very bar and at the very price that its own words and
 * the bars say, found by a formula that knows nothing of lists, passes and paths (BT-04, BT-06).
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Trade } from "../../lib/strategy/mod.ts";
import { dailyBars, type PriceRow, runStrategy, script } from "../engine/support.ts";

interface Asked {
  /** After which bar. */
  readonly at: number;
  readonly buys: boolean;
  readonly type: "market" | "limit" | "stop";
  /** In currency. */
  readonly price: number;
  readonly gtc: boolean;
  /** Bars after which it is cancelled, 99 for never. */
  readonly cancelAfter: number;
}

/** Bar and price of the fill of an order on its own, undefined when it has none. */
function fillOf(order: Asked, bars: readonly PriceRow[]): readonly [number, number] | undefined {
  const last = order.type === "market" || !order.gtc ? order.at + 1 : bars.length - 1;
  for (let i = order.at + 1; i <= last && i < bars.length; i++) {
    if (i - order.at > order.cancelAfter) return undefined;
    const [open, high, low] = bars[i]!, { price, buys, type } = order;
    if (type === "market") return [i, open];
    if (type === "limit") {
      if (buys ? open < price : open > price) return [i, open];
      if (buys ? low < price : high > price) return [i, price];
    } else {
      if (buys ? open >= price : open <= price) return [i, open];
      if (buys ? high >= price : low <= price) return [i, price];
    }
  }
  return undefined;
}

// Prices of a narrow range in cents: touches and ties are frequent.
const cents = fc.integer({ min: 95, max: 105 });
const bar = fc.tuple(cents, cents, cents, cents).map(([a, b, c, d]): PriceRow => [
  a / 100,
  Math.max(a, b, c, d) / 100,
  Math.min(a, b, c, d) / 100,
  b / 100,
]);
const asked: fc.Arbitrary<Asked> = fc.record({
  at: fc.nat(11),
  buys: fc.boolean(),
  type: fc.constantFrom("market", "limit", "stop"),
  price: cents.map((value) => value / 100),
  gtc: fc.boolean(),
  cancelAfter: fc.constantFrom(0, 1, 3, 99),
});

Deno.test("venue: every order fills on the bar and at the price that its words say, and on no other", () => {
  let filled = 0, unfilled = 0;
  fc.assert(
    fc.property(
      fc.array(bar, { minLength: 2, maxLength: 12 }),
      fc.array(asked, { maxLength: 25 }),
      (bars, list) => {
        const made = new Map<number, Asked>(), ids = new Map<Asked, number>();
        const doings: Record<number, (trade: Trade) => void> = {};
        for (let step = 0; step < bars.length; step++) {
          doings[step] = (trade): void => {
            for (const order of list) {
              if (step - order.at === order.cancelAfter && order.at !== step) {
                trade.cancel(ids.get(order) as never);
              }
            }
            for (const order of list) {
              if (order.at !== step) continue;
              const id = trade.order({
                symbol: "A",
                side: order.buys ? "buy" : "sell",
                quantity: 1,
                timeInForce: order.gtc && order.type !== "market" ? "gtc" : "day",
                ...(order.type === "limit" ? { limitPrice: order.price } : {}),
                ...(order.type === "stop" ? { stopPrice: order.price } : {}),
              });
              made.set(id, order);
              ids.set(order, id);
              if (order.cancelAfter === 0) trade.cancel(id);
            }
          };
        }
        const { engine } = runStrategy({ bars: [dailyBars("A", bars)], strategy: script(doings) });
        const { orders, fills } = engine;
        for (const [id, order] of made) {
          const row = orders.fill[id]!;
          const actual = row === -1 ? undefined : [fills.step[row]!, fills.price[row]! / 1e6];
          const wanted = fillOf(order, bars);
          assertEquals(actual as readonly [number, number] | undefined, wanted);
          if (wanted === undefined) unfilled++;
          else filled++;
        }
      },
    ),
    { numRuns: 600 },
  );
  assert(filled > 300 && unfilled > 300, `${filled} and ${unfilled}`);
});
