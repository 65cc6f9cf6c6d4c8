/**
 * Live runs as processes: started as `deno task live` starts them, asked by the operator's commands, and gone at the end of a test however it
 * ends.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { processesOf, run, type Running, shell, start } from "./command.ts";

/** Buys ten shares of each symbol at its first bar. */
export const BUYER = `import { defineStrategy } from "sandbar/strategy";
export default defineStrategy({
  name: "buyer",
  setup() {
    const held = new Set();
    return {
      onBar({ symbol }, trade) {
        if (held.has(symbol)) return;
        held.add(symbol);
        trade.buy(symbol, 10);
      },
    };
  },
});
`;

/** Made-up minute bars of a session long ago, ten a second. */
export const FEED = [
  ...["--feed", "simulated", "--symbols", "SPY,AAPL", "--from", "2024-01-03"],
  ...["--period", "1m", "--speed", "600"],
];

/** A lease that ends soon. */
export const SHORT_LEASE = "persistence: { lease_ttl_seconds: 6, lease_renew_seconds: 1 }\n";

/** A live run. */
export class LiveProcess implements AsyncDisposable {
  readonly running: Running;

  constructor(folder: string, args: readonly string[], env?: Readonly<Record<string, string>>) {
    this.running = start(folder, "live", [...args], env);
  }

  /** Starts one and waits until it trades. */
  static async trading(
    folder: string,
    args: readonly string[],
    env?: Readonly<Record<string, string>>,
  ): Promise<LiveProcess> {
    const process = new LiveProcess(folder, args, env);
    await process.running.says("In another terminal");
    return process;
  }

  /** Kills what is left of it, a stopped process too. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const { pid } of await processesOf(this.running.pid)) {
      await shell(`kill -s KILL ${pid} 2>/dev/null; true`);
    }
    await this.running.result;
  }
}

/** Process that trades account `paper` of a folder. */
export function hostOf(folder: string): number {
  const control = JSON.parse(Deno.readTextFileSync(`${folder}/state/paper/control.json`));
  return control.pid as number;
}

/** Runs an operator's command that must succeed. */
export async function operate(folder: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(folder, "control", ...args);
  assertEquals(code, 0, stderr);
  return stdout;
}
