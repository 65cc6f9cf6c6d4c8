/**
 * Where working orders wait: by price, by time and in order of priority, against a list that is searched whole.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  ORDER_TYPE,
  OrderTable,
  RowScratch,
  SIZING,
  TIME_IN_FORCE,
  WorkingOrders,
} from "../../lib/trading/mod.ts";

const order = fc.record({
  series: fc.nat({ max: 1 }),
  type: fc.constantFrom(...Object.values(ORDER_TYPE)),
  timeInForce: fc.constantFrom(...Object.values(TIME_IN_FORCE)),
  quantity: fc.constantFrom(-5, 5),
  price: fc.integer({ min: 1, max: 6 }),
  expiresUs: fc.constantFrom(10, 20, Infinity),
});
const act = fc.record({
  kind: fc.constantFrom("remove", "move", "reprice", "lift"),
  pick: fc.nat({ max: 40 }),
  price: fc.integer({ min: 1, max: 6 }),
});

/** Price ticks at which an order waits, for a falling or a rising price; undefined when it is looked at on every bar. */
function waits(table: OrderTable, row: number): { price: number; falls: boolean } | undefined {
  const type = table.type[row]!, buys = table.quantity[row]! > 0;
  if (table.timeInForce[row]! >= TIME_IN_FORCE.ioc) return undefined;
  switch (type) {
    case ORDER_TYPE.limit:
      return { price: table.limit[row]!, falls: buys };
    case ORDER_TYPE.if_touched:
      return { price: table.stop[row]!, falls: buys };
    case ORDER_TYPE.stop:
    case ORDER_TYPE.stop_limit:
      return { price: table.stop[row]!, falls: !buys };
    default:
      return undefined;
  }
}

Deno.test("working orders: the first to be reached, the count and the lists are those of a search through all rows", () => {
  fc.assert(
    fc.property(
      fc.array(order, { maxLength: 40 }),
      fc.array(act, { maxLength: 60 }),
      (orders, acts) => {
        const table = new OrderTable(), working = new WorkingOrders(2, table);
        const alive = new Set<number>(), rows = new RowScratch();
        const check = (): void => {
          assertEquals(working.count, alive.size);
          for (let s = 0; s < 2; s++) {
            const own = [...alive].filter((row) => table.series[row] === s).sort((a, b) => a - b);
            working.list(s, rows);
            assertEquals(Array.from({ length: rows.length }, (_, k) => rows.at(k)), own);
            const places = own.map((row) => waits(table, row)).filter((place) =>
              place !== undefined
            );
            const falling = places.filter((place) => place.falls).map((place) => place.price);
            const rising = places.filter((place) => !place.falls).map((place) => place.price);
            assertEquals(working.touchedBelow(s), Math.max(-Infinity, ...falling));
            assertEquals(working.touchedAbove(s), Math.min(Infinity, ...rising));
            assertEquals(working.watched[s], own.length - places.length);
          }
          const dying = [...alive].filter((row) => waits(table, row) !== undefined)
            .map((row) => table.expiresUs[row]!).filter((timeUs) => timeUs < Infinity);
          assertEquals(working.expiry.firstKey(), Math.min(Infinity, ...dying));
        };
        for (const it of orders) {
          const isLimit = it.type === ORDER_TYPE.limit;
          const row = table.add(
            it.series,
            SIZING.quantity,
            it.type,
            it.timeInForce,
            0,
            it.quantity,
            isLimit ? it.price : 0,
            isLimit ? 0 : it.price,
            0,
            0,
            it.expiresUs,
          );
          working.add(row);
          alive.add(row);
          check();
        }
        for (const { kind, pick, price } of acts) {
          const row = [...alive][pick % Math.max(1, alive.size)];
          if (row === undefined) continue;
          if (kind === "remove") {
            working.remove(row);
            alive.delete(row);
          } else if (kind === "lift") {
            working.lift(row);
            assert(!working.has(row));
            assertEquals(working.count, alive.size, "a lifted order still works");
            working.rest(row);
          } else {
            const priority = working.priorityOf(row);
            if (kind === "reprice") {
              // Out of its place first: the heap finds it by what it was put in with.
              working.lift(row);
              if (table.limit[row] !== 0) table.limit[row] = price;
              else table.stop[row] = price;
              working.rest(row);
            } else {
              working.move(row, price > 3);
              assertEquals(working.priorityOf(row) === priority, price > 3);
            }
          }
          check();
        }
      },
    ),
    { numRuns: 100 },
  );
});

Deno.test("working orders: at one price what was first goes first, a moved one last, limits after stops", () => {
  const table = new OrderTable(), working = new WorkingOrders(1, table);
  const add = (type: number, quantity: number, price: number): number => {
    const isLimit = type === ORDER_TYPE.limit;
    const row = table.add(
      0,
      SIZING.quantity,
      type,
      TIME_IN_FORCE.gtc,
      0,
      quantity,
      isLimit ? price : 0,
      isLimit ? 0 : price,
      0,
      0,
      Infinity,
    );
    working.add(row);
    return row;
  };
  const limitA = add(ORDER_TYPE.limit, 1, 50), limitB = add(ORDER_TYPE.limit, 1, 50);
  const stop = add(ORDER_TYPE.stop, -1, 50);
  const order: number[] = [];
  working.move(limitA, false);
  for (let row = working.below[0]!.first(); row !== -1; row = working.below[0]!.first()) {
    order.push(row);
    working.remove(row);
  }
  assertEquals(order, [stop, limitB, limitA]);
});
