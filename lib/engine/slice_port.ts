/**
 * What a slice shows: the bars of this instant alone.
 *
 * @module
 */

import { put } from "../core/mod.ts";
import type { Bar, SlicePort } from "../strategy/engine_door.ts";
import type { Engine } from "./engine.ts";

const freeze = Object.freeze as <T>(value: T) => T;

/** Returns the port behind the slice of a run. */
export function slicePort(
  engine: Engine,
  all: readonly string[],
  seriesOf: Readonly<Record<string, number>>,
  barOf: Readonly<Record<string, Bar>>,
): SlicePort {
  const symbols = (): readonly string[] => {
    if (engine.touchedCount === all.length) return all;
    const list: string[] = [];
    for (let i = 0; i < engine.touchedCount; i++) put(list, i, all[engine.touched[i]!]!);
    return freeze(list);
  };
  const bar = (symbol: string): Bar | undefined => {
    const s = typeof symbol === "string" ? seriesOf[symbol] : undefined;
    if (s === undefined) return undefined;
    for (let i = 0; i < engine.touchedCount; i++) {
      if (engine.touched[i] === s) return barOf[symbol];
    }
    return undefined;
  };
  return freeze({ symbols, bar, now: () => engine.nowUs });
}
