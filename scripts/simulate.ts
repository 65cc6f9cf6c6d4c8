/**
 * `deno task simulate paper`: starts the paper exchange, a broker of our own over prepared bars, in a process of its own. It stays until it is
 * told to end, whoever trades on it.
 *
 * @module
 */

import { type Command, Option } from "commander";
import { SystemClock } from "../lib/clock/mod.ts";
import { readRunConfig, resolveRun } from "../lib/config/mod.ts";
import { counted, SandbarError } from "../lib/core/mod.ts";
import { loadAllSeries } from "../lib/data/mod.ts";
import { engineSpecOf, prepareMarket, requestsOf } from "../lib/run/mod.ts";
import { type FaultChance, Faults, PaperExchange, PaperServer } from "../lib/vendors/paper/mod.ts";
import { interruption, newCommand, runProgram, USER_DIR, userPath } from "./cli.ts";
import { listOf, numberOf } from "./option_values.ts";

interface Flags {
  readonly port: number;
  readonly accountId: string;
  readonly symbols?: string[];
  readonly from?: string;
  readonly to?: string;
  readonly period?: string;
  readonly data?: string;
  readonly adjust?: "split" | "none";
  readonly cash?: number;
  readonly venue?: string;
  readonly participation?: number;
  readonly slippageBps?: number;
  readonly commission?: string;
  readonly account?: "cash" | "margin";
  readonly seed?: number;
  readonly fractional?: boolean;
  readonly speed?: number;
  readonly faultRate?: number;
  readonly config?: string;
  readonly json?: boolean;
}

function program(): Command {
  const root = newCommand("simulate", "Brokers of our own, to trade against without a market.");
  root.command("paper")
    .description("the simulated venue behind the broker protocol, over prepared bars")
    .option("--port <number>", "port on 127.0.0.1; 0 takes a free one", numberOf, 0)
    .option("--account-id <id>", "name of its account", "PAPER-1")
    .option("--symbols <list>", "symbols separated by commas (default GOOG, bundled)", listOf)
    .option("--from <date>", "first session, for example 2010-01-01 (default: all there is)")
    .option("--to <date>", "last session, included")
    .option("--period <period>", "bar size: 1d, 1h, 5m, ... (default 1d)")
    .option("--data <path>", "catalog, folder of CSV files or one CSV file (default: ./data)")
    .addOption(
      new Option("--adjust <how>", "splits: in the prices, or applied as they happen")
        .choices(["split", "none"]),
    )
    .option("--cash <amount>", "initial cash in US dollars (default 100000)", numberOf)
    .option("--venue <preset>", "rules of fills, as of backtest (default realistic)")
    .option("--participation <percent>", "most of a bar's volume that orders get", numberOf)
    .option("--slippage-bps <number>", "slippage in basis points (default 5)", numberOf)
    .option("--commission <rule>", "as of backtest, for example 0.005/share (default 0.01%)")
    .addOption(
      new Option("--account <type>", "cash or margin (default cash)").choices(["cash", "margin"]),
    )
    .option("--seed <number>", "root of all chance (default 1)", numberOf)
    .option("--fractional", "trade parts of a share, down to a millionth")
    .option(
      "--speed <number>",
      "instants a second at which the market goes on by itself (default: when a client asks)",
      numberOf,
    )
    .option(
      "--fault-rate <percent>",
      "share of requests and reports that go wrong, by the seed (default none)",
      numberOf,
    )
    .option("--config <file>", "settings of the venue from a YAML file; flags win over it")
    .option("--json", "print where it is as one JSON object")
    .action(paper);
  return root.addHelpText(
    "after",
    `
Examples:
  deno task simulate paper --symbols GOOG,MSFT --from 2010-01-01 --port 7311
  deno task simulate paper --fault-rate 5 --seed 7

It ends with Ctrl-C. Exit codes: 0 done, 1 internal fault, 2 usage, 3 data.`,
  );
}

async function paper(flags: Flags): Promise<void> {
  const config = flags.config === undefined
    ? undefined
    : await readRunConfig(userPath(flags.config), flags.config);
  const given = {
    symbols: flags.symbols,
    from: flags.from,
    to: flags.to,
    period: flags.period,
    adjust: flags.adjust,
    cash: flags.cash,
    venue: flags.venue,
    participationPct: flags.participation,
    slippageBps: flags.slippageBps,
    commission: flags.commission,
    accountType: flags.account,
    seed: flags.seed,
    fractional: flags.fractional,
  };
  const spec = resolveRun({
    ...config?.run,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  });
  const data = flags.data === undefined ? undefined : userPath(flags.data);
  const loads = loadAllSeries(requestsOf(spec, data, config?.dataDir ?? `${USER_DIR}/data`));
  const market = prepareMarket(loads.map(({ series }) => series), spec.period);
  const exchange = new PaperExchange({
    ...market,
    accountId: flags.accountId,
    spec: engineSpecOf(spec, market),
    isSynthetic: loads.some(({ series }) => series.synthetic),
    period: spec.period,
    faults: new Faults(chanceOf(flags, spec.seed)),
  });
  await using server = PaperServer.start({
    exchange,
    clock: new SystemClock(),
    port: portOf(flags),
    ...(flags.speed === undefined ? {} : { instantsPerSecond: flags.speed }),
  });
  const stop = interruption(), { symbols, period } = spec, { url } = server;
  console.log(
    flags.json === true
      ? JSON.stringify({ url, accountId: flags.accountId, symbols, period, steps: market.steps })
      : `Paper exchange ${flags.accountId} at ${url}: ${symbols.join(", ")}, ` +
        `${counted(market.steps, "instant")} of ${period}`,
  );
  await new Promise((resolve) => stop.signal.addEventListener("abort", resolve));
  stop.stop();
}

function chanceOf({ faultRate }: Flags, seed: number): FaultChance | undefined {
  if (faultRate === undefined) return undefined;
  if (faultRate >= 0 && faultRate <= 100) return { seed, rate: faultRate / 100 };
  throw new SandbarError("usage", `--fault-rate: found ${faultRate}; give a percentage, 0 to 100`);
}

function portOf({ port }: Flags): number {
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new SandbarError("usage", `--port: found ${port}; give a whole number, 0 to 65535`);
}

if (import.meta.main) await runProgram(program());
