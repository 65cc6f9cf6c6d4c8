/**
 * `deno task compare A B`: shows two results side by side.
 *
 * @module
 */

import {
  compareResults,
  type Comparison,
  comparisonTables,
  orderText,
  readResult,
  tradeText,
} from "../lib/backtest/mod.ts";
import { newCommand, runProgram, table, userPath } from "./cli.ts";

interface Flags {
  readonly all?: boolean;
  readonly json?: boolean;
}

const program = newCommand("compare", "Show two results side by side.")
  .argument("<first>", "folder of a result, its result.json, or a file with the output of --json")
  .argument("<second>", "the other one")
  .option("--all", "show equal values too")
  .option("--json", "print the comparison as one JSON object")
  .addHelpText(
    "after",
    `
Examples:
  deno task compare reports/before reports/after
  deno task compare reports/before reports/after --all
  deno task compare before.json after.json --json

Exit codes: 0 done (equal or not), 1 internal fault, 2 usage, 3 a result is missing or cannot be read.`,
  )
  .action(compare);

function compare(first: string, second: string, flags: Flags): void {
  const comparison = compareResults(
    readResult(userPath(first), first),
    readResult(userPath(second), second),
  );
  console.log(
    flags.json === true
      ? JSON.stringify(comparison, null, 2)
      : comparisonText(comparison, flags.all === true),
  );
}

function comparisonText(comparison: Comparison, all: boolean): string {
  const tables = comparisonTables(comparison).map(({ title, rows }) => ({
    title,
    // What is the result is always shown; of what was set, the differences say more alone.
    rows: all || title === "Metrics" || title === "Costs"
      ? rows
      : rows.filter((row) => row[3] !== ""),
  })).filter(({ rows }) => rows.length > 0);
  const lines = table(
    [
      ["", "first", "second", "difference"],
      ...tables.flatMap(({ title, rows }) => [
        ["", "", "", ""],
        [title, "", "", ""],
        ...rows.map(([name, ...values]) => [`  ${name}`, ...values]),
      ]),
    ],
    [1, 2, 3],
  );
  const same = comparison.equal
    ? "The results are the same: equal hashes."
    : `The results differ${
      comparison.hashes.some(({ name, equal }) => name === "ledger" && equal)
        ? ", and the books are the same"
        : ""
    }.`;
  return `first   ${comparison.first}\nsecond  ${comparison.second}\n\n${same}\n\n${lines}\n\nOrders: ${
    orderText(comparison)
  }\nTrades: ${tradeText(comparison)}`;
}

if (import.meta.main) await runProgram(program);
