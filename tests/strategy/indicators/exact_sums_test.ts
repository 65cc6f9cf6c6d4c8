import { assert, assertEquals } from "@std/assert";
import { Random } from "../../../lib/core/mod.ts";
import type { Bars } from "../../../lib/market/mod.ts";
import {
  bbands,
  cci,
  dema,
  ema,
  keltner,
  linearreg,
  macd,
  mfi,
  rsi,
  sma,
  type Spec,
  stddev,
  stoch,
  tema,
  trix,
  ultosc,
  vwap,
  wma,
} from "../../../lib/strategy/indicators/mod.ts";
import { RecentSum } from "../../../lib/strategy/indicators/recent_sum.ts";
import { specParts } from "../../../lib/strategy/indicators/spec.ts";
import { assertSameBits, barsOf, EVERY_SPEC, roughWalk, run, tail, walk } from "./support.ts";

const SEED = 20260731, ROWS = 200_000, SCALE = 10_000;

const long = walk(SEED, ROWS, SCALE);

/** Closes in whole ticks, and their running totals, exact. */
function closesOf(bars: Bars): { ticks: bigint[]; totals: bigint[] } {
  const ticks = Array.from(bars.close, (price) => BigInt(Math.round(price * SCALE)));
  const totals = [0n];
  for (const tick of ticks) totals.push(totals.at(-1)! + tick);
  return { ticks, totals };
}

Deno.test(`sma: every mean of 200,000 bars is the exact one, rounded once (seed ${SEED})`, () => {
  assertEquals(long.tickScale, SCALE);
  const { totals } = closesOf(long);
  for (const n of [1, 7, 200]) {
    const [means] = run(sma(n), long, () => 1024);
    for (let i = n - 1; i < ROWS; i++) {
      const expected = Number(totals[i + 1]! - totals[i + 1 - n]!) / (n * SCALE);
      if (means![i] !== expected) assertEquals(means![i], expected, `sma(${n}) row ${i}`);
    }
  }
});

Deno.test(`sma: averages that tie compare equal, others as their exact values (seed ${SEED})`, () => {
  const { totals } = closesOf(long);
  const [fast] = run(sma(4), long), [slow] = run(sma(10), long);
  let ties = 0;
  for (let i = 9; i < ROWS; i++) {
    const exact = (totals[i + 1]! - totals[i - 3]!) * 10n - (totals[i + 1]! - totals[i - 9]!) * 4n;
    if (exact === 0n) ties++;
    const found = fast![i]! - slow![i]!;
    if ((found > 0) !== (exact > 0n) || (found < 0) !== (exact < 0n)) {
      throw new Error(`row ${i}: ${fast![i]} against ${slow![i]}, exact difference ${exact}`);
    }
  }
  assert(ties > 1000, `the series has only ${ties} ties`);
});

Deno.test(`wma, linearreg, stddev: exact sums at every 37th of 200,000 bars (seed ${SEED})`, () => {
  const n = 30, { ticks } = closesOf(long);
  const [weighted] = run(wma(n), long), [line] = run(linearreg(n), long);
  const [deviation] = run(stddev(n), long);
  for (let i = n - 1; i < ROWS; i += 37) {
    let sum = 0n, byWeight = 0n, squares = 0n;
    for (let k = 1; k <= n; k++) {
      const tick = ticks[i - n + k]!;
      sum += tick;
      byWeight += BigInt(k) * tick;
      squares += tick * tick;
    }
    const weights = n * (n + 1) / 2, spread = BigInt(n) * squares - sum * sum;
    assertEquals(weighted![i], Number(byWeight) / (weights * SCALE), `wma row ${i}`);
    const end = Number(3n * byWeight - BigInt(n + 1) * sum) / (weights * SCALE);
    assertEquals(line![i], end, `linearreg row ${i}`);
    assertEquals(deviation![i], Math.sqrt(Number(spread)) / (n * SCALE), `stddev row ${i}`);
  }
});

Deno.test(`indicators of a window: what came before it leaves no trace (seed ${SEED})`, () => {
  const specs: Spec<string>[] = [sma(20), wma(20), linearreg(20), stddev(20), bbands(20), cci(20)];
  specs.push(stoch(14, 1, 1), ultosc());
  const bars = walk(SEED + 1, 3000, SCALE), cut = 1777, late = tail(bars, cut);
  for (const spec of specs) {
    const { needed } = specParts(spec);
    const whole = run(spec, bars).map((column) => column.slice(cut + needed - 1));
    const fresh = run(spec, late).map((column) => column.slice(needed - 1));
    assertSameBits(spec, whole, fresh, `started at row 0 against row ${cut}`);
  }
});

Deno.test(`indicators of a window: no drift for prices on no scale (seed ${SEED})`, () => {
  const bars = roughWalk(SEED, 50_000), cut = 49_000, late = tail(bars, cut);
  assertEquals(bars.tickScale, 0);
  for (const spec of [sma(50), wma(50), linearreg(50), stddev(50), cci(50), mfi(), vwap(50)]) {
    const { label, needed } = specParts(spec), [whole] = run(spec, bars), [fresh] = run(spec, late);
    for (let i = needed - 1; i < 1000; i++) {
      const expected = fresh![i]!, found = whole![cut + i]!;
      const near = Math.abs(found - expected) <= 1e-11 * Math.max(1, Math.abs(expected));
      assert(near, `${label} row ${cut + i}: ${found} is not ${expected}`);
    }
  }
});

Deno.test(`indicators: a spike that has left the window leaves no trace (seed ${SEED})`, () => {
  const random = new Random(SEED);
  const rows = barsOf("SPIKE", 400, (i) => {
    const price = i === 100 ? 900_000.0001 : 1 + Math.floor(random.next() * 5) / 10_000;
    return [price, price, price, price, i === 100 ? 1e12 : 0];
  });
  const late = tail(rows, 200);
  for (const spec of [sma(20), wma(20), linearreg(20), stddev(20), cci(20), sma(20, "volume")]) {
    const { needed } = specParts(spec), from = needed - 1;
    const whole = run(spec, rows).map((column) => column.slice(200 + from));
    assertSameBits(spec, whole, run(spec, late).map((column) => column.slice(from)), "spike");
  }
});

Deno.test("indicators: a price that never moves is its own average and has no spread", () => {
  for (const [scale, price] of [[10, 10.1], [1000, 0.007], [0, 1 / 3]] as const) {
    const bars = barsOf("FLAT", 300, () => [price, price, price, price, 12]);
    assertEquals(bars.tickScale, scale);
    const averages: Spec<string>[] = [sma(49), ema(49), dema(30), tema(30), keltner(20, 2, 10)];
    if (scale > 0) averages.push(wma(49), linearreg(49), bbands(49), vwap(), vwap(49));
    for (const spec of averages) {
      const { label, needed } = specParts(spec);
      for (const column of run(spec, bars)) {
        assert(column.subarray(needed - 1).every((value) => value === price), label);
      }
    }
    for (const spec of [stddev(49), cci(49), rsi(), stoch(), mfi(), ultosc(), trix(5), macd()]) {
      const { label, needed } = specParts(spec), [values] = run(spec, bars);
      assert(values!.subarray(needed - 1).every((value) => value === 0), label);
    }
  }
});

Deno.test("stddev: a price on no scale that stops moving has no spread", () => {
  const moving = roughWalk(SEED, 100);
  const bars = barsOf("STOPS", 200, (i) => {
    const close = moving.close[Math.min(i, 90)]!;
    return [close, close, close, close, 1];
  });
  assertEquals(bars.tickScale, 0);
  const [values] = run(stddev(20), bars);
  assert(values!.subarray(19, 109).every((value) => value > 0));
  assert(values!.subarray(109).every((value) => value === 0));
});

Deno.test("cci, mfi: typical prices that are equal as decimals are equal", () => {
  assert(0.32 + 0.28 + 0.3 !== 0.3 + 0.3 + 0.3, "the sums of the floats differ");
  const bars = barsOf("EQUAL", 100, (i) => {
    return i % 2 === 0 ? [0.3, 0.32, 0.28, 0.3, 5] : [0.3, 0.3, 0.3, 0.3, 5];
  });
  for (const spec of [cci(20), mfi(14)]) {
    const { label, needed } = specParts(spec), [values] = run(spec, bars);
    assert(values!.subarray(needed - 1).every((value) => value === 0), label);
  }
});

Deno.test(`sum of a stream: a window of zeros is zero whatever came before (seed ${SEED})`, () => {
  const random = new Random(SEED), sum = new RecentSum(5);
  for (let round = 0; round < 500; round++) {
    for (let i = 0; i < 12; i++) sum.next(random.next() * 10 ** (random.nextUint32() % 20));
    for (let i = 0; i < 4; i++) sum.next(0);
    assertEquals(sum.next(0), 0, `round ${round}`);
  }
});

Deno.test("indicators: bars with no price, range and volume give 0, not NaN or infinities", () => {
  const bars = barsOf("ZERO", 200, () => [0, 0, 0, 0, 0]);
  for (const spec of EVERY_SPEC) {
    const { label, needed, outputs } = specParts(spec);
    run(spec, bars).forEach((column, k) => {
      // Of equal highs the latest counts, so both sides of aroon stand at 100.
      const expected = outputs[k] === "up" || outputs[k] === "down" ? 100 : 0;
      const wrong = column.findIndex((value, i) => i >= needed - 1 && value !== expected);
      assertEquals(wrong, -1, `${label} ${outputs[k]} is ${column[wrong]} in row ${wrong}`);
    });
  }
});

Deno.test("rsi, mfi: only rises give exactly 100, only falls exactly 0", () => {
  for (const [direction, expected] of [[1, 100], [-1, 0]] as const) {
    const bars = barsOf("TREND", 500, (i) => {
      const price = (100_000 + direction * 7 * i) / 100;
      return [price, price, price, price, 3 + i % 5];
    });
    for (const spec of [rsi(), rsi(2), mfi(), mfi(3)]) {
      const { label, needed } = specParts(spec), [values] = run(spec, bars);
      assert(values!.subarray(needed - 1).every((value) => value === expected), label);
    }
  }
});
