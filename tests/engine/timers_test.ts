/**
 * Timers and session events of a strategy (CLK-07, SBX-22).
 *
 * @module
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { parseIso, US_PER_HOUR, US_PER_MINUTE } from "../../lib/core/mod.ts";
import { MAX_TIMERS, TimerQueue } from "../../lib/engine/timers.ts";
import type { SessionEvent } from "../../lib/strategy/mod.ts";
import { dailyBars, type PriceRow, runStrategy } from "./support.ts";

const flat: PriceRow = [100, 101, 99, 100];

Deno.test("timers: fire by due time, then in the order in which they were made, whatever is cancelled (CLK-07)", () => {
  const doing = fc.oneof(
    { weight: 3, arbitrary: fc.record({ due: fc.nat(20), every: fc.constantFrom(0, 0, 3, 5) }) },
    { weight: 1, arbitrary: fc.record({ cancel: fc.integer({ min: 1, max: 20 }) }) },
    { weight: 1, arbitrary: fc.record({ until: fc.nat(20) }) },
  );
  fc.assert(
    fc.property(fc.array(doing, { maxLength: 30 }), (doings) => {
      const queue = new TimerQueue();
      // The model: a list that is sorted anew for each firing.
      let model: { id: number; due: number; every: number }[] = [], nowUs = 0, lastId = 0;
      for (const each of doings) {
        if ("due" in each) {
          const id = queue.add("t", nowUs + each.due, each.every);
          assertEquals(id, ++lastId);
          model.push({ id, due: nowUs + each.due, every: each.every });
        } else if ("cancel" in each) {
          const waits = model.some((timer) => timer.id === each.cancel);
          assertEquals(queue.cancel(each.cancel), waits);
          model = model.filter((timer) => timer.id !== each.cancel);
        } else {
          const until = nowUs + each.until;
          for (;;) {
            model.sort((a, b) => a.due - b.due || a.id - b.id);
            assertEquals(queue.nextDueUs, model[0]?.due ?? Infinity);
            if (model.length === 0 || model[0]!.due > until) break;
            const first = model.shift()!;
            assertEquals(queue.take(), { id: first.id, name: "t", time: first.due });
            if (first.every > 0) model.push({ ...first, due: first.due + first.every });
          }
          nowUs = until;
        }
      }
    }),
    { numRuns: 500 },
  );
});

Deno.test("timers: at most 1,000 wait", () => {
  const queue = new TimerQueue();
  for (let i = 0; i < MAX_TIMERS; i++) queue.add("t", i, 0);
  assertThrows(() => queue.add("t", 1, 0), RangeError, "more than 1000 timers wait");
  queue.take();
  queue.add("t", 1, 0);
});

Deno.test("timers: fire between bars at their own due time; the close of a bar comes first (CLK-07)", () => {
  const bars = dailyBars("A", [flat, flat, flat]), story: string[] = [];
  const hour = (us: number): string => new Date(us / 1000).toISOString().slice(5, 16);
  runStrategy({
    bars: [bars],
    strategy: ({ data }) => ({
      onBar: (bar, t): void => {
        story.push(`bar ${hour(t.now)}`);
        if (bar.count !== 1) return;
        data.timer("second", { afterMinutes: 120 });
        data.timer("at once", { afterMinutes: 0 });
        data.timer("first", { afterMinutes: 60 });
        data.timer("also second", { afterMinutes: 120 });
        data.timer("at the close", { at: bars.closeTime[1]! });
        data.timer("after the end", { at: bars.closeTime[2]! + US_PER_HOUR });
        const cancelled = data.timer("cancelled", { afterMinutes: 90 });
        assert(data.cancelTimer(cancelled));
        assert(!data.cancelTimer(cancelled));
      },
      onTimer: (timer, t): void => {
        assertEquals(t.now, timer.time);
        story.push(`${timer.name} ${hour(t.now)}`);
        if (timer.name === "first") data.timer("child", { afterMinutes: 60 });
      },
    }),
  });
  assertEquals(story, [
    "bar 01-02T21:00",
    "at once 01-02T21:00",
    "first 01-02T22:00",
    "second 01-02T23:00",
    "also second 01-02T23:00",
    "child 01-02T23:00",
    "bar 01-03T21:00",
    "at the close 01-03T21:00",
    "bar 01-04T21:00",
  ]);
});

Deno.test("timers: a repeating one keeps its rhythm and can end itself", () => {
  const bars = dailyBars("A", [flat, flat]), due: number[] = [];
  runStrategy({
    bars: [bars],
    strategy: ({ data }) => ({
      onBar: (bar): void => void (bar.count === 1 && data.timer("hourly", { everyMinutes: 60 })),
      onTimer: (timer): void => {
        due.push((timer.time - bars.closeTime[0]!) / US_PER_HOUR);
        if (due.length === 5) assert(data.cancelTimer(timer.id));
      },
    }),
  });
  assertEquals(due, [1, 2, 3, 4, 5]);
});

Deno.test("timers: wrong ones are refused with a sentence", () => {
  const messages: string[] = [];
  runStrategy({
    bars: [dailyBars("A", [flat])],
    strategy: ({ data }) => ({
      onBar: (): void => {
        const refusals = [
          () => data.timer("t", { at: 1 }),
          () => data.timer("t", { everyMinutes: 0.5 }),
          () => data.timer("t", {}),
          () => data.timer("t", { at: 1, afterMinutes: 1 }),
          () => data.timer("t", { afterMinutes: -1 }),
          () => data.timer("t", { afterMinute: 1 } as never),
        ];
        for (const refused of refusals) {
          messages.push(assertThrows(refused, RangeError).message);
        }
      },
    }),
  });
  assertEquals(messages, [
    'timer "t" is due before now',
    "data.timer: everyMinutes must be at least 1, found 0.5",
    "data.timer needs exactly one of at, afterMinutes, everyMinutes",
    "data.timer needs exactly one of at, afterMinutes, everyMinutes",
    "data.timer: afterMinutes must be a number of at least 0, found -1",
    'data.timer: unknown field "afterMinute" (did you mean "afterMinutes"?)',
  ]);
});

Deno.test("timers: a runaway between two bars is stopped", () => {
  const run = (): unknown =>
    runStrategy({
      bars: [dailyBars("A", [flat, flat])],
      strategy: ({ data }) => ({
        onStart: (): void => void data.timer("again", { afterMinutes: 0 }),
        onTimer: (): void => void data.timer("again", { afterMinutes: 0 }),
      }),
    });
  assertThrows(run, RangeError, "quota: more than 10000 timer events between two bars");
});

Deno.test("sessions: each opens and closes around its bars, half days and holidays included", () => {
  const bars = dailyBars("A", [flat, flat, flat], "2024-07-02"), story: string[] = [];
  runStrategy({
    bars: [bars],
    strategy: {
      onSession: ({ kind, time }: SessionEvent): void =>
        void story.push(`${kind} ${new Date(time / 1000).toISOString().slice(0, 16)}`),
      onBar: (bar): void => void story.push(`bar ${bar.count}`),
    },
  });
  // 3 July closes at 13:00 New York, 4 July is a holiday.
  assertEquals(story, [
    "open 2024-07-02T13:30",
    "bar 1",
    "close 2024-07-02T20:00",
    "open 2024-07-03T13:30",
    "bar 2",
    "close 2024-07-03T17:00",
    "open 2024-07-05T13:30",
    "bar 3",
    "close 2024-07-05T20:00",
  ]);
});

Deno.test("sessions: on a market that never closes one ends as the next begins", () => {
  const bars = dailyBars("C", [flat, flat], "2024-01-05", "always_open"), story: string[] = [];
  runStrategy({
    bars: [bars],
    calendars: ["always_open"],
    strategy: {
      onSession: ({ kind, time }): void =>
        void story.push(
          `${kind} ${(time - parseIso("2024-01-05T00:00:00Z")) / (24 * US_PER_HOUR)}`,
        ),
      onBar: (bar): void => void story.push(`bar ${bar.count}`),
    },
  });
  assertEquals(story, ["open 0", "bar 1", "close 1", "open 1", "bar 2", "close 2", "open 2"]);
});

Deno.test("sessions: a run that begins within one hears of its close first", () => {
  const bars = dailyBars("A", [flat]);
  bars.time[0]! += 90 * US_PER_MINUTE;
  const kinds: string[] = [];
  runStrategy({
    bars: [bars],
    strategy: { onSession: ({ kind }): void => void kinds.push(kind) },
  });
  assertEquals(kinds, ["close"]);
});
