/**
 * What an account's journal was begun with, and whether a start goes on with the same. A journal is the history of one run: other data,
 * other settings or another strategy would make another history of it.
 *
 * @module
 */

import { canonicalRun, type LiveConfig } from "../config/mod.ts";
import { SandbarError } from "../core/mod.ts";
import type { Rights } from "../engine/mod.ts";
import { sha256Text } from "../run/mod.ts";

/** The configuration of a session. Kept with the account, so that its history can be told without the configuration's file. */
export type SessionSettings = Omit<LiveConfig, "notes">;

/** What makes a session the one that it is. Goes into each `start` record and each snapshot. */
export interface SessionIdentity {
  /** When the account's first session began, microseconds UTC. */
  readonly begunUs: number;
  /** SHA-256 of the run's settings, of the data, of the sources of each strategy with its parameters. */
  readonly config: string;
  readonly data: string;
  readonly strategies: readonly {
    readonly id: string;
    readonly sha256: string;
    readonly params: Readonly<Record<string, unknown>>;
    readonly allocationPct: number;
    /** What its manifest asks for as far as it is granted; what a strategy that is not open yet gets is not known. */
    readonly rights?: Rights;
  }[];
  /** Absent for a session that was not made from a configuration. */
  readonly settings?: SessionSettings;
}

/** Returns the identity of a session. */
export function identityOf(
  config: SessionSettings & Partial<Pick<LiveConfig, "notes">>,
  data: { readonly begunUs: number; readonly sha256: string },
  sourceHashes: readonly string[],
): SessionIdentity {
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

/** Returns an identity with the rights of its strategies, which are known once these are open. */
export function withRights(identity: SessionIdentity, rights: readonly Rights[]): SessionIdentity {
  return {
    ...identity,
    strategies: identity.strategies.map((each, k) => ({ ...each, rights: rights[k]! })),
  };
}

/**
 * Refuses to go on with something else than the journal was begun with.
 *
 * @param begun From the last `start` record.
 * @throws {SandbarError} `strategy_changed`, `config_invalid`, `data_invalid`.
 */
export function checkIdentity(
  begun: SessionIdentity,
  now: SessionIdentity,
  account: string,
): void {
  const other = `; use another --account or --state for it, or go on with what was there`;
  if (begun.config !== now.config) {
    throw new SandbarError(
      "config_invalid",
      `Cannot go on with account ${account}: it was begun with other settings (symbols, dates, cash, venue, limits or seed)${other}`,
    );
  }
  if (begun.data !== now.data) {
    throw new SandbarError(
      "data_invalid",
      `Cannot go on with account ${account}: its recorded bars are not those that it was begun with${other}`,
    );
  }
  const names = (it: SessionIdentity): string => it.strategies.map(({ id }) => id).join(", ");
  if (names(begun) !== names(now)) {
    throw new SandbarError(
      "strategy_changed",
      `Cannot go on with account ${account}: it has the strategies ${names(begun)}, and ${
        names(now)
      } was asked for${other}`,
    );
  }
  begun.strategies.forEach((was, k) => {
    const is = now.strategies[k]!;
    const changed = was.sha256 !== is.sha256
      ? "its file has changed"
      : JSON.stringify(was.params) !== JSON.stringify(is.params)
      ? "its parameters have changed"
      : was.allocationPct !== is.allocationPct
      ? "its share of the account has changed"
      : "";
    if (changed === "") return;
    throw new SandbarError(
      "strategy_changed",
      `Cannot go on with account ${account}: strategy ${is.id} is not what it was, ${changed}; ` +
        "--upgrade keep goes on with the new one and its positions, --upgrade flatten closes them first",
    );
  });
}
