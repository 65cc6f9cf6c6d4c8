/**
 * The flags of a live run, as `live` and `config show` take them.
 *
 * @module
 */

import { fromFileUrl } from "@std/path";
import { type Command, Option } from "commander";
import type { LiveFlags, LiveRequest } from "../lib/config/mod.ts";
import { USER_DIR, userPath } from "./cli.ts";
import { listOf, numberOf, settingOf } from "./option_values.ts";

/** What the command line of a live run says. */
export interface LiveOptions extends Omit<LiveFlags, "strategies"> {
  readonly config?: string;
}

/** Adds the strategies and the flags of a live run to a command. */
export function withLiveOptions(command: Command): Command {
  return command
    .argument("[strategies...]", "strategy files (default: those of --config)")
    .option("--config <file>", "settings from a YAML file; flags win over it")
    .option("--broker <name>", "where orders go: paper (default paper)")
    .option("--feed <name>", "market data: recorded or simulated (default recorded)")
    .option("--symbols <list>", "symbols separated by commas (default GOOG, bundled)", listOf)
    .option("--from <date>", "first session, for example 2010-01-01 (default: all there is)")
    .option("--to <date>", "last session, included")
    .option("--period <period>", "bar size: 1d, 1h, 5m, ... (default 1d)")
    .option(
      "--speed <factor>",
      "how fast the feed goes: 1, 60 or max (default: max for recorded, 1 for simulated)",
    )
    .option(
      "--data <path>",
      "catalog or CSV file of the recorded feed (default: ./data, then the bundled sample)",
    )
    .option("--state <folder>", "database, control.json and HALT (default state)")
    .option("--account <name>", "account that the run trades (default paper)")
    .option(
      "--paper-url <url>",
      "paper exchange to trade at, from deno task simulate paper (default: the venue inside)",
    )
    .addOption(
      new Option(
        "--upgrade <how>",
        "go on with a strategy that has changed: keep its positions, or flatten them first",
      ).choices(["keep", "flatten"]),
    )
    .option(
      "--adopt",
      "first start at a broker: book the positions and orders that are in the account already, as unassigned",
    )
    .option(
      "--set <name=value>",
      "a parameter of the strategy, with several strategies id.name=value; may be given several times",
      settingOf,
    )
    .option("--cash <amount>", "initial cash in US dollars (default 100000)", numberOf)
    .option("--venue <preset>", "rules of fills: realistic, backtesting.py, backtrader or zipline")
    .option(
      "--slippage-bps <number>",
      "slippage of market and stop fills in basis points (default 5)",
      numberOf,
    )
    .option("--commission <rule>", "none, 0.2%, 0.005/share or 1/order (default 0.01%)")
    .option("--seed <number>", "root of all chance (default 1)", numberOf);
}

/** What trades when nothing is asked for, as it is shown. */
export const DEFAULT_STRATEGY = "strategies/sma_crossover.ts";

/** Returns what a live run is resolved from. */
export function liveRequest(asked: readonly string[], options: LiveOptions): LiveRequest {
  const { config, ...flags } = options;
  const strategies = asked.length === 0 && config === undefined
    ? [fromFileUrl(new URL(`../${DEFAULT_STRATEGY}`, import.meta.url))]
    : asked;
  return {
    file: config === undefined ? undefined : { real: userPath(config), shown: config },
    flags: { ...flags, strategies },
    userDir: USER_DIR,
  };
}
