import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { SandbarError } from "../../lib/core/mod.ts";
import { parseLookback, parsePeriod } from "../../lib/market/period.ts";

const MINUTE = 60_000_000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;

const PERIODS = [
  ["1m", "1m", "minute", 1, MINUTE],
  ["5m", "5m", "minute", 5, 5 * MINUTE],
  ["5min", "5m", "minute", 5, 5 * MINUTE],
  ["90m", "90m", "minute", 90, 90 * MINUTE],
  ["60m", "1h", "hour", 1, HOUR],
  ["240min", "4h", "hour", 4, 4 * HOUR],
  ["1h", "1h", "hour", 1, HOUR],
  ["4hour", "4h", "hour", 4, 4 * HOUR],
  // Twenty-four hours are not a session: the two stay apart.
  ["24h", "24h", "hour", 24, DAY],
  ["1d", "1d", "day", 1, DAY],
  ["1day", "1d", "day", 1, DAY],
  ["7d", "7d", "day", 7, 7 * DAY],
  ["1w", "1w", "week", 1, 7 * DAY],
  ["2week", "2w", "week", 2, 14 * DAY],
  ["9999m", "9999m", "minute", 9999, 9999 * MINUTE],
] as const;

for (const [written, text, unit, count, us] of PERIODS) {
  Deno.test(`TIM-08 the period ${written} is ${count} ${unit} and reads ${text}`, () => {
    assertEquals(parsePeriod(written), { text, unit, count, us });
    assertEquals(parsePeriod(text).text, text);
  });
}

// What is refused, and the suggestion; "" is none.
const NO_PERIODS = [
  ["5mins", "5m"],
  ["5 min", "5m"],
  ["15minutes", "15m"],
  ["1H", "1h"],
  ["2hours", "2h"],
  ["1D", "1d"],
  ["3days", "3d"],
  ["daily", "1d"],
  ["dialy", "1d"],
  ["weekly", "1w"],
  ["2weks", "2w"],
  ["M5", "5m"],
  ["h4", "4h"],
  ["d", "1d"],
  ["05m", "5m"],
  ["0m", "1m"],
  ["5", "5m"],
  ["120", "2h"],
  ["1M", ""],
  ["1mo", ""],
  ["1y", ""],
  ["30s", ""],
  ["1.5h", ""],
  ["-5m", "5m"],
  ["10000m", ""],
  ["1h30m", ""],
  ["", ""],
  ["tick", ""],
] as const;

for (const [written, nearest] of NO_PERIODS) {
  Deno.test(`TIM-08 ${JSON.stringify(written)} is no period; suggested: ${nearest || "none"}`, () => {
    const error = assertThrows(() => parsePeriod(written), SandbarError);
    assertEquals(error.code, "bad_period");
    assertStringIncludes(error.message, `unknown period ${JSON.stringify(written)}`);
    assertStringIncludes(error.message, "m or min, h or hour, d or day, w or week");
    assertEquals(/did you mean (\w+)\?/.exec(error.message)?.[1] ?? "", nearest);
  });
}

const LOOKBACKS = [
  ["30", 30],
  ["1d", 1],
  ["90d", 90],
  ["90days", 90],
  ["1day", 1],
  ["2w", 14],
  ["2 weeks", 14],
  ["1week", 7],
  ["1mo", 30],
  ["6mo", 180],
  ["1month", 30],
  ["6 months", 180],
  ["1y", 365],
  ["10years", 3650],
  ["1year", 365],
  ["100y", 36_500],
] as const;

for (const [written, days] of LOOKBACKS) {
  Deno.test(`TIM-07 the look-back ${written} is ${days} days`, () => {
    assertEquals(parseLookback(written), { text: `${days}d`, days, us: days * DAY });
  });
}

for (
  const written of ["", "d", "0", "0d", "-1d", "1.5y", "1m", "1M", "1q", "1 d d", "101y", "99999"]
) {
  Deno.test(`TIM-07 ${JSON.stringify(written)} is no look-back`, () => {
    const error = assertThrows(() => parseLookback(written), SandbarError);
    assertEquals(error.code, "bad_period");
    assertStringIncludes(error.message, JSON.stringify(written));
    assert(error.message.includes("90d, 6mo, 1y"));
  });
}
