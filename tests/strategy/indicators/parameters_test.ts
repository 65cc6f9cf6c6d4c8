import { assert, assertEquals, assertThrows } from "@std/assert";
import * as indicators from "../../../lib/strategy/indicators/mod.ts";
import type { Spec } from "../../../lib/strategy/indicators/mod.ts";
import { MAX_WINDOW, Spec as SpecClass, specParts } from "../../../lib/strategy/indicators/spec.ts";
import { EVERY_SPEC } from "./support.ts";

type Make = (...parameters: unknown[]) => Spec<string>;

const make = indicators as unknown as Readonly<Record<string, Make>>;

const WHOLE = (name: string, least: number): string =>
  `${name} must be a whole number from ${least} to 100000, found `;
const FIELDS = ' must be "open", "high", "low", "close" or "volume", found ';
const UP_TO = (name: string, most: number): string =>
  `${name} must be a number above 0 and at most ${most}, found `;

/** Indicator, good parameters before the bad one, message up to the found value, least good value. */
const WINDOWS: readonly (readonly [string, readonly unknown[], string, number])[] = [
  ["adx", [], WHOLE("adx window", 2), 2],
  ["aroon", [], WHOLE("aroon window", 2), 2],
  ["atr", [], WHOLE("atr window", 1), 1],
  ["bbands", [], WHOLE("bbands window", 2), 2],
  ["cci", [], WHOLE("cci window", 2), 2],
  ["dema", [], WHOLE("dema window", 1), 1],
  ["donchian", [], WHOLE("donchian window", 1), 1],
  ["ema", [], WHOLE("ema window", 1), 1],
  ["highest", [], WHOLE("highest window", 1), 1],
  ["keltner", [], WHOLE("keltner window", 1), 1],
  ["keltner", [20, 2], WHOLE("keltner atrWindow", 1), 1],
  ["linearreg", [], WHOLE("linearreg window", 2), 2],
  ["lowest", [], WHOLE("lowest window", 1), 1],
  ["macd", [], WHOLE("macd fast", 1), 1],
  ["macd", [12], WHOLE("macd slow", 13), 13],
  ["macd", [12, 26], WHOLE("macd signal", 1), 1],
  ["mfi", [], WHOLE("mfi window", 2), 2],
  ["mom", [], WHOLE("mom window", 1), 1],
  ["natr", [], WHOLE("natr window", 1), 1],
  ["roc", [], WHOLE("roc window", 1), 1],
  ["rsi", [], WHOLE("rsi window", 2), 2],
  ["sma", [], WHOLE("sma window", 1), 1],
  ["stddev", [], WHOLE("stddev window", 2), 2],
  ["stoch", [], WHOLE("stoch fastK", 1), 1],
  ["stoch", [5], WHOLE("stoch slowK", 1), 1],
  ["stoch", [5, 3], WHOLE("stoch slowD", 1), 1],
  ["stochf", [], WHOLE("stochf fastK", 1), 1],
  ["stochf", [5], WHOLE("stochf fastD", 1), 1],
  ["tema", [], WHOLE("tema window", 1), 1],
  ["trix", [], WHOLE("trix window", 1), 1],
  ["ultosc", [], WHOLE("ultosc short", 1), 1],
  ["ultosc", [7], WHOLE("ultosc medium", 8), 8],
  ["ultosc", [7, 14], WHOLE("ultosc long", 15), 15],
  ["vwap", [], WHOLE("vwap window", 1), 1],
  ["willr", [], WHOLE("willr window", 2), 2],
  ["wma", [], WHOLE("wma window", 1), 1],
];

const FACTORS: readonly (readonly [string, readonly unknown[], string, number])[] = [
  ["bbands", [20], UP_TO("bbands up", 1000), 1000],
  ["bbands", [20, 2], UP_TO("bbands down", 1000), 1000],
  ["keltner", [20], UP_TO("keltner multiplier", 1000), 1000],
  ["sar", [], UP_TO("sar acceleration", 0.2), 0.2],
  ["sar", [0.02], UP_TO("sar maximum", 1), 1],
];

const WITH_FIELD: readonly (readonly [string, readonly unknown[]])[] = [
  ["dema", [5]],
  ["ema", [5]],
  ["highest", [5]],
  ["linearreg", [5]],
  ["lowest", [5]],
  ["mom", [5]],
  ["roc", [5]],
  ["rsi", [5]],
  ["sma", [5]],
  ["stddev", [5]],
  ["tema", [5]],
  ["trix", [5]],
  ["wma", [5]],
];

/** A value whose conversion would call code of the caller's: it must not be converted. */
const trap = {
  valueOf(): number {
    throw new Error("valueOf was called");
  },
  toString(): string {
    throw new Error("toString was called");
  },
};

const NO_NUMBERS: readonly (readonly [unknown, string])[] = [
  [NaN, "NaN"],
  [Infinity, "Infinity"],
  [-Infinity, "-Infinity"],
  [-3, "-3"],
  [0, "0"],
  ["10", '"10"'],
  [null, "null"],
  [true, "true"],
  [10n, "a value of type bigint"],
  [trap, "a value of type object"],
];

function refuse(name: string, parameters: readonly unknown[], message: string): void {
  const error = assertThrows(() => make[name]!(...parameters), RangeError);
  assertEquals(error.message, message, name);
}

Deno.test("indicators: a window out of its bounds is refused with name, bounds and found value", () => {
  for (const [name, before, message, least] of WINDOWS) {
    const bad = [...NO_NUMBERS, [least - 1, `${least - 1}`], [least + 0.5, `${least + 0.5}`]];
    for (const [value, found] of [...bad, [MAX_WINDOW + 1, "100001"]]) {
      refuse(name, [...before, value], message + found);
    }
    make[name]!(...before, least);
    // Below the top by the windows that must be longer, so that the default of the next one is what is refused, if anything.
    if (name !== "macd" && name !== "ultosc") make[name]!(...before, MAX_WINDOW);
  }
});

Deno.test("indicators: a factor out of its bounds is refused with name, bounds and found value", () => {
  for (const [name, before, message, most] of FACTORS) {
    for (const [value, found] of [...NO_NUMBERS, [most * 2, `${most * 2}`]]) {
      refuse(name, [...before, value], message + found);
    }
    make[name]!(...before, most);
  }
  refuse("sar", [0.3, 0.2], "sar acceleration must be a number above 0 and at most 0.2, found 0.3");
});

Deno.test("indicators: a column that does not exist is refused with the names of those that do", () => {
  for (const [name, before] of [...WITH_FIELD, ["price", []] as const]) {
    for (const [value, found] of [["time", '"time"'], ["", '""'], ...NO_NUMBERS] as const) {
      refuse(name, [...before, value], name + " field" + FIELDS + found);
    }
  }
});

Deno.test("indicators: every function is covered by the tables and by the list of specs", () => {
  const tested = new Set([...WINDOWS, ...FACTORS, ...WITH_FIELD].map(([name]) => name));
  for (const free of ["obv", "trange", "price"]) tested.add(free);
  assertEquals([...tested].sort(), Object.keys(indicators).sort());
  const listed = new Set(EVERY_SPEC.map((spec) => specParts(spec).label.split("(")[0]));
  assertEquals([...listed].sort(), Object.keys(indicators).sort());
});

Deno.test("indicators: labels name the parameters, and a column that is not the usual one", () => {
  const { bbands, highest, keltner, lowest, macd, price, sar, sma, stoch, vwap } = indicators;
  const labels: readonly (readonly [Spec<string>, string])[] = [
    [sma(10), "sma(10)"],
    [sma(10, "high"), "sma(10, high)"],
    [highest(5), "highest(5)"],
    [highest(5, "close"), "highest(5, close)"],
    [lowest(5, "high"), "lowest(5, high)"],
    [bbands(20, 2.5), "bbands(20, 2.5)"],
    [bbands(20, 2, 1), "bbands(20, 2, 1)"],
    [keltner(), "keltner(20, 2, 10)"],
    [macd(), "macd(12, 26, 9)"],
    [price("open"), "price(open)"],
    [sar(), "sar(0.02, 0.2)"],
    [stoch(), "stoch(5, 3, 3)"],
    [vwap(), "vwap()"],
    [vwap(5), "vwap(5)"],
  ];
  for (const [spec, label] of labels) assertEquals(specParts(spec).label, label);
});

Deno.test("indicators: outputs have the main value first, and what is a price lies on the chart", () => {
  const { adx, aroon, bbands, donchian, keltner, macd, sma, stoch, stochf } = indicators;
  const named: readonly (readonly [Spec<string>, string])[] = [
    [adx(), "value plusDi minusDi"],
    [aroon(), "value up down"],
    [bbands(), "value upper lower"],
    [donchian(), "value upper lower"],
    [keltner(), "value upper lower"],
    [macd(), "value signal histogram"],
    [stoch(), "value signal"],
    [stochf(), "value signal"],
  ];
  for (const [spec, outputs] of named) assertEquals(specParts(spec).outputs.join(" "), outputs);
  const onChart =
    /^(bbands|dema|donchian|ema|highest|keltner|linearreg|lowest|price|sar|sma|tema|vwap|wma)\(/;
  for (const spec of [...EVERY_SPEC, sma(3, "volume")]) {
    const { label, overlay } = specParts(spec);
    assertEquals(overlay, onChart.test(label) && !label.includes("volume"), label);
  }
});

Deno.test("spec: only the engine can make one", () => {
  const parts = specParts(indicators.sma(3));
  assertThrows(() => new SpecClass({}, parts), TypeError, "sma(10)");
  assert(!("Spec" in indicators) && !("specParts" in indicators));
});
