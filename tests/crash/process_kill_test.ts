/**
 * Trading processes killed with signal 9 at any moment, started again until their feed has ended: the ledger is that of a run that nobody
 * killed, and no process outlives its host (PER-18, G-02).
 *
 * The lease that a killed process leaves runs out before the next one starts, as it would for a user; many accounts are killed side by side.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { Dice } from "../property/random_run.ts";
import { type BusyResult, inBusyAccount, resultOf } from "./busy_account.ts";
import { crashRun } from "./crash_run.ts";
import { LiveProcess } from "./live_process.ts";

/** Kills of one account, and accounts at a time. */
const KILLS_AN_ACCOUNT = 4, AT_A_TIME = 10;

/** What killing one account has come to. */
interface Killed {
  readonly kills: number;
  readonly hashes: BusyResult["hashes"];
}

/** Kills an account some times on its way, and lets it come to its end. */
async function killAccount(kills: number, lines: number, dice: Dice): Promise<Killed> {
  return await inBusyAccount(async (place) => {
    let done = 0, written = 0;
    for (; done < kills; done++) {
      // Spread over the way that is left; now and then before it has begun.
      const most = Math.max(1, Math.floor((lines - written) * 1.5 / (kills - done)));
      const after = dice.chance(0.1) ? 0 : dice.between(1, most);
      const killed = await (await LiveProcess.start(place)).killAfter(after);
      written += killed.lines;
      if (killed.hasEnded) break;
    }
    return { kills: done, hashes: (await resultOf(place)).hashes };
  });
}

Deno.test("PER-18 G-02 trading processes killed at any moment come to the end of one that was not, and leave no process", async () => {
  const { kills, seed, isFull } = crashRun(0), dice = new Dice(seed);
  if (isFull) console.log(`${kills} kills, seed ${seed}`);
  const { expected, lines } = await inBusyAccount(async (place) => {
    const ran = await (await LiveProcess.start(place)).end();
    assertEquals(ran.code, 0, ran.stderr);
    // A start after the end of the feed shows the result again.
    return { expected: await resultOf(place), lines: ran.stdout.split("\n").length };
  });
  assert(lines > 1000, `only ${lines} lines`);
  let killed = 0, started = 0;
  const killOn = async (): Promise<void> => {
    while (started < kills) {
      const count = Math.min(KILLS_AN_ACCOUNT, kills - started);
      started += count;
      const account = await killAccount(count, lines, dice);
      assertEquals(account.hashes, expected.hashes);
      killed += account.kills;
      // What ended before it could be killed is made up for.
      started -= count - account.kills;
      if (isFull) console.log(`${killed} kills`);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, killOn));
  assert(killed >= kills, `${killed} of ${kills} kills`);
});
