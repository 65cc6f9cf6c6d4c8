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
import type { Clock } from "../protocols/mod.ts";
import type { SliceReport } from "../sandbox/mod.ts";
import { openStore, type Store } from "../store/mod.ts";
import { accountFolder } from "./control/account_folder.ts";
import { ControlServer } from "./control/control_server.ts";
import { runningIn } from "./control/control_file.ts";
import { HaltFile } from "./control/halt_file.ts";
import type { SessionEnd } from "./live_session.ts";
import { pastOf } from "./recover_core.ts";
import { recoverSession } from "./recover_session.ts";
import type { Seat } from "./seat.ts";
import { type SessionData, sessionData } from "./session_data.ts";
import { planOf } from "./session_plan.ts";
import { SessionView } from "./session_view.ts";
import type { TradingCore } from "./trading_core.ts";
import { upgradeText } from "./upgrade.ts";

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
  /**
   * Told what is waited for: the account's lease, when the process that held it has ended without giving it back, or a database that does not
   * answer for more than a second.
   */
  readonly onWait?: (text: string) => void;
}

/** A session that has ended. */
export interface LiveOutcome {
  readonly end: SessionEnd;
  readonly core: TradingCore;
  readonly data: SessionData;
  readonly view: SessionView;
  /** What each strategy said of itself. */
  readonly opened: readonly Seat["opened"][];
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
  try {
    return await openAndRun(config, options);
  } catch (error) {
    // What fails while all is closed fails for what happened first: a lost lease is found again by whatever still wants to write.
    let first: unknown = error;
    while (first instanceof SuppressedError) first = first.suppressed;
    throw first;
  }
}

async function openAndRun(config: LiveConfig, options: LiveOptions): Promise<LiveOutcome> {
  const { clock } = options, startedUs = clock.now();
  const folder = accountFolder(config.stateDir.real, config.accountId);
  const halt = new HaltFile(folder), bus = options.bus ?? new EventBus(config.observability.events);
  await using stack = new AsyncDisposableStack();
  const store = await openStoreOf(config, options);
  stack.defer(() => closed(store));
  const past = await pastOf(store), begunUs = past.identity?.begunUs ?? startedUs;
  const data = sessionData(config, begunUs), plan = planOf(config, data, begunUs);
  const sourceHashes = plan.strategies.map((it) => it.sourceHash);
  const recovered = await recoverSession(plan, {
    store,
    past,
    clock,
    bus,
    ...(options.onReport === undefined ? {} : { onReport: options.onReport }),
    onChange: () => options.onChange?.(view),
  });
  stack.use(recovered);
  const { core, seats, opened, osLimits, ready } = recovered;
  const view = new SessionView({ config, core, seats, opened, bus, store, clock, startedUs, data });
  const ended = { core, data, view, opened, osLimits, sourceHashes };
  if (ready === null) return { ...ended, end: "end_of_feed" };
  const { session, feed, left, keeper } = ready;
  view.attach(session, halt);
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
  for (const record of ready.upgrades) {
    const strategy = core.ids[record.strategy]!, why = upgradeText(record);
    bus.publish("STRATEGY_STOPPED", { strategy, why }, now);
  }
  seats.forEach((seat, k) => {
    if (seat === null) return;
    const restarts = core.standings[k]!.restarts, sourceHash = sourceHashes[k]!;
    bus.publish("STRATEGY_STARTED", { strategy: core.ids[k]!, sourceHash, restarts }, now);
  });
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

/** Closes a store. That it has failed was told by whoever could not go on. */
async function closed(store: Store): Promise<void> {
  const { failed } = store, hadFailed = failed.aborted;
  try {
    await store.close();
  } catch (error) {
    if (!hadFailed || error !== failed.reason) throw error;
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
        ...(options.onWait === undefined ? {} : { onSlow: options.onWait }),
        holders: () => runningIn(config.stateDir.real),
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
  return `Account ${context["account"]} is held by process ${context["pid"]} until ${
    formatIso(context["untilUs"] as TimeUs)
  }. If that process was killed, this start goes on then; if it lives, this start ends: waiting to see which`;
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
