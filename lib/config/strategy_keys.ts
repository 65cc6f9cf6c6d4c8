/**
 * The settings of each strategy of a live run: rows of the table of keys. Grants count when the file has them, or all with
 * `risk.live_defaults`; otherwise the rights are what the manifest asks for.
 *
 * @module
 */

import { ORDER_TYPE_NAMES, TIME_IN_FORCE_NAMES } from "../trading/mod.ts";
import {
  type ConfigKey,
  numberOfLive,
  pathOfLive,
  switchOfLive,
  textOfLive,
  wholeOfLive,
} from "./config_key.ts";

/** The rows, in the order of the documentation. */
export const STRATEGY_KEYS: readonly ConfigKey[] = [
  textOfLive("strategies[].id", {
    pattern: /^[a-z0-9]{1,8}$/,
    form: "1 to 8 of a-z and 0-9",
    default: "",
    isRequired: true,
    effect: "names the strategy and is part of its orders' ids: unique, keep it",
  }),
  pathOfLive("strategies[].path", {
    pattern: /\.ts$/,
    form: "the path of a .ts file",
    default: "",
    isRequired: true,
    effect: "file of the strategy",
  }),
  switchOfLive("strategies[].enabled", {
    default: true,
    effect: "false leaves the strategy out",
  }),
  {
    path: "strategies[].params",
    type: "parameters",
    unit: "",
    use: "live",
    default: {},
    effect: "parameters of the strategy by name (--set)",
  },
  {
    path: "strategies[].symbols",
    type: "symbols",
    unit: "",
    use: "live",
    default: null,
    effect: "the part of the run's symbols that it trades; null is all",
  },
  textOfLive("strategies[].sha256", {
    pattern: /^[0-9a-f]{64}$/,
    form: "a SHA-256 of 64 digits 0-9 a-f",
    default: null,
    effect: "hash that its sources must have; null takes any",
  }),
  numberOfLive("strategies[].allocation_pct", {
    unit: "% of the account",
    least: 0,
    most: 100,
    default: null,
    effect: "its share of the capital; null is an equal share of what the others leave",
  }),
  {
    path: "strategies[].grants.order_types",
    type: "words",
    unit: "",
    words: ORDER_TYPE_NAMES,
    use: "live",
    default: null,
    effect: "order types it may use; live default market, limit",
  },
  {
    path: "strategies[].grants.time_in_force",
    type: "words",
    unit: "",
    words: TIME_IN_FORCE_NAMES,
    use: "live",
    default: null,
    effect: "times in force it may use; live default day",
  },
  switchOfLive("strategies[].grants.short", {
    default: null,
    effect: "whether it may sell short; live default false",
  }),
  numberOfLive("strategies[].grants.max_order_notional", {
    unit: "USD",
    least: 0.01,
    most: 1e12,
    default: null,
    effect: "value of its largest order; live default 10000",
  }),
  numberOfLive("strategies[].grants.max_position_pct", {
    unit: "% of its capital",
    least: 0,
    most: 100,
    default: null,
    effect: "value of its largest position; live default 20",
  }),
  wholeOfLive("strategies[].grants.max_orders_per_minute", {
    unit: "orders",
    least: 1,
    most: 600,
    default: null,
    effect: "its orders within 60 seconds; live default 30",
  }),
];
