/** Price levels: hand-made books, and random updates against a book that is a plain map. */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { DEPTH_SIDE, DepthBook } from "../../lib/market/depth_book.ts";

const { bid, ask } = DEPTH_SIDE;

/** 100 @ 10.00, 200 @ 9.99 bid; 50 @ 10.02, 150 @ 10.03, 300 @ 10.05 asked. Ticks of a cent, so that figures can be followed. */
function sample(): DepthBook {
  const book = new DepthBook();
  book.bid(999, 200);
  book.ask(1005, 300);
  book.bid(1000, 100);
  book.ask(1002, 50);
  book.ask(1003, 150);
  return book;
}

Deno.test("depth book: best, middle, spread and imbalance of a small market", () => {
  const book = sample();
  assertEquals([book.best(bid), book.best(ask), book.mid()], [1000, 1002, 1001]);
  // 2 over 1,001 is 19.98 basis points.
  assertEquals(book.spreadBps(), 2 / 1001 * 10_000);
  assertEquals([book.depth(bid), book.depth(ask)], [2, 3]);
  assertEquals([0, 1, 2, 3].map((k) => book.priceAt(ask, k)), [1002, 1003, 1005, NaN]);
  assertEquals([0, 1, 2].map((k) => book.sizeAt(bid, k)), [100, 200, 0]);
  // One level: (100 - 50) / 150. Two: (300 - 200) / 500.
  assertEquals([book.imbalance(1), book.imbalance(2)], [1 / 3, 0.2]);
});

Deno.test("depth book: a sweep takes the best levels first, up to its limit and to what there is", () => {
  const book = sample();
  assertEquals(book.sweep(ask, 50), { filled: 50, averagePrice: 1002, lastPrice: 1002 });
  // 50 x 1,002 + 150 x 1,003 + 100 x 1,005 = 301,050 over 300.
  assertEquals(book.sweep(ask, 300), { filled: 300, averagePrice: 1003.5, lastPrice: 1005 });
  assertEquals(book.sweep(ask, 300, 1003).filled, 200);
  assertEquals(book.sweep(bid, 1000), {
    filled: 300,
    averagePrice: (100 * 1000 + 200 * 999) / 300,
    lastPrice: 999,
  });
  assertEquals(book.sweep(bid, 10, 1001), { filled: 0, averagePrice: NaN, lastPrice: NaN });
  // Nothing was taken out.
  assertEquals([book.sizeOfTop(bid, 9), book.sizeOfTop(ask, 9)], [300, 500]);
});

Deno.test("depth book: size 0 takes a level out, an empty side has no price", () => {
  const book = sample();
  book.bid(1000, 0);
  book.bid(998, 0);
  assertEquals([book.best(bid), book.depth(bid)], [999, 1]);
  book.clear();
  assertEquals([book.best(bid), book.mid(), book.spreadBps(), book.imbalance(5)], [
    NaN,
    NaN,
    NaN,
    NaN,
  ]);
});

Deno.test("depth book: after any updates it is the book of a plain map (seed printed by fast-check)", () => {
  const update = fc.record({
    side: fc.constantFrom(bid, ask),
    price: fc.integer({ min: 1, max: 300 }),
    size: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 50 })),
  });
  const order = fc.record({
    side: fc.constantFrom(bid, ask),
    quantity: fc.integer({ min: 1, max: 2000 }),
    limit: fc.option(fc.integer({ min: 1, max: 300 }), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(update, { maxLength: 400 }), order, (updates, it) => {
      const book = new DepthBook(), naive = [new Map<number, number>(), new Map<number, number>()];
      for (const { side, price, size } of updates) {
        if (side === bid) book.bid(price, size);
        else book.ask(price, size);
        if (size === 0) naive[side]!.delete(price);
        else naive[side]!.set(price, size);
      }
      const sorted = [
        [...naive[bid]!].sort(([a], [b]) => b - a),
        [...naive[ask]!].sort(([a], [b]) => a - b),
      ];
      for (const side of [bid, ask]) {
        const levels = Array.from(
          { length: book.depth(side) },
          (_, k) => [book.priceAt(side, k), book.sizeAt(side, k)],
        );
        assertEquals(levels, sorted[side]!);
        const top = sorted[side]!.slice(0, 7).reduce((sum, [, size]) => sum + size, 0);
        assertEquals(book.sizeOfTop(side, 7), top);
      }
      let filled = 0, amount = 0;
      for (const [price, size] of sorted[it.side]!) {
        const isBeyond = it.limit !== undefined &&
          (it.side === ask ? price > it.limit : price < it.limit);
        if (isBeyond) break;
        const taken = Math.min(size, it.quantity - filled);
        filled += taken;
        amount += taken * price;
      }
      const sweep = book.sweep(it.side, it.quantity, it.limit);
      assertEquals([sweep.filled, sweep.averagePrice], [filled, amount / filled]);
    }),
    { numRuns: 300 },
  );
});
