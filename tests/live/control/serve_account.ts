/**
 * The process that the tests of the commands talk to: serves a small account in the folder that the first argument names, says when it
 * listens, and ends when it is told to stop. With `killed` its kill switch is tripped.
 *
 * @module
 */

import { SystemClock } from "../../../lib/clock/mod.ts";
import { ControlServer } from "../../../lib/live/control/mod.ts";
import { EventBus } from "../../../lib/observe/mod.ts";
import { RunningAccount } from "./running_account.ts";

const [folder = "", mood = ""] = Deno.args;
const account = new RunningAccount(folder);
account.isKilled = mood === "killed";
await using _server = new ControlServer({
  controlled: account,
  bus: new EventBus(),
  clock: new SystemClock(),
  account: "paper",
  folder,
  port: 0,
});
console.log("listening");
await account.stopped;
