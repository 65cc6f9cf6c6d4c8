import { assert, assertEquals, assertThrows } from "@std/assert";
import { type Host, SystemClock } from "../../lib/clock/mod.ts";
import { US_PER_DAY, US_PER_HOUR } from "../../lib/core/mod.ts";
import { testClock } from "../contract/clock_contract.ts";

// The only tests that wait for real: some milliseconds each. That nothing stays set at the machine is the sanitizer's finding.
testClock("system clock", () => {
  const clock = new SystemClock();
  return { clock, pass: (us) => clock.sleep(us), waiting: () => clock.waiting };
}, 4_000);

Deno.test("CLK-01 system clock: is the time of this machine", () => {
  const clock = new SystemClock(), before = Date.now() * 1000;
  const nowUs = clock.now(), after = (Date.now() + 1) * 1000;
  assert(before <= nowUs && nowUs <= after, `${nowUs} is not in ${before} to ${after}`);
});

/** A machine whose two times are set by hand, and which fires what is due when it is told to. */
class Machine implements Host {
  wallUs = 1e15;
  upUs = 0;
  /** Every wait that the clock asked for, milliseconds. */
  readonly asked: number[] = [];
  readonly #calls = new Set<{ readonly dueUs: number; readonly fire: () => void }>();

  timeOfDayUs(): number {
    return this.wallUs;
  }

  monotonicUs(): number {
    return this.upUs;
  }

  callAfter(ms: number, fire: () => void): () => void {
    this.asked.push(ms);
    const call = { dueUs: this.upUs + ms * 1000, fire };
    this.#calls.add(call);
    return () => this.#calls.delete(call);
  }

  get pending(): number {
    return this.#calls.size;
  }

  run(us: number): void {
    const endUs = this.upUs + us;
    for (;;) {
      const [next] = [...this.#calls].sort((a, b) => a.dueUs - b.dueUs);
      if (next === undefined || next.dueUs > endUs) break;
      this.#calls.delete(next);
      this.#goTo(next.dueUs);
      next.fire();
    }
    this.#goTo(endUs);
  }

  #goTo(upUs: number): void {
    this.wallUs += upUs - this.upUs;
    this.upUs = upUs;
  }
}

Deno.test("CLK-01 system clock: monotonic time never decreases, whatever the time of day does", () => {
  const machine = new Machine(), clock = new SystemClock(machine);
  machine.run(10_000_000);
  machine.wallUs -= US_PER_HOUR;
  assertEquals([clock.now(), clock.monotonicUs()], [1e15 + 1e7 - US_PER_HOUR, 1e7]);
  machine.upUs -= 5;
  assertEquals(clock.monotonicUs(), 1e7);
});

Deno.test("CLK-01 system clock: a wait past 2^31 ms is split and comes when it is due", () => {
  const machine = new Machine(), clock = new SystemClock(machine), dueUs = 1e15 + 60 * US_PER_DAY;
  let firedUs = 0;
  clock.setTimer(dueUs, () => firedUs = clock.now());
  machine.run(59 * US_PER_DAY);
  assertEquals(firedUs, 0);
  machine.run(2 * US_PER_DAY);
  assertEquals([firedUs, machine.pending], [dueUs, 0]);
  assert(machine.asked.every((ms) => ms <= 30_000));
});

Deno.test("CLK-13 system clock: a timer follows a time of day that was set, within half a minute", () => {
  const machine = new Machine(), clock = new SystemClock(machine), fired: string[] = [];
  clock.setTimer(clock.now() + US_PER_HOUR, () => fired.push("timer"));
  clock.sleep(US_PER_HOUR);
  machine.run(1e6);
  machine.wallUs += 2 * US_PER_HOUR;
  machine.run(30e6);
  assertEquals(fired, ["timer"]);
  clock.setTimer(clock.now() + 1e6, () => fired.push("later"));
  machine.wallUs -= 20e6;
  machine.run(20e6);
  assertEquals(fired.length, 1);
  machine.run(1e6);
  assertEquals(fired, ["timer", "later"]);
  assertEquals(clock.waiting, 1);
});

Deno.test("system clock: asks the machine for one call, and for none when nothing waits", () => {
  const machine = new Machine(), clock = new SystemClock(machine), at = clock.now();
  const ids = [5, 3, 9].map((seconds) => clock.setTimer(at + seconds * 1e6, () => {}));
  assertEquals([machine.pending, machine.asked], [1, [5000, 3000]]);
  for (const id of ids) assert(clock.cancelTimer(id));
  assertEquals([machine.pending, clock.waiting], [0, 0]);
});

Deno.test("system clock: an error in one callback does not keep the others from firing", () => {
  const machine = new Machine(), clock = new SystemClock(machine);
  let fired = 0;
  clock.setTimer(clock.now() + 5, () => {
    throw new Error("a callback's own");
  });
  clock.setTimer(clock.now() + 6, () => fired++);
  assertThrows(() => machine.run(2_000), Error, "a callback's own");
  machine.run(2_000);
  assertEquals([fired, machine.pending], [1, 0]);
});
