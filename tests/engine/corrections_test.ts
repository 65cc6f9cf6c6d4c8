import { assert, assertEquals } from "@std/assert";
import { correct } from "../../lib/engine/mod.ts";
import {
  dailyBars,
  type PriceRow,
  type RunOutput,
  runStrategy,
  script,
  specOf,
} from "./support.ts";

const rows: readonly PriceRow[] = [
  [100, 101, 99, 100],
  [100, 101, 99, 100],
  [50, 51, 49, 50],
  [52, 53, 51, 52],
  [52, 53, 51, 52],
];
const bars = [dailyBars("A", rows)];
const actions = [{
  kind: "split",
  series: 0,
  row: 2,
  timeUs: bars[0]!.closeTime[2]!,
  numerator: 2,
  denominator: 1,
}] as const;

function run(quantity: number): RunOutput {
  return runStrategy({
    bars,
    actions,
    strategy: script({
      0: (t) => t.buy("A", quantity),
      2: (t) => t.sell("A", 60),
    }),
  });
}

Deno.test("correction: a fill before a split, corrected in the engine, gives the run in which it had been right (ORD-10)", () => {
  const { engine } = run(100), right = run(90).engine, spec = specOf({ bars, actions });
  assertEquals(engine.ledger.position[0], 140);
  assert(correct(engine, spec.instruments, 0, 90, 100e6));
  for (const name of ["cash", "realised", "commission", "holdings"] as const) {
    assertEquals(engine.ledger[name], right.ledger[name], name);
  }
  assertEquals([engine.ledger.position[0], engine.ledger.cost[0]], [120, right.ledger.cost[0]]);
  assertEquals(engine.equity(), right.equity());
  engine.ledger.checkBalance();
});

Deno.test("correction: a busted sale is held again at its cost", () => {
  const { engine } = run(100), spec = specOf({ bars, actions });
  assert(correct(engine, spec.instruments, 1, 0, 0));
  assertEquals([engine.ledger.position[0], engine.ledger.cost[0], engine.ledger.realised], [
    200,
    10_000e6,
    0,
  ]);
  assertEquals(engine.equity(), 100_000e6 - 10_000e6 + 200 * 52e6);
});
