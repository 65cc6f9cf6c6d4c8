/**
 * The upgrade of a strategy: another file, other parameters or other rights go on with the book of the version before (SBX-34).
 *
 * @module
 */

import type { UpgradeWay } from "../../config/mod.ts";
import type { OpenedStrategy } from "../../run/mod.ts";
import type { BookBase } from "../account/book_base.ts";
import type { StrategyIdentity } from "../account/session_identity.ts";

/** What the journal tells of an upgrade; a `strategy` record. */
export interface UpgradeRecord extends Pick<StrategyIdentity, "sha256" | "params" | "rights"> {
  /** Number of the strategy in the session. */
  readonly strategy: number;
  readonly event: "upgraded";
  readonly how: UpgradeWay;
  /** Whether the new version takes over what the one before has saved. */
  readonly keepsState: boolean;
}

/** Returns the record of an upgrade. @param base From where the version before would go on. */
export function upgradeRecord(
  strategy: number,
  how: UpgradeWay,
  { base, opened, identity }: {
    readonly base: BookBase | null;
    readonly opened: OpenedStrategy;
    readonly identity: StrategyIdentity;
  },
): UpgradeRecord {
  const { sha256, params, rights } = identity, state = base?.child.state ?? null;
  // After a flattening what was saved is about positions that are gone.
  const keepsState = how === "keep" && opened.saves && state !== null &&
    base!.saveVersion === opened.terms.saveVersion;
  return { strategy, event: "upgraded", how, keepsState, sha256, params, rights };
}

/** Returns what an upgrade does, for people. */
export function upgradeText({ how, keepsState }: UpgradeRecord): string {
  const positions = how === "keep"
    ? "keeps its positions"
    : "closes its positions at the next open";
  const state = keepsState ? "goes on from the saved state" : "starts empty";
  return `another version takes its book over, ${positions} and ${state}`;
}
