/**
 * What a session is made of, from its configuration: market, books, strategies, feed, rules. Nothing is opened or started yet.
 *
 * @module
 */

import type { UpgradeWay } from "../config/mod.ts";
import { SandbarError } from "../core/mod.ts";
import type { EngineSpec } from "../engine/mod.ts";
import { type ChildLimits, DEFAULT_LIMITS, readStrategy } from "../sandbox/mod.ts";
import type { SnapshotPolicy } from "../store/mod.ts";
import type { RiskLimits } from "../trading/mod.ts";
import type { Broker, Clock } from "../protocols/mod.ts";
import { PaperBroker } from "../vendors/paper/mod.ts";
import type { BrokerSideParts } from "./broker_side.ts";
import { LiveMarket } from "./live_market.ts";
import type { SessionRules } from "./session_parts.ts";
import type { Seat } from "./seat.ts";
import type { SessionData } from "./session_data.ts";
import { identityOf, type PlannedIdentity, type SessionSettings } from "./session_identity.ts";
import { bookSpec, childSpec, grantedRights } from "./strategy_specs.ts";
import { StrategySeat } from "./strategy_seat.ts";

/** What a session is made of. It is for one session, which fills the market. */
export interface SessionPlan {
  readonly account: string;
  readonly identity: PlannedIdentity;
  /** What becomes of a strategy that is not the one that the account was begun with; null: it is refused. */
  readonly upgrade: UpgradeWay | null;
  readonly market: LiveMarket;
  readonly strategies: readonly PlannedStrategy[];
  /** Of the account as a whole; undefined: none. */
  readonly limits: RiskLimits | undefined;
  readonly openFeed: SessionData["open"];
  /** Null where the venue is inside. */
  readonly broker: PlannedBroker | null;
  readonly rules: SessionRules;
  readonly snapshots: SnapshotPolicy;
  /** Snapshots that are kept. */
  readonly backupCount: number;
}

/** The broker of a session. */
export interface PlannedBroker {
  readonly deployment: string;
  /** Account that may be traded there; null for whichever there is. */
  readonly accountId: string | null;
  readonly rules: BrokerSideParts["rules"];
  readonly open: (clock: Clock) => Broker;
}

/** A strategy of a session. */
export interface PlannedStrategy {
  readonly id: string;
  /** Of its book; the rights are what is granted of what the strategy asks for. */
  readonly spec: Omit<EngineSpec, "rights">;
  readonly sourceHash: string;
  /** Starts it. @throws {StrategyFailure} When it is refused or fails. */
  readonly open: () => Promise<Seat>;
}

/**
 * Returns what a session is made of.
 *
 * @param begunUs When the account's first session began, microseconds UTC.
 * @param market Of the data; by default an empty one.
 * @throws {SandbarError} `strategy_changed` against a pinned hash, and what data, strategies and settings can be wrong in.
 */
export function planOf(
  config: SessionSettings,
  data: SessionData,
  begunUs: number,
  market: LiveMarket = new LiveMarket(data.template),
): SessionPlan {
  const sources = config.strategies.map(({ path, shown }) => readStrategy(path, shown));
  const hashes = sources.map(({ sha256 }) => sha256);
  checkPinned(config, hashes);
  const childLimits = limitsOf(config, market);
  return {
    account: config.accountId,
    identity: identityOf(config, { begunUs, sha256: data.sha256 }, hashes),
    upgrade: config.upgrade,
    market,
    strategies: config.strategies.map((strategy, k) => {
      const spec = bookSpec(config, strategy, market);
      return {
        id: strategy.id,
        spec,
        sourceHash: hashes[k]!,
        open: () =>
          StrategySeat.open({
            id: strategy.id,
            sources: sources[k]!,
            params: strategy.params,
            grant: (asked) => grantedRights(asked, strategy),
            seed: config.run.seed,
            sealed: childSpec(spec, market, config.run.period),
            limits: childLimits,
            decisionMs: deadlineOf(config),
            maxStateBytes: config.sandbox.maxStateBytes,
            market,
          }),
      };
    }),
    limits: config.run.risk,
    openFeed: data.open,
    broker: brokerOf(config),
    rules: {
      overrunPolicy: config.sandbox.overrunPolicy,
      restartLimit: config.sandbox.restartLimit,
      maxReplayEvents: config.sandbox.maxReplayEvents,
      maxIntents: config.sandbox.maxIntentsPerEvent,
      ordersOnStop: config.orders.onStop,
      isRealTime: data.isRealTime,
      isInStep: config.data.speed === "max",
      periodUs: data.periodUs,
      cycleUs: config.engine.cycleIntervalSeconds * 1e6,
      maxCycles: config.engine.maxCycles,
      reconcileTicks: config.reconciliation.periodicInterval,
      reconcileUs: config.reconciliation.intervalSeconds * 1e6,
    },
    snapshots: {
      maxRecords: config.persistence.walMaxEntries,
      maxAgeUs: config.persistence.autoSaveIntervalSeconds * 1e6,
    },
    backupCount: config.persistence.backupCount,
  };
}

function brokerOf(config: SessionSettings): PlannedBroker | null {
  const { url } = config.brokers.paper, { orders, reconciliation, adopt } = config;
  if (url === null) return null;
  return {
    deployment: config.deployment,
    accountId: null,
    open: (clock) => new PaperBroker({ url, clock, requestTimeoutMs: 2 * orders.submitTimeoutMs }),
    rules: {
      mode: reconciliation.mode,
      quantityTolerance: Math.round(reconciliation.qtyTolerance * 1e6),
      cashTolerance: Math.round(reconciliation.cashTolerance * 1e6),
      priceToleranceBps: reconciliation.priceToleranceBps,
      settleDelayUs: reconciliation.settleDelayMs * 1000,
      external: orders.external,
      adopt,
      submitTimeoutMs: orders.submitTimeoutMs,
      unknownDeadlineSeconds: orders.unknownDeadlineSeconds,
    },
  };
}

/** A feed that waits for its strategies is late for nobody: there the deadline is against those that never come back, as in a backtest. */
function deadlineOf({ sandbox, data }: SessionSettings): number {
  const { eventDeadlineMs, stallMs } = sandbox;
  return data.speed === "max" ? Math.max(eventDeadlineMs, stallMs) : eventDeadlineMs;
}

function checkPinned(config: SessionSettings, hashes: readonly string[]): void {
  config.strategies.forEach(({ id, sha256, shown }, k) => {
    if (sha256 === null || sha256 === hashes[k]) return;
    throw new SandbarError(
      "strategy_changed",
      `Cannot start strategy ${id}: ${shown} has the SHA-256 ${
        hashes[k]
      }, and strategies[].sha256 pins ${sha256}`,
    );
  });
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
