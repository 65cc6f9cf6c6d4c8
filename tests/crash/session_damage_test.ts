/**
 * One bit flipped anywhere in an account's store: the start either goes on to the end that the account would have had, or says what is damaged
 * and changes nothing, so that the account goes on once the damage is undone (PER-02, PER-08).
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { parseIso, SandbarError } from "../../lib/core/mod.ts";
import type { KvEntry } from "../../lib/store/kv_backend.ts";
import { AREA } from "../../lib/store/keys.ts";
import { MemoryKv } from "../../lib/store/mod.ts";
import { Dice } from "../property/random_run.ts";
import { crashRun } from "./crash_run.ts";
import { RandomSession, type SessionOutcome } from "./random_session.ts";
import { type KvState, RecordingKv } from "./recording_kv.ts";

const START_US: number = parseIso("2026-01-05T12:00:00Z"), HOUR_US = 3.6e9;
const CLEAR = ["journal_corrupt", "snapshot_corrupt", "schema_newer"];
const { points, seed: firstSeed } = crashRun(1500);

Deno.test("PER-08 a bit flipped in any value of the store is survived or told, and nothing is lost", async () => {
  const told = new Map<string, number>();
  let flips = 0, survived = 0;
  for (let seed = firstSeed; flips < points; seed++) {
    const session = new RandomSession(seed), kv = new RecordingKv(), dice = new Dice(seed);
    if (session.steps > 16) continue;
    const options = { startUs: START_US, pace: "paced" } as const;
    const outcome = await session.run(kv, options), state = dice.one(kv.states.slice(4));
    for (const entry of state) {
      const where = `seed ${seed}, ${entry.key.join(" ")}`;
      const error = await damageAndRun(session, state, { entry, dice, outcome, where });
      flips++;
      if (error === undefined) survived++;
      else told.set(error.code, (told.get(error.code) ?? 0) + 1);
    }
  }
  assert(survived > 20, `${survived} of ${flips} were survived`);
  assert((told.get("journal_corrupt") ?? 0) > 50, JSON.stringify([...told]));
});

/** Flips a bit and goes on to the end; when that is refused, undoes the damage first. Returns the refusal. */
async function damageAndRun(
  session: RandomSession,
  state: KvState,
  { entry, dice, outcome, where }: {
    readonly entry: KvEntry;
    readonly dice: Dice;
    readonly outcome: SessionOutcome;
    readonly where: string;
  },
): Promise<SandbarError | undefined> {
  const value = entry.value.slice(), at = dice.between(0, value.length - 1);
  value[at]! ^= 1 << dice.between(0, 7);
  const damaged = state.map((it) => it === entry ? { ...entry, value } : it);
  const kv = new MemoryKv(damaged), startUs = START_US + HOUR_US;
  try {
    assertEquals(await session.run(kv, { startUs, pace: "paced" }), outcome, where);
    return undefined;
  } catch (error) {
    if (!(error instanceof SandbarError)) throw error;
    assert(CLEAR.includes(error.code), `${where}: ${error.message}`);
    assert(/damaged|doctor|newer/.test(error.message), `${where}: ${error.message}`);
    // What was stored is there as it was, but for the lease of whoever looked.
    const left = kv.entries().filter(({ key }) => key[1] !== AREA.lease);
    const before = damaged.filter(({ key }) => key[1] !== AREA.lease);
    assertEquals(left.map(({ value }) => value), before.map(({ value }) => value), where);
    const repaired = kv.entries().map((it) =>
      it.key.join() === entry.key.join() && it.value.every((byte, i) => byte === value[i])
        ? { ...it, value: entry.value }
        : it
    );
    const again = { startUs: startUs + HOUR_US, pace: "paced" } as const;
    assertEquals(await session.run(new MemoryKv(repaired), again), outcome, where);
    return error;
  }
}
