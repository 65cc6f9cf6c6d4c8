import { assert, assertEquals } from "@std/assert";
import {
  adx,
  aroon,
  atr,
  bbands,
  cci,
  dema,
  ema,
  highest,
  linearreg,
  lowest,
  macd,
  mfi,
  mom,
  natr,
  obv,
  roc,
  rsi,
  sar,
  sma,
  type Spec,
  stddev,
  stoch,
  stochf,
  tema,
  trange,
  trix,
  ultosc,
  willr,
  wma,
} from "../../../lib/strategy/indicators/mod.ts";
import { specParts } from "../../../lib/strategy/indicators/spec.ts";
import { EVERY_SPEC, readTable, run, sampleBars } from "./support.ts";

/** Column of the vectors (TA-Lib 0.8.1; see tests/vectors/README.md), spec and output. */
const COLUMNS: readonly (readonly [string, Spec<string>, string])[] = [
  ["sma_10", sma(10), "value"],
  ["sma_30", sma(), "value"],
  ["ema_12", ema(12), "value"],
  ["ema_26", ema(26), "value"],
  ["wma_14", wma(14), "value"],
  ["dema_20", dema(20), "value"],
  ["tema_20", tema(20), "value"],
  ["rsi_14", rsi(), "value"],
  ["macd_12_26_9", macd(), "value"],
  ["macd_signal_12_26_9", macd(), "signal"],
  ["macd_hist_12_26_9", macd(), "histogram"],
  ["bb_upper_20_2_2", bbands(20), "upper"],
  ["bb_middle_20_2_2", bbands(20), "value"],
  ["bb_lower_20_2_2", bbands(20), "lower"],
  ["atr_14", atr(), "value"],
  ["natr_14", natr(), "value"],
  ["trange", trange(), "value"],
  ["adx_14", adx(), "value"],
  ["plus_di_14", adx(), "plusDi"],
  ["minus_di_14", adx(), "minusDi"],
  ["stoch_slowk_14_3_3", stoch(14), "value"],
  ["stoch_slowd_14_3_3", stoch(14), "signal"],
  ["stochf_fastk_5_3", stochf(), "value"],
  ["stochf_fastd_5_3", stochf(), "signal"],
  ["cci_20", cci(20), "value"],
  ["mfi_14", mfi(), "value"],
  ["obv", obv(), "value"],
  ["roc_10", roc(), "value"],
  ["mom_10", mom(), "value"],
  ["willr_14", willr(), "value"],
  ["aroon_down_25", aroon(25), "down"],
  ["aroon_up_25", aroon(25), "up"],
  ["sar_0.02_0.2", sar(), "value"],
  ["trix_15", trix(15), "value"],
  ["ultosc_7_14_28", ultosc(), "value"],
  ["linearreg_14", linearreg(), "value"],
  ["stddev_20", stddev(20), "value"],
  ["max_high_20", highest(20), "value"],
  ["min_low_20", lowest(20), "value"],
];

for (const symbol of ["AAPL", "GOOG"]) {
  const [header, ...rows] = readTable(`tests/vectors/indicators/${symbol}.csv`);
  const bars = sampleBars(symbol);

  Deno.test(`indicators: every row of ${symbol} equals TA-Lib's (TST-05, DAT-19)`, () => {
    assertEquals(COLUMNS.map(([column]) => column), header!.slice(1), "every column is compared");
    assertEquals(rows.length, bars.length);
    for (const [column, spec, output] of COLUMNS) {
      const { outputs, label } = specParts(spec), k = header!.indexOf(column);
      const actual = run(spec, bars)[outputs.indexOf(output)]!;
      rows.forEach((row, i) => {
        const expected = row[k] === "" ? NaN : Number(row[k]), found = actual[i]!;
        const near = Math.abs(found - expected) <= Math.max(1e-9, 1e-9 * Math.abs(expected));
        assert(
          Number.isNaN(expected) ? Number.isNaN(found) : near,
          `${label} ${output} of ${symbol}, row ${i} (${row[0]}): ${found} is not ${expected}`,
        );
      });
    }
  });
}

Deno.test("indicators: needed is the row after the last one without a main value (DAT-19)", () => {
  const bars = sampleBars("GOOG");
  for (const spec of EVERY_SPEC) {
    const { label, needed, outputs } = specParts(spec), columns = run(spec, bars);
    assertEquals(columns[0]!.findIndex((value) => !Number.isNaN(value)) + 1, needed, label);
    columns.forEach((column, k) => {
      const last = column.findLastIndex((value) => Number.isNaN(value));
      assert(last < needed, `${label} ${outputs[k]} is NaN in row ${last}`);
      assert(column.every((value) => value !== Infinity && value !== -Infinity), label);
    });
  }
});

Deno.test("indicators: needed equals the first valid row of the vectors plus one", () => {
  const { columns } = JSON.parse(
    Deno.readTextFileSync(
      new URL("../../vectors/indicators/columns.json", import.meta.url),
    ),
  ) as { columns: { column: string; first_valid: number }[] };
  for (const { column, first_valid } of columns) {
    const [, spec, output] = COLUMNS.find((entry) => entry[0] === column)!;
    // The directional indicators are ready before the main output of adx.
    if (output.endsWith("Di")) continue;
    assertEquals(specParts(spec).needed, first_valid + 1, column);
  }
});

Deno.test("aroon: the value is up less down", () => {
  const [value, up, down] = run(aroon(25), sampleBars("GOOG"));
  value!.forEach((found, i) => {
    const expected = up![i]! - down![i]!;
    assert(Number.isNaN(expected) ? Number.isNaN(found) : Math.abs(found - expected) < 1e-12);
  });
});
