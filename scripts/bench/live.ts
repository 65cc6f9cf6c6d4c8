/**
 * A live session: bars and durable records a second at the feed's greatest speed, what the journal costs of it, and the way of one bar to a durable
 * order in commits of the same disk.
 *
 * @module
 */

import { join } from "@std/path";
import { storeGenerated } from "../../lib/data/mod.ts";
import { recipe, SYMBOL } from "./market.ts";
import { runScript } from "./processes.ts";
import type { LiveJob, LiveOutcome } from "./run_live.ts";
import type { Sizes } from "./sizes.ts";
import type { Row } from "./table.ts";

/** A session takes a hundred times as long as a backtest: of the bars of one, this share. */
const SHARE = 1 / 10, ONE_BY_ONE_SHARE = 1 / 100;
const LEAST_BARS = 500, MOST_ROUNDS = 3;
const PERCENTILES = [["median", 0.5], ["99th percentile", 0.99], ["99.9th", 0.999]] as const;

/**
 * Measures it.
 *
 * @param commitMs One KV commit by itself, in the same run.
 * @param recordsPerSecond Records that a journal by itself makes durable.
 */
export async function measureLive(
  { folder, sizes, commitMs, recordsPerSecond, say }: {
    readonly folder: string;
    readonly sizes: Sizes;
    readonly commitMs: number;
    readonly recordsPerSecond: number;
    readonly say: (what: string) => void;
  },
): Promise<readonly Row[]> {
  const run = async (
    name: string,
    share: number,
    job: Pick<LiveJob, "journal" | "isOneByOne">,
    strategy: string,
  ): Promise<LiveOutcome> => {
    say(`live session, ${name}`);
    const place = join(folder, `live-${name}`), bars = Math.max(LEAST_BARS, sizes.bars * share);
    const data = join(place, "data");
    Deno.mkdirSync(place);
    storeGenerated({ ...recipe(bars), symbol: SYMBOL, dataDir: data });
    return await runScript<LiveOutcome>("run_live.ts", "backtest", {
      ...job,
      folder: place,
      data,
      strategy: join(import.meta.dirname!, "strategies", strategy),
    });
  };
  const throughput = { isOneByOne: false };
  let memory: LiveOutcome | null = null, disk: LiveOutcome | null = null;
  for (let i = 1; i <= Math.min(sizes.rounds, MOST_ROUNDS); i++) {
    memory = faster(
      memory,
      await run(`memory-${i}`, SHARE, { ...throughput, journal: "memory" }, "cross.ts"),
    );
    disk = faster(
      disk,
      await run(`disk-${i}`, SHARE, { ...throughput, journal: "disk" }, "cross.ts"),
    );
  }
  const single = await run(
    "one-by-one",
    ONE_BY_ONE_SHARE,
    { journal: "disk", isOneByOne: true },
    "every_bar.ts",
  );
  const perSecond = ({ bars, tookMs }: LiveOutcome): number => bars / tookMs * 1000;
  const row = (id: string, what: string, unit: string, value: number): Row => ({
    id,
    what,
    unit,
    value,
  });
  const spread = (
    id: string,
    what: string,
    unit: string,
    times: readonly number[],
    scale: number,
  ): Row[] =>
    PERCENTILES.map(([name, share]) =>
      row(`${id}_${share * 1000}`, `${what}, ${name}`, unit, percentile(times, share) * scale)
    );
  // Not the difference of both: in memory a commit is over at once, so each record has one of its own; on disk many share one.
  const journalMs = disk!.records / recordsPerSecond * 1000;
  const perCommit = 1 / (commitMs * 1000);
  return [
    row("live_memory", "live session, journal in memory", "bars/s", perSecond(memory!)),
    row("live_disk", "live session, journal on disk", "bars/s", perSecond(disk!)),
    row("live_records", "durable records of it", "records/s", disk!.records / disk!.tookMs * 1000),
    row("live_journal", "the journal by itself, share of it", "%", journalMs / disk!.tookMs * 100),
    ...spread("live_intent", "live, one bar at a time: bar to intent", "us", single.intentUs, 1),
    ...spread("live_order", "and to the durable order", "us", single.orderUs, 1),
    ...spread("live_commits", "the same in KV commits", "commits", single.orderUs, perCommit),
  ];
}

function faster(one: LiveOutcome | null, other: LiveOutcome): LiveOutcome {
  return one !== null && one.tookMs < other.tookMs ? one : other;
}

function percentile(ascending: readonly number[], share: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * share))]!;
}
