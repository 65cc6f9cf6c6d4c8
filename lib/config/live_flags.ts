/**
 * The flags of a live run as values of settings: a flag is a key of the table, said on the command line, and wins over the file.
 *
 * @module
 */

import { SandbarError } from "../core/mod.ts";
import { parseCommission } from "./commission_text.ts";
import type { PlainValue } from "./config_key.ts";
import { valueFault } from "./config_value.ts";
import type { Faults } from "./faults.ts";
import type { UpgradeWay } from "./live_config.ts";
import { type ConfigValue, keyOf } from "./settings.ts";

/** What the command line says; what is left out is the file's matter. */
export interface LiveFlags {
  /** Strategy files, as typed. */
  readonly strategies?: readonly string[];
  /** `--set name=value`, with several strategies `id.name=value`. */
  readonly set?: Readonly<Record<string, string>>;
  readonly broker?: string;
  readonly feed?: string;
  readonly symbols?: readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly period?: string;
  /** A number, or `max`. */
  readonly speed?: string;
  readonly data?: string;
  readonly state?: string;
  readonly account?: string;
  /** For this start alone: no key of the table. */
  readonly upgrade?: UpgradeWay;
  /** For a first start alone: no key of the table. */
  readonly adopt?: boolean;
  readonly paperUrl?: string;
  readonly cash?: number;
  readonly venue?: string;
  readonly slippageBps?: number;
  readonly commission?: string;
  readonly seed?: number;
}

/** The key that each flag sets. Strategies, their parameters and the commission are more than one. */
const KEYS: Readonly<
  Record<
    Exclude<keyof LiveFlags, "strategies" | "set" | "commission" | "upgrade" | "adopt">,
    string
  >
> = {
  broker: "broker",
  feed: "data.provider",
  symbols: "symbols.default",
  from: "backtest.default_start",
  to: "backtest.default_end",
  period: "data.default_period",
  speed: "data.speed",
  data: "data.recorded.path",
  state: "state_dir",
  account: "account_id",
  paperUrl: "brokers.paper.url",
  cash: "venue.initial_cash",
  venue: "venue.preset",
  slippageBps: "venue.slippage_bps",
  seed: "seed",
};

/** Slippage models that read `venue.slippage_bps`. */
const READS_BPS: readonly PlainValue[] = ["fixed", "volume_based"];

/** Returns the values of a file with those of the flags over them; what is wrong with a flag comes to the faults. */
export function withFlags(
  file: ReadonlyMap<string, ConfigValue>,
  flags: LiveFlags,
  faults: Faults,
): Map<string, ConfigValue> {
  const values = new Map(file);
  const set = (name: string, path: string, value: PlainValue): void => {
    const fault = valueFault(keyOf(path)!, value);
    if (fault !== undefined) faults.add(undefined, `${name}: ${fault}`);
    else values.set(path, { path: name, at: undefined, value });
  };
  // A number of basis points asks for a model that reads it.
  const model = values.get("venue.slippage_model")?.value ?? "fixed";
  if (flags.slippageBps !== undefined && !READS_BPS.includes(model)) {
    values.delete("venue.slippage_model");
  }
  for (const [flag, path] of Object.entries(KEYS)) {
    const value = flags[flag as keyof typeof KEYS];
    if (value !== undefined) set(optionOf(flag), path, flag === "speed" ? speedOf(value) : value);
  }
  if (flags.commission !== undefined) {
    for (const path of values.keys()) {
      if (path.startsWith("venue.commission")) values.delete(path);
    }
    for (const [path, value] of commissionValues(flags.commission, faults)) {
      set("--commission", `venue.commission_${path}`, value);
    }
  }
  return values;
}

/** `slippageBps` as `--slippage-bps`. */
function optionOf(flag: string): string {
  return `--${flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function speedOf(value: unknown): PlainValue {
  const text = String(value);
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

/** Returns what a commission is as keys of `venue.commission_*`. */
function commissionValues(text: string, faults: Faults): [path: string, value: PlainValue][] {
  try {
    const schedule = parseCommission(text),
      values: [string, PlainValue][] = [["model", schedule.kind]];
    if (schedule.kind === "notional") values.push(["bps", schedule.bps]);
    if (schedule.kind === "per_share") values.push(["per_share", schedule.amount]);
    if (schedule.kind === "per_order") values.push(["per_order", schedule.amount]);
    // A published schedule has its own bounds.
    if (schedule.kind === "none" || schedule.kind === "tiered") return values;
    if ("min" in schedule && schedule.min !== undefined) values.push(["min", schedule.min]);
    if (schedule.maxPct !== undefined) values.push(["max_pct", schedule.maxPct]);
    return values;
  } catch (error) {
    if (!(error instanceof SandbarError)) throw error;
    faults.add(undefined, error.message);
    return [];
  }
}
