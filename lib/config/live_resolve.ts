/**
 * Resolves a live run: default, file, command line, in this order of weight; and what contradicts itself is a fault. All faults are told
 * together, and nothing starts before there are none.
 *
 * @module
 */

import { SandbarError } from "../core/mod.ts";
import type { PlainValue } from "./config_key.ts";
import { readSettingsFile, type SettingsFile } from "./config_file.ts";
import { runOptionsOf, unusedMargins } from "./config_run.ts";
import { laterWordFault } from "./config_value.ts";
import { Faults } from "./faults.ts";
import type { LiveConfig, StrategyConfig, UpgradeWay } from "./live_config.ts";
import { type LiveFlags, withFlags } from "./live_flags.ts";
import { unusedNotes } from "./run_config.ts";
import { resolveRun, type RunSpec } from "./run_spec.ts";
import { type ConfigValue, keyOf, type Place, placeIn, Settings } from "./settings.ts";
import { listStrategies, strategiesOf } from "./strategy_list.ts";

/** What a live run is resolved from. */
export interface LiveRequest {
  /** The configuration file: absolute, and as the user gave it. */
  readonly file?: Place | undefined;
  readonly flags: LiveFlags;
  /** The user's folder, absolute: paths of flags and defaults count from it. */
  readonly userDir: string;
}

/** The settings of a live run, read but not yet resolved. */
export interface LiveSettings {
  readonly settings: Settings;
  readonly file: SettingsFile | undefined;
  readonly faults: Faults;
  readonly upgrade: UpgradeWay | null;
  readonly adopt: boolean;
  /** How many strategies there are: `strategies[0]` and so on. */
  readonly strategyCount: number;
  /** Returns a value that holds a path as a place. */
  readonly place: (value: ConfigValue) => Place;
}

/**
 * Returns a live run.
 *
 * @throws {SandbarError} `config_invalid` or `usage` with every fault; `bad_period`; `usage` when there is no strategy.
 */
export async function resolveLive(request: LiveRequest): Promise<LiveConfig> {
  const config = liveConfigOf(await readLiveSettings(request));
  if (config.strategies.length > 0) return config;
  throw new SandbarError(
    "usage",
    "Cannot start without a strategy: name a strategy file, or list it under strategies: in the file of --config",
  );
}

/**
 * Returns the settings of file and flags. Their faults are told by {@linkcode liveConfigOf}.
 *
 * @throws {SandbarError} `config_invalid` when the file cannot be read.
 */
export async function readLiveSettings(request: LiveRequest): Promise<LiveSettings> {
  const { flags, userDir } = request;
  const file = request.file === undefined
    ? undefined
    : await readSettingsFile(request.file.real, request.file.shown);
  const faults = file?.faults ?? new Faults(String);
  const place = (value: ConfigValue): Place =>
    placeIn(
      value.at === undefined ? { real: userDir, shown: "" } : file!.folder,
      String(value.value),
    );
  const values = withFlags(file?.values ?? new Map(), flags, faults);
  const strategyCount = listStrategies(values, {
    flags,
    offsets: file?.lists.get("strategies") ?? [],
    real: (value) => place(value).real,
    faults,
  });
  const upgrade = flags.upgrade ?? null;
  return {
    settings: new Settings(values, file?.symbols),
    file,
    faults,
    upgrade,
    adopt: flags.adopt ?? false,
    strategyCount,
    place,
  };
}

/**
 * Returns the live run of settings; it may be without a strategy.
 *
 * @throws {SandbarError} `config_invalid` or `usage` with every fault; `bad_period`.
 */
export function liveConfigOf(live: LiveSettings): LiveConfig {
  const { settings, file, faults } = live;
  const options = runOptionsOf(settings, (at, message) => faults.add(at, message));
  refuseContradictions(live);
  const symbols = options.symbols?.map((symbol) => symbol.trim().toUpperCase()) ?? ["GOOG"];
  const strategies = strategiesOf(settings, live.strategyCount, { ...live, symbols });
  faults.refuse();
  const [first] = strategies;
  const run = resolveRun(
    // The parameters of several strategies are theirs alone.
    strategies.length === 1 ? { ...options, params: first!.params } : options,
  );
  return {
    ...sectionsOf(live, run, strategies),
    notes: [
      ...file === undefined ? [] : unusedNotes(settings, file, "live"),
      ...unusedMargins(settings),
    ],
  };
}

/** Tells what contradicts itself, and words that no part can do yet where they come to hold. */
function refuseContradictions({ settings, faults }: LiveSettings): void {
  const add = (path: string, message: string): void => {
    const written = settings.get(path)!;
    faults.add(written.at, `${written.path}: ${message}`);
  };
  if (settings.valueOf("mode") === "live") {
    add("mode", "live trades real money, and no broker for it is built yet; give paper");
  }
  for (const path of ["broker", "data.provider"]) {
    const key = keyOf(path)!, word = settings.valueOf(path) as string;
    if (key.laterWords!.includes(word)) add(path, laterWordFault(key, word));
  }
  const renew = settings.valueOf("persistence.lease_renew_seconds") as number;
  const ttl = settings.valueOf("persistence.lease_ttl_seconds") as number;
  if (renew * 3 >= ttl) {
    const path = settings.get("persistence.lease_renew_seconds") === undefined
      ? "persistence.lease_ttl_seconds"
      : "persistence.lease_renew_seconds";
    add(path, `a lease of ${ttl} s is renewed every ${renew} s; renew in less than a third of it`);
  }
  if (settings.valueOf("persistence.use_wal") === false) {
    add(
      "persistence.use_wal",
      "false is for backtests only: without a journal a crash loses orders",
    );
  }
  const data = settings.get("data.recorded.path");
  if (data?.at === undefined && typeof data?.value === "string") {
    if (settings.valueOf("data.provider") === "simulated") {
      add("data.recorded.path", "it has no effect with simulated data; take one of them out");
    }
  }
}

function sectionsOf(
  live: LiveSettings,
  run: RunSpec,
  strategies: readonly StrategyConfig[],
): Omit<LiveConfig, "notes"> {
  const { settings, file } = live;
  const of = <T extends PlainValue>(path: string): T => settings.valueOf(path) as T;
  const place = (path: string): Place =>
    live.place(settings.get(path) ?? { path, at: undefined, value: of(path) });
  const provider = of<"recorded" | "simulated">("data.provider"), stateDir = place("state_dir");
  return {
    mode: of<"paper">("mode"),
    broker: of<"paper">("broker"),
    accountId: of<string | null>("account_id") ?? "paper",
    deployment: of("deployment"),
    runId: of("run_id"),
    file: file?.file ?? null,
    symbolsFile: of("symbols.file") === null ? null : place("symbols.file"),
    stateDir,
    reportDir: place("backtest.report_dir"),
    run,
    strategies,
    time: { calendar: of("time.calendar") },
    engine: {
      cycleIntervalSeconds: of("engine.cycle_interval_seconds"),
      maxCycles: of("engine.max_cycles"),
    },
    orders: {
      submitTimeoutMs: of("orders.submit_timeout_ms"),
      unknownDeadlineSeconds: of("orders.unknown_deadline_seconds"),
      onStop: of("orders.on_stop"),
      external: of("orders.external"),
    },
    sandbox: {
      loadDeadlineMs: of("sandbox.load_deadline_ms"),
      eventDeadlineMs: of("sandbox.event_deadline_ms"),
      stallMs: of("sandbox.stall_ms"),
      heapMb: of("sandbox.heap_mb"),
      dataLimitMb: of("sandbox.data_limit_mb"),
      maxIntentsPerEvent: of("sandbox.max_intents_per_event"),
      maxStateBytes: of("sandbox.max_state_bytes"),
      maxReplayEvents: of("sandbox.max_replay_events"),
      overrunPolicy: of("sandbox.overrun_policy"),
      restartLimit: of("sandbox.restart_limit"),
      requireOsLimits: of("sandbox.require_os_limits"),
      networkNamespace: of("sandbox.network_namespace"),
    },
    reconciliation: {
      mode: of("reconciliation.mode"),
      qtyTolerance: of("reconciliation.qty_tolerance"),
      cashTolerance: of("reconciliation.cash_tolerance"),
      priceToleranceBps: of("reconciliation.price_tolerance_bps"),
      periodicInterval: of("reconciliation.periodic_interval"),
      intervalSeconds: of("reconciliation.interval_seconds"),
      settleDelayMs: of("reconciliation.settle_delay_ms"),
    },
    persistence: {
      ...databaseOf(live, stateDir),
      backupCount: of("persistence.backup_count"),
      walMaxEntries: of("persistence.wal_max_entries"),
      autoSaveIntervalSeconds: of("persistence.auto_save_interval_seconds"),
      leaseTtlSeconds: of("persistence.lease_ttl_seconds"),
      leaseRenewSeconds: of("persistence.lease_renew_seconds"),
    },
    data: {
      provider,
      speed: of<number | "max" | null>("data.speed") ?? (provider === "recorded" ? "max" : 1),
      recordedPath: of("data.recorded.path") === null ? null : place("data.recorded.path"),
      catalogDir: place("backtest.data_dir"),
      simulated: {
        seed: of<number | null>("data.simulated.seed") ?? run.seed,
        prices: pricesOf(of("data.simulated.prices")),
        volatilityPct: of("data.simulated.volatility_pct"),
        spreadBps: of("data.simulated.spread_bps"),
        size: of("data.simulated.size"),
      },
    },
    observability: {
      events: {
        bufferSize: of("observability.events.buffer_size"),
        subscriberQueue: of("observability.events.subscriber_queue"),
      },
    },
    logging: { level: of("logging.level"), logDir: place("logging.log_dir") },
    brokers: { paper: { url: of("brokers.paper.url") } },
    control: { enabled: of("control.enabled"), port: of("control.port") },
    upgrade: live.upgrade,
    adopt: live.adopt,
  };
}

function databaseOf(
  { settings, place }: LiveSettings,
  stateDir: Place,
): { readonly kvPath: Place; readonly kvIsService: boolean } {
  const written = settings.get("persistence.kv_path");
  if (typeof written?.value !== "string") {
    return { kvPath: placeIn(stateDir, "sandbar.kv"), kvIsService: false };
  }
  const url = written.value;
  return url.includes("://")
    ? { kvPath: { real: url, shown: url }, kvIsService: true }
    : { kvPath: place(written), kvIsService: false };
}

function pricesOf(prices: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(prices).map(([symbol, price]) => [symbol.trim().toUpperCase(), price]),
  );
}
