/**
 * Handles of orders that the venue has replaced: a request that names one means the order that goes on for it.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { Engine } from "../../lib/engine/mod.ts";
import { TERM, VERB } from "../../lib/protocols/mod.ts";
import { ORDER_TYPE, TIME_IN_FORCE } from "../../lib/trading/mod.ts";
import { dailyBars, endsOf, fillsOf, type PriceRow, specOf } from "./support.ts";

const flat: PriceRow = [100, 101, 99, 100];
const bars = dailyBars("A", [flat, flat, [95, 101, 94, 100], flat]);

/** An engine with a buy limit order at 97 that the venue has replaced, after two bars; its row and that of its successor. */
function withReplaced(): { engine: Engine; row: number; successor: number } {
  const engine = new Engine(specOf({ bars: [bars] }), [bars], null, null);
  engine.moveTo(bars.time[0]! - 1);
  const row = limit(engine, 10, 97e6);
  engine.advance();
  const successor = engine.book.replaced(row, 10, 96e6, 0, engine.nowUs);
  engine.linked.afterReplace(row, successor, 0, engine.nowUs);
  return { engine, row, successor };
}

function limit(engine: Engine, quantity: number, price: number): number {
  const { order } = VERB;
  return engine.request(order, 0, ORDER_TYPE.limit, TIME_IN_FORCE.gtc, 0, quantity, price, 0);
}

Deno.test("replaced handle: an order that waits for it is set free by the fill of its successor", () => {
  const { engine, row, successor } = withReplaced();
  engine.term(TERM.after_fill, row);
  const child = limit(engine, -10, 100.5e6);
  assertEquals(engine.orders.parent.get(child), successor + 1);
  for (let k = 0; k < 3; k++) engine.advance();
  assertEquals(fillsOf(engine), ["2 10 @ 95", "2 -10 @ 100.5"]);
  assertEquals(endsOf(engine), ["replaced", "filled", "filled"]);
});

Deno.test("replaced handle: one that goes against it is cancelled by the fill of its successor", () => {
  const { engine, row } = withReplaced();
  engine.term(TERM.oco_with, row);
  limit(engine, 10, 90e6);
  for (let k = 0; k < 3; k++) engine.advance();
  assertEquals(fillsOf(engine), ["2 10 @ 95"]);
  assertEquals(endsOf(engine), ["replaced", "filled", "cancelled sibling_filled"]);
});
