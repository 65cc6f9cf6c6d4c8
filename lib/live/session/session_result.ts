/**
 * The result of a session whose recorded feed has ended: the object that a backtest of the same run gives, from the books of the session.
 *
 * @module
 */

import type { LiveConfig } from "../../config/mod.ts";
import {
  type BacktestResult,
  NoteCollector,
  type ResultJson,
  resultJson,
  runTables,
  stepTimes,
} from "../../backtest/mod.ts";
import { engineSpecOf, sha256Bars } from "../../run/mod.ts";
import type { LiveOutcome } from "./open_session.ts";

/** Returns the public result of one strategy of a session that has ended. */
export async function sessionResult(
  config: LiveConfig,
  outcome: LiveOutcome,
  strategy: number,
): Promise<ResultJson> {
  const notes = new NoteCollector("", config.run.symbols, 0);
  return (await sessionRun(config, outcome, { strategy, notes, report: false })).json;
}

/** Which result is made, and what goes into it. */
export interface SessionRunOptions {
  /** Number of the strategy in the session. */
  readonly strategy: number;
  /** What it wrote and drew. */
  readonly notes: NoteCollector;
  /** True collects the tables for files and report. */
  readonly report: boolean;
}

/** Returns the result of one strategy of a session that has ended, with its tables. */
export async function sessionRun(
  config: LiveConfig,
  outcome: LiveOutcome,
  { strategy, notes, report }: SessionRunOptions,
): Promise<BacktestResult> {
  const { core, data } = outcome, { market } = core, book = core.books[strategy]!;
  const { terms, params } = outcome.opened[strategy]!, timesUs = stepTimes(market);
  const base = { ...engineSpecOf(config.run, market), initialCash: book.engine.ledger.initialCash };
  const spec = { ...config.run, initialCash: base.initialCash };
  const tables = runTables({
    spec,
    engine: book.engine,
    market,
    equityMicros: book.equity.subarray(0, market.steps),
    timesUs,
    base,
    benchmark: undefined,
    notes,
    report,
  });
  const now = performance.now();
  const json = await resultJson({
    spec,
    shown: config.strategies[strategy]!.shown,
    dataPath: config.data.recordedPath?.shown ?? null,
    sources: outcome.sourceHashes[strategy]!,
    terms,
    params,
    loads: data.loads,
    market,
    engine: book.engine,
    shadow: book.shadow,
    tables,
    drive: {
      intentsSha256: book.intentsSha256(),
      intentCount: book.intents.count,
      replayMs: 0,
    },
    dataHashes: Promise.all(market.bars.map(sha256Bars)),
    osLimits: outcome.osLimits,
    timing: { startedMs: 0, loadedMs: 0, ranMs: now },
  });
  return { json, tables: tables.tables };
}
