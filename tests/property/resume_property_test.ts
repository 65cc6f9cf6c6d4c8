/**
 * A strategy's run that is saved anywhere and goes on in a fresh one comes to the same orders and the same ledger, and one that starts in the
 * midst with a copy of the host's book agrees with it from there on (SBX-20, SBX-34).
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type SavedState, StateTape } from "../../lib/core/mod.ts";
import {
  copyState,
  Engine,
  MirrorSource,
  Replay,
  StrategyRun,
  type StrategyRunOptions,
} from "../../lib/engine/mod.ts";
import { WarmUp } from "../../lib/engine/warm_up.ts";
import { mergePlan } from "../../lib/market/mod.ts";
import { MIRROR_WIDTH } from "../../lib/protocols/mod.ts";
import { sha256Ledger } from "../../lib/run/hashes.ts";
import { strategyParts } from "../../lib/strategy/engine_door.ts";
import {
  defineStrategy,
  type Handlers,
  type OrderId,
  type SetupContext,
  sma,
} from "../../lib/strategy/mod.ts";
import { copyBars, specOf } from "../engine/support.ts";
import { anyRun } from "./random_run.ts";
import { runsOf } from "./runs.ts";

/** Decides by a number that every event moves on, and by an indicator. */
function deciding({ data }: SetupContext<Record<never, never>>): Handlers {
  const average = data.indicator(sma(4));
  let state = 1, last: OrderId | null = null;
  const next = (most: number): number => {
    state = (state * 48271) % 2147483647;
    return state % most;
  };
  return {
    onBar(bar, trade): void {
      const size = 1 + next(5), value = average.value;
      switch (next(9)) {
        case 0:
          trade.buy(bar.symbol, size);
          break;
        case 1:
          trade.order({
            symbol: bar.symbol,
            side: "buy",
            quantity: size,
            stopLoss: bar.close * 0.9,
            takeProfit: bar.close * 1.1,
          });
          break;
        case 2:
          last = trade.order({
            symbol: bar.symbol,
            side: "buy",
            quantity: size,
            limitPrice: bar.close * (value > bar.close ? 0.97 : 0.99),
            timeInForce: "gtc",
          });
          break;
        case 3:
          if (last !== null) trade.cancel(last);
          break;
        case 4:
          trade.targetWeight(bar.symbol, 0.2);
          break;
        case 5:
          trade.close(bar.symbol);
          break;
        case 6:
          data.timer("t", { afterMinutes: 60 + next(5000) });
          break;
        default:
      }
    },
    onTimer(_timer, trade): void {
      trade.buy(data.symbols[next(data.symbols.length)]!, 1);
    },
    onSession(): void {
      next(3);
    },
    onFill(): void {
      next(2);
    },
    onOrder(order): void {
      next(order.state === "filled" ? 5 : 7);
    },
    save: () => [state, last],
    load(saved): void {
      [state, last] = saved as unknown as [number, OrderId | null];
    },
  };
}

/** How the child is replaced: by one that goes on from its tapes, or by one with a copy of the host's book. */
type Way = "tapes" | "copy";

function runOf(seed: number, cut?: { readonly step: number; readonly way: Way }): {
  readonly engine: Engine;
  readonly steps: number;
} {
  const input = anyRun(seed), spec = specOf(input), { bars } = input;
  const lengths = bars.map((each) => each.length);
  const merged = bars.length === 1 ? null : mergePlan(bars, lengths);
  const plan = merged?.entries ?? null, steps = merged?.steps ?? lengths[0]!;
  const startUs = Math.min(...bars.map((each) => each.time[0]!)) - 1;
  const { risk: _risk, ...own } = spec;
  const parts = strategyParts(defineStrategy({ name: "deciding", setup: deciding }))!;
  const make = (): { run: StrategyRun; options: StrategyRunOptions } => {
    const options: StrategyRunOptions = {
      spec: { ...own, mirror: "copy" },
      series: bars.map((each) => copyBars(each)),
      plan,
      period: input.period ?? "1d",
      plotStride: 0,
      startUs,
    };
    const run = new StrategyRun(options);
    run.setup(parts, {}, () => {});
    return { run, options };
  };
  const host: typeof spec = { ...spec, mirror: "original" };
  const engine = new Engine(host, bars.map((each) => copyBars(each)), plan, null);
  const replay = new Replay(engine, startUs), mirror = new MirrorSource(engine);
  let child = make().run;
  const take = (): [Float64Array, number] => {
    const { intents } = child.book, count = intents.length;
    const rows = new Float64Array(intents.bytes.slice(0, count * 48));
    intents.clear();
    return [rows, count];
  };
  child.start();
  replay.between(...take(), engine.peek());
  for (let step = 0; step < steps; step++) {
    while (child.nextEventUs() < engine.peek()) {
      child.tick(child.nextEventUs());
      replay.between(...take(), engine.peek());
    }
    mirror.note();
    replay.advance();
    mirror.collect();
    const buffer = new Float64Array(child.engine.mirror!.reserve(mirror.count));
    buffer.set(mirror.rows.subarray(0, mirror.count * MIRROR_WIDTH));
    child.run(1);
    replay.after(...take());
    assertEquals(child.engine.mirrorHash(), engine.mirrorHash(), `seed ${seed}, step ${step}`);
    if (step !== cut?.step) continue;
    const state = child.saveText(), tape = new StateTape();
    child.carry(tape);
    let book: SavedState;
    if (cut.way === "tapes") book = child.engine.snapshot();
    else {
      book = copyState(engine, host);
      mirror.skip();
    }
    const fresh = make();
    new WarmUp(fresh.options, fresh.run).walk(step + 1);
    fresh.run.engine.restore(book);
    fresh.run.carry(new StateTape(tape.saved()));
    if (cut.way === "copy") fresh.run.skip();
    fresh.run.load(JSON.parse(state));
    child = fresh.run;
    assertEquals(child.engine.mirrorHash(), engine.mirrorHash());
  }
  child.stop();
  replay.finish(...take());
  return { engine, steps };
}

Deno.test("SBX-20 a run that is saved anywhere and goes on in a fresh one ends the same", () => {
  let fills = 0;
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 31 - 1 }), fc.nat(), (seed, at) => {
      const whole = runOf(seed);
      const cut = runOf(seed, { step: at % whole.steps, way: "tapes" });
      assertEquals(sha256Ledger(cut.engine), sha256Ledger(whole.engine));
      assertEquals(cut.engine.bookHash(), whole.engine.bookHash());
      fills += whole.engine.fills.length;
    }),
    runsOf(150),
  );
  assert(fills > 500, `only ${fills} fills`);
});

Deno.test("SBX-34 a run that starts in the midst with a copy of the host's book agrees with it to the end", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 31 - 1 }), fc.nat(), (seed, at) => {
      const { steps } = runOf(seed);
      const { engine } = runOf(seed, { step: at % steps, way: "copy" });
      assertEquals(engine.step, steps - 1);
    }),
    runsOf(150),
  );
});
