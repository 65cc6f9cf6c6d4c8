/**
 * The bars that everything is measured on: seeded synthetic minutes, the same in each process.
 *
 * @module
 */

import { sessionsBetween } from "../../lib/calendar/mod.ts";
import { US_PER_DAY } from "../../lib/core/mod.ts";
import { generateBars, type GenerateOptions } from "../../lib/data/mod.ts";
import { ALL_RIGHTS, type EngineSpec } from "../../lib/engine/mod.ts";
import { type BarColumns, Bars, stock } from "../../lib/market/mod.ts";
import { DEFAULT_MATCHING, DEFAULT_VENUE } from "../../lib/venue/mod.ts";
import { INITIAL_CASH } from "./plain_loop.ts";

export const SYMBOL = "BENCH", PERIOD = "1m";
/** Generated prices are whole cents. */
export const PRICE_SCALE = 100;

/** What is generated. A market that never closes has minutes enough for ten million bars. */
export function recipe(bars: number): GenerateOptions {
  return { period: PERIOD, bars, seed: 7, calendar: "always_open" };
}

/** A market for the engine: bars and the spec of a run over them. */
export interface BenchMarket {
  readonly bars: Bars;
  readonly spec: EngineSpec;
  /** Just before the first bar, microseconds UTC. */
  readonly startUs: number;
}

/** Returns columns of so many bars. */
export function benchColumns(bars: number): BarColumns {
  return generateBars(recipe(bars));
}

/** Returns the market of some columns, with the costs of a run without flags. */
export function benchMarket(columns: BarColumns, length: number): BenchMarket {
  const first = Math.floor(columns.time[0]! / US_PER_DAY);
  const last = Math.floor(columns.time[length - 1]! / US_PER_DAY);
  return {
    bars: new Bars(SYMBOL, PRICE_SCALE, columns, length),
    startUs: columns.time[0]! - 1,
    spec: {
      instruments: [stock(SYMBOL)],
      initialCash: INITIAL_CASH,
      venue: DEFAULT_VENUE,
      matching: DEFAULT_MATCHING,
      rights: ALL_RIGHTS,
      sessions: [sessionsBetween("always_open", first, last + 10)],
      sessionsOf: [0],
      actions: [],
    },
  };
}
