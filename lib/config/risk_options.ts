/**
 * The limits of risk of a run as a user sets them.
 *
 * @module
 */

import { LIVE_DEFAULTS, NO_LIMITS, type RiskLimits } from "../trading/mod.ts";
import { bounded } from "./option_values.ts";
import { RISK_KEYS } from "./risk_keys.ts";

/** What a user asks of the risk gate. What is left out is off, or as in live trading with `liveDefaults`. */
export interface RiskOptions extends Partial<RiskLimits> {
  readonly liveDefaults?: boolean;
}

/**
 * Returns the limits of a run, undefined when nothing is limited.
 *
 * @throws {SandbarError} `usage`, naming the key, when a limit is out of its bounds.
 */
export function resolveRisk(options: RiskOptions | undefined): RiskLimits | undefined {
  if (options === undefined) return undefined;
  const { liveDefaults, ...own } = options;
  for (const key of RISK_KEYS) {
    const value = own[optionOf(key.path) as keyof RiskLimits];
    if (key.least === undefined || typeof value !== "number") continue;
    bounded(key.path, value, key.least, key.most!, key.decimals ?? 0);
  }
  const limits: RiskLimits = {
    ...(liveDefaults === true ? LIVE_DEFAULTS : NO_LIMITS),
    ...own,
    restricted: own.restricted?.map((symbol) => symbol.trim().toUpperCase()) ?? [],
  };
  const isOff = (Object.keys(NO_LIMITS) as (keyof RiskLimits)[]).every((name) =>
    JSON.stringify(limits[name]) === JSON.stringify(NO_LIMITS[name])
  );
  return isOff ? undefined : limits;
}

/** Returns the options that a configuration file sets; a number that is null switches its rule off, also one of the live defaults. */
export function riskOptionsOf(
  values: { get(path: string): { readonly value: unknown } | undefined },
): RiskOptions | undefined {
  const set: [name: string, value: unknown][] = [];
  for (const { path, type } of RISK_KEYS) {
    const value = values.get(path)?.value;
    const isNumber = type === "number" || type === "whole number";
    if (value === undefined || (value === null && !isNumber)) continue;
    set.push([optionOf(path), value]);
  }
  return set.length === 0 ? undefined : Object.fromEntries(set) as RiskOptions;
}

/** Returns the name of a limit by its path: `maxOrderQty` of `risk.max_order_qty`. */
export function optionOf(path: string): string {
  return path.slice("risk.".length).replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}
