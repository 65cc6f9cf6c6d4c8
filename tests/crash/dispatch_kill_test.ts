import { assert, assertEquals } from "@std/assert";
import { Random, US_PER_MINUTE } from "../../lib/core/mod.ts";
import { SimulatedClock } from "../../lib/clock/mod.ts";
import { openRequests } from "../../lib/live/account/dispatch_records.ts";
import type { JournalRecord } from "../../lib/protocols/mod.ts";
import { openStore } from "../../lib/store/mod.ts";
import { ACCOUNT, inFile } from "../support/store_place.ts";
import { openExchange } from "../vendors/paper/exchange_bench.ts";

const KILLS = 12, SEED = 3, MOST_ORDERS = 100_000;

Deno.test("G-02 G-03 dispatcher: a process killed while it trades leaves no order twice, and none that nobody knows", () =>
  inFile(async (place) => {
    await using bench = openExchange();
    const { exchange, server } = bench, random = new Random(SEED);
    exchange.advance();
    const path = await place.inside((kv) => Promise.resolve(kv.shown));
    const recovered: string[] = [];
    let startUs = place.clock.now();
    for (let kill = 1; kill <= KILLS; kill++) {
      const orders = 1 + Math.floor(random.next() * 60);
      recovered.push(...await runAndKill(path, startUs, server.url, orders));
      // The lease of the killed process runs out first.
      startUs += US_PER_MINUTE;
    }
    recovered.push(...await run(path, startUs, server.url));
    const records = await recordsOf(path, startUs + US_PER_MINUTE);
    const { unanswered, submitted, absent } = openRequests(records);
    assertEquals(unanswered, [], "every request has its answer on record");
    const { submitsSeen } = exchange.ledger();
    for (const [clientId, times] of Object.entries(submitsSeen)) {
      assertEquals(times, 1, `${clientId} was sent ${times} times`);
      assert(submitted.has(clientId), `${clientId} left before its record was durable`);
    }
    for (const clientId of submitted.keys()) {
      assertEquals(clientId in submitsSeen, !absent.has(clientId), clientId);
    }
    // The run was worth making: orders were under way when their process died.
    assert(Object.keys(submitsSeen).length > KILLS && recovered.length > 0);
  }));

/** Starts a process that trades. */
function start(path: string, startUs: number, url: string, most: number): Deno.ChildProcess {
  const script = new URL("dispatch_child.ts", import.meta.url).pathname;
  return new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--no-check",
      "--frozen",
      "--unstable-kv",
      `--allow-read=${path.slice(0, -5)}`,
      `--allow-write=${path.slice(0, -5)}`,
      "--allow-net=127.0.0.1",
      script,
      path,
      String(startUs),
      url,
      String(most),
    ],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
}

/** Runs a process that trades, kills it after so many orders, and returns how ended what the one before had left open. */
async function runAndKill(
  path: string,
  startUs: number,
  url: string,
  orders: number,
): Promise<readonly string[]> {
  const child = start(path, startUs, url, MOST_ORDERS);
  let text = "", isKilled = false;
  for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
    text += part;
    if (isKilled || text.split("\n").length <= orders + 1) continue;
    child.kill("SIGKILL");
    isKilled = true;
  }
  assertEquals((await child.status).signal, "SIGKILL", text);
  return recoveredIn(text);
}

/** Runs a process that only recovers, to its end. */
async function run(path: string, startUs: number, url: string): Promise<readonly string[]> {
  const { code, stdout } = await start(path, startUs, url, 0).output();
  const text = new TextDecoder().decode(stdout);
  assertEquals(code, 0, text);
  return recoveredIn(text);
}

function recoveredIn(text: string): readonly string[] {
  const told = /^recovered (.*)$/m.exec(text)?.[1] ?? "";
  return told === "" ? [] : told.split(" ");
}

async function recordsOf(path: string, startUs: number): Promise<JournalRecord[]> {
  const store = await openStore({ at: path, account: ACCOUNT, clock: new SimulatedClock(startUs) });
  const records: JournalRecord[] = [];
  for await (const record of store.journal.read(1)) records.push(record);
  await store.close();
  return records;
}
