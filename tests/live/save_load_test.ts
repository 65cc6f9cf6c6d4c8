/**
 * A strategy that saves its state goes on from it after a restart as if it had never stopped; one that saves nothing trades within a bound
 * (SBX-17, SBX-20, PER-12).
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { SimulatedClock } from "../../lib/clock/mod.ts";
import type { LiveConfig } from "../../lib/config/mod.ts";
import { StrategyFailure } from "../../lib/sandbox/mod.ts";
import { MemoryKv } from "../../lib/store/mod.ts";
import { ORDER_REASON_NAMES } from "../../lib/trading/mod.ts";
import { liveConfig, SessionCase, sessionResult } from "./session_case.ts";

/** Keeps much in closures, and asks in every handler that there is: timers, sessions, brackets, chance, indicators of two periods. */
const KEEPER = `import { defineStrategy, ema, sma } from "sandbar/strategy";
export default defineStrategy({
  name: "keeper",
  saveVersion: 3,
  setup({ data, log }) {
    const average = data.indicator(sma(15)), weekly = data.bars("1w").indicator(ema(3));
    let bars = 0, fills = 0, drift = -0;
    const seen = new Map();
    let last = null;
    return {
      onStart() { log("started"); data.timer("monthly", { everyMinutes: 60 * 24 * 30 }); },
      onBar(bar, trade) {
        bars++;
        seen.set(bar.symbol, (seen.get(bar.symbol) ?? 0) + bar.close);
        drift += Math.random() - 0.5;
        if (bars % 7 === 0) {
          last = trade.order({ symbol: bar.symbol, side: "buy", quantity: 5 + fills % 3, stopLoss: bar.close * 0.9, takeProfit: bar.close * 1.2 });
        }
        if (bars % 11 === 0) data.timer("later " + bars, { afterMinutes: 60 * 24 * 9 + bars });
        if (average.ready && weekly.ready && bars % 13 === 0) trade.targetWeight(bar.symbol, average.value > weekly.value ? 0.2 : 0.1);
        if (bars % 29 === 0) trade.close(bar.symbol);
        if (bars % 31 === 0) trade.buy(bar.symbol, 1000000);
      },
      onTimer(timer, trade) { trade.buy(data.symbols[bars % data.symbols.length], timer.name === "monthly" ? 3 : 2 + Math.floor(Math.random() * 3)); },
      onSession(session, trade) {
        if (session.kind === "open" && bars % 5 === 0) trade.order({ symbol: data.symbols[0], side: "buy", quantity: 1, limitPrice: 10 + (seen.get(data.symbols[0]) ?? 0) % 7, timeInForce: "gtc" });
        if (session.kind === "close" && bars % 41 === 0) trade.cancelAll();
      },
      onFill(fill, trade) { fills++; if (fill.quantity === 3) trade.sell(fill.symbol, 1); },
      onOrder(order, trade) { if (order.state === "rejected" && drift > 0) trade.buy(order.symbol, 1); },
      save() { return { bars, fills, drift, last, seen: [...seen] }; },
      load(state) { ({ bars, fills, drift, last } = state); for (const [symbol, sum] of state.seen) seen.set(symbol, sum); },
    };
  },
});
`;

async function keeperConfig(
  session: SessionCase,
  change: Partial<LiveConfig["sandbox"]> = {},
): Promise<LiveConfig> {
  const file = `${session.path}/sandbar.yaml`;
  // As traded: MSFT is split in February 2003, AAPL in February 2005.
  Deno.writeTextFileSync(file, "data:\n  adjustment: none\n");
  const config = await liveConfig(session.path, {
    strategies: [session.strategy("keeper.ts", KEEPER)],
    symbols: ["AAPL", "MSFT"],
    from: "2003-01-02",
    to: "2005-04-29",
  }, file);
  return {
    ...config,
    orders: { ...config.orders, onStop: "keep" as const },
    sandbox: { ...config.sandbox, ...change },
  };
}

Deno.test("SBX-20 a strategy that is stopped and loaded again and again ends as if it had run through", async () => {
  using through = new SessionCase();
  const config = await keeperConfig(through), whole = await through.run(config);
  const expected = await sessionResult(config, whole, 0);
  assertEquals(whole.core.books[0]!.base, null);
  assert(expected.counts.fills > 100 && expected.counts.refused > 0, "it hardly traded");
  using session = new SessionCase();
  let starts = 0, end = "", resumed = 0;
  while (end !== "end_of_feed" && starts < 20) {
    starts++;
    const stop = new AbortController();
    let changes = 0;
    const outcome = await session.run(config, {
      signal: stop.signal,
      onChange: () => ++changes > 67 && stop.abort(),
      onReady: () => starts > 1 && resumed++,
    });
    end = outcome.end;
    const book = outcome.core.books[0]!;
    if (end === "stopped") {
      assertEquals(book.inputs, 0);
      assertEquals(book.base!.saveVersion, 3);
      assertEquals(book.base!.steps, outcome.core.market.steps);
    } else {
      assertEquals((await sessionResult(config, outcome, 0)).hashes, expected.hashes);
      assertEquals(book.engine.mirrorHash(), whole.core.books[0]!.engine.mirrorHash());
    }
  }
  assert(starts > 6 && resumed === starts - 1, `${starts} starts`);
});

Deno.test("SBX-20 PER-18 a session with states that is cut off after any commit goes on to the same end", async () => {
  using session = new SessionCase();
  // A small bound has the states asked for in the midst of the run.
  const config = await keeperConfig(session, { maxReplayEvents: 90 });
  const cuts: ReturnType<MemoryKv["entries"]>[] = [];
  const whole = await session.run(config, { onChange: () => cuts.push(session.kv.entries()) });
  const expected = (await sessionResult(config, whole, 0)).hashes;
  assert(whole.core.books[0]!.base !== null);
  assert(!whole.core.standings[0]!.isFull);
  using other = new SessionCase();
  const free = await keeperConfig(other);
  assertEquals((await sessionResult(free, await other.run(free), 0)).hashes, expected);
  for (const entries of cuts.filter((_, k) => k % 61 === 60)) {
    const clock = new SimulatedClock("2026-01-05T13:00:00Z");
    const outcome = await session.run(config, { at: new MemoryKv(entries), clock });
    assertEquals((await sessionResult(config, outcome, 0)).hashes, expected);
  }
});

Deno.test("PER-09 a snapshot that is due takes the state of the strategies with it", async () => {
  using session = new SessionCase();
  const plain = await keeperConfig(session);
  const config = { ...plain, persistence: { ...plain.persistence, walMaxEntries: 40 } };
  const whole = await session.run(config, {
    onReport: () => void session.clock.advanceTo(session.clock.now() + 1e6),
  });
  const { base } = whole.core.books[0]!;
  assert(
    base !== null && base.steps > 400 && base.steps < whole.core.market.steps,
    `${base?.steps}`,
  );
  using other = new SessionCase();
  const free = await keeperConfig(other);
  assertEquals(
    (await sessionResult(config, whole, 0)).hashes,
    (await sessionResult(free, await other.run(free), 0)).hashes,
  );
});

Deno.test("SBX-20 a strategy that fails once is started anew from its state, not from its first bar", async () => {
  using session = new SessionCase();
  const path = session.strategy(
    "fails.ts",
    `import { defineStrategy } from "sandbar/strategy";
export default defineStrategy({ name: "fails", setup({ log }) {
  let bars = 0, here = 0;
  return {
    onBar(bar, trade) {
      bars++; here++;
      if (bar.time === Date.UTC(2004, 7, 9, 13, 30) * 1000) throw new Error("once");
      if (bars % 10 === 0) trade.buy(bar.symbol, 1);
      if (bars === 200) log(String(here));
    },
    save: () => bars,
    load(state) { bars = state; },
  };
} });`,
  );
  const plain = await liveConfig(session.path, {
    strategies: [path],
    symbols: ["IBM"],
    from: "2004-01-02",
    to: "2004-12-31",
  });
  const config = { ...plain, sandbox: { ...plain.sandbox, maxReplayEvents: 100 } };
  const said: string[] = [];
  const outcome = await session.run(config, {
    onReport: (_, { notes }) => notes !== "" && said.push(JSON.parse(notes)[2]),
  });
  const { engine } = outcome.core.books[0]!;
  assertEquals(outcome.core.standings[0]!.restarts, 1);
  assertEquals(outcome.end, "end_of_feed");
  assertEquals(engine.fills.length, 25);
  // It has counted on from 149, the bar in which it failed left out, and has itself seen what came after its state.
  const { base } = outcome.core.books[0]!;
  assert(said.length === 1 && Number(said[0]) < 110 && base!.steps > 152, said.join());
});

for (
  const [what, returned, says] of [
    ["a function", "{ a: [1, { b() {} }] }", "save().a[1].b is a function"],
    ["NaN", "{ mean: 0 / 0 }", "save().mean is NaN"],
    [
      "a cycle",
      "(() => { const a = { b: [] }; a.b.push(a); return a; })()",
      "save().b[0] is an object that holds itself",
    ],
    ["a Map", "[new Map()]", "save()[0] is an instance of a class"],
    ["nothing", "undefined", "save() is undefined"],
    ["too much", '"x".repeat(2000)', "quota: save returned 2002 bytes"],
  ] as const
) {
  Deno.test(`SBX-17 a strategy that saves ${what} is fenced with a sentence that names it`, async () => {
    using session = new SessionCase();
    const path = session.strategy(
      "bad.ts",
      `import { defineStrategy } from "sandbar/strategy";
export default defineStrategy({ name: "bad", setup() {
  return { onBar() {}, save() { return ${returned}; }, load() {} };
} });`,
    );
    const plain = await liveConfig(session.path, {
      strategies: [path],
      symbols: ["IBM"],
      to: "2000-12-29",
    });
    const config = {
      ...plain,
      sandbox: { ...plain.sandbox, maxReplayEvents: 30, maxStateBytes: 1000, restartLimit: 0 },
    };
    const outcome = await session.run(config);
    const [standing] = outcome.core.standings;
    assert(standing!.quarantined.includes(says), standing!.quarantined);
    if (what === "too much") {
      assert(
        session.bus.recent({}).some((event) =>
          event.type === "STRATEGY_OVERRUN" && event.data.verdict === "quota"
        ),
      );
    }
  });
}

Deno.test("SBX-20 a strategy with save and without load is refused", async () => {
  using session = new SessionCase();
  const path = session.strategy(
    "half.ts",
    `import { defineStrategy } from "sandbar/strategy";
export default defineStrategy({ name: "half", setup: () => ({ onBar() {}, save: () => 1 }) });`,
  );
  const config = await liveConfig(session.path, { strategies: [path] });
  const error = await assertRejects(() => session.run(config), StrategyFailure);
  assert(error.message.includes("a strategy has save and load, or neither"), error.message);
});

Deno.test("SBX-20 recorded inputs warn at 80 % of their bound, and at the bound new risk is refused, also after a restart", async () => {
  using session = new SessionCase();
  const path = session.strategy(
    "endless.ts",
    `import { defineStrategy } from "sandbar/strategy";
export default defineStrategy({ name: "endless", setup() {
  let bars = 0;
  return { onBar(bar, trade) { bars++; if (bars === 1 || bars === 99 || bars === 100 || bars === 110) trade.buy(bar.symbol, 10); if (bars === 105) trade.sell(bar.symbol, 4); } };
} });`,
  );
  const plain = await liveConfig(session.path, {
    strategies: [path],
    symbols: ["IBM"],
    from: "2004-01-02",
    to: "2004-12-31",
  });
  // 100 bars, and what became of two orders: a fill and an end each.
  const config = {
    ...plain,
    orders: { ...plain.orders, onStop: "keep" as const },
    sandbox: { ...plain.sandbox, maxReplayEvents: 104 },
  };
  const told = (): unknown[] =>
    session.bus.recent({}).flatMap((event) =>
      event.type === "WARNING" && event.data.code === "replay_inputs"
        ? [[/\d+ of \d+/.exec(event.data.message)![0], event.data.message.includes("here on")]]
        : []
    );
  const stop = new AbortController();
  let changes = 0;
  const first = await session.run(config, {
    signal: stop.signal,
    onChange: () => ++changes > 107 && stop.abort(),
  });
  assertEquals(told(), [["84 of 104", false], ["104 of 104", true]]);
  assert(first.core.standings[0]!.isFull);
  const { core } = await session.run(config), { engine } = core.books[0]!;
  assertEquals(
    Array.from(
      { length: engine.orders.length },
      (_, k) => ORDER_REASON_NAMES[engine.orders.reason[k]!],
    ),
    ["none", "none", "none", "none", "risk_refused"],
  );
  assertEquals(engine.ledger.position[0], 26);
});
