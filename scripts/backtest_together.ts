/**
 * `deno task backtest A B ...`: several strategies beside each other, each with its own book and its share of the cash.
 *
 * @module
 */

import {
  accountText,
  type BacktestOptions,
  type ResultJson,
  summaryText,
  withSymbolOfFile,
  writeResult,
} from "../lib/backtest/mod.ts";
import { type LiveConfig, resolveLive, resolveRun } from "../lib/config/mod.ts";
import { formatIso, SandbarError, type TimeUs } from "../lib/core/mod.ts";
import { runTogether } from "../lib/live/mod.ts";
import { DEFAULT_LIMITS } from "../lib/sandbox/mod.ts";
import type { Flags } from "./backtest_flags.ts";
import { refuseSynthetic, runName } from "./backtest_words.ts";
import { hideProgress, showProgress, USER_DIR, userPath } from "./cli.ts";

/** What they run with. */
export interface TogetherRun {
  /** Files as typed, two at least. */
  readonly strategies: readonly string[];
  readonly flags: Flags;
  /** Of a backtest of the first of them. */
  readonly options: BacktestOptions;
  readonly signal: AbortSignal;
  /** The folder of a result: absolute, and as the user would type it. */
  readonly folderOf: (name: string) => [real: string, shown: string];
  /** Prints for people. */
  readonly say: (text: string) => void;
}

/**
 * Runs them, and prints and writes what came of it.
 *
 * @throws {SandbarError} `usage` for what only a single strategy can be asked for; what {@linkcode runTogether} throws.
 */
export async function backtestTogether(run: TogetherRun): Promise<void> {
  const { flags, options, signal, folderOf, say } = run;
  refuseSingleFlags(flags);
  const config = await configOf(run);
  const { params: _params, ...asked } = options;
  const { results, account } = await runTogether(config, {
    run: resolveRun(withSymbolOfFile(asked, options.data)),
    stallMs: options.limits?.stallMs ?? DEFAULT_LIMITS.stallMs,
    report: options.report === true,
    signal,
    onTime: (timeUs) => showProgress(`running, at ${formatIso(timeUs as TimeUs).slice(0, 10)}`),
  });
  hideProgress();
  for (const { json } of results) refuseSynthetic(json, flags);
  signal.throwIfAborted();
  const [real, shown] = folderOf(runName(results.map(({ json }) => json)));
  const written = results.map((result, k): ResultJson => {
    const { id } = config.strategies[k]!;
    return options.report === true
      ? writeResult(result, `${real}/${id}`, `${shown}/${id}`)
      : result.json;
  });
  if (flags.json === true) {
    console.log(JSON.stringify({ schema: 1, results: written, account }));
  }
  results.forEach((result, k) => {
    say(summaryText({ ...result, json: written[k]! }));
    const { report } = written[k]!.files;
    if (report !== undefined) say(`\n  Report    ${report}`);
    say("");
  });
  say(accountText(account, results.length));
}

/** The strategies with their ids, parameters and shares, and where the bars come from. */
async function configOf({ strategies, flags, options }: TogetherRun): Promise<LiveConfig> {
  const { config, set, data } = flags, { symbols, cash } = options;
  return await resolveLive({
    file: config === undefined ? undefined : { real: userPath(config), shown: config },
    flags: {
      strategies,
      broker: "paper",
      feed: "recorded",
      ...(set === undefined ? {} : { set }),
      ...(data === undefined ? {} : { data }),
      ...(symbols === undefined ? {} : { symbols }),
      ...(cash === undefined ? {} : { cash }),
    },
    userDir: USER_DIR,
  });
}

function refuseSingleFlags(flags: Flags): void {
  const asked = flags.benchmark !== undefined
    ? "--benchmark"
    : flags.checkLookahead === true
    ? "--check-lookahead"
    : undefined;
  if (asked === undefined) return;
  throw new SandbarError(
    "usage",
    `${asked} is of a single strategy, and several were named: run each alone (event by event none of them ` +
      "has bars of the future in its process)",
  );
}
