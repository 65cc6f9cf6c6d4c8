/**
 * Several symbols in one account (SIZ-05, BT-09), and a golden run whose whole ledger is worked out by hand.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { VenueRules } from "../../lib/venue/mod.ts";
import {
  dailyBars,
  endsOf,
  fillsOf,
  type PriceRow,
  runStrategy,
  script,
} from "../engine/support.ts";

const flat: PriceRow = [100, 101, 99, 100];
const cheap: PriceRow = [50, 51, 49, 50];

Deno.test("rotation: what is sold pays for what is bought, whatever was asked for first", () => {
  const { engine } = runStrategy({
    bars: [dailyBars("A", [flat, flat, flat]), dailyBars("B", [cheap, cheap, cheap])],
    cash: 1000,
    strategy: script({
      0: (t) => t.targetWeight("A", 1),
      1: (t) => {
        t.buy("B", 20);
        t.close("A");
      },
    }),
  });
  assertEquals(fillsOf(engine), ["1 A 10 @ 100", "2 A -10 @ 100", "2 B 20 @ 50"]);
});

Deno.test("rotation: a sale through zero frees cash before the purchases; a purchase through zero waits for it", () => {
  const bars = [dailyBars("A", [flat, flat, flat]), dailyBars("B", [cheap, cheap, cheap])];
  const first = runStrategy({
    bars,
    cash: 1000,
    strategy: script({
      0: (t) => t.targetWeight("A", 1),
      1: (t) => {
        t.targetWeight("B", 0.9);
        t.targetWeight("A", -0.1);
      },
    }),
  });
  // A goes from 10 to -1; 1,000 of cash are then free for 18 of B at 50.
  assertEquals(fillsOf(first.engine), ["1 A 10 @ 100", "2 A -11 @ 100", "2 B 18 @ 50"]);
  const second = runStrategy({
    bars,
    cash: 1000,
    strategy: script({
      0: (t) => {
        t.target("A", -2);
        t.targetWeight("B", 1);
      },
      1: (t) => {
        t.targetWeight("A", 0.5);
        t.targetWeight("B", 0);
      },
    }),
  });
  // With 200 short in A and 1,000 in B there is no cash: B is sold first, then A is covered and bought.
  assertEquals(fillsOf(second.engine), [
    "1 A -2 @ 100",
    "1 B 20 @ 50",
    "2 B -20 @ 50",
    "2 A 7 @ 100",
  ]);
});

Deno.test("rotation: a full weight moves from one short position to the other, costs and all", () => {
  const { engine } = runStrategy({
    bars: [dailyBars("A", [flat, flat, flat]), dailyBars("B", [cheap, cheap, cheap])],
    cash: 1000,
    venue: { slippageBps: 10, commission: { kind: "per_order", amount: 1 } },
    strategy: script({
      0: (t) => t.targetWeight("A", -1),
      1: (t) => {
        t.targetWeight("A", 0);
        t.targetWeight("B", -1);
      },
    }),
  });
  // Short: 10 x 99.9 + 1 = 1,000. Equity after it 1,000 - 1 - 1 = 998; covering costs 1 and 1: 996; 19 x 49.95 + 1 = 950.05.
  assertEquals(fillsOf(engine), [
    "1 A -10 @ 99.9 - 1",
    "2 A 10 @ 100.1 - 1",
    "2 B -19 @ 49.95 - 1",
  ]);
});

Deno.test("weights: all are taken of the equity at the opens before any fill; the last one takes what is left", () => {
  const { engine } = runStrategy({
    bars: [
      dailyBars("A", [flat, flat]),
      dailyBars("B", [cheap, cheap]),
      dailyBars("C", [[10, 10, 10, 10], [10, 10, 10, 10]]),
    ],
    cash: 1000,
    venue: { slippageBps: 0, commission: { kind: "notional", bps: 100 } },
    strategy: script({
      0: (t) => {
        for (const symbol of ["A", "B", "C"]) t.targetWeight(symbol, 0.5);
      },
    }),
  });
  // 500 buy 4 of A with 4 of commission; 9 of B for 450 and 4.5; 1,000 - 404 - 454.5 = 141.5 buy 14 of C for 140 and 1.4.
  assertEquals(fillsOf(engine), [
    "1 A 4 @ 100 - 4",
    "1 B 9 @ 50 - 4.5",
    "1 C 14 @ 10 - 1.4",
  ]);
});

Deno.test("weights: one that finds no cash is refused for that, one that is too small for a share by its size", () => {
  const { engine } = runStrategy({
    bars: [dailyBars("A", [flat, flat, flat]), dailyBars("B", [cheap, cheap, cheap])],
    cash: 1000,
    strategy: script({
      0: (t) => {
        t.targetWeight("A", 1);
        t.targetWeight("B", 0.5);
      },
      1: (t) => t.targetWeight("B", 0.04),
    }),
  });
  assertEquals(fillsOf(engine), ["1 A 10 @ 100"]);
  // 50 buys one share of B; 0.04 x 1,000 = 40 never does.
  assertEquals(endsOf(engine), [
    "filled",
    "rejected insufficient_funds",
    "rejected below_min_size",
  ]);
});

Deno.test("short value: over all symbols it is at most the equity, a weight takes what is left of it", () => {
  const { engine } = runStrategy({
    bars: [dailyBars("A", [flat, flat, flat]), dailyBars("B", [cheap, cheap, cheap])],
    cash: 1000,
    strategy: script({
      0: (t) => {
        t.sell("A", 6);
        t.sell("B", 9);
      },
      1: (t) => t.targetWeight("B", -1),
    }),
  });
  // 600 + 450 is more than 1,000; of a weight of -1 in B, 400 are left.
  assertEquals(fillsOf(engine), ["1 A -6 @ 100", "2 B -8 @ 50"]);
  assertEquals(endsOf(engine), ["filled", "rejected insufficient_funds", "filled"]);
});

/**
 * The golden run. 10,000 in cash; 10 basis points of slippage on market and stop fills, 0.1 % commission with a minimum of 1.
 *
 * | step | A: open high low close | B: open high low close | what is asked for after it |
 * |---|---|---|---|
 * | 0 | 100 102 98 101 | 20 21 19 20 | A weight 0.5; buy 100 B |
 * | 1 | 102 104 101 103 | 21 22 20 21 | limit sale of 20 A at 106 (gtc); stop sale of 100 B at 19 (gtc) |
 * | 2 | 103 106 102 105 | 21 21.5 20 20.5 | |
 * | 3 | 105 107 104 106 | 20 20.2 18.5 19 | B target -50 |
 * | 4 | 106 108 105 107 | 19 19.5 18 18.2 | |
 * | 5 | 107 107 95 96 | 18 18.4 17.5 18 | close A; buy 10 A at limit 94 (day) |
 * | 6 | 95 96 93 94 | 18.2 19 18 18.8 | buy 80 B |
 * | 7 | 94 97 93.5 96 | 19 19.4 18.6 19.2 | weight B 0 |
 * | 8 | 96 99 95 98 | 19.4 20 19 19.8 | buy 60 A |
 * | 9 | 98 101 97 100 | 19.8 20 19.5 19.9 | buy 1 A |
 *
 * Fills (price with slippage; commission is the larger of 0.1 % and 1):
 *
 * 1. step 1: A at 102.102: budget 0.5 x 10,000 = 5,000; 48 x 102.102 = 4,900.896 and 4.900896 fit, 49 cost more.
 *    cash 10,000 - 4,905.796896 = 5,094.203104
 * 2. step 1: B 100 at 21.021 = 2,102.1, commission 2.1021. cash 2,990.001004
 * 3. step 3: A -20 at the limit 106 = 2,120, commission 2.12 (step 2 only touched 106). cash 5,107.881004;
 *    cost released 4,900.896 x 20 / 48 = 2,042.04, realised 77.96
 * 4. step 3: B -100 at 19 x 0.999 = 18.981: 1,898.1, commission 1.8981. cash 7,004.082904; realised -204
 * 5. step 4: B -50 at 18.981 = 949.05, commission 1 (0.1 % is 0.94905). cash 7,952.132904; 949.05 locked
 * 6. step 6: A -28 at 95 x 0.999 = 94.905 = 2,657.34, commission 2.65734. cash 10,606.815564;
 *    cost released 2,858.856, realised -201.516
 * 7. step 6: A 10 at the limit 94 (open 95, low 93) = 940, commission 1. cash 9,665.815564
 * 8. step 7: B 80 at 19 x 1.001 = 19.019 = 1,521.52, commission 1.52152. 50 cover: 950.95 against 949.05, realised -1.9;
 *    30 are bought for 570.57. cash 8,142.774044
 * 9. step 8: B -30 at 19.4 x 0.999 = 19.3806 = 581.418, commission 1. realised 10.848. cash 8,723.192044
 * 10. step 9: A 60 at 98 x 1.001 = 98.098 = 5,885.88, commission 5.88588. cash 2,831.426164
 *
 * At the end 70 A at 100 = 7,000; equity 9,831.426164. Realised 77.96 - 204 - 201.516 - 1.9 + 10.848 = -318.608.
 * Commission 4.900896 + 2.1021 + 2.12 + 1.8981 + 1 + 2.65734 + 1 + 1.52152 + 1 + 5.88588 = 24.085836.
 * Check: cost of A 940 + 5,885.88 = 6,825.88; 2,831.426164 + 6,825.88 = 10,000 - 318.608 - 24.085836 = 9,657.306164.
 * Slippage: 48 x 0.102 + 100 x 0.021 + 100 x 0.019 + 50 x 0.019 + 28 x 0.095 + 80 x 0.019 + 30 x 0.0194 + 60 x 0.098 = 20.488.
 */
Deno.test("golden run: two symbols, ten bars, every figure of the ledger by hand", () => {
  const venue: VenueRules = {
    slippageBps: 10,
    commission: { kind: "notional", bps: 10, min: 1 },
  };
  for (const slice of [1, 3, 4096]) {
    const { engine, equity } = runStrategy({
      bars: [
        dailyBars("A", [
          [100, 102, 98, 101],
          [102, 104, 101, 103],
          [103, 106, 102, 105],
          [105, 107, 104, 106],
          [106, 108, 105, 107],
          [107, 107, 95, 96],
          [95, 96, 93, 94],
          [94, 97, 93.5, 96],
          [96, 99, 95, 98],
          [98, 101, 97, 100],
        ]),
        dailyBars("B", [
          [20, 21, 19, 20],
          [21, 22, 20, 21],
          [21, 21.5, 20, 20.5],
          [20, 20.2, 18.5, 19],
          [19, 19.5, 18, 18.2],
          [18, 18.4, 17.5, 18],
          [18.2, 19, 18, 18.8],
          [19, 19.4, 18.6, 19.2],
          [19.4, 20, 19, 19.8],
          [19.8, 20, 19.5, 19.9],
        ]),
      ],
      cash: 10_000,
      venue,
      slice,
      strategy: script({
        0: (t) => {
          t.targetWeight("A", 0.5);
          t.buy("B", 100);
        },
        1: (t) => {
          t.sell("A", 20, { limitPrice: 106, timeInForce: "gtc" });
          t.sell("B", 100, { stopPrice: 19, timeInForce: "gtc" });
        },
        3: (t) => t.target("B", -50),
        5: (t) => {
          t.close("A");
          t.buy("A", 10, { limitPrice: 94 });
        },
        6: (t) => t.buy("B", 80),
        7: (t) => t.targetWeight("B", 0),
        8: (t) => t.buy("A", 60),
        9: (t) => t.buy("A", 1),
      }),
    });
    assertEquals(fillsOf(engine), [
      "1 A 48 @ 102.102 - 4.900896",
      "1 B 100 @ 21.021 - 2.1021",
      "3 A -20 @ 106 - 2.12",
      "3 B -100 @ 18.981 - 1.8981",
      "4 B -50 @ 18.981 - 1",
      "6 A -28 @ 94.905 - 2.65734",
      "6 A 10 @ 94 - 1",
      "7 B 80 @ 19.019 - 1.52152",
      "8 B -30 @ 19.3806 - 1",
      "9 A 60 @ 98.098 - 5.88588",
    ]);
    const { ledger } = engine;
    assertEquals(
      [ledger.cash, engine.equity(), ledger.realised, ledger.commission, ledger.slippage],
      [2_831_426_164, 9_831_426_164, -318_608_000, 24_085_836, 20_488_000],
    );
    assertEquals([...ledger.position], [70, 0]);
    assertEquals([...ledger.cost], [6_825_880_000, 0]);
    // Marks: step 1: 2,990.001004 + 48 x 103 + 100 x 21; step 4: 7,952.132904 + 28 x 107 - 50 x 18.2.
    assertEquals(
      [equity[0], equity[1], equity[4], equity[9]],
      [10_000_000_000, 10_034_001_004, 10_038_132_904, 9_831_426_164],
    );
    assertEquals(endsOf(engine).at(-1), "expired end_of_data");
    // In the market from the fill at step 1 to the end.
    assertEquals(engine.exposedSteps, 9);
  }
});
