/**
 * Checks again what a catalog holds: hashes, and every check of an import.
 *
 * @module
 */

import { sessionsBetween } from "../calendar/mod.ts";
import { SandbarError, US_PER_DAY } from "../core/mod.ts";
import { BAR_PROBLEM_KINDS, checkBars } from "../market/mod.ts";
import { splitWarnings } from "./adjust.ts";
import { sessionDaysOf } from "./bar_times.ts";
import { type CatalogEntry, listCatalog, loadStored } from "./catalog.ts";
import type { Manifest } from "./manifest.ts";

/** What was found about one stored series. */
export interface CatalogCheck {
  readonly path: string;
  /** Undefined when the file cannot be read. */
  readonly manifest: Manifest | undefined;
  /** What is wrong; empty when the series is good. */
  readonly problems: readonly string[];
  /** What a user may want to know. */
  readonly warnings: readonly string[];
}

/** Returns the findings on each series of a catalog, by symbol and period. */
export function checkCatalog(dataDir: string): CatalogCheck[] {
  return listCatalog(dataDir).map(checkEntry);
}

function checkEntry({ path, manifest, fault }: CatalogEntry): CatalogCheck {
  if (manifest === undefined) return { path, manifest, problems: [fault], warnings: [] };
  try {
    const series = loadStored(path), { columns, length: n, calendar } = series;
    const { time, open, high, low, close, volume } = columns;
    const accept = BAR_PROBLEM_KINDS.filter((kind) => kind in manifest.accepted);
    const found = checkBars({ n, time, open, high, low, close, volume }, {
      firstLine: 0,
      accept,
      sessions: sessionsBetween(
        calendar,
        Math.floor(time[0]! / US_PER_DAY),
        Math.floor(time[n - 1]! / US_PER_DAY),
      ),
    });
    const problems = found.problems.map((problem) => `row ${problem.row}: ${problem.message}`);
    const warnings = splitWarnings(series, sessionDaysOf(calendar, time));
    return { path, manifest, problems, warnings };
  } catch (error) {
    if (!(error instanceof SandbarError)) throw error;
    return { path, manifest, problems: [error.message], warnings: [] };
  }
}
