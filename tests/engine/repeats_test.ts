import { assertEquals } from "@std/assert";
import { dailyBars, fillsOf, type PriceRow, runStrategy, script } from "./support.ts";

const flat: PriceRow = [100, 101, 99, 100, 100];

Deno.test("engine: an order that a fill sets free for the next bar takes no part in the close of this one", () => {
  const { engine } = runStrategy({
    bars: [dailyBars("A", [flat, flat, flat])],
    matching: { sequence: "queue", protects: "next_bar" },
    strategy: script({
      0: (t) => {
        const entry = t.buy("A", 10);
        t.sell("A", 10, { timeInForce: "cls", afterFill: entry });
      },
    }),
  });
  assertEquals(fillsOf(engine), ["1 10 @ 100"]);
  assertEquals([engine.book.repeats, engine.book.unexpected], [0, 0]);
});

Deno.test("engine: an order that a fill in another symbol sets free inside a bar waits for the next one", () => {
  const { engine } = runStrategy({
    bars: [
      dailyBars("A", [flat, [100, 101, 89, 95, 100], flat]),
      dailyBars("B", [flat, [100, 101, 89, 95, 100], flat]),
    ],
    strategy: script({
      0: (t) => {
        const entry = t.buy("A", 10, { limitPrice: 90 });
        t.buy("B", 10, { limitPrice: 99.5, timeInForce: "gtc", afterFill: entry });
      },
    }),
  });
  assertEquals(fillsOf(engine), ["1 A 10 @ 90", "2 B 10 @ 99.5"]);
  assertEquals([engine.book.repeats, engine.book.unexpected], [0, 0]);
});

Deno.test("engine: a partly filled market order is not taken a second time beside a new one that was cancelled", () => {
  const { engine } = runStrategy({
    bars: [dailyBars("A", [flat, flat, flat, flat])],
    matching: { participation: 0.1 },
    strategy: script({
      0: (t) => t.buy("A", 25, { timeInForce: "gtc" }),
      1: (t) => t.cancel(t.buy("A", 1)),
    }),
  });
  assertEquals(fillsOf(engine), ["1 10 @ 100", "2 10 @ 100", "3 5 @ 100"]);
  assertEquals([engine.book.repeats, engine.book.unexpected], [0, 0]);
});
