/**
 * Busts and corrections: the account afterwards is the one of a run in which the fill had been right at once (ORD-10).
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { stock } from "../../lib/market/mod.ts";
import {
  correctFill,
  type CorrectionBooks,
  FillTable,
  Ledger,
  ORDER_COMMAND,
  ORDER_REASON,
  ORDER_TYPE,
  OrderBook,
  SIZING,
  type SplitAtStep,
  TIME_IN_FORCE,
} from "../../lib/trading/mod.ts";

type Split = Pick<SplitAtStep, "step" | "series" | "numerator" | "denominator">;
/** Series, signed units, price in ticks; costs are a hundredth and a thousandth of the units. */
type Fill = readonly [series: number, quantity: number, price: number];

const INSTRUMENTS = [stock("A"), stock("B", true)];

/** Books fills, one a step, each of an order of its own; a split takes effect before the fill of its step. */
function run(fills: readonly Fill[], splits: readonly Split[] = []): CorrectionBooks {
  const book = new OrderBook(2), table = new FillTable(), ledger = new Ledger(1e12, INSTRUMENTS);
  let split = 0;
  const splitUntil = (step: number): void => {
    for (; split < splits.length && splits[split]!.step <= step; split++) {
      ledger.split(splits[split]!.series, splits[split]!.numerator, splits[split]!.denominator);
    }
  };
  fills.forEach(([s, quantity, price], step) => {
    splitUntil(step);
    const row = book.add(
      s,
      SIZING.quantity,
      ORDER_TYPE.market,
      TIME_IN_FORCE.day,
      0,
      quantity === 0 ? 1 : quantity,
      0,
      0,
      0,
      0,
      Infinity,
    );
    book.command(row, ORDER_COMMAND.send, ORDER_REASON.none, step);
    if (quantity === 0) return void table.add(row, step, step, 0, price, 0, 0, 0);
    const size = Math.abs(quantity), costs = [size * 100, size * 10, size] as const;
    ledger.fill(s, quantity, price, ...costs);
    book.execute(row, quantity, table.add(row, step, step, quantity, price, ...costs), step);
  });
  splitUntil(Infinity);
  return { book, fills: table, ledger, instruments: INSTRUMENTS, splits };
}

function account({ ledger }: CorrectionBooks): Record<string, unknown> {
  const { cash, realised, commission, fees, slippage, shortProceeds, openPositions } = ledger;
  return {
    cash,
    realised,
    commission,
    fees,
    slippage,
    shortProceeds,
    openPositions,
    traded: ledger.tradedNotional,
    position: [...ledger.position],
    cost: [...ledger.cost],
  };
}

Deno.test("bust: a purchase between others leaves average, cash and profit as if it had not been", () => {
  const books = run([[0, 100, 10e6], [0, 100, 20e6], [0, -50, 30e6]]);
  assertEquals([books.ledger.realised, books.ledger.cost[0]], [750e6, 2250e6]);
  assert(correctFill(books, 1, 0, 0, 9));
  // 100 at 10, 50 of them sold at 30.
  assertEquals([books.ledger.realised, books.ledger.cost[0], books.ledger.position[0]], [
    1000e6,
    500e6,
    50,
  ]);
  assertEquals(books.ledger.cash, 1e12 - 1000e6 + 1500e6 - 150 * 110);
  assertEquals(books.ledger.holdings, 50 * 30e6);
  assertEquals(books.book.table.filled[1], 0);
  books.ledger.checkBalance();
});

Deno.test("correction: a better price lowers the cost and nothing else", () => {
  const books = run([[0, -100, 10e6]]);
  assert(correctFill(books, 0, -100, 10.5e6, 9));
  assertEquals([books.ledger.cost[0], books.ledger.shortProceeds, books.ledger.commission], [
    -1050e6,
    1050e6,
    10000,
  ]);
  assertEquals(books.fills.price[0], 10.5e6);
});

Deno.test("bust: of a fill that opened what a later one turned around", () => {
  const books = run([[0, 100, 10e6], [0, -150, 12e6]]);
  assertEquals(books.ledger.position[0], -50);
  assert(correctFill(books, 0, 0, 0, 9));
  assertEquals([books.ledger.position[0], books.ledger.realised, books.ledger.cost[0]], [
    -150,
    0,
    -1800e6,
  ]);
});

Deno.test("correction: over a split the order's quantity is that of today's shares", () => {
  const books = run([[0, 100, 30e6], [0, 30, 10e6]], [{
    step: 1,
    series: 0,
    numerator: 3,
    denominator: 1,
  }]);
  assertEquals(books.ledger.position[0], 330);
  books.book.table.filled[0] = books.book.table.quantity[0] = 300;
  assert(correctFill(books, 0, 90, 30e6, 9));
  assertEquals([books.ledger.position[0], books.book.table.filled[0]], [300, 270]);
});

Deno.test("correction: refused when the position does not follow from the fills", () => {
  const books = run([[0, 100, 10e6], [0, 50, 10e6]]);
  books.ledger.delist(0, 11e6);
  const before = account(books);
  assertEquals(correctFill(books, 1, 0, 0, 9), false);
  assertEquals(account(books), before);
  assertEquals([books.fills.quantity[1], books.book.table.filled[1]], [50, 50]);
});

const fill: fc.Arbitrary<Fill> = fc.tuple(
  fc.nat({ max: 1 }),
  fc.integer({ min: -40, max: 40 }).filter((units) => units !== 0),
  fc.integer({ min: 1, max: 2000 }).map((cents) => cents * 10_000),
);

Deno.test("correction: any fill, corrected in any way, gives the account in which it had been right at once", () => {
  fc.assert(
    fc.property(
      fc.array(fill, { minLength: 1, maxLength: 12 }),
      fc.nat(),
      fc.integer({ min: 0, max: 60 }),
      fc.integer({ min: 1, max: 2000 }),
      fc.constantFrom<readonly Split[]>(
        [],
        [{ step: 3, series: 0, numerator: 2, denominator: 1 }],
        [
          { step: 2, series: 1, numerator: 3, denominator: 1 },
          { step: 5, series: 0, numerator: 4, denominator: 1 },
        ],
      ),
      (list, pick, size, cents, splits) => {
        const at = pick % list.length, [s, quantity] = list[at]!, price = cents * 10_000;
        const right = size * Math.sign(quantity) + 0;
        const books = run(list, splits);
        assert(correctFill(books, at, right, price, 99));
        const model = run(list.map((it, i) => i === at ? [s, right, price] as const : it), splits);
        assertEquals(account(books), account(model));
        books.ledger.checkBalance();
        const held = books.ledger.position[s]!;
        assertEquals(books.ledger.value[s], books.ledger.notional(s, held, books.ledger.mark[s]!));
        // Corrected back, all is as it was.
        const [, was, wasPrice] = list[at]!;
        if (right === 0) return;
        assert(correctFill(books, at, was, wasPrice, 100));
        assertEquals(account(books), account(run(list, splits)));
      },
    ),
    { numRuns: 300 },
  );
});
