import { assertEquals, assertThrows } from "@std/assert";
import type { CalendarName } from "../../lib/calendar/mod.ts";
import { parseIso, SandbarError, US_PER_MINUTE } from "../../lib/core/mod.ts";
import { generateBars, loadSample } from "../../lib/data/mod.ts";
import { expectedBars, FeedGuard } from "../../lib/feeds/mod.ts";
import { parsePeriod } from "../../lib/market/mod.ts";
import type { FeedBar } from "../../lib/protocols/mod.ts";

const MINUTES = { calendar: "XNYS", period: parsePeriod("1m") } as const;
const OPEN_US = parseIso("2024-07-03T13:30:00Z");

/** A minute of the half day 2024-07-03, which has 210. */
function minute(at: number, changes: Partial<FeedBar> = {}): FeedBar {
  const timeUs = OPEN_US + at * US_PER_MINUTE, closeUs = timeUs + US_PER_MINUTE;
  const prices = { open: 10, high: 12, low: 9, close: 11, volume: 100 };
  return { series: 0, timeUs, closeUs, ...prices, ...changes };
}

Deno.test("feed guard: bars in order are delivered without a word", () => {
  const guard = new FeedGuard([MINUTES]);
  for (let at = 5; at < 210; at++) {
    assertEquals(guard.take(minute(at)), { isDelivered: true, fault: undefined });
  }
});

Deno.test("feed guard: late and repeated bars are told and change nothing", () => {
  const guard = new FeedGuard([MINUTES, MINUTES]);
  for (let at = 0; at < 3; at++) guard.take(minute(at));
  const late = minute(1), lastCloseUs = minute(2).closeUs;
  assertEquals(guard.take(late), {
    isDelivered: false,
    fault: { kind: "late", bar: late, lastCloseUs },
  });
  const repeated = minute(2), corrected = minute(2, { close: 11.5 });
  for (
    const [bar, isChanged] of [[repeated, false], [corrected, true], [repeated, false]] as const
  ) {
    assertEquals(guard.take(bar), {
      isDelivered: false,
      fault: { kind: "repeat", bar, isChanged },
    });
  }
  assertEquals(guard.take(minute(3)).fault, undefined);
  assertEquals(guard.take(minute(0, { series: 1 })).fault, undefined, "another series is another");
});

Deno.test("feed guard: a bar after missing ones is delivered, with their number and place", () => {
  const guard = new FeedGuard([{ ...MINUTES, lastCloseUs: minute(3).closeUs }]);
  const gap = (fromUs: number, toUs: number, missing: number): unknown => ({
    isDelivered: true,
    fault: { kind: "gap", series: 0, fromUs, toUs, missing },
  });
  assertEquals(guard.take(minute(10)), gap(minute(3).closeUs, minute(10).timeUs, 6));
  const friday = parseIso("2024-07-05T13:30:00Z"), close = parseIso("2024-07-03T17:00:00Z");
  const next = minute(0, { timeUs: friday, closeUs: friday + US_PER_MINUTE });
  assertEquals(guard.take(next), gap(minute(10).closeUs, friday, 199));
  const whole = new FeedGuard([{ ...MINUTES, lastCloseUs: close }]);
  assertEquals(whole.take(next).fault, undefined, "nothing is missing over a holiday");
});

Deno.test("feed guard: what is no bar is told with the reason and not delivered", () => {
  const guard = new FeedGuard([MINUTES]);
  const BAD: readonly (readonly [Partial<FeedBar>, string])[] = [
    [{ high: 8 }, "high 8 is below low 9"],
    [{ close: NaN }, "close is not a number"],
    [{ low: -1 }, "low -1 is not above zero"],
    [{ volume: -1 }, "volume -1 is below zero"],
    [{ closeUs: OPEN_US }, `its close ${OPEN_US} is not after its open`],
    [{ closeUs: NaN }, "its close NaN is not after its open"],
  ];
  for (const [changes, reason] of BAD) {
    const bar = minute(0, changes);
    assertEquals(guard.take(bar), { isDelivered: false, fault: { kind: "invalid", bar, reason } });
  }
  assertEquals(guard.take(minute(0)).fault, undefined);
});

Deno.test("TIM-08 expected bars: as many as a generator makes and a market has, over any span", () => {
  for (
    const [text, calendar] of [["1m", "XNYS"], ["7m", "XLON"], ["1h", "XNYS"], [
      "4h",
      "always_open",
    ], ["1d", "XNYS"]] as const
  ) {
    const grid = { calendar, period: parsePeriod(text) };
    const { time, closeTime } = generateBars({ period: text, bars: 3000, seed: 1, calendar });
    for (const [from, to] of [[0, 1], [0, 2999], [17, 17], [100, 1750], [2990, 2999]] as const) {
      assertEquals(expectedBars(grid, time[from]!, time[to]!), to - from, `${text} ${from} ${to}`);
      assertEquals(expectedBars(grid, closeTime[from]!, time[to]!), Math.max(0, to - from - 1));
    }
  }
  const { columns, length } = loadSample("GOOG")!;
  const grid = { calendar: "XNYS", period: parsePeriod("1d") } as const;
  const { time, closeTime } = columns;
  assertEquals(expectedBars(grid, closeTime[0]!, time[length - 1]!), length - 2);
});

Deno.test("TIM-08 expected bars: weeks are counted by their sessions, several days are refused", () => {
  const count = (
    from: string,
    to: string,
    period: string,
    calendar: CalendarName = "XNYS",
  ): number =>
    expectedBars({ calendar, period: parsePeriod(period) }, parseIso(from), parseIso(to));
  assertEquals(count("2024-07-01T00:00:00Z", "2024-07-15T00:00:00Z", "1w"), 2);
  assertEquals(count("2024-07-05T13:30:01Z", "2024-07-15T00:00:00Z", "1w"), 1);
  assertEquals(count("2024-07-03T00:00:00Z", "2024-07-06T00:00:00Z", "1d"), 2);
  assertEquals(count("2024-07-04T00:00:00Z", "2024-07-04T23:00:00Z", "1m"), 0);
  assertEquals(count("2024-07-04T00:00:00Z", "2024-07-03T00:00:00Z", "1m"), 0);
  assertEquals(count("2024-03-10T00:00:00Z", "2024-03-11T00:00:00Z", "1m", "always_open"), 1440);
  assertThrows(
    () => count("2024-07-01T00:00:00Z", "2024-07-15T00:00:00Z", "2d"),
    SandbarError,
    "2d",
  );
});
