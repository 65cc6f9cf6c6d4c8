import { assert, assertEquals } from "@std/assert";
import { SimulatedClock } from "../../lib/clock/mod.ts";
import { US_PER_DAY } from "../../lib/core/mod.ts";
import { MemoryKv, openStore, type Store } from "../../lib/store/mod.ts";
import { JOURNAL_KIND } from "../../lib/protocols/mod.ts";
import type { KvCommit, KvEntry } from "../../lib/store/kv_backend.ts";
import { all } from "../contract/store_contract.ts";
import { ACCOUNT, payloadByte, payloadOf, START } from "../support/store_place.ts";
import { type History, ProcessKv, recordHistory } from "./store_history.ts";

const POINTS = 5000;

Deno.test("store: cut off after any of its commits it comes back with all that was acknowledged, and nothing half (PER-06, PER-18)", async () => {
  let points = 0, unfinished = 0;
  for (let seed = 1; points < POINTS; seed++) {
    const history = await recordHistory(seed), memory = new MemoryKv();
    for (let n = 0; n <= history.commits.length; n++, points++) {
      if (n > 0) await memory.commit(history.commits[n - 1]!);
      const where = `seed ${seed}, after commit ${n}`;
      const commits = await checkPoint(memory.entries(), { history, n, day: 1, where });
      if (commits.length === 0) continue;
      // A start that had to settle something may be cut off as well.
      unfinished++;
      const again = new MemoryKv(memory.entries());
      for (const [i, commit] of commits.entries()) {
        await again.commit(commit);
        const twice = `${where}, and again after commit ${i + 1}`;
        await checkPoint(again.entries(), { history, n, day: 2, where: twice });
      }
    }
  }
  assert(unfinished > 20, `only ${unfinished} points had a record in several commits under way`);
});

/** Opens what is there after n commits and checks it; returns the commits with which an unfinished end was settled. */
async function checkPoint(
  entries: readonly KvEntry[],
  { history, n, day, where }: {
    readonly history: History;
    readonly n: number;
    /** So many days later: every lease has expired. */
    readonly day: number;
    readonly where: string;
  },
): Promise<readonly KvCommit[]> {
  const memory = new MemoryKv(entries), commits: KvCommit[] = [], clock = new SimulatedClock(START);
  clock.stepTimeOfDay(day * US_PER_DAY);
  const kv = new ProcessKv(memory, commits);
  const store = await openStore({ at: kv, account: ACCOUNT, clock });
  const { recovery } = store, settled = recovery.tail === undefined ? [] : [...commits];
  const told = history.acknowledged.filter(({ after }) => after <= n);
  const most = (what: string): number =>
    told.reduce((most, one) => one.what === what ? Math.max(most, one.sequence) : most, 0);
  assert(store.journal.lastSequence >= Math.max(most("record"), most("birth")), where);
  if (recovery.tail !== undefined) {
    assertEquals(recovery.tail.what, `record ${recovery.tail.from} was never written whole`, where);
    assert(recovery.tail.to < recovery.tail.from, where);
  }
  await checkSnapshot(store, history, most("snapshot"), where);
  await checkRecords(store, history, where);
  const next = store.journal.lastSequence + 1;
  assertEquals(store.journal.append(JOURNAL_KIND.command, 0, payloadOf(next)), next, where);
  await store.close();
  return settled;
}

async function checkSnapshot(
  store: Store,
  { snapshotLengths }: History,
  acknowledged: number,
  where: string,
): Promise<void> {
  const { snapshot, bad } = await store.newestSnapshot();
  assertEquals(bad, [], where);
  assert((snapshot?.sequence ?? 0) >= acknowledged, where);
  if (snapshot === undefined) return;
  const { sequence, bytes } = snapshot;
  assertEquals(bytes.length, snapshotLengths.get(sequence), where);
  assert(isPayload(bytes, sequence), where);
  assert(store.journal.lastSequence >= sequence, where);
  // All that is needed to go on from it.
  const { firstSequence } = store.recovery;
  assert(firstSequence === 0 || firstSequence <= sequence + 1, where);
}

async function checkRecords(store: Store, { lengths }: History, where: string): Promise<void> {
  const { firstSequence, lastSequence } = store.recovery;
  const records = await all(store), first = firstSequence === 0 ? lastSequence + 1 : firstSequence;
  assertEquals(records[0]?.sequence ?? first, first === 0 ? 1 : first, where);
  for (const [i, { sequence, timeUs, payload }] of records.entries()) {
    assertEquals(sequence, records[0]!.sequence + i, where);
    if (sequence === 1) continue;
    assertEquals(timeUs, sequence, where);
    assert(lengths.get(sequence)?.has(payload.length), where);
    assert(isPayload(payload, sequence), where);
  }
  assertEquals(records.at(-1)?.sequence ?? lastSequence, store.journal.durableSequence, where);
}

/** Looks at some places of a payload: at all of them would be most of the time of this test. */
function isPayload(bytes: Uint8Array, number: number): boolean {
  const step = Math.max(1, Math.floor(bytes.length / 16));
  for (let i = 0; i < bytes.length; i += step) {
    if (bytes[i] !== payloadByte(number, i)) return false;
  }
  return true;
}
