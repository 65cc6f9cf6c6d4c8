/** Commission schedules: golden charges, partial fills that sum to the whole, tiers against BigInt, published schedules. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { Random, SandbarError } from "../../lib/core/mod.ts";
import {
  BROKER_SCHEDULES,
  CommissionModel,
  type CommissionSchedule,
} from "../../lib/venue/commission.ts";
import { Costs, DEFAULT_VENUE } from "../../lib/venue/costs.ts";

const DOLLAR = 1_000_000;

Deno.test("commission: golden charges of whole orders (BT-08)", () => {
  const table: readonly (readonly [CommissionSchedule, number, number, number, string])[] = [
    [{ kind: "none" }, 100, 5000, 0, "nothing"],
    [{ kind: "notional", bps: 1 }, 100, 5000, 0.5, "5,000 x 0.01 %"],
    [{ kind: "notional", bps: 0 }, 100, 5000, 0, "a legal zero stays zero"],
    [{ kind: "notional", bps: 1, min: 1 }, 100, 5000, 1, "the least"],
    [{ kind: "per_share", amount: 0.005 }, 100, 5000, 0.5, "100 x 0.005"],
    [{ kind: "per_share", amount: 0.005, min: 1 }, 100, 5000, 1, "the least"],
    [{ kind: "per_order", amount: 4.95 }, 100, 5000, 4.95, "an order"],
    [{ kind: "per_order", amount: 4.95, maxPct: 0.05 }, 100, 5000, 2.5, "at most 0.05 % of 5,000"],
  ];
  for (const [schedule, size, dollars, charge, why] of table) {
    const model = new CommissionModel(schedule);
    assertEquals(model.total(size, 1, dollars * DOLLAR), Math.round(charge * DOLLAR), why);
    assertEquals(model.total(size * 1e6, 1e6, dollars * DOLLAR), Math.round(charge * DOLLAR), why);
  }
});

Deno.test("commission: the examples on the page of Interactive Brokers, Fixed", () => {
  const model = new CommissionModel(BROKER_SCHEDULES.ibkr_fixed.commission);
  assertEquals(model.total(100, 1, 2500 * DOLLAR), 1 * DOLLAR, "100 shares at 25");
  assertEquals(model.total(1000, 1, 25_000 * DOLLAR), 5 * DOLLAR, "1,000 shares at 25");
  assertEquals(model.total(1000, 1, 250 * DOLLAR), 2.5 * DOLLAR, "1,000 shares at 0.25: the cap");
  assertEquals(model.total(10, 1, 2 * DOLLAR), 20_000, "the cap of 0.02 beats the minimum of 1");
});

Deno.test("commission: tiers are marginal over the month", () => {
  const model = new CommissionModel(BROKER_SCHEDULES.ibkr_tiered.commission);
  const notional = 50_000_000 * DOLLAR;
  assertEquals(model.total(100, 1, notional), 350_000, "100 x 0.0035 is the minimum itself");
  assertEquals(model.total(10, 1, notional), 350_000, "the minimum");
  assertEquals(model.total(300_000, 1, notional), 1050 * DOLLAR, "up to and including the border");
  assertEquals(
    model.total(500_000, 1, notional),
    1450 * DOLLAR,
    "300,000 x 0.0035 + 200,000 x 0.002",
  );
  assertEquals(model.total(1000, 1, notional, 299_500), 2.75 * DOLLAR, "500 of each tier");
  assertEquals(model.total(1000, 1, notional, 300_000), 2 * DOLLAR, "past the first border");
  assertEquals(model.total(1000, 1, notional, 200_000_000), 0.5 * DOLLAR, "the last tier");
});

Deno.test("commission: tiers are exact against BigInt, also past 2^53", () => {
  const seed = 99, random = new Random(seed);
  const model = new CommissionModel({
    kind: "tiered",
    tiers: [
      { upToShares: 1000, amount: 1.234567 },
      { upToShares: 1_000_000, amount: 0.35 },
      { upToShares: null, amount: 0.000001 },
    ],
  });
  for (let run = 0; run < 2000; run++) {
    const unitsPerShare = run % 2 === 0 ? 1 : 1_000_000;
    const month = random.nextUint32() % 2_000_000 * (run % 3 === 0 ? 0 : unitsPerShare);
    const size = 1 + random.nextUint32() * (unitsPerShare === 1 ? 1 : 233);
    let sum = 0n, from = BigInt(month);
    const end = from + BigInt(size), per = BigInt(unitsPerShare);
    for (const [top, amount] of [[1000n, 1_234_567n], [1_000_000n, 350_000n]] as const) {
      const to = top * per < end ? top * per : end;
      if (to <= from) continue;
      sum += (to - from) * amount;
      from = to;
    }
    sum += end > from ? end - from : 0n;
    const below = sum / per, twice = sum % per * 2n;
    const expected = twice > per || (twice === per && below % 2n === 1n) ? below + 1n : below;
    assertEquals(
      model.total(size, unitsPerShare, 1e15, month),
      Number(expected),
      `seed ${seed}, run ${run}: ${size} units after ${month}`,
    );
  }
});

Deno.test("commission: a tie past 2^53 rounds to the even micro-unit", () => {
  const model = new CommissionModel({
    kind: "tiered",
    tiers: [{ upToShares: null, amount: 9000.000001 }],
  });
  // 1,000,000.5 shares x 9,000,000,001 micro-units = 9,000,004,501,000,000.5; 1,000,001.5 x it = 9,000,013,501,000,001.5.
  assertEquals(model.total(1_000_000_500_000, 1e6, 1e15), 9_000_004_501_000_000);
  assertEquals(model.total(1_000_001_500_000, 1e6, 1e15), 9_000_013_501_000_002);
});

Deno.test("commission: the parts of an order that fills in parts sum to the charge of the whole (NUM-03)", () => {
  const seed = 4, random = new Random(seed);
  const schedules = [
    ...Object.values(BROKER_SCHEDULES).map(({ commission }) => commission),
    { kind: "notional", bps: 3.7, min: 0.5, maxPct: 0.9 } as const,
    { kind: "per_order", amount: 1.25, maxPct: 1 } as const,
  ];
  for (let run = 0; run < 1000; run++) {
    const model = new CommissionModel(schedules[run % schedules.length]!);
    const month = random.nextUint32() % 400_000;
    let size = 0, notional = 0, charged = 0;
    for (let part = 0; part < 6; part++) {
      const shares = 1 + random.nextUint32() % 5000;
      const value = shares * (1 + random.nextUint32() % 300_000_000);
      const charge = model.ofFill({ size, notional, charged }, shares, 1, value, month);
      assert(charge >= 0);
      size += shares;
      notional += value;
      charged += charge;
      assertEquals(charged, model.total(size, 1, notional, month), `seed ${seed}, run ${run}`);
    }
  }
});

Deno.test("commission: a schedule that cannot be is refused with the reason", () => {
  const wrong: readonly CommissionSchedule[] = [
    { kind: "tiered", tiers: [] },
    { kind: "tiered", tiers: [{ upToShares: 100, amount: 1 }] },
    { kind: "tiered", tiers: [{ upToShares: null, amount: 1 }, { upToShares: null, amount: 1 }] },
    {
      kind: "tiered",
      tiers: [
        { upToShares: 100, amount: 1 },
        { upToShares: 100, amount: 1 },
        { upToShares: null, amount: 1 },
      ],
    },
    { kind: "per_share", amount: 0.0000001 },
  ];
  for (const schedule of wrong) {
    const error = assertThrows(() => new CommissionModel(schedule), SandbarError);
    assertEquals(error.code, "config_invalid");
  }
});

Deno.test("costs: the default rules, and each part when it is asked for", () => {
  const plain = new Costs(DEFAULT_VENUE);
  assertEquals(plain.slipped(100_000_000, true), 100_050_000);
  assertEquals(plain.slipped(100_000_000, false), 99_950_000);
  assertEquals(plain.commission(100, 1, 10_000 * DOLLAR), DOLLAR);
  assertEquals(plain.fee(20_000, true, 100, 1, 10_000 * DOLLAR), 0);
  assertEquals(plain.slippageVaries, false);
  const rich = new Costs({
    ...DEFAULT_VENUE,
    slippage: { kind: "volume_based", bps: 5 },
    regulatoryFees: true,
  });
  assertEquals(rich.slippageVaries, true);
  assertEquals(rich.slipped(100_000_000, true), 100_550_000, "nothing known: the worst");
  // 2024-10-04: 10,000 x 27.80 per million = 0.278, up to 0.28; 100 x 0.000166 = 0.0166, up to 0.02.
  assertEquals(rich.fee(20_000, true, 100, 1, 10_000 * DOLLAR), 300_000);
  assertEquals(rich.fee(20_000, false, 100, 1, 10_000 * DOLLAR), 0);
});
