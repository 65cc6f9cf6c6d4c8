/**
 * The front of a trading process, killed: the trading process stops in order, and the account goes on at the next start. And the other way round
 * (PER-18, ENG-14).
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { killProcess, processesOf } from "../e2e/command.ts";
import { inBusyAccount, resultOf } from "./busy_account.ts";
import { LiveProcess } from "./live_process.ts";

/** What an account says once it trades. It then waits for the next bar, a day. */
const TRADES = "STRATEGY_STARTED", SLOW = ["--speed", "1"];

Deno.test("PER-18 when the front is killed the trading process stops in order and leaves nothing", () =>
  inBusyAccount(async (place) => {
    const expected = await resultOf({ ...place, state: "other" });
    const front = LiveProcess.front(place, ...SLOW);
    await front.endAfter(TRADES, () => Promise.resolve(front.kill("SIGKILL")));
    const ran = await (await LiveProcess.start(place, "--json")).end();
    // The account was given back: nobody waits for a lease.
    assertEquals([ran.code, ran.stderr], [0, ""]);
    assertEquals(JSON.parse(ran.stdout).hashes, expected.hashes);
  }));

Deno.test("PER-18 when the trading process is killed its front says so and ends, and leaves nothing", () =>
  inBusyAccount(async (place) => {
    const front = LiveProcess.front(place, ...SLOW);
    const ended = await front.endAfter(TRADES, async () => {
      const host = (await processesOf(front.pid)).find(({ parent }) => parent === front.pid)!;
      await killProcess(host.pid);
    });
    assertEquals(ended.code, 1);
    assert(
      ended.stderr.includes("ended by SIGKILL: start again, and it goes on from its journal"),
      ended.stderr,
    );
  }));
