/**
 * What holding costs (BT-08, issue item 3 and 4): borrow fees and interest by hand, night by night, and books that balance with them.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { ledgerRecords } from "../../lib/backtest/ledger_records.ts";
import { parseDay, US_PER_DAY } from "../../lib/core/mod.ts";
import { stock } from "../../lib/market/mod.ts";
import { Ledger } from "../../lib/trading/mod.ts";
import { barsAt, dailyBars, type PriceRow, runStrategy, script } from "../engine/support.ts";

/** A bar that opens at 100 and closes at a price. */
function closing(close: number): PriceRow {
  return [100, Math.max(100, close), Math.min(100, close), close];
}

/** Financing entries as `date note symbol change`. */
function financed(run: ReturnType<typeof runStrategy>): string[] {
  const { engine } = run;
  return ledgerRecords(engine, engine.series.map(() => 0))
    .filter((entry) => entry.kind === "financing")
    .map(({ timeUs, note, symbol, cashChange }) => {
      const date = new Date(timeUs / 1000).toISOString().slice(0, 10);
      return [date, note, symbol, cashChange].filter((text) => text !== "").join(" ");
    });
}

Deno.test("financing: a short position pays for each calendar night on the close before it", () => {
  // 3.6 % a year over 360 days are 0.01 % a night. Sold on Wednesday the 3rd, covered at Monday's open.
  const run = runStrategy({
    bars: [dailyBars("A", [100, 110, 120, 90, 100].map(closing))],
    account: { borrowRatePct: 3.6 },
    strategy: script({ 0: (t) => t.sell("A", 100), 3: (t) => t.buy("A", 100) }),
  });
  assertEquals(financed(run), [
    "2024-01-04 borrow_fee A -1.10", // 11,000 for one night
    "2024-01-05 borrow_fee A -1.20", // 12,000
    "2024-01-08 borrow_fee A -2.70", // 9,000 for the three nights of the weekend
  ]);
  const { ledger } = run.engine;
  assertEquals([ledger.financing, ledger.cash, ledger.realised], [-5e6, 99_995e6, 0]);
});

Deno.test("financing: idle cash earns, borrowed cash pays, each night rounded once", () => {
  // 3.6 % for idle cash, 7.2 % for borrowed: 0.01 % and 0.02 % a night.
  const run = runStrategy({
    bars: [dailyBars("A", [100, 100, 100, 100, 100].map(closing))],
    cash: 10_000,
    account: { type: "margin", creditRatePct: 3.6, debitRatePct: 7.2 },
    strategy: script({ 0: (t) => t.buy("A", 150) }),
  });
  assertEquals(financed(run), [
    "2024-01-03 credit_interest 1.00", // on 10,000, before 150 are bought for 15,000
    "2024-01-04 debit_interest -0.9998", // on 10,001 - 15,000 = -4,999
    "2024-01-05 debit_interest -1.00", // on -4,999.9998: 0.99999996 rounds to the micro-unit
    "2024-01-08 debit_interest -3.0006", // on -5,000.9998, three nights: 3.00059988
  ]);
});

Deno.test("financing: the collateral of a short position is not idle cash", () => {
  const run = runStrategy({
    bars: [dailyBars("A", [100, 120, 80].map(closing))],
    cash: 10_000,
    account: { creditRatePct: 3.6 },
    strategy: script({ 0: (t) => t.sell("A", 50) }),
  });
  // 10,000, then 15,001 in cash of which 6,000 (50 at 120) lie with the lender.
  assertEquals(financed(run), [
    "2024-01-03 credit_interest 1.00",
    "2024-01-04 credit_interest 0.9001",
  ]);
});

Deno.test("financing: a holiday is a night more; bars of one day are none; a night is charged before a split and a dividend", () => {
  const account = { borrowRatePct: 3.6 };
  const holiday = runStrategy({
    bars: [dailyBars("A", [100, 100, 100].map(closing), "2024-01-11")],
    account,
    strategy: script({ 0: (t) => t.sell("A", 100) }),
  });
  // From Friday the 12th over Martin Luther King's day to Tuesday the 16th.
  assertEquals(financed(holiday), ["2024-01-16 borrow_fee A -4.00"]);

  const open = parseDay("2024-01-02") * US_PER_DAY + 14.5 * 3600e6, hour = 3600e6;
  const times = [0, 1, 2, 24, 25].map((h) => [open + h * hour, open + (h + 1) * hour] as const);
  const hours = runStrategy({
    bars: [barsAt("A", times, [100, 100, 100, 100, 100].map(closing))],
    period: "1h",
    account,
    strategy: script({ 0: (t) => t.sell("A", 100) }),
  });
  assertEquals(financed(hours), ["2024-01-03 borrow_fee A -1.00"]);

  const bars = dailyBars("A", [[100, 100, 100, 100], [100, 100, 100, 100], [50, 50, 50, 50]]);
  const split = runStrategy({
    bars: [bars],
    account,
    actions: [
      {
        kind: "split",
        series: 0,
        row: 2,
        timeUs: bars.closeTime[2]!,
        numerator: 2,
        denominator: 1,
      },
      { kind: "dividend", series: 0, row: 2, timeUs: bars.closeTime[2]!, amountMicros: 500_000 },
    ],
    strategy: script({ 0: (t) => t.sell("A", 100) }),
  });
  // On 100 shares at 100, not on 200 at 100; then 200 shares owe 0.50 each.
  const entries = ledgerRecords(split.engine, [0]).map((
    { kind, cashChange },
  ) => [kind, cashChange]);
  assertEquals(entries, [
    ["fill", "10000.00"],
    ["financing", "-1.00"],
    ["split", "0.00"],
    ["dividend", "-100.00"],
  ]);
  assertEquals(split.equity[2], 99_899e6);
});

Deno.test("financing: a market that never closes has a night a day, weekends too; a week's bar has seven", () => {
  const account = { borrowRatePct: 3.6 };
  const always = runStrategy({
    // From Friday to Monday; each bar ends at midnight, and belongs to the day that it ends.
    bars: [dailyBars("A", [100, 100, 100, 100].map(closing), "2024-01-05", "always_open")],
    calendars: ["always_open"],
    account,
    strategy: script({ 0: (t) => t.sell("A", 100) }),
  });
  assertEquals(financed(always), [
    "2024-01-07 borrow_fee A -1.00",
    "2024-01-08 borrow_fee A -1.00",
  ]);
  const monday = parseDay("2024-01-08") * US_PER_DAY, hour = 3600e6;
  const weeks = [0, 7, 14].map((day) =>
    [monday + day * US_PER_DAY + 14.5 * hour, monday + (day + 4) * US_PER_DAY + 21 * hour] as const
  );
  const weekly = runStrategy({
    bars: [barsAt("A", weeks, [100, 100, 100].map(closing))],
    period: "1w",
    account,
    strategy: script({ 0: (t) => t.sell("A", 100) }),
  });
  assertEquals(financed(weekly), ["2024-01-22 borrow_fee A -7.00"]);
});

Deno.test("financing: without rates no night is an event, and the books are the same", () => {
  const bars = [dailyBars("A", [100, 110, 120, 90].map(closing))];
  const strategy = script({ 0: (t) => t.sell("A", 100) });
  const plain = runStrategy({ bars, strategy: script({ 0: (t) => t.sell("A", 100) }) });
  const zero = runStrategy({ bars, strategy, account: { borrowRatePct: 0 } });
  assertEquals([zero.hash, financed(zero)], [plain.hash, []]);
});

Deno.test("ledger: any stream of fills, nights, dividends, splits and delistings balances to the micro-unit", () => {
  const whole = (max: number): fc.Arbitrary<number> => fc.integer({ min: -max, max });
  const event = fc.record({
    kind: fc.constantFrom("fill", "fill", "fill", "finance", "dividend", "split", "delist", "mark"),
    s: fc.integer({ min: 0, max: 1 }),
    quantity: whole(5_000_000),
    price: fc.integer({ min: 1, max: 900_000_000 }),
    amount: whole(1_000_000_000),
    a: fc.integer({ min: 1, max: 9 }),
    b: fc.integer({ min: 1, max: 9 }),
  });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), (events) => {
      const instruments = [stock("A", true), { ...stock("B"), multiplier: 100 }];
      const ledger = new Ledger(1_000_000_000_000, instruments);
      for (const { kind, s, quantity, price, amount, a, b } of events) {
        const size = s === 0 ? quantity : quantity % 100;
        if (kind === "fill" && size !== 0) ledger.fill(s, size, price, 1234, 56, 0);
        else if (kind === "finance") ledger.finance(amount);
        else if (kind === "dividend") ledger.dividend(s, a * 1000);
        else if (kind === "split" && a !== b) ledger.split(s, a, b);
        else if (kind === "delist") ledger.delist(s, price);
        else if (kind === "mark") ledger.setMark(s, price);
        ledger.checkBalance();
        // Profit, realised and not, is the change of equity less what is no profit of a trade.
        const unrealised = ledger.holdings - ledger.cost[0]! - ledger.cost[1]!;
        assertEquals(
          ledger.equity() - ledger.initialCash,
          ledger.realised + unrealised + ledger.dividends + ledger.financing -
            ledger.commission - ledger.fees,
        );
        const owed = [0, 1].reduce((sum, k) => sum - Math.min(0, ledger.cost[k]!), 0);
        assertEquals(
          ledger.shortProceeds,
          owed,
          "what is locked is what short positions were sold for",
        );
      }
    }),
    { numRuns: 300 },
  );
});
