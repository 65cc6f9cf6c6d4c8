/**
 * The lists of working orders and their touch prices against a plain list.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { ORDER_STATE, OrderTable, WorkingOrders } from "../../lib/trading/mod.ts";

interface Listed {
  readonly row: number;
  readonly s: number;
  readonly type: number;
  readonly buys: boolean;
  readonly price: number;
}

Deno.test("working orders: order of creation, counts and touch prices, whatever is added and taken out", () => {
  const doing = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        s: fc.nat(2),
        type: fc.nat(2),
        buys: fc.boolean(),
        price: fc.integer({ min: 1, max: 9 }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ take: fc.nat(30) }) },
  );
  fc.assert(
    fc.property(fc.array(doing, { maxLength: 60 }), (doings) => {
      const orders = new OrderTable(), working = new WorkingOrders(3, orders);
      const model: Listed[] = [];
      for (const each of doings) {
        if ("take" in each) {
          if (model.length === 0) continue;
          const [gone] = model.splice(each.take % model.length, 1);
          working.remove(gone!.row);
          orders.end(gone!.row, ORDER_STATE.cancelled, 0, 0);
        } else {
          const { s, type, buys, price } = each;
          const row = orders.add(
            s,
            0,
            type,
            0,
            buys ? 1 : -1,
            type === 1 ? price : 0,
            type === 2 ? price : 0,
            0,
            Infinity,
          );
          working.add(row);
          model.push({ row, s, type, buys, price });
        }
        assertEquals(working.count, model.length);
        for (let s = 0; s < 3; s++) {
          const own = model.filter((it) => it.s === s), rows: number[] = [];
          for (let row = working.head[s]!; row !== -1; row = working.next[row]!) rows.push(row);
          assertEquals(rows, own.map((it) => it.row));
          assertEquals(working.tail[s], rows.at(-1) ?? -1);
          assertEquals(working.markets[s], own.filter((it) => it.type === 0).length);
          const falling = own.filter((it) => it.type !== 0 && it.buys === (it.type === 1));
          const rising = own.filter((it) => it.type !== 0 && it.buys !== (it.type === 1));
          assertEquals(working.touchedBelow[s], Math.max(...falling.map((it) => it.price)));
          assertEquals(working.touchedAbove[s], Math.min(...rising.map((it) => it.price)));
        }
      }
    }),
    { numRuns: 500 },
  );
});

Deno.test("orders and working orders: thousands of rows keep their figures as the tables grow", () => {
  const orders = new OrderTable(), working = new WorkingOrders(1, orders), count = 9000;
  for (let i = 0; i < count; i++) {
    working.add(orders.add(0, 0, 1, 1, i + 1, i + 7, 0, i * 3, i % 2 === 0 ? Infinity : i));
  }
  for (let i = 0; i < count; i += 2) {
    working.remove(i);
    orders.end(i, ORDER_STATE.cancelled, 5, i);
  }
  assertEquals([orders.length, working.count, orders.ended.length], [count, count / 2, count / 2]);
  for (let i = 0; i < count; i++) {
    const figures = [orders.quantity[i], orders.limit[i], orders.stop[i], orders.createdUs[i]];
    assertEquals(figures, [i + 1, i + 7, 0, i * 3]);
    assertEquals(orders.expiresUs[i], i % 2 === 0 ? Infinity : i);
    assertEquals(orders.state[i], i % 2 === 0 ? ORDER_STATE.cancelled : ORDER_STATE.working);
    assertEquals(orders.fill[i], -1);
  }
  for (let row = working.head[0]!, wanted = 1; row !== -1; row = working.next[row]!, wanted += 2) {
    assertEquals(row, wanted);
  }
});
