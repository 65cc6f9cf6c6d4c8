/**
 * G-11: one process trades an account. Who comes second is refused by name; an owner that slept beyond its lease finds itself fenced.
 * Two accounts of ours at one account of the venue see each other's orders.
 *
 * @module
 */

import { DatabaseSync } from "node:sqlite";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Replayed } from "../../lib/live/mod.ts";
import { inFolder } from "../data/folder.ts";
import { run, signalProcess, SMA, strategy } from "../e2e/command.ts";
import { ExchangeProcess } from "../e2e/exchange_process.ts";
import { loggedEvents, ok, SessionProcess } from "./session_process.ts";

/** The shortest lease that there is, and no bar for a day. */
const ARGS = ["--config=sandbar.yaml", "--speed=1", "--quiet"];
/** A bar every 86 ms. */
const FAST = ["--config=sandbar.yaml", "--speed=1000000", "--quiet"];

async function withConfig(test: (folder: string) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    Deno.writeTextFileSync(
      `${folder}/sandbar.yaml`,
      "persistence: { lease_ttl_seconds: 6, lease_renew_seconds: 1 }\nsandbox: { event_deadline_ms: 5000 }\n" +
        `strategies: [{ id: sma, path: ${SMA} }]\n`,
    );
    await test(folder);
  });
}

Deno.test("G-11 of two processes that start on one account one trades, and the other exits with 7 naming it", async () => {
  await withConfig(async (folder) => {
    const both = [new SessionProcess(folder, ARGS), new SessionProcess(folder, ARGS)];
    const loser = await Promise.race(both.map(({ ended }, k) => ended.then((ran) => ({ ran, k }))));
    assertEquals(loser.ran.code, 7, loser.ran.stderr);
    const winner = both[1 - loser.k]!, { pid } = await winner.until(() => true);
    assertStringIncludes(loser.ran.stderr, `process ${pid} holds it`);
    await ok(folder, "control", "stop");
    assertEquals((await winner.ended).code, 0);
  });
});

Deno.test("G-11 an owner that was paused beyond its lease is fenced when it wakes, and exits with 7", async () => {
  await withConfig(async (folder) => {
    const first = new SessionProcess(folder, ARGS);
    const { pid } = await first.until(() => true);
    await pauseBetweenCommits(pid, `${folder}/state/sandbar.kv`);
    const second = new SessionProcess(folder, FAST);
    try {
      const now = await second.until((status) =>
        status.pid !== pid && status.links.journal.durableSequence > 15
      );
      await signalProcess(pid, "CONT");
      const fenced = await first.ended;
      assertEquals(fenced.code, 7, fenced.stderr);
      assertStringIncludes(fenced.stderr, `was taken over by process ${now.pid}`);
      await ok(folder, "control", "stop");
      assertEquals((await second.ended).code, 0);
      const { equal, state } = JSON.parse(
        await ok(folder, "replay", "--json", "--strategies"),
      ) as Replayed;
      assert(equal && state.instants > 5);
    } finally {
      await signalProcess(pid, "CONT").catch(() => undefined);
    }
  });
});

/** Pauses a process at a moment at which it holds no lock on its database, with which it would hold everybody back. */
async function pauseBetweenCommits(pid: number, path: string): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt++) {
    await signalProcess(pid, "STOP");
    const database = new DatabaseSync(path);
    try {
      database.exec("BEGIN IMMEDIATE; ROLLBACK");
      return;
    } catch {
      await signalProcess(pid, "CONT");
    } finally {
      database.close();
    }
  }
  throw new Error("the process always holds its database");
}

/** Rests an order far from the market at its first bar, and another one at each bar after it. */
const RESTER = strategy(
  "rester",
  `      onBar(bar, trade) {
        if (bars++ < 20) trade.order({ symbol: bar.symbol, side: "buy", quantity: 5, limitPrice: 1, timeInForce: "gtc" });
      },`,
  "let bars = 0;",
);

Deno.test("G-11 a second account at the same account of the venue sees the orders of the first, adds no risk, and leaves them alone", async () => {
  await inFolder(async (folder) => {
    const range = ["--symbols=MSFT", "--from=2003-01-02", "--to=2003-12-31"];
    await using exchange = await ExchangeProcess.start(folder, ...range);
    Deno.writeTextFileSync(`${folder}/rester.ts`, RESTER);
    const settings = (name: string, more: string): string => {
      Deno.writeTextFileSync(
        `${folder}/${name}.yaml`,
        `orders: { on_stop: keep }\nlogging: { log_dir: ${name}/logs }\nsandbox: { event_deadline_ms: 5000 }\n${more}` +
          "strategies: [{ id: rester, path: rester.ts }]\n",
      );
      return `--config=${name}.yaml`;
    };
    const live = (name: string, more = ""): ReturnType<typeof run> =>
      run(
        folder,
        "live",
        settings(name, more),
        ...range,
        `--paper-url=${exchange.url}`,
        `--state=${name}/state`,
        "--quiet",
      );
    const first = await live("first");
    assertEquals(first.code, 0, first.stderr);
    const open = (await exchange.openOrders()).map(({ clientId }) => clientId);
    assertEquals(open.length, 20);

    const second = await live("second");
    assertEquals(second.code, 0, second.stderr);
    const told = loggedEvents(`${folder}/second`, "RECONCILIATION_MISMATCH");
    assertEquals(told.length % open.length, 0, `${told.length} differences`);
    assertEquals([...new Set(told.map(({ data }) => data["kind"]))], ["ORDER_MISMATCH"]);

    assertEquals(loggedEvents(`${folder}/second`, "RISK_REFUSED").length, open.length);

    const strict = await live("strict", "reconciliation: { mode: strict }\n");
    assertEquals(strict.code, 3, strict.stderr);
    assertStringIncludes(strict.stderr, "our books and the broker's differ");
    for (const clientId of open) assertStringIncludes(strict.stderr, clientId);

    // Neither has sent or cancelled anything.
    assertEquals((await exchange.openOrders()).map(({ clientId }) => clientId), open);
    assertEquals(Object.keys((await exchange.ledger()).submitsSeen).sort(), open.sort());
  });
});
