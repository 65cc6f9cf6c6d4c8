/**
 * What other engines do with a dozen bars, worked out by hand from their published rules (see `lib/venue/presets.ts` for versions and
 * files), against the presets that are named after them (BT-08). A fill is `step quantity @ price - commission`.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { matchingOf, resolveRun } from "../../lib/config/mod.ts";
import type { Trade } from "../../lib/strategy/mod.ts";
import {
  dailyBars,
  endsOf,
  fillsOf,
  type PriceRow,
  type RunOutput,
  runStrategy,
  script,
} from "../engine/support.ts";

function run(
  venue: string,
  commission: string | undefined,
  bars: readonly PriceRow[],
  doings: Readonly<Record<number, (trade: Trade) => void>>,
): RunOutput {
  const spec = resolveRun({ venue, ...(commission === undefined ? {} : { commission }) });
  const outputs = [1, 4096].map((slice) =>
    runStrategy({
      bars: [dailyBars("A", bars)],
      strategy: script(doings),
      cash: 10_000,
      venue: {
        slippageBps: 0,
        slippage: spec.venue.slippage,
        commission: spec.commission,
        regulatoryFees: spec.venue.regulatoryFees,
      },
      matching: matchingOf(spec.venue, 1),
      slice,
    })
  );
  assertEquals(outputs[0]!.hash, outputs[1]!.hash);
  return outputs[0]!;
}

const GTC = { timeInForce: "gtc" } as const;

Deno.test("preset backtesting.py: next open, touched limits, commission on both sides, closing before opening", () => {
  const bars: readonly PriceRow[] = [
    [100, 102, 99, 101],
    [100, 104, 98, 103],
    [104, 106, 103, 105],
    [105, 107, 95, 96],
    [97, 99, 94, 95],
    [95, 96, 90, 91],
    [92, 100, 91, 99],
    [99, 103, 97, 102],
    [101, 108, 100, 107],
    [107, 109, 104, 105],
    [104, 105, 99, 100],
    [100, 101, 98, 99],
  ];
  const { engine } = run("backtesting.py", "0.2%", bars, {
    0: (t) => t.targetWeight("A", 1, { stopLoss: 96 }),
    4: (t) => t.buy("A", 50, { limitPrice: 90, ...GTC }),
    6: (t) => t.sell("A", 80),
    7: (t) => t.buy("A", 200),
    8: (t) => t.sell("A", 40, { stopLoss: 110, takeProfit: 104 }),
    9: (t) => t.buy("A", 10, { stopPrice: 105, stopLoss: 100, ...GTC }),
  });
  assertEquals(fillsOf(engine), [
    // A unit costs 100 x 1.002 = 100.20; 10,000 // 100.20 = 99. Cash 10,000 - 9,900 - 19.80 = 80.20.
    "1 99 @ 100 - 19.8",
    // Bar 3 falls through the stop loss: 96, no gap. 80.20 + 9,504 - 19.008 = 9,565.192.
    "3 -99 @ 96 - 19.008",
    // The low of 90 touches the limit. 9,565.192 - 4,500 - 9 = 5,056.192.
    "5 50 @ 90 - 9",
    // Closes 50, opens 30 short: 2,970 + 5.94 of a margin of some 9,996. Cash as we count it 5,056.192 + 7,920 - 15.84 = 12,960.352.
    "7 -80 @ 99 - 15.84",
    // 30 close the short position; the 170 others would cost 17,204.34: dropped. 12,960.352 - 3,030 - 6.06 = 9,924.292.
    "8 30 @ 101 - 6.06",
    // Market entry, and its protective orders are looked at on the same bar: the low of 104 touches the take-profit, 110 is not reached.
    "9 -40 @ 107 - 8.56",
    "9 40 @ 104 - 8.32",
    // 9,924.292 + 4,280 - 8.56 - 4,160 - 8.32 = 10,027.412. The stop is touched at the high; its stop loss of 100 waits for the next bar,
    // though this one goes to 99, and fills at the open of 100. 10,027.412 - 1,050 - 2.10 + 1,000 - 2 = 9,973.312.
    "10 10 @ 105 - 2.1",
    "11 -10 @ 100 - 2",
  ]);
  assertEquals(engine.ledger.cash / 1e6, 9_973.312);
  assertEquals(endsOf(engine), [
    "filled",
    "filled",
    "filled",
    "filled",
    "cancelled insufficient_funds",
    "filled",
    "cancelled sibling_filled",
    "filled",
    "filled",
    "filled",
  ]);
});

Deno.test("preset backtrader: checked on paper at submission, sized by the close, short proceeds are cash", () => {
  const bars: readonly PriceRow[] = [
    [100, 102, 99, 101],
    [100, 103, 99, 102],
    [103, 105, 101, 104],
    [104, 106, 100, 101],
    [100, 101, 96, 97],
    [98, 99, 93, 94],
    [94, 97, 92, 96],
    [99, 104, 98, 103],
    [103, 105, 101, 102],
    [102, 106, 100, 105],
  ];
  const { engine } = run("backtrader", "0.1%", bars, {
    // On paper 99 x 101 + 9.999 = 10,008.999: Margin, though the open of 100 could have been paid.
    0: (t) => t.buy("A", 99),
    // On paper at 102: 10,000 - 6,126.12 = 3,873.88; - 4,084.08 = -210.20, Margin; + 510 - 0.51 = 299.29, accepted.
    1: (t) => {
      t.buy("A", 60);
      t.buy("A", 40);
      t.sell("A", 5);
    },
    // Equity 4,328.305 + 55 x 104 = 10,048.305; 90 % over 104 is 86.95: 86.
    2: (t) => t.targetWeight("A", 0.9),
    3: (t) => t.sell("A", 86, { stopPrice: 97, ...GTC }),
    4: (t) => t.buy("A", 20, { limitPrice: 93, ...GTC }),
    5: (t) => t.sell("A", 50),
    // On paper 12,268.179 - 12,000 - 12 = 256.179: accepted.
    6: (t) => t.buy("A", 125),
    7: (t) => t.buy("A", 10, { stopLoss: 101, takeProfit: 104.5 }),
  });
  assertEquals(fillsOf(engine), [
    // 10,000 - 6,180 - 6.18 + 515 - 0.515 = 4,328.305.
    "2 60 @ 103 - 6.18",
    "2 -5 @ 103 - 0.515",
    // 4,328.305 - 3,224 - 3.224 = 1,101.081.
    "3 31 @ 104 - 3.224",
    // 1,101.081 + 8,342 - 8.342 = 9,434.739.
    "4 -86 @ 97 - 8.342",
    // Touched. 9,434.739 - 1,860 - 1.86 = 7,572.879.
    "5 20 @ 93 - 1.86",
    // Closes 20 and opens 30 short: all of the 4,700 are cash, 12,268.179.
    "6 -50 @ 94 - 4.7",
    // 125 at 99 would leave -119.196: only the closing part. 12,268.179 - 2,970 - 2.97 = 9,295.209.
    "7 30 @ 99 - 2.97",
    // The stop of 101 is touched on the bar of the entry: its order is active from the next bar on. That one reaches both; the stop is older.
    "8 10 @ 103 - 1.03",
    "9 -10 @ 101 - 1.01",
  ]);
  // 9,295.209 - 1,030 - 1.03 + 1,010 - 1.01.
  assertEquals(engine.ledger.cash / 1e6, 9_273.169);
  assertEquals(endsOf(engine), [
    "cancelled insufficient_funds",
    "filled",
    "cancelled insufficient_funds",
    "filled",
    "filled",
    "filled",
    "filled",
    "filled",
    "cancelled insufficient_funds",
    "filled",
    "filled",
    "cancelled sibling_filled",
  ]);
});

Deno.test("preset zipline: fills at the close, 2.5 % of the volume, impact by the share of it, 0.001 a share", () => {
  const bars: readonly PriceRow[] = [
    [10, 11, 9, 10, 4_000],
    [10, 11, 9, 10, 4_000],
    [15, 22, 14, 20, 2_000],
    [18, 19, 17, 18, 0],
    [16, 17, 15, 16, 10_000],
    [20, 25, 19, 19.9, 100_000],
    [20, 21, 19, 20, 100_000],
    [20, 22, 20, 21, 100_000],
    [21, 23, 21, 22, 20_000],
    [22, 23, 21, 22, 100_000],
    [20, 21, 14, 16, 100_000],
    [15, 15, 13, 14, 1_000_000],
  ];
  const { engine } = run("zipline", undefined, bars, {
    0: (t) => t.buy("A", 250, GTC),
    3: (t) => t.sell("A", 50, GTC),
    4: (t) => t.sell("A", 200, { limitPrice: 20, ...GTC }),
    // Cash 11,399.3394, half of it over the close of 21 is 271.41: 271.
    7: (t) => t.targetWeight("A", 0.5),
    // More than there is cash for: it is not asked.
    8: (t) => t.buy("A", 1000, GTC),
    9: (t) => t.sell("A", 1271, { stopPrice: 15, ...GTC }),
  });
  assertEquals(fillsOf(engine), [
    // 100 of 4,000: share 0.025, 10 x (1 + 0.1 x 0.025²) = 10.000625. 10,000 - 1,000.0625 - 0.10 = 8,999.8375.
    "1 100 @ 10.000625 - 0.1",
    // 50 of 2,000: 20 x 1.0000625. 8,999.8375 - 1,000.0625 - 0.05 = 7,999.725. Bar 3 has no volume.
    "2 50 @ 20.00125 - 0.05",
    // The rest: 100 of 10,000, 16 x 1.00001. 7,999.725 - 1,600.016 - 0.10 = 6,399.609.
    "4 100 @ 16.00016 - 0.1",
    // The same bar: (100 + 50) of 10,000, 16 x (1 - 0.1 x 0.015²) = 15.99964. 6,399.609 + 799.982 - 0.05 = 7,199.541.
    "4 -50 @ 15.99964 - 0.05",
    // Bar 5 closes below the limit, whatever its high. At 20 the impact of 0.000008 would carry it past its limit. At 21:
    // 21 x (1 - 0.1 x 0.002²) = 20.9999916. 7,199.541 + 4,199.9984 - 0.20 = 11,399.3394.
    "7 -200 @ 20.999992 - 0.2",
    // 22 x (1 + 0.1 x 0.01355²) = 22.0004039255. 11,399.3394 - 5,962.109484 - 0.271 = 5,436.958916.
    "8 271 @ 22.000404 - 0.271",
    // 22 x 1.00001. 5,436.958916 - 22,000.22 - 1 = -16,564.261084.
    "9 1000 @ 22.00022 - 1",
    // Bar 10 falls to 14 and closes at 16: no stop. Then 14 x (1 - 0.1 x 0.001271²) = 13.9999977384.
    "11 -1271 @ 13.999998 - 1.271",
  ]);
  // -16,564.261084 + 17,793.997458 - 1.271.
  assertEquals(engine.ledger.cash / 1e6, 1_228.465374);
  assertEquals(endsOf(engine), Array.from({ length: 6 }, () => "filled"));
});

Deno.test("preset realistic: it is what a run without a preset does, and no figure of it has moved", () => {
  const bars: readonly PriceRow[] = [
    [100, 101, 99, 100],
    [100, 102, 98, 101],
    [101, 104, 100, 103],
    [99, 100, 94, 96],
    [96, 99, 95, 98],
    [98, 99, 96, 97],
    [97, 98, 92, 93],
    [90, 91, 88, 89],
    [89, 93, 88, 92],
    [92, 93, 91, 92],
  ];
  const doings: Readonly<Record<number, (trade: Trade) => void>> = {
    0: (t) => t.targetWeight("A", 1),
    1: (t) => t.sell("A", 40, { limitPrice: 104, ...GTC }),
    2: (t) => t.sell("A", 59, { stopPrice: 95, ...GTC }),
    5: (t) => t.buy("A", 10, { limitPrice: 92, timeInForce: "day" }),
    6: (t) => t.close("A"),
    7: (t) => t.sell("A", 20),
    8: (t) => t.close("A"),
  };
  const { engine, hash } = run("realistic", undefined, bars, doings);
  assertEquals(fillsOf(engine), [
    // 100.05 x 1.0001 = 100.060005: 99 shares. 10,000 - 9,904.95 - 0.990495 = 94.059505.
    "1 99 @ 100.05 - 0.990495",
    // Bar 2 touches 104: a touch does not fill. Bar 3 falls through the stop: 95 x 0.9995 = 94.9525. + 5,602.1975 - 0.56022.
    "3 -59 @ 94.9525 - 0.56022",
    // Bar 6 touches 92: nothing. The rest goes at the open of 90: 89.955. + 3,598.2 - 0.35982.
    "7 -40 @ 89.955 - 0.35982",
    // 89 x 0.9995 = 88.9555. + 1,779.11 - 0.177911.
    "8 -20 @ 88.9555 - 0.177911",
    // 92 x 1.0005 = 92.046. - 1,840.92 - 0.184092.
    "9 20 @ 92.046 - 0.184092",
  ]);
  // 94.059505 + 5,601.63728 + 3,597.84018 + 1,778.932089 - 1,841.104092.
  assertEquals(engine.ledger.cash / 1e6, 9_231.364962);
  const plain = runStrategy({
    bars: [dailyBars("A", bars)],
    strategy: script(doings),
    cash: 10_000,
    venue: { slippageBps: 5, commission: { kind: "notional", bps: 1 } },
  });
  assertEquals(plain.hash, hash);
});
