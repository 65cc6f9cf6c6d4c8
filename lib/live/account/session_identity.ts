/**
 * What an account's journal was begun with, and whether a start goes on with the same. A journal is the history of one run: other data,
 * other settings or another strategy would make another history of it.
 *
 * @module
 */

import { canonicalRun, type LiveConfig, type UpgradeWay } from "../../config/mod.ts";
import { SandbarError } from "../../core/mod.ts";
import type { Rights } from "../../engine/mod.ts";
import { sha256Text } from "../../run/mod.ts";

/** The configuration of a session. Kept with the account, so that its history can be told without the configuration's file. */
export type SessionSettings = Omit<LiveConfig, "notes">;

/** What makes a strategy the one that it is. */
export interface StrategyIdentity {
  readonly id: string;
  /** Of its sources. */
  readonly sha256: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** What it was granted of what its manifest asks for. */
  readonly rights: Rights;
  readonly allocationPct: number;
}

/** What makes a session the one that it is. Goes into each `start` record and each snapshot. */
export interface SessionIdentity {
  /** When the account's first session began, microseconds UTC. */
  readonly begunUs: number;
  /** SHA-256 of the run's settings, and of the data. */
  readonly config: string;
  readonly data: string;
  readonly strategies: readonly StrategyIdentity[];
  /** Absent for a session that was not made from a configuration. */
  readonly settings?: SessionSettings;
}

/** A session whose strategies have not said yet what they ask for. */
export interface PlannedIdentity extends Omit<SessionIdentity, "strategies"> {
  readonly strategies: readonly Omit<StrategyIdentity, "rights">[];
}

/** Returns the identity of a session. */
export function identityOf(
  config: SessionSettings & Partial<Pick<LiveConfig, "notes">>,
  data: { readonly begunUs: number; readonly sha256: string },
  sourceHashes: readonly string[],
): PlannedIdentity {
  const { notes: _notes, ...settings } = config;
  return {
    begunUs: data.begunUs,
    config: sha256Text(canonicalRun(config.run, {})),
    data: data.sha256,
    strategies: config.strategies.map(({ id, params, allocationPct }, k) => ({
      id,
      sha256: sourceHashes[k]!,
      params,
      allocationPct,
    })),
    settings,
  };
}

/** Returns an identity with what each strategy was granted. */
export function grantedIdentity(
  planned: PlannedIdentity,
  rights: readonly Rights[],
): SessionIdentity {
  const strategies = planned.strategies.map((it, k) => ({ ...it, rights: rights[k]! }));
  return { ...planned, strategies };
}

/**
 * Refuses to go on with something else than the journal was begun with. Returns the numbers of the strategies that are to be upgraded.
 *
 * @param begun From the last `start` record.
 * @throws {SandbarError} `strategy_changed`, `config_invalid`, `data_invalid`.
 */
export function checkIdentity(
  begun: SessionIdentity,
  now: SessionIdentity,
  { account, upgrade }: { readonly account: string; readonly upgrade: UpgradeWay | null },
): readonly number[] {
  const cannot = `Cannot go on with account ${account}`;
  const other = `; use another --account or --state for it, or go on with what was there`;
  if (begun.config !== now.config) {
    throw new SandbarError(
      "config_invalid",
      `${cannot}: it was begun with other settings (symbols, dates, cash, venue, limits or seed)${other}`,
    );
  }
  if (begun.data !== now.data) {
    throw new SandbarError(
      "data_invalid",
      `${cannot}: its recorded bars are not those that it was begun with${other}`,
    );
  }
  const names = (it: SessionIdentity): string => it.strategies.map(({ id }) => id).join(", ");
  if (names(begun) !== names(now)) {
    throw new SandbarError(
      "strategy_changed",
      `${cannot}: it has the strategies ${names(begun)}, and ${names(now)} was asked for${other}`,
    );
  }
  return begun.strategies.flatMap((was, k) => {
    const is = now.strategies[k]!;
    if (was.allocationPct !== is.allocationPct) {
      throw new SandbarError(
        "config_invalid",
        `${cannot}: the share of strategy ${is.id} was ${was.allocationPct} % and is ${is.allocationPct} %${other}`,
      );
    }
    const changed = changeOf(was, is);
    if (changed === null) return [];
    if (upgrade !== null) return [k];
    throw new SandbarError(
      "strategy_changed",
      `${cannot}: strategy ${is.id} is not what it was, ${changed}; ` +
        "--upgrade keep goes on with the new one and its positions, --upgrade flatten closes them first",
    );
  });
}

/** Returns how a strategy has changed, null when it has not. */
function changeOf(was: StrategyIdentity, is: StrategyIdentity): string | null {
  if (was.sha256 !== is.sha256) return "its file has changed";
  if (JSON.stringify(was.params) !== JSON.stringify(is.params)) {
    return "its parameters have changed";
  }
  return JSON.stringify(was.rights) === JSON.stringify(is.rights)
    ? null
    : "what it is granted has changed";
}
