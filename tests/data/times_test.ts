import { assertEquals, assertThrows } from "@std/assert";
import type { CalendarName } from "../../lib/calendar/mod.ts";
import { formatIso, SandbarError, type TimeUs } from "../../lib/core/mod.ts";
import { readCsv } from "../../lib/data/csv.ts";
import { prepareBars } from "../../lib/data/prepare_bars.ts";
import { parsePeriod } from "../../lib/market/mod.ts";
import { HEADER, inFolder, write } from "./folder.ts";

interface Reading {
  readonly cells: readonly string[];
  readonly period: string;
  readonly calendar?: CalendarName;
  readonly timezone?: string;
}

/** Open and close of each row, as text. */
async function timesOf(reading: Reading): Promise<string[]> {
  let times: string[] = [];
  await inFolder((folder) => {
    const rows = reading.cells.map((cell) => `${cell},1,1,1,1,1\n`).join("");
    const csv = readCsv(write(folder, "a.csv", HEADER + rows), "a.csv");
    const { columns } = prepareBars(csv, {
      shown: "a.csv",
      period: parsePeriod(reading.period),
      calendar: reading.calendar ?? "XNYS",
      timezone: reading.timezone,
      accept: ["missing_session"],
    });
    times = Array.from(
      columns.time,
      (time, i) => `${formatIso(time as TimeUs)} ${formatIso(columns.closeTime[i] as TimeUs)}`,
    );
  });
  return times;
}

// A winter day, a summer day, a half day.
const SESSIONS = [
  "2024-01-02T14:30:00Z 2024-01-02T21:00:00Z",
  "2024-07-02T13:30:00Z 2024-07-02T20:00:00Z",
  "2024-07-03T13:30:00Z 2024-07-03T17:00:00Z",
];

Deno.test("times: a daily bar opens and closes with its session, whatever form the date has (TIM-08)", async (t) => {
  const forms: Record<string, readonly string[]> = {
    dates: ["2024-01-02", "2024-07-02", "2024-07-03"],
    "midnight UTC": ["2024-01-02T00:00:00Z", "2024-07-02T00:00:00Z", "2024-07-03T00:00:00Z"],
    "midnight New York": [
      "2024-01-02 00:00:00-05:00",
      "2024-07-02 00:00:00-04:00",
      "2024-07-03 00:00:00-04:00",
    ],
    "milliseconds of midnight New York": ["1704171600000", "1719892800000", "1719979200000"],
    "the close": ["2024-01-02T21:00:00Z", "2024-07-02T20:00:00Z", "2024-07-03T17:00:00Z"],
    "local midnight without a zone": [
      "2024-01-02 00:00:00",
      "2024-07-02 00:00:00",
      "2024-07-03 00:00:00",
    ],
    "month first": ["01/02/2024", "07/02/2024", "07/03/2024", "07/15/2024"],
    "day first": ["02.01.2024", "02.07.2024", "03.07.2024", "15.07.2024"],
  };
  for (const [name, cells] of Object.entries(forms)) {
    await t.step(name, async () => {
      assertEquals((await timesOf({ cells, period: "1d" })).slice(0, 3), SESSIONS);
    });
  }
});

Deno.test("times: an intraday bar closes after its period, at the latest with its session (TIM-08)", async () => {
  assertEquals(
    await timesOf({
      cells: ["2024-07-03T13:30:00Z", "2024-07-03T16:30:00Z", "2024-07-03T16:59:00Z"],
      period: "1h",
    }),
    [
      "2024-07-03T13:30:00Z 2024-07-03T14:30:00Z",
      "2024-07-03T16:30:00Z 2024-07-03T17:00:00Z",
      "2024-07-03T16:59:00Z 2024-07-03T17:00:00Z",
    ],
  );
});

Deno.test("times: local times need a named clock, which changes with the seasons (TIM-02)", async () => {
  const cells = ["2024-03-08 09:30", "2024-03-11 09:30", "2024-11-01 15:59", "2024-11-04 15:59"];
  const expected = [
    "2024-03-08T14:30:00Z 2024-03-08T14:31:00Z",
    "2024-03-11T13:30:00Z 2024-03-11T13:31:00Z",
    "2024-11-01T19:59:00Z 2024-11-01T20:00:00Z",
    "2024-11-04T20:59:00Z 2024-11-04T21:00:00Z",
  ];
  for (const timezone of ["exchange", "America/New_York"]) {
    assertEquals(await timesOf({ cells, period: "1m", timezone }), expected);
  }
  const error = await failure({ cells, period: "1m" });
  assertEquals(error.message.includes("--timezone exchange"), true, error.message);
  const wrong = await failure({ cells, period: "1m", timezone: "Mars/Olympus" });
  assertEquals(wrong.code, "usage");
});

Deno.test("times: an hour that the clock shows twice is read in order, one that it skips moves on (TIM-02)", async () => {
  const berlin = { period: "30m", calendar: "always_open", timezone: "Europe/Berlin" } as const;
  // Source of the expected instants: CET is UTC+1, CEST UTC+2; clocks change at 01:00 UTC on 2024-10-27 and 2024-03-31.
  assertEquals(
    (await timesOf({
      ...berlin,
      cells: [
        "2024-10-27 01:30",
        "2024-10-27 02:00",
        "2024-10-27 02:30",
        "2024-10-27 02:00",
        "2024-10-27 02:30",
        "2024-10-27 03:00",
      ],
    })).map((it) => it.slice(0, 20)),
    [
      "2024-10-26T23:30:00Z",
      "2024-10-27T00:00:00Z",
      "2024-10-27T00:30:00Z",
      "2024-10-27T01:00:00Z",
      "2024-10-27T01:30:00Z",
      "2024-10-27T02:00:00Z",
    ],
  );
  assertEquals(
    (await timesOf({ ...berlin, cells: ["2024-03-31 01:30", "2024-03-31 02:30"] }))
      .map((it) => it.slice(0, 20)),
    ["2024-03-31T00:30:00Z", "2024-03-31T01:30:00Z"],
  );
});

Deno.test("times: what cannot be known is refused, not guessed (DAT-17)", async (t) => {
  const cases: [name: string, reading: Reading, message: string][] = [
    [
      "day or month first",
      { cells: ["01/02/2024", "01/03/2024"], period: "1d" },
      "no row shows which of the first two numbers is the day",
    ],
    [
      "day and month first",
      { cells: ["01/13/2024", "13/01/2024"], period: "1d" },
      "some rows have the day first and some the month",
    ],
    ["dates as minutes", { cells: ["2024-01-02"], period: "1m" }, "is the period 1d?"],
    ["weekly bars", { cells: ["2024-01-02"], period: "1w" }, "import 1d bars"],
    [
      "before the calendar",
      { cells: ["1962-01-02"], period: "1d" },
      "a.csv: the calendar XNYS has no sessions for 1962-01-02",
    ],
    [
      "before the open",
      { cells: ["2024-01-02T09:00:00Z"], period: "1m" },
      "line 2: time 2024-01-02T09:00:00Z is outside every session",
    ],
    [
      "at the close",
      { cells: ["2024-01-02T21:00:00Z"], period: "1m" },
      "line 2: time 2024-01-02T21:00:00Z is outside every session",
    ],
  ];
  for (const [name, reading, message] of cases) {
    await t.step(name, async () => {
      const error = await failure(reading);
      if (!error.message.includes(message)) throw error;
    });
  }
});

async function failure(reading: Reading): Promise<SandbarError> {
  let thrown: unknown;
  try {
    await timesOf(reading);
  } catch (error) {
    thrown = error;
  }
  return assertThrows(() => {
    throw thrown;
  }, SandbarError);
}
