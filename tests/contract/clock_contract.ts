/**
 * What every clock promises, as tests over one that the caller makes and passes time on.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Clock } from "../../lib/protocols/mod.ts";

/** A clock under test. */
export interface ClockUnderTest {
  readonly clock: Clock;
  /** Lets so much time pass, or a little more on a clock that cannot be held. */
  pass(durationUs: number): Promise<void>;
  /** Number of timers that the clock has set at the machine or keeps. */
  waiting(): number;
}

/** Registers the tests. `unitUs` is the wait that they count in: tiny where it is real. */
export function testClock(name: string, make: () => ClockUnderTest, unitUs: number): void {
  const test = (what: string, run: (it: ClockUnderTest) => Promise<void>): void => {
    Deno.test(`CLK-01 ${name}: ${what}`, () => run(make()));
  };

  test("both times are whole microseconds and go on together", async ({ clock, pass }) => {
    const before = clock.now(), monotonicUs = clock.monotonicUs();
    assert(Number.isSafeInteger(before) && Number.isSafeInteger(monotonicUs));
    await pass(unitUs);
    assert(clock.now() - before >= unitUs && clock.monotonicUs() - monotonicUs >= unitUs);
  });

  test("a timer fires when its time has come and not before", async ({ clock, pass }) => {
    const dueUs = clock.now() + unitUs;
    let firedUs = 0;
    clock.setTimer(dueUs, () => firedUs = clock.now());
    assertEquals(firedUs, 0);
    await pass(2 * unitUs);
    assert(firedUs >= dueUs, `due at ${dueUs}, fired at ${firedUs}`);
  });

  test("CLK-07 timers fire by due time, then as they were set", async ({ clock, pass }) => {
    const at = clock.now(), fired: string[] = [];
    const set = (units: number, label: string): number =>
      clock.setTimer(at + units * unitUs, () => fired.push(label));
    set(3, "late");
    set(1, "first");
    set(2, "x");
    set(2, "y");
    set(1, "second");
    await pass(4 * unitUs);
    assertEquals(fired, ["first", "second", "x", "y", "late"]);
  });

  test("a timer that is past fires at once, not within the call", async ({ clock, pass }) => {
    const at = clock.now(), fired: string[] = [];
    clock.setTimer(at - 5, () => fired.push("past"));
    clock.setTimer(at - 9, () => fired.push("longer past"));
    assertEquals(fired, []);
    await clock.sleep(0);
    assertEquals(fired, ["longer past", "past"]);
    await pass(0);
    assertEquals(fired.length, 2);
  });

  test("a timer set by a timer for now fires too", async ({ clock, pass }) => {
    const at = clock.now(), fired: number[] = [];
    clock.setTimer(at, () => {
      fired.push(1);
      clock.setTimer(at, () => fired.push(2));
      assertEquals(fired, [1]);
    });
    await pass(unitUs);
    assertEquals(fired, [1, 2]);
  });

  test("a cancelled timer never fires and is cancelled once", async ({ clock, pass, waiting }) => {
    let fired = 0;
    const id = clock.setTimer(clock.now() + unitUs, () => fired++);
    const kept = clock.setTimer(clock.now() + unitUs, () => fired += 10);
    assert(clock.cancelTimer(id));
    assert(!clock.cancelTimer(id));
    await pass(2 * unitUs);
    assertEquals([fired, waiting()], [10, 0]);
    assert(!clock.cancelTimer(kept), "a timer that has fired cannot be cancelled");
    assert(!clock.cancelTimer(987_654));
  });

  test("a sleep resolves when its span has passed", async ({ clock, pass, waiting }) => {
    const fromUs = clock.monotonicUs();
    let wokenUs = 0;
    const slept = clock.sleep(unitUs).then(() => wokenUs = clock.monotonicUs());
    await pass(2 * unitUs);
    await slept;
    assert(wokenUs >= fromUs + unitUs);
    assertEquals(waiting(), 0);
  });

  test("sleepUntil resolves at the time of day, at once when it is past", async (it) => {
    const { clock, pass } = it, dueUs = clock.now() + unitUs;
    let wokenUs = 0;
    const slept = clock.sleepUntil(dueUs).then(() => wokenUs = clock.now());
    await pass(2 * unitUs);
    await slept;
    assert(wokenUs >= dueUs);
    await clock.sleepUntil(dueUs);
  });

  test("an aborted sleep rejects with AbortError and leaves no timer", async (it) => {
    const { clock, waiting } = it, abort = new AbortController(), { signal } = abort;
    const sleeps = [
      clock.sleep(1e12, { signal }),
      clock.sleepUntil(clock.now() + 1e12, { signal }),
    ];
    const refused = sleeps.map((sleep) => assertRejects(() => sleep, DOMException));
    abort.abort(new Error("any reason"));
    for (const error of await Promise.all(refused)) assertEquals(error.name, "AbortError");
    assertEquals(waiting(), 0);
    const later = await assertRejects(() => clock.sleep(1, { signal }), DOMException);
    assertEquals([later.name, waiting()], ["AbortError", 0]);
  });

  test("an abort after the sleep does nothing", async ({ clock, waiting }) => {
    const abort = new AbortController();
    await clock.sleep(0, { signal: abort.signal });
    abort.abort();
    assertEquals(waiting(), 0);
  });

  test("sleep(0) lets everything that is ready run first", async ({ clock }) => {
    let steps = 0;
    (async (): Promise<void> => {
      for (; steps < 100; steps++) await null;
    })();
    await clock.sleep(0);
    assertEquals(steps, 100);
  });
}
