/**
 * `deno task data`: brings files into the catalog, lists it, checks it, generates synthetic bars.
 *
 * @module
 */

import { type Command, InvalidArgumentError, Option } from "commander";
import { CALENDAR_NAMES, type CalendarName } from "../lib/calendar/mod.ts";
import { counted, parseDay } from "../lib/core/mod.ts";
import {
  ACCEPTABLE_KINDS,
  type Adjusted,
  type CatalogCheck,
  checkCatalog,
  importBars,
  listCatalog,
  type Manifest,
  type ProblemKind,
  SAMPLE_PERIOD,
  SAMPLES,
  storeGenerated,
} from "../lib/data/mod.ts";
import { BUNDLED_SPLITS } from "../lib/market/mod.ts";
import {
  EXIT,
  hideProgress,
  interruption,
  newCommand,
  runProgram,
  showProgress,
  table,
  userPath,
} from "./cli.ts";

interface FolderOptions {
  readonly data: string;
  readonly json?: boolean;
}

interface ImportFlags extends FolderOptions {
  readonly symbol: string;
  readonly period: string;
  readonly calendar: CalendarName;
  readonly timezone?: string;
  readonly adjusted?: Adjusted;
  readonly actions?: string;
  readonly accept?: ProblemKind[];
  readonly replace?: boolean;
}

interface GenerateFlags extends FolderOptions {
  readonly symbol: string;
  readonly period: string;
  readonly bars: number;
  readonly seed: number;
  readonly calendar: CalendarName;
  readonly from?: number;
  readonly replace?: boolean;
}

function program(): Command {
  const root = newCommand(
    "data",
    "Bars for backtests: import files, list and check what is there, generate.",
  )
    .addHelpText(
      "after",
      `
Examples:
  deno task data import aapl.csv --symbol AAPL --period 1d --actions aapl_splits.csv
  deno task data import btc.csv --symbol BTC/USD --period 1m --calendar always_open --timezone UTC
  deno task data list
  deno task data check
  deno task data generate --symbol DEMO --period 1m --bars 100000 --seed 7

Exit codes: 0 done, 1 internal fault, 2 usage, 3 data, 130 interrupted.`,
    );
  addImport(root);
  withFolder(root.command("list"), "list the catalog and the bundled data").action(list);
  withFolder(root.command("check"), "check hashes and bars of the whole catalog").action(check);
  addGenerate(root);
  return root;
}

function addImport(root: Command): void {
  withFolder(root.command("import"), "import a CSV or Parquet file of bars, all or nothing")
    .argument("<file>", "the file; columns are found by their names")
    .requiredOption("--symbol <symbol>", "what the bars are of, for example AAPL or BTC/USD")
    .requiredOption("--period <period>", "size of a bar: 1d, 1m, 5m, 1h, ...")
    .addOption(calendarOption())
    .option("--timezone <zone>", "clock of times without a zone: UTC, exchange, Europe/Berlin, ...")
    .option(
      "--actions <file>",
      "CSV of corporate actions: symbol,ex_date,type,value (split, dividend, rename, delist, halt, resume)",
    )
    .addOption(
      new Option("--adjusted <state>", "whether the prices are adjusted for splits already")
        .choices(["split", "none", "unknown"]),
    )
    .option(
      "--accept <kinds>",
      `problems to accept, separated by commas: ${ACCEPTABLE_KINDS.join(", ")}. Rows with an ` +
        "accepted fault are left out, unordered rows are sorted, missing sessions and precision " +
        "stay as they are",
      kindsOf,
    )
    .option("--replace", "replace the series if it is there")
    .action(importFile);
}

function addGenerate(root: Command): void {
  withFolder(root.command("generate"), "generate seeded synthetic bars, labelled synthetic")
    .requiredOption("--symbol <symbol>", "what to call them")
    .requiredOption("--bars <count>", "how many", wholeNumber)
    .option("--period <period>", "size of a bar: 1d, 1m, 5m, 1h, ...", "1m")
    .option("--seed <number>", "the same seed gives the same bars", wholeNumber, 1)
    .addOption(calendarOption())
    .option("--from <date>", "first session (default 2010-01-01)", dayOf)
    .option("--replace", "replace the series if it is there")
    .action(generate);
}

function withFolder(command: Command, description: string): Command {
  return command.description(description)
    .option("--data <folder>", "the catalog", "data")
    .option("--json", "print one JSON object");
}

function calendarOption(): Option {
  return new Option("--calendar <name>", "trading sessions").choices(CALENDAR_NAMES).default(
    "XNYS",
  );
}

async function importFile(file: string, flags: ImportFlags): Promise<void> {
  const stop = interruption();
  try {
    const { manifest, path, notes } = await importBars({
      ...flags,
      file: userPath(file),
      shown: file,
      dataDir: userPath(flags.data),
      actionsFile: flags.actions === undefined ? undefined : userPath(flags.actions),
      signal: stop.signal,
      onProgress: (fraction) => showProgress(`reading ${Math.floor(fraction * 100)} %`),
    });
    hideProgress();
    printStored(manifest, path, notes, flags);
  } finally {
    hideProgress();
    stop.stop();
  }
}

function generate(flags: GenerateFlags): void {
  const { manifest, path } = storeGenerated({ ...flags, dataDir: userPath(flags.data) });
  printStored(manifest, path, ["these bars are synthetic, not from any market"], flags);
}

function printStored(
  manifest: Manifest,
  path: string,
  notes: readonly string[],
  flags: FolderOptions,
): void {
  if (flags.json === true) return printJson({ path, notes, manifest });
  const { symbol, period, rows, first, last } = manifest;
  console.log(`${symbol} ${period}: ${counted(rows, "bar")}, ${first} to ${last}`);
  console.log(`stored in ${path}`);
  for (const note of notes) console.error(`note: ${note}`);
}

function list(flags: FolderOptions): void {
  const entries = listCatalog(userPath(flags.data));
  if (flags.json === true) {
    return printJson({
      catalog: entries.map(({ path, manifest, fault }) =>
        manifest === undefined ? { path, fault } : { path, ...manifest }
      ),
      bundled: SAMPLES.map((it) => ({ ...it, period: SAMPLE_PERIOD })),
    });
  }
  const rows = [["symbol", "period", "bars", "first", "last", "prices", "actions", "source"]];
  for (const { path, manifest, fault } of entries) {
    if (manifest === undefined) console.error(`${path}: ${fault}`);
    else rows.push(rowOf(manifest));
  }
  for (const { symbol, rows: bars, first, last } of SAMPLES) {
    const splits = BUNDLED_SPLITS.filter((split) => split.symbol === symbol).length;
    const actions = splits === 0 ? "" : String(splits);
    rows.push([symbol, SAMPLE_PERIOD, String(bars), first, last, "as traded", actions, "bundled"]);
  }
  console.log(table(rows, [2, 6]));
}

function rowOf(manifest: Manifest): string[] {
  const { symbol, period, rows, first, last, adjusted, actions, source, synthetic } = manifest;
  const prices = synthetic ? "synthetic" : PRICE_WORDS[adjusted];
  const count = actions.length === 0 ? "" : String(actions.length);
  return [
    symbol,
    period,
    String(rows),
    first.slice(0, 10),
    last.slice(0, 10),
    prices,
    count,
    source,
  ];
}

const PRICE_WORDS: Readonly<Record<Adjusted, string>> = {
  none: "as traded",
  split: "split-adjusted",
  unknown: "not stated",
};

function check(flags: FolderOptions): void {
  const checks = checkCatalog(userPath(flags.data)), bad = checks.filter(isBad);
  if (flags.json === true) printJson({ good: bad.length === 0, series: checks });
  else {
    for (const { path, problems, warnings } of checks) {
      console.log(`${problems.length === 0 ? "good" : "BAD "}  ${path}`);
      for (const problem of problems) console.log(`      ${problem}`);
      for (const warning of warnings) console.log(`      note: ${warning}`);
    }
    console.log(`${counted(checks.length, "series", "series")}, ${bad.length} bad`);
  }
  if (bad.length > 0) Deno.exitCode = EXIT.data;
}

function isBad(check: CatalogCheck): boolean {
  return check.problems.length > 0;
}

function kindsOf(text: string): ProblemKind[] {
  return text.split(",").map((part) => {
    const kind = ACCEPTABLE_KINDS.find((it) => it === part.trim());
    if (kind !== undefined) return kind;
    throw new InvalidArgumentError(
      `${JSON.stringify(part)} is none of ${ACCEPTABLE_KINDS.join(", ")}.`,
    );
  });
}

function wholeNumber(text: string): number {
  if (/^-?\d{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("A whole number is expected.");
}

function dayOf(text: string): number {
  try {
    return parseDay(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

function printJson(value: unknown): void {
  console.log(JSON.stringify(value, null, 2));
}

if (import.meta.main) await runProgram(program());
