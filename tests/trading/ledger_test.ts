/**
 * The ledger against a model in BigInt (NUM-01, NUM-03, BT-09, DAT-15, architecture invariant 5): after every event the books balance
 * to the micro-unit, and every figure is the model's.
 *
 * @module
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { stock } from "../../lib/market/mod.ts";
import { Ledger } from "../../lib/trading/mod.ts";

/** a / b, half to even; b above 0. */
function divided(a: bigint, b: bigint): bigint {
  const size = a < 0n ? -a : a, quotient = size / b, twice = size % b * 2n;
  const rounded = quotient + (twice > b || (twice === b && quotient % 2n === 1n) ? 1n : 0n);
  return a < 0n ? -rounded : rounded;
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}

/** Average-cost books as a textbook keeps them, in BigInt. */
class Model {
  cash: bigint;
  realised = 0n;
  commission = 0n;
  dividends = 0n;
  readonly position = [0n, 0n];
  readonly cost = [0n, 0n];
  readonly mark = [0n, 0n];
  readonly units: readonly bigint[];

  constructor(cash: bigint, units: readonly bigint[]) {
    this.cash = cash;
    this.units = units;
  }

  notional(s: number, quantity: bigint, price: bigint): bigint {
    return divided(quantity * price, this.units[s]!);
  }

  fill(s: number, quantity: bigint, price: bigint, commission: bigint): void {
    const held = this.position[s]!, amount = this.notional(s, quantity, price);
    this.cash -= amount + commission;
    this.commission += commission;
    this.position[s] = held + quantity;
    this.mark[s] = price;
    const adds = held === 0n || held > 0n === quantity > 0n;
    if (adds) this.cost[s]! += amount;
    else if (absolute(quantity) <= absolute(held)) {
      const released = divided(this.cost[s]! * absolute(quantity), absolute(held));
      this.realised += -amount - released;
      this.cost[s]! -= released;
    } else {
      const proceeds = this.notional(s, -held, price);
      this.realised += -proceeds - this.cost[s]!;
      this.cost[s] = amount - proceeds;
    }
  }

  dividend(s: number, amount: bigint): void {
    const paid = divided(this.position[s]! * amount, this.units[s]!);
    this.cash += paid;
    this.dividends += paid;
  }

  split(s: number, numerator: bigint, denominator: bigint): void {
    const parts = this.position[s]! * numerator, whole = parts / denominator;
    const rest = parts - whole * denominator;
    const paid = divided(this.mark[s]! * rest, numerator * this.units[s]!);
    const released = parts === 0n
      ? 0n
      : whole === 0n
      ? this.cost[s]!
      : divided(this.cost[s]! * absolute(rest), absolute(parts));
    this.cash += paid;
    this.realised += paid - released;
    this.cost[s]! -= released;
    this.position[s] = whole;
    this.mark[s] = divided(this.mark[s]! * denominator, numerator);
  }
}

type Event =
  | {
    readonly kind: "fill";
    readonly s: number;
    readonly size: number;
    readonly price: number;
    readonly commission: number;
  }
  | { readonly kind: "close"; readonly s: number; readonly price: number }
  | { readonly kind: "mark"; readonly s: number; readonly price: number }
  | { readonly kind: "dividend"; readonly s: number; readonly amount: number }
  | {
    readonly kind: "split";
    readonly s: number;
    readonly numerator: number;
    readonly denominator: number;
  };

const series = fc.constantFrom(0, 1);
const price = fc.oneof(
  fc.integer({ min: 1, max: 5_000_000 }),
  fc.integer({ min: 1, max: 900_000_000 }),
  fc.integer({ min: 1, max: 90_000 }).map((cents) => cents * 10_000),
);
const size = fc.oneof(
  fc.integer({ min: -20, max: 20 }),
  fc.integer({ min: -2_000_000, max: 2_000_000 }),
).filter((value) => value !== 0);
const ratio = fc.constantFrom([2, 1], [3, 2], [1, 10], [1, 3], [21, 20], [7, 4], [1, 1000]);
const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("fill" as const),
      s: series,
      size,
      price,
      commission: fc.nat(5_000_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("close" as const), s: series, price }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("mark" as const), s: series, price }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("dividend" as const),
      s: series,
      amount: fc.integer({ min: 1, max: 9_000_000 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(series, ratio).map(([s, [numerator, denominator]]) => ({
      kind: "split" as const,
      s,
      numerator: numerator!,
      denominator: denominator!,
    })),
  },
);

function apply(ledger: Ledger, model: Model, event: Event): void {
  const { s } = event;
  switch (event.kind) {
    case "fill":
      ledger.fill(s, event.size, event.price, event.commission, 0, 0);
      model.fill(s, BigInt(event.size), BigInt(event.price), BigInt(event.commission));
      break;
    case "close": {
      const held = ledger.position[s]!;
      if (held === 0) return;
      ledger.fill(s, -held, event.price, 0, 0, 0);
      model.fill(s, BigInt(-held), BigInt(event.price), 0n);
      break;
    }
    case "mark":
      ledger.setMark(s, event.price);
      model.mark[s] = BigInt(event.price);
      break;
    case "dividend":
      ledger.dividend(s, event.amount);
      model.dividend(s, BigInt(event.amount));
      break;
    case "split":
      ledger.split(s, event.numerator, event.denominator);
      // Without a position there is nothing to mark.
      if (model.position[s] !== 0n) {
        model.split(s, BigInt(event.numerator), BigInt(event.denominator));
      }
  }
}

function checkSame(ledger: Ledger, model: Model, initialCash: number): void {
  ledger.checkBalance();
  const sum = (values: readonly bigint[]): bigint => values.reduce((a, b) => a + b, 0n);
  assertEquals(
    model.cash + sum(model.cost),
    BigInt(initialCash) + model.realised + model.dividends - model.commission,
    "the model balances",
  );
  const values = model.position.map((held, s) => model.notional(s, held, model.mark[s]!));
  const below = (list: readonly bigint[]): bigint => -sum(list.filter((value) => value < 0n));
  assertEquals(
    {
      cash: BigInt(ledger.cash),
      realised: BigInt(ledger.realised),
      commission: BigInt(ledger.commission),
      dividends: BigInt(ledger.dividends),
      position: [...ledger.position].map(BigInt),
      cost: [...ledger.cost].map(BigInt),
      equity: BigInt(ledger.equity()),
      shortValue: BigInt(ledger.shortValue),
      available: BigInt(ledger.available()),
      open: ledger.openPositions,
    },
    {
      cash: model.cash,
      realised: model.realised,
      commission: model.commission,
      dividends: model.dividends,
      position: model.position,
      cost: model.cost,
      equity: model.cash + sum(values),
      shortValue: below(values),
      available: model.cash - below(model.cost),
      open: model.position.filter((held) => held !== 0n).length,
    },
  );
  assert(![...ledger.position].some((held) => Object.is(held, -0)), "no position of -0");
}

for (const fractional of [false, true]) {
  Deno.test(`ledger: any stream of events leaves the model's books, ${fractional ? "millionths of a share" : "whole shares"}`, () => {
    const units = fractional ? 1_000_000n : 1n;
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        const cash = 100_000_000_000;
        const ledger = new Ledger(cash, [stock("A", fractional), stock("B", fractional)]);
        const model = new Model(BigInt(cash), [units, units]);
        for (const each of events) {
          apply(ledger, model, each);
          checkSame(ledger, model, cash);
        }
      }),
      { numRuns: 400 },
    );
  });
}

Deno.test("ledger: amounts of parts of a share are rounded once, halves to the even micro-unit (NUM-03)", () => {
  const ledger = new Ledger(0, [stock("A", true)]);
  fc.assert(
    fc.property(
      fc.integer({ min: -1e12, max: 1e12 }),
      fc.oneof(
        fc.integer({ min: 1, max: 1000 }).map((n) => n * 500_000),
        fc.integer({ min: 1, max: 8e9 }),
      ),
      (quantity, price) => {
        const wanted = divided(BigInt(quantity) * BigInt(price), 1_000_000n);
        if (absolute(wanted) > 9007199254740991n) return;
        assertEquals(BigInt(ledger.notional(0, quantity, price)), wanted);
      },
    ),
    { numRuns: 3000 },
  );
  // 3 millionths of a share at 0.50: 1.5 micro-units go to 2; 5 millionths: 2.5 go to 2; 7: 3.5 go to 4.
  assertEquals([3, 5, 7, -3, -5].map((units) => ledger.notional(0, units, 500_000)), [
    2,
    2,
    4,
    -2,
    -2,
  ]);
  // One share and 1 millionth at 1.500001: 1,500,001 + 1.500001; three shares and 1 millionth at 0.5: 1,500,000.5 to the even one.
  assertEquals(ledger.notional(0, 1_000_001, 1_500_001), 1_500_003);
  assertEquals(ledger.notional(0, 3_000_001, 500_000), 1_500_000);
  assertEquals(ledger.notional(0, 1_000_001, 1_500_000), 1_500_002);
  assertEquals(ledger.notional(0, 2_000_001, 1_500_000), 3_000_002);
});

Deno.test("ledger: ten fills of 0.1 share make one share at the exact sum (NUM-02)", () => {
  const ledger = new Ledger(1_000_000_000, [stock("A", true)]);
  for (let i = 0; i < 10; i++) ledger.fill(0, 100_000, 33_330_000, 0, 0, 0);
  assertEquals([ledger.position[0], ledger.cost[0]], [1_000_000, 33_330_000]);
});

Deno.test("ledger: splits by hand: 2:1, 3:2 and 1:10 with cash in lieu, long and short (DAT-15)", () => {
  // [held, numerator, denominator] at a cost and a mark of 30.00; the position after it, the cash paid, the cost released.
  const cases: readonly (readonly [number, number, number, number, number, number])[] = [
    [7, 2, 1, 14, 0, 0],
    // 7 become 10.5: half a new share at 20.00 is paid; of the cost of 210.00, 0.5 of 10.5 parts go: 10.00.
    [7, 3, 2, 10, 10_000_000, 10_000_000],
    // 25 become 2.5: half a new share at 300.00; of 750.00, 0.5 of 2.5 parts.
    [25, 1, 10, 2, 150_000_000, 150_000_000],
    // 5 become 0.5: nothing is left but cash.
    [5, 1, 10, 0, 150_000_000, 150_000_000],
    [-25, 1, 10, -2, -150_000_000, -150_000_000],
    [-5, 1, 10, 0, -150_000_000, -150_000_000],
  ];
  for (const [held, numerator, denominator, after, cash, released] of cases) {
    const ledger = new Ledger(10_000_000_000, [stock("A")]), price = 30_000_000;
    ledger.fill(0, held, price, 0, 0, 0);
    const equity = ledger.equity(), before = { cash: ledger.cash, cost: ledger.cost[0]! };
    assertEquals(ledger.split(0, numerator, denominator), cash);
    const text = `${held} at ${numerator}:${denominator}`;
    assertEquals(ledger.position[0], after, text);
    assertEquals(ledger.cash - before.cash, cash, text);
    assertEquals(before.cost - ledger.cost[0]!, released, text);
    assertEquals(ledger.equity(), equity, `${text}: equity has no jump`);
    assertEquals(ledger.shortProceeds, held < 0 ? 0 - ledger.cost[0]! : 0, text);
    assertEquals(ledger.openPositions, after === 0 ? 0 : 1, text);
    ledger.checkBalance();
  }
});

Deno.test("ledger: a split of a large fractional position is exact where the product is past 2^53", () => {
  // 1,000,000 shares in millionths; 10,137:10,000 is a stock dividend of 1.37 %: the product would be 1.0137e16.
  const ledger = new Ledger(9e14, [stock("A", true)]);
  ledger.fill(0, 999_999_999_999, 1_000_000, 0, 0, 0);
  ledger.split(0, 10_137, 10_000);
  assertEquals(BigInt(ledger.position[0]!), 999_999_999_999n * 10_137n / 10_000n);
  ledger.checkBalance();
});

Deno.test("ledger: short proceeds are locked, a dividend is owed by a short position", () => {
  const ledger = new Ledger(1_000_000_000, [stock("A"), stock("B")]);
  ledger.fill(0, -10, 50_000_000, 1_000_000, 0, 0);
  // 1,000 + 500 - 1 in cash, of which 500 are locked.
  assertEquals([ledger.cash, ledger.available(), ledger.shortValue], [
    1_499_000_000,
    999_000_000,
    500_000_000,
  ]);
  assertEquals(ledger.dividend(0, 250_000), -2_500_000);
  ledger.setMark(0, 60_000_000);
  assertEquals([ledger.equity(), ledger.shortValue], [896_500_000, 600_000_000]);
  // 4 are bought back at 60: 4/10 of the proceeds are free again, 40 are lost.
  ledger.fill(0, 4, 60_000_000, 0, 0, 0);
  assertEquals([ledger.realised, ledger.shortProceeds], [-40_000_000, 300_000_000]);
  // A flip: 6 cover, 5 are bought.
  ledger.fill(0, 11, 55_000_000, 0, 0, 0);
  assertEquals([ledger.realised, ledger.shortProceeds, ledger.cost[0]], [
    -70_000_000,
    0,
    275_000_000,
  ]);
  ledger.checkBalance();
});

Deno.test("ledger: what leaves 2^53 micro-units is a fault, it never wraps or loses digits (NUM-01)", () => {
  const most = 9_007_199_254_740_991;
  assertThrows(() => new Ledger(most + 1, [stock("A")]), RangeError, "exact range");
  const ledger = new Ledger(most, [stock("A"), stock("B")]);
  // 9.1 billion dollars of shares.
  assertThrows(() => ledger.fill(0, 91_000_000, 100_000_000, 0, 0, 0), RangeError, "exact range");
  assertThrows(
    () => new Ledger(most, [stock("A")]).fill(0, -1, 1_000_000, 0, 0, 0),
    RangeError,
    "exact range",
  );
  const rich = new Ledger(5e15, [stock("A")]);
  rich.fill(0, 1_000_000, 1_000_000_000, 0, 0, 0);
  rich.setMark(0, 4_000_000_000);
  assertEquals(rich.equity(), 8e15);
  rich.setMark(0, 6_000_000_000);
  assertThrows(() => rich.equity(), RangeError, "exact range");
  assertThrows(() => rich.setMark(0, 10_000_000_000), RangeError, "exact range");
});

Deno.test("ledger: a run may trade more than 9 billion: the turnover is a statistic, not a part of the books", () => {
  const ledger = new Ledger(1_000_000_000_000, [stock("A")]);
  for (let i = 0; i < 20_000; i++) {
    ledger.fill(0, i % 2 === 0 ? 10_000 : -10_000, 100_000_000, 0, 0, 0);
  }
  assertEquals(ledger.tradedNotional, 2e16);
  assertEquals(ledger.cash, 1_000_000_000_000);
});
