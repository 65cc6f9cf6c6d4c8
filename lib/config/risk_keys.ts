/**
 * The settings of risk: rows of the table of keys. In a backtest a limit holds when the file has it, or all with `risk.live_defaults`.
 *
 * @module
 */

import type { ConfigKey } from "./config_key.ts";

/** A limit that is off where it is not set. */
function limit(
  name: string,
  unit: string,
  bounds: readonly [least: number, most: number],
  effect: string,
): ConfigKey {
  const [least, most] = bounds;
  return {
    path: `risk.${name}`,
    type: "number",
    unit,
    least,
    most,
    decimals: 6,
    default: null,
    effect,
  };
}

/** A limit that is counted. */
function count(name: string, unit: string, most: number, least: number, effect: string): ConfigKey {
  return { path: `risk.${name}`, type: "whole number", unit, least, most, default: null, effect };
}

/** The rows, in the order of the documentation. */
export const RISK_KEYS: readonly ConfigKey[] = [
  {
    path: "risk.live_defaults",
    type: "true or false",
    unit: "",
    default: false,
    effect: "true takes the limits of live trading where the file has no other",
  },
  limit(
    "max_daily_loss_pct",
    "% of the value at the last session's close",
    [0.01, 100],
    "a greater loss kills until the next session: nothing is added",
  ),
  limit(
    "max_drawdown_pct",
    "% of the greatest value",
    [0.01, 100],
    "a greater fall kills for the rest of the run",
  ),
  limit(
    "max_position_pct",
    "% of equity",
    [0.01, 1000],
    "value of one position, open orders included",
  ),
  limit(
    "max_gross_exposure",
    "fraction of equity",
    [0, 10],
    "sum of the sizes of all positions, open orders included",
  ),
  limit(
    "max_net_exposure",
    "fraction of equity",
    [0, 10],
    "longs less shorts, either way, open orders included",
  ),
  limit(
    "max_top5_exposure",
    "fraction of equity",
    [0, 10],
    "the five largest positions, open orders included",
  ),
  limit(
    "price_collar_pct",
    "% of the last price",
    [0.01, 100],
    "how much worse than the last price a limit price may be",
  ),
  limit("max_order_value", "USD", [0.01, 1e12], "value of one order"),
  limit("max_order_qty", "shares", [0.000001, 1e9], "shares of one order"),
  count("max_orders_per_minute", "orders", 10_000, 1, "orders within 60 seconds"),
  count("max_open_orders", "orders", 100_000, 1, "orders that can still trade"),
  {
    path: "risk.allow_short",
    type: "true or false",
    unit: "",
    default: null,
    effect: "false refuses orders that could sell more than is held",
  },
  {
    path: "risk.restricted",
    type: "symbols",
    unit: "",
    default: null,
    effect: "symbols that are never opened",
  },
  limit(
    "trade_cooldown_seconds",
    "s",
    [0, 86_400],
    "time after a fill in which its symbol is not added to",
  ),
  count(
    "cool_off_minutes",
    "minutes",
    1440,
    0,
    "time after a lifted kill in which nothing is added",
  ),
  {
    path: "risk.flatten_on_kill",
    type: "true or false",
    unit: "",
    default: null,
    effect: "true closes all positions at the opens after a kill",
  },
];
