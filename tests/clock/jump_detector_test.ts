import { assertEquals } from "@std/assert";
import { type ClockJump, JumpDetector, SimulatedClock, watchJumps } from "../../lib/clock/mod.ts";
import { US_PER_DAY, US_PER_HOUR, US_PER_MINUTE } from "../../lib/core/mod.ts";

const START = "2024-03-08T14:30:00Z";

Deno.test("CLK-13 jump detector: even time is no jump, not even over days", async () => {
  const clock = new SimulatedClock(START), detector = new JumpDetector(clock, US_PER_MINUTE);
  for (let i = 0; i < 3 * 1440; i++) {
    await clock.advance(US_PER_MINUTE);
    assertEquals(detector.beat(), undefined);
  }
});

Deno.test("CLK-13 jump detector: a step above 5 s either way is told once, with its size", async () => {
  for (const byUs of [5_000_001, -5_000_001, 2 * US_PER_HOUR, -2 * US_PER_HOUR]) {
    const clock = new SimulatedClock(START), detector = new JumpDetector(clock, US_PER_MINUTE);
    await clock.advance(1e6);
    clock.stepTimeOfDay(byUs);
    assertEquals(detector.beat(), { kind: "moved", timeUs: clock.now(), byUs });
    assertEquals(detector.beat(), undefined);
  }
});

Deno.test("CLK-13 jump detector: 5 s are borne, small steps add up, a slewed clock is followed", async () => {
  const clock = new SimulatedClock(START), detector = new JumpDetector(clock, US_PER_MINUTE);
  clock.stepTimeOfDay(5_000_000);
  assertEquals(detector.beat(), undefined);
  clock.stepTimeOfDay(1);
  assertEquals(detector.beat(), { kind: "moved", timeUs: clock.now(), byUs: 5_000_001 });
  // 400 ppm for a day make 34 s.
  for (let i = 0; i < 8_640; i++) {
    await clock.advance(10e6);
    clock.stepTimeOfDay(4_000);
    assertEquals(detector.beat(), undefined);
  }
  clock.stepTimeOfDay(-5_000_001);
  assertEquals(detector.beat()?.kind, "moved");
});

Deno.test("CLK-13 jump detector: a silence longer than a period is told, a whole period is not", async () => {
  const clock = new SimulatedClock(START), detector = new JumpDetector(clock, US_PER_MINUTE);
  await clock.advance(US_PER_MINUTE);
  assertEquals(detector.beat(), undefined);
  await clock.advance(US_PER_MINUTE + 1);
  const timeUs = clock.now();
  assertEquals(detector.beat(), { kind: "silence", timeUs, forUs: US_PER_MINUTE + 1 });
  assertEquals(detector.beat(), undefined);
});

Deno.test("CLK-13 watchJumps: two hours missing are told within a quarter of a period", async () => {
  const clock = new SimulatedClock(START), abort = new AbortController(), jumps: ClockJump[] = [];
  const watching = watchJumps(clock, {
    longestSilenceUs: US_PER_MINUTE,
    signal: abort.signal,
    onJump: (jump) => jumps.push(jump),
  });
  await clock.advance(US_PER_DAY);
  assertEquals(jumps, []);
  clock.stepTimeOfDay(2 * US_PER_HOUR);
  await clock.advance(US_PER_MINUTE / 4);
  assertEquals(jumps.map((it) => it.kind === "moved" && it.byUs), [2 * US_PER_HOUR]);
  abort.abort();
  await watching;
  assertEquals(clock.waiting, 0);
});
