import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { SimulatedClock } from "../../lib/clock/mod.ts";
import { SandbarError, US_PER_DAY, US_PER_MINUTE } from "../../lib/core/mod.ts";
import { generateBars, loadAllSeries, type LoadedSeries } from "../../lib/data/mod.ts";
import { type FeedSpeed, type PacedFeed, recordedFeed } from "../../lib/feeds/mod.ts";
import { LAST_OF_INSTANT, mergePlan } from "../../lib/market/mod.ts";
import type { FeedEvent } from "../../lib/protocols/mod.ts";

const START = "2024-03-08T15:00:00Z";
const { signal } = new AbortController();

/** Minutes of one generated series, from a day on. */
function minutes(symbol: string, seed: number, count: number, skip = 0): LoadedSeries {
  const all = generateBars({ period: "1m", bars: count + skip, seed, calendar: "XNYS" });
  const columns = Object.fromEntries(
    Object.entries(all).map(([name, column]) => [name, column.subarray(skip)]),
  ) as unknown as LoadedSeries["columns"];
  return {
    symbol,
    period: "1m",
    calendar: "XNYS",
    columns,
    length: count,
    firstLine: 0,
    source: "test",
    sha256: "",
    adjusted: "split",
    synthetic: true,
    actions: [],
    tickScale: 100,
  };
}

async function allOf(feed: PacedFeed): Promise<FeedEvent[]> {
  const events: FeedEvent[] = [];
  for (;;) {
    const event = await feed.next(signal);
    events.push(event);
    if (event.kind === "end") return events;
  }
}

Deno.test("recorded feed: an instant holds the same bars in the same order as the plan of a backtest", async () => {
  const series = loadAllSeries(["GOOG", "IBM", "AAPL", "FB"].map((symbol) => ({
    symbol,
    period: "1d",
    adjust: "split" as const,
  }))).map((it) => it.series);
  await using feed = recordedFeed(series, { clock: new SimulatedClock(START), speed: "max" });
  const events = await allOf(feed);
  const lengths = series.map((it) => it.length), rows = lengths.map(() => 0);
  const plan = mergePlan(series.map((it) => it.columns), lengths);
  const bars = events.flatMap((event) =>
    event.kind === "bars"
      ? event.bars.map((bar, i) => ({
        ...bar,
        isLast: i === event.bars.length - 1,
        at: event.timeUs,
      }))
      : []
  );
  assertEquals([events.length, bars.length], [plan.steps + 1, plan.entries.length]);
  plan.entries.forEach((entry, i) => {
    const s = entry & ~LAST_OF_INSTANT, row = rows[s]!++, bar = bars[i]!;
    const { time, closeTime, open, high, low, close, volume } = series[s]!.columns;
    assertEquals(bar, {
      series: s,
      timeUs: time[row]!,
      closeUs: closeTime[row]!,
      open: open[row]!,
      high: high[row]!,
      low: low[row]!,
      close: close[row]!,
      volume: volume[row]!,
      isLast: entry >= LAST_OF_INSTANT,
      at: closeTime[row]!,
    });
  });
  assertEquals([feed.isSynthetic, feed.name], [false, "recorded"]);
});

Deno.test("recorded feed: speed 1 and 60 keep the distances of the closes, a night included", async () => {
  for (const speed of [1, 60, 0.5]) {
    const clock = new SimulatedClock(START), startUs = clock.now();
    const series = [minutes("A", 1, 500), minutes("B", 2, 497, 3)];
    await using feed = recordedFeed(series, { clock, speed });
    const firstUs = series[0]!.columns.closeTime[0]!;
    let last = 0;
    for (;;) {
      const event = await clock.runUntil(feed.next(signal));
      assertEquals(clock.now() - startUs, Math.ceil((event.timeUs - firstUs) / speed));
      last = event.timeUs;
      if (event.kind === "end") break;
    }
    assertEquals(last, series[0]!.columns.closeTime[499]);
    assert(last - firstUs > US_PER_DAY / 2);
    assert(feed.isSynthetic);
  }
});

Deno.test("recorded feed: max waits for nothing and lets others in", async () => {
  const clock = new SimulatedClock(START);
  await using feed = recordedFeed([minutes("A", 1, 2000)], { clock, speed: "max" });
  let others = 0;
  const again = (): void => {
    others++;
    if (others < 10) clock.setTimer(clock.now(), again);
  };
  clock.setTimer(clock.now(), again);
  const before = clock.monotonicUs(), events = await allOf(feed);
  assertEquals([events.length, clock.monotonicUs() - before, others], [2001, 0, 10]);
});

Deno.test("CLK-13 recorded feed: the bars of two hours missing come one after the other, in order", async () => {
  const clock = new SimulatedClock(START);
  await using feed = recordedFeed([minutes("A", 1, 200)], { clock, speed: 1 });
  const first = await feed.next(signal);
  clock.stepTimeOfDay(120 * US_PER_MINUTE);
  for (let i = 1; i <= 120; i++) {
    assertEquals((await feed.next(signal)).timeUs - first.timeUs, i * US_PER_MINUTE);
  }
  assertEquals(clock.monotonicUs(), 0);
  const waiting = feed.next(signal);
  await clock.advance(US_PER_MINUTE - 1);
  assertEquals(clock.waiting, 1);
  await clock.advance(1);
  assertEquals((await waiting).timeUs - first.timeUs, 121 * US_PER_MINUTE);
});

Deno.test("recorded feed: an aborted call loses no event, and closing ends a wait", async () => {
  const clock = new SimulatedClock(START), abort = new AbortController();
  const feed = recordedFeed([minutes("A", 1, 3)], { clock, speed: 1 });
  const first = await feed.next(signal), waiting = feed.next(abort.signal);
  await assertRejects(() => feed.next(signal), Error, "while it was asked");
  abort.abort();
  assertEquals((await assertRejects(() => waiting, DOMException)).name, "AbortError");
  assertEquals(clock.waiting, 0);
  await assertRejects(() => feed.next(abort.signal), DOMException);
  const second = await clock.runUntil(feed.next(signal));
  assertEquals(second.timeUs - first.timeUs, US_PER_MINUTE);
  const last = feed.next(signal);
  await feed[Symbol.asyncDispose]();
  assertEquals((await assertRejects(() => last, DOMException)).name, "AbortError");
  assertEquals(clock.waiting, 0);
});

Deno.test("recorded feed: after the end there is nothing, and a speed that is none is refused", async () => {
  const clock = new SimulatedClock(START), series = [minutes("A", 1, 1)];
  await using feed = recordedFeed(series, { clock, speed: "max" });
  await allOf(feed);
  await assertRejects(() => feed.next(signal), Error, "after its end");
  for (const speed of [0, -1, NaN, Infinity, 2e6]) {
    assertThrows(
      () => recordedFeed(series, { clock, speed: speed as FeedSpeed }),
      SandbarError,
      "give a number above 0",
    );
  }
});
