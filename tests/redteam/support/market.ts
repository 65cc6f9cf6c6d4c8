/**
 * A market whose every number occurs once: an order whose quantity is the number of a later bar proves that the strategy saw it.
 *
 * @module
 */

import { type PreparedMarket, prepareMarket } from "../../../lib/run/prepare_market.ts";
import { Random, US_PER_DAY } from "../../../lib/core/mod.ts";
import type { LoadedSeries } from "../../../lib/data/mod.ts";

/** Prices have four decimals: a strategy sends a price as this many shares a unit of currency. */
export const PRICE_SHARES = 10_000;
/** Quantities from here up are reports of a breach by the strategy itself; no price or volume is as large. */
export const BREACH_BASE = 70_000_000;

const HOUR_US = 3_600_000_000, START_US = 1_600_000_000_000_000 - 1_600_000_000_000_000 % HOUR_US;

/** A market and when each of its numbers is first seen. */
export interface UniqueMarket {
  readonly market: PreparedMarket;
  readonly symbols: readonly string[];
  readonly tickScales: readonly number[];
  /** Step at which a quantity (a price times 10,000, or a volume) is first seen. */
  readonly seenAt: ReadonlyMap<number, number>;
}

/**
 * Returns hourly bars of an exchange that is always open. The second symbol has no bar in every seventh hour.
 *
 * @param rows Hours.
 * @param splitDay Day after the first on which the first symbol splits two for one; its prices do not show it.
 */
export function uniqueMarket(
  rows: number,
  symbols: readonly string[],
  splitDay?: number,
): UniqueMarket {
  const random = new Random(20), taken = new Set<number>(), seenAt = new Map<number, number>();
  const unique = (wanted: number): number => {
    let value = Math.round(wanted);
    while (taken.has(value)) value++;
    taken.add(value);
    return value;
  };
  const series = symbols.map((symbol, s): LoadedSeries => {
    const hours = [...Array(rows).keys()].filter((hour) => s === 0 || hour % 7 !== 3);
    const make = (): Float64Array => new Float64Array(hours.length);
    const columns = {
      time: make(),
      closeTime: make(),
      open: make(),
      high: make(),
      low: make(),
      close: make(),
      volume: make(),
    };
    let last = 100 + 40 * s;
    hours.forEach((hour, row) => {
      const move = (): number => last * (1 + (random.next() - 0.5) / 500);
      const values = [move(), move(), move(), move()].map((price) => unique(price * PRICE_SHARES))
        .sort((a, b) => a - b);
      const [low, first, second, high] = values as [number, number, number, number];
      const [open, close] = random.next() < 0.5 ? [first, second] : [second, first];
      const volume = unique(5_000_000 + random.nextUint32() % 20_000_000);
      columns.time[row] = START_US + hour * HOUR_US;
      columns.closeTime[row] = START_US + (hour + 1) * HOUR_US;
      columns.open[row] = open / PRICE_SHARES;
      columns.high[row] = high / PRICE_SHARES;
      columns.low[row] = low / PRICE_SHARES;
      columns.close[row] = close / PRICE_SHARES;
      columns.volume[row] = volume;
      for (const value of [...values, volume]) seenAt.set(value, hour);
      last = close / PRICE_SHARES;
    });
    return {
      symbol,
      period: "1h",
      calendar: "always_open",
      columns,
      length: hours.length,
      firstLine: 0,
      source: "made for the test",
      sha256: "",
      adjusted: "none",
      synthetic: true,
      actions: s > 0 || splitDay === undefined ? [] : [{
        kind: "split",
        symbol,
        exDay: Math.floor(START_US / US_PER_DAY) + splitDay,
        numerator: 2,
        denominator: 1,
      }],
      tickScale: PRICE_SHARES,
    };
  });
  return {
    market: prepareMarket(series, "1h"),
    symbols,
    tickScales: series.map((each) => each.tickScale),
    seenAt,
  };
}
