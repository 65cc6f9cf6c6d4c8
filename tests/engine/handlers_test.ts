/**
 * What a strategy's handlers see and may do, and the sentence for each misuse (SBX-22, SBX-36).
 *
 * @module
 */

import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import {
  type Bar,
  type Handlers,
  type SetupContext,
  sma,
  type Trade,
} from "../../lib/strategy/mod.ts";
import { ORDER_TYPE, TIME_IN_FORCE } from "../../lib/trading/mod.ts";
import {
  dailyBars,
  endsOf,
  fillsOf,
  type PriceRow,
  type RunInput,
  runStrategy,
} from "./support.ts";

const flat: PriceRow = [100, 101, 99, 100];
const one = [dailyBars("A", [flat, flat, flat])];
const two = [dailyBars("A", [flat, flat, flat]), dailyBars("B", [flat, flat, flat])];

type Setup = (context: SetupContext<Record<never, never>>) => Handlers;

const MISUSES: readonly (readonly [string, RunInput["bars"], Setup | Handlers, string])[] = [
  [
    "an async handler",
    one,
    { onBar: (async () => {}) as never },
    "onBar must be synchronous and return nothing (is it async?)",
  ],
  [
    "an async onBars of several symbols",
    two,
    { onBars: (async () => {}) as never },
    "onBars must be synchronous and return nothing (is it async?)",
  ],
  [
    "an async onTimer",
    one,
    ({ data }) => ({
      onStart: (): void => void data.timer("t", { afterMinutes: 1 }),
      onTimer: (() => Promise.resolve()) as never,
    }),
    "onTimer must be synchronous and return nothing (is it async?)",
  ],
  [
    "an async onStart",
    one,
    { onStart: (async () => {}) as never },
    "onStart must be synchronous and return nothing (is it async?)",
  ],
  [
    "onBar and onBars",
    one,
    { onBar(): void {}, onBars(): void {} },
    "a strategy has onBar or onBars, not both",
  ],
  [
    "a misspelt handler",
    one,
    { onbar(): void {} } as never,
    'setup returned an unknown handler "onbar" (did you mean "onBar"?)',
  ],
  ["a handler that is none", one, { onBar: 7 } as never, "onBar must be a function, found 7"],
  [
    "a setup without a result",
    one,
    (() => undefined) as never,
    "setup must return an object with handlers such as onBar, found undefined",
  ],
  [
    "an indicator asked for in onBar",
    one,
    ({ data }) => ({ onBar: (): void => void data.indicator(sma(2)) }),
    "indicators are asked for in setup, before the first bar",
  ],
  [
    "a period asked for in onBar",
    one,
    ({ data }) => ({ onBar: (): void => void data.bars("1w") }),
    "periods are asked for in setup, before the first bar",
  ],
  [
    "a following indicator read in onBars of several symbols",
    two,
    ({ data }) => {
      const average = data.indicator(sma(2));
      return { onBars: (): void => void average.value };
    },
    'in onBars an indicator needs a symbol: write indicator.at("GOOG").value',
  ],
  [
    "an unknown symbol",
    one,
    { onBar: (_bar, t): void => void t.buy("a", 1) },
    'the run has no symbol "a" (did you mean "A"?): add it to --symbols',
  ],
  [
    "a part of a share in a run of whole ones",
    one,
    { onBar: (_bar, t): void => void t.buy("A", 0.5) },
    "trade.buy: quantity 0.5 is not a whole number of shares (run with --fractional to trade parts of a share)",
  ],
  [
    "a quantity of zero",
    one,
    { onBar: (_bar, t): void => void t.sell("A", 0) },
    "trade.sell: quantity must be a number above 0, found 0",
  ],
  [
    "an order in setup",
    one,
    () => {
      kept!.buy("A", 1);
      return {};
    },
    "orders are made in a handler, not before the run or after it",
  ],
  [
    "a period that is not longer",
    one,
    ({ data }) => {
      data.bars("1h");
      return {};
    },
    "bars of 1h cannot be made from bars of 1d: ask for a longer multiple",
  ],
];

/** A view kept from another run. */
let kept: Trade | undefined;

for (const [name, bars, strategy, message] of MISUSES) {
  Deno.test(`misuse: ${name}`, () => {
    runStrategy({ bars: one, strategy: { onBar: (_bar, t): void => void (kept = t) } });
    const error = assertThrows(() => runStrategy({ bars, strategy }), Error);
    assertEquals(error.message, message);
  });
}

Deno.test("handlers: an arrow function may return what its last call gave", () => {
  const { engine } = runStrategy({ bars: one, strategy: { onBar: (_bar, t) => t.buy("A", 1) } });
  assertEquals(fillsOf(engine), ["1 1 @ 100", "2 1 @ 100"]);
});

Deno.test("handlers: their order in an instant: fills, ended orders, then the bars", () => {
  const story: string[] = [];
  runStrategy({
    bars: two,
    cash: 1000,
    strategy: {
      onStart: (t): void => {
        story.push("start");
        t.buy("A", 2);
        t.buy("B", 900);
      },
      onFill: (fill): void => void story.push(`fill ${fill.side} ${fill.quantity} ${fill.symbol}`),
      onOrder: (order): void =>
        void story.push(`order ${order.symbol} ${order.state} ${order.reason}`.trim()),
      onBar: (bar, t): void => {
        story.push(`bar ${bar.symbol} ${bar.count}`);
        if (bar.count === 2) t.targetWeight(bar.symbol, -0.2);
      },
      onStop: (): void => void story.push("stop"),
    },
  });
  assertEquals(story, [
    "start",
    "fill buy 2 A",
    "order A filled",
    "order B rejected insufficient_funds",
    "bar A 1",
    "bar B 1",
    "bar A 2",
    "bar B 2",
    "fill sell 4 A",
    "fill sell 2 B",
    "order A filled",
    "order B filled",
    "bar A 3",
    "bar B 3",
    "stop",
  ]);
});

Deno.test("slice: shows the symbols of the instant; data.symbols shows all of the run (SBX-22)", () => {
  const a = dailyBars("A", [flat, flat, flat]), b = dailyBars("B", [flat], "2024-01-03");
  const seen: unknown[] = [];
  runStrategy({
    bars: [a, b],
    strategy: ({ data }) => ({
      onBars: (slice): void =>
        void seen.push([
          [...slice.symbols],
          [...data.symbols],
          slice.bar("A")?.close,
          slice.bar("B")?.close,
          slice.bar("C" as string),
        ]),
    }),
  });
  assertEquals(seen, [
    [["A"], ["A", "B"], 100, undefined, undefined],
    [["A", "B"], ["A", "B"], 100, 100, undefined],
    [["A"], ["A", "B"], 100, undefined, undefined],
  ]);
});

Deno.test("views: a symbol or a longer bar before its first one is NaN with a count of 0", () => {
  const a = dailyBars("A", [flat, flat]), b = dailyBars("B", [flat], "2024-01-03");
  const seen: unknown[] = [];
  runStrategy({
    bars: [a, b],
    strategy: ({ data }) => {
      const week = data.bars("1w");
      const look = (): void => {
        const bar = data.bar("B");
        seen.push([bar.count, bar.close, bar.copy().time, week.bar("A").high, week.bar("A").count]);
      };
      return { onStart: look, onBars: look };
    },
  });
  const { time } = b;
  assertEquals(seen, [[0, NaN, NaN, NaN, 0], [0, NaN, NaN, NaN, 0], [1, 100, time[0], NaN, 0]]);
});

Deno.test("longer bars: a handler sees the last closed one and its indicator, never the running one", () => {
  // Ten sessions from Tuesday 2 January 2024: weeks end on the 5th and the 12th; Monday the 15th is a holiday.
  const bars = dailyBars("A", Array.from({ length: 10 }, (_, i) => [i, i + 10, i - 1, i + 1]));
  const seen: unknown[] = [];
  runStrategy({
    bars: [bars],
    strategy: ({ data }) => {
      const week = data.bars("1w"), average = week.indicator(sma(2));
      return {
        onBar: (bar, t): void => {
          const last = week.bar("A");
          if (last.count > 0) assertEquals(last.closeTime <= t.now, true);
          seen.push([bar.count, last.count, last.close, average.value]);
        },
      };
    },
  });
  // Rows 0 to 3 are the first week, 4 to 8 the second: closes 4 and 9.
  assertEquals(seen, [
    [1, 0, NaN, NaN],
    [2, 0, NaN, NaN],
    [3, 0, NaN, NaN],
    [4, 1, 4, NaN],
    [5, 1, 4, NaN],
    [6, 1, 4, NaN],
    [7, 1, 4, NaN],
    [8, 1, 4, NaN],
    [9, 2, 9, 6.5],
    [10, 2, 9, 6.5],
  ]);
});

Deno.test("views: are reused, a copy keeps", () => {
  const bars = dailyBars("A", [flat, [102, 103, 101, 102]]),
    views: Bar[] = [],
    copies: number[] = [];
  runStrategy({
    bars: [bars],
    strategy: {
      onBar: (bar): void => {
        views.push(bar);
        copies.push(bar.copy().close);
      },
    },
  });
  assertStrictEquals(views[0], views[1]);
  assertEquals(copies, [100, 102]);
});

Deno.test("orders: as the strategy sees them, targets with the side on which they stand", () => {
  const seen: unknown[] = [];
  runStrategy({
    bars: [dailyBars("A", [flat, flat, flat, flat])],
    cash: 10_000,
    strategy: {
      onBar: (bar, t): void => {
        const show = (): void => {
          const order = t.orders.at(-1)!;
          seen.push([order.side, order.quantity, order.state]);
        };
        if (bar.count === 1) t.target("A", 50);
        if (bar.count === 2) {
          t.targetWeight("A", 0.9);
          show();
          t.targetWeight("A", 0.1);
          show();
          t.target("A", 60);
          show();
          t.close("A");
          show();
          t.sell("A", 3, { limitPrice: 101.5 });
          show();
        }
        assertEquals(t.order(999 as never), undefined);
        assertEquals(t.cancel(999 as never), false);
      },
    },
  });
  assertEquals(seen, [
    ["buy", NaN, "pending"],
    ["sell", NaN, "pending"],
    ["buy", NaN, "pending"],
    ["sell", NaN, "pending"],
    ["sell", 3, "pending"],
  ]);
});

Deno.test("rights: what was not granted is refused by name; targets need the right to market orders alone", () => {
  // No limit orders, and no orders for the day.
  const rights = { orderTypes: 1 << ORDER_TYPE.market, timesInForce: 1 << TIME_IN_FORCE.gtc };
  const { engine } = runStrategy({
    bars: one,
    rights,
    strategy: {
      onBar: (bar, t): void => {
        if (bar.count !== 1) return;
        t.buy("A", 1, { limitPrice: 100, timeInForce: "gtc" });
        t.buy("A", 1);
        t.buy("A", 1, { timeInForce: "gtc" });
        t.target("A", 5);
      },
    },
  });
  assertEquals(endsOf(engine), [
    "rejected not_granted",
    "rejected not_granted",
    "filled",
    "filled",
  ]);
  assertEquals(fillsOf(engine), ["1 1 @ 100", "1 4 @ 100"]);
});

Deno.test("book: more than 10,000 requests after one bar are a runaway", () => {
  assertThrows(
    () =>
      runStrategy({
        bars: one,
        strategy: {
          onBar: (_bar, t): void => {
            for (let i = 0; i < 10_001; i++) t.target("A", i);
          },
        },
      }),
    RangeError,
    "quota: more than 10000 requests in one step",
  );
});
