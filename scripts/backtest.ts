/**
 * `deno task backtest STRATEGY`: runs a strategy file in the sealed sandbox over bundled or own data, and shows the result.
 *
 * @module
 */

import { CommanderError, InvalidArgumentError, Option } from "commander";
import {
  type BacktestOptions,
  checkLookahead,
  refuseUnwritable,
  runTraced,
  summaryText,
  writeResult,
} from "../lib/backtest/mod.ts";
import { readRunConfig, type RunConfig, settingsTable } from "../lib/config/mod.ts";
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
  table,
  USER_DIR,
  userPath,
} from "./cli.ts";
import type { Flags } from "./backtest_flags.ts";
import { refuseSynthetic, runName } from "./backtest_words.ts";
import { listOf, numberOf, settingOf } from "./option_values.ts";

/** How long after a strategy's failure a signal of the user's is waited for. */
const SIGNAL_GRACE_MS = 20;

const program = newCommand("backtest", "Backtest a strategy file in the sealed sandbox.")
  .argument(
    "<strategies...>",
    "the strategy file, for example strategies/sma_crossover.ts; several share the cash and run event by event",
  )
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
    "a parameter of the strategy, with several strategies id.name=value; may be given several times",
    settingOf,
  )
  .option(
    "--venue <preset>",
    "rules of fills: realistic, backtesting.py, backtrader or zipline (default realistic)",
  )
  .option(
    "--participation <percent>",
    "most of a bar's volume that the orders get (default no limit)",
    numberOf,
  )
  .option(
    "--path-period <period>",
    "finer bars that tell the way inside a bar: 1m, 1h, ... (default: the worse way)",
  )
  .option(
    "--slippage-bps <number>",
    "slippage of market and stop fills in basis points (default 5)",
    numberOf,
  )
  .option(
    "--commission <rule>",
    'none, 0.2%, 0.005/share or 1/order; bounds an order: "0.005/share min 1 max 0.5%" (default 0.01%)',
  )
  .addOption(
    new Option("--account <type>", "cash, or margin: lends by margin.* of --config (default cash)")
      .choices(["cash", "margin"]),
  )
  .addOption(
    new Option(
      "--settlement <when>",
      "in a cash account, sales pay for purchases at once (instant, default) or when they have settled (standard)",
    ).choices(["instant", "standard"]),
  )
  .option("--borrow-rate <percent>", "fee for borrowed shares, % a year (default 0)", numberOf)
  .option("--debit-rate <percent>", "interest on borrowed cash, % a year (default 0)", numberOf)
  .option("--credit-rate <percent>", "interest on idle cash, % a year (default 0)", numberOf)
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
  .option("--settings", "list the settings that such a file can hold, and stop")
  .option(
    "--out <folder>",
    "where the result goes; replaces an earlier one (default reports/<strategy>-<symbols>-<time>)",
  )
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
  deno task backtest mine.ts other.ts --cash 200000

Exit codes: 0 done, 1 internal fault, 2 usage or configuration, 3 data, 4 strategy refused or failed,
5 limit of time or memory, 130 interrupted.`,
  )
  .on("option:settings", () => {
    console.log(table(settingsTable(), []));
    throw new CommanderError(0, "sandbar.settings", "");
  })
  .action(backtest);

async function backtest(strategies: readonly string[], flags: Flags): Promise<void> {
  const [strategy] = strategies as [string], isAlone = strategies.length === 1;
  const stop = interruption();
  const say = (text: string): void => {
    if (flags.quiet !== true) (flags.json === true ? console.error : console.log)(text);
  };
  const note = (text: string): void => {
    hideProgress();
    if (flags.quiet !== true) console.error(`Note: ${text}`);
  };
  try {
    const config = flags.config === undefined
      ? undefined
      : await readRunConfig(userPath(flags.config), flags.config);
    for (const text of config?.notes ?? []) note(text);
    const options = optionsOf(strategy, flags, config, stop.signal);
    if (options.report === true) refuseUnwritable(...folderOf("result", flags, config));
    if (!isAlone) {
      // The driver of live trading is loaded only where it runs.
      const { backtestTogether } = await import("./backtest_together.ts");
      await backtestTogether({
        strategies,
        flags,
        options,
        signal: stop.signal,
        folderOf: (name) => folderOf(name, flags, config),
        say,
      });
      return;
    }
    const first = await runTraced(options);
    refuseSynthetic(first.result.json, flags);
    const result = flags.checkLookahead === true
      ? await checkLookahead(checking(options), first, { onNote: note })
      : first.result;
    hideProgress();
    stop.signal.throwIfAborted();
    const json = options.report === true
      ? writeResult(result, ...folderOf(runName([result.json]), flags, config))
      : result.json;
    if (flags.json === true) console.log(JSON.stringify(json));
    say(summaryText({ ...result, json }));
    if (json.files["report"] !== undefined) say(`\n  Report    ${json.files["report"]}`);
  } catch (thrown) {
    hideProgress();
    const error = await causeOf(thrown, stop.signal);
    if (flags.json === true) console.log(JSON.stringify(failedJson(error)));
    throw error;
  } finally {
    stop.stop();
  }
}

function optionsOf(
  strategy: string,
  flags: Flags,
  config: RunConfig | undefined,
  signal: AbortSignal,
): BacktestOptions {
  const given = {
    symbols: flags.symbols,
    from: flags.from,
    to: flags.to,
    period: flags.period,
    adjust: flags.adjust as "split" | "none" | undefined,
    cash: flags.cash,
    params: flags.set,
    venue: flags.venue,
    participationPct: flags.participation,
    pathPeriod: flags.pathPeriod,
    slippageBps: flags.slippageBps,
    commission: flags.commission,
    accountType: flags.account as "cash" | "margin" | undefined,
    settlement: flags.settlement as "instant" | "standard" | undefined,
    borrowRatePct: flags.borrowRate,
    debitRatePct: flags.debitRate,
    creditRatePct: flags.creditRate,
    benchmark: flags.benchmark,
    seed: flags.seed,
    fractional: flags.fractional,
    data: flags.data === undefined ? undefined : userPath(flags.data),
    limits: config?.limits,
  };
  return {
    ...config?.run,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    strategy: userPath(strategy),
    shownAs: strategy,
    ...(flags.data === undefined ? {} : { dataShownAs: flags.data }),
    defaultData: config?.dataDir ?? `${USER_DIR}/data`,
    report: flags.report || flags.out !== undefined,
    onProgress: progressOf("running"),
    signal,
  };
}

function checking(options: BacktestOptions): BacktestOptions {
  return { ...options, onProgress: progressOf("checking for look-ahead") };
}

function progressOf(what: string): (done: number, total: number) => void {
  let shown = -1;
  return (done, total) => {
    const percent = Math.floor(done / total * 100);
    if (percent !== shown) showProgress(`${what} ${percent} %`);
    shown = percent;
  };
}

/** The folder of a result: absolute, and as the user would type it. */
function folderOf(
  name: string,
  flags: Flags,
  config: RunConfig | undefined,
): [real: string, shown: string] {
  if (flags.out !== undefined) return [userPath(flags.out), flags.out];
  const { real, shown } = config?.reportDir ?? { real: `${USER_DIR}/reports`, shown: "reports" };
  return [`${real}/${name}`, `${shown}/${name}`];
}

/** Ctrl-C reaches the sandbox's process as well, and its end may be seen before our own signal is. */
async function causeOf(error: unknown, signal: AbortSignal): Promise<unknown> {
  if (!(error instanceof StrategyFailure)) return error;
  await new Promise((resolve) => setTimeout(resolve, SIGNAL_GRACE_MS));
  return signal.aborted ? signal.reason : error;
}

function failedJson(error: unknown): Record<string, unknown> {
  return {
    schema: 1,
    sandbar: VERSION,
    deno: Deno.version.deno,
    verdict: {
      kind: verdictOf(error),
      message: messageOf(error),
    },
    exitCode: exitCodeOf(error),
  };
}

/** A strategy that cannot be read is refused like one that cannot be loaded; other errors are told by their code. */
function verdictOf(error: unknown): string {
  if (error instanceof StrategyFailure) return error.kind;
  if (!(error instanceof SandbarError)) return "internal";
  return error.code === "strategy_load" ? "load" : error.code;
}

function adjustOf(text: string): string {
  if (text !== "split" && text !== "none") throw new InvalidArgumentError("Give split or none.");
  return text;
}

if (import.meta.main) await runProgram(program);
