/**
 * The tables of a finished run: equity, benchmark, trades, orders, and what the report draws.
 *
 * @module
 */

import type { RunSpec } from "../config/mod.ts";
import type { SeriesLoad } from "../data/mod.ts";
import type { Engine, EngineSpec } from "../engine/mod.ts";
import { dailyEquity } from "../statistics/mod.ts";
import {
  type DelistingAtStep,
  type RoundTrip,
  roundTrips,
  type SplitAtStep,
} from "../trading/mod.ts";
import { alignBenchmark, buyAndHold } from "./benchmark.ts";
import { ledgerRecords } from "./ledger_records.ts";
import { engineSpecOf, type PreparedMarket, prepareMarket } from "../run/mod.ts";
import type { ResultTables } from "./result.ts";
import { chartBars, fillRecords, type NoteCollector, orderRecords } from "./tables.ts";

/** Close time of each step, microseconds UTC. */
export function stepTimes(market: PreparedMarket): Float64Array {
  if (market.plan === null) return market.bars[0]!.closeTime.subarray(0, market.steps);
  const times = new Float64Array(market.steps), rows = new Int32Array(market.bars.length);
  let step = 0;
  for (const entry of market.plan) {
    const s = entry & 0x7fff, row = rows[s]!++;
    if ((entry & 0x8000) !== 0) times[step++] = market.bars[s]!.closeTime[row]!;
  }
  return times;
}

/** What the tables are made from. */
export interface TablesInput {
  readonly spec: RunSpec;
  readonly engine: Engine;
  readonly market: PreparedMarket;
  readonly equityMicros: Float64Array;
  readonly timesUs: Float64Array;
  readonly base: EngineSpec;
  /** Bars of the benchmark when it is not the run's own symbols. */
  readonly benchmark: SeriesLoad | undefined;
  readonly notes: NoteCollector;
  readonly report: boolean;
}

/** The tables of a run and what the result says beside them. */
export interface RunTables {
  readonly tables: ResultTables;
  readonly open: readonly RoundTrip[];
  readonly benchmarkName: string;
}

/** Returns the tables of a finished run. */
export function runTables(input: TablesInput): RunTables {
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
    ...endingsOf(engine),
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
      ledger: report ? ledgerRecords(engine, digits) : [],
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
  const { spec, market, base, timesUs, benchmark } = input;
  if (benchmark === undefined) {
    const name = spec.symbols.length === 1
      ? `buy and hold ${spec.symbols[0]}`
      : "buy and hold, equal parts";
    return { benchmark: buyAndHold(base, market).equity, benchmarkName: name };
  }
  const own = prepareMarket([benchmark.series], spec.period);
  const held = buyAndHold(engineSpecOf(spec, own), own);
  return {
    benchmark: alignBenchmark(held, timesUs, initialCash),
    benchmarkName: `buy and hold ${benchmark.series.symbol}`,
  };
}

/** The splits and delistings of a run, in their order. */
function endingsOf(engine: Engine): {
  readonly splits: SplitAtStep[];
  readonly delistings: DelistingAtStep[];
} {
  const { actionLog: log } = engine;
  const splits: SplitAtStep[] = [], delistings: DelistingAtStep[] = [];
  for (let row = 0; row < log.length; row++) {
    const action = log.action[row] === -1 ? undefined : log.actions[log.action[row]!]!;
    if (action === undefined) continue;
    const { series, timeUs } = action, step = log.step[row]!;
    if (action.kind === "delist") delistings.push({ step, timeUs, series });
    if (action.kind !== "split") continue;
    const { numerator, denominator } = action, cashInLieuMicros = log.cash[row]!;
    splits.push({ step, timeUs, series, numerator, denominator, cashInLieuMicros });
  }
  return { splits, delistings };
}
