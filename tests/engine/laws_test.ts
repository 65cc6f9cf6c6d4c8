/**
 * Laws of the engine over random strategies on random markets: several symbols, calendars and gaps, every kind of request, splits and
 * dividends, whole and fractional quantities (BT-04, BT-12, SBX-27, ORD-15, invariants 2 and 5).
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Random, US_PER_MINUTE } from "../../lib/core/mod.ts";
import type { Bars } from "../../lib/market/mod.ts";
import { isWorking, ORDER_STATE, roundTrips, unitsAfterSplit } from "../../lib/trading/mod.ts";
import { between, randomInput, randomRows } from "./random_run.ts";
import { copyBars, dailyBars, type RunInput, type RunOutput, runStrategy } from "./support.ts";

const seed = fc.integer({ min: 0, max: 2 ** 31 - 2 });

Deno.test("law: strategy and host agree after slices of 1, 7 and 4,096, and all give one result (BT-12, SBX-27)", () => {
  let fills = 0;
  fc.assert(
    fc.property(seed, (seed) => {
      const input = randomInput(seed);
      const whole = runStrategy(input);
      fills += whole.engine.fills.length;
      for (const slice of [1, 7]) {
        const sliced = runStrategy({ ...input, slice });
        assertEquals(sliced.hash, whole.hash);
        assertEquals(sliced.intents, whole.intents);
        assertEquals(sliced.equity, whole.equity);
      }
    }),
    { numRuns: 150 },
  );
  assert(fills > 1000, `only ${fills} fills`);
});

Deno.test("law: what comes after a step changes nothing that was decided or filled up to it (BT-04, SBX-27)", () => {
  fc.assert(
    fc.property(seed, fc.double({ min: 0, max: 1, noNaN: true }), (seed, part) => {
      const input = randomInput(seed), truth = runStrategy(input);
      const step = Math.floor(part * (truth.steps - 1));
      const cutUs = timeOfStep(truth, step);
      const random = new Random(seed + 2);
      const shuffled = input.bars.map((bars) => shuffledAfter(bars, cutUs, random));
      const other = runStrategy({ ...input, bars: shuffled });
      const seen = (run: RunOutput): unknown => ({
        intents: run.intents.filter((row) => row[0]! <= 2 * step + 2),
        equity: run.equity.subarray(0, step + 1),
        fills: fillRows(run).filter((row) => row[1]! <= step),
      });
      assertEquals(seen(other), seen(truth));
    }),
    { numRuns: 150 },
  );
});

Deno.test("law: no order fills on a bar that opened before it was made, or after it died; none fills twice or in part (BT-04)", () => {
  fc.assert(
    fc.property(seed, (seed) => {
      const run = runStrategy(randomInput(seed)), { engine } = run, { fills, orders } = engine;
      const seen = new Set<number>();
      for (let row = 0; row < fills.length; row++) {
        const order = fills.order[row]!, s = orders.series[order]!, bars = engine.series[s]!;
        assert(!seen.has(order));
        seen.add(order);
        const at = bars.closeTime.indexOf(timeOfStep(run, fills.step[row]!));
        assert(orders.createdUs[order]! <= bars.time[at]!);
        assert(orders.expiresUs[order]! > bars.time[at]!);
        assertEquals(orders.state[order], ORDER_STATE.filled);
        assertEquals(orders.fill[order], row);
        if (orders.sizing[order] === 0) assertEquals(fills.quantity[row], orders.quantity[order]);
        const low = Math.round(bars.low[at]! * 1e6), high = Math.round(bars.high[at]! * 1e6);
        // Within the bar, but for the slippage.
        assert(fills.price[row]! >= low * 0.998 && fills.price[row]! <= high * 1.002);
      }
      for (let order = 0; order < orders.length; order++) {
        assert(!isWorking(orders.state[order]!), "nothing is left working");
        assert(orders.endedUs[order]! >= orders.createdUs[order]!);
      }
      assertEquals(engine.book.working.count, 0);
    }),
    { numRuns: 100 },
  );
});

Deno.test("law: cash, shares and equity follow from the fills and actions alone, after every step", () => {
  fc.assert(
    fc.property(seed, (seed) => {
      const input = randomInput(seed), run = runStrategy(input), { engine } = run;
      const units = input.fractional ? 1_000_000n : 1n, { fills, orders, actionLog } = engine;
      let cash = BigInt(Math.round(input.cash! * 1e6)), fill = 0, action = 0;
      const held = input.bars.map(() => 0), rows = input.bars.map(() => -1);
      for (let step = 0; step < run.steps; step++) {
        const nowUs = timeOfStep(run, step);
        for (; actionLog.step[action] === step && action < actionLog.length; action++) {
          const s = actionLog.series[action]!, each = input.actions![action]!;
          if (each.kind === "split") {
            const next = unitsAfterSplit(held[s]!, each.numerator, each.denominator);
            assertEquals(next - held[s]!, actionLog.quantity[action]);
            held[s] = next;
          } else if (each.kind === "dividend") {
            const paid = rounded(BigInt(held[s]!) * BigInt(each.amountMicros), units);
            assertEquals(paid, BigInt(actionLog.cash[action]!));
          }
          cash += BigInt(actionLog.cash[action]!);
        }
        for (; fill < fills.length && fills.step[fill] === step; fill++) {
          const s = orders.series[fills.order[fill]!]!, quantity = fills.quantity[fill]!;
          cash -= rounded(BigInt(quantity) * BigInt(fills.price[fill]!), units) +
            BigInt(fills.commission[fill]!);
          held[s]! += quantity;
        }
        let equity = cash;
        input.bars.forEach((bars, s) => {
          while (rows[s]! + 1 < bars.length && bars.closeTime[rows[s]! + 1]! <= nowUs) {
            rows[s]! += 1;
          }
          if (held[s] === 0) return;
          equity += rounded(
            BigInt(held[s]!) * BigInt(Math.round(bars.close[rows[s]!]! * 1e6)),
            units,
          );
        });
        assertEquals(BigInt(run.equity[step]!), equity, `step ${step}`);
      }
      assertEquals(fill, fills.length);
      assertEquals(BigInt(engine.ledger.cash), cash);
      assertEquals([...engine.ledger.position], held);
    }),
    { numRuns: 150 },
  );
});

Deno.test("law: closed and open round trips add up to the change of equity, dividends apart (BT-09)", () => {
  let closed = 0;
  fc.assert(
    fc.property(seed, (seed) => {
      const input = randomInput(seed), run = runStrategy(input), { engine } = run;
      const trips = tripsOf(input, run);
      closed += trips.closed.length;
      const sum = [...trips.closed, ...trips.open].reduce((a, trip) => a + trip.netProfitMicros, 0);
      const { ledger } = engine;
      assertEquals(sum, engine.equity() - ledger.initialCash - ledger.dividends);
      assertEquals(trips.open.length, ledger.openPositions);
      for (const trip of [...trips.closed, ...trips.open]) {
        assert(trip.exitTimeUs >= trip.entryTimeUs && trip.bars >= 0);
        assert(Number.isFinite(trip.entryPrice) && trip.entryPrice > 0, `${trip.entryPrice}`);
        assert(Number.isFinite(trip.exitPrice) && trip.exitPrice > 0, `${trip.exitPrice}`);
      }
    }),
    { numRuns: 200 },
  );
  assert(closed > 500, `only ${closed} trips`);
});

function tripsOf(input: RunInput, run: RunOutput): ReturnType<typeof roundTrips> {
  const { engine } = run, { actionLog } = engine;
  return roundTrips({
    orders: engine.orders,
    fills: engine.fills,
    ledger: engine.ledger,
    symbols: input.bars.map((bars) => bars.symbol),
    quantityDigits: input.bars.map(() => input.fractional === true ? 6 : 0),
    splits: input.actions!.flatMap((action, i) =>
      action.kind === "split"
        ? [{
          step: actionLog.step[i]!,
          timeUs: action.timeUs,
          series: action.series,
          numerator: action.numerator,
          denominator: action.denominator,
          cashInLieuMicros: actionLog.cash[i]!,
        }]
        : []
    ),
    lastStep: run.steps - 1,
    lastTimeUs: timeOfStep(run, run.steps - 1),
  });
}

/** a / b, half to even. */
function rounded(a: bigint, b: bigint): bigint {
  const size = a < 0n ? -a : a, quotient = size / b, twice = size % b * 2n;
  const nearest = quotient + (twice > b || (twice === b && quotient % 2n === 1n) ? 1n : 0n);
  return a < 0n ? -nearest : nearest;
}

function timeOfStep(run: RunOutput, step: number): number {
  const times = new Set<number>();
  for (const bars of run.engine.series) {
    for (let i = 0; i < bars.length; i++) times.add(bars.closeTime[i]!);
  }
  return [...times].sort((a, b) => a - b)[step]!;
}

/** The same times with the prices of the later rows exchanged among each other and scaled. */
function shuffledAfter(bars: Bars, cutUs: number, random: Random): Bars {
  const copy = copyBars(bars), first = bars.closeTime.findIndex((time) => time > cutUs);
  if (first === -1) return copy;
  for (let i = first; i < bars.length; i++) {
    const from = between(random, first, bars.length - 1), factor = between(random, 50, 200) / 100;
    for (const name of ["open", "high", "low", "close"] as const) {
      copy[name][i] = Math.round(bars[name][from]! * factor * 100 + 1) / 100;
    }
  }
  return copy;
}

function fillRows(run: RunOutput): number[][] {
  const { fills } = run.engine;
  return Array.from({ length: fills.length }, (_, row) => [
    fills.order[row]!,
    fills.step[row]!,
    fills.timeUs[row]!,
    fills.quantity[row]!,
    fills.price[row]!,
    fills.commission[row]!,
  ]);
}

Deno.test("law: minutes between timers are whole microseconds", () => {
  const { child } = runStrategy({
    bars: [dailyBars("A", randomRows(new Random(1), 3))],
    strategy: ({ data }) => ({
      onStart: (): void => void data.timer("third", { afterMinutes: 1 / 7 }),
      onTimer: (timer, trade): void => {
        assertEquals(timer.time, Math.round(timer.time));
        trade.buy("A", 1);
      },
    }),
  });
  assertEquals(child.engine.orders.createdUs[0]! % 1, 0);
  assert(child.engine.orders.createdUs[0]! < child.engine.series[0]!.time[0]! + US_PER_MINUTE);
});
