/**
 * A small series with what is asked for after its bars, and what must come of it.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { VenueRules } from "../../lib/venue/mod.ts";
import type { Trade } from "../../lib/strategy/mod.ts";
import {
  dailyBars,
  endsOf,
  fillsOf,
  type PriceRow,
  runStrategy,
  script,
} from "../engine/support.ts";

/** Costs are zero and the account holds 100,000 unless a case says otherwise. A request made after step k fills at k + 1 or later. */
export interface Case {
  readonly name: string;
  readonly bars: readonly PriceRow[];
  readonly doings: Readonly<Record<number, (trade: Trade) => void>>;
  readonly fills: readonly string[];
  readonly ends: readonly string[];
  readonly venue?: VenueRules;
  readonly cash?: number;
  readonly equity?: number;
  readonly fractional?: boolean;
  readonly short?: boolean;
}

/** A bar of which nothing comes. */
export const flat: PriceRow = [100, 101, 99, 100];

/** Runs the cases as tests, in slices of one bar and of all. */
export function testCases(cases: readonly Case[]): void {
  for (const row of cases) {
    Deno.test(`venue: ${row.name}`, () => {
      for (const slice of [1, 4096]) {
        const { engine } = runStrategy({
          bars: [dailyBars("A", row.bars)],
          strategy: script(row.doings),
          venue: row.venue ?? { slippageBps: 0, commission: { kind: "none" } },
          cash: row.cash ?? 100_000,
          fractional: row.fractional ?? false,
          rights: { short: row.short ?? true },
          slice,
        });
        assertEquals(fillsOf(engine), row.fills);
        assertEquals(endsOf(engine), row.ends);
        if (row.equity !== undefined) assertEquals(engine.equity() / 1e6, row.equity);
      }
    });
  }
}
