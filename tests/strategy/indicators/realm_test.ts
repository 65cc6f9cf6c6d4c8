import { assertEquals } from "@std/assert";
import * as indicators from "../../../lib/strategy/indicators/mod.ts";
import { specParts } from "../../../lib/strategy/indicators/spec.ts";
import { assertSameBits, EVERY_SPEC, roughWalk, run, walk } from "./support.ts";

const SEED = 20260731;

/** Objects whose properties a strategy could replace, were the realm not frozen. */
const REACHABLE: readonly (readonly [string, object])[] = [
  ["Math", Math],
  ["Number", Number],
  ["Number.prototype", Number.prototype],
  ["Object.prototype", Object.prototype],
  ["Array.prototype", Array.prototype],
  ["String.prototype", String.prototype],
  ["Float64Array", Float64Array],
  ["%TypedArray%.prototype", Object.getPrototypeOf(Float64Array.prototype)],
  ["Int32Array", Int32Array],
  ["Map.prototype", Map.prototype],
];
const GLOBALS = ["Math", "Number", "Float64Array", "Int32Array", "Map", "Array", "RangeError"];

/** Runs `body` while everything above throws when it is touched; gives back what was there. */
function sabotaged<T>(body: () => T): T {
  const undo: (() => void)[] = [];
  // Collected before anything is replaced: the sabotage itself must not need what it takes away.
  const plans: [object, string | symbol, PropertyDescriptor][] = [];
  for (const [, target] of REACHABLE) {
    for (const key of Reflect.ownKeys(target)) {
      const descriptor = Object.getOwnPropertyDescriptor(target, key)!;
      if (descriptor.configurable && key !== "constructor") plans.push([target, key, descriptor]);
    }
  }
  for (const name of GLOBALS) {
    plans.push([globalThis, name, Object.getOwnPropertyDescriptor(globalThis, name)!]);
  }
  const define = Object.defineProperty;
  const trap = (): never => {
    throw "an indicator used a built-in that a strategy could replace";
  };
  for (let i = 0; i < plans.length; i++) {
    const plan = plans[i]!;
    undo[i] = () => define(plan[0], plan[1], plan[2]);
  }
  const count = plans.length, trapped = { get: trap, configurable: true };
  for (let i = 0; i < count; i++) {
    const plan = plans[i]!;
    define(plan[0], plan[1], trapped);
  }
  try {
    return body();
  } finally {
    for (let i = 0; i < count; i++) undo[i]!();
  }
}

Deno.test("sabotage: what it takes away is gone and comes back", () => {
  let caught: unknown;
  const length = sabotaged(() => {
    try {
      return new Float64Array(3);
    } catch (error) {
      caught = error;
      return undefined;
    }
  });
  assertEquals(length, undefined);
  assertEquals(caught, "an indicator used a built-in that a strategy could replace");
  assertEquals([new Float64Array(3).length, Math.abs(-1), [1].map((x) => x + 1)], [3, 1, [2]]);
});

Deno.test(`indicators: kernels call nothing that a strategy could replace (seed ${SEED})`, () => {
  const specs = EVERY_SPEC, parts = specs.map((spec) => specParts(spec));
  for (const bars of [walk(SEED, 300, 100), roughWalk(SEED, 300)]) {
    const rows = bars.length;
    const found = parts.map(({ outputs }) => outputs.map(() => new Float64Array(rows)));
    sabotaged(() => {
      for (let k = 0; k < parts.length; k++) {
        const kernel = parts[k]!.create();
        for (let from = 0; from < rows; from += 60) {
          kernel.update(bars, from, from + 60, found[k]!, from);
        }
      }
    });
    specs.forEach((spec, k) => assertSameBits(spec, found[k]!, run(spec, bars), bars.symbol));
  }
});

Deno.test("indicators: specs and refusals call nothing that a strategy could replace", () => {
  const { bbands, keltner, macd, price, sar, sma, vwap } = indicators;
  const made: unknown[] = [0, 0, 0, 0, 0, 0, 0], caught: unknown[] = [0, 0, 0];
  sabotaged(() => {
    made[0] = sma(10, "high");
    made[1] = macd(3, 5, 2);
    made[2] = bbands(20, 2.5, 1);
    made[3] = keltner(5, 1.5, 7);
    made[4] = sar(0.1, 0.2);
    made[5] = price("open");
    made[6] = vwap();
    try {
      sma(0.5);
    } catch (error) {
      caught[0] = error;
    }
    try {
      sar(7);
    } catch (error) {
      caught[1] = error;
    }
    try {
      price("wrong" as "open");
    } catch (error) {
      caught[2] = error;
    }
  });
  assertEquals(made.map((spec) => specParts(spec as indicators.Spec).label), [
    "sma(10, high)",
    "macd(3, 5, 2)",
    "bbands(20, 2.5, 1)",
    "keltner(5, 1.5, 7)",
    "sar(0.1, 0.2)",
    "price(open)",
    "vwap()",
  ]);
  assertEquals(caught.map((error) => (error as RangeError).message), [
    "sma window must be a whole number from 1 to 100000, found 0.5",
    "sar acceleration must be a number above 0 and at most 0.2, found 7",
    'price field must be "open", "high", "low", "close" or "volume", found "wrong"',
  ]);
  assertEquals(caught.map((error) => error instanceof RangeError), [true, true, true]);
});
