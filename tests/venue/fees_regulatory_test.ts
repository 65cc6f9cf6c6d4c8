/** Regulatory fees of US sales and settlement: tables at their edges, golden values, rounding against BigInt. */

import { assert, assertEquals } from "@std/assert";
import { parseDay, Random } from "../../lib/core/mod.ts";
import {
  regulatoryFee,
  section31Fee,
  SECTION_31_RATES,
  SETTLEMENT_CYCLES,
  settlementLagSessions,
  TRADING_ACTIVITY_RATES,
  tradingActivityFee,
} from "../../lib/venue/regulatory_fees.ts";

const DOLLAR = 1_000_000, CENT = 10_000;

/** Section 31 of a million dollars, in cents: a hundred times the rate. */
function centsOfMillion(day: number): number {
  return section31Fee(day, 1_000_000 * DOLLAR) / CENT;
}

Deno.test("fees: every Section 31 rate holds from its first day, and the one before until then", () => {
  for (const [index, { from, perMillion }] of SECTION_31_RATES.entries()) {
    const day = parseDay(from), before = SECTION_31_RATES[index === 0 ? 0 : index - 1]!;
    assertEquals(centsOfMillion(day), Math.round(perMillion * 100), from);
    assertEquals(centsOfMillion(day - 1), Math.round(before.perMillion * 100), `before ${from}`);
  }
});

Deno.test("fees: rates that regulators published, by date", () => {
  // FINRA Information Notice 3/10/08; SEC 2010-255; FINRA Information Notices 5/7/18 and 4/24/25; SEC Release 34-104909.
  const table: readonly (readonly [string, number])[] = [
    ["2001-12-27", 33.3],
    ["2003-03-31", 25.2],
    ["2003-04-01", 46.8],
    ["2008-03-31", 11],
    ["2008-04-01", 5.6],
    ["2011-01-20", 16.9],
    ["2011-01-21", 19.2],
    ["2018-05-21", 23.1],
    ["2018-05-22", 13],
    ["2025-05-13", 27.8],
    ["2025-05-14", 0],
    ["2026-04-03", 0],
    ["2026-04-04", 20.6],
    ["2031-01-01", 20.6],
  ];
  for (const [date, dollars] of table) {
    assertEquals(centsOfMillion(parseDay(date)), Math.round(dollars * 100), date);
  }
});

Deno.test("fees: every activity rate holds from its first day; before the first there is none", () => {
  const feeOf = (day: number, size: number): number =>
    tradingActivityFee(day, size, 1, size * DOLLAR);
  for (const [index, { from, perShareMicros, capCents }] of TRADING_ACTIVITY_RATES.entries()) {
    const day = parseDay(from), before = TRADING_ACTIVITY_RATES[index - 1];
    assertEquals(feeOf(day, 10_000), perShareMicros * 10_000, `${from}: 10,000 shares`);
    assertEquals(feeOf(day, 10_000_000), capCents * CENT, `${from}: the cap`);
    assertEquals(feeOf(day - 1, 10_000), (before?.perShareMicros ?? 0) * 10_000, `before ${from}`);
  }
});

Deno.test("fees: each fee is rounded up to the cent, only for sales", () => {
  const day = parseDay("2024-06-03");
  // 10,000.00 x 27.80 / 1,000,000 = 0.278 -> 0.28; 100 x 0.000166 = 0.0166 -> 0.02.
  assertEquals(regulatoryFee(day, true, 100, 1, 10_000 * DOLLAR), 300_000);
  assertEquals(regulatoryFee(day, false, 100, 1, 10_000 * DOLLAR), 0, "a purchase");
  assertEquals(regulatoryFee(day, true, 1, 1, 5 * DOLLAR), 20_000, "a cent each");
  // In units of a millionth: half a share.
  assertEquals(regulatoryFee(day, true, 500_000, 1_000_000, 5 * DOLLAR), 20_000);
  // Whole cents stay: 50,000 shares x 0.000166 = 8.30, the cap itself; 500,000 x 27.80 per million = 13.90.
  assertEquals(regulatoryFee(day, true, 50_000, 1, 500_000 * DOLLAR), 22_200_000);
});

Deno.test("fees: a price below the activity rate pays no activity fee", () => {
  const day = parseDay("2024-06-03");
  assertEquals(regulatoryFee(day, true, 10_000, 1, 1_650_000), CENT, "0.000165 a share");
  assertEquals(regulatoryFee(day, true, 10_000, 1, 1_660_000), CENT + 166 * CENT, "0.000166");
});

Deno.test("fees: in the last quarter of 2026 a sale pays Section 31 alone", () => {
  const pause = parseDay("2026-10-01"), end = parseDay("2026-12-31");
  for (const day of [pause, end]) {
    assertEquals(regulatoryFee(day, true, 100_000, 1, 1_000_000 * DOLLAR), 20_600_000);
  }
  assertEquals(regulatoryFee(end + 1, true, 100_000, 1, 1_000_000 * DOLLAR), 30_390_000);
});

Deno.test("fees: exact against BigInt up to nine billion dollars, and never falling with the sale", () => {
  const seed = 31, random = new Random(seed), first = parseDay("2002-10-01");
  for (let run = 0; run < 3000; run++) {
    const day = first + random.nextUint32() % 9000;
    const unitsPerShare = run % 2 === 0 ? 1 : 1_000_000;
    const size = 1 + random.nextUint32() % 100_000_000;
    const notional = 1 + random.nextUint32() * (1 + random.nextUint32() % 2_000_000);
    const rate = SECTION_31_RATES.filter(({ from }) => parseDay(from) <= day).at(-1)!;
    const taf = TRADING_ACTIVITY_RATES.filter(({ from }) => parseDay(from) <= day).at(-1)!;
    const up = (a: bigint, b: bigint): bigint => (a + b - 1n) / b;
    let cents = up(BigInt(notional) * BigInt(Math.round(rate.perMillion * 10)), 100_000_000_000n);
    const product = BigInt(size) * BigInt(taf.perShareMicros), per = BigInt(unitsPerShare);
    if (BigInt(notional) * per >= product) {
      const fee = up(product, per * 10_000n);
      cents += fee < BigInt(taf.capCents) ? fee : BigInt(taf.capCents);
    }
    const told = `seed ${seed}, run ${run}: day ${day}, ${size} of ${unitsPerShare}, ${notional}`;
    const fee = regulatoryFee(day, true, size, unitsPerShare, notional);
    assertEquals(fee, Number(cents) * CENT, told);
    assert(regulatoryFee(day, true, size, unitsPerShare, notional + CENT) >= fee, told);
  }
});

Deno.test("fees: the tables ascend", () => {
  for (const table of [SECTION_31_RATES, TRADING_ACTIVITY_RATES, SETTLEMENT_CYCLES]) {
    for (let i = 1; i < table.length; i++) {
      assert(parseDay(table[i]!.from) > parseDay(table[i - 1]!.from), table[i]!.from);
    }
  }
});

Deno.test("settlement: five, three, two and one session, at the edges of the cycles", () => {
  const table: readonly (readonly [string, number])[] = [
    ["1980-01-02", 5],
    ["1995-06-06", 5],
    ["1995-06-07", 3],
    ["2017-09-01", 3],
    ["2017-09-04", 3],
    ["2017-09-05", 2],
    ["2024-05-24", 2],
    ["2024-05-27", 2],
    ["2024-05-28", 1],
    ["2030-01-02", 1],
  ];
  for (const [date, sessions] of table) {
    assertEquals(settlementLagSessions(parseDay(date)), sessions, date);
  }
});
