import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import { SimulatedClock } from "../../lib/clock/mod.ts";
import { parseIso, SandbarError, US_PER_DAY, US_PER_HOUR } from "../../lib/core/mod.ts";
import { testClock } from "../contract/clock_contract.ts";

const START = "2024-03-08T14:30:00Z", START_US = parseIso(START);

testClock("simulated clock", () => {
  const clock = new SimulatedClock(START);
  return { clock, pass: (us) => clock.advance(us), waiting: () => clock.waiting };
}, 1_000_000);

Deno.test("CLK-03 simulated clock: starts at an instant, a text without a zone is refused", () => {
  assertEquals(new SimulatedClock("2024-03-08T09:30:00.25-05:00").now(), START_US + 250_000);
  assertEquals(new SimulatedClock(START_US).now(), START_US);
  assertThrows(() => new SimulatedClock("2024-03-08T14:30:00"), SandbarError, "zone");
  assertThrows(() => new SimulatedClock("tomorrow"), SandbarError, "2024-12-31T14:30:00Z");
  assertThrows(() => new SimulatedClock(1.5), Error, "1.5");
});

Deno.test("CLK-03 simulated clock: goes forward from fractions of a second to days, never back", async () => {
  const clock = new SimulatedClock(START);
  await clock.advance(1);
  await clock.advance(0.5 * 1e6);
  await clock.advance(3 * US_PER_DAY);
  assertEquals(clock.now() - START_US, 3 * US_PER_DAY + 500_001);
  assertEquals(clock.monotonicUs(), 3 * US_PER_DAY + 500_001);
  await assertRejects(() => clock.advance(-1), Error, "-1");
  await assertRejects(() => clock.advance(0.5), Error, "whole");
  await assertRejects(() => clock.advanceTo(START_US), Error, "forward");
  assertEquals(clock.now() - START_US, 3 * US_PER_DAY + 500_001);
});

Deno.test("CLK-07 simulated clock: in any advance each callback sees its own due time, in order", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(50), { maxLength: 40 }), async (delays) => {
      const clock = new SimulatedClock(START), seen: [number, number][] = [];
      delays.forEach((delay, index) => {
        const note = (): void => void seen.push([clock.now() - START_US, index]);
        if (index % 3 === 0) clock.sleep(delay).then(note);
        else clock.setTimer(START_US + delay, note);
      });
      await clock.advance(60);
      const expected = delays.map((delay, index) => [delay, index] as const)
        .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
      assertEquals(seen, expected.map((it) => [...it]));
      assertEquals([clock.now(), clock.waiting], [START_US + 60, 0]);
    }),
    { seed: 7 },
  );
});

Deno.test("CLK-07 simulated clock: a chain of sleeps wakes exactly at each due time inside one advance", async () => {
  const clock = new SimulatedClock(START), woken: number[] = [];
  const chain = (async (): Promise<void> => {
    for (let i = 0; i < 5; i++) {
      await clock.sleep(7);
      woken.push(clock.now() - START_US);
    }
  })();
  await clock.advance(30);
  assertEquals(woken, [7, 14, 21, 28]);
  await clock.advanceToNext();
  await chain;
  assertEquals([woken.at(-1), clock.now() - START_US], [35, 35]);
  assertEquals(await clock.advanceToNext(), false);
});

Deno.test("CLK-13 simulated clock: a step of the time of day moves timers, not sleeps", async () => {
  const clock = new SimulatedClock(START), fired: string[] = [];
  clock.setTimer(START_US + US_PER_HOUR, () => fired.push("timer"));
  clock.sleep(US_PER_HOUR).then(() => fired.push("sleep"));
  clock.stepTimeOfDay(-600);
  await clock.advance(US_PER_HOUR);
  assertEquals(fired, ["sleep"]);
  assertEquals(clock.now() - START_US, US_PER_HOUR - 600);
  clock.stepTimeOfDay(600);
  await clock.sleep(0);
  assertEquals(fired, ["sleep", "timer"]);
  assertEquals(clock.monotonicUs(), US_PER_HOUR);
});

Deno.test("simulated clock: runUntil goes on until a promise is settled, within its bound", async () => {
  const clock = new SimulatedClock(START);
  const far = async (): Promise<string> => {
    await clock.sleep(US_PER_DAY);
    await clock.sleep(US_PER_DAY);
    return "there";
  };
  assertEquals(await clock.runUntil(far()), "there");
  assertEquals(clock.now() - START_US, 2 * US_PER_DAY);
  await assertRejects(() => clock.runUntil(far(), US_PER_HOUR), Error, "not settled within");
  await clock.advance(2 * US_PER_DAY);
  await assertRejects(() => clock.runUntil(new Promise(() => {})), Error, "no timer waits");
  await assertRejects(() => clock.runUntil(Promise.reject(new Error("mine"))), Error, "mine");
});

Deno.test("simulated clock: two moves at once, and a timer that is always due again, are found", async () => {
  const clock = new SimulatedClock(START), moving = clock.advance(5);
  await assertRejects(() => clock.advance(5), Error, "while it moves");
  await moving;
  const again = (): void => void clock.setTimer(clock.now(), again);
  const id = clock.setTimer(clock.now() + 1, again);
  await assertRejects(() => clock.advance(2), Error, "always due again");
  assertEquals([clock.cancelTimer(id), clock.waiting], [false, 1]);
  clock.cancelTimer(id + 100_000);
  assertEquals(clock.waiting, 0);
});

Deno.test("simulated clock: one timer more than may wait is refused", () => {
  const clock = new SimulatedClock(START), set = (): number => clock.setTimer(START_US + 1e9, set);
  for (let i = 0; i < 10_000; i++) set();
  assertThrows(set, Error, "10000 timers");
});

Deno.test("TST-01 simulated clock: a week of one-minute sleeps is over in an instant, without real timers", async () => {
  const clock = new SimulatedClock(START);
  let minutes = 0;
  const week = (async (): Promise<void> => {
    for (; minutes < 7 * 1440; minutes++) await clock.sleep(60e6);
  })();
  await clock.runUntil(week);
  assertEquals([minutes, clock.monotonicUs()], [10_080, 7 * US_PER_DAY]);
});
