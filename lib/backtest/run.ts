/**
 * A backtest from options to result: reads the strategy and the data, runs the strategy in its sealed child, replays its intents on the
 * host's engine, and computes every reported number from that.
 *
 * @module
 */

import {
  canonicalRun,
  commissionText,
  resolveRun,
  type RunOptions,
  type RunSpec,
} from "../config/mod.ts";
import { formatIso, formatMoney, SandbarError, type TimeUs } from "../core/mod.ts";
import {
  loadAllSeries,
  seriesBytes,
  type SeriesLoad,
  type SeriesRequest,
  VERSION,
} from "../data/mod.ts";
import { Engine, type EngineSpec, Replay, type SealedRunSpec } from "../engine/mod.ts";
import { stock } from "../market/mod.ts";
import { DEFAULT_LIMITS, readStrategy, SealedChild } from "../sandbox/mod.ts";
import { computeMetrics, dailyEquity } from "../statistics/mod.ts";
import { ORDER_STATE, type RoundTrip, roundTrips, type SplitAtStep } from "../trading/mod.ts";
import { alignBenchmark, buyAndHold } from "./benchmark.ts";
import { driveChild, type DriveResult, SLICE_STEPS } from "./drive_child.ts";
import { sha256Bars, sha256Ledger, sha256Text } from "./hashes.ts";
import { type PreparedMarket, prepareMarket } from "./prepare_market.ts";
import {
  type BacktestResult,
  type DataJson,
  RESULT_SCHEMA,
  type ResultJson,
  type ResultTables,
} from "./result.ts";
import { ALL_RIGHTS, paramValues, readTerms, type StrategyTerms } from "./strategy_terms.ts";
import { chartBars, fillRecords, NoteCollector, orderRecords } from "./tables.ts";
import { runWarnings } from "./warnings.ts";

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

/** Plotted values kept of a line; longer runs keep every so many. */
const MAX_PLOT_POINTS = 5000;
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
  const startedMs = performance.now(), spec = resolveRun(options), report = options.report ?? true;
  const shown = options.shownAs ?? options.strategy, requests = requestsOf(spec, options);
  const limits = {
    ...DEFAULT_LIMITS,
    ...definedOnly(options.limits ?? {}),
    dataBytes: BASE_DATA_BYTES +
      2 * requests.reduce((sum, request) => sum + seriesBytes(request), 0),
  };
  const sources = readStrategy(options.strategy, shown);
  // The child comes up while the bars are read.
  await using child = SealedChild.start(limits);
  const interrupt = (): void => child.abort("interrupted");
  options.signal?.addEventListener("abort", interrupt, { once: true });
  try {
    const loads = loadAllSeries(requests),
      market = prepareMarket(loads.map((load) => load.series), spec.period);
    const base = engineSpecOf(spec, market), loadedMs = performance.now();
    await child.open({
      spec: JSON.stringify(sealedSpec(base, market, loads, spec, report)),
      seriesCount: market.bars.length,
      seed: spec.seed,
      freeze: true,
    });
    await child.sendSessions(market.sessions);
    const terms = readTerms(await child.load(sources)), params = paramValues(terms, spec.params);
    checkPeriods(terms, spec.period);
    const plots = await child.setup(JSON.stringify(params), JSON.stringify(terms.rights));
    const notes = new NoteCollector(plots, spec.symbols, MAX_PLOT_POINTS + 1);
    const engineSpec = { ...base, rights: terms.rights },
      equityMicros = new Float64Array(market.steps);
    const engine = new Engine(engineSpec, market.bars, market.plan, equityMicros);
    // Hashing the bars needs no result of the run: it goes on beside it.
    const dataHashes = Promise.all(market.bars.map(sha256Bars));
    dataHashes.catch(() => {});
    const drive = await driveChild({
      market,
      child,
      replay: new Replay(engine, market.startUs),
      sliceSteps: options.sliceSteps ?? SLICE_STEPS,
      lockstep: options.sliceSteps === 1,
      stallMs: limits.stallMs,
      onProgress: options.onProgress,
      onSlice: (slice) => notes.take(slice.plots, slice.notes),
    });
    const ranMs = performance.now(), timesUs = stepTimes(market);
    const tables = tablesOf({
      spec,
      engine,
      market,
      equityMicros,
      timesUs,
      base,
      options,
      notes,
      report,
    });
    const json = await resultOf({
      spec,
      options,
      shown,
      sources: sources.sha256,
      terms,
      params,
      loads,
      market,
      engine,
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

function requestsOf(spec: RunSpec, options: BacktestOptions): SeriesRequest[] {
  return spec.symbols.map((symbol) => ({
    symbol,
    period: spec.period,
    from: spec.fromDay,
    to: spec.toDay,
    adjust: spec.adjust,
    dataDir: options.data,
    defaultDir: options.defaultData,
  }));
}

/** Everything but the rights, which the strategy's manifest decides. */
function engineSpecOf(spec: RunSpec, market: PreparedMarket): EngineSpec {
  return {
    instruments: market.bars.map((bars) => stock(bars.symbol, spec.fractional)),
    initialCash: spec.initialCash,
    venue: { slippageBps: spec.slippageBps, commission: spec.commission },
    rights: ALL_RIGHTS,
    sessions: market.sessions,
    sessionsOf: market.sessionsOf,
    actions: market.actions,
  };
}

function sealedSpec(
  base: EngineSpec,
  market: PreparedMarket,
  loads: readonly SeriesLoad[],
  spec: RunSpec,
  report: boolean,
): SealedRunSpec {
  const { sessions: _sessions, rights: _rights, ...engine } = base;
  const longest = Math.max(...market.bars.map((bars) => bars.length));
  return {
    engine,
    series: loads.map(({ series }) => ({
      symbol: series.symbol,
      rows: series.length,
      tickScale: series.tickScale,
    })),
    sessions: market.sessions.map((table) => table.length),
    period: spec.period,
    plotStride: report ? Math.ceil(longest / MAX_PLOT_POINTS) : 0,
    startUs: market.startUs,
  };
}

function checkPeriods(terms: StrategyTerms, period: string): void {
  if (terms.periods === undefined || terms.periods.includes(period)) return;
  throw new SandbarError(
    "usage",
    `--period: strategy "${terms.name}" works with ${terms.periods.join(", ")}, not with ${period}`,
  );
}

/** Close time of each step, microseconds UTC. */
function stepTimes(market: PreparedMarket): Float64Array {
  if (market.plan === null) return market.bars[0]!.closeTime.subarray(0, market.steps);
  const times = new Float64Array(market.steps), rows = new Int32Array(market.bars.length);
  let step = 0;
  for (const entry of market.plan) {
    const s = entry & 0x7fff, row = rows[s]!++;
    if ((entry & 0x8000) !== 0) times[step++] = market.bars[s]!.closeTime[row]!;
  }
  return times;
}

interface TablesInput {
  readonly spec: RunSpec;
  readonly engine: Engine;
  readonly market: PreparedMarket;
  readonly equityMicros: Float64Array;
  readonly timesUs: Float64Array;
  readonly base: EngineSpec;
  readonly options: BacktestOptions;
  readonly notes: NoteCollector;
  readonly report: boolean;
}

interface RunTables {
  readonly tables: ResultTables;
  readonly open: readonly RoundTrip[];
  readonly benchmarkName: string;
}

function tablesOf(input: TablesInput): RunTables {
  const { spec, engine, market, timesUs, base, report } = input;
  const equity = input.equityMicros.map((micros) => micros / 1e6),
    initialCash = spec.initialCash / 1e6;
  const { benchmark, benchmarkName } = benchmarkOf(input, initialCash);
  const digits = base.instruments.map((instrument) => instrument.quantityDigits);
  const trips = roundTrips({
    orders: engine.orders,
    fills: engine.fills,
    ledger: engine.ledger,
    symbols: spec.symbols,
    quantityDigits: digits,
    splits: splitsOf(engine, market),
    lastStep: market.steps - 1,
    lastTimeUs: timesUs[timesUs.length - 1]!,
  });
  const closes = market.sessions[market.sessionsOf[0]!]!.closeUs;
  const daily = spec.period.endsWith("d") || spec.period.endsWith("w") ? undefined : {
    own: dailyEquity(timesUs, equity, closes),
    benchmark: dailyEquity(timesUs, benchmark, closes),
  };
  return {
    open: trips.open,
    benchmarkName,
    tables: {
      timesUs,
      equity,
      benchmarkEquity: benchmark,
      ...(daily === undefined ? {} : {
        periodic: {
          periodsPerYear: market.periodsPerYear,
          timesUs: daily.own.timesUs,
          equity: daily.own.equity,
          benchmarkEquity: daily.benchmark.equity,
        },
      }),
      trades: trips.closed,
      openTrades: trips.open,
      orders: report ? orderRecords(engine, digits) : [],
      fills: report ? fillRecords(engine, timesUs) : [],
      bars: report ? chartBars(engine) : [],
      plots: input.notes.plots(),
      marks: input.notes.marks,
      logs: input.notes.logs,
    },
  };
}

function benchmarkOf(
  input: TablesInput,
  initialCash: number,
): { benchmark: Float64Array; benchmarkName: string } {
  const { spec, market, base, timesUs } = input;
  if (spec.benchmark === undefined) {
    const name = spec.symbols.length === 1
      ? `buy and hold ${spec.symbols[0]}`
      : "buy and hold, equal parts";
    return { benchmark: buyAndHold(base, market).equity, benchmarkName: name };
  }
  const [request] = requestsOf({ ...spec, symbols: [spec.benchmark] }, input.options);
  const [load] = loadAllSeries([request!]), own = prepareMarket([load!.series], spec.period);
  const held = buyAndHold({ ...engineSpecOf(spec, own) }, own);
  return {
    benchmark: alignBenchmark(held, timesUs, initialCash),
    benchmarkName: `buy and hold ${spec.benchmark}`,
  };
}

function splitsOf(engine: Engine, market: PreparedMarket): SplitAtStep[] {
  const { actionLog } = engine, splits: SplitAtStep[] = [];
  let at = 0;
  for (const action of market.actions) {
    if (at === actionLog.length) break;
    if (action.kind === "split") {
      splits.push({
        step: actionLog.step[at]!,
        series: action.series,
        numerator: action.numerator,
        denominator: action.denominator,
      });
    }
    at++;
  }
  return splits;
}

interface ResultInput {
  readonly spec: RunSpec;
  readonly options: BacktestOptions;
  readonly shown: string;
  readonly sources: string;
  readonly terms: StrategyTerms;
  readonly params: Readonly<Record<string, number | string | boolean>>;
  readonly loads: readonly SeriesLoad[];
  readonly market: PreparedMarket;
  readonly engine: Engine;
  readonly tables: RunTables;
  readonly drive: DriveResult;
  readonly dataHashes: Promise<string[]>;
  readonly osLimits: boolean;
  readonly timing: {
    readonly startedMs: number;
    readonly loadedMs: number;
    readonly ranMs: number;
  };
}

async function resultOf(input: ResultInput): Promise<ResultJson> {
  const { spec, loads, market, engine, terms, params, drive } = input,
    { tables } = input.tables,
    { ledger } = engine;
  const { periodic } = tables;
  const metrics = computeMetrics({
    equity: periodic?.equity ?? tables.equity,
    timesUs: periodic?.timesUs ?? tables.timesUs,
    benchmarkEquity: periodic?.benchmarkEquity ?? tables.benchmarkEquity,
    ...(periodic === undefined
      ? {}
      : { everyStep: { timesUs: tables.timesUs, equity: tables.equity } }),
    initialCash: spec.initialCash / 1e6,
    periodsPerYear: market.periodsPerYear,
    trades: tables.trades,
    exposedSteps: engine.exposedSteps,
    tradedNotional: ledger.tradedNotional / 1e6,
    riskFreeRate: spec.riskFreeRatePct / 100,
  });
  const hashes = await input.dataHashes;
  const data = loads.map(({ series }, s): DataJson => ({
    symbol: series.symbol,
    period: series.period,
    rows: series.length,
    from: formatIso(series.columns.closeTime[0]! as TimeUs),
    to: formatIso(series.columns.closeTime[series.length - 1]! as TimeUs),
    sha256: hashes[s]!,
    source: series.source,
    adjust: spec.adjust,
    synthetic: series.synthetic,
  }));
  let refused = 0;
  for (let row = 0; row < engine.orders.length; row++) {
    if (engine.orders.state[row] === ORDER_STATE.rejected) refused++;
  }
  const bars = market.bars.reduce((sum, each) => sum + each.length, 0);
  const stable = {
    strategy: { name: terms.name, file: input.shown, sha256: input.sources },
    params,
    seed: spec.seed,
    data,
    account: {
      currency: "USD" as const,
      initialCash: formatMoney(spec.initialCash),
      finalCash: formatMoney(ledger.cash),
      finalEquity: formatMoney(ledger.equity()),
    },
    venue: {
      slippageBps: spec.slippageBps,
      commission: commissionText(spec.commission),
      limitFill: "through" as const,
    },
    risk: { limits: "off" as const },
    metrics: { ...metrics },
    benchmark: input.tables.benchmarkName,
    counts: {
      bars,
      orders: engine.orders.length,
      fills: engine.fills.length,
      trades: tables.trades.length,
      refused,
    },
    costs: {
      commission: formatMoney(ledger.commission),
      fees: formatMoney(ledger.fees),
      slippage: formatMoney(ledger.slippage),
      dividends: formatMoney(ledger.dividends),
    },
  };
  const parts = {
    data: sha256Text(
      JSON.stringify(data.map(({ symbol, period, sha256 }) => [symbol, period, sha256])),
    ),
    config: sha256Text(canonicalRun(spec, params)),
    intents: drive.intentsSha256,
    ledger: sha256Ledger(engine),
  };
  const doneMs = performance.now(), { startedMs, loadedMs, ranMs } = input.timing;
  return {
    schema: RESULT_SCHEMA,
    sandbar: VERSION,
    deno: Deno.version.deno,
    v8: Deno.version.v8,
    ...stable,
    // The file's path is told but not hashed: a strategy is its text, wherever it lies.
    hashes: {
      ...parts,
      result: sha256Text(
        JSON.stringify({ ...stable, strategy: [terms.name, input.sources], parts }),
      ),
    },
    lookaheadChecked: false,
    warnings: runWarnings({
      loads,
      engine,
      trades: tables.trades.length,
      refused,
      osLimits: input.osLimits,
      open: input.tables.open.length,
    }),
    timing: {
      startMs: rounded(startedMs),
      loadMs: rounded(loadedMs - startedMs),
      strategyMs: rounded(ranMs - loadedMs),
      replayMs: rounded(drive.replayMs),
      totalMs: rounded(doneMs),
    },
    verdict: { kind: "ok", message: "the run is complete" },
    files: {},
  };
}

function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}
