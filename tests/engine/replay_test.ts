/**
 * What the host's replay lets through of a hostile child: nothing that a strategy could not have asked for at that moment (SBX-27).
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Engine, Replay } from "../../lib/engine/mod.ts";
import { ReplayError } from "../../lib/engine/replay.ts";
import { intentCode, VERB } from "../../lib/protocols/mod.ts";
import { dailyBars, fillsOf, type PriceRow, specOf } from "./support.ts";

const flat: PriceRow = [100, 101, 99, 100];
const bars = dailyBars("A", [flat, flat, flat, flat]);
const BUY = intentCode(VERB.order, 0, 0, 0, 0), LIMIT = intentCode(VERB.order, 1, 1, 0, 0);
const CANCEL = intentCode(VERB.cancel, 0, 0, 0, 0),
  WEIGHT = intentCode(VERB.targetWeight, 0, 0, 0, 0);

function replayed(steps: number, rows: readonly (readonly number[])[]): Engine {
  const engine = new Engine(specOf({ bars: [bars] }), [bars], null, null);
  const replay = new Replay(engine, bars.time[0]! - 1);
  replay.run(steps, Float64Array.from(rows.flat()), rows.length);
  return engine;
}

const close = (step: number): number => bars.closeTime[step]!;

Deno.test("replay: good rows are applied at their moment", () => {
  const engine = replayed(3, [
    [0, bars.time[0]! - 1, BUY, 1, 0, 0],
    [1, close(0), BUY, 2, 0, 0],
    [4, close(1) + 5, LIMIT, 3, 101e6, 0],
    [5, close(2), WEIGHT, 0.5, 0, 0],
  ]);
  assertEquals(fillsOf(engine), ["0 1 @ 100", "1 2 @ 100", "2 3 @ 100"]);
});

const BAD: readonly (readonly [name: string, rows: readonly (readonly number[])[]])[] = [
  ["a step that is past", [[1, close(1), BUY, 1, 0, 0], [1, close(0), BUY, 1, 0, 0]]],
  ["a step to come", [[9, close(0), BUY, 1, 0, 0]]],
  ["steps out of order", [[3, close(1), BUY, 1, 0, 0], [1, close(0), BUY, 1, 0, 0]]],
  ["half a step", [[1.5, close(0), BUY, 1, 0, 0]]],
  ["a step that is no number", [[NaN, close(0), BUY, 1, 0, 0]]],
  ["the time of another bar", [[1, close(1), BUY, 1, 0, 0]]],
  ["an earlier time", [[1, close(0) - 1, BUY, 1, 0, 0]]],
  ["between bars, but at the close of the next", [[2, close(1), BUY, 1, 0, 0]]],
  ["between bars, before the last close", [[2, close(0) - 1, BUY, 1, 0, 0]]],
  ["between bars, backwards", [[2, close(0) + 9, BUY, 1, 0, 0], [2, close(0) + 8, BUY, 1, 0, 0]]],
  ["half a microsecond", [[2, close(0) + 0.5, BUY, 1, 0, 0]]],
  ["a time that is no number", [[2, NaN, BUY, 1, 0, 0]]],
  ["an unknown verb", [[1, close(0), 7, 1, 0, 0]]],
  ["no verb", [[1, close(0), 0, 1, 0, 0]]],
  ["a negative code", [[1, close(0), -BUY, 1, 0, 0]]],
  ["a code of parts", [[1, close(0), BUY + 0.5, 1, 0, 0]]],
  ["an unknown series", [[1, close(0), BUY + 1048576, 1, 0, 0]]],
  ["an unknown order type", [[1, close(0), intentCode(VERB.order, 6, 0, 0, 0), 1, 0, 0]]],
  ["an unknown time in force", [[1, close(0), intentCode(VERB.order, 0, 7, 0, 0), 1, 0, 0]]],
  ["a target with a limit", [[
    1,
    close(0),
    intentCode(VERB.targetQuantity, 1, 0, 0, 0),
    1,
    1e6,
    0,
  ]]],
  ["nothing to buy", [[1, close(0), BUY, 0, 0, 0]]],
  ["half a share", [[1, close(0), BUY, 0.5, 0, 0]]],
  ["a quantity that is no number", [[1, close(0), BUY, NaN, 0, 0]]],
  ["too large a quantity", [[1, close(0), BUY, 2e12, 0, 0]]],
  ["a market order with a price", [[1, close(0), BUY, 1, 1e6, 0]]],
  ["a limit order without one", [[1, close(0), LIMIT, 1, 0, 0]]],
  ["a negative limit", [[1, close(0), LIMIT, 1, -1e6, 0]]],
  ["a limit of parts", [[1, close(0), LIMIT, 1, 1.5, 0]]],
  ["a weight past its bound", [[1, close(0), WEIGHT, 101, 0, 0]]],
  ["a weight that is no number", [[1, close(0), WEIGHT, NaN, 0, 0]]],
  ["a cancel of an order that was never made", [[1, close(0), CANCEL, 0, 0, 0]]],
  ["a cancel of no order", [[1, close(0), CANCEL, -1, 0, 0]]],
  ["a cancel of an ended order", [
    [1, close(0), BUY, 1, 0, 0],
    [3, close(1), CANCEL, 0, 0, 0],
  ]],
];

for (const [name, rows] of BAD) {
  Deno.test(`replay: refuses ${name}`, () => {
    assertThrows(() => replayed(2, rows), ReplayError, "cannot be replayed");
  });
}

Deno.test("replay: after the last bar only that moment is left", () => {
  const engineOf = (row: readonly number[]): Engine => {
    const engine = new Engine(specOf({ bars: [bars] }), [bars], null, null);
    const replay = new Replay(engine, bars.time[0]! - 1);
    replay.run(4, new Float64Array(0), 0);
    replay.finish(Float64Array.from(row), 1);
    return engine;
  };
  assertEquals(engineOf([7, close(3), BUY, 1, 0, 0]).orders.length, 1);
  assertEquals(engineOf([8, close(3), BUY, 1, 0, 0]).orders.length, 1);
  for (
    const bad of [[6, close(3), BUY, 1, 0, 0], [7, close(2), BUY, 1, 0, 0], [
      9,
      close(3),
      BUY,
      1,
      0,
      0,
    ]]
  ) {
    assertThrows(() => engineOf(bad), ReplayError);
  }
});

Deno.test("replay: any numbers at all are applied or refused, and the books still balance", () => {
  const number = fc.oneof(
    fc.constantFrom(
      0,
      1,
      2,
      3,
      4,
      BUY,
      LIMIT,
      WEIGHT,
      CANCEL,
      close(0),
      close(1),
      close(0) + 1,
      1e6,
    ),
    fc.double(),
    fc.integer({ min: -5, max: 1000 }),
  );
  const row = fc.tuple(number, number, number, number, number, number);
  fc.assert(
    fc.property(fc.array(row, { maxLength: 6 }), (rows) => {
      try {
        const engine = replayed(3, rows);
        engine.finish();
      } catch (error) {
        if (!(error instanceof ReplayError)) throw error;
      }
    }),
    { numRuns: 2000 },
  );
});
