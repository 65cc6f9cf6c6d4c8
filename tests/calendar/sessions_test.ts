import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import {
  formatDay,
  formatIso,
  parseDay,
  parseIso,
  SandbarError,
  US_PER_DAY,
  US_PER_MINUTE,
} from "../../lib/core/mod.ts";
import type { TimeUs } from "../../lib/core/mod.ts";
import { CALENDAR_NAMES, sessionOfDay, sessionsBetween } from "../../lib/calendar/mod.ts";
import type { CalendarName } from "../../lib/calendar/mod.ts";

const FIRST = parseDay("1990-01-01"), LAST = parseDay("2030-12-31");
const VECTORS = new URL("../vectors/calendars/", import.meta.url);

async function vectorOf(calendar: CalendarName): Promise<string> {
  const packed = new Blob([await Deno.readFile(new URL(`${calendar}.csv.gz`, VECTORS))]);
  return await new Response(packed.stream().pipeThrough(new DecompressionStream("gzip"))).text();
}

function csvOf(calendar: CalendarName): string {
  const table = sessionsBetween(calendar, FIRST, LAST);
  let text = "date,open,close,flag\n";
  for (let i = 0; i < table.length; i++) {
    const day = table.day[i]!, midnight = day * US_PER_DAY;
    const open = (table.openUs[i]! - midnight) / US_PER_MINUTE;
    const close = (table.closeUs[i]! - midnight) / US_PER_MINUTE;
    const flag = sessionOfDay(calendar, day)!.early ? "early" : "";
    text += `${formatDay(day)},${open},${close},${flag}\n`;
  }
  return text;
}

for (const calendar of ["XNYS", "XNAS", "XLON"] as const) {
  Deno.test(`TIM-05 ${calendar} equals exchange_calendars on every session 1990-2030`, async () => {
    const expected = (await vectorOf(calendar)).split("\n"), found = csvOf(calendar).split("\n");
    const differing = expected.filter((line, i) => line !== found[i]);
    assertEquals(differing.slice(0, 5), []);
    assertEquals(found.length, expected.length);
  });

  Deno.test(`TIM-05 ${calendar} is closed on exactly the weekdays of the vector`, async () => {
    const text = await Deno.readTextFile(new URL(`${calendar}.exceptions.json`, VECTORS));
    const vector = JSON.parse(text) as { weekdays_closed: string[]; weekend_sessions: string[] };
    const closed: string[] = [], weekend: string[] = [];
    for (let day = FIRST; day <= LAST; day++) {
      // 1970-01-01 was a Thursday.
      const weekday = (day + 4) % 7, open = sessionOfDay(calendar, day) !== undefined;
      if (weekday === 0 || weekday === 6) {
        if (open) weekend.push(formatDay(day));
      } else if (!open) closed.push(formatDay(day));
    }
    assertEquals(closed, vector.weekdays_closed);
    assertEquals(weekend, vector.weekend_sessions);
  });
}

// Hours in UTC, from the exchanges' own notices; "" is closed.
const DAYS: readonly (readonly [CalendarName, string, string, string])[] = [
  ["XNYS", "1990-01-01", "", "New Year, the first day of the table"],
  ["XNYS", "1990-01-02", "14:30-21:00", "the first session"],
  ["XNYS", "1992-11-27", "14:30-19:00", "half day until 14:00"],
  ["XNYS", "1993-11-26", "14:30-18:00", "half day until 13:00"],
  ["XNYS", "1993-12-31", "14:30-21:00", "New Year on a Saturday is lost"],
  ["XNYS", "1997-01-20", "14:30-21:00", "a year before the first Martin Luther King Day"],
  ["XNYS", "1998-01-19", "", "the first Martin Luther King Day"],
  ["XNYS", "2001-09-11", "", "attack on the World Trade Center"],
  ["XNYS", "2001-09-17", "13:30-20:00", "trading resumes"],
  ["XNYS", "2002-07-03", "13:30-20:00", "a Wednesday before the holiday, full until 2012"],
  ["XNYS", "2002-07-05", "13:30-17:00", "the Friday after it, half until 2012"],
  ["XNYS", "2013-07-03", "13:30-17:00", "a Wednesday before the holiday, half from 2013"],
  ["XNYS", "2013-07-05", "13:30-20:00", "the Friday after it, full from 2013"],
  ["XNYS", "2012-10-29", "", "Hurricane Sandy"],
  ["XNYS", "2015-07-03", "", "a Saturday holiday is kept on Friday"],
  ["XNYS", "2021-06-18", "13:30-20:00", "a year before the first Juneteenth"],
  ["XNYS", "2022-06-20", "", "a Sunday Juneteenth is kept on Monday"],
  ["XNAS", "2024-11-29", "14:30-18:00", "day after Thanksgiving"],
  ["XNAS", "2025-01-09", "", "mourning for President Carter"],
  ["XNYS", "2030-12-31", "14:30-21:00", "the last day of the table"],
  ["XLON", "1995-05-01", "07:00-15:30", "its usual Monday is a session that year"],
  ["XLON", "1995-05-08", "", "early May holiday moved to VE Day"],
  ["XLON", "2016-12-26", "", "Boxing Day on a Monday"],
  ["XLON", "2016-12-27", "", "Christmas on a Sunday moves past Boxing Day"],
  ["XLON", "2022-09-19", "", "state funeral"],
  ["XLON", "2030-12-31", "08:00-12:30", "last session of the year"],
];

for (const [calendar, date, hours, why] of DAYS) {
  Deno.test(`TIM-05 ${calendar} ${date} is ${hours || "closed"}: ${why}`, () => {
    const session = sessionOfDay(calendar, parseDay(date));
    const clock = (us: number): string => formatIso(us as TimeUs).slice(11, 16);
    const found = session === undefined ? "" : clock(session.openUs) + "-" + clock(session.closeUs);
    assertEquals(found, hours);
  });
}

Deno.test("TIM-05 sessions open at the same wall time on both sides of every change of clocks", () => {
  // [calendar, UTC minute of the open in winter]; the days come from the laws, written out independently of the table.
  for (const [calendar, winter] of [["XNYS", 870], ["XLON", 480]] as const) {
    for (let year = 1990; year <= 2030; year++) {
      const [begins, ends] = calendar === "XLON"
        ? [sundayFrom(year, "03-25"), sundayFrom(year, year < 1996 ? "10-22" : "10-25")]
        : year < 2007
        ? [sundayFrom(year, "04-01"), sundayFrom(year, "10-25")]
        : [sundayFrom(year, "03-08"), sundayFrom(year, "11-01")];
      for (const [sunday, before, after] of [[begins, 0, 60], [ends, 60, 0]] as const) {
        const table = sessionsBetween(calendar, sunday - 4, sunday + 4);
        for (let i = 0; i < table.length; i++) {
          const day = table.day[i]!;
          const minute = (table.openUs[i]! - day * US_PER_DAY) / US_PER_MINUTE;
          assertEquals(minute, winter - (day < sunday ? before : after), formatDay(day));
        }
        assert(table.length >= 4, `sessions around ${formatDay(sunday)}`);
        assertEquals(sessionOfDay(calendar, sunday), undefined);
      }
    }
  }
});

function sundayFrom(year: number, monthDay: string): number {
  let day = parseDay(`${year}-${monthDay}`);
  while ((day + 4) % 7 !== 0) day++;
  return day;
}

Deno.test("TIM-05 a range gives the same sessions as the whole table cut to it", () => {
  const whole = sessionsBetween("XNYS", FIRST, LAST);
  for (const [from, to] of [["1999-12-30", "2000-01-04"], ["2012-10-26", "2012-11-05"]]) {
    const a = parseDay(from!), b = parseDay(to!), part = sessionsBetween("XNYS", a, b);
    const at = whole.day.findIndex((day) => day >= a);
    assertEquals(part.day, whole.day.slice(at, at + part.length));
    assertEquals(part.openUs, whole.openUs.slice(at, at + part.length));
    assertEquals(part.closeUs, whole.closeUs.slice(at, at + part.length));
    assert(whole.day[at + part.length]! > b);
  }
  assertEquals(sessionsBetween("XNYS", LAST, FIRST).length, 0);
  assertEquals(sessionsBetween("XNYS", FIRST, FIRST).length, 0);
});

Deno.test("TIM-05 dates outside 1990-2030 are refused with the range, not guessed", () => {
  for (const [from, to] of [[FIRST - 1, LAST], [FIRST, LAST + 1]] as const) {
    const error = assertThrows(() => sessionsBetween("XNYS", from, to), SandbarError);
    assertEquals(error.code, "data_invalid");
    assertStringIncludes(error.message, "1990-01-01 to 2030-12-31");
  }
  assertThrows(() => sessionOfDay("XLON", FIRST - 1), SandbarError, "1989-12-31");
  assertThrows(() => sessionOfDay("XNAS", LAST + 1), SandbarError, "2031-01-01");
});

Deno.test("TIM-05 always_open has a session of 1440 minutes on every UTC day of any year", () => {
  const from = parseDay("1969-12-30"), to = parseDay("2040-03-01");
  const table = sessionsBetween("always_open", from, to);
  assertEquals(table.length, to - from + 1);
  for (let i = 0; i < table.length; i++) {
    assertEquals(table.day[i], from + i);
    assertEquals(table.openUs[i], (from + i) * US_PER_DAY);
    assertEquals(table.closeUs[i]! - table.openUs[i]!, 1440 * US_PER_MINUTE);
  }
  assertEquals(sessionOfDay("always_open", parseDay("2024-03-10")), {
    openUs: parseIso("2024-03-10T00:00:00Z"),
    closeUs: parseIso("2024-03-11T00:00:00Z"),
    early: false,
  });
  assertEquals(sessionsBetween("always_open", 1, 0).length, 0);
});

Deno.test("TIM-05 the names of the calendars are the ones that answer", () => {
  assertEquals(CALENDAR_NAMES, ["XNYS", "XNAS", "XLON", "always_open"]);
  for (const name of CALENDAR_NAMES) {
    assert(sessionOfDay(name, parseDay("2024-05-21")) !== undefined, name);
  }
});
