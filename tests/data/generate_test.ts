import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { sessionsBetween } from "../../lib/calendar/mod.ts";
import { parseDay, SandbarError, US_PER_MINUTE } from "../../lib/core/mod.ts";
import {
  checkCatalog,
  generateBars,
  type GenerateOptions,
  loadSeries,
  storeGenerated,
} from "../../lib/data/mod.ts";
import { COLUMN_NAMES } from "../../lib/market/mod.ts";
import { sha256Of } from "../../lib/data/sha256.ts";
import { inFolder } from "./folder.ts";

const MINUTES: GenerateOptions = { period: "1m", bars: 20_000, seed: 7, calendar: "XNYS" };

Deno.test("generate: a seed gives the same bytes on every machine, another seed others (DAT-12)", () => {
  const hash = (options: GenerateOptions): string => {
    const columns = generateBars(options);
    return sha256Of(COLUMN_NAMES.map((name) => columns[name]));
  };
  assertEquals(hash(MINUTES), HASH_OF_SEED_7);
  assertNotEquals(hash({ ...MINUTES, seed: 8 }), HASH_OF_SEED_7);
});

// Written down once: a change means that everybody's synthetic data changes.
const HASH_OF_SEED_7 = "60ce8ca17fc1695291206ed10d3714ac14823482a6ab2dc3d82d23c7d7da3706";

Deno.test("generate: bars fill the sessions, are valid, in cents, and move like a price (DAT-12)", () => {
  const { time, closeTime, open, high, low, close, volume } = generateBars(MINUTES);
  const day = parseDay("2010-01-04"), sessions = sessionsBetween("XNYS", day, day);
  assertEquals([time[0], closeTime[389]], [sessions.openUs[0], sessions.closeUs[0]]);
  let moved = 0;
  for (let i = 0; i < time.length; i++) {
    const good = low[i]! > 0 && low[i]! <= Math.min(open[i]!, close[i]!) &&
      high[i]! >= Math.max(open[i]!, close[i]!) && volume[i]! >= 1 &&
      closeTime[i]! - time[i]! === US_PER_MINUTE;
    if (!good) throw new Error(`bar ${i} is no bar`);
    for (const price of [open[i]!, high[i]!, low[i]!, close[i]!]) {
      if (Math.round(price * 100) / 100 !== price) throw new Error(`bar ${i}: ${price}`);
    }
    if (close[i] !== open[i]) moved++;
  }
  assertEquals(moved > 15_000, true, `${moved} of 20,000 bars moved`);
});

Deno.test("generate: half days, daily bars and the calendar's end are respected", () => {
  const half = generateBars({
    period: "1h",
    bars: 4,
    seed: 1,
    calendar: "XNYS",
    from: parseDay("2024-07-03"),
  });
  assertEquals((half.closeTime[3]! - half.time[3]!) / US_PER_MINUTE, 30);
  const daily = generateBars({ ...MINUTES, period: "1d", bars: 3 });
  assertEquals(daily.closeTime[0]! - daily.time[0]!, 390 * US_PER_MINUTE);
  const error = assertThrows(
    () => generateBars({ ...MINUTES, period: "1d", bars: 300, from: parseDay("2030-01-01") }),
    SandbarError,
    "XNYS has sessions for 251 bars of 1d",
  );
  assertEquals(error.code, "data_missing");
  assertThrows(() => generateBars({ ...MINUTES, bars: 0 }), SandbarError, "ask for 1 to");
  assertThrows(() => generateBars({ ...MINUTES, period: "1w" }), SandbarError, "1w");
});

Deno.test("generate: what is stored is labelled synthetic wherever it is read (DAT-12)", () =>
  inFolder((dataDir) => {
    const { manifest } = storeGenerated({ ...MINUTES, bars: 1000, symbol: "demo", dataDir });
    assertEquals([manifest.synthetic, manifest.source], [true, "synthetic, seed 7"]);
    const { series, warnings } = loadSeries({
      symbol: "DEMO",
      period: "1m",
      adjust: "split",
      dataDir,
    });
    assertEquals([series.synthetic, series.tickScale], [true, 100]);
    assertEquals(warnings, ["DEMO: the bars are synthetic, not from any market"]);
    assertEquals(checkCatalog(dataDir)[0]?.problems, []);
    assertThrows(
      () => storeGenerated({ ...MINUTES, bars: 10, symbol: "DEMO", dataDir }),
      SandbarError,
      "--replace",
    );
  }));
