import { assertEquals } from "@std/assert";
import { parseDay, parseIso, US_PER_DAY, US_PER_HOUR } from "../../lib/core/mod.ts";
import { BAR_PROBLEM_KINDS, checkBars } from "../../lib/market/bar_checks.ts";
import type {
  BarProblemKind,
  CheckedColumns,
  SessionColumns,
} from "../../lib/market/bar_checks.ts";
import { sessionsBetween } from "../../lib/calendar/mod.ts";

type Row = readonly [
  time: string,
  open: number,
  high: number,
  low: number,
  close: number,
  volume: number,
];

function barsOf(rows: readonly Row[]): CheckedColumns {
  const column = (at: 1 | 2 | 3 | 4 | 5): Float64Array => Float64Array.from(rows, (row) => row[at]);
  return {
    n: rows.length,
    time: Float64Array.from(rows, (row) => row[0] === "" ? NaN : parseIso(row[0])),
    open: column(1),
    high: column(2),
    low: column(3),
    close: column(4),
    volume: column(5),
  };
}

const FIRST: Row = ["2024-01-02T14:30:00Z", 10, 11, 9, 10, 100];
const NEXT = "2024-01-03T14:30:00Z";

// The second row, and each problem that it makes.
const FAULTS: readonly (readonly [Row, readonly (readonly [BarProblemKind, string])[]])[] = [
  [[NEXT, 10, 11, 9, 10, 0], []],
  [["2024-01-01T14:30:00Z", 10, 11, 9, 10, 1], [
    ["unordered", "time 2024-01-01T14:30:00Z is before 2024-01-02T14:30:00Z above it"],
  ]],
  [FIRST, [["repeated", "time 2024-01-02T14:30:00Z repeats the row above"]]],
  [["", 10, 11, 9, 10, 1], [["not_a_number", "time is not a number"]]],
  [[NEXT, NaN, 11, 9, 10, 1], [["not_a_number", "open is not a number"]]],
  [[NEXT, 10, Infinity, 9, 10, 1], [["not_a_number", "high is infinite"]]],
  [[NEXT, 10, 11, 9, 10, NaN], [["not_a_number", "volume is not a number"]]],
  // Finite numbers whose sum is not.
  [[NEXT, 1e308, 1e308, 1e308, 1e308, 1], []],
  [[NEXT, 10.2, 10.1, 10.4, 10.2, 1], [["high_low", "high 10.1 is below low 10.4"]]],
  [[NEXT, 11.5, 11, 9, 10, 1], [["high_low", "high 11 is below open 11.5"]]],
  [[NEXT, 10, 11, 9, 11.25, 1], [["high_low", "high 11 is below close 11.25"]]],
  [[NEXT, 8.5, 11, 9, 10, 1], [["high_low", "low 9 is above open 8.5"]]],
  [[NEXT, 10, 11, 9, 8.5, 1], [["high_low", "low 9 is above close 8.5"]]],
  [[NEXT, 10, 11, 9, 10, -1], [["negative_volume", "volume -1 is below zero"]]],
  [[NEXT, 0, 11, 0, 10, 1], [["price_not_positive", "open 0 is not above zero"]]],
  [[NEXT, 10, 11, -0.5, 10, 1], [["price_not_positive", "low -0.5 is not above zero"]]],
  [[NEXT, 10, 11, 12, 0, -1], [
    ["high_low", "high 11 is below low 12"],
    ["price_not_positive", "close 0 is not above zero"],
    ["negative_volume", "volume -1 is below zero"],
  ]],
];

for (const [row, expected] of FAULTS) {
  const name = expected.map(([kind]) => kind).join(", ") || "nothing";
  Deno.test(`DAT-17 a row [${row.join(" ")}] has ${name}`, () => {
    const found = checkBars(barsOf([FIRST, row]), { firstLine: 2 });
    assertEquals(
      found.problems,
      expected.map(([kind, message]) => ({ kind, row: 1, line: 3, message })),
    );
    assertEquals(found.total, expected.length);
    for (const kind of BAR_PROBLEM_KINDS) {
      assertEquals(found.counts[kind], expected.filter((it) => it[0] === kind).length, kind);
    }
  });
}

Deno.test("DAT-17 a hundred problems are listed, all are counted", () => {
  const rows = Array.from({ length: 151 }, (): Row => FIRST);
  const found = checkBars(barsOf(rows), { firstLine: 10 });
  assertEquals(found.problems.length, 100);
  assertEquals(found.problems[99], {
    kind: "repeated",
    row: 100,
    line: 110,
    message: "time 2024-01-02T14:30:00Z repeats the row above",
  });
  assertEquals(found.total, 150);
  assertEquals(found.counts.repeated, 150);
});

Deno.test("DAT-17 a kind accepted by name is counted and hides no other problem", () => {
  const rows: Row[] = Array.from({ length: 151 }, () => FIRST);
  rows.push([NEXT, 10, 11, 9, 10, -5]);
  const found = checkBars(barsOf(rows), { accept: ["repeated"] });
  assertEquals(found.problems.map((it) => it.kind), ["negative_volume"]);
  assertEquals(found.problems[0]!.line, 152);
  assertEquals([found.total, found.counts.repeated], [1, 150]);
});

Deno.test("DAT-17 only the first n rows are looked at, none is no problem", () => {
  const bars = barsOf([FIRST, FIRST]);
  assertEquals(checkBars({ ...bars, n: 1 }).total, 0);
  const sessions = sessionsBetween("XNYS", parseDay("2024-01-02"), parseDay("2024-01-05"));
  assertEquals(checkBars({ ...bars, n: 0 }, { sessions }).total, 0);
});

/** The week from Wednesday 2023-11-22: Thanksgiving on Thursday, a half day on Friday. */
function sessionsOfWeek(): SessionColumns {
  return sessionsBetween("XNYS", parseDay("2023-11-20"), parseDay("2023-11-30"));
}

function flat(times: readonly string[]): CheckedColumns {
  return barsOf(times.map((time): Row => [time, 10, 11, 9, 10, 1]));
}

// Bar times, and each session problem as "kind row message".
const WEEKS: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ["each session once, holiday and weekend left out", [
    "2023-11-22T14:30:00Z",
    "2023-11-24T14:30:00Z",
    "2023-11-27T14:30:00Z",
  ], []],
  ["a session left out", ["2023-11-22T14:30:00Z", "2023-11-27T14:30:00Z"], [
    "missing_session 1 no bar for the session of 2023-11-24 before it",
  ]],
  ["two sessions left out", ["2023-11-22T14:30:00Z", "2023-11-28T14:30:00Z"], [
    "missing_session 1 no bar for the session of 2023-11-24 before it",
    "missing_session 1 no bar for the session of 2023-11-27 before it",
  ]],
  ["a bar on a holiday", ["2023-11-22T14:30:00Z", "2023-11-23T14:30:00Z", "2023-11-24T14:30:00Z"], [
    "no_session 1 time 2023-11-23T14:30:00Z is outside every session",
  ]],
  ["a bar before the open", ["2023-11-22T14:29:00Z", "2023-11-22T14:30:00Z"], [
    "no_session 0 time 2023-11-22T14:29:00Z is outside every session",
  ]],
  ["bars up to a half day's close", ["2023-11-24T17:59:00Z", "2023-11-24T18:00:00Z"], [
    "no_session 1 time 2023-11-24T18:00:00Z is outside every session",
  ]],
  ["a bar before the whole table", ["2023-11-17T14:30:00Z", "2023-11-20T14:30:00Z"], [
    "no_session 0 time 2023-11-17T14:30:00Z is outside every session",
  ]],
  ["rows out of order", [
    "2023-11-27T14:30:00Z",
    "2023-11-22T14:30:00Z",
    "2023-11-24T14:30:00Z",
  ], []],
];

for (const [name, times, expected] of WEEKS) {
  Deno.test(`DAT-17 TIM-08 sessions and bars: ${name}`, () => {
    const sessions = sessionsOfWeek();
    const found = checkBars(flat(times), { sessions, accept: ["unordered"], firstLine: 2 });
    assertEquals(found.problems.map((it) => `${it.kind} ${it.row} ${it.message}`), expected);
    for (const problem of found.problems) assertEquals(problem.line, problem.row + 2);
  });
}

Deno.test("DAT-17 daily bars with dates are matched by date", () => {
  const dates = ["2023-11-22", "2023-11-23", "2023-11-27"].map(parseDay);
  const bars = flat(["2023-11-22T00:00:00Z", "2023-11-23T00:00:00Z", "2023-11-27T00:00:00Z"]);
  const found = checkBars(bars, { sessions: sessionsOfWeek(), days: Float64Array.from(dates) });
  assertEquals(found.problems.map((it) => `${it.kind} ${it.line} ${it.message}`), [
    "no_session 2 2023-11-23 is not a session",
    "missing_session 3 no bar for the session of 2023-11-24 before it",
  ]);
});

Deno.test("DAT-17 a year of hourly bars is matched to the same sessions in any order", () => {
  const sessions = sessionsBetween("XNYS", parseDay("2023-01-01"), parseDay("2023-12-31"));
  const times: number[] = [];
  for (let day = parseDay("2023-01-01"); day <= parseDay("2023-12-31"); day++) {
    // Hourly round the clock: what lies in a session follows from the table by plain search.
    for (let hour = 0; hour < 24; hour++) times.push(day * US_PER_DAY + hour * US_PER_HOUR);
  }
  const outside =
    times.filter((time) =>
      !sessions.openUs.some((open, i) => open <= time && time < sessions.closeUs[i]!)
    ).length;
  const shuffled = times.map((_, i) => times[(i * 5077) % times.length]!);
  assertEquals(new Set(shuffled).size, times.length);
  for (const order of [times, shuffled]) {
    const ones = new Float64Array(order.length).fill(1);
    const found = checkBars({
      n: order.length,
      time: Float64Array.from(order),
      open: ones,
      high: ones,
      low: ones,
      close: ones,
      volume: ones,
    }, { sessions });
    assertEquals(found.counts.no_session, outside);
    assertEquals(found.counts.missing_session, 0);
  }
});
