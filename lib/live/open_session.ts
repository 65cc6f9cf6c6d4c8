/**
 * A session from its configuration to its end: the account is taken, the journal is read and applied, the strategies are brought back, and
 * trading goes on from there. Start and restart are this one path.
 *
 * @module
 */

import type { LiveConfig } from "../config/mod.ts";
import { formatIso, SandbarError, type TimeUs } from "../core/mod.ts";
import { VERSION } from "../data/mod.ts";
import { EventBus } from "../observe/mod.ts";
import { type Clock, JOURNAL_KIND } from "../protocols/mod.ts";
import {
  type ChildLimits,
  DEFAULT_LIMITS,
  readStrategy,
  type SliceReport,
  type StrategySources,
} from "../sandbox/mod.ts";
import { openStore, type Store } from "../store/mod.ts";
import { accountFolder } from "./control/account_folder.ts";
import { ControlServer } from "./control/control_server.ts";
import { HaltFile } from "./control/halt_file.ts";
import { LiveMarket } from "./live_market.ts";
import { LiveSession, type SessionEnd } from "./live_session.ts";
import { encodeJsonPayload } from "./records.ts";
import { CoreRecovery, readPast } from "./recover_core.ts";
import { type SessionData, sessionData } from "./session_data.ts";
import { checkIdentity, identityOf } from "./session_identity.ts";
import { SessionView } from "./session_view.ts";
import { SnapshotKeeper } from "./snapshot_keeper.ts";
import { bookSpec, childSpec, grantedRights } from "./strategy_specs.ts";
import { type SeatOptions, StrategySeat } from "./strategy_seat.ts";
import { TradingCore } from "./trading_core.ts";
import { type UpgradeRecord, upgradeRecord, upgradeText } from "./upgrade.ts";

/** What a session is given beside its configuration. */
export interface LiveOptions {
  readonly clock: Clock;
  /** Aborting stops in order. */
  readonly signal: AbortSignal;
  /** Default: one of its own. */
  readonly bus?: EventBus;
  /** Where the state lies. Default: the configuration's database. */
  readonly at?: Parameters<typeof openStore>[0]["at"];
  readonly onChange?: (view: SessionView) => void;
  /** Called once the account is recovered and trading begins. */
  readonly onReady?: (view: SessionView) => void;
  readonly onReport?: (strategy: number, report: SliceReport) => void;
  /** False leaves the account's HALT file alone: for a run in memory. Default: true. */
  readonly obeysHaltFile?: boolean;
  /** Told when the account's lease has to run out first, because the process that held it has ended without giving it back. */
  readonly onWait?: (text: string) => void;
}

/** A session that has ended. */
export interface LiveOutcome {
  readonly end: SessionEnd;
  readonly core: TradingCore;
  readonly data: SessionData;
  readonly view: SessionView;
  /** What each strategy said of itself; null for one that never ran. */
  readonly opened: readonly (StrategySeat["opened"] | null)[];
  readonly sourceHashes: readonly string[];
  readonly osLimits: boolean;
}

/**
 * Runs a session to its end.
 *
 * @throws {SandbarError} `account_in_use`, `journal_corrupt`, `strategy_changed`, `persistence_io`, `lease_lost`, and what data, strategies and
 * settings can be wrong in.
 * @throws {StrategyFailure} When a strategy cannot be loaded.
 */
export async function runLive(config: LiveConfig, options: LiveOptions): Promise<LiveOutcome> {
  const { clock } = options, startedUs = clock.now();
  const sources = config.strategies.map(({ path, shown }) => readStrategy(path, shown));
  const sourceHashes = sources.map(({ sha256 }) => sha256);
  checkPinned(config, sourceHashes);
  await using stack = new AsyncDisposableStack();
  const store = await openStoreOf(config, options);
  stack.defer(() => store.close());
  const past = await readPast(store), begunUs = past.identity?.begunUs ?? startedUs;
  const data = sessionData(config, begunUs);
  const market = new LiveMarket(data.template);
  const seatOptions = seatsOf(config, sources, market);
  const folder = accountFolder(config.stateDir.real, config.accountId);
  const halt = new HaltFile(folder), bus = options.bus ?? new EventBus(config.observability.events);
  const seats: (StrategySeat | null)[] = [];
  stack.defer(async () => {
    for (const seat of seats) await seat?.[Symbol.asyncDispose]();
  });
  for (const seat of seatOptions) seats.push(await StrategySeat.open(seat));
  const opened = seats.map((seat) => seat!.opened), osLimits = seats.every((it) => it!.osLimits);
  const identity = identityOf(
    config,
    { begunUs, sha256: data.sha256 },
    opened.map(({ terms }, k) => ({ sha256: sourceHashes[k]!, rights: terms.rights })),
  );
  const changed = past.identity === undefined ? [] : checkIdentity(past.identity, identity, config);
  const recovery = new CoreRecovery(
    (rights) =>
      new TradingCore(
        market,
        config.strategies.map((strategy, k) => ({
          id: strategy.id,
          spec: { ...bookSpec(config, strategy, market), rights: rights[k]! },
        })),
      ),
    past,
    identity,
  );
  const upgrades: UpgradeRecord[] = [];
  const upgrade = (k: number): void => {
    const { base } = recovery.core.books[k]!;
    const record = upgradeRecord(k, config.upgrade!, {
      base,
      opened: opened[k]!,
      identity: identity.strategies[k]!,
    });
    const kind = JOURNAL_KIND.strategy, payload = encodeJsonPayload(record);
    store.journal.append(kind, recovery.core.nowUs, payload);
    recovery.apply({ kind, payload });
    upgrades.push(record);
  };
  if (!recovery.core.isFinished) changed.forEach(upgrade);
  const { core } = recovery;
  const view = new SessionView({ config, core, seats, opened, bus, store, clock, startedUs, data });
  const ended = {
    core,
    data,
    view,
    opened,
    osLimits,
    sourceHashes,
  };
  if (core.isFinished) return { ...ended, end: "end_of_feed" };
  store.journal.append(
    JOURNAL_KIND.start,
    core.nowUs,
    encodeJsonPayload({
      version: VERSION,
      deno: Deno.version.deno,
      identity,
      replayed: past.records.length,
    }),
  );
  const left = await Promise.all(seats.map(async (seat, k): Promise<SliceReport | null> => {
    const { quarantined } = core.standings[k]!;
    if (quarantined === "") {
      try {
        return await seat!.catchUp(core.books[k]!);
      } catch (error) {
        // It does not ask for what it asked for then, though nothing of it has changed: it goes on as a new version would.
        if (!isChanged(error) || config.upgrade === null) throw error;
        upgrade(k);
        await seat![Symbol.asyncDispose]();
        seats[k] = await StrategySeat.open(seatOptions[k]!);
        return await seats[k]!.catchUp(core.books[k]!);
      }
    }
    seats[k] = null;
    await seat![Symbol.asyncDispose]();
    return null;
  }));
  const keeper = new SnapshotKeeper({
    store,
    core,
    identity,
    clock,
    policy: {
      maxRecords: config.persistence.walMaxEntries,
      maxAgeUs: config.persistence.autoSaveIntervalSeconds * 1e6,
    },
  });
  const feed = data.open(clock, market.steps, core.nowUs);
  stack.use(feed);
  const session = new LiveSession({
    core,
    seats,
    reseat: async (k) => {
      const seat = await StrategySeat.open(seatOptions[k]!);
      try {
        return { seat, left: await seat.catchUp(core.books[k]!) };
      } catch (error) {
        await seat[Symbol.asyncDispose]();
        throw error;
      }
    },
    journal: store.journal,
    isSnapshotDue: () => keeper.isDue,
    feed,
    clock,
    bus,
    rules: {
      overrunPolicy: config.sandbox.overrunPolicy,
      restartLimit: config.sandbox.restartLimit,
      maxReplayEvents: config.sandbox.maxReplayEvents,
      ordersOnStop: config.orders.onStop,
      isRealTime: data.isRealTime,
      periodUs: data.periodUs,
      cycleUs: config.engine.cycleIntervalSeconds * 1e6,
      maxCycles: config.engine.maxCycles,
    },
    ...(options.onReport === undefined ? {} : { onReport: options.onReport }),
    onChange: () => {
      keeper.look();
      options.onChange?.(view);
    },
  });
  view.attach(session, halt);
  store.failed.addEventListener("abort", () => session.stop("the journal has failed"), {
    once: true,
  });
  if (config.control.enabled) {
    stack.use(
      new ControlServer({
        controlled: view,
        bus,
        clock,
        account: config.accountId,
        folder,
        port: config.control.port,
      }),
    );
  }
  const now = { timeUs: core.nowUs as TimeUs, source: "session" };
  bus.publish("ENGINE_START", {
    account: config.accountId,
    mode: config.mode,
    broker: config.broker,
    feed: feed.name,
    version: VERSION,
  }, now);
  opened.forEach((_, k) => {
    if (seats[k] === null) return;
    const restarts = core.standings[k]!.restarts, sourceHash = sources[k]!.sha256;
    bus.publish("STRATEGY_STARTED", { strategy: core.ids[k]!, sourceHash, restarts }, now);
  });
  for (const record of upgrades) {
    const { strategy, sha256: sourceHash } = record, what = upgradeText(record);
    bus.publish("STRATEGY_UPGRADED", { strategy: core.ids[strategy]!, sourceHash, what }, now);
  }
  if (options.obeysHaltFile !== false) await view.watchHalt();
  options.onReady?.(view);
  try {
    const end = await session.run(left, options.signal);
    if (store.failed.aborted) throw store.failed.reason;
    await keeper.finish();
    return { ...ended, end };
  } finally {
    view.detach();
  }
}

/** How often a lease that another process holds is looked at. */
const LEASE_POLL_US = 5e5;

/**
 * Opens the store. A process that was killed leaves its lease behind: it is waited for until it runs out, unless it is renewed meanwhile,
 * which says that its owner lives.
 */
async function openStoreOf(config: LiveConfig, options: LiveOptions): Promise<Store> {
  const { persistence } = config, { clock, signal } = options;
  const at = options.at ?? persistence.kvPath.real;
  if (typeof at === "string" && !persistence.kvIsService) makeFolder(at);
  let untilUs: unknown;
  for (;;) {
    try {
      return await openStore({
        at,
        account: config.accountId,
        clock,
        limits: {
          backupCount: persistence.backupCount,
          leaseTtlUs: persistence.leaseTtlSeconds * 1e6,
          leaseRenewUs: persistence.leaseRenewSeconds * 1e6,
        },
      });
    } catch (error) {
      const isHeld = error instanceof SandbarError && error.code === "account_in_use";
      if (!isHeld || (untilUs !== undefined && error.context["untilUs"] !== untilUs)) throw error;
      if (untilUs === undefined) options.onWait?.(waitText(error));
      untilUs = error.context["untilUs"];
      await clock.sleep(LEASE_POLL_US, { signal });
    }
  }
}

function waitText({ context }: SandbarError): string {
  return `Account ${context["account"]} was left by process ${
    context["pid"]
  }, which may have ended without giving it back: ` +
    `waiting for its lease to run out at ${formatIso(context["untilUs"] as TimeUs)}`;
}

function makeFolder(path: string): void {
  const folder = path.slice(0, path.lastIndexOf("/"));
  try {
    Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new SandbarError(
      "persistence_io",
      `Cannot make the folder ${folder} for the account's state: ${
        cause instanceof Error ? cause.message : String(cause)
      }; name another one with --state`,
      { cause },
    );
  }
}

function isChanged(error: unknown): boolean {
  return error instanceof SandbarError && error.code === "strategy_changed";
}

/** What each strategy's seat is made for. */
function seatsOf(
  config: LiveConfig,
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
    maxStateBytes: config.sandbox.maxStateBytes,
    market,
  }));
}

function checkPinned(config: LiveConfig, hashes: readonly string[]): void {
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

function limitsOf(config: LiveConfig, market: LiveMarket): ChildLimits {
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
