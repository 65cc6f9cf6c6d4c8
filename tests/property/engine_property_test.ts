/**
 * Laws that every run keeps, whatever is asked for on whatever market (ORD-15, ORD-21, RSK-24, NUM, BT-09, BT-12, invariants 2 and 5).
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Engine } from "../../lib/engine/mod.ts";
import {
  afterCommand,
  afterReport,
  isWorking,
  ORDER_COMMAND_NAMES,
  ORDER_FLAG,
  ORDER_REPORT_NAMES,
  ORDER_STATE_NAMES,
  SIZING,
} from "../../lib/trading/mod.ts";
import { type RunInput, runStrategy } from "../engine/support.ts";
import { anyRun } from "./random_run.ts";
import { runsOf } from "./runs.ts";

const seed = fc.integer({ min: 0, max: 2 ** 31 - 2 });

/** a / b, half to even. */
function rounded(a: bigint, b: bigint): bigint {
  const size = a < 0n ? -a : a, quotient = size / b, twice = size % b * 2n;
  const nearest = quotient + (twice > b || (twice === b && quotient % 2n === 1n) ? 1n : 0n);
  return a < 0n ? -nearest : nearest;
}

Deno.test("property: money and shares are conserved to the micro-unit", () => {
  let fills = 0;
  fc.assert(
    fc.property(seed, (seed) => {
      const { engine } = runStrategy(anyRun(seed)), { ledger, orders, actionLog: log } = engine;
      const held = new Array<number>(ledger.seriesCount).fill(0);
      let cash = BigInt(ledger.initialCash), commission = 0, fees = 0;
      for (let row = 0; row < engine.fills.length; row++) {
        const s = orders.series[engine.fills.order[row]!]!, quantity = engine.fills.quantity[row]!;
        const units = BigInt(ledger.unitsPerShare[s]!);
        cash -= rounded(BigInt(quantity) * BigInt(engine.fills.price[row]!), units) +
          BigInt(engine.fills.commission[row]!) + BigInt(engine.fills.fee[row]!);
        held[s]! += quantity;
        commission += engine.fills.commission[row]!;
        fees += engine.fills.fee[row]!;
        fills++;
      }
      for (let row = 0; row < log.length; row++) {
        cash += BigInt(log.cash[row]!);
        if (log.series[row]! >= 0) held[log.series[row]!]! += log.quantity[row]!;
      }
      assertEquals(BigInt(ledger.cash), cash);
      assertEquals([...ledger.position], held);
      assertEquals([ledger.commission, ledger.fees], [commission, fees]);
    }),
    runsOf(200),
  );
  assert(fills > 1000, `only ${fills} fills`);
});

Deno.test("property: realised and unrealised profit are the change of equity less its flows", () => {
  fc.assert(
    fc.property(seed, (seed) => {
      const { engine, equity } = runStrategy(anyRun(seed)), { ledger } = engine;
      let unrealised = 0;
      for (let s = 0; s < ledger.seriesCount; s++) unrealised += ledger.value[s]! - ledger.cost[s]!;
      const flows = ledger.dividends + ledger.financing - ledger.commission - ledger.fees;
      assertEquals(ledger.realised + unrealised, ledger.equity() - ledger.initialCash - flows);
      assertEquals(equity.at(-1), ledger.equity(), "the last step is the end");
      ledger.checkBalance();
    }),
    runsOf(200),
  );
});

/** From each state, the states that some events lead to. */
const REACHABLE: readonly ReadonlySet<number>[] = (() => {
  const count = ORDER_STATE_NAMES.length;
  const sets = Array.from({ length: count }, (_, state) => new Set([state]));
  for (let changed = true; changed;) {
    changed = false;
    for (const set of sets) {
      for (const state of [...set]) {
        const next = [
          ...ORDER_COMMAND_NAMES.map((_, k) => afterCommand(state, k)),
          ...ORDER_REPORT_NAMES.map((_, k) => afterReport(state, k)),
        ].filter((cell) => cell >= 0 && !set.has(cell));
        for (const cell of next) set.add(cell);
        changed ||= next.length > 0;
      }
    }
  }
  return sets;
})();

/** Checks the orders after a step; `before` are the states after the one before. */
function checkOrders(engine: Engine, before: number[]): void {
  const { orders, book, ledger } = engine, counts = new Array(ORDER_STATE_NAMES.length).fill(0);
  let working = 0;
  for (let row = 0; row < orders.length; row++) {
    const state = orders.state[row]!, filled = orders.filled[row]!, asked = orders.quantity[row]!;
    counts[state]++;
    assert(REACHABLE[before[row] ?? 0]!.has(state), `order ${row} left the lifecycle`);
    before[row] = state;
    const held = (orders.flags[row]! & ORDER_FLAG.held) !== 0;
    if (isWorking(state) && !held) working++;
    if (held) assertEquals(filled, 0, "a waiting order does not fill");
    if (orders.sizing[row] === SIZING.quantity) {
      assert(Math.abs(filled) <= Math.abs(asked), `order ${row}: ${filled} of ${asked}`);
      assert(filled * asked >= 0, "a fill is on the side of its order");
    }
  }
  assertEquals([...book.counts], counts);
  assertEquals(book.working.count, working);
  assertEquals([book.unexpected, book.repeats], [0, 0], "the venue tells nothing twice or astray");
  ledger.checkBalance();
}

Deno.test("property: filled never exceeds ordered, and no order leaves the lifecycle", () => {
  fc.assert(
    fc.property(seed, (seed) => {
      const before: number[] = [];
      const { engine } = runStrategy({
        ...anyRun(seed),
        slice: 1,
        onSlice: (engine) => checkOrders(engine, before),
      });
      checkOrders(engine, before);
      assertEquals(engine.book.working.count, 0, "nothing works after the end");
      const sums = new Map<number, number>();
      for (let row = 0; row < engine.fills.length; row++) {
        const order = engine.fills.order[row]!;
        assert(engine.fills.quantity[row] !== 0);
        sums.set(order, (sums.get(order) ?? 0) + engine.fills.quantity[row]!);
      }
      // A split restates what an order has filled.
      if (engine.actionLog.length > 0) return;
      for (let row = 0; row < engine.orders.length; row++) {
        assertEquals(engine.orders.filled[row], sums.get(row) ?? 0, "the sum of its fills");
      }
    }),
    runsOf(150),
  );
});

Deno.test("property: host and child agree after every slice, and slices of any size give one result (BT-12)", () => {
  fc.assert(
    fc.property(seed, fc.integer({ min: 1, max: 9 }), (seed, slice) => {
      const input: RunInput = anyRun(seed), whole = runStrategy(input);
      const sliced = runStrategy({ ...input, slice });
      assertEquals(sliced.hash, whole.hash);
      assertEquals(sliced.intents, whole.intents);
      assertEquals(sliced.equity, whole.equity);
    }),
    runsOf(100),
  );
});
