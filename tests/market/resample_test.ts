/**
 * Longer bars against a naive method that looks at all base bars again after each one: over gaps, half days and both changes of the
 * clocks (TIM-08, SBX-36).
 *
 * @module
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { type CalendarName, sessionsBetween, type SessionTable } from "../../lib/calendar/mod.ts";
import { parseDay, Random, US_PER_DAY } from "../../lib/core/mod.ts";
import { allocateColumns, Bars, parsePeriod, Resampler } from "../../lib/market/mod.ts";

/** Base bars of every session, each kept with a probability. */
function baseBars(table: SessionTable, period: string, keep: number, random: Random): Bars {
  const span = parsePeriod(period).us, daily = span >= US_PER_DAY;
  const times: [number, number][] = [];
  for (let session = 0; session < table.length; session++) {
    const open = table.openUs[session]!, close = table.closeUs[session]!;
    for (let at = open; at < close; at += span) {
      if (random.next() < keep) times.push([at, daily || at + span > close ? close : at + span]);
      if (daily) break;
    }
  }
  const bars = new Bars("A", 100, allocateColumns(times.length), times.length);
  times.forEach(([open, close], i) => {
    const price = (): number => 1000 + Math.floor(random.next() * 1000);
    const prices = [price(), price(), price(), price()];
    bars.time[i] = open;
    bars.closeTime[i] = close;
    bars.open[i] = prices[0]! / 100;
    bars.high[i] = Math.max(...prices) / 100;
    bars.low[i] = Math.min(...prices) / 100;
    bars.close[i] = prices[1]! / 100;
    bars.volume[i] = Math.floor(random.next() * 100);
  });
  return bars;
}

/** Number and end of the bucket of a base row. */
function bucketOf(
  table: SessionTable,
  timeUs: number,
  period: string,
): { key: string; endUs: number } {
  const session = table.openUs.findIndex((open, i) => open <= timeUs && timeUs < table.closeUs[i]!);
  const open = table.openUs[session]!, close = table.closeUs[session]!;
  if (period === "1d") return { key: `d${session}`, endUs: close };
  if (period === "1w") {
    const week = (us: number): number => Math.floor((Math.floor(us / US_PER_DAY) + 3) / 7);
    let last = session;
    while (last + 1 < table.length && week(table.openUs[last + 1]!) === week(open)) last++;
    return { key: `w${week(open)}`, endUs: table.closeUs[last]! };
  }
  const span = parsePeriod(period).us, bucket = Math.floor((timeUs - open) / span);
  return { key: `${session}/${bucket}`, endUs: Math.min(close, open + (bucket + 1) * span) };
}

/** All complete bars once base row `upTo` has closed. */
function naive(base: Bars, table: SessionTable, period: string, upTo: number): number[][] {
  const groups = new Map<string, { rows: number[]; endUs: number }>();
  for (let row = 0; row <= upTo; row++) {
    const { key, endUs } = bucketOf(table, base.time[row]!, period);
    const group = groups.get(key) ?? { rows: [], endUs };
    groups.set(key, group);
    group.rows.push(row);
  }
  const list = [...groups.values()];
  return list.filter(({ rows, endUs }, i) =>
    i < list.length - 1 || base.closeTime[rows.at(-1)!]! >= endUs
  ).map(({ rows }) => [
    base.time[rows[0]!]!,
    base.closeTime[rows.at(-1)!]!,
    base.open[rows[0]!]!,
    Math.max(...rows.map((row) => base.high[row]!)),
    Math.min(...rows.map((row) => base.low[row]!)),
    base.close[rows.at(-1)!]!,
    rows.reduce((sum, row) => sum + base.volume[row]!, 0),
  ]);
}

function rowOf(bars: Bars, row: number): number[] {
  return [
    bars.time[row]!,
    bars.closeTime[row]!,
    bars.open[row]!,
    bars.high[row]!,
    bars.low[row]!,
    bars.close[row]!,
    bars.volume[row]!,
  ];
}

const CASES: readonly (readonly [CalendarName, string, string, string, readonly string[]])[] = [
  // Half days on 3 July and around Thanksgiving; the clocks change on 10 March and 3 November.
  ["XNYS", "2024-07-01", "2024-07-09", "5m", ["15m", "1h", "1d", "1w"]],
  ["XNYS", "2024-03-06", "2024-03-13", "15m", ["30m", "1h", "2h", "1d", "1w"]],
  ["XNYS", "2024-10-30", "2024-12-03", "30m", ["1h", "90m", "4h", "1d", "1w"]],
  ["XNYS", "2023-12-18", "2024-03-20", "1d", ["1w"]],
  ["XLON", "2024-03-25", "2024-04-05", "30m", ["1h", "1d", "1w"]],
  ["always_open", "2024-03-07", "2024-03-20", "1h", ["2h", "4h", "7h", "1d", "1w"]],
];

for (const [calendar, from, to, base, periods] of CASES) {
  for (const keep of [1, 0.8, 0.2]) {
    Deno.test(`resample: ${base} of ${calendar} from ${from}, ${keep * 100} % of the bars there`, () => {
      const table = sessionsBetween(calendar, parseDay(from), parseDay(to));
      const bars = baseBars(table, base, keep, new Random(keep * 1000));
      assert(bars.length > 3);
      for (const period of periods) {
        const made = new Resampler(bars, parsePeriod(base), parsePeriod(period), table);
        let complete = 0;
        for (let row = 0; row < bars.length; row++) {
          const before = made.bars.length, completed = made.take(row);
          assertEquals(made.bars.length, before + completed);
          const wanted = naive(bars, table, period, row);
          assertEquals(made.bars.length, wanted.length, `${period} after base row ${row}`);
          for (; complete < wanted.length; complete++) {
            assertEquals(rowOf(made.bars, complete), wanted[complete], `${period} ${complete}`);
            assert(made.bars.closeTime[complete]! <= bars.closeTime[row]!, "never ahead");
          }
        }
        assert(complete > 0);
      }
    });
  }
}

Deno.test("resample: a period that is not a longer multiple is refused, and so are several days", () => {
  const table = sessionsBetween("XNYS", parseDay("2024-01-02"), parseDay("2024-01-05"));
  const bars = baseBars(table, "1h", 1, new Random(1));
  for (const period of ["1h", "30m", "90m", "2d", "2w"]) {
    assertThrows(
      () => new Resampler(bars, parsePeriod("1h"), parsePeriod(period), table),
      RangeError,
      period,
    );
  }
});
