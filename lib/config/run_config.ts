/**
 * The configuration file of a backtest: what it asks for, and what in it a backtest does not use.
 *
 * @module
 */

import { readSettingsFile, type SettingsFile } from "./config_file.ts";
import { type RunConfig, runOptionsOf, sandboxLimitsOf, unusedMargins } from "./config_run.ts";
import { keyOf, type Place, placeIn, Settings, tablePath } from "./settings.ts";

/** The most names in the note of what is not used. */
const MAX_NAMED = 12;

/**
 * Returns what a configuration file asks of a backtest; flags win over it.
 *
 * @param path Absolute path.
 * @param shown The path as the user gave it, for messages; paths in the file count from the file's folder.
 * @throws {SandbarError} `config_invalid` with every fault of the file, or when it cannot be read.
 */
export async function readRunConfig(path: string, shown: string): Promise<RunConfig> {
  const file = await readSettingsFile(path, shown);
  return runConfigOf(new Settings(file.values, file.symbols), file);
}

/** Returns what settings ask of a backtest. */
export function runConfigOf(settings: Settings, file: SettingsFile): RunConfig {
  const { faults, folder } = file;
  const run = runOptionsOf(settings, (at, message) => faults.add(at, message));
  for (const path of settings.keys()) {
    const accepted = keyOf(path)?.backtestAccepts, written = settings.show(path)!;
    if (accepted === undefined || accepted.includes(written.value)) continue;
    faults.add(
      written.at,
      `${path}: a backtest does not read it, and a result that ignored it would not be true: take it out or give ${
        accepted[0]
      }`,
    );
  }
  faults.refuse();
  const place = (key: string): Place | undefined => {
    const written = settings.get(key)?.value;
    return typeof written === "string" ? placeIn(folder, written) : undefined;
  };
  const data = place("backtest.data_dir");
  return {
    run,
    limits: sandboxLimitsOf(settings),
    dataDir: data?.real,
    reportDir: place("backtest.report_dir"),
    notes: [
      ...unusedNotes(settings, file, "backtest"),
      ...data === undefined || isThere(data.real)
        ? []
        : [`there is no folder ${data.shown} (backtest.data_dir): only the bundled data is read`],
      ...unusedMargins(settings),
    ],
  };
}

/** Returns a note of the settings in a file that a run of a kind does not use, if there are any. */
export function unusedNotes(
  settings: Settings,
  file: SettingsFile,
  kind: "backtest" | "live",
): string[] {
  const unused = new Set<string>();
  const places = [...settings.keys()].map((path) => settings.show(path)!)
    .filter(({ path, at }) => at !== undefined && (keyOf(path)?.use ?? kind) !== kind);
  for (const { path } of [...places, ...file.later.values()].sort((a, b) => a.at! - b.at!)) {
    unused.add(tablePath(path));
  }
  const names = [...unused], { shown } = file.file;
  const more = names.length > MAX_NAMED ? ` and ${names.length - MAX_NAMED} more` : "";
  return names.length === 0 ? [] : [
    `${shown}: not used by a ${kind} ${kind === "live" ? "run" : "of this version"}: ${
      names.slice(0, MAX_NAMED).join(", ")
    }${more}`,
  ];
}

function isThere(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return false;
    }
    throw error;
  }
}
