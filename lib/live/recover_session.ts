/**
 * From an opened store to a session that is ready to go on: the newest snapshot and the journal after it are applied to the books, the strategies are started and
 * brought back. A fresh journal is one that tells of nothing yet; there is no other path.
 *
 * @module
 */

import { SandbarError } from "../core/mod.ts";
import { VERSION } from "../data/mod.ts";
import type { EventBus } from "../observe/mod.ts";
import { type Clock, type Feed, JOURNAL_KIND, type JournalRecord } from "../protocols/mod.ts";
import type { OpenedStrategy } from "../run/mod.ts";
import type { SliceReport } from "../sandbox/mod.ts";
import type { Store } from "../store/mod.ts";
import { AccountLog } from "./account_log.ts";
import { BrokerSide } from "./broker_side.ts";
import { catchUp } from "./catch_up.ts";
import { LiveSession } from "./live_session.ts";
import { OrderNames } from "./order_names.ts";
import { encodeJsonPayload } from "./records.ts";
import { CoreRecovery, type Past } from "./recover_core.ts";
import type { Seat } from "./seat.ts";
import { checkIdentity, grantedIdentity } from "./session_identity.ts";
import type { Left } from "./session_parts.ts";
import type { SessionPlan } from "./session_plan.ts";
import { SnapshotKeeper } from "./snapshot_keeper.ts";
import { TradingCore } from "./trading_core.ts";
import { type UpgradeRecord, upgradeRecord } from "./upgrade.ts";

/** What a session is given to go on with. */
export interface RecoverOptions {
  readonly store: Store;
  readonly past: Past;
  readonly clock: Clock;
  readonly bus: EventBus;
  readonly onReport?: (strategy: number, report: SliceReport) => void;
  /** Called after each event, and once before the first. */
  readonly onChange?: () => void;
}

/** An account that was recovered. Disposing of it ends its strategies and its feed. */
export interface Recovered extends AsyncDisposable {
  readonly core: TradingCore;
  readonly seats: readonly (Seat | null)[];
  /** What each strategy said of itself. */
  readonly opened: readonly OpenedStrategy[];
  readonly osLimits: boolean;
  /** Null when the feed had ended already. */
  readonly ready: ReadySession | null;
}

/** A session that goes on when it is run. */
export interface ReadySession {
  readonly session: LiveSession;
  readonly feed: Feed;
  /** For {@linkcode LiveSession.run}. */
  readonly left: readonly (Left | null)[];
  readonly keeper: SnapshotKeeper;
  /** Strategies that go on in another version. */
  readonly upgrades: readonly UpgradeRecord[];
}

/**
 * Recovers an account.
 *
 * @throws {SandbarError} `journal_corrupt`, `strategy_changed`, `config_invalid`, `data_invalid`.
 * @throws {StrategyFailure} When a strategy cannot be started or brought back.
 */
export async function recoverSession(
  plan: SessionPlan,
  { store, past, clock, bus, onReport, onChange }: RecoverOptions,
): Promise<Recovered> {
  const { market, strategies } = plan, seats: (Seat | null)[] = [];
  await using stack = new AsyncDisposableStack();
  stack.defer(async () => {
    for (const seat of seats) await seat?.[Symbol.asyncDispose]();
  });
  for (const { open } of strategies) seats.push(await open());
  const opened = seats.map((seat) => seat!.opened), osLimits = seats.every((it) => it!.osLimits);
  const names = plan.broker === null ? null : new OrderNames({
    account: plan.account,
    deployment: plan.broker.deployment,
    birthEpoch: store.journal.birthEpoch,
  }, strategies.map(({ id }) => id));
  const granted = opened.map(({ terms }) => terms.rights);
  const identity = grantedIdentity(plan.identity, granted);
  const changed = past.identity === undefined ? [] : checkIdentity(past.identity, identity, plan);
  const recovery = new CoreRecovery(
    (rights) =>
      new TradingCore(
        market,
        strategies.map(({ id, spec }, k) => ({ id, spec: { ...spec, rights: rights[k]! } })),
        { names, limits: plan.limits },
      ),
    past,
    { identity, granted },
  );
  const upgrades: UpgradeRecord[] = [];
  const upgrade = (k: number): void => {
    const { base } = recovery.core.books[k]!, of = identity.strategies[k]!;
    const record = upgradeRecord(k, plan.upgrade!, { base, opened: opened[k]!, identity: of });
    const kind = JOURNAL_KIND.strategy, payload = encodeJsonPayload(record);
    store.journal.append(kind, recovery.core.nowUs, payload);
    recovery.apply({ kind, payload });
    upgrades.push(record);
  };
  if (!recovery.core.isFinished) changed.forEach(upgrade);
  const { core } = recovery;
  const owned = (): Pick<Recovered, typeof Symbol.asyncDispose> => {
    const moved = stack.move();
    return { [Symbol.asyncDispose]: () => moved.disposeAsync() };
  };
  const recovered = { core, seats, opened, osLimits };
  if (core.isFinished) return { ...recovered, ready: null, ...owned() };
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
  const back = (k: number, seat: Seat): Promise<Left> =>
    catchUp({ id: strategies[k]!.id, seat, book: core.books[k]!, market });
  const left = await Promise.all(seats.map(async (seat, k): Promise<Left | null> => {
    if (core.standings[k]!.quarantined === "") {
      try {
        return await back(k, seat!);
      } catch (error) {
        // It does not ask for what it asked for then, though nothing of it has changed: it goes on as a new version would.
        if (plan.upgrade === null || !isChanged(error)) throw error;
        upgrade(k);
        await seat![Symbol.asyncDispose]();
        return await back(k, seats[k] = await strategies[k]!.open());
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
    policy: plan.snapshots,
    previous: past.snapshotSequence,
    backupCount: plan.backupCount,
  });
  const log = new AccountLog(core, store.journal);
  const broker = plan.broker === null ? null : new BrokerSide({
    ...plan.broker,
    broker: plan.broker.open(clock),
    core,
    names: names!,
    journal: log,
    lease: store.lease,
    clock,
    bus,
    isFirstStart: past.identity === undefined,
  });
  if (broker !== null) stack.use(broker);
  let running: LiveSession | null = null;
  if (broker !== null) {
    await broker.open(await requestsOf(store), {
      wake: () => running?.wake(),
      fail: (error) => running?.fail(error),
    });
  }
  const feed = await plan.openFeed(
    clock,
    { instants: market.steps, quotes: core.quotes, timeUs: core.nowUs },
    broker?.client ?? null,
  );
  stack.use(feed);
  const session = running = new LiveSession({
    core,
    seats,
    reseat: async (k) => {
      const seat = await strategies[k]!.open();
      try {
        return { seat, left: await back(k, seat) };
      } catch (error) {
        await seat[Symbol.asyncDispose]();
        throw error;
      }
    },
    journal: log,
    isSnapshotDue: () => keeper.isDue,
    broker,
    feed,
    clock,
    bus,
    rules: plan.rules,
    ...(onReport === undefined ? {} : { onReport }),
    onChange: () => {
      keeper.look();
      onChange?.();
    },
  });
  // What cannot be durable any more must not go on.
  store.failed.addEventListener("abort", () => session.stop("the journal has failed"), {
    once: true,
  });
  return { ...recovered, ready: { session, feed, left, keeper, upgrades }, ...owned() };
}

function isChanged(error: unknown): boolean {
  return error instanceof SandbarError && error.code === "strategy_changed";
}

/** The records of requests to a broker, as far back as the journal goes. */
async function requestsOf(store: Store): Promise<JournalRecord[]> {
  const records: JournalRecord[] = [];
  for await (const record of store.journal.read(1)) {
    if (record.kind === JOURNAL_KIND.dispatch) records.push(record);
  }
  return records;
}
