/**
 * The gate that only counts: what the live defaults would have refused of a run (RSK-25).
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import { Engine, Replay, ReplayError, ShadowGate } from "../../lib/engine/mod.ts";
import { intentCode, VERB } from "../../lib/protocols/mod.ts";
import { ORDER_FLAG, RISK_RULE, RISK_RULE_NAMES } from "../../lib/trading/mod.ts";
import { dailyBars, fillsOf, type PriceRow, specOf } from "../engine/support.ts";

/** An order by quantity after a step, of a series. */
type Ask = readonly [step: number, quantity: number, flags?: number, series?: number];

function replayed(rows: readonly PriceRow[], asks: readonly Ask[]): {
  engine: Engine;
  shadow: ShadowGate;
} {
  const bars = [dailyBars("A", rows)], spec = specOf({ bars });
  const engine = new Engine(spec, bars, null, new Float64Array(rows.length));
  const shadow = new ShadowGate(engine, spec.instruments, spec.sessions[0]!);
  const intents = new Float64Array(asks.flatMap(([step, quantity, flags = 0, series = 0]) => [
    step * 2 + 1,
    bars[0]!.closeTime[step]!,
    intentCode(VERB.order, 0, 0, flags, series),
    quantity,
    0,
    0,
  ]));
  const replay = new Replay(engine, bars[0]!.time[0]! - 1, shadow);
  replay.run(rows.length, intents, asks.length);
  replay.finish(new Float64Array(0), 0);
  return { engine, shadow };
}

function counted(shadow: ShadowGate): string[] {
  return RISK_RULE_NAMES.flatMap((name, rule) =>
    shadow.counts[rule] === 0 ? [] : [`${name} ${shadow.counts[rule]}`]
  );
}

Deno.test("shadow gate: counts by rule and changes nothing", () => {
  const rows: PriceRow[] = Array.from({ length: 7 }, () => [100, 100, 100, 100]);
  const { engine, shadow } = replayed(rows, [
    [0, 150], // 15 % of equity: passes
    [0, 150], // its twin
    [1, -400], // 100 more than is held: short
    [2, 100], // brings the position to zero: passes
    [3, 201], // above 20 %
    [4, -201], // closes it: passes
    [4, -201, ORDER_FLAG.reduce_only], // passes whatever is held
  ]);
  assertEquals([shadow.refused, ...counted(shadow)], [
    3,
    "allow_short 1",
    "duplicate 1",
    "max_position_pct 1",
  ]);
  assertEquals(fillsOf(engine), [
    "1 150 @ 100",
    "1 150 @ 100",
    "2 -400 @ 100",
    "3 100 @ 100",
    "4 201 @ 100",
    "5 -201 @ 100",
  ]);
  assertEquals([engine.risk.isOn, engine.risk.refusals.total, shadow.firstKill], [false, 0, null]);
});

Deno.test("shadow gate: a kill for drawdown stays, one for a day's loss does not", () => {
  const closes = [100, 100, 89, 89, 89, 40, 40, 40];
  const rows = closes.map((price): PriceRow => [price, price, price, price]);
  const { shadow } = replayed(rows, [
    [0, 190],
    [2, 1], // 2.09 % lost today
    [3, 1], // the next day
    [5, 1], // 11.4 % below the peak
    [6, 1],
    [7, -10], // reduces
  ]);
  assertEquals(counted(shadow), ["daily_loss 2", "drawdown 1"]);
  assertEquals(shadow.firstKill?.rule, RISK_RULE.daily_loss);
});

Deno.test("shadow gate: a hostile row is the engine's to refuse", () => {
  const rows: PriceRow[] = [[100, 100, 100, 100], [100, 100, 100, 100]];
  for (const ask of [[0, 1, 0, 7], [0, NaN], [0, 0.5], [0, Infinity]] as readonly Ask[]) {
    assertThrows(() => replayed(rows, [ask]), ReplayError);
  }
});
