/**
 * A strategy that fails, stalls or lies beside a healthy one: it is fenced, its orders are settled, it is started anew within a budget, and the
 * other trades on (SBX-19, SBX-20, G-05).
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { LiveConfig } from "../../lib/config/mod.ts";
import type { LiveOutcome } from "../../lib/live/mod.ts";
import { ORDER_REASON, ORDER_REASON_NAMES } from "../../lib/trading/mod.ts";
import { backtestOf, liveConfig, SessionCase, sessionResult, STRATEGIES } from "./session_case.ts";

/** Buys and rests an order each few bars; does something bad at a bar. */
function faulty(what: string): string {
  return `import { defineStrategy } from "sandbar/strategy";
export default defineStrategy({
  name: "faulty",
  setup() {
    let bars = 0;
    return {
      onBar(bar, trade) {
        bars++;
        if (bars === 3) trade.buy(bar.symbol, 10);
        if (bars === 5) trade.order({ symbol: bar.symbol, side: "buy", quantity: 5, limitPrice: 1, timeInForce: "gtc" });
        if (bar.time === Date.UTC(2004, 7, 30, 13, 30) * 1000) { ${what} }
        if (bars === 12) trade.buy(bar.symbol, 7);
      },
    };
  },
});
`;
}

async function beside(
  session: SessionCase,
  what: string,
  change: Partial<LiveConfig["sandbox"]> = {},
): Promise<{ config: LiveConfig; outcome: LiveOutcome }> {
  const config = await liveConfig(session.path, {
    strategies: [session.strategy("faulty.ts", faulty(what)), STRATEGIES + "sma_crossover.ts"],
    symbols: ["GOOG"],
    to: "2005-06-30",
  });
  const own = { ...config, sandbox: { ...config.sandbox, ...change } };
  return { config: own, outcome: await session.run(own) };
}

const typesOf = (session: SessionCase): string[] => session.bus.recent({}).map(({ type }) => type);

Deno.test("SBX-19 a strategy that throws is fenced, its order cancelled, and goes on after the bar it failed in", async () => {
  using session = new SessionCase();
  const { outcome } = await beside(session, `throw new Error("no");`);
  const { engine } = outcome.core.books[0]!, { orders } = engine;
  assertEquals(outcome.core.standings.map((it) => it.restarts), [1, 0]);
  assertEquals(ORDER_REASON_NAMES[orders.reason[1]!], "strategy_failed");
  // Its closures are those of the bars that it has seen: the twelfth call is one bar later.
  assertEquals(orders.length, 3);
  assertEquals(engine.ledger.position[0], 17);
  const types = typesOf(session);
  assert(
    types.includes("STRATEGY_OVERRUN") &&
      types.filter((it) => it === "STRATEGY_STARTED").length === 3,
  );
});

Deno.test("SBX-19 more requests than max_intents_per_event in answer to one event are a fault, and none is booked (G-06)", async () => {
  const flood =
    `for (let k = 0; k < 4; k++) trade.order({ symbol: bar.symbol, side: "buy", quantity: 1,
    limitPrice: 1, timeInForce: "gtc" });`;
  for (const [maxIntentsPerEvent, restarts, orders] of [[3, 1, 3], [4, 0, 7]] as const) {
    using session = new SessionCase();
    const { outcome } = await beside(session, flood, { maxIntentsPerEvent });
    assertEquals(outcome.core.standings[0]!.restarts, restarts);
    assertEquals(outcome.core.books[0]!.engine.orders.length, orders);
    const told = session.bus.recent({}).find(({ type }) => type === "STRATEGY_OVERRUN");
    assertEquals(JSON.stringify(told ?? "").includes("max_intents_per_event is 3"), restarts === 1);
  }
});

Deno.test("SBX-19 an endless loop beside a healthy strategy costs one deadline, and the healthy one ends like its backtest", async () => {
  using session = new SessionCase();
  const { config, outcome } = await beside(session, "for (;;);", {
    eventDeadlineMs: 150,
    stallMs: 150,
    restartLimit: 3,
  });
  assertEquals(outcome.core.standings[0]!.restarts, 1);
  const healthy = await sessionResult(config, outcome, 1);
  const alone = {
    ...config,
    strategies: [config.strategies[1]!],
    run: { ...config.run, initialCash: 50_000e6 },
  };
  assertEquals(healthy.hashes.intents, (await backtestOf(alone)).json.hashes.intents);
  assertEquals(healthy.hashes.ledger, (await backtestOf(alone)).json.hashes.ledger);
});

Deno.test("SBX-20 a strategy that fails at every start is quarantined after the budget, its position closed by policy", async () => {
  using session = new SessionCase();
  const path = session.strategy(
    "always.ts",
    faulty("").replace("bars++;", "bars++; if (bars > 6) throw new Error('again');"),
  );
  const config = await liveConfig(session.path, {
    strategies: [path, STRATEGIES + "sma_crossover.ts"],
    symbols: ["GOOG"],
    to: "2005-06-30",
  });
  const ended = await session.run({
    ...config,
    sandbox: { ...config.sandbox, restartLimit: 2, overrunPolicy: "flatten" },
  });
  const standing = ended.core.standings[0]!, { engine } = ended.core.books[0]!;
  assertEquals(standing.restarts, 2);
  assert(standing.quarantined.includes("it failed 3 times"), standing.quarantined);
  assertEquals(engine.ledger.position[0], 0);
  assert(typesOf(session).includes("STRATEGY_QUARANTINED"));
  assertEquals(engine.orders.reason[engine.orders.length - 1], ORDER_REASON.strategy_failed);
  // A restart of the process does not let it back in.
  const again = await session.run({
    ...config,
    sandbox: { ...config.sandbox, restartLimit: 2, overrunPolicy: "flatten" },
  });
  assertEquals(again.core.standings[0]!.quarantined, standing.quarantined);
});

Deno.test("SBX-20 a strategy that decides by chance of its own cannot be brought back, and says where it differs", async () => {
  using session = new SessionCase();
  const path = session.strategy(
    "memory.ts",
    `import { defineStrategy } from "sandbar/strategy";
export default defineStrategy({ name: "depth", setup() {
  let bars = 0, depth = 0;
  const sink = () => { depth++; sink(); };
  return { onBar(bar, trade) { bars++; if (bars % 4 === 0) trade.buy(bar.symbol, 1 + bars % 3); } };
} });`,
  );
  const config = await liveConfig(session.path, {
    strategies: [path],
    symbols: ["GOOG"],
    to: "2004-12-31",
  });
  const stop = new AbortController();
  let changes = 0;
  await session.run({ ...config, orders: { ...config.orders, onStop: "keep" } }, {
    signal: stop.signal,
    onChange: () => ++changes > 30 && stop.abort(),
  });
  // The same file, but not the same decisions any more.
  Deno.writeTextFileSync(path, Deno.readTextFileSync(path).replace("1 + bars % 3", "2 + bars % 3"));
  const changed = await liveConfig(session.path, {
    strategies: [path],
    symbols: ["GOOG"],
    to: "2004-12-31",
  });
  await session.run(changed).then(
    () => assert(false, "it must not start"),
    (error) => assertEquals(error.code, "strategy_changed"),
  );
});
