/**
 * The strategies of a live run: those of the file, or those that the command line names, which take the settings of the file where it has
 * the same strategy file; and their parameters from `--set`.
 *
 * @module
 */

import { basename, dirname } from "@std/path";
import { didYouMean } from "../core/mod.ts";
import type { PlainValue } from "./config_key.ts";
import { MAX_ITEMS } from "./config_keys.ts";
import { isParamName } from "./config_value.ts";
import type { Faults } from "./faults.ts";
import { LIVE_GRANTS, type StrategyConfig, type StrategyGrants } from "./live_config.ts";
import type { LiveFlags } from "./live_flags.ts";
import type { ParamValue } from "./run_spec.ts";
import type { ConfigValue, Place, Settings } from "./settings.ts";

/** Longest id. */
const ID_LENGTH = 8;

type Values = ReadonlyMap<string, ConfigValue>;

/** What the list is made of. */
export interface StrategySources {
  readonly flags: LiveFlags;
  /** Offsets of the strategies in the file. */
  readonly offsets: readonly number[];
  /** Returns a value that holds a path as an absolute path. */
  readonly real: (value: ConfigValue) => string;
  readonly faults: Faults;
}

/** Replaces the values of `strategies[n]` by those of the run's list, and returns how many strategies it has. */
export function listStrategies(values: Map<string, ConfigValue>, sources: StrategySources): number {
  const { flags, offsets, faults } = sources;
  const ofFile = offsets.slice(0, MAX_ITEMS).map((at, i) => takeItem(values, i, at, faults));
  const list = flags.strategies === undefined || flags.strategies.length === 0
    ? ofFile
    : namedStrategies(flags.strategies, ofFile, sources);
  if (list.length > MAX_ITEMS) {
    faults.add(undefined, `${list.length} strategies: give at most ${MAX_ITEMS}`);
  }
  setParams(list, flags.set ?? {}, faults);
  for (const [i, item] of list.entries()) {
    for (const [name, value] of item) values.set(`strategies[${i}].${name}`, value);
  }
  return list.length;
}

/** Takes the values of a strategy of the file out. */
function takeItem(
  values: Map<string, ConfigValue>,
  index: number,
  at: number,
  faults: Faults,
): Map<string, ConfigValue> {
  const item = new Map<string, ConfigValue>(), prefix = `strategies[${index}].`;
  for (const [path, value] of values) {
    if (!path.startsWith(prefix)) continue;
    item.set(path.slice(prefix.length), value);
    values.delete(path);
  }
  // A value that was refused is missing too, and has been told.
  const missing = ["id", "path"].filter((name) =>
    !item.has(name) && !faults.isTold(`${prefix}${name}:`)
  );
  if (missing.length > 0) {
    faults.add(at, `strategies[${index}]: give ${missing.join(" and ")}`);
  }
  return item;
}

/** The strategies that the command line names. */
function namedStrategies(
  files: readonly string[],
  ofFile: readonly Values[],
  { real, faults }: StrategySources,
): Map<string, ConfigValue>[] {
  const list: Map<string, ConfigValue>[] = [], seen = new Set<string>();
  const taken = new Set(ofFile.map((item) => String(item.get("id")?.value)));
  for (const file of files) {
    const path: ConfigValue = { path: file, at: undefined, value: file }, place = real(path);
    if (!file.endsWith(".ts")) faults.add(undefined, `${file}: give the path of a .ts file`);
    if (seen.has(place)) faults.add(undefined, `${file}: it is named twice`);
    seen.add(place);
    const known = ofFile.find((item) => {
      const written = item.get("path");
      return written !== undefined && real(written) === place;
    });
    const item = new Map(known);
    if (known === undefined) {
      const id = idOf(file, taken);
      taken.add(id);
      item.set("id", { path: file, at: undefined, value: id }).set("path", path);
    }
    // Naming it is asking for it.
    item.set("enabled", { path: file, at: undefined, value: true });
    list.push(item);
  }
  return list;
}

/** Returns an id from the name of a file: its letters and digits, with a number at the end where another has it. */
function idOf(file: string, taken: ReadonlySet<string>): string {
  const letters = basename(file, ".ts").toLowerCase().replace(/[^a-z0-9]/g, "");
  const plain = (letters === "" ? "strategy" : letters).slice(0, ID_LENGTH);
  for (let n = 2, id = plain;; n++) {
    if (!taken.has(id)) return id;
    id = plain.slice(0, ID_LENGTH - String(n).length) + n;
  }
}

/** Puts parameters of the command line over those of the file. */
function setParams(
  list: readonly Map<string, ConfigValue>[],
  given: Readonly<Record<string, string>>,
  faults: Faults,
): void {
  const ids = list.map((item) => String(item.get("id")?.value));
  for (const [name, text] of Object.entries(given)) {
    const dot = name.indexOf("."), id = dot < 0 ? undefined : name.slice(0, dot);
    const param = name.slice(dot + 1), index = id === undefined ? 0 : ids.indexOf(id);
    if (!isParamName(param)) faults.add(undefined, `--set ${name}: ${param} is no plain word`);
    else if (id === undefined && list.length > 1) {
      faults.add(undefined, `--set ${name}: say of which strategy, for example ${ids[0]}.${name}`);
    } else if (list[index] === undefined) {
      const known = ids.length === 0 ? "there is none" : `there is ${ids.join(", ")}`;
      faults.add(
        undefined,
        `--set ${name}: no such strategy${didYouMean(id ?? "", ids)}; ${known}`,
      );
    } else {
      const before = list[index].get("params")?.value as Readonly<Record<string, ParamValue>>;
      list[index].set("params", {
        path: "--set",
        at: undefined,
        value: { ...before, [param]: text },
      });
    }
  }
}

/** Returns the resolved strategies that are enabled. */
export function strategiesOf(
  settings: Settings,
  count: number,
  context: {
    readonly symbols: readonly string[];
    readonly place: (value: ConfigValue) => Place;
    readonly faults: Faults;
  },
): StrategyConfig[] {
  const ids = new Map<string, number>(), enabled: number[] = [];
  for (let i = 0; i < count; i++) {
    const id = settings.get(`strategies[${i}].id`);
    if (typeof id?.value === "string") {
      const other = ids.get(id.value);
      if (other === undefined) ids.set(id.value, i);
      else {
        context.faults.add(id.at, `${id.path}: strategies[${other}] has the id ${id.value} too`);
      }
    }
    if (settings.valueOf(`strategies[${i}].enabled`) === true) enabled.push(i);
  }
  const shares = sharesOf(settings, enabled, context.faults);
  return enabled.flatMap((i, n) => {
    const path = settings.get(`strategies[${i}].path`), of = ofItem(settings, i);
    if (path === undefined) return [];
    const { real, shown } = context.place(path);
    return [{
      id: of<string>("id"),
      path: real,
      shown,
      folder: realFolder(real),
      params: of<Readonly<Record<string, ParamValue>>>("params"),
      symbols: symbolsOf(settings.get(`strategies[${i}].symbols`), context),
      sha256: of<string | null>("sha256"),
      allocationPct: shares[n]!,
      grants: grantsOf(settings, i),
    }];
  });
}

/** What is wrong with a folder that cannot be looked at is told when the strategy is loaded. */
const { NotFound, NotADirectory, NotCapable, PermissionDenied } = Deno.errors;
const TOLD_LATER = [NotFound, NotADirectory, NotCapable, PermissionDenied];

/** The folder of a file with links resolved. */
function realFolder(path: string): string {
  const folder = dirname(path);
  try {
    return Deno.realPathSync(folder);
  } catch (error) {
    if (TOLD_LATER.some((kind) => error instanceof kind)) return folder;
    throw error;
  }
}

function ofItem(settings: Settings, index: number): <T extends PlainValue>(name: string) => T {
  return <T extends PlainValue>(name: string) =>
    settings.valueOf(`strategies[${index}].${name}`) as T;
}

/** The capital of each strategy in percent: what is written, and equal parts of the rest, rounded down to a millionth of a percent. */
function sharesOf(settings: Settings, enabled: readonly number[], faults: Faults): number[] {
  const written = enabled.map((i) => settings.get(`strategies[${i}].allocation_pct`));
  const asked = written.map((each) => typeof each?.value === "number" ? each.value : undefined);
  // Whole numbers of a millionth: sums are exact.
  const sum = asked.reduce<number>((total, each) => total + Math.round((each ?? 0) * 1e6), 0);
  const open = asked.filter((each) => each === undefined).length;
  if (sum > 100e6) {
    const last = written.findLast((each) => typeof each?.value === "number")!;
    faults.add(
      last.at,
      `${last.path}: the shares of all strategies sum to ${sum / 1e6}, give at most 100`,
    );
  }
  const rest = open === 0 ? 0 : Math.floor((100e6 - sum) / open) / 1e6;
  return asked.map((each) => each ?? rest);
}

function symbolsOf(
  written: ConfigValue | undefined,
  { symbols, faults }: { readonly symbols: readonly string[]; readonly faults: Faults },
): readonly string[] {
  if (written === undefined || written.value === null) return symbols;
  const own = (written.value as readonly string[]).map((symbol) => symbol.trim().toUpperCase());
  const foreign = own.find((symbol) => !symbols.includes(symbol));
  if (foreign !== undefined) {
    faults.add(written.at, `${written.path}: ${foreign} is not among the symbols of the run`);
  }
  return [...new Set(own)];
}

function grantsOf(settings: Settings, index: number): StrategyGrants {
  const defaults = settings.valueOf("risk.live_defaults") === true ? LIVE_GRANTS : undefined;
  const grant = <Name extends keyof StrategyGrants>(
    name: Name,
    key: string,
  ): StrategyGrants[Name] => {
    const written = settings.get(`strategies[${index}].grants.${key}`);
    // A null that is written switches the default off.
    return (written === undefined ? defaults?.[name] ?? null : written.value) as StrategyGrants[
      Name
    ];
  };
  return {
    orderTypes: grant("orderTypes", "order_types"),
    timeInForce: grant("timeInForce", "time_in_force"),
    short: grant("short", "short"),
    maxOrderNotional: grant("maxOrderNotional", "max_order_notional"),
    maxPositionPct: grant("maxPositionPct", "max_position_pct"),
    maxOrdersPerMinute: grant("maxOrdersPerMinute", "max_orders_per_minute"),
  };
}
