/**
 * The public result of a finished run, with its metrics and hashes.
 *
 * @module
 */

import {
  canonicalRun,
  commissionText,
  matchingOf,
  type RunSpec,
  slippageBpsOf,
  slippageText,
} from "../config/mod.ts";
import { formatIso, formatMoney, type TimeUs } from "../core/mod.ts";
import { type SeriesLoad, VERSION } from "../data/mod.ts";
import type { Engine, ShadowGate } from "../engine/mod.ts";
import { computeMetrics } from "../statistics/mod.ts";
import { ORDER_STATE } from "../trading/mod.ts";
import type { DriveResult } from "./drive_child.ts";
import { type PreparedMarket, sha256Ledger, sha256Text, type StrategyTerms } from "../run/mod.ts";
import { type DataJson, RESULT_SCHEMA, type ResultJson } from "./result.ts";
import { riskJson } from "./risk_result.ts";
import type { RunTables } from "./run_tables.ts";
import { runWarnings } from "./warnings.ts";

/** What the public result is made from. */
export interface ResultInput {
  readonly spec: RunSpec;
  readonly shown: string;
  readonly sources: string;
  readonly terms: StrategyTerms;
  readonly params: Readonly<Record<string, number | string | boolean>>;
  readonly loads: readonly SeriesLoad[];
  /** Finer bars that told the inside of the bars, and what is to be said of them. */
  readonly finer?: readonly SeriesLoad[];
  readonly finerWarnings?: readonly string[];
  readonly market: PreparedMarket;
  readonly engine: Engine;
  readonly shadow: ShadowGate;
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

/** Returns the public result of a finished run. */
export async function resultJson(input: ResultInput): Promise<ResultJson> {
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
  const told = [...loads, ...input.finer ?? []].map(({ series }, s): DataJson => ({
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
  const data = told.slice(0, loads.length), paths = told.slice(loads.length);
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
    ...(paths.length === 0 ? {} : { paths }),
    account: {
      currency: "USD" as const,
      initialCash: formatMoney(spec.initialCash),
      finalCash: formatMoney(ledger.cash),
      finalEquity: formatMoney(ledger.equity()),
    },
    venue: {
      slippageBps: slippageBpsOf(spec.venue.slippage),
      commission: commissionText(spec.commission),
      limitFill: spec.venue.limitFill,
      preset: spec.venue.preset,
      fillAt: matchingOf(spec.venue, spec.seed).fillAt,
      slippage: slippageText(spec.venue.slippage),
      participation: spec.venue.participation,
      pathPeriod: spec.venue.pathPeriod,
      latencyMs: spec.venue.latencyMs,
      latencyJitterMs: spec.venue.latencyJitterMs,
      rejectionRate: spec.venue.rejectionRate,
      regulatoryFees: spec.venue.regulatoryFees,
      account: spec.account.type,
      settlement: spec.account.settlement,
      borrowRatePct: spec.account.borrowRatePct,
      debitRatePct: spec.account.debitRatePct,
      creditRatePct: spec.account.creditRatePct,
    },
    risk: riskJson(spec.risk, engine, input.shadow),
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
      financing: formatMoney(0 - ledger.financing),
    },
  };
  const parts = {
    data: sha256Text(
      JSON.stringify(told.map(({ symbol, period, sha256 }) => [symbol, period, sha256])),
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
      finer: input.finerWarnings ?? [],
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
