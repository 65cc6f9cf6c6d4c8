/**
 * Rows of the event catalogue about limits and the kill switch.
 *
 * @module
 */

import type { EventTypeRow } from "./event_row.ts";

/** Limits and the kill switch. */
export const RISK_EVENTS = {
  KILL_SWITCH_TRIGGERED: {
    severity: "critical",
    alerts: true,
    means: "the kill switch has a new cause: no risk is added until it is lifted",
    says: "kill switch: {cause}",
    fields: { rule: "text", cause: "text", measured: "number", limit: "number" },
  },
  KILL_SWITCH_REARMED: {
    severity: "info",
    alerts: true,
    means: "an operator lifted the kill switch",
    says: "kill switch re-armed by {who}: {why}",
    fields: { who: "text", why: "text" },
  },
  KILL_SWITCH_RESET: {
    severity: "info",
    alerts: true,
    means: "a new session lifted the kill for the loss of a day",
    says: "kill switch lifted by the new session",
    fields: {},
  },
  DAILY_LOSS_WARNING: limitWarning("the loss of the day"),
  DRAWDOWN_WARNING: limitWarning("the fall from the peak"),
  POSITION_LIMIT_WARNING: {
    severity: "warning",
    alerts: true,
    means: "a position has reached a level of its limit",
    says: "{symbol} is {measured}, {levelPct} % of the limit {limit}",
    fields: { symbol: "text", measured: "number", limit: "number", levelPct: "number" },
  },
  EXPOSURE_WARNING: limitWarning("gross exposure"),
  RISK_REFUSED: {
    severity: "info",
    alerts: false,
    means: "a rule of risk refused an intent",
    says: "{strategy}: {intent} {symbol} refused: {cause}",
    fields: {
      strategy: "text",
      symbol: "text",
      intent: "text",
      rule: "text",
      cause: "text",
      measured: "number",
      limit: "number",
    },
  },
} as const satisfies Record<string, EventTypeRow>;

/** A warning about a limit of the account, which `says` must name. */
interface LimitWarning {
  readonly severity: "warning";
  readonly alerts: true;
  readonly means: string;
  readonly says: string;
  readonly fields: {
    readonly measured: "number";
    readonly limit: "number";
    readonly levelPct: "number";
  };
}

function limitWarning(what: string): LimitWarning {
  return {
    severity: "warning",
    alerts: true,
    means: `${what} has reached a level of its limit`,
    says: `${what} is {measured}, {levelPct} % of the limit {limit}`,
    fields: { measured: "number", limit: "number", levelPct: "number" },
  };
}
