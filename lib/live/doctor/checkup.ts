/**
 * What a look at a session finds.
 *
 * @module
 */

import type { ParamValue } from "../../config/mod.ts";
import type { DiskProbe, StoreCheck } from "../../store/mod.ts";
import type { SessionSettings } from "../account/session_identity.ts";

/** Rights in words. */
export interface RightsText {
  readonly short: boolean;
  readonly orderTypes: readonly string[];
  readonly timesInForce: readonly string[];
}

/** A strategy that was looked at. */
export interface StrategyCheck {
  readonly id: string;
  readonly file: string;
  /** Of its sources; null when they cannot be read. */
  readonly sha256: string | null;
  /** With which the account was begun; null for an account that has not begun. */
  readonly begunSha256: string | null;
  readonly allocationPct: number;
  /** What it says of itself; null when it could not be opened. */
  readonly opened: {
    readonly name: string;
    readonly params: Readonly<Record<string, ParamValue>>;
    /** What its manifest asks for, as far as it is granted. */
    readonly rights: RightsText;
  } | null;
}

/** Something that keeps a session from running as it should. */
export interface Problem {
  readonly part: "data" | "strategies" | "sandbox" | "calendar" | "disk" | "store";
  readonly text: string;
}

/** What was found. */
export interface Checkup {
  readonly account: string;
  /** Whether these are the settings with which the account was begun. */
  readonly isStored: boolean;
  readonly settings: SessionSettings;
  readonly strategies: readonly StrategyCheck[];
  readonly sandbox: { readonly osLimits: boolean; readonly networkIsolated: boolean } | null;
  readonly calendar: {
    readonly name: string;
    /** Last date that is known, null for a market that is always open. */
    readonly until: string | null;
    /** Today's session, microseconds UTC; null when there is none. */
    readonly today: { readonly openUs: number; readonly closeUs: number } | null;
  };
  readonly disk: DiskProbe | null;
  /** Null when there is nothing of the account yet. */
  readonly store: StoreCheck | null;
  readonly problems: readonly Problem[];
}
