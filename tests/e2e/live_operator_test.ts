/**
 * A live run under its operator: commands, signals, kills and leases, over real processes.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { StatusView } from "../../lib/live/control/mod.ts";
import { inFolder, write } from "../data/folder.ts";
import { assertRefused, processesOf, run, shell, signalGroup, strategy } from "./command.ts";
import { BUYER, FEED, hostOf, LiveProcess, operate, SHORT_LEASE } from "./live_process.ts";

/** Ticks of computing (1/100 s) after which a strategy must be in its endless loop. */
const BUSY_TICKS = 40;

const ARGS = ["buyer.ts", ...FEED];

async function statusOf(folder: string): Promise<StatusView> {
  return JSON.parse(await operate(folder, "status", "--json")) as StatusView;
}

Deno.test("e2e: an operator holds, halts, restarts, flattens, compares and stops a live run (OPS-01)", async () => {
  await inFolder(async (folder) => {
    write(folder, "buyer.ts", BUYER);
    {
      await using live = await LiveProcess.trading(folder, ARGS);
      await live.running.says("buy 10 SPY");
      assertStringIncludes(await operate(folder, "status"), "ready · account paper · paper money");
      assertStringIncludes(await operate(folder, "orders"), "filled");
      assertStringIncludes(await operate(folder, "positions"), "SPY");
      await operate(folder, "pause", "--reason", "lunch");
      assertEquals((await statusOf(folder)).engine.state, "paused");
      await operate(folder, "resume");
      await operate(folder, "halt", "--reason", "odd prices");
      assertEquals((await statusOf(folder)).engine.why, "odd prices");
      await operate(folder, "stop");
      const { code, stderr } = await live.running.result;
      assertEquals(code, 6, stderr);
      assertStringIncludes(stderr, "The same command goes on from here");
    }
    await using live = await LiveProcess.trading(folder, ARGS);
    await live.running.says("It is halted (odd prices)");
    const before = await statusOf(folder);
    assertEquals([before.engine.state, before.positionCount], ["halted", 2]);
    await operate(folder, "resume", "--reason", "prices are fine");
    assertStringIncludes(await operate(folder, "reconcile"), "2 fills compared: ledgers balance");
    await live.running.says("RECONCILIATION_END  equal: 0 differences");
    await operate(folder, "flatten");
    await live.running.says("sell 10 SPY");
    assertEquals((await statusOf(folder)).positionCount, 0);
    assertRefused(await run(folder, "control", "assign", "SPY", "1", "buyer"), 2, "unassigned");
    await operate(folder, "stop");
    assertEquals((await live.running.result).code, 0);
    assertRefused(await run(folder, "control", "status"), 3, "nothing runs under account paper");
  });
});

Deno.test("e2e: a live run ends in order with 130 at Ctrl-C and at a signal that reaches the front alone", async (t) => {
  await inFolder(async (folder) => {
    write(folder, "buyer.ts", BUYER);
    const ways: readonly (readonly [string, (live: LiveProcess) => Promise<void> | void])[] = [
      ["Ctrl-C in a terminal", (live) => signalGroup(live.running.pid, "INT")],
      ["SIGINT to the front", (live) => live.running.interrupt("SIGINT")],
      ["SIGTERM to the front", (live) => live.running.interrupt("SIGTERM")],
    ];
    for (const [name, end] of ways) {
      await t.step(name, async () => {
        await using live = await LiveProcess.trading(folder, ARGS);
        await end(live);
        const { code, stdout, stderr } = await live.running.result;
        assertEquals(code, 130, stderr);
        assertStringIncludes(stderr, "Account paper stopped: equity");
        assertEquals(stdout.includes("STRATEGY_OVERRUN"), false, "the strategy has not failed");
        assertEquals(await processesOf(live.running.pid), []);
      });
    }
  });
});

Deno.test("e2e: a second Ctrl-C ends a live run that waits for its strategy at once", async () => {
  await inFolder(async (folder) => {
    write(
      folder,
      "loop.ts",
      strategy("loop", "      onBar(): void {\n        for (;;);\n      },"),
    );
    write(folder, "patient.yaml", "sandbox: { event_deadline_ms: 60000 }\n");
    const args = ["loop.ts", "--config", "patient.yaml", ...FEED];
    await using live = await LiveProcess.trading(folder, args);
    const host = hostOf(folder);
    for (let isBusy = false; !isBusy;) {
      const processes = await processesOf(live.running.pid);
      assert(processes.some(({ pid }) => pid === host), "the run goes on");
      isBusy = processes.some(({ parent, ticks }) => parent === host && ticks > BUSY_TICKS);
    }
    let isOver = false;
    const ended = live.running.result.finally(() => isOver = true);
    // Each command in between takes longer than the time in which two signals are one.
    for (let presses = 0; presses < 30 && !isOver; presses++) {
      await signalGroup(live.running.pid, "INT").catch(() => undefined);
      await run(folder, "control", "status");
    }
    const { code, stderr } = await ended;
    assertEquals(code, 130, stderr);
    assertEquals(stderr.includes("stopped: equity"), false, stderr);
    assertEquals(await processesOf(live.running.pid), []);
  });
});

Deno.test("e2e: a killed run is gone on with when its lease runs out; one account has one process (PER-06, exit 7)", async () => {
  await inFolder(async (folder) => {
    write(folder, "buyer.ts", BUYER);
    write(folder, "short.yaml", SHORT_LEASE);
    const args = [...ARGS, "--config", "short.yaml"];
    let sequence = 0;
    {
      await using killed = await LiveProcess.trading(folder, args);
      await killed.running.says("buy 10 SPY");
      const host = hostOf(folder), second = await run(folder, "live", ...args);
      assertRefused(second, 7, "in use", `process ${host}`);
      sequence = (await statusOf(folder)).links.journal.durableSequence;
      await shell(`kill -s KILL ${host}`);
      const { code, stderr } = await killed.running.result;
      assertEquals(code, 1);
      assertStringIncludes(stderr, "ended by SIGKILL: start again");
    }
    await using first = new LiveProcess(folder, args);
    await first.running.says("is held by process");
    await first.running.says("In another terminal");
    const recovered = await statusOf(folder);
    assertEquals(recovered.positionCount, 2);
    assert(recovered.links.journal.lastSequence > sequence, "what was durable is there");
    // A process that sleeps beyond its lease loses the account, and finds out when it wakes.
    const sleeper = hostOf(folder);
    await shell(`kill -s STOP ${sleeper}`);
    await using heir = await LiveProcess.trading(folder, args);
    assert(hostOf(folder) !== sleeper);
    await shell(`kill -s CONT ${sleeper}`);
    const { code, stderr } = await first.running.result;
    assertEquals(code, 7, stderr);
    assertStringIncludes(stderr, "lease");
    assertEquals((await statusOf(folder)).pid, hostOf(folder));
    await operate(folder, "stop");
    assertEquals((await heir.running.result).code, 0);
  });
});
