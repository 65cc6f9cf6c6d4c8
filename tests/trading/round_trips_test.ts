/**
 * Trades as people count them, by hand: scaling in, partial exits, flips, splits, what is still open (BT-09). Over random runs their
 * sum is the change of equity: see the laws of the engine.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { stock } from "../../lib/market/mod.ts";
import {
  FillTable,
  Ledger,
  ORDER_TYPE,
  OrderTable,
  type RoundTrip,
  roundTrips,
  SIZING,
  type SplitAtStep,
  TIME_IN_FORCE,
} from "../../lib/trading/mod.ts";

/** Step, quantity in shares, price and commission in currency; or a split at a step. */
type Event =
  | readonly [step: number, quantity: number, price: number, commission: number]
  | { readonly step: number; readonly numerator: number; readonly denominator: number };

/** Books the events and returns the trades; the mark at the end is `last`. */
function tripsOf(
  events: readonly Event[],
  last: number,
  fractional = false,
): { closed: RoundTrip[]; open: RoundTrip[]; ledger: Ledger } {
  const orders = new OrderTable(), fills = new FillTable(), splits: SplitAtStep[] = [];
  const ledger = new Ledger(1e12, [stock("A", fractional)]), units = fractional ? 1e6 : 1;
  for (const event of events) {
    if ("numerator" in event) {
      const { step, numerator, denominator } = event;
      const cashInLieuMicros = ledger.split(0, numerator, denominator);
      splits.push({
        step,
        timeUs: step * 100,
        series: 0,
        numerator,
        denominator,
        cashInLieuMicros,
      });
      continue;
    }
    const [step, quantity, price, commission] = event.map((value, i) =>
      i === 0 ? value : Math.round(value * (i === 1 ? units : 1e6))
    ) as [number, number, number, number];
    const order = orders.add(
      0,
      SIZING.quantity,
      ORDER_TYPE.market,
      TIME_IN_FORCE.day,
      quantity,
      0,
      0,
      0,
      0,
      0,
      Infinity,
    );
    ledger.fill(0, quantity, price, commission, 0, 0);
    fills.add(order, step, step * 100, quantity, price, commission, 0, 0);
  }
  if (ledger.position[0] !== 0) ledger.setMark(0, Math.round(last * 1e6));
  const trips = roundTrips({
    orders,
    fills,
    ledger,
    symbols: ["A"],
    quantityDigits: [fractional ? 6 : 0],
    splits,
    lastStep: 9,
    lastTimeUs: 900,
  });
  const sum = [...trips.closed, ...trips.open].reduce((a, trip) => a + trip.netProfitMicros, 0);
  assertEquals(sum, ledger.equity() - ledger.initialCash, "the trades are all of the profit");
  return { ...trips, ledger };
}

/** A trade in one line: side, units, prices, steps, net profit and commission in currency. */
function told(trip: RoundTrip): string {
  return `${trip.side} ${trip.quantityUnits} ${trip.entryPrice} -> ${trip.exitPrice}, ` +
    `${trip.entryTimeUs / 100} to ${trip.exitTimeUs / 100} (${trip.bars}), ` +
    `${trip.netProfitMicros / 1e6} after ${trip.commissionMicros / 1e6}`;
}

const CASES: readonly (readonly [
  name: string,
  events: readonly Event[],
  last: number,
  closed: readonly string[],
  open: readonly string[],
])[] = [
  [
    "in and out",
    [[1, 10, 100, 1], [4, -10, 110, 2]],
    0,
    ["long 10 100 -> 110, 1 to 4 (3), 97 after 3"],
    [],
  ],
  [
    // Mean entry (10 x 100 + 30 x 120) / 40 = 115; exits 20 x 130 and 20 x 100: mean 115.
    "scaling in and out is one trade",
    [[1, 10, 100, 1], [2, 30, 120, 1], [3, -20, 130, 1], [5, -20, 100, 1]],
    0,
    ["long 40 115 -> 115, 1 to 5 (4), -4 after 4"],
    [],
  ],
  [
    "bought again after a partial sale",
    [[1, 10, 100, 0], [2, -5, 110, 0], [3, 5, 90, 0], [4, -10, 100, 0]],
    0,
    // Entries 1,450 / 15, exits 1,550 / 15.
    [`long 15 ${1450 / 15} -> ${1550 / 15}, 1 to 4 (3), 100 after 0`],
    [],
  ],
  [
    // 30 sold with 3 of commission: 10 of them close (1), 20 open a short position (2).
    "a flip ends one trade and begins the next, the commission is shared",
    [[1, 10, 100, 1], [2, -30, 110, 3], [3, 20, 105, 2]],
    0,
    [
      "long 10 100 -> 110, 1 to 2 (1), 98 after 2",
      "short 20 110 -> 105, 2 to 3 (1), 96 after 4",
    ],
    [],
  ],
  [
    "what is still open is marked at the last price",
    [[1, 10, 100, 1], [2, -4, 110, 1]],
    120,
    [],
    // 4 x 110 and 6 x 120.
    ["long 10 100 -> 116, 1 to 9 (8), 158 after 2"],
  ],
  [
    "an open short position",
    [[3, -10, 50, 1]],
    45,
    [],
    ["short 10 50 -> 45, 3 to 9 (6), 49 after 1"],
  ],
  [
    "a split of 2:1 halves the prices of the trade, not its profit",
    [[1, 10, 100, 0], { step: 3, numerator: 2, denominator: 1 }, [5, -20, 60, 0]],
    0,
    ["long 20 50 -> 60, 1 to 5 (4), 200 after 0"],
    [],
  ],
  [
    // 7 become 10.5; half a share is paid at 100 x 2/3. The rest is sold at 70: 10 x 70 + 33.333333.
    "cash in lieu of a rest belongs to the trade",
    [[1, 7, 100, 0], { step: 3, numerator: 3, denominator: 2 }, [5, -10, 70, 0]],
    0,
    [`long 10 ${700 / 10.5} -> ${733.333333 / 10.5}, 1 to 5 (4), 33.333333 after 0`],
    [],
  ],
  [
    // 5 become half a share: all of it is paid at the mark of 30.
    "a split that leaves nothing ends the trade",
    [[1, 5, 20, 1], [2, 1, 30, 1], [2, -1, 30, 1], { step: 4, numerator: 1, denominator: 10 }],
    0,
    [`long 6 ${130 / 6} -> 30, 1 to 4 (3), 47 after 3`],
    [],
  ],
  [
    "a split that leaves nothing of a short position",
    [[1, -5, 20, 0], { step: 4, numerator: 1, denominator: 10 }, [5, 3, 7, 0]],
    8,
    ["short 5 20 -> 20, 1 to 4 (3), 0 after 0"],
    ["long 3 7 -> 8, 5 to 9 (4), 3 after 0"],
  ],
];

for (const [name, events, last, closed, open] of CASES) {
  Deno.test(`round trips: ${name}`, () => {
    const trips = tripsOf(events, last);
    assertEquals(trips.closed.map(told), closed);
    assertEquals(trips.open.map(told), open);
  });
}

Deno.test("round trips: a flip of parts of a share loses no micro-unit", () => {
  // 0.000003 sold at 0.50 are 1.5 micro-units, as 0.000001 and 0.000002 0.5 and 1: the parts add up to the ledger's amount.
  const { closed, ledger } = tripsOf(
    [[1, 0.000001, 0.5, 0], [2, -0.000003, 0.5, 0], [3, 0.000002, 0.5, 0]],
    0,
    true,
  );
  assertEquals(closed.length, 2);
  ledger.checkBalance();
});
