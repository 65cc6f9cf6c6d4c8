/**
 * Orders and the exchange's sessions: when a day order dies, what fills across a gap, and what an order made between two bars may fill
 * on (BT-04, ENG-16, ORD-19).
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Bars } from "../../lib/market/mod.ts";
import type { Handlers, Trade } from "../../lib/strategy/mod.ts";
import {
  barsAt,
  dailyBars,
  endsOf,
  fillsOf,
  type PriceRow,
  runStrategy,
} from "../engine/support.ts";
import { parseIso, US_PER_MINUTE } from "../../lib/core/mod.ts";

const flat: PriceRow = [100, 101, 99, 100];

/** Minute bars at the given instants of opening. */
function minutes(symbol: string, opens: readonly string[], rows?: readonly PriceRow[]): Bars {
  const times = opens.map((text): [number, number] => {
    const open = parseIso(text);
    return [open, open + US_PER_MINUTE];
  });
  return barsAt(symbol, times, rows ?? opens.map(() => flat));
}

/** Does something at the bars that open at the given instants. */
function at(doings: Readonly<Record<string, (trade: Trade) => void>>): Handlers {
  const byTime = new Map(Object.entries(doings).map(([text, doing]) => [parseIso(text), doing]));
  return { onBar: (bar, trade): void => byTime.get(bar.time as never)?.(trade) };
}

Deno.test("day order: on minute bars it dies with the session, also where the last minutes have no bar", () => {
  // 2024-01-02 is EST: 09:30 is 14:30Z, 16:00 is 21:00Z. Nothing trades after 20:57 that day.
  const bars = minutes("A", [
    "2024-01-02T20:55:00Z",
    "2024-01-02T20:56:00Z",
    "2024-01-03T14:30:00Z",
    "2024-01-03T14:31:00Z",
  ], [flat, flat, [90, 91, 80, 90], [90, 91, 80, 90]]);
  const { engine } = runStrategy({
    bars: [bars],
    period: "1m",
    strategy: at({
      "2024-01-02T20:55:00Z": (t) => t.buy("A", 1, { limitPrice: 95 }),
      "2024-01-02T20:56:00Z": (t) => {
        t.buy("A", 2);
        t.target("A", 7);
        t.buy("A", 3, { limitPrice: 95, timeInForce: "gtc" });
      },
    }),
  });
  assertEquals(fillsOf(engine), ["2 3 @ 90"]);
  assertEquals(endsOf(engine), [
    "expired session_ended",
    "expired session_ended",
    "expired session_ended",
    "filled",
  ]);
});

Deno.test("day order: at the close of its session the strategy finds it ended", () => {
  const seen: unknown[] = [];
  runStrategy({
    bars: [dailyBars("A", [flat, flat, flat])],
    strategy: {
      onOrder: (order): void => void seen.push(order.state),
      onBar: (bar, t): void => {
        if (bar.count === 1) t.buy("A", 1, { limitPrice: 95 });
        seen.push(t.orders.length);
      },
    },
  });
  assertEquals(seen, [1, "expired", 0, 0]);
});

Deno.test("day order: asked for at the close it belongs to the next session (ENG-16)", () => {
  const bars = minutes("A", [
    "2024-01-02T20:59:00Z",
    "2024-01-03T14:30:00Z",
    "2024-01-03T20:59:00Z",
    "2024-01-04T14:30:00Z",
  ], [flat, flat, flat, [90, 91, 80, 90]]);
  const { engine } = runStrategy({
    bars: [bars],
    period: "1m",
    strategy: at({
      "2024-01-02T20:59:00Z": (t) => {
        t.buy("A", 1);
        t.buy("A", 2, { limitPrice: 95 });
      },
    }),
  });
  assertEquals(fillsOf(engine), ["1 1 @ 100"]);
  assertEquals(endsOf(engine), ["filled", "expired session_ended"]);
});

Deno.test("day order: a half day ends at 13:00 New York", () => {
  // 2024-07-03 is a half day in summer: 13:00 is 17:00Z. 4 July is a holiday.
  const bars = minutes("A", [
    "2024-07-03T16:00:00Z",
    "2024-07-03T16:58:00Z",
    "2024-07-05T13:30:00Z",
  ], [flat, flat, [90, 91, 80, 90]]);
  const { engine } = runStrategy({
    bars: [bars],
    period: "1m",
    strategy: at({
      "2024-07-03T16:00:00Z": (t) => {
        t.buy("A", 1, { limitPrice: 95 });
        t.buy("A", 2, { limitPrice: 95, timeInForce: "gtc" });
      },
    }),
  });
  assertEquals(fillsOf(engine), ["2 2 @ 90"]);
  assertEquals(endsOf(engine), ["expired session_ended", "filled"]);
});

Deno.test("day order: on daily bars a missing session ends it", () => {
  const whole = dailyBars("A", [flat, flat, flat]);
  // The second session has no bar.
  const bars = barsAt(
    "A",
    [0, 2].map((i) => [whole.time[i]!, whole.closeTime[i]!]),
    [flat, [90, 91, 80, 90]],
  );
  const { engine } = runStrategy({
    bars: [bars],
    strategy: { onBar: (bar, t): void => void (bar.count === 1 && t.buy("A", 1)) },
  });
  assertEquals([fillsOf(engine), endsOf(engine)], [[], ["expired session_ended"]]);
});

Deno.test("day order: on weekly bars it can fill at the open of the next week", () => {
  const week = (day: string): [number, number] => [
    parseIso(day + "T14:30:00Z"),
    parseIso(day + "T21:00:00Z") + 4 * 24 * 60 * US_PER_MINUTE,
  ];
  const { engine } = runStrategy({
    bars: [
      barsAt("A", [week("2024-01-08"), week("2024-01-22"), week("2024-01-29")], [flat, flat, flat]),
    ],
    period: "1w",
    strategy: (context) => ({
      onStart: (): void => {
        // A timer within the week: what the host does not hear of must not change what is filled.
        context.data.timer("noon", { everyMinutes: 12 * 60 });
      },
      onBar: (bar, t): void => void (bar.count < 3 && t.buy("A", bar.count)),
      onTimer: (): void => {},
    }),
  });
  // The order of the first week dies on Monday 15 January, a holiday: Tuesday. The second fills.
  assertEquals(fillsOf(engine), ["2 2 @ 100"]);
});

Deno.test("order made between two bars: it does not fill on a bar that has opened before (BT-04)", () => {
  const bars = dailyBars("A", [flat, flat, [100, 105, 90, 100], flat]);
  const due = bars.time[2]! + 60 * US_PER_MINUTE;
  const { engine } = runStrategy({
    bars: [bars],
    strategy: ({ data }) => ({
      onStart: (): void => void data.timer("inside", { at: due }),
      onTimer: (_timer, t): void => {
        t.buy("A", 1);
        t.buy("A", 2, { limitPrice: 95 });
        t.buy("A", 3, { limitPrice: 102, timeInForce: "gtc" });
      },
    }),
  });
  // Made within the session of step 2: the two day orders die at its close.
  assertEquals(fillsOf(engine), ["3 3 @ 100"]);
  assertEquals(endsOf(engine), ["expired session_ended", "expired session_ended", "filled"]);
});

Deno.test("order made between two bars: before the open it fills at that open", () => {
  const bars = dailyBars("A", [flat, [90, 95, 85, 92], flat]);
  const { engine } = runStrategy({
    bars: [bars],
    strategy: {
      onSession: (session, t): void =>
        void (session.kind === "open" && session.time === bars.time[1] && t.buy("A", 1)),
    },
  });
  assertEquals(fillsOf(engine), ["1 1 @ 90"]);
});

Deno.test("order from onStart fills at the first open, one from onStop expires", () => {
  const { engine } = runStrategy({
    bars: [dailyBars("A", [[90, 95, 85, 92], flat])],
    strategy: {
      onStart: (t): void => void t.buy("A", 1),
      onStop: (t): void => void t.sell("A", 1),
    },
  });
  assertEquals([fillsOf(engine), endsOf(engine)], [["0 1 @ 90"], [
    "filled",
    "expired end_of_data",
  ]]);
});

Deno.test("several symbols: an order waits for a bar of its own symbol that opens after it was made", () => {
  const a = minutes("A", ["2024-01-02T15:00:00Z", "2024-01-02T15:01:00Z", "2024-01-02T15:02:00Z"]);
  // B has one bar of two minutes that is under way when A's first one closes.
  const open = parseIso("2024-01-02T15:00:00Z"), minute = US_PER_MINUTE;
  const b = barsAt("B", [[open, open + 2 * minute], [open + 2 * minute, open + 3 * minute]], [
    [50, 60, 40, 50],
    [51, 52, 50, 51],
  ]);
  const { engine } = runStrategy({
    bars: [a, b],
    period: "1m",
    strategy: {
      onBar: (bar, t): void => void (bar.symbol === "A" && bar.count === 1 && t.buy("B", 1)),
    },
  });
  assertEquals(fillsOf(engine), ["2 B 1 @ 51"]);
});

Deno.test("day order on a market that never closes: it dies at midnight UTC", () => {
  const bars = dailyBars("C", [flat, flat, [90, 91, 80, 90]], "2024-01-05", "always_open");
  const { engine } = runStrategy({
    bars: [bars],
    calendars: ["always_open"],
    strategy: {
      onBar: (bar, t): void => {
        if (bar.count === 1) {
          t.buy("C", 1, { limitPrice: 95 });
          t.buy("C", 2);
        }
      },
    },
  });
  assertEquals(fillsOf(engine), ["1 2 @ 100"]);
  assertEquals(endsOf(engine), ["expired session_ended", "filled"]);
});
