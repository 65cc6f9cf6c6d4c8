import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { SimulatedClock } from "../../lib/clock/mod.ts";
import {
  formatIso,
  parseDay,
  parseIso,
  SandbarError,
  type TimeUs,
  US_PER_DAY,
} from "../../lib/core/mod.ts";
import { sessionsBetween } from "../../lib/calendar/mod.ts";
import {
  expectedBars,
  FeedGuard,
  simulatedFeed,
  type SimulatedFeedOptions,
} from "../../lib/feeds/mod.ts";
import { parsePeriod } from "../../lib/market/mod.ts";
import type { FeedBar, FeedEvent } from "../../lib/protocols/mod.ts";

const { signal } = new AbortController();
const START = "2024-03-08T15:00:00Z", SYMBOLS = ["SPY", "AAPL", "MSFT", "GOOGL", "IBM"];

type Changes = Partial<SimulatedFeedOptions>;

/** Returns the first events of a feed of minutes on New York sessions. */
async function eventsOf(
  symbols: readonly string[],
  count: number,
  changes: Changes = {},
): Promise<FeedEvent[]> {
  const clock = new SimulatedClock(START), events: FeedEvent[] = [];
  const options = { clock, speed: "max", period: "1m", calendar: "XNYS", seed: 5 } as const;
  await using feed = simulatedFeed(symbols, { ...options, ...changes });
  assert(feed.isSynthetic);
  while (events.length < count && events.at(-1)?.kind !== "end") {
    events.push(await feed.next(signal));
  }
  return events;
}

function barsOf(events: readonly FeedEvent[], series = 0): FeedBar[] {
  return events.flatMap((it) => it.kind === "bars" ? [it.bars[series]!] : []);
}

async function hashOf(events: readonly FeedEvent[]): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(events));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex().slice(0, 16);
}

Deno.test("DAT-12 simulated feed: a seed gives the same bytes on every machine, another seed others", async () => {
  const withQuotes = true;
  assertEquals(await hashOf(await eventsOf(SYMBOLS, 3000, { withQuotes })), HASH_OF_SEED_5);
  assertNotEquals(
    await hashOf(await eventsOf(SYMBOLS, 3000, { withQuotes, seed: 6 })),
    HASH_OF_SEED_5,
  );
});

// Written down once: a change means that everybody's simulated market changes.
const HASH_OF_SEED_5 = "bd4183f425e3918f";

Deno.test("DAT-12 simulated feed: each bar is one, in order, none missing, all series at each instant", async () => {
  for (
    const [period, calendar] of [["1m", "XNYS"], ["1h", "XLON"], ["5m", "always_open"], [
      "1d",
      "XNYS",
    ]] as const
  ) {
    const events = await eventsOf(SYMBOLS, 1200, { period, calendar });
    const grid = { calendar, period: parsePeriod(period) };
    const guard = new FeedGuard(SYMBOLS.map(() => grid));
    for (const event of events) {
      assert(event.kind === "bars" && event.bars.length === 5);
      event.bars.forEach((bar, series) => {
        assertEquals([bar.series, bar.closeUs], [series, event.timeUs]);
        assertEquals(guard.take(bar), { isDelivered: true, fault: undefined });
        for (const price of [bar.open, bar.high, bar.low, bar.close]) {
          assertEquals(Math.round(price * 100) / 100, price);
        }
      });
    }
    const first = events[0]!.timeUs, last = barsOf(events).at(-1)!.timeUs;
    assertEquals(expectedBars(grid, first, last), 1200 - 2);
  }
});

Deno.test("DAT-11 simulated feed: starts near the prices that people know", async () => {
  const [first] = await eventsOf(SYMBOLS, 1, { period: "1d" });
  [450, 180, 380, 140, 100].forEach((price, series) => {
    const { open } = barsOf([first!], series)[0]!;
    assert(Math.abs(open / price - 1) < 0.02, `${SYMBOLS[series]} opens at ${open}`);
  });
});

Deno.test("DAT-11 simulated feed: moves 2 % a day and trades 10 million", async () => {
  for (const calendar of ["XNYS", "always_open"] as const) {
    const bars = barsOf(await eventsOf(["SPY"], 1500, { period: "1d", calendar }));
    const returns = bars.slice(1).map((bar, i) => bar.close / bars[i]!.close - 1);
    const deviation = Math.sqrt(returns.reduce((sum, it) => sum + it * it, 0) / returns.length);
    // The error of a deviation of 1,500 values is 1.8 % of it; three of them.
    assert(Math.abs(deviation / 0.02 - 1) < 0.055, `${calendar}: ${deviation}`);
    const volume = bars.reduce((sum, bar) => sum + bar.volume, 0) / bars.length;
    assert(Math.abs(volume / 1e7 - 1) < 0.03, `${calendar}: ${volume}`);
  }
  const minutes = barsOf(
    await eventsOf(["SPY"], 390 * 20, { fromUs: parseIso("2024-03-11T00:00:00Z") }),
  );
  const volume = minutes.reduce((sum, bar) => sum + bar.volume, 0) / 20;
  assert(Math.abs(volume / 1e7 - 1) < 0.02, `minutes: ${volume}`);
});

Deno.test("DAT-11 simulated feed: quotes are five basis points wide around the close, before the bar", async () => {
  const events = await eventsOf(SYMBOLS, 600, { withQuotes: true });
  for (let i = 0; i < 600; i += 6) {
    const bars = events[i + 5]!;
    assert(bars.kind === "bars");
    bars.bars.forEach(({ close, closeUs }, series) => {
      const quote = events[i + series]!;
      assert(quote.kind === "quote" && quote.series === series && quote.timeUs === closeUs);
      assert(quote.bid <= close && close < quote.ask);
      assert(Math.abs((quote.ask - quote.bid) / close * 1e4 - 5) < 0.6);
      assertEquals([quote.bidSize, quote.askSize], [1000, 1000]);
    });
  }
});

Deno.test("simulated feed: a symbol's path does not depend on the others, nor on the minute of the start", async () => {
  const alone = barsOf(await eventsOf(["MSFT"], 400));
  assertEquals(
    barsOf(await eventsOf(SYMBOLS, 400), 2).map((bar) => ({ ...bar, series: 0 })),
    alone,
  );
  const later = barsOf(await eventsOf(["MSFT"], 300, { fromUs: parseIso("2024-03-08T16:40:00Z") }));
  assertEquals(later, alone.slice(100));
  const aapl = barsOf(await eventsOf(["AAPL"], 400));
  assertNotEquals(aapl.map((bar) => bar.close / 180), alone.map((bar) => bar.close / 380));
});

Deno.test("simulated feed: at speed 1 from now each bar comes at its close, over nights and half days", async () => {
  const clock = new SimulatedClock("2024-07-02T19:58:30Z");
  await using feed = simulatedFeed(["SPY"], {
    clock,
    speed: 1,
    period: "30m",
    calendar: "XNYS",
    seed: 1,
  });
  const seen: string[] = [];
  for (let i = 0; i < 9; i++) {
    const event = await clock.runUntil(feed.next(signal));
    assertEquals(event.timeUs, clock.now());
    seen.push(formatIso(event.timeUs as TimeUs));
  }
  assertEquals([seen[0], seen[1], seen[7], seen[8]], [
    "2024-07-02T20:00:00Z",
    "2024-07-03T14:00:00Z",
    "2024-07-03T17:00:00Z",
    "2024-07-05T14:00:00Z",
  ]);
});

Deno.test("simulated feed: sixty times faster, an hour is a minute", async () => {
  const clock = new SimulatedClock("2020-01-01T00:00:00Z"), startUs = clock.now();
  const fromUs = parseIso(START), symbols = ["SPY"];
  await using feed = simulatedFeed(symbols, {
    clock,
    speed: 60,
    period: "1h",
    calendar: "always_open",
    seed: 1,
    fromUs,
  });
  for (let i = 1; i <= 3; i++) {
    await clock.runUntil(feed.next(signal));
    assertEquals(clock.now() - startUs, i * 60e6);
  }
});

Deno.test("simulated feed: goes on to the end of the calendar and says so", async () => {
  const from = parseDay("2030-12-20"),
    events = await eventsOf(["SPY"], 100, { period: "1d", fromUs: from * US_PER_DAY });
  const { closeUs } = sessionsBetween("XNYS", from, parseDay("2030-12-31"));
  assertEquals(events.map((it) => it.timeUs), [...closeUs, closeUs.at(-1)!]);
  assertEquals(events.at(-1)?.kind, "end");
});

Deno.test("simulated feed: a period that cannot be made up is refused", () => {
  const clock = new SimulatedClock(START);
  const options = { clock, speed: "max", calendar: "XNYS", seed: 1 } as const;
  for (const period of ["1w", "2d", "soon"]) {
    assertThrows(() => simulatedFeed(["SPY"], { ...options, period }), SandbarError, period);
  }
});
