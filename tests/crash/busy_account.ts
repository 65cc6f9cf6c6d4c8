/**
 * An account whose strategy does something at most bars, in a folder of its own, and the end that it comes to.
 *
 * @module
 */

import { type AccountPlace, LiveProcess } from "./live_process.ts";

/** Orders something at most bars, so that there is much to lose and much to write. */
const BUSY = `import { defineStrategy } from "sandbar/strategy";
export default defineStrategy({
  name: "busy",
  setup({ data }) {
    let bars = 0;
    return {
      onBar(bar, trade) {
        bars++;
        if (bars % 5 === 1) trade.order({ symbol: bar.symbol, side: "buy", quantity: 3, stopLoss: bar.close * 0.98, takeProfit: bar.close * 1.02 });
        if (bars % 3 === 0) trade.targetWeight(bar.symbol, bars % 2 === 0 ? 0.2 : 0.1);
        if (bars % 29 === 0) data.timer("later", { afterMinutes: 45 });
      },
      onTimer(timer, trade) { trade.close(data.symbols[0]); },
    };
  },
});
`;

/** The shortest lease that can be set, and a quick proof that an order never left; no strategy is late because many tests share the machine. */
const SETTINGS = `persistence: { lease_ttl_seconds: 6, lease_renew_seconds: 1 }
sandbox: { event_deadline_ms: 10000, load_deadline_ms: 20000 }
orders: { on_stop: keep, submit_timeout_ms: 1000 }
`;

/** What is compared of a result. */
export interface BusyResult {
  readonly hashes: { readonly ledger: string; readonly intents: string };
}

/** Gives an account in a folder of its own. */
export function inBusyAccount<T>(work: (place: AccountPlace) => Promise<T>): Promise<T> {
  const folder = Deno.makeTempDirSync({ prefix: "sandbar-kill-" });
  Deno.writeTextFileSync(`${folder}/busy.ts`, BUSY);
  Deno.writeTextFileSync(`${folder}/sandbar.yaml`, SETTINGS);
  return work({ folder, strategy: `${folder}/busy.ts`, symbols: "MSFT" }).finally(() =>
    Deno.removeSync(folder, { recursive: true })
  );
}

/** Lets an account come to its end. */
export async function resultOf(place: AccountPlace): Promise<BusyResult> {
  const ran = await (await LiveProcess.start(place, "--json")).end();
  if (ran.code !== 0) throw new Error(ran.stderr);
  return JSON.parse(ran.stdout) as BusyResult;
}
