/**
 * A process that writes a store as fast as it can and prints what was acknowledged, until it is killed.
 *
 * Arguments: path of the database, wall clock in microseconds.
 *
 * @module
 */

import { SimulatedClock } from "../../lib/clock/mod.ts";
import { JOURNAL_KIND } from "../../lib/protocols/mod.ts";
import { openStore } from "../../lib/store/mod.ts";
import { ACCOUNT, payloadOf } from "../support/store_place.ts";

/** Records of the longest life: far more than are waited for. */
const MOST_RECORDS = 1_000_000;

const [at, startUs] = Deno.args as [string, string], clock = new SimulatedClock(Number(startUs));
const store = await openStore({ at, account: ACCOUNT, clock, limits: { backupCount: 2 } });
const { journal } = store, encoder = new TextEncoder();

function tell(what: "record" | "snapshot", sequence: number): void {
  Deno.stdout.writeSync(encoder.encode(`${what} ${sequence}\n`));
}

while (journal.lastSequence < MOST_RECORDS) {
  for (let i = 0; i < 20; i++) {
    const next = journal.lastSequence + 1, length = next % 500 === 0 ? 1_000_000 : next % 300;
    journal.append(JOURNAL_KIND.saved, next, payloadOf(next, length));
    journal.whenDurable(next).then(() => tell("record", next));
  }
  const sequence = journal.lastSequence;
  await journal.whenDurable(sequence);
  if (sequence % 200 >= 20) continue;
  await store.saveSnapshot(sequence, payloadOf(sequence, 300_000));
  tell("snapshot", sequence);
  await store.cutBefore(sequence);
}
