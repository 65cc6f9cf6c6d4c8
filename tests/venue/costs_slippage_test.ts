/** Slippage models: golden prices with their derivation, fixed moves against BigInt, and what unknown figures cost. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { Random, SandbarError } from "../../lib/core/mod.ts";
import { type Slippage, SlippageModel, unknownContext } from "../../lib/venue/slippage.ts";

const MODELS: readonly Slippage[] = [
  { kind: "none" },
  { kind: "fixed", bps: 5 },
  { kind: "half_spread" },
  { kind: "volume_based", bps: 5 },
  { kind: "sqrt_impact", coefficient: 1 },
  { kind: "volume_share" },
  { kind: "table", points: [{ participation: 0, bps: 2 }, { participation: 0.1, bps: 40 }] },
];

/** A market of which everything is known: 10,000 shares a bar, a million a day, a range of 1 % of the close, 2 % a day. */
function market(): ReturnType<typeof unknownContext> {
  return {
    barVolume: 10_000,
    barFilled: 0,
    averageDailyVolume: 1_000_000,
    previousHigh: 100.6,
    previousLow: 99.6,
    previousClose: 100,
    isQuoted: false,
    dailyVolatility: 0.02,
  };
}

Deno.test("slippage: golden prices at 100.00 in a known market (BT-06, BT-07)", () => {
  const base = 100_000_000;
  const table: readonly (readonly [Slippage, number, number, string])[] = [
    [{ kind: "none" }, 100, 0, "no move"],
    [{ kind: "fixed", bps: 5 }, 100, 50_000, "100 x 5 / 10,000 = 0.05"],
    [{ kind: "fixed", bps: 0 }, 100, 0, "a legal zero stays zero"],
    [
      { kind: "half_spread" },
      100,
      50_000,
      "0.1 x 1 / 100 = 10 bps, not above the most; half of it is 5 bps",
    ],
    [{ kind: "half_spread", maxSpreadBps: 4 }, 100, 20_000, "at most 4 bps, half of it is 2 bps"],
    [
      { kind: "volume_based", bps: 5 },
      10_000,
      100_000,
      "participation 0.01: 5 bps x (1 + 10 x 0.1) = 10 bps",
    ],
    [
      { kind: "sqrt_impact", coefficient: 0.5 },
      10_000,
      100_000,
      "0.5 x 2 % x sqrt(0.01) = 0.1 %",
    ],
    [{ kind: "volume_share" }, 100, 1_000, "0.1 x 0.01^2 = 0.00001"],
    [{ kind: "volume_share" }, 250, 6_250, "0.1 x 0.025^2 = 0.0000625, at the limit"],
    [{ kind: "volume_share" }, 9_999, 6_250, "no more than at the limit"],
    [
      {
        kind: "table",
        points: [{ participation: 0, bps: 2 }, { participation: 0.1, bps: 40 }],
      },
      50_000,
      210_000,
      "participation 0.05, halfway from 2 to 40 bps: 21 bps",
    ],
  ];
  for (const [slippage, size, move, why] of table) {
    const model = new SlippageModel(slippage), context = market();
    assertEquals(model.price(base, true, size, context), base + move, `buy: ${why}`);
    assertEquals(model.price(base, false, size, context), base - move, `sale: ${why}`);
  }
});

Deno.test("slippage: the spread from a narrow bar is a tenth of its range over the close (BT-06)", () => {
  const context = market();
  context.previousHigh = 100.2;
  context.previousLow = 100;
  // 0.1 x 0.2 / 100 = 2 bps; half is 1 bp.
  assertEquals(
    new SlippageModel({ kind: "half_spread" }).price(50_000_000, true, 1, context),
    50_005_000,
  );
});

Deno.test("slippage: volume share counts what the bar filled before", () => {
  const context = market(), model = new SlippageModel({ kind: "volume_share" });
  context.barFilled = 100;
  // (100 + 100) / 10,000 = 0.02; 0.1 x 0.0004 = 0.00004.
  assertEquals(model.price(100_000_000, true, 100, context), 100_004_000);
});

Deno.test("slippage: a table is flat outside its points and linear between any two", () => {
  const context = market(), base = 100_000_000;
  const model = new SlippageModel({
    kind: "table",
    points: [
      { participation: 0.01, bps: 3 },
      { participation: 0.02, bps: 5 },
      { participation: 0.04, bps: 4 },
    ],
  });
  const bpsAt = (size: number): number => (model.price(base, true, size, context) - base) / 10_000;
  assertEquals(bpsAt(1), 3);
  assertEquals(bpsAt(10_000), 3);
  assertEquals(bpsAt(15_000), 4);
  assertEquals(bpsAt(20_000), 5);
  assertEquals(bpsAt(30_000), 4.5);
  assertEquals(bpsAt(40_000), 4);
  assertEquals(bpsAt(900_000), 4);
});

Deno.test("slippage: what is unknown costs the stated worst, never nothing (DAT-08)", () => {
  const base = 100_000_000;
  const table: readonly (readonly [Slippage, number, string])[] = [
    [{ kind: "half_spread" }, 50_000, "the widest spread"],
    [{ kind: "volume_based", bps: 5 }, 550_000, "participation 1: 11 x 5 bps"],
    [{ kind: "sqrt_impact", coefficient: 1 }, 5_000_000, "participation 1 at 5 % a day"],
    [{ kind: "volume_share" }, 6_250, "the share at its limit"],
    [MODELS[6]!, 400_000, "the largest value of the table"],
  ];
  for (const [slippage, move, why] of table) {
    const model = new SlippageModel(slippage);
    for (const missing of [NaN, 0, -1]) {
      const context = unknownContext();
      context.averageDailyVolume = missing;
      context.barVolume = missing;
      context.previousClose = missing;
      assertEquals(model.price(base, true, 100, context), base + move, `${missing}: ${why}`);
    }
  }
  const context = market();
  context.dailyVolatility = NaN;
  // 1 x 5 % x sqrt(0.01) = 0.5 %.
  const impact = new SlippageModel({ kind: "sqrt_impact", coefficient: 1 });
  assertEquals(impact.price(base, false, 10_000, context), base - 500_000);
});

Deno.test("slippage: fixed moves are exact against BigInt, the price rounded half to even", () => {
  const seed = 20261125, random = new Random(seed);
  for (let run = 0; run < 3000; run++) {
    const bps = (random.nextUint32() % 100_001) / 100;
    const base = 1 + random.nextUint32() * (1 + random.nextUint32() % 200), buys = run % 2 === 0;
    const model = new SlippageModel({ kind: "fixed", bps });
    const hundredths = BigInt(Math.round(bps * 100)), per = 1_000_000n;
    const numerator = BigInt(base) * (buys ? per + hundredths : per - hundredths);
    const below = numerator / per, twice = numerator % per * 2n;
    const up = twice > per || (twice === per && below % 2n === 1n);
    const expected = Number(up ? below + 1n : below);
    assertEquals(
      model.price(base, buys, 1, unknownContext()),
      expected < 1 ? 1 : expected,
      `seed ${seed}, run ${run}: ${base} ticks, ${bps} bps, ${buys ? "buy" : "sale"}`,
    );
  }
});

Deno.test("slippage: a half tick rounds to the even price, not to the even move (NUM-02)", () => {
  const model = new SlippageModel({ kind: "fixed", bps: 5000 });
  assertEquals(model.price(1, true, 1, unknownContext()), 2, "1.5 is nearest to 2, the even one");
  assertEquals(model.price(3, true, 1, unknownContext()), 4, "4.5");
  assertEquals(model.price(3, false, 1, unknownContext()), 2, "1.5");
});

Deno.test("slippage: moves are against the order, grow with the size, and stay at one tick or more", () => {
  const seed = 7, random = new Random(seed);
  for (let run = 0; run < 2000; run++) {
    const slippage = MODELS[run % MODELS.length]!, model = new SlippageModel(slippage);
    const context = market(), base = 1 + random.nextUint32() % 1_000_000_000;
    context.averageDailyVolume = run % 5 === 0 ? NaN : 1 + random.nextUint32() % 100_000_000;
    context.barVolume = random.nextUint32() % 1_000_000;
    const size = 1 + random.nextUint32() % 1_000_000, told = `seed ${seed}, run ${run}`;
    const buy = model.price(base, true, size, context);
    const sale = model.price(base, false, size, context);
    assert(Number.isSafeInteger(buy) && Number.isSafeInteger(sale), told);
    assert(buy >= base && sale <= base && sale >= 1, told);
    assert(model.price(base, true, size * 2, context) >= buy, told);
  }
  const whole = new SlippageModel({ kind: "fixed", bps: 10_000 });
  assertEquals(whole.price(5_000_000, false, 1, unknownContext()), 1);
});

Deno.test("slippage: impossible models are refused with the reason", () => {
  const wrong: readonly Slippage[] = [
    { kind: "fixed", bps: -1 },
    { kind: "fixed", bps: NaN },
    { kind: "volume_based", bps: Infinity },
    { kind: "sqrt_impact", coefficient: -0.1 },
    { kind: "volume_share", volumeLimitPct: 101 },
    { kind: "table", points: [] },
    { kind: "table", points: [{ participation: 0.1, bps: 1 }, { participation: 0.1, bps: 2 }] },
  ];
  for (const slippage of wrong) {
    const error = assertThrows(() => new SlippageModel(slippage), SandbarError);
    assertEquals(error.code, "config_invalid");
  }
});
