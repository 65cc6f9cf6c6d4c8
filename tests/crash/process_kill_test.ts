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
import { crashRun } from "./crash_run.ts";
import { type AccountPlace, LiveProcess } from "./live_process.ts";

/** Kills of one account, and accounts at a time. */
const KILLS_AN_ACCOUNT = 4, AT_A_TIME = 10;

/** Orders something at most bars, so that there is much to lose and much to write. */
const BUSY = `import { defineStrategy } from "sandbar/strategy";
export default defineStrategy({
  name: "busy",
  setup({ data }) {
    let bars = 0;
    return {
      onBar(bar, trade) {
        bars++;
        if (bars % 5 === 1) trade.order({ symbol: bar.symbol, side: "buy", quantity: 3, stopLoss: bar.close * 0.98, takeProfit: bar.close * 1.02 });
        if (bars % 3 === 0) trade.targetWeight(bar.symbol, bars % 2 === 0 ? 0.2 : 0.1);
        if (bars % 29 === 0) data.timer("later", { afterMinutes: 45 });
      },
      onTimer(timer, trade) { trade.close(data.symbols[0]); },
    };
  },
});
`;

/** The shortest lease that can be set; no strategy is late because many tests share the machine. */
const SETTINGS = `persistence: { lease_ttl_seconds: 6, lease_renew_seconds: 1 }
sandbox: { event_deadline_ms: 10000, load_deadline_ms: 20000 }
`;

interface Result {
  readonly hashes: { readonly ledger: string; readonly intents: string };
}

function inFolder<T>(work: (place: AccountPlace) => Promise<T>): Promise<T> {
  const folder = Deno.makeTempDirSync({ prefix: "sandbar-kill-" });
  Deno.writeTextFileSync(`${folder}/busy.ts`, BUSY);
  Deno.writeTextFileSync(`${folder}/sandbar.yaml`, SETTINGS);
  return work({ folder, strategy: `${folder}/busy.ts`, symbols: "MSFT" }).finally(() =>
    Deno.removeSync(folder, { recursive: true })
  );
}

async function resultOf(place: AccountPlace): Promise<Result> {
  const ran = await (await LiveProcess.start(place, "--json")).end();
  assertEquals(ran.code, 0, ran.stderr);
  return JSON.parse(ran.stdout) as Result;
}

/** What killing one account has come to. */
interface Killed {
  readonly kills: number;
  readonly hashes: Result["hashes"];
}

/** Kills an account some times on its way, and lets it come to its end. */
async function killAccount(kills: number, lines: number, dice: Dice): Promise<Killed> {
  return await inFolder(async (place) => {
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
  const { expected, lines } = await inFolder(async (place) => {
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
