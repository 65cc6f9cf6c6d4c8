/**
 * The process that trades: started by `deno task live` with exactly the permissions that its configuration needs.
 *
 * @module
 */

import { SystemClock } from "../lib/clock/mod.ts";
import { resolveLive } from "../lib/config/mod.ts";
import { runLive, sessionResult } from "../lib/live/mod.ts";
import { EventBus } from "../lib/observe/mod.ts";
import { newCommand, runProgram } from "./cli.ts";
import { type LiveOptions, liveRequest, withLiveOptions } from "./live_options.ts";

interface HostOptions extends LiveOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const program = withLiveOptions(newCommand("live", "Paper and live trading (the trading process)."))
  .option("--json", "print the result of a recorded feed as one JSON object")
  .option("--quiet", "print nothing but errors (and the JSON)")
  .action(host);

async function host(
  strategies: readonly string[],
  { json, quiet, ...options }: HostOptions,
): Promise<void> {
  const config = await resolveLive(liveRequest(strategies, options));
  const bus = new EventBus(config.observability.events);
  const outcome = await runLive(config, {
    clock: new SystemClock(),
    signal: new AbortController().signal,
    bus,
  });
  if (json === true && outcome.end === "end_of_feed") {
    const results = [];
    for (let k = 0; k < config.strategies.length; k++) {
      results.push(await sessionResult(config, outcome, k));
    }
    console.log(JSON.stringify(results.length === 1 ? results[0] : { schema: 1, results }));
  }
  if (quiet !== true) {
    console.error(`ended: ${outcome.end}, ${JSON.stringify(outcome.view.status().money)}`);
  }
}

if (import.meta.main) await runProgram(program);
