/**
 * The process that the tests of the view watch: shows an account and tells what happened, then waits for a line and tells more, until its
 * input ends.
 *
 * @module
 */

import { EventBus } from "../../lib/observe/mod.ts";
import { openLiveView, STDOUT } from "../../scripts/live/terminal.ts";
import { NOON_US, VIEW } from "./control/running_account.ts";

const view = openLiveView(STDOUT, Deno.args[0] === "--quiet"), bus = new EventBus();

function tell(tick: number): void {
  const origin = { timeUs: NOON_US, source: "test" }, after = bus.lastSequence;
  bus.publish("CYCLE_START", { tick }, origin);
  bus.publish("WARNING", { code: "test", message: `tick ${tick}` }, origin);
  view.show(VIEW);
  view.tell(bus.recent({ after }));
}

tell(0);
const input = new Uint8Array(64);
for (let tick = 1; await Deno.stdin.read(input) !== null; tick++) tell(tick);
