/**
 * Indicators and longer periods as handlers see them: equal to kernels over whole columns whatever the slices, restated by splits, and
 * never ahead of their close (SBX-27, SBX-36, DAT-15).
 *
 * @module
 */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { loadSeries } from "../../lib/data/mod.ts";
import { prepareMarket } from "../../lib/run/prepare_market.ts";
import { Random } from "../../lib/core/mod.ts";
import type { Bars } from "../../lib/market/mod.ts";
import {
  adx,
  atr,
  bbands,
  donchian,
  ema,
  type Handlers,
  type Indicator,
  macd,
  obv,
  rsi,
  sma,
  stddev,
  wma,
} from "../../lib/strategy/mod.ts";
import type { Spec } from "../../lib/strategy/indicators/mod.ts";
import { specParts } from "../../lib/strategy/indicators/spec.ts";
import crossover from "../../strategies/sma_crossover.ts";
import {
  copyBars,
  dailyBars,
  endsOf,
  fillsOf,
  type PriceRow,
  type RunInput,
  runStrategy,
} from "./support.ts";

const SPECS: readonly (() => Spec<string>)[] = [
  () => sma(5),
  () => ema(9),
  () => wma(4),
  () => rsi(14),
  () => macd(12, 26, 9),
  () => bbands(20, 2),
  () => atr(14),
  () => adx(7),
  () => donchian(20),
  () => obv(),
  () => stddev(10),
];

function walk(seed: number, rows: number): PriceRow[] {
  const random = new Random(seed);
  let cents = 10_000;
  return Array.from({ length: rows }, () => {
    const step = (): number => Math.floor(random.next() * 201) - 100;
    const open = cents, close = Math.max(500, open + step());
    const high = Math.max(open, close) + Math.abs(step()),
      low = Math.max(100, Math.min(open, close) - Math.abs(step()));
    cents = close;
    return [open / 100, high / 100, low / 100, close / 100, Math.floor(random.next() * 1e6)];
  });
}

/** The outputs of a spec over a whole series. */
function columnsOf(spec: Spec<string>, bars: Bars): Float64Array[] {
  const { outputs, create } = specParts(spec);
  const out = outputs.map(() => new Float64Array(bars.length));
  create().update(bars, 0, bars.length, out, 0);
  return out;
}

/** The handles of all outputs, the first one without a name. */
function outputsOf(spec: Spec<string>, handle: Indicator): Indicator[] {
  const { outputs } = specParts(spec);
  return outputs.map((name, k) =>
    k === 0 ? handle : (handle as unknown as Record<string, Indicator>)[name]!
  );
}

/** The values that a handler sees are those of the columns, at every row, now and one bar earlier. */
function checker(
  columns: readonly Float64Array[][],
): (spec: number, row: number, handles: readonly Indicator[]) => void {
  return (spec, row, handles) =>
    handles.forEach((handle, k) => {
      const column = columns[spec]![k]!;
      if (!Object.is(handle.value, column[row])) {
        assertEquals(handle.value, column[row], `spec ${spec} output ${k} row ${row}`);
      }
      const before = row === 0 ? NaN : column[row - 1];
      if (!Object.is(handle.previous, before)) {
        assertEquals(handle.previous, before, `spec ${spec} output ${k} before row ${row}`);
      }
      assertEquals(handle.ready, handle.value === handle.value);
    });
}

Deno.test("indicators: what onBar sees are the whole columns, in slices of any size", () => {
  // Three blocks of 1,024 rows and a part.
  const bars = dailyBars("A", walk(1, 3200), "1995-01-03"), specs = SPECS.map((spec) => spec());
  const check = checker(specs.map((spec) => columnsOf(spec, bars)));
  for (const slice of [1, 7, 1000, 4096]) {
    let row = 0;
    runStrategy({
      bars: [bars],
      slice,
      strategy: ({ data }) => {
        const handles = specs.map((spec) => outputsOf(spec, data.indicator(spec)));
        return {
          onBar: (): void => {
            handles.forEach((each, i) => check(i, row, each));
            row++;
          },
        };
      },
    });
    assertEquals(row, 3200);
  }
});

Deno.test("indicators: of several symbols, following the handler's and by .at()", () => {
  const series = [
    dailyBars("A", walk(2, 1300), "2000-01-03"),
    dailyBars("B", walk(3, 1100), "2001-01-02"),
  ];
  const specs = SPECS.map((spec) => spec());
  const checks = series.map((bars) => checker(specs.map((spec) => columnsOf(spec, bars))));
  for (const slice of [5, 4096]) {
    const rows = [-1, -1];
    runStrategy({
      bars: series,
      slice,
      strategy: ({ data }) => {
        const following = specs.map((spec) => data.indicator(spec));
        const fixed = ["A", "B"].map((symbol) =>
          specs.map((spec, i) => outputsOf(spec, following[i]!.at(symbol)))
        );
        return {
          onBar: (bar): void => {
            const s = bar.symbol === "A" ? 0 : 1;
            rows[s] = bar.count - 1;
            following.forEach((handle, i) => checks[s]!(i, rows[s]!, outputsOf(specs[i]!, handle)));
            // Both symbols have moved on before the first handler of the instant: A is checked with its own row alone.
            fixed[s]!.forEach((each, i) => checks[s]!(i, rows[s]!, each));
          },
        };
      },
    });
    assertEquals(rows, [1299, 1099]);
  }
});

/** Rows before `row` in the prices after a split of 2:1. */
function halvedBefore(bars: Bars, row: number): Bars {
  const copy = copyBars(bars);
  // Half a cent is on no scale of cents.
  copy.tickScale = 1000;
  for (let i = 0; i < row; i++) {
    for (const name of ["open", "high", "low", "close"] as const) copy[name][i]! /= 2;
    copy.volume[i]! *= 2;
  }
  return copy;
}

/** A walk that halves at `row`. */
function splitWalk(rows: number, row: number): Bars {
  const bars = dailyBars("A", walk(4, rows), "1995-01-03");
  for (let i = row; i < rows; i++) {
    for (const name of ["open", "high", "low", "close"] as const) {
      bars[name][i] = Math.round(bars[name][i]! * 50) / 100;
    }
    bars.volume[i]! *= 2;
  }
  return bars;
}

Deno.test("split: indicators, windows and longer periods show the past in the new prices, from the split on (DAT-15)", () => {
  const rows = 1500;
  for (const row of [1, 3, 700, 1024, 1025, 1499]) {
    const bars = splitWalk(rows, row), adjusted = halvedBefore(bars, row);
    const specs = SPECS.map((spec) => spec());
    const before = specs.map((spec) => columnsOf(spec, bars)),
      after = specs.map((spec) => columnsOf(spec, adjusted));
    for (const slice of [64, 4096]) {
      let weekly: number[] = [];
      const weeks: number[][] = [];
      for (
        const input of [{ bars: adjusted, actions: [] }, {
          bars,
          actions: [{
            kind: "split" as const,
            series: 0,
            row,
            timeUs: bars.closeTime[row]!,
            numerator: 2,
            denominator: 1,
          }],
        }]
      ) {
        weekly = [];
        weeks.push(weekly);
        runStrategy({
          bars: [input.bars],
          actions: input.actions,
          slice,
          strategy: ({ data }): Handlers => {
            const handles = specs.map((spec) => outputsOf(spec, data.indicator(spec)));
            const week = data.bars("1w"), average = week.indicator(sma(3));
            return {
              onBar: (bar): void => {
                const at = bar.count - 1;
                if (at >= row) weekly.push(average.value, ...week.window("A", "close", 3));
                if (input.actions.length === 0) return;
                const columns = at < row ? before : after;
                handles.forEach((each, i) =>
                  each.forEach((handle, k) => {
                    const wanted = columns[i]![k]![at]!;
                    const previous = at === 0 ? NaN : columns[i]![k]![at - 1]!;
                    near(handle.value, wanted, `spec ${i} row ${at}, split at ${row}`);
                    near(handle.previous, previous, `spec ${i} before row ${at}, split at ${row}`);
                  })
                );
                const truth = at < row ? bars : adjusted, from = Math.max(0, at - 9);
                assertEquals(
                  [...data.window("A", "close", 10)],
                  [...truth.close.subarray(from, at + 1)],
                );
                assertEquals(
                  [...data.window("A", "volume", 10)],
                  [...truth.volume.subarray(from, at + 1)],
                );
              },
            };
          },
        });
      }
      assertEquals(weeks[1]!.length, weeks[0]!.length);
      weeks[0]!.forEach((value, i) => near(weeks[1]![i]!, value, `weekly ${i}, split at ${row}`));
    }
  }
});

function near(actual: number, expected: number, message: string): void {
  if (Object.is(actual, expected)) return;
  assertAlmostEquals(actual, expected, 1e-9 * Math.max(1, Math.abs(expected)), message);
}

Deno.test("split: position, resting orders and equity go through it without a jump (DAT-15)", () => {
  const bars = dailyBars("A", [
    [100, 102, 98, 100],
    [100, 102, 98, 100],
    [50, 51, 49, 50],
    [50, 61, 39, 50],
  ]);
  const seen: unknown[] = [];
  const { engine, equity } = runStrategy({
    bars: [bars],
    cash: 10_000,
    actions: [{
      kind: "split",
      series: 0,
      row: 2,
      timeUs: bars.closeTime[2]!,
      numerator: 2,
      denominator: 1,
    }],
    strategy: {
      onBar: (bar, t): void => {
        if (bar.count === 1) t.buy("A", 10);
        if (bar.count === 2) {
          t.sell("A", 5, { limitPrice: 120, timeInForce: "gtc" });
          t.sell("A", 3, { stopPrice: 80, timeInForce: "gtc" });
          t.target("A", 11);
        }
        const { quantity, averagePrice, value } = t.position("A");
        seen.push([
          quantity,
          averagePrice,
          value,
          t.orders.map((o) => [o.quantity, o.limitPrice, o.stopPrice]),
        ]);
      },
    },
  });
  assertEquals(seen.slice(1), [
    [10, 100, 1000, [[5, 120, NaN], [3, NaN, 80], [NaN, NaN, NaN]]],
    // 20 held; the target of 11 became 22 and filled at the open.
    [22, 50, 1100, [[10, 60, NaN], [6, NaN, 40]]],
    // Low first: 6 at 40, then 10 at 60.
    [6, 50, 300, []],
  ]);
  assertEquals(fillsOf(engine), ["1 10 @ 100", "2 2 @ 50", "3 -6 @ 40", "3 -10 @ 60"]);
  assertEquals([...equity].map((micros) => micros / 1e6), [10_000, 10_000, 10_000, 10_040]);
});

Deno.test("split: two in one night are two steps, in the host's prices as in the strategy's", () => {
  const bars = dailyBars("A", [[90, 91, 89, 90], [90, 91, 89, 90], [40, 41, 39, 40]]);
  const split = {
    kind: "split" as const,
    series: 0,
    row: 2,
    timeUs: bars.closeTime[2]!,
    numerator: 3,
    denominator: 2,
  };
  const { engine } = runStrategy({
    bars: [bars],
    cash: 1000,
    actions: [split, split],
    strategy: { onBar: (bar, t): void => void (bar.count === 1 && t.buy("A", 5)) },
  });
  // 5 become 7.5: half a share is paid at 60, 30. 7 become 10.5: half a share is paid at 40, 20.
  assertEquals([...engine.actionLog.cash.subarray(0, 2)], [30_000_000, 20_000_000]);
  assertEquals([engine.ledger.position[0], engine.equity()], [10, 1_000_000_000]);
});

Deno.test("split: a resting order that is left with less than one share is cancelled", () => {
  const bars = dailyBars("A", [[10, 11, 9, 10], [10, 11, 9, 10], [100, 110, 90, 100]]);
  const { engine } = runStrategy({
    bars: [bars],
    actions: [{
      kind: "split",
      series: 0,
      row: 2,
      timeUs: bars.closeTime[2]!,
      numerator: 1,
      denominator: 10,
    }],
    strategy: {
      onBar: (bar, t): void => {
        if (bar.count !== 2) return;
        t.buy("A", 9, { limitPrice: 9.5, timeInForce: "gtc" });
        t.buy("A", 25, { limitPrice: 9.5, timeInForce: "gtc" });
      },
    },
  });
  assertEquals(fillsOf(engine), ["2 2 @ 95"]);
  assertEquals(endsOf(engine)[0], "cancelled below_min_size");
});

Deno.test("split: AAPL and MSFT tell one story, adjusted or as traded (DAT-15)", () => {
  for (const [symbol, splits] of [["AAPL", 2], ["MSFT", 1]] as const) {
    const [adjusted, raw] = (["split", "none"] as const).map((adjust) => {
      const market = prepareMarket([loadSeries({ symbol, period: "1d", adjust }).series], "1d");
      const input: RunInput = {
        bars: market.bars,
        actions: market.actions,
        strategy: crossover,
        params: { fast: 10, slow: 30 },
      };
      const run = runStrategy(input), { fills } = run.engine;
      return {
        run,
        actions: market.actions.length,
        trades: Array.from({ length: fills.length }, (_, row) => [
          fills.timeUs[row],
          Math.sign(fills.quantity[row]!),
        ]),
      };
    });
    assertEquals([adjusted!.actions, raw!.actions], [0, splits]);
    assert(raw!.trades.length > 50);
    assertEquals(raw!.trades, adjusted!.trades);
    // Whole shares at other prices: the remainders differ, nothing else.
    raw!.run.equity.forEach((micros, step) => {
      const ratio = micros / adjusted!.run.equity[step]!;
      assert(Math.abs(ratio - 1) < 0.005, `${symbol} step ${step}: ${ratio}`);
    });
  }
});
