/**
 * The rules of the gate by name, in the order in which they are checked: kill, engine, account, order, quote, exposure, rate. A refusal
 * carries the number of its rule, the limit and the measured value.
 *
 * @module
 */

import { numbered } from "../../core/mod.ts";

/** Names are those of the configuration where a key sets the limit. */
export const RISK_RULE_NAMES = [
  "none",
  "daily_loss",
  "drawdown",
  "manual",
  "cool_off_minutes",
  "engine_state",
  "halted",
  "restricted",
  "allow_short",
  "no_price",
  "max_order_qty",
  "max_order_value",
  "price_collar_pct",
  "trade_cooldown_seconds",
  "duplicate",
  "max_open_orders",
  "quote_missing",
  "quote_halted",
  "quote_broken",
  "quote_crossed",
  "quote_locked",
  "quote_out_of_order",
  "max_spread_bps",
  "quote_age_max_ms",
  "max_position_pct",
  "max_gross_exposure",
  "max_net_exposure",
  "max_top5_exposure",
  "max_orders_per_minute",
] as const;

export type RiskRuleName = typeof RISK_RULE_NAMES[number];

/** A rule by its number. */
export const RISK_RULE: { readonly [Name in RiskRuleName]: number } = numbered(RISK_RULE_NAMES);

/** Whether a rule is a cause of the kill switch. */
export function isKillCause(rule: number): boolean {
  return rule >= RISK_RULE.daily_loss && rule <= RISK_RULE.manual;
}

/** Units of measured values and limits; rules that are not named here have neither. */
const UNITS: { readonly [Name in RiskRuleName]?: string } = {
  daily_loss: "%",
  drawdown: "%",
  cool_off_minutes: " min",
  allow_short: " shares",
  max_order_qty: " shares",
  max_order_value: " USD",
  price_collar_pct: "%",
  trade_cooldown_seconds: " s",
  max_open_orders: "",
  max_spread_bps: " bps",
  quote_age_max_ms: " ms",
  max_position_pct: "%",
  max_gross_exposure: "",
  max_net_exposure: "",
  max_top5_exposure: "",
  max_orders_per_minute: "",
};

/**
 * Returns a refusal or the cause of a kill as text: `max_position_pct: 25.2% (limit: 20%)`. For people, at the host.
 *
 * @param rule Number of the rule.
 * @param measured Measured value in the rule's unit; at most four decimals are shown, and a value that they would make equal to the limit
 * shows more.
 * @param limit Limit in the same unit.
 * @param reason What the operator said, of a manual kill.
 */
export function riskText(rule: number, measured: number, limit: number, reason = ""): string {
  const name = RISK_RULE_NAMES[rule]!, unit = UNITS[name];
  if (unit === undefined) return reason === "" ? name : `${name}: ${reason}`;
  let digits = 4;
  while (digits < 12 && rounded(measured, digits) === limit && measured !== limit) digits += 2;
  return `${name}: ${rounded(measured, digits)}${unit} (limit: ${limit}${unit})`;
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
