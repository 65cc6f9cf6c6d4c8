/**
 * Two strategies at one broker: an order that would trade with the other's waits (ENG-15).
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { crosses, type CrossingTerms } from "../../lib/live/self_trade.ts";
import type { BrokerOrder } from "../../lib/protocols/mod.ts";
import { ORDER_STATE_NAMES } from "../../lib/trading/mod.ts";
import { Faults } from "../../lib/vendors/paper/mod.ts";
import { ExchangeCase } from "./exchange_case.ts";

const DAYS = { symbols: ["MSFT"], from: "2003-01-02", to: "2003-02-14" };

/** A strategy that does what is written for each bar, by its number from 1. */
function acting(name: string, acts: Readonly<Record<number, string>>): string {
  const cases = Object.entries(acts).map(([bar, act]) => `case ${bar}: ${act} break;`).join("\n");
  return `import { defineStrategy } from "sandbar/strategy";
export default defineStrategy({
  name: "${name}",
  setup({ data }) {
    const symbol = data.symbols[0];
    let bars = 0, resting = null;
    return { onBar(bar, trade) { switch (++bars) { ${cases} } } };
  },
});
`;
}

/** Number of the bar at whose open each order of a book was filled, from 1; how it ended where it was not. */
function ends(
  { core }: Awaited<ReturnType<ExchangeCase["run"]>>,
  book: number,
): (number | string)[] {
  const { orders, fills } = core.books[book]!.engine;
  return Array.from({ length: orders.length }, (_, row) => {
    const fill = orders.fill[row]!;
    // It is told before that bar.
    return fill >= 0 ? fills.step[fill]! + 2 : ORDER_STATE_NAMES[orders.state[row]!]!;
  });
}

/** Holds ten shares and wants far more than there is to be had for them, from bar 5 until bar 10. */
const SELLER = acting("seller", {
  1: "trade.buy(symbol, 10);",
  5: 'resting = trade.sell(symbol, 10, { limitPrice: 1000, timeInForce: "gtc" });',
  10: "trade.cancel(resting);",
});

Deno.test("ENG-15 a market order waits while another strategy's order could meet it, and goes when that has ended", async () => {
  const buyer = acting("buyer", {
    6: 'trade.buy(symbol, 1, { timeInForce: "gtc" });',
    7: 'trade.buy(symbol, 2, { limitPrice: 900, timeInForce: "gtc" });',
    13: "trade.buy(symbol, 4);",
  });
  await using market = await ExchangeCase.open({
    ...DAYS,
    strategy: { "seller.ts": SELLER, "buyer.ts": buyer },
  });
  const outcome = await market.run();
  market.assertEqualBooks(outcome);
  // A limit that does not cross waits for nobody.
  assertEquals(ends(outcome, 1), [11, 8, 14]);
});

Deno.test("ENG-15 a day order that waits ends with its day, and was never sent", async () => {
  const buyer = acting("buyer", { 6: "trade.buy(symbol, 1);" });
  await using market = await ExchangeCase.open({
    ...DAYS,
    strategy: { "seller.ts": SELLER, "buyer.ts": buyer },
  });
  const outcome = await market.run();
  market.assertEqualBooks(outcome);
  assertEquals(ends(outcome, 1), ["expired"]);
  assertEquals(Object.keys(market.exchange.ledger().submitsSeen).length, 2);
});

Deno.test("ENG-15 an order waits seven days at the most", async () => {
  const never = acting("seller", {
    1: "trade.buy(symbol, 10);",
    5: 'trade.sell(symbol, 10, { limitPrice: 1000, timeInForce: "gtc" });',
  });
  const buyer = acting("buyer", { 6: 'trade.buy(symbol, 1, { timeInForce: "gtc" });' });
  await using market = await ExchangeCase.open({
    ...DAYS,
    strategy: { "seller.ts": never, "buyer.ts": buyer },
  });
  const outcome = await market.run(), { orders } = outcome.core.books[1]!.engine;
  assertEquals(ends(outcome, 1), ["expired"]);
  assertEquals(orders.endedUs[0]! - orders.createdUs[0]!, 7 * 86_400e6);
});

Deno.test("ENG-15 what reduces goes at once, and what would meet it comes after it", async () => {
  // Both at one bar, the buyer's first in the order of the strategies.
  const buyer = acting("buyer", { 5: 'trade.buy(symbol, 3, { timeInForce: "gtc" });' });
  const seller = acting("seller", { 1: "trade.buy(symbol, 10);", 5: "trade.close(symbol);" });
  await using market = await ExchangeCase.open({
    ...DAYS,
    strategy: { "buyer.ts": buyer, "seller.ts": seller },
  });
  const outcome = await market.run();
  market.assertEqualBooks(outcome);
  assertEquals(ends(outcome, 1), [2, 6]);
  assertEquals(ends(outcome, 0), [7]);
});

Deno.test("ENG-15 new terms that would meet another strategy's order wait as well", async () => {
  const seller = acting("seller", {
    1: "trade.buy(symbol, 10);",
    5: 'resting = trade.sell(symbol, 10, { limitPrice: 1000, timeInForce: "gtc" });',
    10: "trade.cancel(resting);",
  });
  const buyer = acting("buyer", {
    6: 'resting = trade.buy(symbol, 1, { limitPrice: 1, timeInForce: "gtc" });',
    7: "trade.amend(resting, { limitPrice: 1001 });",
  });
  await using market = await ExchangeCase.open({
    ...DAYS,
    strategy: { "seller.ts": seller, "buyer.ts": buyer },
  });
  const outcome = await market.run();
  market.assertEqualBooks(outcome);
  assertEquals(ends(outcome, 1), [11]);
});

/** Only ever adds to one side: at the market, with limits near and far, given up now and then. */
const adding = (name: string, side: "buy" | "sell", every: number): string =>
  `import { defineStrategy } from "sandbar/strategy";
export default defineStrategy({
  name: "${name}",
  needs: { short: true, orderTypes: ["limit"], timeInForce: ["gtc"] },
  setup({ data }) {
    const symbol = data.symbols[0], side = "${side}";
    let bars = 0;
    return {
      onBar(bar, trade) {
        bars++;
        const limitPrice = bar.close * (1 + (bars * ${every} % 7 - 3) / 100);
        if (bars % ${every} === 0) trade.order({ symbol, side, quantity: 5, limitPrice, timeInForce: "gtc" });
        if (bars % 7 === 0) trade.order({ symbol, side, quantity: 3 });
        if (bars % 23 === 0) trade.cancelAll(symbol);
      },
    };
  },
});
`;

for (const seed of [0, 1, 2]) {
  Deno.test(`ENG-15 at an exchange no order that adds risk ever crosses one of another strategy, faults ${seed}`, async () => {
    await using market = await ExchangeCase.open({
      symbols: ["MSFT"],
      from: "2003-01-02",
      to: "2003-12-31",
      strategy: { "one.ts": adding("one", "buy", 3), "two.ts": adding("two", "sell", 2) },
    }, new Faults({ seed, rate: seed === 0 ? 0 : 0.1 }));
    let together = 0;
    const outcome = await market.run({}, {
      onChange: () => {
        const terms = market.exchange.openOrders().map(termsOf);
        const bids = terms.filter(({ units }) => units > 0);
        const asks = terms.filter(({ units }) => units < 0);
        if (bids.length > 0 && asks.length > 0) together++;
        for (const bid of bids) assert(!asks.some((ask) => crosses(bid, ask)));
      },
    });
    market.assertEqualBooks(outcome);
    assert(together > 100, `only ${together} times both had orders there`);
    for (const { engine } of outcome.core.books) assert(engine.fills.length > 20);
  });
}

function termsOf(order: BrokerOrder): CrossingTerms {
  const units = Number(order.quantity) * (order.side === "buy" ? 1 : -1);
  return { units, limit: Number(order.limitPrice ?? 0) };
}

Deno.test("ENG-15 two orders cross when a buyer would pay what a seller wants", () => {
  for (
    const [one, other, does] of [
      [[1, 0], [-1, 0], true],
      [[1, 0], [-1, 50], true],
      [[1, 49], [-1, 50], false],
      [[1, 50], [-1, 50], true],
      [[-1, 50], [1, 49], false],
      [[-1, 0], [1, 49], true],
      [[1, 0], [1, 0], false],
    ] as const
  ) {
    const terms = [one, other].map(([units, limit]) => ({ units, limit }));
    assertEquals(crosses(terms[0]!, terms[1]!), does);
    assertEquals(crosses(terms[1]!, terms[0]!), does);
  }
});
