/**
 * When orders live: auctions on minute bars, half days and sessions whose last bars are missing, dates of expiry, halts, latency and seeded
 * rejections (ORD-19, BT-06).
 *
 * @module
 */

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { parseIso, US_PER_MINUTE } from "../../lib/core/mod.ts";
import type { Bars } from "../../lib/market/mod.ts";
import type { Trade } from "../../lib/strategy/mod.ts";
import type { MatchingRules } from "../../lib/venue/mod.ts";
import {
  barsAt,
  dailyBars,
  endsOf,
  fillsOf,
  type PriceRow,
  runStrategy,
  script,
} from "../engine/support.ts";

type Doings = Readonly<Record<number, (trade: Trade) => void>>;

/** Minute bars whose prices tell their place: bar k opens at 100 + k and closes half higher. */
function minutes(opens: readonly string[]): Bars {
  const rows = opens.map((_, k): PriceRow => [100 + k, 101 + k, 99 + k, 100.5 + k]);
  return barsAt(
    "A",
    opens.map((text) => [parseIso(text), parseIso(text) + US_PER_MINUTE] as const),
    rows,
  );
}

function run(
  bars: Bars,
  doings: Doings,
  matching: Partial<MatchingRules> = {},
): { readonly fills: string[]; readonly ends: string[] } {
  const { engine } = runStrategy({
    bars: [bars],
    strategy: script(doings),
    period: bars.closeTime[0]! - bars.time[0]! === US_PER_MINUTE ? "1m" : "1d",
    matching,
  });
  return { fills: fillsOf(engine), ends: endsOf(engine) };
}

Deno.test("auctions on minute bars: OPG fills at the first open of a session, CLS at its last close", () => {
  const bars = minutes([
    "2024-01-02T14:30:00Z",
    "2024-01-02T14:31:00Z",
    "2024-01-02T20:59:00Z",
    "2024-01-03T14:30:00Z",
    "2024-01-03T20:59:00Z",
  ]);
  assertEquals(
    run(bars, {
      // The opening of this session is over: it dies with its day.
      0: (t) => {
        t.buy("A", 1, { timeInForce: "opg" });
        t.buy("A", 2, { timeInForce: "cls" });
      },
      // Made at the close: both are for the next session.
      2: (t) => {
        t.buy("A", 3, { timeInForce: "opg" });
        t.buy("A", 4, { timeInForce: "cls" });
      },
    }),
    {
      fills: ["2 2 @ 102.5", "3 3 @ 103", "4 4 @ 104.5"],
      ends: ["expired session_ended", "filled", "filled", "filled"],
    },
  );
});

Deno.test("auctions on minute bars: on a half day the close is at 13:00 New York", () => {
  const bars = minutes([
    "2024-11-29T14:30:00Z",
    "2024-11-29T17:59:00Z",
    "2024-12-02T14:30:00Z",
    "2024-12-02T20:59:00Z",
  ]);
  assertEquals(run(bars, { 0: (t) => t.buy("A", 1, { timeInForce: "cls" }) }), {
    fills: ["1 1 @ 101.5"],
    ends: ["filled"],
  });
});

Deno.test("auctions on minute bars: without the session's last bar there is no closing auction, without its first an opening at the next", () => {
  const bars = minutes([
    "2024-01-02T14:30:00Z",
    "2024-01-02T20:58:00Z",
    "2024-01-03T14:35:00Z",
    "2024-01-03T14:36:00Z",
  ]);
  assertEquals(
    run(bars, {
      0: (t) => t.buy("A", 1, { timeInForce: "cls" }),
      1: (t) => t.buy("A", 2, { timeInForce: "opg", limitPrice: 200 }),
    }),
    // The opening order was made before its session ended: that session's opening is over, and so is its day.
    { fills: [], ends: ["expired session_ended", "expired session_ended"] },
  );
  assertEquals(
    run(
      minutes(["2024-01-02T20:59:00Z", "2024-01-03T14:35:00Z"]),
      { 0: (t) => t.buy("A", 2, { timeInForce: "opg" }) },
    ).fills,
    ["1 2 @ 101"],
  );
});

Deno.test("good till date: it dies at its time; inside a bar that its time falls into only the open counts", () => {
  const flat: PriceRow = [100, 101, 99, 100], deep: PriceRow = [100, 101, 90, 95];
  const bars = dailyBars("A", [flat, deep, flat, deep, flat]), noon = bars.time[1]! + 60e6;
  const until = (goodTill: number): { timeInForce: "gtd"; goodTill: number } => ({
    timeInForce: "gtd",
    goodTill,
  });
  assertEquals(
    run(bars, {
      0: (t) => {
        // Until a minute after the open of bar 1: nobody knows whether 95 was seen by then.
        t.buy("A", 1, { limitPrice: 95, ...until(noon) });
        t.buy("A", 2, { limitPrice: 100.5, ...until(noon) });
        t.sell("A", 2, { stopPrice: 95, ...until(noon) });
        t.buy("A", 3, { limitPrice: 95, ...until(bars.closeTime[1]!) });
        t.buy("A", 4, { limitPrice: 92, ...until(bars.closeTime[2]!) });
        t.buy("A", 5, { limitPrice: 80, ...until(bars.closeTime[2]!) });
      },
      2: (t) => t.buy("A", 6, { limitPrice: 91, ...until(bars.closeTime[3]!) }),
    }),
    {
      fills: ["1 2 @ 100", "1 3 @ 95", "1 4 @ 92", "3 6 @ 91"],
      ends: [
        "expired time_ended",
        "filled",
        "expired time_ended",
        "filled",
        "filled",
        "expired time_ended",
        "filled",
      ],
    },
  );
});

Deno.test("halt: what rests waits for the next bar there is, and a stop fills where that opens", () => {
  const daily = dailyBars("A", Array.from({ length: 8 }, () => [100, 101, 99, 100] as const));
  const kept = [0, 1, 6, 7],
    rows: PriceRow[] = [
      [100, 101, 99, 100],
      [100, 101, 99, 100],
      [70, 72, 69, 71],
      [71, 72, 70, 71],
    ];
  const bars = barsAt("A", kept.map((i) => [daily.time[i]!, daily.closeTime[i]!] as const), rows);
  assertEquals(
    run(bars, {
      0: (t) => t.buy("A", 1),
      1: (t) => {
        t.sell("A", 1, { stopPrice: 95, timeInForce: "gtc" });
        t.buy("A", 1, { limitPrice: 90 });
        t.buy("A", 1, { limitPrice: 90, timeInForce: "gtc" });
      },
    }),
    {
      // The day order died in the halt. The sale closes and goes first; the purchase gets the open of 70 too.
      fills: ["1 1 @ 100", "2 -1 @ 70", "2 1 @ 70"],
      ends: ["filled", "filled", "expired session_ended", "filled"],
    },
  );
});

const SEVEN = Array.from(
  { length: 7 },
  (_, k) => `2024-01-02T14:${30 + k}:00Z`,
);

Deno.test("latency: an order that reaches the venue after an open waits for the next one", () => {
  const doings: Doings = { 0: (t) => t.buy("A", 1) };
  const fills = (latencyUs: number): string[] => run(minutes(SEVEN), doings, { latencyUs }).fills;
  assertEquals(fills(0), ["1 1 @ 101"]);
  assertEquals(fills(1), ["2 1 @ 102"]);
  assertEquals(fills(60e6), ["2 1 @ 102"]);
  assertEquals(fills(60e6 + 1), ["3 1 @ 103"]);
});

Deno.test("latency: chance spreads it, the same for the same seed and order, another for another seed", () => {
  const opens = Array.from(
    { length: 60 },
    (_, k) => `2024-01-02T15:${String(k).padStart(2, "0")}:00Z`,
  );
  const doings: Doings = Object.fromEntries(
    Array.from({ length: 50 }, (_, k) => [k, (t: Trade): void => void t.buy("A", 1)]),
  );
  const steps = (seed: number): number[] =>
    run(minutes(opens), doings, { latencyUs: 1, latencyJitterUs: 120e6, seed }).fills
      .map((fill) => Number(fill.split(" ")[0]));
  const first = steps(1);
  assertEquals(first.length, 50);
  assertEquals(steps(1), first);
  assertNotEquals(steps(2), first);
  // Up to two minutes more than a microsecond: the second or the third open after the decision. Half of them each, give or take five
  // standard deviations (50 draws of one half: 3.5).
  const { engine } = runStrategy({
    bars: [minutes(opens)],
    strategy: script(doings),
    period: "1m",
    matching: { latencyUs: 1, latencyJitterUs: 120e6, seed: 1 },
  });
  let late = 0;
  for (let row = 0; row < engine.fills.length; row++) {
    const waited = engine.fills.step[row]! - engine.fills.order[row]!;
    assert(waited === 2 || waited === 3, `${waited}`);
    if (waited === 3) late++;
  }
  assert(late > 7 && late < 43, `${late}`);
});

Deno.test("rejections: seeded, about the rate, and the same in both engines", () => {
  const doings: Doings = Object.fromEntries(
    Array.from({ length: 200 }, (_, k) => [k, (t: Trade): void => void t.buy("A", 1)]),
  );
  const bars = dailyBars("A", Array.from({ length: 202 }, () => [10, 11, 9, 10] as const));
  const rejected = (seed: number): string =>
    run(bars, doings, { rejectionRate: 0.25, seed }).ends
      .map((end) => end === "rejected venue_rejected" ? "x" : ".").join("");
  const first = rejected(1), count = first.split("x").length - 1;
  // 200 draws of a quarter: 50, a deviation of 6.1.
  assert(count > 20 && count < 80, `${count}`);
  assertEquals(rejected(1), first);
  assertNotEquals(rejected(2), first);
});
