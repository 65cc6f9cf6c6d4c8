/**
 * Limits of an account in a session of three strategies, each in its sealed process: what one of them loses stops the others, they are told, and a
 * restart at any moment comes to the same (RSK-21, PER-06).
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { LiveConfig } from "../../lib/config/mod.ts";
import type { LiveOutcome } from "../../lib/live/mod.ts";
import { NO_LIMITS } from "../../lib/trading/mod.ts";
import { liveConfig, SessionCase } from "./session_case.ts";

/** Holds what it can and buys again what a kill has left it. */
const HEAVY = `import { defineStrategy } from "sandbar/strategy";
export default defineStrategy({
  name: "heavy",
  setup: ({ data }) => ({ onBar(bar, trade) { trade.targetWeight(data.symbols[0], 0.9); } }),
});
`;
/** Asks for three shares a day, in three orders, far below the market, and keeps what it is told of them. */
const patient = (name: string): string =>
  `import { defineStrategy } from "sandbar/strategy";
export default defineStrategy({
  name: "${name}",
  setup({ data, log }) {
    return {
      onBar(bar, trade) {
        for (let k = 0; k < 3; k++) trade.buy(data.symbols[0], 1, { limitPrice: bar.close / (2 + k) });
      },
      onOrder(order) { log(order.state + " " + order.reason); },
    };
  },
});
`;

async function configOf(session: SessionCase): Promise<LiveConfig> {
  const config = await liveConfig(session.path, {
    strategies: [
      session.strategy("heavy.ts", HEAVY),
      session.strategy("calm.ts", patient("calm")),
      session.strategy("still.ts", patient("still")),
    ],
    symbols: ["MSFT"],
    from: "2003-01-02",
    to: "2003-06-30",
  });
  const risk = { ...NO_LIMITS, maxDailyLossPct: 0.4, maxOrdersPerMinute: 6 };
  return { ...config, run: { ...config.run, risk } };
}

function endOf({ core }: LiveOutcome): unknown {
  return core.books.map((book) => ({
    sha256: book.intentsSha256(),
    cash: book.engine.ledger.cash,
    kills: book.engine.risk.kills,
    refusals: Array.from(
      book.engine.risk.refusals.rule.subarray(0, book.engine.risk.refusals.length),
    ),
  }));
}

Deno.test("RSK-21 a loss of the account stops strategies that have lost nothing, and its cause is told once", async () => {
  using session = new SessionCase();
  const notes: string[][] = [[], [], []];
  const outcome = await session.run(await configOf(session), {
    onReport: (strategy, { notes: text }) => notes[strategy]!.push(text),
  });
  const { core } = outcome;
  assertEquals(core.standings.map(({ restarts }) => restarts), [0, 0, 0]);
  const [heavy, calm, still] = core.books.map(({ engine }) => engine.risk);
  assert(calm!.killCount > 3, `${calm!.killCount} kills`);
  assertEquals(calm!.kills, still!.kills);
  const told = session.bus.recent({ types: ["KILL_SWITCH_TRIGGERED"] });
  assertEquals(told.length, heavy!.killCount + calm!.killCount);
  assert(notes[1]!.join("").includes("kill_switch"), "the strategy was not told");
});

Deno.test("RSK-21 PER-06 a session of an account with limits that is cut anywhere ends as if it had run through", async () => {
  using session = new SessionCase();
  const config = await configOf(session), whole = endOf(await session.run(config));
  using again = new SessionCase();
  for (let starts = 0; starts < 20; starts++) {
    const stop = new AbortController();
    let changes = 0;
    const outcome = await again.run(
      { ...config, orders: { ...config.orders, onStop: "keep" } },
      { signal: stop.signal, onChange: () => ++changes > 37 && stop.abort() },
    );
    if (outcome.end !== "end_of_feed") continue;
    assert(starts > 2, `only ${starts} starts`);
    assertEquals(endOf(outcome), whole);
    return;
  }
  throw new Error("the session does not end");
});
