/**
 * `deno task backtest STRATEGY`: runs a strategy file in the sealed sandbox over bundled or own data, and shows the result.
 *
 * @module
 */

import { InvalidArgumentError } from "commander";
import {
  type BacktestOptions,
  type BacktestResult,
  type ResultJson,
  runBacktest,
  summaryText,
  writeResult,
} from "../lib/backtest/mod.ts";
import { SandbarError } from "../lib/core/mod.ts";
import { VERSION } from "../lib/data/mod.ts";
import { StrategyFailure } from "../lib/sandbox/mod.ts";
import {
  exitCodeOf,
  hideProgress,
  interruption,
  messageOf,
  newCommand,
  runProgram,
  showProgress,
  USER_DIR,
  userPath,
} from "./cli.ts";

interface Flags {
  readonly symbols?: string[];
  readonly from?: string;
  readonly to?: string;
  readonly period?: string;
  readonly data?: string;
  readonly adjust?: string;
  readonly cash?: number;
  readonly set?: Record<string, string>;
  readonly slippageBps?: number;
  readonly commission?: string;
  readonly benchmark?: string;
  readonly seed?: number;
  readonly fractional?: boolean;
  readonly realDataOnly?: boolean;
  readonly checkLookahead?: boolean;
  readonly config?: string;
  readonly out?: string;
  readonly report: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const program = newCommand("backtest", "Backtest a strategy file in the sealed sandbox.")
  .argument("<strategy>", "the strategy file, for example strategies/sma_crossover.ts")
  .option("--symbols <list>", "symbols separated by commas (default GOOG, bundled)", listOf)
  .option("--from <date>", "first session, for example 2010-01-01 (default: all there is)")
  .option("--to <date>", "last session, included")
  .option("--period <period>", "bar size: 1d, 1h, 5m, ... (default 1d)")
  .option(
    "--data <path>",
    "catalog, folder of CSV files or one CSV file (default: ./data, then the bundled sample)",
  )
  .option(
    "--adjust <how>",
    "splits: split adjusts prices backwards, none applies them in the run (default split)",
    adjustOf,
  )
  .option("--cash <amount>", "initial cash in US dollars (default 100000)", numberOf)
  .option(
    "--set <name=value>",
    "a parameter of the strategy; may be given several times",
    settingOf,
  )
  .option(
    "--slippage-bps <number>",
    "slippage of market and stop fills in basis points (default 5)",
    numberOf,
  )
  .option("--commission <rule>", "none, 0.2%, 0.005/share or 1/order (default 0.01%)")
  .option(
    "--benchmark <symbol>",
    "compare with buying and holding this (default: the run's own symbols)",
  )
  .option("--seed <number>", "root of all chance (default 1)", numberOf)
  .option("--fractional", "trade parts of a share, down to a millionth")
  .option("--real-data-only", "refuse synthetic bars")
  .option(
    "--check-lookahead",
    "run again with the future kept out of the process, and compare every decision",
  )
  .option("--config <file>", "settings from a YAML file; flags win over it")
  .option("--out <folder>", "where the result goes (default reports/<strategy>-<symbols>-<time>)")
  .option("--no-report", "write no files (unless --out is given)")
  .option("--json", "print the result as one JSON object, everything else to the error stream")
  .option("--quiet", "print nothing but errors (and the JSON)")
  .addHelpText(
    "after",
    `
Examples:
  deno task backtest strategies/sma_crossover.ts
  deno task backtest mine.ts --symbols AAPL,MSFT --from 2005-01-01 --set fast=5 --set slow=40
  deno task backtest mine.ts --data bars.csv --symbols MINE --commission 1/order --out reports/mine
  deno task backtest mine.ts --json --no-report > result.json

Exit codes: 0 done, 1 internal fault, 2 usage or configuration, 3 data, 4 strategy refused or failed,
5 limit of time or memory, 130 interrupted.`,
  )
  .action(backtest);

async function backtest(strategy: string, flags: Flags): Promise<void> {
  const stop = interruption();
  const say = (text: string): void => {
    if (flags.quiet !== true) (flags.json === true ? console.error : console.log)(text);
  };
  try {
    const options = await optionsOf(strategy, flags, stop.signal);
    let result = await runBacktest(options);
    hideProgress();
    refuseSynthetic(result, flags);
    if (flags.checkLookahead === true) result = await checked(options, result);
    const json = finish(result, flags);
    if (flags.json === true) console.log(JSON.stringify(json));
    say(summaryText({ ...result, json }));
    if (json.files["report"] !== undefined) say(`\n  Report    ${json.files["report"]}`);
  } catch (error) {
    hideProgress();
    if (flags.json === true) console.log(JSON.stringify(failedJson(error)));
    throw error;
  } finally {
    stop.stop();
  }
}

async function optionsOf(
  strategy: string,
  flags: Flags,
  signal: AbortSignal,
): Promise<BacktestOptions> {
  const fromFile = flags.config === undefined
    ? {}
    : (await import("../lib/config/config_file.ts")).readRunConfig(
      userPath(flags.config),
      flags.config,
    );
  const total = (done: number, all: number): void =>
    showProgress(`running ${Math.floor(done / all * 100)} %`);
  const given = {
    symbols: flags.symbols,
    from: flags.from,
    to: flags.to,
    period: flags.period,
    adjust: flags.adjust as "split" | "none" | undefined,
    cash: flags.cash,
    params: flags.set,
    slippageBps: flags.slippageBps,
    commission: flags.commission,
    benchmark: flags.benchmark,
    seed: flags.seed,
    fractional: flags.fractional,
    data: flags.data === undefined ? undefined : userPath(flags.data),
  };
  return {
    ...fromFile,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    strategy: userPath(strategy),
    shownAs: strategy,
    defaultData: `${USER_DIR}/data`,
    report: flags.report || flags.out !== undefined,
    onProgress: total,
    signal,
  };
}

/** Runs again with slices of one bar and compares every decision. */
async function checked(options: BacktestOptions, result: BacktestResult): Promise<BacktestResult> {
  const { checkLookahead } = await import("../lib/backtest/lookahead.ts");
  return await checkLookahead(options, result);
}

function refuseSynthetic(result: BacktestResult, flags: Flags): void {
  const synthetic = result.json.data.find((each) => each.synthetic);
  if (flags.realDataOnly === true && synthetic !== undefined) {
    throw new SandbarError(
      "synthetic_refused",
      `${synthetic.symbol}: the bars are synthetic (${synthetic.source}), and --real-data-only was given`,
    );
  }
}

function finish(result: BacktestResult, flags: Flags): ResultJson {
  if (!flags.report && flags.out === undefined) return result.json;
  const shown = flags.out ?? `reports/${runName(result.json)}`;
  return writeResult(result, userPath(shown), shown);
}

/** A name for the folder of a run: strategy, symbols, time. */
function runName(json: ResultJson): string {
  const symbols = json.data.map((each) => each.symbol).slice(0, 3).join("-");
  const time = new Date().toISOString().replace(/[-:]/g, "").replace("T", "-").slice(0, 15);
  return `${json.strategy.name}-${symbols}-${time}`.toLowerCase().replace(/[^a-z0-9.-]+/g, "-");
}

function failedJson(error: unknown): Record<string, unknown> {
  return {
    schema: 1,
    sandbar: VERSION,
    deno: Deno.version.deno,
    verdict: {
      kind: error instanceof StrategyFailure
        ? error.kind
        : error instanceof SandbarError
        ? error.code
        : "internal",
      message: messageOf(error),
    },
    exitCode: exitCodeOf(error),
  };
}

function listOf(text: string): string[] {
  return text.split(",").map((part) => part.trim()).filter((part) => part !== "");
}

function numberOf(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) {
    throw new InvalidArgumentError("A number is expected.");
  }
  return value;
}

function adjustOf(text: string): string {
  if (text !== "split" && text !== "none") throw new InvalidArgumentError("Give split or none.");
  return text;
}

function settingOf(text: string, before: Record<string, string> = {}): Record<string, string> {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError("Write name=value, for example fast=5.");
  return { ...before, [text.slice(0, at).trim()]: text.slice(at + 1).trim() };
}

if (import.meta.main) await runProgram(program);
