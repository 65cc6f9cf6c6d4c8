/**
 * The settings of a live run as rows: what holds, and where it comes from. The value of a key that no part reads is not shown, unless it is
 * the name of an environment variable: it could be a secret.
 *
 * @module
 */

import { commissionText } from "./commission_text.ts";
import type { ConfigKey, PlainValue } from "./config_key.ts";
import { CONFIG_KEYS } from "./config_keys.ts";
import { LIVE_GRANTS, type LiveConfig } from "./live_config.ts";
import {
  liveConfigOf,
  type LiveRequest,
  type LiveSettings,
  readLiveSettings,
} from "./live_resolve.ts";
import { optionOf } from "./risk_options.ts";
import type { ConfigValue } from "./settings.ts";
import { slippageText } from "./venue_terms.ts";

/** Where a value comes from. */
export type SettingSource =
  | { readonly from: "default" }
  | { readonly from: "file"; readonly file: string; readonly line: number }
  /** A flag of the command line, or a strategy that it names. */
  | { readonly from: "flag"; readonly flag: string }
  /** Another setting decides it. */
  | { readonly from: "setting"; readonly setting: string };

/** A setting. */
export interface SettingRow {
  readonly key: string;
  /** What holds; null for nothing. Undefined: it is not shown. */
  readonly value: PlainValue | undefined;
  readonly unit: string;
  readonly source: SettingSource;
  /** False when a live run does not read it. */
  readonly isUsed: boolean;
}

/** The settings of a live run. */
export interface ShownSettings {
  readonly rows: readonly SettingRow[];
  readonly notes: readonly string[];
}

/** Values that hold where nothing is written, and the setting that decides each; undefined where it is a default. */
type Decided = ReadonlyMap<string, readonly [value: PlainValue, setting: string | undefined]>;

/**
 * Returns every setting of a live run, which may be without a strategy.
 *
 * @throws {SandbarError} As `resolveLive`.
 */
export async function showSettings(request: LiveRequest): Promise<ShownSettings> {
  const live = await readLiveSettings(request), config = liveConfigOf(live);
  const decided = decidedValues(config, live), rows: SettingRow[] = [];
  for (const key of CONFIG_KEYS.filter(({ path }) => !path.startsWith("strategies[]"))) {
    rows.push(rowOf(key, key.path, live, decided));
  }
  for (let i = 0; i < live.strategyCount; i++) {
    for (const key of CONFIG_KEYS.filter(({ path }) => path.startsWith("strategies[]"))) {
      rows.push(rowOf(key, key.path.replace("[]", `[${i}]`), live, decided));
    }
  }
  for (const [path, written] of live.file?.later ?? []) {
    const value = written.value ?? undefined;
    rows.push({ key: path, value, unit: "", source: sourceOf(written, live), isUsed: false });
  }
  return { rows, notes: config.notes };
}

/** Returns where a value comes from as text: `default`, `sandbar.yaml:3`, `--cash`, `by seed`. */
export function sourceText(source: SettingSource): string {
  switch (source.from) {
    case "default":
      return "default";
    case "file":
      return `${source.file}:${source.line}`;
    case "flag":
      return source.flag;
    case "setting":
      return `by ${source.setting}`;
  }
}

function rowOf(key: ConfigKey, path: string, live: LiveSettings, decided: Decided): SettingRow {
  const written = live.settings.show(path);
  const common = { key: path, unit: key.unit, isUsed: true };
  const other = decided.get(path);
  const isBeaten = other?.[1] === "symbols.file";
  if (written !== undefined && !isBeaten && (written.value !== null || other === undefined)) {
    const isPath = key.type === "path" && typeof written.value === "string";
    const value = isPath ? live.place(written).shown : written.value;
    return { ...common, value, source: sourceOf(written, live) };
  }
  const [value, setting] = other ?? [key.default];
  const source: SettingSource = setting === undefined
    ? { from: "default" }
    : { from: "setting", setting };
  return { ...common, value, source };
}

function sourceOf({ path, at }: ConfigValue, { file }: LiveSettings): SettingSource {
  return at === undefined
    ? { from: "flag", flag: path }
    : { from: "file", file: file!.file.shown, line: file!.lineOf(at) };
}

/** What holds where nothing is written, or null is. */
function decidedValues(config: LiveConfig, live: LiveSettings): Decided {
  const { run, data, persistence } = config, { settings } = live;
  const symbols = settings.show("symbols.default");
  const isFlag = symbols !== undefined && symbols.at === undefined;
  const isByFile = config.symbolsFile !== null && !isFlag;
  const decided = new Map<string, readonly [PlainValue, string | undefined]>([
    ["symbols.default", [run.symbols, isByFile ? "symbols.file" : undefined]],
    ["account_id", [config.accountId, "broker"]],
    ["persistence.kv_path", [persistence.kvPath.shown, "state_dir"]],
    ["data.speed", [data.speed, "data.provider"]],
    ["data.simulated.seed", [data.simulated.seed, "seed"]],
  ]);
  if (run.venue.preset !== "realistic") {
    for (const [path, value] of venueOfPreset(config, live)) {
      decided.set(path, [value, "venue.preset"]);
    }
  }
  const hasDefaults = settings.show("risk.live_defaults")?.value === true;
  for (const { path } of hasDefaults ? CONFIG_KEYS : []) {
    // A null that is written switches a rule off.
    if (!path.startsWith("risk.") || path === "risk.live_defaults") continue;
    if (settings.show(path) !== undefined || run.risk === undefined) continue;
    const value = run.risk[optionOf(path) as keyof typeof run.risk];
    decided.set(path, [value, "risk.live_defaults"]);
  }
  for (let i = 0; i < live.strategyCount; i++) {
    const item = `strategies[${i}]`, id = settings.show(`${item}.id`)?.value;
    const strategy = config.strategies.find((each) => each.id === id);
    if (strategy === undefined) continue;
    decided.set(`${item}.allocation_pct`, [strategy.allocationPct, "the number of strategies"]);
    decided.set(`${item}.symbols`, [strategy.symbols, "symbols.default"]);
    for (const [name, value] of hasDefaults ? Object.entries(LIVE_GRANTS) : []) {
      const path = `${item}.grants.${name.replace(/[A-Z]/g, (it) => `_${it.toLowerCase()}`)}`;
      if (settings.show(path) === undefined) decided.set(path, [value, "risk.live_defaults"]);
    }
  }
  return decided;
}

/** What a preset of the venue says where the file does not. */
function venueOfPreset(
  { run }: LiveConfig,
  { settings }: LiveSettings,
): Map<string, PlainValue> {
  const { venue, commission } = run;
  const values = new Map<string, PlainValue>([
    ["venue.limit_fill", venue.limitFill],
    ["venue.participation_pct", venue.participation === null ? null : venue.participation * 100],
    ["venue.regulatory_fees", venue.regulatoryFees],
  ]);
  const written = [...settings.keys()];
  if (!written.some((path) => path.startsWith("venue.slippage_"))) {
    values.set("venue.slippage_model", slippageText(venue.slippage)).set(
      "venue.slippage_bps",
      null,
    );
  }
  if (!written.some((path) => path.startsWith("venue.commission_"))) {
    for (const { path } of CONFIG_KEYS) {
      if (path.startsWith("venue.commission_")) values.set(path, null);
    }
    values.set("venue.commission_model", commissionText(commission));
  }
  return values;
}
