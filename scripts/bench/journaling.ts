/**
 * The journal of a live account: how many records a second become durable, how long each waits, in commits of the same disk, and reading
 * them back.
 *
 * @module
 */

import { join } from "@std/path";
import type { Sizes } from "./sizes.ts";
import { runScript } from "./processes.ts";
import { type Row, target } from "./table.ts";
import type { JournalJob, JournalOutcome } from "./write_journal.ts";

/** Records that are waited for at the same time. */
const CALLERS = 500;

/** Measures writing and reading. */
export async function measureJournal(
  { folder, sizes, say }: {
    readonly folder: string;
    readonly sizes: Sizes;
    readonly say: (what: string) => void;
  },
): Promise<readonly Row[]> {
  say("journal");
  const place = join(folder, "journal");
  Deno.mkdirSync(place);
  const job: JournalJob = {
    folder: place,
    records: sizes.bars,
    callers: CALLERS,
    repeats: sizes.repeats,
  };
  const found = await runScript<JournalOutcome>("write_journal.ts", "files", job);
  const { recordsPerSecond, medianMs, p99Ms, commitMs, readNs, listNs } = found;
  const median = medianMs / commitMs;
  return [
    {
      id: "journal",
      what: "durable journal records of 200 bytes",
      unit: "records/s",
      value: recordsPerSecond,
      target: target("50,000", recordsPerSecond >= 50_000),
    },
    { id: "kv_commit", what: "one KV commit by itself", unit: "ms", value: commitMs },
    {
      id: "journal_median",
      what: `append to durable, ${CALLERS} callers, median`,
      unit: "commits",
      value: median,
      target: target("5", median <= 5),
    },
    {
      id: "journal_p99",
      what: "and the 99th percentile",
      unit: "commits",
      value: p99Ms / commitMs,
    },
    { id: "journal_read", what: "a journal record read and verified", unit: "ns", value: readNs },
    { id: "journal_list", what: "and its value only listed", unit: "ns", value: listNs },
  ];
}
