import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { FeedQueue } from "../../lib/feeds/mod.ts";
import type { FeedEvent } from "../../lib/protocols/mod.ts";

const { signal } = new AbortController();

function quote(series: number, timeUs: number): FeedEvent {
  return { kind: "quote", timeUs, series, bid: 1, ask: 2, bidSize: 1, askSize: 1 };
}

function bars(timeUs: number, count = 1): FeedEvent {
  const bar = { timeUs, closeUs: timeUs + 1, open: 1, high: 1, low: 1, close: 1, volume: 1 };
  const list = Array.from({ length: count }, (_, series) => ({ series, ...bar }));
  return { kind: "bars", timeUs, bars: list };
}

/** Takes all that waits. */
async function drain(queue: FeedQueue): Promise<FeedEvent[]> {
  const events: FeedEvent[] = [];
  while (queue.size > 0) events.push(await queue.next(signal));
  return events;
}

Deno.test("DAT-20 feed queue: quotes merge to the latest, in its place; bars stay", async () => {
  const queue = new FeedQueue(10);
  for (const event of [quote(0, 1), quote(1, 2), bars(3), quote(0, 4), bars(5), quote(0, 6)]) {
    assert(queue.push(event));
  }
  assertEquals(await drain(queue), [quote(1, 2), bars(3), bars(5), quote(0, 6)]);
  assertEquals(queue.counts(), { merged: 2, refused: 0 });
  queue.push(quote(0, 7));
  assertEquals(await drain(queue), [quote(0, 7)]);
  assertEquals(queue.counts().merged, 2);
});

Deno.test("DAT-20 feed queue: what no longer fits is refused, counted, and told where it was", async () => {
  const queue = new FeedQueue(2), pushed = [bars(1), bars(2), bars(3, 4), quote(0, 4), bars(5)];
  assertEquals(pushed.map((event) => queue.push(event)), [true, true, false, true, false]);
  const fault = { kind: "overflow", refused: 5, fromUs: 3, toUs: 5 } as const;
  assertEquals(await queue.next(signal), bars(1));
  assert(queue.push(bars(6)));
  assert(!queue.push(bars(7)));
  assert(queue.push({ kind: "end", timeUs: 8 }), "the end is never refused");
  assertEquals(await drain(queue), [
    bars(2),
    { kind: "fault", timeUs: 3, fault },
    quote(0, 4),
    bars(6),
    { kind: "fault", timeUs: 7, fault: { kind: "overflow", refused: 1, fromUs: 7, toUs: 7 } },
    { kind: "end", timeUs: 8 },
  ]);
  assertEquals(queue.counts(), { merged: 0, refused: 6 });
});

Deno.test("DAT-20 feed queue: any pushes and reads keep bars, the latest quotes, time and the bound", async () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant("quote" as const), series: fc.nat(3) }),
    fc.constant({ kind: "bars" as const }),
    fc.constant({ kind: "read" as const }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 80 }),
      fc.integer({ min: 1, max: 6 }),
      async (steps, capacity) => {
        const queue = new FeedQueue(capacity), read: FeedEvent[] = [];
        const accepted: number[] = [], latest = new Map<number, number>();
        let refused = 0;
        for (const [timeUs, it] of steps.entries()) {
          if (it.kind === "read") {
            if (queue.size > 0) read.push(await queue.next(signal));
          } else if (it.kind === "quote") {
            queue.push(quote(it.series, timeUs));
            latest.set(it.series, timeUs);
          } else if (queue.push(bars(timeUs))) accepted.push(timeUs);
          else refused++;
          // Four quotes, the bars, and a fault before, between and after them.
          assert(queue.size <= 4 + capacity + capacity + 1);
        }
        read.push(...await drain(queue));
        const times = read.map((event) => event.timeUs);
        assertEquals(times, times.toSorted((a, b) => a - b));
        assertEquals(read.flatMap((it) => it.kind === "bars" ? [it.timeUs] : []), accepted);
        let told = 0;
        for (const event of read) {
          if (event.kind === "fault" && event.fault.kind === "overflow") {
            told += event.fault.refused;
          }
        }
        assertEquals([told, queue.counts().refused], [refused, refused]);
        for (const [series, timeUs] of latest) {
          const last = read.findLast((it) => it.kind === "quote" && it.series === series);
          assertEquals(last?.timeUs, timeUs);
        }
      },
    ),
    { seed: 11, numRuns: 300 },
  );
});

Deno.test("feed queue: a read waits for the next push, an abort ends it and loses nothing", async () => {
  const queue = new FeedQueue(2), abort = new AbortController();
  const waiting = queue.next(abort.signal);
  await assertRejects(() => queue.next(signal), Error, "while it was asked");
  queue.push(bars(1));
  assertEquals(await waiting, bars(1));
  const aborted = queue.next(abort.signal);
  abort.abort();
  assertEquals((await assertRejects(() => aborted, DOMException)).name, "AbortError");
  queue.push(bars(2));
  await assertRejects(() => queue.next(abort.signal), DOMException);
  assertEquals(await queue.next(signal), bars(2));
});

Deno.test("feed queue: a failure of the source comes after what it had sent", async () => {
  const queue = new FeedQueue(2);
  queue.push(bars(1));
  queue.fail(new Error("the line is dead"));
  assertEquals(await queue.next(signal), bars(1));
  await assertRejects(() => queue.next(signal), Error, "the line is dead");
  const other = new FeedQueue(2), waiting = other.next(signal);
  other.fail(new Error("dead too"));
  await assertRejects(() => waiting, Error, "dead too");
});

Deno.test("DAT-20 feed queue: 500 symbols of quotes a hundred times over leave one each", async () => {
  const queue = new FeedQueue(100);
  for (let i = 0; i < 50_000; i++) queue.push(quote(i % 500, i));
  const events = await drain(queue);
  assertEquals([events.length, events[0]?.timeUs, queue.counts().merged], [500, 49_500, 49_500]);
});
