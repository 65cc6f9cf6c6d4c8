/**
 * What risk did to a run, for its result: refusals of its own limits, trips of the kill switch, and what the live defaults would have
 * refused.
 *
 * @module
 */

import { formatIso, type TimeUs } from "../core/mod.ts";
import type { Engine, ShadowGate } from "../engine/mod.ts";
import {
  type KillRecord,
  RISK_RULE,
  RISK_RULE_NAMES,
  type RiskLimits,
  riskText,
} from "../trading/mod.ts";
import type { KillJson, RiskJson } from "./result.ts";

/** The most trips of the switch that a result lists. */
const MAX_KILLS_TOLD = 100;

/** Returns what risk did. */
export function riskJson(
  limits: RiskLimits | undefined,
  engine: Engine,
  shadow: ShadowGate,
): RiskJson {
  const { refusals, kills, killCount } = engine.risk;
  return {
    limits: limits === undefined ? "off" : "on",
    refused: refusals.total,
    refusedBy: byRule(refusals.counts),
    wouldRefuse: shadow.refused,
    wouldRefuseBy: byRule(shadow.counts),
    ...(limits === undefined ? {} : { settings: { ...limits } }),
    kills: killCount,
    firstKills: kills.slice(0, MAX_KILLS_TOLD).map(killJson),
  };
}

/** Returns why orders were refused, by their row: `max_position_pct: 25% (limit: 20%)`. */
export function refusalTexts(engine: Engine): ReadonlyMap<number, string> {
  const { refusals } = engine.risk, texts = new Map<number, string>();
  for (let k = 0; k < refusals.length; k++) {
    texts.set(
      refusals.order[k]!,
      riskText(refusals.rule[k]!, refusals.measured[k]!, refusals.limit[k]!),
    );
  }
  return texts;
}

/** Returns what a reader should know of the kill switch: that the run went on without new risk. */
export function killWarnings(engine: Engine): string[] {
  const fatal = engine.risk.kills.find(({ causes }) =>
    causes.some((each) => each.rule !== RISK_RULE.daily_loss)
  );
  if (fatal === undefined) return [];
  const { at, causes } = killJson(fatal);
  return [
    `the kill switch ended new risk at ${at} (${
      causes.join(", ")
    }): from then on the run could only reduce its positions`,
  ];
}

function killJson({ timeUs, causes, cancelled, kept }: KillRecord): KillJson {
  return {
    at: formatIso(timeUs as TimeUs),
    causes: causes.map((each) => riskText(each.rule, each.measured, each.limit, each.reason)),
    cancelled,
    kept,
  };
}

function byRule(counts: Int32Array): Record<string, number> {
  const entries = RISK_RULE_NAMES.map((name, rule) => [name, counts[rule]!] as const);
  return Object.fromEntries(entries.filter(([, count]) => count > 0));
}
