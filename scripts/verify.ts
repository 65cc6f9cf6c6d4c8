/**
 * `deno task verify RESULT`: runs the backtest of a stored result again and names what is not the same.
 *
 * @module
 */

import { readResult, tradeText, type Verification, verifyResult } from "../lib/backtest/mod.ts";
import { EXIT, interruption, newCommand, runProgram, table, USER_DIR, userPath } from "./cli.ts";

interface Flags {
  readonly strategy?: string;
  readonly data?: string;
  readonly json?: boolean;
}

const program = newCommand("verify", "Run the backtest of a result again and name what differs.")
  .argument("<result>", "folder of a result, its result.json, or a file with the output of --json")
  .option("--strategy <file>", "the strategy, where it does not lie where the result says")
  .option("--data <path>", "the bars, where they do not lie where the result says")
  .option("--json", "print one JSON object")
  .addHelpText(
    "after",
    `
Paths in a result count from the folder in which you call. What it names: the file itself (a value that was changed by hand), the code, the
bars, the settings, the requests, the ledger, the result, trades.csv.

Examples:
  deno task verify reports/before
  deno task verify result.json --strategy elsewhere/mine.ts

Exit codes: 0 the same, 1 internal fault, 2 usage, 3 something differs, or is missing, 4 strategy refused or failed, 5 limit, 130 interrupted.`,
  )
  .action(verify);

async function verify(path: string, flags: Flags): Promise<void> {
  const stop = interruption();
  try {
    const stored = readResult(userPath(path), path), { strategy, run } = stored.json;
    const file = flags.strategy ?? strategy.file, data = flags.data ?? run?.dataPath ?? undefined;
    const verification = await verifyResult(stored, {
      strategy: userPath(file),
      shownAs: file,
      ...(data === undefined ? {} : { data: userPath(data), dataShownAs: data }),
      defaultData: `${USER_DIR}/data`,
      signal: stop.signal,
    });
    console.log(
      flags.json === true
        ? JSON.stringify({ schema: 1, ...verification }, null, 2)
        : verificationText(verification),
    );
    if (!verification.equal) Deno.exitCode = EXIT.data;
  } finally {
    stop.stop();
  }
}

function verificationText({ result, equal, parts, trades, notes }: Verification): string {
  const bad = parts.filter((part) => !part.equal).map(({ name }) => name);
  const ledger = parts.find(({ name }) => name === "ledger")!;
  return [
    equal ? `${result}: the same in every part` : `${result}: ${bad.join(", ")} differ`,
    "",
    table(
      [
        ["part", "stored", "now", ""],
        ...parts.map((part) => [
          part.name,
          part.stored.slice(0, 12),
          part.now.slice(0, 12),
          part.equal ? "the same" : `DIFFERS${part.detail === "" ? "" : `: ${part.detail}`}`,
        ]),
      ],
      [],
    ),
    ...ledger.equal && trades.equal !== false ? [] : ["", `Trades: ${tradeText({ trades })}`],
    ...notes.map((note) => `\nNote: ${note}`),
  ].join("\n");
}

if (import.meta.main) await runProgram(program);
