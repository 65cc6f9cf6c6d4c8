/**
 * Every setting of the configuration file that has an effect today: one row a key, with type, unit, bounds, default and meaning. The
 * reader of the file, its messages and the documentation come from this table. What later parts will read is in `later_keys.ts`.
 *
 * @module
 */

import type { ConfigKey } from "./config_key.ts";
import { RISK_KEYS } from "./risk_keys.ts";
import { VENUE_KEYS } from "./venue_keys.ts";

/** The table, in the order of the documentation. */
export const CONFIG_KEYS: readonly ConfigKey[] = [
  {
    path: "config_version",
    type: "whole number",
    unit: "",
    least: 1,
    most: 1,
    default: 1,
    effect: "the form of the file",
  },
  {
    path: "seed",
    type: "whole number",
    unit: "",
    least: 0,
    most: 4294967295,
    default: 1,
    effect: "root of all chance (--seed)",
  },
  {
    path: "symbols.default",
    type: "symbols",
    unit: "",
    default: null,
    effect: "symbols of a run without --symbols; null is GOOG of the bundled data",
  },
  {
    path: "data.default_period",
    type: "period",
    unit: "",
    default: "1d",
    effect: "size of a bar (--period)",
  },
  {
    path: "data.adjustment",
    type: "word",
    unit: "",
    words: ["none", "split"],
    laterWords: ["all"],
    default: "split",
    effect: "how prices are told across splits (--adjust)",
  },
  {
    path: "backtest.data_dir",
    type: "path",
    unit: "",
    default: "data",
    effect: "catalog that is looked into before the bundled data; --data alone reads nothing else",
  },
  {
    path: "backtest.report_dir",
    type: "path",
    unit: "",
    default: "reports",
    effect: "folder of the results of runs without --out",
  },
  {
    path: "backtest.default_start",
    type: "date",
    unit: "",
    default: null,
    effect: "first session (--from); null is the first there is",
  },
  {
    path: "backtest.default_end",
    type: "date",
    unit: "",
    default: null,
    effect: "last session, included (--to); null is the last there is",
  },
  {
    path: "backtest.benchmark",
    type: "symbol",
    unit: "",
    default: null,
    effect: "what the run is compared with (--benchmark); null is the run's own symbols, held",
  },
  {
    path: "backtest.risk_free_rate_pct",
    type: "number",
    unit: "% per year",
    least: -10,
    most: 100,
    decimals: 6,
    default: 0,
    effect: "subtracted from returns in Sharpe, Sortino and alpha",
  },
  ...VENUE_KEYS,
  ...RISK_KEYS,
  {
    path: "sandbox.load_deadline_ms",
    type: "whole number",
    unit: "ms",
    least: 50,
    most: 60_000,
    default: 2000,
    effect: "time in which a strategy must load and set up, then it is stopped",
  },
  {
    path: "sandbox.stall_ms",
    type: "whole number",
    unit: "ms",
    least: 100,
    most: 600_000,
    default: 5000,
    effect: "time without progress after which a run is stopped",
  },
  {
    path: "sandbox.heap_mb",
    type: "whole number",
    unit: "MiB",
    least: 32,
    most: 4096,
    default: 128,
    effect: "heap that a strategy may use",
  },
  {
    path: "sandbox.require_os_limits",
    type: "true or false",
    unit: "",
    default: false,
    effect: "true refuses to run where the limits of the operating system cannot be set",
  },
  {
    path: "sandbox.network_namespace",
    type: "word",
    unit: "",
    words: ["auto", "off"],
    default: "auto",
    effect: "auto puts the strategy's process into an empty network where the system allows it",
  },
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
