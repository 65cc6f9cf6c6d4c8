/**
 * `deno task config show`: every setting of a live run with its value and where it comes from.
 *
 * @module
 */

import { plainText, type SettingRow, showSettings, sourceText } from "../lib/config/mod.ts";
import { newCommand, runProgram, table } from "./cli.ts";
import { type LiveOptions, liveRequest, withLiveOptions } from "./live_options.ts";

interface ShowOptions extends LiveOptions {
  readonly json?: boolean;
}

const program = newCommand("config", "The settings of a live run.").addHelpText(
  "after",
  `
Examples:
  deno task config show --config sandbar.yaml
  deno task config show mine.ts --feed simulated --symbols SPY --json

Exit codes: 0 done, 1 internal fault, 2 usage or configuration.`,
);
withLiveOptions(program.command("show"))
  .description("show every setting with its value and where it comes from")
  .option("--json", "print one JSON object, notes to the error stream")
  .action(show);

async function show(
  strategies: readonly string[],
  { json, ...options }: ShowOptions,
): Promise<void> {
  const { rows, notes } = await showSettings(liveRequest(strategies, options));
  if (json === true) console.log(JSON.stringify({ schema: 1, settings: rows.map(jsonOf), notes }));
  else console.log(table([["setting", "value", "from"], ...rows.map(lineOf)], []));
  for (const note of notes) console.error(`Note: ${note}`);
}

function lineOf({ key, value, unit, source, isUsed }: SettingRow): string[] {
  const text = value === undefined
    ? "(not shown)"
    : value === null
    ? "-"
    : `${plainText(value)}${typeof value === "number" && unit !== "" ? ` ${unit}` : ""}`;
  return [key, text, `${sourceText(source)}${isUsed ? "" : ", not used by a live run"}`];
}

/** A value that is not shown is left out. */
function jsonOf({ isUsed, ...row }: SettingRow): Omit<SettingRow, "isUsed"> & { used: boolean } {
  return { ...row, used: isUsed };
}

if (import.meta.main) await runProgram(program);
