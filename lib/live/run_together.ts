/**
 * A backtest of several strategies: event by event through the driver of live trading, over recorded bars, with a store in memory. Each has its
 * own book and its share of the cash, so that each ends as it would alone with that cash; but for limits of risk, which hold for all together too.
 *
 * @module
 */

import {
  type AccountJson,
  accountJson,
  type BacktestResult,
  NoteCollector,
} from "../backtest/mod.ts";
import { SimulatedClock } from "../clock/mod.ts";
import type { LiveConfig, RunSpec } from "../config/mod.ts";
import { invariant, SandbarError } from "../core/mod.ts";
import { EventBus } from "../observe/mod.ts";
import { type FailureKind, StrategyFailure } from "../sandbox/mod.ts";
import { MemoryKv } from "../store/mod.ts";
import { runLive } from "./open_session.ts";
import { sessionRun } from "./session_result.ts";

/** How strategies run together. */
export interface TogetherOptions {
  /** What each of them runs, with the cash of all. */
  readonly run: RunSpec;
  /** The most that a strategy may take for one event, milliseconds. */
  readonly stallMs: number;
  /** True collects the tables for files and report. */
  readonly report: boolean;
  /** Aborting rejects with `interrupted`. */
  readonly signal: AbortSignal;
  /** Called now and then with the time that the run has come to, microseconds UTC. */
  readonly onTime?: (timeUs: number) => void;
}

/** What came of it. */
export interface TogetherResult {
  /** In the order of the configuration. */
  readonly results: readonly BacktestResult[];
  readonly account: AccountJson;
}

/** Events between two calls of `onTime`. */
const TIME_EVERY = 500;
/** More than one instant brings. */
const MAX_EVENTS = 100_000;
/** Nobody looks at a clock: neither bars nor results depend on it. */
const START = "2000-01-01T00:00:00Z";

/**
 * Runs the strategies of a configuration together.
 *
 * @throws {StrategyFailure} When one of them is refused or fails: the others end with it.
 * @throws {SandbarError} `interrupted`, and what data and settings can be wrong in.
 */
export async function runTogether(
  config: LiveConfig,
  options: TogetherOptions,
): Promise<TogetherResult> {
  const { report, onTime } = options, own = inMemory(config, options);
  const bus = new EventBus({ bufferSize: MAX_EVENTS });
  const notes = own.strategies.map(() => new NoteCollector("", own.run.symbols, 0));
  const failed = new AbortController();
  let failure: StrategyFailure | undefined, looked = 0, events = 0;
  const look = (): void => {
    failure ??= failureIn(bus, looked);
    looked = bus.lastSequence;
  };
  const outcome = await runLive(own, {
    clock: new SimulatedClock(START),
    signal: AbortSignal.any([options.signal, failed.signal]),
    bus,
    at: new MemoryKv(),
    obeysHaltFile: false,
    onReport: (strategy, { plots, notes: text }) => notes[strategy]!.take(plots, text),
    onChange: (view) => {
      look();
      if (failure !== undefined) failed.abort();
      if (++events % TIME_EVERY === 0) onTime?.(view.status().engine.timeUs);
    },
  });
  look();
  if (failure !== undefined) throw failure;
  if (outcome.end !== "end_of_feed") {
    invariant(options.signal.aborted, "a feed without an end was stopped by nobody");
    throw new SandbarError("interrupted", "interrupted: nothing was written");
  }
  const results: BacktestResult[] = [];
  for (let strategy = 0; strategy < own.strategies.length; strategy++) {
    results.push(await sessionRun(own, outcome, { strategy, notes: notes[strategy]!, report }));
  }
  const { periodsPerYear } = outcome.data.template, riskFreeRate = own.run.riskFreeRatePct / 100;
  return { results, account: accountJson(results, { periodsPerYear, riskFreeRate }) };
}

/** The configuration of a run that leaves nothing behind and is granted what a backtest is granted. */
function inMemory(config: LiveConfig, { run, stallMs }: TogetherOptions): LiveConfig {
  const { engine, sandbox, persistence, data, control } = config, endless = Infinity;
  return {
    ...config,
    run,
    engine: { ...engine, maxCycles: 0 },
    sandbox: {
      ...sandbox,
      eventDeadlineMs: stallMs,
      restartLimit: 0,
      maxReplayEvents: endless,
      maxIntentsPerEvent: endless,
    },
    persistence: { ...persistence, walMaxEntries: endless, autoSaveIntervalSeconds: endless },
    data: { ...data, provider: "recorded", speed: "max" },
    control: { ...control, enabled: false },
    strategies: config.strategies.map((strategy) => ({
      ...strategy,
      grants: {
        orderTypes: null,
        timeInForce: null,
        short: null,
        maxOrderNotional: null,
        maxPositionPct: null,
        maxOrdersPerMinute: null,
      },
    })),
  };
}

/** Returns how a strategy has failed after an event. */
function failureIn(bus: EventBus, after: number): StrategyFailure | undefined {
  for (const event of bus.recent({ after })) {
    if (event.type !== "STRATEGY_OVERRUN") continue;
    const { strategy, verdict, message } = event.data;
    return new StrategyFailure(verdict as FailureKind, `${strategy}: ${message}`);
  }
  return undefined;
}
