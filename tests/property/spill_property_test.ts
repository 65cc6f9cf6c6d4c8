/**
 * Old orders leave a strategy's book, and nothing that anybody sees becomes another (ORD, history bounded).
 *
 * A slice of all instants lets nothing leave before the end, because these runs are short: it gives the run to compare with.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Engine } from "../../lib/engine/mod.ts";
import { mergePlan } from "../../lib/market/mod.ts";
import { isWorking } from "../../lib/trading/mod.ts";
import type { Handlers, OrderId, SetupContext, Trade } from "../../lib/strategy/mod.ts";
import { type RunInput, type RunOutput, runStrategy, specOf } from "../engine/support.ts";
import { anyRun } from "./random_run.ts";
import { runsOf } from "./runs.ts";

const seed = fc.integer({ min: 0, max: 2 ** 31 - 2 });

/** The run of an input, with all that its strategy could see of its orders at every call. */
function watched(input: RunInput): RunOutput & { readonly seen: readonly unknown[] } {
  const seen: unknown[] = [], inner = input.strategy as (context: unknown) => Handlers;
  const look = (trade: Trade): void => {
    const last = trade.orders.reduce((most, { id }) => Math.max(most, id), 0) + 40;
    for (let id = 0; id < last; id++) {
      const order = trade.order(id as OrderId);
      if (order !== undefined) seen.push(order);
    }
    seen.push(trade.orders, trade.cash, trade.equity);
  };
  const strategy = (context: SetupContext<Record<never, never>>): Handlers => {
    const { onBars, onFill, onOrder, ...others } = inner(context);
    return {
      ...others,
      onBars: (slice, trade): void => {
        onBars!(slice, trade);
        look(trade);
      },
      onFill: (fill, trade): void => {
        seen.push(fill);
        onFill!(fill, trade);
      },
      onOrder: (order, trade): void => {
        seen.push(order);
        onOrder!(order, trade);
        look(trade);
      },
    };
  };
  return { ...runStrategy({ ...input, strategy }), seen };
}

function planOf({ bars }: RunInput): Uint16Array | null {
  return bars.length === 1 ? null : mergePlan(bars, bars.map((each) => each.length)).entries;
}

/** A row of the order table by its names, links by ids. */
function orderRow({ orders, fills }: Engine, row: number): unknown {
  const link = (value: number): number => value === 0 ? -1 : orders.idOf(value - 1);
  const fill = orders.fill[row]!;
  return [
    [orders.series, orders.sizing, orders.type, orders.timeInForce, orders.flags, orders.state]
      .map((column) => column[row]),
    [orders.reason, orders.quantity, orders.filled, orders.limit, orders.stop, orders.createdUs]
      .map((column) => column[row]),
    [orders.endedUs[row], orders.expiresUs[row], orders.trail.get(row)],
    link(orders.parent.get(row)),
    fill < 0 ? null : [fills.timeUs[fill], fills.quantity[fill], fills.price[fill]],
  ];
}

Deno.test("property: orders that leave the book change nothing for strategy and result (ORD)", () => {
  let spilled = 0, kept = 0;
  fc.assert(
    fc.property(
      seed,
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 5 }),
      (seed, history, slice) => {
        const base = anyRun(seed), latencyJitterUs = seed % 3 === 0 ? 50_000_000_000 : 0;
        const input = { ...base, matching: { ...base.matching, latencyJitterUs }, history };
        const whole = watched(input), run = watched({ ...input, slice });
        assertEquals(run.hash, whole.hash);
        assertEquals(run.intents, whole.intents);
        assertEquals(run.equity, whole.equity);
        assertEquals(run.seen, whole.seen);
        const own = run.child.engine, host = run.engine, { orders } = own;
        spilled += orders.spilled;
        kept += orders.length;
        assertEquals(orders.made, host.orders.length);
        assertEquals(own.fills.made, host.fills.length);
        for (let row = 0; row < orders.length; row++) {
          assertEquals(orders.rowOf(orders.idOf(row)), row);
          assertEquals(orderRow(own, row), orderRow(host, orders.idOf(row)));
        }
        const copy = new Engine(specOf(input), own.series, planOf(input), null);
        const saved = own.snapshot();
        copy.restore(saved);
        assertEquals(copy.snapshot(), saved);
        for (let id = 0; id < host.orders.length; id++) {
          const isThere = orders.rowOf(id) !== -1;
          assert(isThere || !isWorking(host.orders.state[id]!), `order ${id} left while it worked`);
        }
      },
    ),
    runsOf(200),
  );
  assert(spilled > 1000 && kept > 1000, `only ${spilled} left, ${kept} stayed`);
});
