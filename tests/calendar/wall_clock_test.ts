import { assertEquals, assertThrows } from "@std/assert";
import {
  formatDay,
  formatIso,
  parseDay,
  parseIso,
  SandbarError,
  US_PER_MINUTE,
} from "../../lib/core/mod.ts";
import type { TimeUs } from "../../lib/core/mod.ts";
import {
  instantOfLocal,
  localMinutes,
  plusDays,
  tradingDayOf,
  zoneNameOf,
  zoneOffsetMinutes,
} from "../../lib/calendar/mod.ts";
import type { CalendarName } from "../../lib/calendar/mod.ts";

Deno.test("TIM-05 the offset equals the runtime's own zone data on every day 1990-2030", () => {
  for (const calendar of ["XNYS", "XLON"] as const) {
    const format = new Intl.DateTimeFormat("en-US", {
      timeZone: zoneNameOf(calendar),
      timeZoneName: "longOffset",
    });
    for (let day = parseDay("1990-01-01"); day <= parseDay("2030-12-31"); day++) {
      const name = format.formatToParts(day * 86_400_000 + 43_200_000)
        .find((part) => part.type === "timeZoneName")!.value;
      const [, sign, hours] = /^GMT(?:([+-])(\d\d):00)?$/.exec(name)!;
      const expected = hours === undefined ? 0 : Number(sign + hours) * 60;
      assertEquals(zoneOffsetMinutes(calendar, (day + 0.5) * 8.64e10), expected, name);
    }
  }
});

// The last microsecond before and the first after each change; clocks change at 02:00 in New York, at 01:00 UTC in London.
const CHANGES: readonly (readonly [CalendarName, string, number, number])[] = [
  ["XNYS", "1990-04-01T07:00:00Z", -300, -240],
  ["XNYS", "1990-10-28T06:00:00Z", -240, -300],
  ["XNYS", "2006-04-02T07:00:00Z", -300, -240],
  ["XNYS", "2006-10-29T06:00:00Z", -240, -300],
  ["XNYS", "2007-03-11T07:00:00Z", -300, -240],
  ["XNYS", "2007-11-04T06:00:00Z", -240, -300],
  ["XNAS", "2030-03-10T07:00:00Z", -300, -240],
  ["XNAS", "2030-11-03T06:00:00Z", -240, -300],
  ["XLON", "1995-03-26T01:00:00Z", 0, 60],
  ["XLON", "1995-10-22T01:00:00Z", 60, 0],
  ["XLON", "1996-10-27T01:00:00Z", 60, 0],
];

for (const [calendar, instant, before, after] of CHANGES) {
  Deno.test(`TIM-05 ${calendar} changes from ${before} to ${after} minutes at ${instant}`, () => {
    const time = parseIso(instant);
    assertEquals(zoneOffsetMinutes(calendar, time - 1), before);
    assertEquals(zoneOffsetMinutes(calendar, time), after);
  });
}

const LOCAL: readonly (readonly [CalendarName, string, string, string])[] = [
  ["XNYS", "2024-01-16T09:30:00", "2024-01-16T14:30:00Z", "winter"],
  ["XNYS", "2024-07-16T09:30:00", "2024-07-16T13:30:00Z", "summer"],
  ["XNYS", "2024-07-16T20:00:00", "2024-07-17T00:00:00Z", "evening, the next UTC day"],
  ["XNYS", "2024-03-10T01:59:59", "2024-03-10T06:59:59Z", "last second of winter"],
  ["XNYS", "2024-03-10T03:00:00", "2024-03-10T07:00:00Z", "first second of summer"],
  ["XNYS", "2024-03-10T02:30:00", "2024-03-10T07:30:00Z", "skipped by the clock: an hour later"],
  ["XNYS", "2024-11-03T01:30:00", "2024-11-03T05:30:00Z", "shown twice: the first"],
  ["XNYS", "2024-11-03T02:00:00", "2024-11-03T07:00:00Z", "after the change"],
  ["XNYS", "1990-01-01T00:00:00", "1990-01-01T05:00:00Z", "first minute of the table"],
  ["XNYS", "2030-12-31T23:59:00", "2031-01-01T04:59:00Z", "last minute of the table"],
  ["XLON", "1990-01-01T00:00:00", "1990-01-01T00:00:00Z", "first minute of the table"],
  ["XLON", "2024-07-16T08:00:00", "2024-07-16T07:00:00Z", "summer"],
  ["always_open", "2024-07-16T08:00:00", "2024-07-16T08:00:00Z", "UTC"],
];

for (const [calendar, local, instant, why] of LOCAL) {
  Deno.test(`TIM-05 ${calendar} ${local} local time is ${instant}: ${why}`, () => {
    const localUs = parseIso(local + "Z");
    assertEquals(formatIso(instantOfLocal(calendar, localUs)), instant);
    const skipped = local === "2024-03-10T02:30:00" ? 60 : 0;
    assertEquals(
      localMinutes(calendar, parseIso(instant)),
      localUs / US_PER_MINUTE + skipped,
      "and back",
    );
  });
}

Deno.test("TIM-05 the wall clock is refused a day past the table, and not before", () => {
  assertEquals(zoneOffsetMinutes("XNYS", parseIso("1989-12-31T00:00:00Z")), -300);
  assertEquals(zoneOffsetMinutes("XNYS", parseIso("2031-01-01T23:59:59Z")), -300);
  for (const text of ["1989-12-30T23:59:59Z", "2031-01-02T00:00:00Z"]) {
    const error = assertThrows(() => zoneOffsetMinutes("XNYS", parseIso(text)), SandbarError);
    assertEquals(error.code, "data_invalid");
  }
  assertEquals(zoneOffsetMinutes("always_open", parseIso("1970-01-01T00:00:00Z") as TimeUs), 0);
});

Deno.test("TIM-05 plusDays keeps the wall time over both changes of the clocks and back", () => {
  const rows: readonly (readonly [CalendarName, string, number, string])[] = [
    ["XNYS", "2024-03-09T14:30:00Z", 1, "2024-03-10T13:30:00Z"],
    ["XNYS", "2024-03-10T13:30:00Z", -1, "2024-03-09T14:30:00Z"],
    ["XNYS", "2024-11-02T13:30:00.000001Z", 1, "2024-11-03T14:30:00.000001Z"],
    ["XNYS", "2024-07-01T13:30:00Z", 183, "2024-12-31T14:30:00Z"],
    ["XNYS", "2024-03-09T07:30:00Z", 1, "2024-03-10T07:30:00Z"],
    ["XLON", "2024-03-30T08:00:00Z", 1, "2024-03-31T07:00:00Z"],
    ["always_open", "2024-03-09T14:30:00Z", 1, "2024-03-10T14:30:00Z"],
  ];
  for (const [calendar, from, days, expected] of rows) {
    assertEquals(formatIso(plusDays(calendar, parseIso(from), days)), expected);
  }
  assertEquals(zoneNameOf("XNAS"), "America/New_York");
  assertEquals(zoneNameOf("always_open"), "UTC");
});

Deno.test("TIM-04 the trading day is the date at the exchange, not in UTC", () => {
  const rows: readonly (readonly [CalendarName, string, string])[] = [
    ["XNYS", "2024-03-08T20:00:00-05:00", "2024-03-08"],
    ["XNYS", "2024-07-16T23:59:59.999999-04:00", "2024-07-16"],
    ["XNYS", "2024-07-17T00:00:00-04:00", "2024-07-17"],
    ["XLON", "2024-07-16T23:30:00Z", "2024-07-17"],
    ["always_open", "2024-07-16T23:30:00Z", "2024-07-16"],
  ];
  for (const [calendar, instant, day] of rows) {
    assertEquals(formatDay(tradingDayOf(calendar, parseIso(instant))), day, instant);
  }
});
