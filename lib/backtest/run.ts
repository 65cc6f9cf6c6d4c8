/**
 * A backtest from options to result: reads the strategy and the data, runs the strategy in its sealed child, replays its intents on the
 * host's engine, and computes every reported number from that.
 *
 * @module
 */

import { resolveRun, type RunOptions, type RunSpec } from "../config/mod.ts";
import { SandbarError } from "../core/mod.ts";
import { loadAllSeries, loadSeries, seriesBytes, type SeriesLoad } from "../data/mod.ts";
import { Engine, Replay, ShadowGate } from "../engine/mod.ts";
import { DEFAULT_LIMITS, readStrategy, SealedChild } from "../sandbox/mod.ts";
import { driveChild, SLICE_STEPS } from "./drive_child.ts";
import {
  attachFiner,
  engineSpecOf,
  finerRequestsOf,
  finerSeries,
  MAX_PLOT_POINTS,
  openStrategy,
  type PreparedMarket,
  prepareMarket,
  refuseQuotes,
  requestsOf,
  sealedSpec,
  sha256Bars,
} from "../run/mod.ts";
import type { BacktestResult } from "./result.ts";
import { resultJson } from "./result_json.ts";
import { runTables, stepTimes } from "./run_tables.ts";
import { withSymbolOfFile } from "./single_file.ts";
import { NoteCollector } from "./tables.ts";

/** What a backtest is asked for. */
export interface BacktestOptions extends RunOptions {
  /** Path of the strategy file. */
  readonly strategy: string;
  /** The path as it is shown in messages and results. Default `strategy`. */
  readonly shownAs?: string;
  /** Catalog, folder of CSV files or one CSV file; nothing else is looked at then. */
  readonly data?: string;
  /** Catalog to look into first when no `data` is given. */
  readonly defaultData?: string;
  /** True collects plots, marks and tables for the report. Default true. */
  readonly report?: boolean;
  /** Limits of the sandbox that differ from the defaults. */
  readonly limits?: {
    readonly stallMs?: number;
    readonly loadMs?: number;
    readonly heapMb?: number;
    readonly requireOsLimits?: boolean;
    readonly networkNamespace?: "auto" | "off";
  };
  /** Instants in a slice, 1 to 4,096; 1 keeps all of the future out of the child. */
  readonly sliceSteps?: number;
  readonly onProgress?: (done: number, total: number) => void;
  /** Aborting kills the child and rejects with `interrupted`. */
  readonly signal?: AbortSignal;
}

/** What a run leaves behind for the comparison of two runs, beside its result. */
export interface RunTrace {
  readonly engine: Engine;
  readonly market: PreparedMarket;
  readonly timesUs: Float64Array;
}

/** What V8 needs before the first column, with room for the strategy's own data; see `sandbox.data_limit_mb`. */
const BASE_DATA_BYTES = DEFAULT_LIMITS.dataBytes;

/**
 * Runs a backtest.
 *
 * @throws {SandbarError} On wrong options (`usage`), missing or bad data, an unreadable strategy, an interruption.
 * @throws {StrategyFailure} When the strategy is refused, fails, or meets a limit.
 */
export async function runBacktest(options: BacktestOptions): Promise<BacktestResult> {
  return (await runTraced(options)).result;
}

/** As {@linkcode runBacktest}, and keeps the host's engine for a comparison. */
export async function runTraced(
  options: BacktestOptions,
): Promise<{ result: BacktestResult; trace: RunTrace }> {
  const startedMs = performance.now(), report = options.report ?? true;
  const spec = resolveRun(withSymbolOfFile(options, options.data));
  refuseQuotes(spec);
  const shown = options.shownAs ?? options.strategy,
    requests = requestsOf(spec, options.data, options.defaultData),
    finerRequests = finerRequestsOf(spec, options.data, options.defaultData);
  const limits = {
    ...DEFAULT_LIMITS,
    ...definedOnly(options.limits ?? {}),
    dataBytes: BASE_DATA_BYTES +
      2 * [...requests, ...finerRequests].reduce((sum, request) => sum + seriesBytes(request), 0),
  };
  const sources = readStrategy(options.strategy, shown);
  // The child comes up while the bars are read.
  await using child = SealedChild.start(limits);
  const interrupt = (): void => child.abort("interrupted");
  options.signal?.addEventListener("abort", interrupt, { once: true });
  try {
    const loads = loadAllSeries(requests),
      market = prepareMarket(loads.map((load) => load.series), spec.period);
    const finer = loadAllSeries(finerRequests);
    const finerWarnings = attachFiner(market.bars, finer.map((load) => load.series));
    const benchmark = loadBenchmark(spec, options);
    const base = engineSpecOf(spec, market), loadedMs = performance.now();
    const { terms, params, plots } = await openStrategy(child, {
      sealed: sealedSpec(base, market, loads, spec, report),
      sessions: market.sessions,
      seed: spec.seed,
      sources,
      params: spec.params,
    });
    const notes = new NoteCollector(plots, spec.symbols, MAX_PLOT_POINTS + 1);
    const engineSpec = { ...base, rights: terms.rights },
      equityMicros = new Float64Array(market.steps);
    const engine = new Engine(engineSpec, market.bars, market.plan, equityMicros);
    const shadow = new ShadowGate(
      engine,
      base.instruments,
      market.sessions[market.sessionsOf[0]!]!,
    );
    // Hashing the bars needs no result of the run: it goes on beside it.
    const hashed = [...market.bars, ...finerSeries(market.bars).map((s) => market.bars[s]!.finer!)];
    const dataHashes = Promise.all(hashed.map(sha256Bars));
    dataHashes.catch(() => {});
    const drive = await driveChild({
      market,
      child,
      replay: new Replay(engine, market.startUs, shadow),
      sliceSteps: options.sliceSteps ?? SLICE_STEPS,
      lockstep: options.sliceSteps === 1,
      stallMs: limits.stallMs,
      onProgress: options.onProgress,
      onSlice: (slice) => notes.take(slice.plots, slice.notes),
    });
    const ranMs = performance.now(), timesUs = stepTimes(market);
    const tables = runTables({
      spec,
      engine,
      market,
      equityMicros,
      timesUs,
      base,
      benchmark,
      notes,
      report,
    });
    const json = await resultJson({
      spec,
      shown,
      sources: sources.sha256,
      terms,
      params,
      loads,
      finer,
      finerWarnings,
      market,
      engine,
      shadow,
      tables,
      drive,
      dataHashes,
      osLimits: child.osLimits,
      timing: { startedMs, loadedMs, ranMs },
    });
    return { result: { json, tables: tables.tables }, trace: { engine, market, timesUs } };
  } catch (error) {
    if (options.signal?.aborted === true) {
      throw new SandbarError("interrupted", "interrupted: nothing was written", { cause: error });
    }
    throw error;
  } finally {
    options.signal?.removeEventListener("abort", interrupt);
  }
}

function definedOnly<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(value).filter(([, each]) => each !== undefined),
  ) as Partial<T>;
}

/** The bars of `--benchmark`; before the run, so that a wrong symbol costs no time. */
function loadBenchmark(spec: RunSpec, options: BacktestOptions): SeriesLoad | undefined {
  if (spec.benchmark === undefined) return undefined;
  const [request] = requestsOf(
    { ...spec, symbols: [spec.benchmark] },
    options.data,
    options.defaultData,
  );
  try {
    return loadSeries(request!);
  } catch (error) {
    if (!(error instanceof SandbarError)) throw error;
    throw new SandbarError(error.code, `--benchmark: ${error.message}`, { cause: error });
  }
}
