/**
 * From the settings of a session to what the seats of its strategies are made for.
 *
 * @module
 */

import { type ChildLimits, DEFAULT_LIMITS, type StrategySources } from "../sandbox/mod.ts";
import type { LiveMarket } from "./live_market.ts";
import type { SessionSettings } from "./session_identity.ts";
import { bookSpec, childSpec, grantedRights } from "./strategy_specs.ts";
import type { SeatOptions } from "./strategy_seat.ts";

/** Returns what the seat of each strategy is made for, in the order of the settings. */
export function seatsOf(
  config: SessionSettings,
  sources: readonly StrategySources[],
  market: LiveMarket,
): SeatOptions[] {
  const limits = limitsOf(config, market);
  return config.strategies.map((strategy, k) => ({
    id: strategy.id,
    sources: sources[k]!,
    params: strategy.params,
    grant: (asked) => grantedRights(asked, strategy),
    seed: config.run.seed,
    sealed: childSpec(bookSpec(config, strategy, market), market, config.run.period),
    limits,
    decisionMs: config.sandbox.eventDeadlineMs,
    market,
  }));
}

function limitsOf(config: SessionSettings, market: LiveMarket): ChildLimits {
  const { sandbox } = config, columns = market.capacity * 7 * 8;
  return {
    ...DEFAULT_LIMITS,
    loadMs: sandbox.loadDeadlineMs,
    heapMb: sandbox.heapMb,
    dataBytes: sandbox.dataLimitMb * 2 ** 20 + 2 * columns,
    requireOsLimits: sandbox.requireOsLimits,
    networkNamespace: sandbox.networkNamespace,
  };
}
