/**
 * Bars from files: a million rows of CSV into the catalog and back.
 *
 * @module
 */

import { join } from "@std/path";
import { benchColumns } from "./market.ts";
import type { Sizes } from "./sizes.ts";
import { runScript } from "./processes.ts";
import type { ReadJob, ReadOutcome } from "./read_bars.ts";
import type { Row } from "./table.ts";

/** Measures import, parsing and loading. */
export async function measureReading(
  { folder, sizes, say }: {
    readonly folder: string;
    readonly sizes: Sizes;
    readonly say: (what: string) => void;
  },
): Promise<readonly Row[]> {
  say("CSV import");
  const csv = join(folder, "bars.csv");
  writeCsv(csv, sizes.bars);
  const job: ReadJob = { csv, data: join(folder, "imported"), repeats: sizes.repeats };
  const { rows, importMs, parseMs, catalogMs } = await runScript<ReadOutcome>(
    "read_bars.ts",
    "files",
    job,
  );
  // Row by row it would be the greatest: of all figures the least time is kept, of these the most rows a second.
  const row = (id: string, what: string, ms: number): Row => ({
    id,
    what,
    unit: "rows/s",
    value: rows / ms * 1000,
  });
  return [
    row("csv_import", "CSV import into the catalog", importMs),
    row("csv_parse", "CSV read and checked, not stored", parseMs),
    row("catalog", "series loaded from the catalog", catalogMs),
  ];
}

function writeCsv(path: string, bars: number): void {
  const { time, open, high, low, close, volume } = benchColumns(bars);
  using file = Deno.openSync(path, { write: true, create: true, truncate: true });
  const encoder = new TextEncoder();
  const write = (text: string): void => {
    const bytes = encoder.encode(text);
    for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
  };
  let text = "time,open,high,low,close,volume\n";
  for (let i = 0; i < bars; i++) {
    const at = new Date(time[i]! / 1000).toISOString().slice(0, 19) + "Z";
    text += `${at},${open[i]},${high[i]},${low[i]},${close[i]},${volume[i]}\n`;
    if (text.length > 1 << 20) {
      write(text);
      text = "";
    }
  }
  write(text);
}
