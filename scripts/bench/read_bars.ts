/**
 * Reading bars, in a process of its own: importing a CSV file into a catalog, loading the file without storing it (parsing and
 * checking alone), and loading the stored series.
 *
 * @module
 */

import { importBars, loadSeries } from "../../lib/data/mod.ts";
import { PERIOD, SYMBOL } from "./market.ts";

/** What to read. */
export interface ReadJob {
  readonly csv: string;
  /** Catalog to import into. */
  readonly data: string;
  readonly repeats: number;
}

/** Least milliseconds of each way. */
export interface ReadOutcome {
  readonly rows: number;
  readonly importMs: number;
  readonly parseMs: number;
  readonly catalogMs: number;
}

async function measure({ csv, data, repeats }: ReadJob): Promise<ReadOutcome> {
  const least = { importMs: Infinity, parseMs: Infinity, catalogMs: Infinity };
  let rows = 0;
  const request = {
    symbol: SYMBOL,
    period: PERIOD,
    adjust: "split",
    calendar: "always_open",
  } as const;
  const timed = async (
    name: keyof typeof least,
    work: () => number | Promise<number>,
  ): Promise<void> => {
    const startedMs = performance.now();
    rows = await work();
    least[name] = Math.min(least[name], performance.now() - startedMs);
  };
  for (let i = 0; i < repeats; i++) {
    await timed("importMs", async () => {
      const { manifest } = await importBars({
        file: csv,
        symbol: SYMBOL,
        period: PERIOD,
        calendar: "always_open",
        dataDir: data,
        replace: true,
      });
      return manifest.rows;
    });
    await timed("parseMs", () => loadSeries({ ...request, dataDir: csv }).series.length);
    await timed("catalogMs", () => loadSeries({ ...request, dataDir: data }).series.length);
  }
  return { rows, ...least };
}

if (import.meta.main) {
  console.log(JSON.stringify(await measure(JSON.parse(Deno.args[0]!) as ReadJob)));
}
