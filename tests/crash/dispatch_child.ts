/**
 * A process that trades until it is killed: it looks up what an earlier one has left, says so, and sends orders as fast as it can.
 *
 * Arguments: path of the database, wall clock in microseconds, address of the paper exchange, the most orders to send.
 *
 * @module
 */

import { SimulatedClock } from "../../lib/clock/mod.ts";
import { Dispatcher } from "../../lib/live/broker/dispatch/mod.ts";
import type { JournalRecord } from "../../lib/protocols/mod.ts";
import { openStore } from "../../lib/store/mod.ts";
import { clientIdOf } from "../../lib/trading/host_door.ts";
import { PaperBroker } from "../../lib/vendors/paper/mod.ts";
import { ACCOUNT } from "../support/store_place.ts";

/** Orders that are under way at once. */
const AT_ONCE = 4;

const [at, startUs, url, most] = Deno.args as [string, string, string, string];
const clock = new SimulatedClock(Number(startUs)), encoder = new TextEncoder();
await using broker = new PaperBroker({ url, clock, heartbeatDeadlineMs: 1e9 });
const store = await openStore({ at, account: ACCOUNT, clock });
const { journal, lease } = store;

function tell(text: string): void {
  Deno.stdout.writeSync(encoder.encode(text + "\n"));
}

/** Lets time pass until a promise is settled, with a round trip between two steps. */
async function pass<T>(promise: Promise<T>): Promise<T> {
  let isSettled = false;
  promise.finally(() => isSettled = true);
  while (!isSettled) {
    await broker.clock();
    if (!isSettled) await clock.advance(50_000);
  }
  return promise;
}

const records: JournalRecord[] = [];
for await (const record of journal.read(1)) records.push(record);
await broker.connect();
await using dispatcher = new Dispatcher({
  broker,
  journal,
  lease,
  clock,
  rules: { submitTimeoutMs: 1_000, unknownDeadlineSeconds: 30 },
  timeUs: () => 0,
  report: () => {},
  event: ({ kind, clientId }) => tell(`event ${kind} ${clientId}`),
});
const outcomes = await pass(dispatcher.recover(records));
tell(`recovered ${outcomes.join(" ")}`);

const first = journal.lastSequence, scope = { account: ACCOUNT, deployment: "d", strategy: "s" };

/** Sends one order after the other, and cancels every third. */
async function trade(lane: number): Promise<void> {
  for (let k = lane; k < Number(most); k += AT_ONCE) {
    // No two processes number an order alike: the journal has grown meanwhile.
    const sequence = first * 1000 + k, { birthEpoch } = journal;
    const clientId = clientIdOf({ ...scope, birthEpoch, sequence, generation: 0 });
    const order = { clientId, symbol: "ACME", side: "buy", quantity: "1" } as const;
    await dispatcher.submit({ ...order, type: "limit", timeInForce: "gtc", limitPrice: "50" });
    if (k % 3 === 0) await dispatcher.cancel(clientId, "ACME");
    tell(`done ${clientId}`);
  }
}

await Promise.all(Array.from({ length: AT_ONCE }, (_, lane) => trade(lane)));
await store.close();
