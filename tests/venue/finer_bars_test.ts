/**
 * Finer bars inside the bars of a run (BT-06): the price goes through them in order, gaps are jumped, and where they do not tell the inside
 * of a bar the worse way of its four prices is taken.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { US_PER_HOUR } from "../../lib/core/mod.ts";
import type { Bars } from "../../lib/market/mod.ts";
import { attachFiner } from "../../lib/run/mod.ts";
import type { LoadedSeries } from "../../lib/data/mod.ts";
import type { Trade } from "../../lib/strategy/mod.ts";
import {
  barsAt,
  dailyBars,
  endsOf,
  fillsOf,
  type PriceRow,
  runStrategy,
  script,
} from "../engine/support.ts";
import { anyRun, Dice } from "../property/random_run.ts";
import { runsOf } from "../property/runs.ts";

const flat: PriceRow = [100, 100, 100, 100];

/** Hourly bars of one session each, from its open on; fewer rows leave the end of a session without any. */
function hourly(days: Bars, rows: readonly (readonly PriceRow[])[]): Bars {
  const times: [number, number][] = [], list: PriceRow[] = [];
  rows.forEach((each, day) =>
    each.forEach((row, k) => {
      const openUs = days.time[day]! + k * US_PER_HOUR;
      times.push([openUs, Math.min(openUs + US_PER_HOUR, days.closeTime[day]!)]);
      list.push(row);
    })
  );
  return barsAt(days.symbol, times, list);
}

/** A daily bar whose hours are given: its first open, its extremes, its last close. */
function dayOf(hours: readonly PriceRow[]): PriceRow {
  return [
    hours[0]![0],
    Math.max(...hours.map((each) => each[1])),
    Math.min(...hours.map((each) => each[2])),
    hours.at(-1)![3],
  ];
}

interface Case {
  readonly name: string;
  /** Hours of the second session; the first and the third are flat. */
  readonly hours: readonly PriceRow[];
  /** The day, when it is not what its hours make it. */
  readonly day?: PriceRow;
  readonly doings: (trade: Trade) => void;
  readonly fills: readonly string[];
  /** What comes of it without the hours. */
  readonly without: readonly string[];
  /** Hours after the open of the second session at which each fill is told. */
  readonly times?: readonly number[];
}

const entry = (trade: Trade): void => {
  trade.order({ symbol: "A", side: "buy", quantity: 10, stopLoss: 95, takeProfit: 105 });
};

const CASES: readonly Case[] = [
  {
    name: "the target comes before the stop when the hours say so",
    hours: [[100, 102, 99, 101], [101, 106, 101, 104], [104, 104, 94, 96]],
    doings: entry,
    fills: ["1 10 @ 100", "1 -10 @ 105"],
    without: ["1 10 @ 100", "1 -10 @ 95"],
    times: [0, 2],
  },
  {
    name: "inside one hour the worse way is taken",
    hours: [[100, 106, 94, 100]],
    doings: entry,
    fills: ["1 10 @ 100", "1 -10 @ 95"],
    without: ["1 10 @ 100", "1 -10 @ 95"],
    times: [0, 1],
  },
  {
    name: "an order that a fill sets free sees the hours after it alone",
    hours: [[100, 103.1, 99, 100], [100, 100, 97, 98], [98, 99, 98, 99]],
    doings: (t) =>
      t.order({
        symbol: "A",
        side: "buy",
        quantity: 10,
        type: "limit",
        limitPrice: 97.5,
        takeProfit: 102,
        stopLoss: 90,
      }),
    fills: ["1 10 @ 97.5"],
    without: ["1 10 @ 97.5", "1 -10 @ 102"],
    times: [2],
  },
  {
    name: "a stop between two hours trades where the price comes to",
    hours: [[100, 101, 99, 100], [93, 96, 92, 95]],
    doings: entry,
    fills: ["1 10 @ 100", "1 -10 @ 93"],
    without: ["1 10 @ 100", "1 -10 @ 95"],
    times: [0, 1],
  },
  {
    name: "a trailing stop follows the hours and trades at the open of the one that jumps over it",
    hours: [[100, 104, 100, 104], [101, 106, 101, 106]],
    doings: (t) => {
      t.buy("A", 10);
      t.order({
        symbol: "A",
        side: "sell",
        quantity: 10,
        trailAmount: 2,
        timeInForce: "gtc",
      });
    },
    fills: ["1 10 @ 100", "1 -10 @ 101"],
    without: ["1 10 @ 100"],
    times: [0, 1],
  },
  {
    name: "an extreme of the day that no hour has seen still reaches what rests",
    hours: [[100, 102, 99, 101], [101, 104, 101, 104]],
    day: [100, 104, 94, 104],
    doings: entry,
    fills: ["1 10 @ 100", "1 -10 @ 95"],
    without: ["1 10 @ 100", "1 -10 @ 95"],
  },
  {
    name: "hours beyond the range of their day are left alone",
    hours: [[100, 102, 99, 101], [101, 106, 101, 104], [104, 104, 94, 96]],
    day: [100, 106, 94.5, 96],
    doings: entry,
    fills: ["1 10 @ 100", "1 -10 @ 95"],
    without: ["1 10 @ 100", "1 -10 @ 95"],
  },
  {
    name: "a day without hours is walked by its four prices",
    hours: [],
    day: [100, 106, 94, 96],
    doings: entry,
    fills: ["1 10 @ 100", "1 -10 @ 95"],
    without: ["1 10 @ 100", "1 -10 @ 95"],
  },
];

for (const { name, hours, day, doings, fills, without, times } of CASES) {
  Deno.test(`BT-06 finer bars: ${name}`, () => {
    for (const slice of [1, 4096]) {
      const bars = dailyBars("A", [flat, day ?? dayOf(hours), flat]);
      assertEquals(
        fillsOf(runStrategy({ bars: [bars], strategy: script({ 0: doings }), slice }).engine)
          .filter((each) => each.startsWith("1 ")),
        without,
      );
      bars.finer = hourly(bars, [[flat], hours, [flat]]);
      const { engine } = runStrategy({ bars: [bars], strategy: script({ 0: doings }), slice });
      assertEquals(fillsOf(engine).filter((each) => each.startsWith("1 ")), fills);
      if (times === undefined) continue;
      const told = Array.from(
        { length: times.length },
        (_, row) => (engine.fills.timeUs[row]! - bars.time[1]!) / US_PER_HOUR,
      );
      assertEquals(told, times);
    }
  });
}

Deno.test("BT-06 finer bars: bars whose inside is not told are counted and named", () => {
  const bars = dailyBars("A", [flat, [100, 106, 94, 96], flat, flat]);
  const loaded = (finer: Bars): LoadedSeries[] => [{
    symbol: "A",
    period: "1h",
    columns: finer,
    length: finer.length,
    tickScale: finer.tickScale,
  } as unknown as LoadedSeries];
  const whole = hourly(bars, [[flat], [[100, 106, 94, 96]], [flat], [flat]]);
  assertEquals(attachFiner([bars], loaded(whole)), []);
  assertEquals(bars.finer?.length, 4);
  const part = hourly(bars, [[flat], [[100, 106, 93, 96]], [], [flat]]);
  assertEquals(attachFiner([bars], loaded(part)), [
    "A: inside 2 of 4 bars (the first on 2024-01-03) there are no 1h bars, or some that leave its range: the worse way of four prices was taken there",
  ]);
});

/** Hours that make up a day, some of them missing, some that leave its range. */
function randomHours(dice: Dice, day: PriceRow): PriceRow[] {
  const cents = (price: number): number => Math.round(price * 100);
  const open = cents(day[0]), high = cents(day[1]), low = cents(day[2]), close = cents(day[3]);
  let from = open;
  const count = dice.between(0, 6), within = (): number => dice.between(low, high);
  return Array.from({ length: count }, (_, k) => {
    const first = dice.chance(0.3) ? within() : from, last = k === count - 1 ? close : within();
    const most = Math.max(first, last, within()), least = Math.min(first, last, within());
    from = last;
    const off = dice.chance(0.03) ? 1 : 0;
    return [first / 100, (most + off) / 100, least / 100, last / 100];
  });
}

Deno.test("BT-06 finer bars property: sandbox and host agree, fills lie in their bar and at times within it", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2 ** 31 - 2 }),
      fc.constantFrom(1, 3, 4096),
      (seed, slice) => {
        const input = anyRun(seed), dice = new Dice(seed + 3);
        for (const bars of input.bars) {
          bars.finer = hourly(
            bars,
            Array.from(
              { length: bars.length },
              (_, row) =>
                randomHours(dice, [
                  bars.open[row]!,
                  bars.high[row]!,
                  bars.low[row]!,
                  bars.close[row]!,
                ]),
            ),
          );
        }
        // Both sides are compared after every slice.
        const { engine } = runStrategy({ ...input, slice });
        const { fills, orders } = engine;
        for (let row = 0; row < fills.length; row++) {
          const bars = engine.series[orders.series[fills.order[row]!]!]!,
            timeUs = fills.timeUs[row]!;
          let at = bars.length - 1;
          while (bars.time[at]! > timeUs) at--;
          assertEquals(timeUs <= bars.closeTime[at]!, true, `fill ${row} at ${timeUs}`);
        }
        assertEquals(endsOf(engine).length, orders.length);
      },
    ),
    runsOf(150, 0.3),
  );
});
