/**
 * A session whose store is cut after any commit goes on to the end that it would have had: the same records, the same books, no order twice,
 * nothing lost that was acknowledged (PER-04, PER-06, PER-18, G-02). Sessions of random markets, strategies, faults and commands, in this process.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { SimulatedClock } from "../../lib/clock/mod.ts";
import { SandbarError } from "../../lib/core/mod.ts";
import type { KvBackend } from "../../lib/store/kv_backend.ts";
import { MemoryKv, openStore, type Store } from "../../lib/store/mod.ts";
import {
  ACCOUNT,
  RandomSession,
  recordsOf,
  type SessionOutcome,
  type ToldRecord,
} from "./random_session.ts";
import { crashRun } from "./crash_run.ts";
import { type KvState, RecordingKv } from "./recording_kv.ts";

const NOON = "2026-01-05T12:00:00Z";
/** After the lease of whoever was killed. */
const LATER = "2026-01-05T13:00:00Z";

const { points, seed: firstSeed } = crashRun(5000);

/** An uninterrupted run, and what is expected of every run that was cut. */
interface Whole {
  readonly seed: number;
  readonly session: RandomSession;
  readonly kv: RecordingKv;
  readonly outcome: SessionOutcome;
  readonly records: readonly ToldRecord[];
  /** For each commit: the highest number that was acknowledged as durable before the next. */
  readonly acknowledged: readonly number[];
}

async function wholeRun(seed: number): Promise<Whole> {
  const session = new RandomSession(seed), kv = new RecordingKv();
  const acknowledged: number[] = [];
  const note = (sequence: number): void => {
    acknowledged[kv.commits] = Math.max(acknowledged[kv.commits] ?? 0, sequence);
  };
  const outcome = await session.run(kv, new SimulatedClock(NOON), {
    onChange: ({ journal }) => note(journal.durableSequence),
    onDone: note,
  });
  for (let k = 0, most = 0; k <= kv.commits; k++) {
    most = Math.max(most, acknowledged[k] ?? 0);
    acknowledged[k] = most;
  }
  return { seed, session, kv, outcome, records: await storedIn(kv.state), acknowledged };
}

/** Goes on from a state to the end, and compares. */
async function goOn(whole: Whole, from: KvState, acknowledged: number): Promise<void> {
  const { session, outcome, records } = whole, kv = new MemoryKv(from);
  const ended = await session.run(kv, new SimulatedClock(LATER), {
    onOpen: ({ recovery }) => {
      assertEquals(recovery.tail, undefined, "half a commit");
      assert(recovery.lastSequence >= acknowledged, `lost: ${acknowledged} was acknowledged`);
    },
  });
  assertEquals(ended, outcome);
  const after = await storedIn(kv.entries());
  assertEquals(after.map(({ text }) => text), records.map(({ text }) => text));
  // What was durable has kept its number.
  for (const { sequence, text } of await storedIn(from)) {
    assertEquals(after.find((it) => it.sequence === sequence)?.text, text);
  }
}

async function storedIn(state: KvState): Promise<ToldRecord[]> {
  return await inStore(new MemoryKv(state), recordsOf);
}

/** Opens a store to read it, once whoever had it must have given it up. */
async function inStore<T>(at: KvBackend, read: (store: Store) => Promise<T>): Promise<T> {
  const clock = new SimulatedClock("2026-01-05T18:00:00Z");
  const store = await openStore({ at, account: ACCOUNT, clock });
  try {
    return await read(store);
  } finally {
    await store.close();
  }
}

/** Does something with one uninterrupted run after the other until enough points were tried. Names the seed of a failure. */
async function untilEnough(
  share: number,
  offset: number,
  work: (whole: Whole) => Promise<number>,
): Promise<number> {
  let tried = 0;
  for (let seed = firstSeed + offset; tried < points * share; seed++) {
    try {
      tried += await work(await wholeRun(seed));
    } catch (cause) {
      throw new Error(
        `session of seed ${seed}: ${cause instanceof Error ? cause.message : cause}`,
        {
          cause,
        },
      );
    }
  }
  return tried;
}

Deno.test("PER-18 a session that is cut after any commit goes on to the same end, with every acknowledged record", async () => {
  let orders = 0, restarts = 0;
  await untilEnough(0.6, 0, async (whole) => {
    const { kv: { states }, outcome, acknowledged } = whole;
    orders += outcome.orders;
    restarts += outcome.restarts;
    for (let n = 0; n < states.length; n++) await goOn(whole, states[n]!, acknowledged[n]!);
    return states.length;
  });
  assert(orders > 100 && restarts > 10, `${orders} orders, ${restarts} restarts`);
});

Deno.test("PER-10 a session whose database fails at any commit ends with that error, and the next start goes on", async () => {
  await untilEnough(0.25, 10_000, async (whole) => {
    const { session, kv: { commits } } = whole;
    for (let n = 0; n < commits; n++) {
      const kv = new RecordingKv([], n);
      let acknowledged = 0;
      const note = (sequence: number): void => {
        acknowledged = Math.max(acknowledged, sequence);
      };
      const failure = await session.run(kv, new SimulatedClock(NOON), {
        onChange: ({ journal }) => note(journal.durableSequence),
        onDone: note,
      }).then(() => undefined, (error: unknown) => error);
      // The very last commit gives the account back: all else is done by then.
      if (!(failure instanceof SandbarError)) throw failure ?? new Error(`commit ${n}: no error`);
      assertEquals(failure.code, "persistence_io");
      await goOn(whole, kv.state, acknowledged);
    }
    return commits;
  });
});

Deno.test("PER-06 a session that is cut again and again, in its recoveries too, comes to the same end", async () => {
  await untilEnough(0.15, 20_000, async (whole) => {
    let cuts = 0;
    for (const every of [2, 3, 5, 8]) {
      let state: KvState = [], atUs = new SimulatedClock(NOON).now(), isEnded = false;
      while (!isEnded) {
        const kv: RecordingKv = new RecordingKv(state, every);
        isEnded = await whole.session.run(kv, new SimulatedClock(atUs)).then(
          () => true,
          (error) => {
            if (error instanceof SandbarError && error.code === "persistence_io") return false;
            throw error;
          },
        );
        state = kv.state;
        atUs += 3.6e9;
        if (++cuts > 2000) throw new Error("no progress");
      }
      const clock = new SimulatedClock(atUs), last = new MemoryKv(state);
      assertEquals(await whole.session.run(last, clock), whole.outcome);
      assertEquals(
        (await storedIn(last.entries())).map(({ text }) => text),
        whole.records.map(({ text }) => text),
      );
    }
    return cuts;
  });
});
