/**
 * Every setting of the configuration file that has an effect today: one row a key, with type, unit, bounds, default and meaning. The
 * reader of the file, its messages and the documentation come from this table. What later parts will read is in `later_keys.ts`.
 *
 * @module
 */

import type { ConfigKey } from "./config_key.ts";
import { DATA_KEYS } from "./data_keys.ts";
import { RISK_KEYS } from "./risk_keys.ts";
import { RUN_KEYS } from "./run_keys.ts";
import { SANDBOX_KEYS } from "./sandbox_keys.ts";
import { SERVICE_KEYS } from "./service_keys.ts";
import { STORE_KEYS } from "./store_keys.ts";
import { STRATEGY_KEYS } from "./strategy_keys.ts";
import { VENUE_KEYS } from "./venue_keys.ts";

/** The table, in the order of the documentation. */
export const CONFIG_KEYS: readonly ConfigKey[] = [
  ...RUN_KEYS,
  ...STRATEGY_KEYS,
  ...SANDBOX_KEYS,
  ...VENUE_KEYS,
  ...RISK_KEYS,
  ...STORE_KEYS,
  ...DATA_KEYS,
  ...SERVICE_KEYS,
];

/** Keys of older files that mean another key. */
export const CONFIG_ALIASES: Readonly<Record<string, string>> = {
  "backtest.slippage_model": "venue.slippage_model",
  "backtest.slippage_bps": "venue.slippage_bps",
};

/** Longest text of a value. */
export const MAX_TEXT = 4096;
/** Largest file, bytes. */
export const MAX_FILE_BYTES = 1_000_000;
/** The most items of a list of sections, such as strategies. */
export const MAX_ITEMS = 64;
/** The most entries of a map, such as the parameters of a strategy. */
export const MAX_ENTRIES = 1000;
