/**
 * A process that has taken an account and stands still within a write: it keeps the lock of the file until a byte comes in.
 *
 * @module
 */

import { DatabaseSync } from "node:sqlite";
import { SimulatedClock } from "../../lib/clock/mod.ts";
import { openStore } from "../../lib/store/mod.ts";
import { START } from "../support/store_place.ts";

const [at, account] = Deno.args as [string, string];
await openStore({ at, account, clock: new SimulatedClock(START) });
const database = new DatabaseSync(at);
// The store renews its lease meanwhile.
database.exec("PRAGMA busy_timeout = 5000");
database.exec("BEGIN IMMEDIATE");
Deno.stdout.writeSync(new TextEncoder().encode("held"));
Deno.stdin.readSync(new Uint8Array(1));
database.exec("ROLLBACK");
Deno.exit(0);
