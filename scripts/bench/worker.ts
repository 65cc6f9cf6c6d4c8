/**
 * One measurement in a process of its own, so that V8 has seen one strategy and one kind of call only, as in a real run. Called by
 * `bench.ts` with a job as JSON; prints its outcome as one line of JSON.
 *
 * @module
 */

import type { Engine as EngineType } from "../../lib/engine/mod.ts";
import { Engine, Replay, StrategyRun } from "../../lib/engine/mod.ts";
import type { BarColumns } from "../../lib/market/mod.ts";
import type { Handlers, SetupContext } from "../../lib/strategy/mod.ts";
import { benchColumns, type BenchMarket, benchMarket, PERIOD, PRICE_SCALE } from "./market.ts";
import { plainLoop } from "./plain_loop.ts";

/** Strategies of `strategies/`; the number of a resting load is that of its resting orders. */
export type Workload =
  | "empty"
  | "indicators"
  | "crossings"
  | "cross"
  | "every_bar"
  | `resting_${number}`;

/** What to measure. */
export interface Job {
  readonly kind: "plain" | "engine" | "replay";
  readonly workload: Workload;
  readonly bars: number;
  /**
   * Bars to cover in a repeat, by several runs over different stretches when a run is shorter: over the same few bars again and again,
   * the processor learns their turns by heart. Default: `bars`.
   */
  readonly stretch?: number;
  /** Measured runs, after the warm-up. */
  readonly repeats: number;
}

/** What came of it. Times in nanoseconds a repeat. */
export interface Outcome {
  readonly leastNs: number;
  readonly medianNs: number;
  /** The first run of the process, not yet compiled. */
  readonly firstNs: number;
  /** Micro-units, at the last bar. */
  readonly finalEquity: number;
  readonly fills: number;
  readonly trades: number;
  readonly orders: number;
}

type Setup = (context: SetupContext<Record<never, never>>) => Handlers;
type Result = Pick<Outcome, "finalEquity" | "fills" | "trades" | "orders">;

/** Instants a slice, as in a sandboxed run. */
const SLICE = 4096;
/** Bars walked before anything is measured: V8 has compiled the loops by then, however short a run is. */
const WARM_UP_BARS = 3_000_000;

// Loaded one by one: a process knows no strategy but its own.
async function setupOf(workload: Workload): Promise<Setup> {
  switch (workload) {
    case "empty":
      return (await import("./strategies/empty.ts")).setup;
    case "indicators":
      return (await import("./strategies/indicators.ts")).setup;
    case "crossings":
      return (await import("./strategies/crossings.ts")).setup;
    case "cross":
      return (await import("./strategies/cross.ts")).setup;
    case "every_bar":
      return (await import("./strategies/every_bar.ts")).setup;
    default: {
      const { restingSetup } = await import("./strategies/resting.ts");
      return restingSetup(Number(workload.slice("resting_".length)));
    }
  }
}

/** Intents of one slice. */
interface SliceRows {
  readonly steps: number;
  readonly rows: Float64Array;
  readonly count: number;
}

async function measure(job: Job): Promise<Outcome> {
  const stretch = Math.max(job.bars, job.stretch ?? job.bars), columns = benchColumns(stretch);
  const market = benchMarket(columns, job.bars);
  if (job.kind === "plain") {
    const equity = new Float64Array(job.bars);
    return repeated(job, () => () => {
      const result = plainLoop(columns.open, columns.close, PRICE_SCALE, equity);
      return { ...result, orders: result.fills };
    });
  }
  const setup = await setupOf(job.workload);
  if (job.kind === "engine") {
    const markets: BenchMarket[] = [];
    for (let from = 0; from + job.bars <= stretch; from += job.bars) {
      markets.push(benchMarket(windowOf(columns, from, job.bars), job.bars));
    }
    return repeated(job, () => {
      const runs = markets.map((each) => newRun(each, setup));
      return () => {
        for (const run of runs) walk(run, job.bars);
        return resultOf(runs[0]!.engine);
      };
    });
  }
  const slices = recorded(market, setup, job.bars), equity = new Float64Array(job.bars);
  return repeated(job, () => {
    const engine = new Engine(market.spec, [market.bars], null, equity);
    const replay = new Replay(engine, market.startUs);
    return () => {
      for (const { steps, rows, count } of slices) {
        replay.run(steps, rows, count);
        engine.bookHash();
      }
      return resultOf(engine);
    };
  });
}

function newRun(market: BenchMarket, setup: Setup): StrategyRun {
  const run = new StrategyRun({
    spec: market.spec,
    series: [market.bars],
    plan: null,
    period: PERIOD,
    plotStride: 0,
    startUs: market.startUs,
  });
  const parts: Parameters<StrategyRun["setup"]>[0] = {
    name: "bench",
    description: "",
    params: {},
    needs: undefined,
    saveVersion: 1,
    setup: setup as Parameters<StrategyRun["setup"]>[0]["setup"],
  };
  run.setup(parts, {}, () => {});
  run.start();
  return run;
}

function windowOf(columns: BarColumns, from: number, length: number): BarColumns {
  const cut = (column: Float64Array): Float64Array => column.subarray(from, from + length);
  return {
    time: cut(columns.time),
    closeTime: cut(columns.closeTime),
    open: cut(columns.open),
    high: cut(columns.high),
    low: cut(columns.low),
    close: cut(columns.close),
    volume: cut(columns.volume),
  };
}

/** The run as the sealed child does it: slices, a hash of the book after each, intents handed over. */
function walk(run: StrategyRun, bars: number, taken?: (slice: SliceRows) => void): void {
  for (let done = 0; done < bars; done += SLICE) {
    const steps = Math.min(SLICE, bars - done);
    run.run(steps);
    run.engine.bookHash();
    taken?.({
      steps,
      rows: new Float64Array(run.book.intents.bytes.slice(0)),
      count: run.book.intents.length,
    });
    run.book.intents.clear();
  }
}

function recorded(market: BenchMarket, setup: Setup, bars: number): readonly SliceRows[] {
  const slices: SliceRows[] = [];
  walk(newRun(market, setup), bars, (slice) => slices.push(slice));
  return slices;
}

function resultOf(engine: EngineType): Result {
  const { fills } = engine, held = engine.ledger.equity();
  let trades = 0;
  for (let row = 0; row < fills.length; row++) if (fills.quantity[row]! < 0) trades++;
  return { finalEquity: held, fills: fills.made, trades, orders: engine.orders.made };
}

/** Prepares and runs again and again; only the run is timed. */
function repeated(job: Job, prepare: () => () => Result): Outcome {
  const times: number[] = [];
  const warmUps = Math.max(2, Math.ceil(WARM_UP_BARS / Math.max(job.bars, job.stretch ?? 0)));
  let result: Result | undefined, firstNs = 0;
  for (let i = 0; i < warmUps + job.repeats; i++) {
    const run = prepare(), started = performance.now();
    result = run();
    const ns = (performance.now() - started) * 1e6;
    if (i === 0) firstNs = ns;
    if (i >= warmUps) times.push(ns);
  }
  times.sort((a, b) => a - b);
  return { leastNs: times[0]!, medianNs: times[times.length >> 1]!, firstNs, ...result! };
}

if (import.meta.main) console.log(JSON.stringify(await measure(JSON.parse(Deno.args[0]!) as Job)));
