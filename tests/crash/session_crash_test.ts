/**
 * A session whose store is cut after any commit goes on to the end that it would have had: the same records, the same books, no order twice,
 * nothing lost that was acknowledged (PER-04, PER-06, PER-18, G-02). Sessions of random markets, strategies, faults and commands, in this process.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { parseIso, SandbarError } from "../../lib/core/mod.ts";
import { AREA } from "../../lib/store/keys.ts";
import { MemoryKv, type Store } from "../../lib/store/mod.ts";
import {
  RandomSession,
  recordsOf,
  type SessionOutcome,
  type SessionPace,
} from "./random_session.ts";
import { crashRun } from "./crash_run.ts";
import { type KvState, RecordingKv } from "./recording_kv.ts";

/** When a session begins, microseconds UTC. */
const START_US: number = parseIso("2026-01-05T12:00:00Z");
/** After this long the lease of whoever was killed has run out. */
const HOUR_US = 3.6e9;

/** Instants of a session at most. */
const MAX_STEPS = 16;

const { points, seed: firstSeed } = crashRun(5000);

/** An uninterrupted run, and what is expected of every run that was cut. */
interface Whole {
  readonly session: RandomSession;
  readonly pace: SessionPace;
  readonly outcome: SessionOutcome;
  /** All of them, as text. */
  readonly records: readonly string[];
}

/** The states of an uninterrupted run. */
interface Recorded {
  readonly states: readonly KvState[];
  /** For each: the highest number that was acknowledged as durable before the next commit. */
  readonly acknowledged: readonly number[];
}

async function wholeOf(seed: number): Promise<Whole> {
  const session = new RandomSession(seed);
  let records: readonly string[] = [];
  const onEnd = async (store: Store): Promise<void> => {
    records = (await recordsOf(store)).map(({ text }) => text);
  };
  // Without snapshots, so that the journal stays whole.
  const options = { startUs: START_US, pace: "max", watch: { onEnd } } as const;
  const outcome = await session.run(new MemoryKv(), options);
  return { session, pace: seed % 3 === 0 ? "paced" : "max", outcome, records };
}

async function record({ session, pace, outcome }: Whole): Promise<Recorded> {
  const kv = new RecordingKv(), acknowledged: number[] = [];
  const note = (sequence: number): void => {
    acknowledged[kv.commits] = Math.max(acknowledged[kv.commits] ?? 0, sequence);
  };
  const watch = { onChange: ({ journal }: Store) => note(journal.durableSequence), onDone: note };
  assertEquals(await session.run(kv, { startUs: START_US, pace, watch }), outcome);
  for (let k = 0, most = 0; k <= kv.commits; k++) {
    acknowledged[k] = most = Math.max(most, acknowledged[k] ?? 0);
  }
  return { states: kv.states, acknowledged };
}

/** Goes on from a state to the end, and compares. */
async function goOn(
  { session, pace, outcome, records }: Whole,
  from: KvState,
  { acknowledged, startUs = START_US + HOUR_US }: {
    readonly acknowledged: number;
    readonly startUs?: number;
  },
): Promise<void> {
  const kv = new MemoryKv(from);
  let after: readonly string[] = [];
  const watch = {
    onOpen: ({ recovery }: Store): void => {
      assertEquals(recovery.tail, undefined, "half a commit");
      assert(recovery.lastSequence >= acknowledged, `lost: ${acknowledged} was acknowledged`);
    },
    onEnd: async (store: Store): Promise<void> => {
      after = (await recordsOf(store)).map(({ text }) => text);
    },
  };
  assertEquals(await session.run(kv, { startUs, pace, watch }), outcome);
  // Of a journal that was cut behind a snapshot the rest is there.
  assertEquals(after, records.slice(records.length - after.length));
  if (pace === "max") assertEquals(after.length, records.length);
  // What was durable is there, under its number, unless it was cut.
  for (const { key, value } of from) {
    if (key[1] !== AREA.journal) continue;
    const now = (await kv.get(key))?.value;
    if (now !== undefined || pace === "max") assertEquals(now, value);
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
      const whole = await wholeOf(seed);
      // The shorter ones say as much in less time.
      if (whole.session.steps <= MAX_STEPS) tried += await work(whole);
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
  await untilEnough(0.75, 0, async (whole) => {
    const { states, acknowledged } = await record(whole);
    orders += whole.outcome.orders;
    restarts += whole.outcome.restarts;
    for (let n = 0; n < states.length; n++) {
      await goOn(whole, states[n]!, { acknowledged: acknowledged[n]! });
    }
    return states.length;
  });
  assert(orders > 100 && restarts > 10, `${orders} orders, ${restarts} restarts`);
});

Deno.test("PER-10 a session whose database fails at any commit ends with that error, and the next start goes on", async () => {
  await untilEnough(0.15, 10_000, async (whole) => {
    const { session, pace } = whole, { states } = await record(whole);
    for (let n = 0; n < states.length - 1; n++) {
      const kv = new RecordingKv([], n);
      let acknowledged = 0;
      const note = (sequence: number): void => {
        acknowledged = Math.max(acknowledged, sequence);
      };
      const watch = {
        onChange: ({ journal }: Store): void => note(journal.durableSequence),
        onDone: note,
      };
      assertEquals(await failureOf(session.run(kv, { startUs: START_US, pace, watch })), true);
      await goOn(whole, kv.state, { acknowledged });
    }
    return states.length - 1;
  });
});

Deno.test("PER-06 a session that is cut again and again, in its recoveries too, comes to the same end", async () => {
  await untilEnough(0.1, 20_000, async (whole) => {
    let cuts = 0;
    for (const every of [4, 5, 7, 11]) {
      let state: KvState = [], startUs = START_US, isCut = true;
      while (isCut) {
        const kv: RecordingKv = new RecordingKv(state, every);
        isCut = await failureOf(whole.session.run(kv, { startUs, pace: whole.pace }));
        state = kv.state;
        startUs += HOUR_US;
        if (++cuts > 2000) throw new Error("no progress");
      }
      await goOn(whole, state, { acknowledged: 0, startUs });
    }
    return cuts;
  });
});

/** True when a run has ended because its database had failed, false when it has come to its end. */
async function failureOf(run: Promise<SessionOutcome>): Promise<boolean> {
  try {
    await run;
    return false;
  } catch (error) {
    if (error instanceof SandbarError && error.code === "persistence_io") return true;
    throw error;
  }
}
