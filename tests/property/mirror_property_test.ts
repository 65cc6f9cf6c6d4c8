/**
 * A strategy's own book in paper and live: it follows the host's book by rows, decides nothing, and the run is that of a backtest.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { sha256Ledger } from "../../lib/run/hashes.ts";
import { Engine, MirrorSource, Replay, StrategyRun } from "../../lib/engine/mod.ts";
import { mergePlan } from "../../lib/market/mod.ts";
import { MIRROR_WIDTH } from "../../lib/protocols/mod.ts";
import { strategyParts } from "../../lib/strategy/engine_door.ts";
import { defineStrategy, type Handlers } from "../../lib/strategy/mod.ts";
import { anyRun } from "./random_run.ts";
import { runsOf } from "./runs.ts";
import { NO_LIMITS } from "../../lib/trading/mod.ts";
import { copyBars, dailyBars, type RunInput, runStrategy, specOf } from "../engine/support.ts";

/** Runs a strategy as a live host does: instant by instant, with a book of its own that mirrors the host's. */
function runMirrored(input: RunInput): { engine: Engine; child: StrategyRun; rows: number } {
  const spec = specOf(input), { bars, strategy } = input, lengths = bars.map((each) => each.length);
  const merged = bars.length === 1 ? null : mergePlan(bars, lengths);
  const plan = merged?.entries ?? null, steps = merged?.steps ?? lengths[0]!;
  const startUs = Math.min(...bars.map((each) => each.time[0]!)) - 1;
  const { risk: _risk, ...own } = spec;
  const child = new StrategyRun({
    spec: { ...own, mirror: "copy" },
    series: bars.map((each) => copyBars(each)),
    plan,
    period: input.period ?? "1d",
    plotStride: 0,
    startUs,
  });
  const parts = strategyParts(strategy) ?? strategyParts(defineStrategy({
    name: "test",
    setup: (context) => typeof strategy === "function" ? strategy(context) : strategy as Handlers,
  }))!;
  child.setup(parts, input.params ?? {}, () => {});
  const engine = new Engine(
    { ...spec, mirror: "original" },
    bars.map((each) => copyBars(each)),
    plan,
    null,
  );
  const replay = new Replay(engine, startUs), mirror = new MirrorSource(engine);
  const take = (): [Float64Array, number] => {
    const { intents } = child.book, count = intents.length;
    const rows = new Float64Array(intents.bytes.slice(0, count * 48));
    intents.clear();
    return [rows, count];
  };
  child.start();
  replay.between(...take(), engine.peek());
  let sent = 0;
  for (let step = 0; step < steps; step++) {
    while (child.nextEventUs() < engine.peek()) {
      child.tick(child.nextEventUs());
      replay.between(...take(), engine.peek());
    }
    mirror.note();
    replay.advance();
    mirror.collect();
    sent += mirror.count;
    const buffer = new Float64Array(child.engine.mirror!.reserve(mirror.count));
    buffer.set(mirror.rows.subarray(0, mirror.count * MIRROR_WIDTH));
    child.run(1);
    replay.after(...take());
    assertEquals(child.engine.mirrorHash(), engine.mirrorHash(), `step ${step}`);
  }
  child.stop();
  replay.finish(...take());
  return { engine, child, rows: sent };
}

Deno.test("SBX-26 a book that mirrors the host's gives the orders and the ledger of a backtest", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 31 - 1 }), (seed) => {
      const input = anyRun(seed);
      // Without limits: a refusal is known a moment later than in a backtest.
      const { risk: _risk, ...free } = input;
      const backtest = runStrategy(free), live = runMirrored(free);
      assertEquals(sha256Ledger(live.engine), backtest.hash);
      assertEquals(live.child.engine.orders.length, live.engine.orders.length);
    }),
    runsOf(150),
  );
});

Deno.test("SBX-26 a mirrored book agrees with the host's after every instant, refusals included", () => {
  let refused = 0, rows = 0;
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 31 - 1 }), (seed) => {
      const input = anyRun(seed);
      const live = runMirrored(input);
      refused += live.engine.risk.refusals.total;
      rows += live.rows;
      const ours = live.child.engine.orders, theirs = live.engine.orders;
      for (let row = 0; row < theirs.length; row++) {
        assertEquals(ours.filled[row], theirs.filled[row], `filled of order ${row}`);
      }
    }),
    runsOf(150),
  );
  assert(refused > 0 && rows > 0, "no run met the gate");
});

Deno.test("SBX-26 a strategy learns of a refusal with the next instant, and a refused bracket leaves the same rows", () => {
  const told: string[] = [];
  const bars = [dailyBars("A", [[10, 11, 9, 10], [10, 11, 9, 10], [10, 11, 9, 10]])];
  const { engine, child } = runMirrored({
    bars,
    risk: { ...NO_LIMITS, maxOrderQty: 5 },
    strategy: {
      onBar(bar, trade): void {
        if (trade.orders.length === 0 && told.length === 0) {
          trade.order({
            symbol: bar.symbol,
            side: "buy",
            quantity: 6,
            stopLoss: 5,
            takeProfit: 20,
          });
        }
      },
      onOrder: (order): void => void told.push(`${order.state} ${order.reason}`),
    },
  });
  assertEquals(told, ["rejected risk_refused", "cancelled parent_ended", "cancelled parent_ended"]);
  assertEquals(engine.orders.length, 3);
  assertEquals(child.engine.orders.length, 3);
});
