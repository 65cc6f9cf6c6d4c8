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
import { identityIn, restoreCore } from "./core_snapshot.ts";
import { LiveSession } from "./live_session.ts";
import { OrderNames } from "./order_names.ts";
import { decodeJsonPayload, encodeJsonPayload } from "./records.ts";
import type { Seat } from "./seat.ts";
import { checkIdentity, type SessionIdentity, withRights } from "./session_identity.ts";
import type { Left } from "./session_parts.ts";
import type { SessionPlan } from "./session_plan.ts";
import { SnapshotKeeper } from "./snapshot_keeper.ts";
import { TradingCore } from "./trading_core.ts";

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
  if (past.identity !== undefined) checkIdentity(past.identity, plan.identity, plan.account);
  for (const { open } of strategies) seats.push(await open());
  const opened = seats.map((seat) => seat!.opened), osLimits = seats.every((it) => it!.osLimits);
  const identity = withRights(plan.identity, opened.map(({ terms }) => terms.rights));
  const names = plan.broker === null ? null : new OrderNames({
    account: plan.account,
    deployment: plan.broker.deployment,
    birthEpoch: store.journal.birthEpoch,
  }, strategies.map(({ id }) => id));
  const core = new TradingCore(
    market,
    strategies.map(({ id, spec }, k) => ({
      id,
      spec: { ...spec, rights: opened[k]!.terms.rights },
    })),
    names,
  );
  if (past.snapshot !== undefined) restoreCore(core, past.snapshot);
  for (const record of past.records) core.apply(record);
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
    if (core.standings[k]!.quarantined === "") return await back(k, seat!);
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
  const feed = await plan.openFeed(clock, market.steps, core.nowUs, broker?.client ?? null);
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
  return { ...recovered, ready: { session, feed, left, keeper }, ...owned() };
}

/** The records of requests to a broker, as far back as the journal goes. */
async function requestsOf(store: Store): Promise<JournalRecord[]> {
  const records: JournalRecord[] = [];
  for await (const record of store.journal.read(1)) {
    if (record.kind === JOURNAL_KIND.dispatch) records.push(record);
  }
  return records;
}

/** What an account was before this start. */
export interface Past {
  /** Of the last start, undefined for a fresh account. */
  readonly identity: SessionIdentity | undefined;
  readonly snapshot: Uint8Array<ArrayBuffer> | undefined;
  /** The last record that is in it, 0 without one. */
  readonly snapshotSequence: number;
  /** After the snapshot. */
  readonly records: readonly JournalRecord[];
}

/**
 * Reads the newest snapshot and the journal after it.
 *
 * @throws {SandbarError} `snapshot_corrupt` when the only snapshots that reach back to the journal's beginning are damaged.
 */
export async function pastOf(store: Store): Promise<Past> {
  const { snapshot, bad } = await store.newestSnapshot(), records: JournalRecord[] = [];
  const after = snapshot?.sequence ?? 0, { firstSequence, lastSequence } = store.recovery;
  if (lastSequence > after && (firstSequence === 0 || firstSequence > after + 1)) {
    throw new SandbarError(
      "snapshot_corrupt",
      `Cannot recover account ${store.account}: its journal begins after record ${
        Math.max(after, firstSequence - 1)
      }, and ${
        bad.length === 0
          ? "there is no snapshot that reaches so far"
          : `the snapshot of record ${bad[0]!.sequence} is damaged (${bad[0]!.what})`
      }; run \`deno task doctor\`: it names all damage, and import a backup`,
      { context: { account: store.account } },
    );
  }
  let identity = snapshot === undefined ? undefined : identityIn(snapshot.bytes);
  for await (const record of store.journal.read(after + 1)) {
    if (record.kind === JOURNAL_KIND.start) {
      identity = decodeJsonPayload(record.payload)["identity"] as SessionIdentity;
    } else records.push(record);
  }
  return { identity, snapshot: snapshot?.bytes, snapshotSequence: after, records };
}
