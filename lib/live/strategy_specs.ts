/**
 * From the configuration of a session's strategies to what their books and children are made from.
 *
 * @module
 */

import type { StrategyConfig } from "../config/mod.ts";
import { SandbarError } from "../core/mod.ts";
import type { EngineSpec, Rights, SealedRunSpec } from "../engine/mod.ts";
import { engineSpecOf, type PreparedMarket } from "../run/mod.ts";
import {
  NO_LIMITS,
  ORDER_TYPE_NAMES,
  type RiskLimits,
  TIME_IN_FORCE_NAMES,
} from "../trading/mod.ts";
import type { SessionSettings } from "./session_identity.ts";

/**
 * Returns what a strategy's book is made from, but for the rights: its share of the cash, and the tighter of the account's and its own
 * limits. Limits in percent hold on the share here; what they are on the account is `AccountRisk`'s.
 *
 * @throws {SandbarError} `usage` for a strategy of fewer symbols than the session.
 */
export function bookSpec(
  config: Pick<SessionSettings, "run" | "brokers">,
  strategy: StrategyConfig,
  market: PreparedMarket,
): Omit<EngineSpec, "rights"> {
  const { run } = config;
  if (strategy.symbols.length !== run.symbols.length) {
    throw new SandbarError(
      "usage",
      `strategies: ${strategy.id} is narrowed to ${
        strategy.symbols.join(", ")
      }, and the session has ${
        run.symbols.join(", ")
      }; run it in a session of its own (another --account), or let it see all symbols`,
    );
  }
  const { rights: _rights, risk: _risk, ...spec } = engineSpecOf(run, market);
  const risk = limitsOf(run.risk, strategy);
  return {
    ...spec,
    ...(config.brokers.paper.url === null ? {} : { execution: "reported" as const }),
    initialCash: Math.floor(run.initialCash * strategy.allocationPct / 100),
    ...(risk === undefined ? {} : { risk }),
  };
}

/** Returns the run as the strategy's child is told of it: a book that follows the host's, without limits of its own. */
export function childSpec(
  spec: Omit<EngineSpec, "rights">,
  market: PreparedMarket,
  period: string,
): SealedRunSpec {
  const { sessions, risk: _risk, ...engine } = spec;
  return {
    engine: { ...engine, mirror: "copy" },
    series: market.bars.map((bars) => ({
      symbol: bars.symbol,
      rows: bars.close.length,
      tickScale: bars.tickScale,
    })),
    sessions: sessions.map((table) => table.length),
    period,
    plotStride: 0,
    startUs: market.startUs,
  };
}

/** Returns the rights of a manifest as far as they are granted. */
export function grantedRights(rights: Rights, { grants }: StrategyConfig): Rights {
  const { orderTypes, timeInForce, short } = grants;
  return {
    short: rights.short && short !== false,
    orderTypes: orderTypes === null
      ? rights.orderTypes
      : rights.orderTypes & maskOf(orderTypes, ORDER_TYPE_NAMES),
    timesInForce: timeInForce === null
      ? rights.timesInForce
      : rights.timesInForce & maskOf(timeInForce, TIME_IN_FORCE_NAMES),
  };
}

function maskOf(words: readonly string[], names: readonly string[]): number {
  return words.reduce((mask, word) => mask | (1 << names.indexOf(word)), 0);
}

function limitsOf(
  account: RiskLimits | undefined,
  { grants }: StrategyConfig,
): RiskLimits | undefined {
  const { maxOrderNotional, maxPositionPct, maxOrdersPerMinute } = grants;
  const own = maxOrderNotional !== null || maxPositionPct !== null || maxOrdersPerMinute !== null;
  if (!own) return account;
  const limits = account ?? { ...NO_LIMITS, allowShort: true };
  return {
    ...limits,
    maxOrderValue: tighter(limits.maxOrderValue, maxOrderNotional),
    maxPositionPct: tighter(limits.maxPositionPct, maxPositionPct),
    maxOrdersPerMinute: tighter(limits.maxOrdersPerMinute, maxOrdersPerMinute),
  };
}

function tighter(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.min(a, b);
}
