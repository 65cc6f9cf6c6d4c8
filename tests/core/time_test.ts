/**
 * Instants, dates and their text against Temporal (TIM-01, TIM-02).
 *
 * @module
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  dateOfDay,
  dayOfDate,
  formatDay,
  formatIso,
  MAX_EXACT,
  parseDay,
  parseIso,
  SandbarError,
  type TimeUs,
} from "../../lib/core/mod.ts";

const FIRST_DAY = dayOfDate(1, 1, 1), LAST_DAY = dayOfDate(9999, 12, 31);
const instant = fc.integer({
  min: dayOfDate(1700, 1, 1) * 8.64e10,
  // Two days before the end of the range: an offset stays within it.
  max: MAX_EXACT - 2 * 8.64e10,
});

Deno.test("dates: day numbers equal Temporal's, both ways, over 10,000 years", () => {
  const epoch = Temporal.PlainDate.from("1970-01-01");
  fc.assert(
    fc.property(fc.integer({ min: FIRST_DAY, max: LAST_DAY }), (day) => {
      const date = epoch.add({ days: day });
      assertEquals(dateOfDay(day), { year: date.year, month: date.month, day: date.day });
      assertEquals(dayOfDate(date.year, date.month, date.day), day);
      assertEquals(formatDay(day), date.toString());
      assertEquals(parseDay(date.toString()), day);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("dates: what does not exist is refused", () => {
  const bad = [
    "2023-02-29",
    "2024-13-01",
    "2024-00-10",
    "2024-04-31",
    "1900-02-29",
    "24-01-01",
    "x",
  ];
  for (const text of bad) {
    assertEquals(assertThrows(() => parseDay(text), SandbarError).code, "invalid_time", text);
  }
  assertEquals(formatDay(parseDay("2000-02-29")), "2000-02-29");
});

Deno.test("instants: text equals Temporal's, and comes back to the microsecond", () => {
  fc.assert(
    fc.property(instant, (us) => {
      const text = formatIso(us as TimeUs);
      assertEquals(
        Temporal.Instant.from(text).epochNanoseconds,
        BigInt(us) * 1000n,
      );
      assertEquals(parseIso(text), us as TimeUs);
    }),
    { numRuns: 2000 },
  );
  assertEquals(formatIso(0 as TimeUs), "1970-01-01T00:00:00Z");
  assertEquals(formatIso(1_500_000 as TimeUs), "1970-01-01T00:00:01.500Z");
  assertEquals(formatIso(-1 as TimeUs), "1969-12-31T23:59:59.999999Z");
});

Deno.test("instants: every offset and sub-second digit is read as Temporal reads it; nanoseconds are cut", () => {
  const offset = fc.tuple(
    fc.constantFrom("+", "-"),
    fc.integer({ min: 0, max: 23 }),
    fc.integer({ min: 0, max: 59 }),
  ).map(([sign, h, m]) => `${sign}${String(h).padStart(2, "0")}:${String(m).padStart(2, "0")}`);
  fc.assert(
    fc.property(
      instant,
      fc.oneof(fc.constant("Z"), offset),
      fc.stringMatching(/^\d{0,9}$/),
      (us, zone, digits) => {
        const text = formatIso(us as TimeUs).slice(0, 19) + (digits === "" ? "" : "." + digits) +
          zone;
        const wanted = Temporal.Instant.from(text).epochNanoseconds;
        const floored = wanted >= 0n || wanted % 1000n === 0n
          ? wanted / 1000n
          : wanted / 1000n - 1n;
        assertEquals(BigInt(parseIso(text)), floored, text);
      },
    ),
    { numRuns: 2000 },
  );
  assertEquals(parseIso("2024-01-02T09:30-05:00"), parseIso("2024-01-02T14:30:00Z"));
  assertEquals(parseIso("2024-01-02 09:30:00,25-0500"), parseIso("2024-01-02T14:30:00.25Z"));
});

Deno.test("instants: no zone, no such time, no such offset, and what is past the exact range are refused", () => {
  const bad = [
    "2024-01-02T09:30:00",
    "2024-01-02",
    "2024-01-02T24:00:00Z",
    "2024-01-02T09:60:00Z",
    "2024-01-02T09:30:60Z",
    "2024-02-30T09:30:00Z",
    "2024-01-02T09:30:00+24:00",
    "2024-01-02T09:30:00+05:60",
    "2024-01-02T09:30:00-99:99",
    "2024-01-02T09:30:00.1234567890Z",
    "2024-01-02T09:30:00 EST",
    "2300-01-01T00:00:00Z",
    "",
  ];
  for (const text of bad) {
    assertEquals(assertThrows(() => parseIso(text), SandbarError).code, "invalid_time", text);
  }
  assert(parseIso("2255-06-05T00:00:00Z") < MAX_EXACT);
});

Deno.test("instants: any text is a whole instant or an error", () => {
  const noise = fc.string({ unit: fc.constantFrom(..."0123456789-:T.Z+ "), maxLength: 30 });
  fc.assert(
    fc.property(fc.oneof(noise, fc.string()), (text) => {
      try {
        assert(Number.isSafeInteger(parseIso(text)));
      } catch (error) {
        assert(error instanceof SandbarError, String(error));
      }
    }),
    { numRuns: 2000 },
  );
});
