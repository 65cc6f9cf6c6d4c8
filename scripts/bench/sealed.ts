/**
 * One sandboxed backtest in a process of its own: how fast the run itself goes once the bars are loaded and the child is set up. The
 * time inside the child cannot be asked for, so it is read from the progress: from the report of the first slice to that of the last.
 *
 * @module
 */

import { runBacktest } from "../../lib/backtest/mod.ts";
import { PERIOD, SYMBOL } from "./market.ts";
import { INITIAL_CASH } from "./plain_loop.ts";

/** What to run. */
export interface SealedJob {
  /** Path of the strategy. */
  readonly strategy: string;
  /** Folder of the catalog. */
  readonly data: string;
}

/** What came of it, nanoseconds a bar. */
export interface SealedOutcome {
  /** Of the whole run: child and host at once, both cold. */
  readonly nsPerBar: number;
  /** Of its second half, when both are warm. */
  readonly nsPerBarWarm: number;
  /** Micro-units. */
  readonly finalEquity: number;
  readonly fills: number;
  readonly trades: number;
  readonly orders: number;
}

async function measure(job: SealedJob): Promise<SealedOutcome> {
  const seen: { readonly bars: number; readonly ms: number }[] = [];
  const { json } = await runBacktest({
    strategy: job.strategy,
    data: job.data,
    symbols: [SYMBOL],
    period: PERIOD,
    cash: INITIAL_CASH / 1e6,
    report: false,
    onProgress: (bars) => seen.push({ bars, ms: performance.now() }),
  });
  const first = seen[0]!, middle = seen[seen.length >> 1]!, last = seen[seen.length - 1]!;
  const perBar = (from: typeof first): number =>
    (last.ms - from.ms) * 1e6 / (last.bars - from.bars);
  return {
    nsPerBar: perBar(first),
    nsPerBarWarm: perBar(middle),
    finalEquity: Math.round(Number(json.account.finalEquity) * 1e6),
    fills: json.counts.fills,
    trades: json.counts.trades,
    orders: json.counts.orders,
  };
}

if (import.meta.main) {
  console.log(JSON.stringify(await measure(JSON.parse(Deno.args[0]!) as SealedJob)));
}
