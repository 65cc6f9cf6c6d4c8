/**
 * Live sessions over recorded bars, in a process of their own: how fast one goes with its journal on disk and in memory, and how long a bar takes
 * to become an intent and a durable order when nothing else waits.
 *
 * @module
 */

import { SystemClock } from "../../lib/clock/mod.ts";
import { resolveLive } from "../../lib/config/mod.ts";
import { planOf, recoverSession, sessionData } from "../../lib/live/mod.ts";
import { EventBus } from "../../lib/observe/mod.ts";
import type { Feed } from "../../lib/protocols/mod.ts";
import { MemoryKv, openStore, type Store } from "../../lib/store/mod.ts";
import { PERIOD, SYMBOL } from "./market.ts";

/** What to run. */
export interface LiveJob {
  /** An empty folder. */
  readonly folder: string;
  /** Folder of the catalog. */
  readonly data: string;
  /** Path of the strategy. */
  readonly strategy: string;
  readonly journal: "disk" | "memory";
  /** True waits for each bar's records before the next bar comes, and measures that. */
  readonly isOneByOne: boolean;
}

/** What came of it. */
export interface LiveOutcome {
  readonly bars: number;
  readonly records: number;
  readonly tookMs: number;
  /** Of each bar at which the strategy asked for something, ascending, microseconds: from the bar to the intents, and to their record on disk. */
  readonly intentUs: readonly number[];
  readonly orderUs: readonly number[];
}

const ACCOUNT = "bench";

async function measure(job: LiveJob): Promise<LiveOutcome> {
  const { folder, data, strategy, journal, isOneByOne } = job, clock = new SystemClock();
  const asked = await resolveLive({
    flags: {
      strategies: [strategy],
      symbols: [SYMBOL],
      period: PERIOD,
      data,
      speed: "max",
      account: ACCOUNT,
    },
    userDir: folder,
  });
  // A busy machine decides nothing about a strategy.
  const sandbox = { ...asked.sandbox, eventDeadlineMs: 10_000, loadDeadlineMs: 20_000 };
  const config = { ...asked, sandbox };
  const at = journal === "disk" ? `${folder}/bench.kv` : new MemoryKv();
  const store = await openStore({ at, account: ACCOUNT, clock });
  const watch = new Watch(store, isOneByOne), plan = planOf(config, sessionData(config, 0), 0);
  try {
    await using recovered = await recoverSession({
      ...plan,
      openFeed: async (...parts) => watch.over(await plan.openFeed(...parts)),
    }, {
      store,
      past: {
        begun: undefined,
        identity: undefined,
        snapshot: undefined,
        snapshotSequence: 0,
        records: [],
      },
      clock,
      bus: new EventBus(),
      onReport: (_, { intentCount }) => watch.report(intentCount),
    });
    const { session, left } = recovered.ready!, startedMs = performance.now();
    await session.run(left, new AbortController().signal);
    return {
      bars: recovered.core.market.steps,
      records: store.journal.lastSequence,
      tookMs: performance.now() - startedMs,
      intentUs: watch.intentUs.sort((a, b) => a - b),
      orderUs: watch.orderUs.sort((a, b) => a - b),
    };
  } finally {
    await store.close();
  }
}

/** Watches the bars of a feed become orders. */
class Watch {
  readonly intentUs: number[] = [];
  readonly orderUs: number[] = [];
  readonly #store: Store;
  readonly #isOneByOne: boolean;
  #barMs = NaN;
  #durable: Promise<void> = Promise.resolve();

  constructor(store: Store, isOneByOne: boolean) {
    this.#store = store;
    this.#isOneByOne = isOneByOne;
  }

  /** A feed whose bars are watched. */
  over(feed: Feed): Feed {
    return {
      name: feed.name,
      isSynthetic: feed.isSynthetic,
      next: async (signal) => {
        const event = await feed.next(signal);
        if (this.#isOneByOne) await this.#durable;
        this.#barMs = performance.now();
        return event;
      },
      [Symbol.asyncDispose]: () => feed[Symbol.asyncDispose](),
    };
  }

  /** A strategy has decided; its intents are journaled right after. */
  report(intentCount: number): void {
    const barMs = this.#barMs, { journal } = this.#store;
    if (!this.#isOneByOne || Number.isNaN(barMs)) return;
    if (intentCount > 0) this.intentUs.push((performance.now() - barMs) * 1000);
    this.#durable = Promise.resolve()
      .then(() => journal.whenDurable(journal.lastSequence))
      .then(() => {
        if (intentCount > 0) this.orderUs.push((performance.now() - barMs) * 1000);
      });
  }
}

if (import.meta.main) {
  console.log(JSON.stringify(await measure(JSON.parse(Deno.args[0]!) as LiveJob)));
}
