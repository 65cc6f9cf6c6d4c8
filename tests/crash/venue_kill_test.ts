/**
 * Trading processes killed with signal 9 at any moment while they trade at an exchange, which goes on without them: whenever they come back, and
 * at the end, their books are the exchange's own, and no order was sent twice (G-02).
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { ExchangeProcess } from "../e2e/exchange_process.ts";
import { assertVenueBooks } from "../gates/venue_books.ts";
import { Dice } from "../property/random_run.ts";
import { inBusyAccount } from "./busy_account.ts";
import { crashRun } from "./crash_run.ts";
import { type AccountPlace, LiveProcess } from "./live_process.ts";

/** Kills of one account, and accounts at a time, each at an exchange of its own. */
const KILLS_AN_ACCOUNT = 2, AT_A_TIME = 4;
/** One of so many kills is at an exchange. */
const SHARE = 5;

const PERIOD = "backtest: { default_start: 2003-01-02, default_end: 2004-12-31 }\n";

/** Lets an account trade at an exchange of its own, and compares the books at the end. Returns what was done and the number of fills. */
async function tradeAt<T>(
  work: (place: AccountPlace) => Promise<T>,
): Promise<{ readonly done: T; readonly fills: number }> {
  return await inBusyAccount(async (inside) => {
    const { folder, symbols } = inside;
    Deno.writeTextFileSync(`${folder}/sandbar.yaml`, PERIOD, { append: true });
    await using exchange = await ExchangeProcess.start(
      folder,
      `--symbols=${symbols}`,
      "--config=sandbar.yaml",
    );
    const place = { ...inside, paperUrl: exchange.url }, done = await work(place);
    const ran = await (await LiveProcess.start(place)).end();
    assertEquals(ran.code, 0, ran.stderr);
    const { executions } = await assertVenueBooks(folder, exchange);
    return { done, fills: executions.length };
  });
}

/** Kills an account some times on its way. Returns how often. */
async function killOn(
  place: AccountPlace,
  kills: number,
  lines: number,
  dice: Dice,
): Promise<number> {
  let written = 0;
  for (let done = 0; done < kills; done++) {
    const most = Math.max(1, Math.floor((lines - written) * 0.9 / (kills - done)));
    const killed = await (await LiveProcess.start(place)).killAfter(dice.between(1, most));
    written += killed.lines;
    if (killed.hasEnded) return done;
  }
  return kills;
}

Deno.test("G-02 processes that are killed while they trade at an exchange end with its books, and send no order twice", async () => {
  const run = crashRun(0), dice = new Dice(run.seed), kills = Math.ceil(run.kills / SHARE);
  if (run.isFull) console.log(`${kills} kills at exchanges, seed ${run.seed}`);
  const { done: lines, fills } = await tradeAt(async (place) =>
    (await (await LiveProcess.start(place)).end()).stdout.split("\n").length
  );
  assert(fills > 100 && lines > fills, `${fills} fills, ${lines} lines`);
  let killed = 0, started = 0;
  const account = async (): Promise<void> => {
    while (started < kills) {
      const count = Math.min(KILLS_AN_ACCOUNT, kills - started);
      started += count;
      const { done } = await tradeAt((place) => killOn(place, count, lines, dice));
      killed += done;
      // What ended before it could be killed is made up for.
      started -= count - done;
      if (run.isFull) console.log(`${killed} kills at exchanges`);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, account));
  assert(killed >= kills, `${killed} of ${kills} kills`);
});
