/**
 * Buy-and-hold: what the same cash would have become without a strategy. Bought in equal parts at the first bars that can be bought,
 * with the run's own costs, by the run's own engine.
 *
 * @module
 */

import { Engine, type EngineSpec } from "../engine/mod.ts";
import { VERB } from "../protocols/mod.ts";
import type { PreparedMarket } from "../run/mod.ts";

/** Equity of the benchmark in currency and the times at which it stands, one value a step of its own market. */
export interface BenchmarkEquity {
  readonly timesUs: Float64Array;
  readonly equity: Float64Array;
}

/** Runs buy-and-hold over a market: each series gets an equal weight at its first bar, filled at its next open. */
export function buyAndHold(spec: EngineSpec, market: PreparedMarket): BenchmarkEquity {
  const micros = new Float64Array(market.steps),
    timesUs = new Float64Array(market.steps),
    count = market.bars.length;
  // Limits are the strategy's: what it is compared with is held, whatever happens.
  const { risk: _risk, ...unlimited } = spec;
  const engine = new Engine(unlimited, market.bars, market.plan, micros);
  let waiting = count;
  for (let step = 0; step < market.steps; step++) {
    engine.advance();
    timesUs[step] = engine.nowUs;
    for (let k = 0; waiting > 0 && k < engine.touchedCount; k++) {
      const s = engine.touched[k]!;
      if (engine.rows[s] !== 0) continue;
      engine.request(VERB.targetWeight, s, 0, 1, 0, 1 / count, 0, 0);
      waiting--;
    }
  }
  engine.finish();
  return { timesUs, equity: micros.map((value) => value / 1e6) };
}

/** Returns a benchmark at other times: at each, its last value before or at it; the initial cash before its first. */
export function alignBenchmark(
  benchmark: BenchmarkEquity,
  timesUs: Float64Array,
  initialCash: number,
): Float64Array {
  const aligned = new Float64Array(timesUs.length);
  let at = -1;
  for (let i = 0; i < timesUs.length; i++) {
    while (at + 1 < benchmark.timesUs.length && benchmark.timesUs[at + 1]! <= timesUs[i]!) at++;
    aligned[i] = at === -1 ? initialCash : benchmark.equity[at]!;
  }
  return aligned;
}
