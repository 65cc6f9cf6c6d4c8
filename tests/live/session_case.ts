/**
 * What the tests of live sessions share: a session over the bundled data in a store in memory, by a clock moved by hand, beside the backtest of
 * the same run.
 *
 * @module
 */

import { type BacktestResult, runBacktest } from "../../lib/backtest/mod.ts";
import { SimulatedClock } from "../../lib/clock/mod.ts";
import { type LiveConfig, type LiveFlags, resolveLive } from "../../lib/config/mod.ts";
import { type LiveOptions, type LiveOutcome, runLive, sessionResult } from "../../lib/live/mod.ts";
import { formatDay } from "../../lib/core/mod.ts";
import { EventBus } from "../../lib/observe/mod.ts";
import { MemoryKv } from "../../lib/store/mod.ts";

export const STRATEGIES = new URL("../../strategies/", import.meta.url).pathname;

/** A start of the clock that says nothing about the data. */
const NOON = "2026-01-05T12:00:00Z";

/** Returns the configuration of a session whose files lie in a folder. */
export async function liveConfig(
  userDir: string,
  flags: LiveFlags,
  file?: string,
): Promise<LiveConfig> {
  const config = await resolveLive({
    flags: { speed: "max", ...flags },
    userDir,
    ...(file === undefined ? {} : { file: { real: file, shown: "sandbar.yaml" } }),
  });
  // Two cores that many tests share decide nothing about a strategy.
  return {
    ...config,
    control: { ...config.control, enabled: false },
    sandbox: { ...config.sandbox, eventDeadlineMs: 10_000, loadDeadlineMs: 20_000 },
  };
}

/** A session that can be run again and again over one store. */
export class SessionCase implements Disposable {
  readonly kv: MemoryKv = new MemoryKv();
  readonly bus: EventBus = new EventBus({ bufferSize: 100_000 });
  readonly clock: SimulatedClock = new SimulatedClock(NOON);
  readonly path: string = Deno.makeTempDirSync({ prefix: "sandbar-live-" });

  async run(config: LiveConfig, options: Partial<LiveOptions> = {}): Promise<LiveOutcome> {
    return await runLive(config, {
      clock: this.clock,
      signal: new AbortController().signal,
      bus: this.bus,
      at: this.kv,
      ...options,
    });
  }

  /** Writes a strategy file and returns its path. */
  strategy(name: string, text: string): string {
    const path = `${this.path}/${name}`;
    Deno.writeTextFileSync(path, text);
    return path;
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

/** Runs the backtest of a session's run. */
export async function backtestOf(config: LiveConfig): Promise<BacktestResult> {
  const [strategy] = config.strategies, { run } = config;
  return await runBacktest({
    strategy: strategy!.path,
    shownAs: strategy!.shown,
    symbols: run.symbols,
    cash: run.initialCash / 1e6,
    ...(run.fromDay === undefined ? {} : { from: formatDay(run.fromDay) }),
    ...(run.toDay === undefined ? {} : { to: formatDay(run.toDay) }),
    params: strategy!.params,
    report: false,
    limits: { loadMs: 20_000, stallMs: 60_000 },
    ...(config.data.recordedPath === null ? {} : { data: config.data.recordedPath.real }),
  });
}

export { sessionResult };
