/**
 * Orders that act on each other: brackets, one-triggers-other and one-cancels-other with partial fills, cancels, amendments and splits
 * (ORD-20). First on the book alone, then on bars.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Trade } from "../../lib/strategy/mod.ts";
import { ORDER_TYPE, RowScratch, TIME_IN_FORCE } from "../../lib/trading/mod.ts";
import {
  dailyBars,
  endsOf,
  fillsOf,
  type PriceRow,
  runStrategy,
  script,
} from "../engine/support.ts";
import { Links } from "./links.ts";

for (const sign of [1, -1]) {
  const side = sign > 0 ? "long" : "short";

  Deno.test(`bracket, ${side}: children cover what is filled, and grow with it`, () => {
    const links = new Links(), [entry, loss, profit] = links.bracket(100 * sign);
    assertEquals(links.told(entry, loss, profit), [`${100 * sign}`, "held", "held"]);
    links.fill(entry, 30 * sign);
    assertEquals(links.told(entry, loss, profit), [
      `${70 * sign}`,
      `${-30 * sign}`,
      `${-30 * sign}`,
    ]);
    links.fill(entry, 70 * sign);
    assertEquals(links.told(entry, loss, profit), ["filled", `${-100 * sign}`, `${-100 * sign}`]);
    links.fill(profit, -100 * sign);
    assertEquals(links.told(loss, profit), ["cancelled sibling_filled", "filled"]);
  });

  Deno.test(`bracket, ${side}: a partial exit shrinks the other, and both follow a later part of the entry`, () => {
    const links = new Links(), [entry, loss, profit] = links.bracket(100 * sign);
    links.fill(entry, 50 * sign);
    links.fill(profit, -20 * sign);
    assertEquals(links.told(loss, profit), [`${-30 * sign}`, `${-30 * sign}`]);
    links.fill(entry, 50 * sign);
    assertEquals(links.told(loss, profit), [`${-80 * sign}`, `${-80 * sign}`]);
    links.fill(loss, -80 * sign);
    assertEquals(links.told(entry, loss, profit), ["filled", "filled", "cancelled sibling_filled"]);
    assertEquals(links.position, 0);
  });
}

Deno.test("bracket: an entry that ends without a fill takes its children with it", () => {
  const links = new Links(), [entry, loss, profit] = links.bracket(100);
  links.cancel(entry);
  assertEquals(links.told(loss, profit), ["cancelled parent_ended", "cancelled parent_ended"]);
});

Deno.test("bracket: an entry that is cancelled after a part leaves what protects that part", () => {
  const links = new Links(), [entry, loss, profit] = links.bracket(100);
  links.fill(entry, 40);
  links.cancel(entry);
  assertEquals(links.told(entry, loss, profit), ["cancelled cancelled_by_strategy", "-40", "-40"]);
});

Deno.test("bracket: cancelling one child leaves the other; a cancelled one is not set free again", () => {
  const links = new Links(), [entry, loss, profit] = links.bracket(100);
  links.cancel(profit);
  links.fill(entry, 40);
  links.fill(entry, 60);
  assertEquals(links.told(loss, profit), ["-100", "cancelled cancelled_by_strategy"]);
});

Deno.test("bracket: an entry that only closes a position has nothing to protect", () => {
  const links = new Links();
  links.position = -150;
  const [entry, loss, profit] = links.bracket(100);
  links.fill(entry, 60);
  assertEquals(links.told(loss, profit), ["held", "held"]);
  links.fill(entry, 40);
  assertEquals(links.told(loss, profit), ["cancelled parent_ended", "cancelled parent_ended"]);
});

Deno.test("bracket: through zero it protects the new side only", () => {
  const links = new Links();
  links.position = -40;
  const [entry, loss, profit] = links.bracket(100);
  links.fill(entry, 100);
  assertEquals(links.told(loss, profit), ["-60", "-60"]);
});

Deno.test("bracket: beside another holding it covers its own part", () => {
  const links = new Links();
  links.position = 1000;
  const [entry, loss, profit] = links.bracket(100);
  links.fill(entry, 60);
  links.fill(profit, -20);
  links.fill(entry, 40);
  assertEquals(links.told(loss, profit), ["-80", "-80"]);
});

Deno.test("bracket: two entries of one symbol are protected apart", () => {
  const links = new Links(), [a, aLoss, aProfit] = links.bracket(100);
  const [b, bLoss, bProfit] = links.bracket(50);
  links.fill(a, 100);
  links.fill(b, 50);
  links.fill(bLoss, -50);
  assertEquals(links.told(aLoss, aProfit, bLoss, bProfit), [
    "-100",
    "-100",
    "filled",
    "cancelled sibling_filled",
  ]);
});

Deno.test("one triggers other: an exit covers at most its own quantity", () => {
  const links = new Links(), entry = links.add(100), exit = links.add(-60, true);
  links.linked.adopt(entry, exit, 1);
  links.fill(entry, 25);
  assertEquals(links.told(exit), ["-25"]);
  links.fill(entry, 75);
  assertEquals(links.told(exit), ["-60"]);
  links.fill(exit, -10);
  assertEquals(links.told(exit), ["-50"]);
});

Deno.test("one triggers other: an order of another kind waits for the whole fill and keeps its quantity", () => {
  for (const [quantity, series] of [[30, 0], [-30, 1], [30, 1]] as const) {
    const links = new Links(), entry = links.add(100), other = links.add(quantity, true, series);
    links.linked.adopt(entry, other, 1);
    links.fill(entry, 99);
    assertEquals(links.told(other), ["held"]);
    links.fill(entry, 1);
    assertEquals(links.told(other), [`${quantity}`]);
  }
});

Deno.test("one triggers other: a chain goes on link by link, and ends with the first that ends", () => {
  const links = new Links(), a = links.add(10), b = links.add(10, true), c = links.add(-20, true);
  links.linked.adopt(a, b, 1);
  links.linked.adopt(b, c, 1);
  links.fill(a, 10);
  assertEquals(links.told(b, c), ["10", "held"]);
  links.cancel(b);
  assertEquals(links.told(b, c), ["cancelled cancelled_by_strategy", "cancelled parent_ended"]);
});

Deno.test("one triggers other: an order that is adopted late covers what is filled already", () => {
  const links = new Links(), entry = links.add(100);
  links.fill(entry, 40);
  const exit = links.add(-100, true);
  links.linked.adopt(entry, exit, 2);
  assertEquals(links.told(exit), ["-40"]);
});

Deno.test("one cancels other: parts shrink the others to what is left, never raise them", () => {
  const links = new Links(), a = links.add(-100), b = links.add(-100), c = links.add(-20);
  links.linked.join(b, a);
  links.linked.join(c, a);
  links.fill(a, -10);
  assertEquals(links.told(a, b, c), ["-90", "-90", "-20"]);
  links.fill(b, -85);
  assertEquals(links.told(a, b, c), ["-5", "-5", "-5"]);
  links.fill(c, -5);
  assertEquals(links.told(a, b, c), [
    "cancelled sibling_filled",
    "cancelled sibling_filled",
    "filled",
  ]);
});

Deno.test("one cancels other: over two symbols only the whole fill counts", () => {
  const links = new Links(), a = links.add(100), b = links.add(10, false, 1);
  links.linked.join(b, a);
  links.fill(a, 99);
  assertEquals(links.told(b), ["10"]);
  links.fill(a, 1);
  assertEquals(links.told(b), ["cancelled sibling_filled"]);
});

Deno.test("one cancels other: a target that is filled in part shrinks nothing, whole it cancels", () => {
  for (
    const [participation, end] of [[0.01, "cancelled cancelled_by_strategy"], [
      1,
      "cancelled sibling_filled",
    ]] as const
  ) {
    const { fills, ends } = run([flat, flat, flat, flat], {
      0: (t) => {
        const target = t.targetWeight("A", 0.5);
        t.buy("A", 100, { limitPrice: 50, timeInForce: "gtc", ocoWith: target });
      },
      2: (t) => {
        const rest = t.orders.find((order) => order.type === "limit");
        if (rest !== undefined) assertEquals([rest.quantity, t.cancel(rest.id)], [100, true]);
      },
    }, { matching: { participation } });
    assertEquals(fills[0], participation === 1 ? "1 500 @ 100" : "1 10 @ 100");
    assertEquals(ends[1], end);
  }
});

Deno.test("one cancels other: one that is cancelled leaves the other alone", () => {
  const links = new Links(), a = links.add(100), b = links.add(100);
  links.linked.join(b, a);
  links.cancel(a);
  assertEquals(links.told(b), ["100"]);
});

Deno.test("split: what a waiting child is to cover at most is restated", () => {
  const links = new Links(), entry = links.add(100), exit = links.add(-60, true);
  links.linked.adopt(entry, exit, 1);
  const rows = new RowScratch();
  assertEquals(links.linked.heldOf(0, rows), 1);
  assertEquals([rows.at(0), links.linked.heldOf(1, rows)], [exit, 0]);
  links.linked.split(0, 2, 1);
  links.book.table.quantity[entry] = 200;
  links.book.table.quantity[exit] = -120;
  links.fill(entry, 200);
  assertEquals(links.told(exit), ["-120"]);
});

const flat: PriceRow = [100, 101, 99, 100];

function run(
  rows: readonly PriceRow[],
  doings: Readonly<Record<number, (trade: Trade) => void>>,
  more: Partial<Parameters<typeof runStrategy>[0]> = {},
): { readonly fills: string[]; readonly ends: string[] } {
  const { engine } = runStrategy({
    bars: [dailyBars("A", rows)],
    strategy: script(doings),
    ...more,
  });
  return { fills: fillsOf(engine), ends: endsOf(engine) };
}

Deno.test("bracket on bars: the take profit ends the trade and cancels the stop", () => {
  const { fills, ends } = run([flat, flat, [100, 112, 100, 108], flat], {
    0: (t) => t.buy("A", 10, { stopLoss: 95, takeProfit: 110 }),
  });
  assertEquals(fills, ["1 10 @ 100", "2 -10 @ 110"]);
  assertEquals(ends, ["filled", "cancelled sibling_filled", "filled"]);
});

Deno.test("bracket on bars: in a bar that reaches both, the loss comes first", () => {
  const { fills, ends } = run([flat, flat, [100, 112, 94, 108]], {
    0: (t) => t.buy("A", 10, { stopLoss: 95, takeProfit: 110 }),
  });
  assertEquals(fills, ["1 10 @ 100", "2 -10 @ 95"]);
  assertEquals(ends, ["filled", "filled", "cancelled sibling_filled"]);
});

Deno.test("bracket on bars: a gap through the stop fills at the open", () => {
  const { fills } = run([flat, flat, [90, 91, 88, 90]], {
    0: (t) => t.targetWeight("A", 0.01, { stopLoss: 95, takeProfit: 110 }),
  });
  assertEquals(fills, ["1 10 @ 100", "2 -10 @ 90"]);
});

Deno.test("bracket on bars: the stop protects from the moment of the entry's fill, within the same bar", () => {
  const { fills } = run([flat, [100, 101, 94, 96]], {
    0: (t) => t.buy("A", 10, { stopLoss: 95 }),
  });
  assertEquals(fills, ["1 10 @ 100", "1 -10 @ 95"]);
});

Deno.test("bracket on bars: prices are amended before and after the entry's fill", () => {
  const { fills } = run([flat, flat, [100, 104, 100, 104], [104, 104, 101, 102]], {
    0: (t) => {
      const entry = t.buy("A", 10, { stopLoss: 95, takeProfit: 110 });
      // Handles are rows: the children follow their entry.
      assertEquals(t.amend((entry + 2) as typeof entry, { limitPrice: 120 }), true);
    },
    2: (t) => t.amend(t.orders.find((order) => order.type === "stop")!.id, { stopPrice: 102 }),
  });
  assertEquals(fills, ["1 10 @ 100", "3 -10 @ 102"]);
});

Deno.test("bracket on bars: a split while the children wait restates their prices and what they cover", () => {
  const bars = dailyBars("A", [flat, flat, [50, 51, 49, 50], [50, 51, 47, 48], flat]);
  const { engine } = runStrategy({
    bars: [bars],
    actions: [{
      kind: "split",
      series: 0,
      row: 2,
      timeUs: bars.closeTime[2]!,
      numerator: 2,
      denominator: 1,
    }],
    // The entry rests through the split and fills on the bar after it.
    strategy: script({
      0: (t) =>
        t.buy("A", 10, { limitPrice: 97, timeInForce: "gtc", stopLoss: 96, takeProfit: 130 }),
    }),
  });
  assertEquals(fillsOf(engine), ["3 20 @ 48.5", "3 -20 @ 48"]);
});

Deno.test("orders that name an ended one: a filled parent sets free at once, a dead one ends its child", () => {
  const { fills, ends } = run([flat, flat, flat, flat], {
    0: (t) => {
      const dead = t.buy("A", 5, { limitPrice: 50 });
      t.cancel(dead);
      t.sell("A", 5, { limitPrice: 200, afterFill: dead });
      t.buy("A", 10);
    },
    1: (t) => {
      t.sell("A", 10, { afterFill: 2 as never });
      t.sell("A", 10, { limitPrice: 150, ocoWith: 2 as never });
    },
  });
  assertEquals(fills, ["1 10 @ 100", "2 -10 @ 100"]);
  assertEquals(ends, [
    "cancelled cancelled_by_strategy",
    "cancelled parent_ended",
    "filled",
    "filled",
    "cancelled sibling_filled",
  ]);
});

Deno.test("rights: a protective order needs the right to its type and to rest", () => {
  const bits = (...numbers: readonly number[]): number =>
    numbers.reduce((sum, number) => sum + 2 ** number, 0);
  const market = bits(ORDER_TYPE.market), day = bits(TIME_IN_FORCE.day);
  const gtc = bits(TIME_IN_FORCE.gtc), stop = bits(ORDER_TYPE.stop);
  for (
    const [orderTypes, timesInForce, ends] of [
      [market, day + gtc, ["rejected not_granted"]],
      [market + stop, day, ["rejected not_granted"]],
      [market + stop, day + gtc, ["filled", "expired end_of_data"]],
    ] as const
  ) {
    const found = run([flat, flat], { 0: (t) => t.buy("A", 1, { stopLoss: 90 }) }, {
      rights: { orderTypes, timesInForce },
    });
    assertEquals(found.ends, [...ends]);
  }
});
