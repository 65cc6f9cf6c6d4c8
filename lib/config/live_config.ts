/**
 * The configuration of a live run, resolved: what the runner is built from. Every value is explicit, defaults included; units are in the
 * names.
 *
 * @module
 */

import type { CalendarName } from "../calendar/mod.ts";
import type { ORDER_TYPE_NAMES, TIME_IN_FORCE_NAMES } from "../trading/mod.ts";
import type { ParamValue, RunSpec } from "./run_spec.ts";
import type { Place } from "./settings.ts";

/** A live run. */
export interface LiveConfig {
  /** The money: paper is made up. */
  readonly mode: "paper";
  /** Where orders go: paper is the simulated venue of `run`. */
  readonly broker: "paper";
  /** 1 to 32 letters, digits, `-` and `_`: also the name of the account's folder in `stateDir`. */
  readonly accountId: string;
  /** 1 to 6 of a-z and 0-9: part of every client order id. */
  readonly deployment: string;
  /** Name of logs and reports; null: the runner derives one from account and start. */
  readonly runId: string | null;
  /** The configuration file, null without one. */
  readonly file: Place | null;
  /** The file that its symbols come from, null without one. */
  readonly symbolsFile: Place | null;
  readonly stateDir: Place;
  /** Folder of the run's reports. */
  readonly reportDir: Place;
  /** What a backtest of the same settings would run: symbols, period, dates, cash, venue, account, risk, seed. */
  readonly run: RunSpec;
  /** In the order of the file or of the command line, at least one; those that are not enabled are left out. */
  readonly strategies: readonly StrategyConfig[];
  readonly time: { readonly calendar: CalendarName };
  readonly engine: {
    readonly cycleIntervalSeconds: number;
    /** Ticks after which the run ends; 0 is endless. */
    readonly maxCycles: number;
  };
  readonly orders: {
    readonly submitTimeoutMs: number;
    readonly unknownDeadlineSeconds: number;
    readonly onStop: "cancel" | "keep";
    readonly external: "list" | "adopt";
  };
  readonly sandbox: {
    readonly loadDeadlineMs: number;
    readonly eventDeadlineMs: number;
    /** The same where the feed waits for its strategies. */
    readonly stallMs: number;
    readonly heapMb: number;
    readonly dataLimitMb: number;
    readonly maxIntentsPerEvent: number;
    readonly maxStateBytes: number;
    readonly maxReplayEvents: number;
    readonly overrunPolicy: "cancel" | "flatten";
    /** Restarts a session after which a strategy stays in quarantine. */
    readonly restartLimit: number;
    readonly requireOsLimits: boolean;
    readonly networkNamespace: "auto" | "off";
  };
  readonly reconciliation: {
    readonly mode: "strict" | "warn" | "auto_sync";
    /** Shares. */
    readonly qtyTolerance: number;
    /** Account currency. */
    readonly cashTolerance: number;
    readonly priceToleranceBps: number;
    /** Ticks. */
    readonly periodicInterval: number;
    readonly intervalSeconds: number;
    readonly settleDelayMs: number;
  };
  readonly persistence: {
    /** A path, or the URL of a KV service. */
    readonly kvPath: Place;
    readonly kvIsService: boolean;
    readonly backupCount: number;
    readonly walMaxEntries: number;
    readonly autoSaveIntervalSeconds: number;
    readonly leaseTtlSeconds: number;
    readonly leaseRenewSeconds: number;
  };
  readonly data: {
    readonly provider: "recorded" | "simulated";
    /** Feed time against real time; `max` waits for nothing. */
    readonly speed: number | "max";
    /** Catalog or file that alone is read; null: `catalogDir`, then the bundled data. */
    readonly recordedPath: Place | null;
    readonly catalogDir: Place;
    readonly simulated: {
      readonly seed: number;
      /** Where a path starts by symbol, account currency. */
      readonly prices: Readonly<Record<string, number>>;
      /** Percent a day. */
      readonly volatilityPct: number;
      readonly spreadBps: number;
      /** Shares. */
      readonly size: number;
    };
  };
  readonly brokers: {
    /** Exchange that the paper broker trades at; null is the venue inside. */
    readonly paper: { readonly url: string | null };
  };
  readonly observability: {
    readonly events: { readonly bufferSize: number; readonly subscriberQueue: number };
  };
  readonly logging: {
    readonly level: "DEBUG" | "INFO" | "WARNING" | "ERROR";
    readonly logDir: Place;
  };
  readonly control: {
    readonly enabled: boolean;
    /** On loopback; 0 takes a free one. */
    readonly port: number;
  };
  /** What becomes of a strategy that is not the one that its account was begun with; null: it is refused. */
  readonly upgrade: UpgradeWay | null;
  /** Consent to book what a first start finds in the account at the broker, for this start alone. */
  readonly adopt: boolean;
  /** What the user should be told once. */
  readonly notes: readonly string[];
}

/** How a strategy is upgraded: with its positions, or after they are closed. */
export type UpgradeWay = "keep" | "flatten";

/** A strategy of a live run. */
export interface StrategyConfig {
  /** 1 to 8 of a-z and 0-9, unique. */
  readonly id: string;
  /** The file, absolute and as the user gave it. */
  readonly path: string;
  readonly shown: string;
  /** The file's folder with links resolved: its sources are read from there alone. */
  readonly folder: string;
  /** What was set; text of the command line is not yet of the declared kind. */
  readonly params: Readonly<Record<string, ParamValue>>;
  /** Of the run's symbols. */
  readonly symbols: readonly string[];
  /** Hash that the sources must have, null for any. */
  readonly sha256: string | null;
  /** Share of the account's capital, percent; the shares sum to at most 100. */
  readonly allocationPct: number;
  readonly grants: StrategyGrants;
}

/** What a strategy is allowed of what its manifest asks for; null leaves that to the manifest. */
export interface StrategyGrants {
  readonly orderTypes: readonly (typeof ORDER_TYPE_NAMES[number])[] | null;
  readonly timeInForce: readonly (typeof TIME_IN_FORCE_NAMES[number])[] | null;
  readonly short: boolean | null;
  /** Account currency. */
  readonly maxOrderNotional: number | null;
  /** Of the strategy's capital. */
  readonly maxPositionPct: number | null;
  readonly maxOrdersPerMinute: number | null;
}

/** What is granted to real money where the file says nothing else. */
export const LIVE_GRANTS: StrategyGrants = Object.freeze({
  orderTypes: Object.freeze(["market", "limit"] as const),
  timeInForce: Object.freeze(["day"] as const),
  short: false,
  maxOrderNotional: 10_000,
  maxPositionPct: 20,
  maxOrdersPerMinute: 30,
});
