/**
 * A value that nothing uses is a setting without an effect, and fails here (CFG-03, G-06): sessions of every kind are run with configurations
 * that note which of their values are asked for, beyond the reading of the file.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { watchReads } from "../../lib/config/mod.ts";
import { ExchangeCase } from "./exchange_case.ts";
import { liveConfig, SessionCase, STRATEGIES } from "./session_case.ts";

const FLAGS = { strategies: [`${STRATEGIES}sma_crossover.ts`], symbols: ["GOOG"] };
const DAYS = { from: "2005-01-03", to: "2005-03-31" };

/** What these sessions have no use for, and who has. */
const ELSEWHERE = [
  // Words for messages.
  /\.shown$/,
  // The front (`host_permissions.ts`), which gives the trading process its rights.
  /^strategies\[\]\.folder$/,
  // The program (`scripts/live_host.ts`): its log and its bus are made before the session.
  /^logging\./,
  /^observability\.events\./,
  // A store in a file; here it is given or in memory.
  /^persistence\.kvPath\./,
  // Reports of backtests of several strategies.
  /^reportDir\./,
  // An account on margin, which the tests of the engine have.
  /^run\.account\.(initial|maintenance)/,
  // Prices of symbols that are not traded here.
  /^data\.simulated\.prices\./,
];

Deno.test("G-06 every value of a configuration is asked for by some session", async () => {
  const left: string[][] = [];
  const listed = (watched: { readonly unread: () => string[] }): void => {
    left.push(watched.unread());
  };
  {
    using session = new SessionCase();
    const config = await liveConfig(session.path, { ...FLAGS, ...DAYS });
    const own = watchReads({ ...config, control: { enabled: true, port: 0 } });
    await session.run(own.config, { at: `${session.path}/a.kv` });
    listed(own);
  }
  {
    await using market = await ExchangeCase.open({
      symbols: ["MSFT"],
      from: "2003-01-02",
      to: "2003-01-31",
      strategy: Deno.readTextFileSync(`${STRATEGIES}sma_crossover.ts`),
    });
    const own = watchReads({ ...market.config });
    await market.run(own.config);
    listed(own);
  }
  {
    using session = new SessionCase();
    const config = await liveConfig(session.path, { ...FLAGS, feed: "simulated", speed: "max" });
    const own = watchReads({ ...config, engine: { ...config.engine, maxCycles: 1 } });
    const stop = new AbortController();
    let changes = 0;
    await session.run(own.config, {
      signal: stop.signal,
      onChange: () => ++changes > 5 && stop.abort(),
    });
    listed(own);
  }
  const [first, ...others] = left;
  const unread = first!.filter((path) => others.every((each) => each.includes(path)));
  assertEquals(unread.filter((path) => !ELSEWHERE.some((other) => other.test(path))), []);
});
