/**
 * `deno task live`: works out what the trading process needs, says so, and starts it with exactly that. It holds no key and opens no socket
 * itself.
 *
 * @module
 */

import { fromFileUrl } from "@std/path";
import { hostPermissions, resolveLive } from "../lib/config/mod.ts";
import { SandbarError } from "../lib/core/mod.ts";
import { newCommand, runProgram } from "./cli.ts";
import {
  DEFAULT_STRATEGY,
  type LiveOptions,
  liveRequest,
  withLiveOptions,
} from "./live_options.ts";

interface FrontOptions extends LiveOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const program = withLiveOptions(
  newCommand(
    "live",
    "Trade strategies: on paper, over recorded or simulated data, restartable at any moment.",
  ),
)
  .option("--json", "print the result of a recorded feed as one JSON object, like backtest --json")
  .option("--quiet", "print nothing but errors (and the JSON)")
  .addHelpText(
    "after",
    `
Without a strategy and a --config file it trades ${DEFAULT_STRATEGY} on paper over the bundled data.

Examples:
  deno task live
  deno task live mine.ts --symbols AAPL,MSFT --from 2010-01-01 --speed 60
  deno task live --config sandbar.yaml --account main
  deno task status        (in another terminal: also orders, positions, pause, halt, resume, flatten, stop)

Exit codes: 0 done, 1 internal fault, 2 usage or configuration, 3 data or store, 4 strategy refused or failed, 5 limit of time or memory,
6 ended while halted, 7 account in use, 130 interrupted. Not investment advice.`,
  )
  .action(front);

async function front(
  strategies: readonly string[],
  { json, quiet, ...options }: FrontOptions,
): Promise<void> {
  if (Deno.build.os !== "linux") {
    throw new SandbarError(
      "usage",
      `deno task live runs on Linux, where the sandbox has the system's limits around it; this is ${Deno.build.os}: backtest and data run here`,
    );
  }
  const config = await resolveLive(liveRequest(strategies, options));
  const permissions = hostPermissions(config);
  if (quiet !== true) {
    console.error(`Starting account ${config.accountId} with these permissions and no others:`);
    for (const permission of permissions) console.error(`  ${permission}`);
    for (const note of config.notes) console.error(`Note: ${note}`);
  }
  const process = startHost(permissions);
  // In a terminal Ctrl-C reaches both, from elsewhere a signal reaches this one alone: it is passed on in any case, and the trading process
  // takes two at a time for one. It ends in order, and so do we.
  const pass = (): void => {
    try {
      process.kill("SIGTERM");
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
  };
  const names = ["SIGINT", "SIGTERM"] as const;
  for (const name of names) Deno.addSignalListener(name, pass);
  const { code, signal } = await process.status;
  for (const name of names) Deno.removeSignalListener(name, pass);
  if (signal !== null) {
    console.error(
      `The trading process was ended by ${signal}: start again, and it goes on from its journal`,
    );
  }
  Deno.exitCode = signal === null ? code : 1;
  if (json === true && code !== 0) console.log(JSON.stringify({ schema: 1, exitCode: code }));
}

/** Starts the trading process: this same Deno, wherever it lies, and without core dumps, which would hold what the process knows. */
function startHost(permissions: readonly string[]): Deno.ChildProcess {
  const host = fromFileUrl(new URL("./live_host.ts", import.meta.url));
  const args = [
    ...["run", "--quiet", "--no-prompt", "--frozen", ...permissions, host],
    ...["--front", String(Deno.pid), ...Deno.args],
  ];
  try {
    return new Deno.Command("prlimit", {
      args: ["--core=0", Deno.execPath(), ...args],
      stdin: "null",
    }).spawn();
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new SandbarError(
      "usage",
      "Cannot start the trading process: prlimit (util-linux) is needed to set the operating system's limits",
      { cause },
    );
  }
}

if (import.meta.main) await runProgram(program);
