/**
 * A strategy whose file, parameters or rights have changed goes on with its book only when it is told how (SBX-34).
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import type { LiveConfig, LiveFlags } from "../../lib/config/mod.ts";
import { SandbarError } from "../../lib/core/mod.ts";
import type { LiveOutcome } from "../../lib/live/mod.ts";
import { MemoryKv } from "../../lib/store/mod.ts";
import { ORDER_REASON_NAMES } from "../../lib/trading/mod.ts";
import { liveConfig, SessionCase, sessionResult } from "./session_case.ts";

const SAVES = `save() { return { bars }; }, load(state) { bars = state.bars; },`;

/** Counts bars, and trades at one of them. */
function counting(
  { first, needs = "", saves = "", version = 1 }: {
    first: string;
    needs?: string;
    saves?: string;
    version?: number;
  },
): string {
  return `import { defineStrategy, sma } from "sandbar/strategy";
export default defineStrategy({
  name: "counting",
  saveVersion: ${version},
  ${needs}
  setup({ data, log }) {
    const average = data.indicator(sma(20));
    let bars = 0;
    return {
      onStart() { log("start"); },
      onTimer(timer) { log(timer.name); },
      onBar(bar, trade) {
        bars++;
        ${first}
      },
      ${saves}
    };
  },
});
`;
}

const ONE = `if (bars === 5) trade.buy(bar.symbol, 10);
        if (bars === 6) data.timer("later", { afterMinutes: 60 * 24 * 60 });
        if (bars === 7) trade.order({ symbol: bar.symbol, side: "buy", quantity: 3, limitPrice: 1, timeInForce: "gtc" });`;
const TWO =
  `if (bars % 40 === 0) { log("bar " + bars + " holding " + trade.position(bar.symbol).quantity + " open " + trade.orders.length); trade.buy(bar.symbol, 1); }
        if (bars === 1) log("warm " + average.ready);`;

async function upgrading(
  session: SessionCase,
  flags: Partial<LiveFlags> = {},
): Promise<LiveConfig> {
  const config = await liveConfig(session.path, {
    strategies: [`${session.path}/counting.ts`],
    symbols: ["IBM"],
    from: "2004-01-02",
    to: "2004-12-31",
    ...flags,
  });
  return { ...config, orders: { ...config.orders, onStop: "keep" } };
}

/** Runs the first version for 30 bars, and puts another one into its place. */
async function first30(session: SessionCase, before: string, after: string): Promise<void> {
  session.strategy("counting.ts", before);
  const stop = new AbortController();
  let changes = 0;
  await session.run(await upgrading(session), {
    signal: stop.signal,
    onChange: () => ++changes > 30 && stop.abort(),
  });
  session.strategy("counting.ts", after);
}

/** Runs to the end and returns what the strategy has said. */
async function go(
  session: SessionCase,
  config: LiveConfig,
  at?: MemoryKv,
): Promise<{ outcome: LiveOutcome; said: string[] }> {
  const said: string[] = [];
  const outcome = await session.run(config, {
    onReport: (_, { notes }) => {
      for (const line of notes.split("\n")) if (line !== "") said.push(JSON.parse(line)[2]);
    },
    ...(at === undefined ? {} : { at }),
  });
  return { outcome, said };
}

Deno.test("SBX-34 a changed strategy is refused without the flag, and both ways are named", async () => {
  using session = new SessionCase();
  await first30(session, counting({ first: ONE }), counting({ first: TWO }));
  const config = await upgrading(session);
  const error = await assertRejects(() => session.run(config), SandbarError);
  assertEquals(error.code, "strategy_changed");
  assert(/--upgrade keep .*--upgrade flatten/.test(error.message), error.message);
});

Deno.test("SBX-34 keep loads a saved state of the same version, with positions, orders and timers", async () => {
  using session = new SessionCase();
  await first30(
    session,
    counting({ first: ONE, saves: SAVES }),
    counting({ first: TWO, saves: SAVES }),
  );
  const { outcome, said } = await go(session, await upgrading(session, { upgrade: "keep" }));
  assertEquals(said.slice(0, 3), [
    "bar 40 holding 10 open 1",
    "later",
    "bar 80 holding 11 open 1",
  ]);
  assertEquals(outcome.core.books[0]!.engine.fills.length, 7);
  assert(
    session.bus.recent({}).some((event) =>
      event.type === "STRATEGY_STOPPED" && event.data.why ===
        "another version takes its book over, keeps its positions and goes on from the saved state"
    ),
  );
});

for (
  const [what, before, after] of [
    [
      "a state of another version",
      counting({ first: ONE, saves: SAVES }),
      counting({ first: TWO, saves: SAVES, version: 2 }),
    ],
    ["no saved state", counting({ first: ONE }), counting({ first: TWO })],
  ] as const
) {
  Deno.test(`SBX-34 keep with ${what} starts empty, with its position and warm indicators`, async () => {
    using session = new SessionCase();
    await first30(session, before, after);
    const { outcome, said } = await go(session, await upgrading(session, { upgrade: "keep" }));
    assertEquals(said.slice(0, 3), ["start", "warm true", "bar 40 holding 10 open 1"]);
    assertEquals(outcome.core.books[0]!.engine.ledger.position[0], 15);
  });
}

Deno.test("SBX-34 flatten cancels the orders and closes the position at the next open", async () => {
  using session = new SessionCase();
  await first30(
    session,
    counting({ first: ONE, saves: SAVES }),
    counting({ first: TWO, saves: SAVES }),
  );
  const { outcome, said } = await go(session, await upgrading(session, { upgrade: "flatten" }));
  assertEquals(said.slice(0, 3), ["start", "warm true", "bar 40 holding 0 open 0"]);
  const { orders, fills } = outcome.core.books[0]!.engine;
  assertEquals(
    [0, 1, 2].map((row) => ORDER_REASON_NAMES[orders.reason[row]!]),
    ["none", "operator", "operator"],
  );
  assertEquals([fills.quantity[1], fills.step[1]], [-10, 30]);
});

Deno.test("SBX-34 other parameters are an upgrade too, and without --set they are back to be refused", async () => {
  using session = new SessionCase();
  const text = counting({ first: ONE }).replace(
    "saveVersion: 1,",
    "params: { size: param.int(3, { min: 1, max: 9 }) },",
  ).replace("sma }", "param, sma }");
  await first30(session, text, text);
  await assertRejects(
    async () => session.run(await upgrading(session, { set: { size: "4" } })),
    SandbarError,
    "its parameters have changed",
  );
  const { outcome } = await go(
    session,
    await upgrading(session, { set: { size: "4" }, upgrade: "keep" }),
  );
  assertEquals(outcome.end, "end_of_feed");
});

Deno.test("SBX-34 PER-18 an upgrade with other rights is the same again after any cut", async () => {
  using session = new SessionCase();
  // The first version sells short, the second may not.
  const before = counting({
    first: "if (bars % 9 === 1) trade.sell(bar.symbol, 2);",
    needs: `needs: { short: true },`,
    saves: SAVES,
  });
  const after = counting({
    first:
      "if (bars % 5 === 1) trade.sell(bar.symbol, 2); if (bars % 5 === 4) trade.buy(bar.symbol, 3);",
    needs: "needs: {},",
    saves: SAVES,
  });
  // Snapshots would hide the records before the upgrade.
  const stored: ReturnType<MemoryKv["entries"]>[] = [];
  session.strategy("counting.ts", before);
  const plain = await upgrading(session);
  await session.run(plain, { onChange: () => stored.push(session.kv.entries()) });
  session.strategy("counting.ts", after);
  const kv = new MemoryKv(stored[30]!), cuts: ReturnType<MemoryKv["entries"]>[] = [];
  session.clock.stepTimeOfDay(3600e6);
  const config = await upgrading(session, { upgrade: "keep" });
  const whole = await session.run(config, { at: kv, onChange: () => cuts.push(kv.entries()) });
  const expected = (await sessionResult(config, whole, 0)).hashes;
  assert(whole.core.books[0]!.engine.fills.length > 20);
  const again = { ...config, upgrade: null };
  let restarts = 0;
  for (const entries of cuts.filter((_, k) => k % 25 === 1)) {
    session.clock.stepTimeOfDay(3600e6);
    const outcome = await session.run(again, { at: new MemoryKv(entries) });
    assertEquals((await sessionResult(config, outcome, 0)).hashes, expected);
    restarts++;
  }
  assert(restarts > 6);
});

Deno.test("SBX-34 a strategy that does not decide as it did goes on by the flag, too", async () => {
  using session = new SessionCase();
  // A state that hides half of what it decides by.
  const text = counting({
    first: "if (++hidden % 3 === 0) trade.buy(bar.symbol, 1);",
    saves: "save: () => 0, load() {},",
  }).replace("let bars", "let hidden = 0, bars");
  session.strategy("counting.ts", text);
  const stored: ReturnType<MemoryKv["entries"]>[] = [];
  const plain = await upgrading(session);
  const small = { ...plain, sandbox: { ...plain.sandbox, maxReplayEvents: 50 } };
  await session.run(small, { onChange: () => stored.push(session.kv.entries()) });
  session.clock.stepTimeOfDay(3600e6);
  const kv = new MemoryKv(stored[60]!);
  const error = await assertRejects(() => session.run(small, { at: kv }), SandbarError);
  assertEquals(error.code, "strategy_changed");
  session.clock.stepTimeOfDay(3600e6);
  const outcome = await session.run({ ...small, upgrade: "keep" }, { at: kv });
  assertEquals(outcome.end, "end_of_feed");
});
