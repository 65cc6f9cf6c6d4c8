import { assertEquals, assertThrows } from "@std/assert";
import { sessionsBetween, zoneNameOf } from "../../lib/calendar/mod.ts";
import { Scheduler, type SessionDue, SimulatedClock } from "../../lib/clock/mod.ts";
import {
  formatDay,
  formatIso,
  parseDay,
  SandbarError,
  type TimeUs,
  US_PER_DAY,
  US_PER_HOUR,
  US_PER_MINUTE,
} from "../../lib/core/mod.ts";

const iso = (us: number): string => formatIso(us as TimeUs);
const NEW_YORK = zoneNameOf("XNYS");

interface Span {
  readonly from: string;
  readonly days: number;
}

/** Returns when a cron schedule fires in some days of simulated time; each must fire at its due time. */
async function firesOf(cron: string, zone: string, { from, days }: Span): Promise<string[]> {
  const clock = new SimulatedClock(from), fired: string[] = [];
  using scheduler = new Scheduler(clock);
  scheduler.at({ name: "job", cron, zone }, ({ dueUs, missed }) => {
    assertEquals([dueUs, missed], [clock.now(), 0]);
    fired.push(iso(dueUs));
  });
  await clock.advance(days * US_PER_DAY);
  return fired;
}

const CRON: readonly (readonly [string, string, string, Span, readonly string[]])[] = [
  [
    "a local time keeps its place on the wall clock when summer begins",
    "30 9 * * *",
    NEW_YORK,
    { from: "2024-03-09T00:00:00Z", days: 3 },
    ["2024-03-09T14:30:00Z", "2024-03-10T13:30:00Z", "2024-03-11T13:30:00Z"],
  ],
  [
    "and when it ends",
    "30 9 * * *",
    NEW_YORK,
    { from: "2024-11-02T00:00:00Z", days: 3 },
    ["2024-11-02T13:30:00Z", "2024-11-03T14:30:00Z", "2024-11-04T14:30:00Z"],
  ],
  [
    "a time that the clock skips comes at the change",
    "30 2 * * *",
    NEW_YORK,
    { from: "2024-03-09T00:00:00Z", days: 3 },
    ["2024-03-09T07:30:00Z", "2024-03-10T07:00:00Z", "2024-03-11T06:30:00Z"],
  ],
  [
    "a time that the clock shows twice comes once",
    "30 1 * * *",
    NEW_YORK,
    { from: "2024-11-02T00:00:00Z", days: 3 },
    ["2024-11-02T05:30:00Z", "2024-11-03T05:30:00Z", "2024-11-04T06:30:00Z"],
  ],
  [
    "London changes on other days",
    "0 8 * * *",
    zoneNameOf("XLON"),
    { from: "2024-03-30T00:00:00Z", days: 3 },
    ["2024-03-30T08:00:00Z", "2024-03-31T07:00:00Z", "2024-04-01T07:00:00Z"],
  ],
  [
    "weekdays are those of the zone",
    "0 20 * * 5",
    NEW_YORK,
    { from: "2024-03-01T00:00:00Z", days: 9 },
    ["2024-03-02T01:00:00Z", "2024-03-09T01:00:00Z"],
  ],
  [
    "a time due at the moment it is set counts; seconds come first of six",
    "30 0 12 * * *",
    "UTC",
    { from: "2024-03-01T12:00:30Z", days: 1 },
    ["2024-03-01T12:00:30Z", "2024-03-02T12:00:30Z"],
  ],
];

for (const [title, cron, zone, span, expected] of CRON) {
  Deno.test(`TIM-05 schedule: ${title}`, async () => {
    assertEquals(await firesOf(cron, zone, span), expected);
  });
}

Deno.test("TIM-05 schedule: hourly goes on evenly over both changes of the clocks", async () => {
  for (const from of ["2024-03-10T00:00:00Z", "2024-11-03T00:00:00Z"]) {
    const fired = await firesOf("0 * * * *", NEW_YORK, { from, days: 1 });
    assertEquals(fired.length, 25);
  }
});

/** Returns the edges of the sessions in some days: time, date, early. */
async function edgesOf({ from, days }: Span): Promise<string[]> {
  const clock = new SimulatedClock(from), fired: string[] = [];
  using scheduler = new Scheduler(clock);
  const note = ({ name, dueUs, day, session }: SessionDue): void => {
    assertEquals(dueUs, clock.now());
    fired.push(`${name} ${iso(dueUs)} ${formatDay(day)}${session.early ? " early" : ""}`);
  };
  scheduler.onSession({ name: "open", calendar: "XNYS", edge: "open" }, note);
  scheduler.onSession({ name: "close", calendar: "XNYS", edge: "close" }, note);
  await clock.advance(days * US_PER_DAY);
  return fired;
}

Deno.test("TIM-05 schedule: sessions around a holiday and a half day", async () => {
  assertEquals(await edgesOf({ from: "2024-07-03T00:00:00Z", days: 3 }), [
    "open 2024-07-03T13:30:00Z 2024-07-03 early",
    "close 2024-07-03T17:00:00Z 2024-07-03 early",
    "open 2024-07-05T13:30:00Z 2024-07-05",
    "close 2024-07-05T20:00:00Z 2024-07-05",
  ]);
});

Deno.test("TIM-05 schedule: sessions over both changes of the clocks keep their local times", async () => {
  assertEquals(await edgesOf({ from: "2024-03-08T00:00:00Z", days: 4 }), [
    "open 2024-03-08T14:30:00Z 2024-03-08",
    "close 2024-03-08T21:00:00Z 2024-03-08",
    "open 2024-03-11T13:30:00Z 2024-03-11",
    "close 2024-03-11T20:00:00Z 2024-03-11",
  ]);
  assertEquals(await edgesOf({ from: "2024-11-01T00:00:00Z", days: 4 }), [
    "open 2024-11-01T13:30:00Z 2024-11-01",
    "close 2024-11-01T20:00:00Z 2024-11-01",
    "open 2024-11-04T14:30:00Z 2024-11-04",
    "close 2024-11-04T21:00:00Z 2024-11-04",
  ]);
});

Deno.test("TST-01 schedule: a year of sessions, each five minutes before its close, in a moment", async () => {
  const clock = new SimulatedClock("2024-01-01T00:00:00Z"), fired: number[] = [];
  using scheduler = new Scheduler(clock);
  const offsetUs = -5 * US_PER_MINUTE;
  scheduler.onSession({ name: "near", calendar: "XNYS", edge: "close", offsetUs }, ({ dueUs }) => {
    fired.push(dueUs - offsetUs);
  });
  await clock.advanceTo(parseDay("2025-01-01") * US_PER_DAY);
  const { closeUs } = sessionsBetween("XNYS", parseDay("2024-01-01"), parseDay("2024-12-31"));
  assertEquals(fired, [...closeUs]);
});

Deno.test("TIM-05 schedule: a market that never closes opens at every midnight", async () => {
  const clock = new SimulatedClock("2024-03-09T12:00:00Z");
  let opened = 0;
  using scheduler = new Scheduler(clock);
  scheduler.onSession({ name: "open", calendar: "always_open", edge: "open" }, () => opened++);
  await clock.advance(3 * US_PER_DAY);
  assertEquals(opened, 3);
});

Deno.test("CLK-13 schedule: two hours missing fire late, cron once, session events each in order", async () => {
  const clock = new SimulatedClock("2024-03-08T14:00:00Z"), fired: unknown[] = [];
  using scheduler = new Scheduler(clock);
  scheduler.at({ name: "minutely", cron: "* * * * *", zone: "UTC" }, ({ dueUs, missed }) => {
    fired.push([iso(dueUs), missed]);
  });
  const note = ({ name }: SessionDue): unknown => fired.push(name);
  scheduler.onSession({ name: "open", calendar: "XNYS", edge: "open" }, note);
  scheduler.onSession({
    name: "open + 1 h",
    calendar: "XNYS",
    edge: "open",
    offsetUs: US_PER_HOUR,
  }, note);
  await clock.advance(0);
  assertEquals(fired, [["2024-03-08T14:00:00Z", 0]]);
  clock.stepTimeOfDay(2 * US_PER_HOUR + 1e6);
  await clock.advance(0);
  assertEquals(fired.slice(1), [["2024-03-08T16:00:00Z", 119], "open", "open + 1 h"]);
  clock.stepTimeOfDay(-2 * US_PER_HOUR);
  await clock.advance(2 * US_PER_HOUR - 2e6);
  assertEquals(fired.length, 4, "a clock that was set back fires nothing twice");
  await clock.advance(US_PER_MINUTE + 2e6);
  assertEquals(fired.slice(4), [["2024-03-08T16:01:00Z", 0]]);
});

Deno.test("schedule: a callback may cancel, and its error ends no schedule", async () => {
  const clock = new SimulatedClock("2024-03-08T14:00:30Z"), fired: string[] = [];
  const scheduler = new Scheduler(clock), minutely = { cron: "* * * * *", zone: "UTC" };
  scheduler.at({ name: "once", ...minutely }, ({ name }) => {
    fired.push(name);
    scheduler.cancel(name);
  });
  scheduler.at({ name: "fails", ...minutely }, ({ name }) => {
    fired.push(name);
    if (fired.length === 2) throw new Error("a callback's own");
  });
  await assertRejectsOwn(clock.advance(US_PER_MINUTE));
  await clock.advance(US_PER_MINUTE);
  assertEquals(fired, ["once", "fails", "fails"]);
  assertEquals(scheduler.upcoming().map(({ name, dueUs }) => [name, iso(dueUs)]), [
    ["fails", "2024-03-08T14:03:00Z"],
  ]);
  scheduler[Symbol.dispose]();
  assertEquals([clock.waiting, scheduler.upcoming(), scheduler.cancel("fails")], [0, [], false]);
});

async function assertRejectsOwn(moved: Promise<void>): Promise<void> {
  const error = await moved.then(() => undefined, (reason) => reason);
  assertEquals(error instanceof Error && error.message, "a callback's own");
}

Deno.test("schedule: what is no schedule is refused, with what to write", () => {
  const clock = new SimulatedClock("2024-03-08T14:00:00Z"), scheduler = new Scheduler(clock);
  const BAD: readonly (readonly [string, string, string])[] = [
    ["61 * * * *", "UTC", 'Cannot schedule job: "61 * * * *" is no cron expression'],
    ["daily", "UTC", "for example 30 9 * * 1-5"],
    ["0 0 * * *", "Mars/Olympus", 'unknown time zone "Mars/Olympus"'],
    ["0 0 30 2 *", "UTC", "Cannot schedule job: it is never due"],
  ];
  for (const [cron, zone, message] of BAD) {
    const error = assertThrows(
      () => scheduler.at({ name: "job", cron, zone }, () => {}),
      SandbarError,
      message,
    );
    assertEquals(error.code, "config_invalid");
  }
  assertEquals(clock.waiting, 0);
  scheduler.at({ name: "job", cron: "0 0 * * *", zone: "UTC" }, () => {});
  assertThrows(
    () => scheduler.at({ name: "job", cron: "0 0 * * *", zone: "UTC" }, () => {}),
    Error,
    "two schedules are called job",
  );
});
