/**
 * Building blocks of hostile strategies.
 *
 * @module
 */

import { assertMatch } from "@std/assert";
import { attack, type AttackOptions } from "./attack.ts";
import { assertUnharmed, outcome } from "./case.ts";
import { BREACH_BASE, PRICE_SHARES } from "./market.ts";

/** The SDK, and helpers: `say` sends a number as an order, `breach` reports one, `out` looks whether a value leads to the outer realm. */
export const PRELUDE = `
import { crossedAbove, crossedBelow, defineStrategy, param, sma, ema, macd, highest, price } from "sandbar/strategy";
let n = 0, leak;
const round = Math.round, chainOf = Object.getPrototypeOf, top = Object.prototype;
const breach = (trade, bar, number) => trade.target(bar.symbol, ${BREACH_BASE} + number);
const say = (trade, bar, v) => {
  if (typeof v !== "number" || !(v > 0)) return;
  trade.target(bar.symbol, v < 10000 ? round(v * ${PRICE_SHARES}) : v < 60000000 ? v : 1);
};
const isForeign = (o) => {
  if ((typeof o !== "object" && typeof o !== "function") || o === null) return false;
  let last = o;
  try { for (let p = o, k = 0; p !== null && k < 50; p = chainOf(p), k++) last = p; } catch { return false; }
  return last !== top && chainOf(last) === null && "hasOwnProperty" in last;
};
const out = (trade, bar, o) => {
  if (isForeign(o)) breach(trade, bar, 1);
  try { if (o.constructor.constructor("return typeof Deno")() === "object") breach(trade, bar, 2); } catch {}
};
`;

/** A strategy of top-level code, a setup and an `onBar` body; `n` counts the bars. */
export function strategy(top: string, setup: string, onBar: string): string {
  return `${PRELUDE}${top}
export default defineStrategy({ name: "x", setup({ data, params, log, mark }) {
${setup}
return { onBar(bar, trade) { n++; ${onBar} } }; } });`;
}

/** Code for the hundredth bar. */
export const at = (code: string): string => `if (n === 100) { ${code} }`;

/** A strategy that does something on its first bar. */
export const onFirstBar = (code: string): string => strategy("", "", `if (n === 1) { ${code} }`);

/** Evaluates expressions at load, where promises are awaited, and returns `GOT ...` or `THROWN ...` of each. */
export async function probe(
  expressions: readonly string[],
  options: AttackOptions = {},
): Promise<readonly string[]> {
  const source = `import { defineStrategy } from "sandbar/strategy";
const lines = [], text = String;
const list = [${expressions.map((each) => `async () => (${each})`).join(",\n")}];
for (let i = 0; i < list.length; i++) {
  try { lines[i] = "GOT " + text(await list[i]()); } catch (x) { try { lines[i] = "THROWN " + text(x); } catch { lines[i] = "THROWN ?"; } }
}
export default defineStrategy({ name: "probe", setup() {
  return { onBar(bar) { if (bar.count === 1) for (let i = 0; i < lines.length; i++) console.log(lines[i]); } };
} });`;
  const found = await attack(source, { rows: 50, ...options });
  assertUnharmed(found, "probe");
  if (found.failure !== undefined) throw new Error(`the probe failed: ${found.message}`);
  return found.log;
}

/** An expression and the pattern its `GOT ...` or `THROWN ...` must match. */
export type ProbeRow = readonly [expression: string, pattern: RegExp];

/** Evaluates all expressions in one strategy; each must match. */
export async function expectProbes(
  rows: readonly ProbeRow[],
  options: AttackOptions = {},
): Promise<string> {
  const lines = await probe(rows.map(([expression]) => expression), options);
  rows.forEach(([expression, pattern], i) =>
    assertMatch(lines[i] ?? "", pattern, `${expression}: found ${lines[i]}`)
  );
  return rows.length === 1 ? lines[0]! : `${rows.length} of ${rows.length}; last: ${lines.at(-1)}`;
}

export { outcome };
