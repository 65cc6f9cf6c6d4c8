/**
 * Attacks L1 to L16: look at bars that are still to come.
 *
 * @module
 */

import type { RedTeamCase } from "./support/case.ts";
import { sealedCases } from "./support/sealed.ts";
import { at, PRELUDE, strategy } from "./support/strategies.ts";

/** Looks whether a caught value is, or leads to, a column, and remembers it. */
const GRAB = `
const seen = new Set(); let busy = false;
const grab = (x, depth = 0) => {
  if (busy && depth === 0) return; busy = true;
  try {
    if ((typeof x === "object" || typeof x === "function") && x !== null && !seen.has(x)) {
      seen.add(x);
      if (x instanceof Float64Array && x.length > 100) leak = x;
      else if (x instanceof ArrayBuffer && x.byteLength > 800 && x.byteLength % 8 === 0) leak = new Float64Array(x);
      else if (depth < 4) for (const k of Reflect.ownKeys(x)) grab(x[k], depth + 1);
    }
  } catch {}
  if (depth === 0) busy = false;
};
/** Sends every number of the column that could be of a later bar. */
const sendLeak = (trade, bar) => { if (leak) for (const shift of [1, 2, 3, 10, 100]) { say(trade, bar, leak[n + shift]); say(trade, bar, leak[(n % 1024) + shift]); } };
`;
const patchAll = (objects: string): string =>
  `${GRAB} const RA = Reflect.apply, DP = Object.defineProperty, GD = Object.getOwnPropertyDescriptor;
for (const P of [${objects}]) for (const k of Reflect.ownKeys(P)) { const d = GD(P, k); if (!d.configurable || k === "constructor") continue; try {
 if (typeof d.value === "function") { const f = d.value; DP(P, k, { writable: true, enumerable: d.enumerable, configurable: true, value: function (...a) { if (!new.target) { grab(this); grab(a[0]); grab(a[1]); } return new.target ? Reflect.construct(f, a) : RA(f, this, a); } }); }
 else if (d.get) { const f = d.get; DP(P, k, { enumerable: false, configurable: true, get() { grab(this); return RA(f, this, []); } }); } } catch {} }`;
const SETTERS =
  `for (let i = 0; i < 64; i++) try { Object.defineProperty(Array.prototype, i, { configurable: true, get() { return undefined; }, set(v) { grab(v); Object.defineProperty(this, i, { value: v, writable: true, enumerable: true, configurable: true }); } }); } catch {}`;
const USES =
  "data.indicator(sma(3)); data.indicator(sma(1)); data.indicator(macd()).plot(); const day = data.bars('1d'); day.indicator(ema(2));";
const SEND = at("sendLeak(trade, bar);") +
  " if (n === 101) { trade.orders; trade.buy(bar.symbol, 1); }";

export const LOOKAHEAD_CASES: readonly RedTeamCase[] = sealedCases([
  [
    "L1",
    "getters of TypedArray.prototype and ArrayBuffer.prototype catch a column",
    strategy(
      patchAll(
        "Object.getPrototypeOf(Float64Array.prototype), ArrayBuffer.prototype, DataView.prototype",
      ),
      USES,
      SEND,
    ),
  ],
  [
    "L2",
    "wrappers on every method of the built-ins",
    strategy(
      patchAll(
        "Object, Reflect, Array, Array.prototype, Object.prototype, Function.prototype, JSON, Math, Number, Map.prototype, Set.prototype, String.prototype, Float64Array.prototype, Object.getPrototypeOf(Float64Array), Symbol, ArrayBuffer",
      ),
      USES,
      SEND,
    ),
  ],
  [
    "L3",
    "setters on Array.prototype[i], before the engine is set up",
    strategy(GRAB + SETTERS, USES, SEND),
  ],
  [
    "L4",
    "setters on Array.prototype[i], during the run",
    strategy(
      GRAB,
      USES,
      `if (n === 1) { ${SETTERS} } if (n > 1 && n < 100) { trade.orders; trade.buy(bar.symbol, 1, { limitPrice: 0.01 }); } ${SEND}`,
    ),
  ],
  [
    "L5",
    "global constructors replaced",
    strategy(
      "for (const k of ['Float64Array', 'Int32Array', 'ArrayBuffer', 'Map', 'Array', 'Object']) try { const C = globalThis[k]; globalThis[k] = new Proxy(C, { construct(t, a) { leak = Reflect.construct(t, a); return leak; } }); } catch {}",
      USES,
      at("if (leak) say(trade, bar, leak[n + 1]);"),
    ),
  ],
  [
    "L6",
    "forged indicator against the real one in crossedAbove, 60 bisections",
    strategy(
      "",
      "const real = data.indicator(sma(1)), I = real.constructor;",
      at(`let lo = 0, hi = 1e3; const mine = new Float64Array(3000);
for (const make of [() => new I(mine, { place: n + 1 }), () => Object.create(I.prototype), () => Object.create(real), () => new Proxy(real, { get(t, k) { return t[k]; } }), () => Object.setPrototypeOf({ value: 1, previous: 2 }, real)])
 try { const f = make(); for (let k = 0; k < 60; k++) { const m = (lo + hi) / 2; mine.fill(m); if (crossedAbove(f, real)) hi = m; else if (crossedBelow(f, real)) lo = m; else lo = m; } say(trade, bar, hi); } catch {}`),
    ),
  ],
  [
    "L7",
    "forged indicator whose cursor reads ahead",
    strategy(
      "",
      "const real = data.indicator(sma(1)), I = real.constructor;",
      at(
        "try { const f = Reflect.construct(I, [{}, new Proxy({}, { get: (t, k) => { leak = k; return 1; } }), { get row() { return 1; } }, { at() {}, plot() {} }]); void f.value; breach(trade, bar, 10); } catch {} try { class J extends I { constructor() { super(...arguments); } } new J({}, [1, 2], { place: 1 }, {}); breach(trade, bar, 11); } catch {}",
      ),
    ),
  ],
  [
    "L8",
    "private fields through symbols, own keys, JSON, spread",
    strategy(
      "",
      "const i = data.indicator(sma(2)), d = data.bars('1d');",
      at(
        "let v = []; for (const o of [bar, trade, data, i, d, trade.position(bar.symbol), data.bar(bar.symbol), sma(2), param.int(1)]) { v = v.concat(Reflect.ownKeys(o), Object.values({ ...o }), Object.getOwnPropertySymbols(o)); try { const t = JSON.stringify(o); if (t !== '{}') breach(trade, bar, 12); } catch {} } if (v.length) breach(trade, bar, 13);",
      ),
    ),
  ],
  [
    "L9",
    "forged lengths and fields of data.window: negative, NaN, valueOf, text, 2^53, BigInt",
    strategy(
      "",
      "",
      at(
        `const now = new Set(data.window(bar.symbol, "close", 1000)); const ev = { k: 0, valueOf() { return this.k++ ? 5000 : 3; } };
for (const x of [-1, NaN, ev, "3", 0.5, 0, 1e-300, 2 ** 53, 1e6 + 1, -0, [3], new Number(3), null, undefined, true, Infinity]) { let v = []; try { v = data.window(bar.symbol, "close", x); } catch {} for (const each of v) if (!now.has(each)) say(trade, bar, each); if (v.length) breach(trade, bar, 14); }
for (const f of ["time", "closeTime", "length", "__proto__", "#bars", { toString: () => "close" }, ["close"], 5, undefined]) try { if (data.window(bar.symbol, f, 3).length) breach(trade, bar, 15); } catch {}
try { data.window(bar.symbol, "close", -1n); breach(trade, bar, 16); } catch {}
const w = data.window(bar.symbol, "close", 1000000); if (w.length !== 100 || w.buffer.byteLength !== 800) breach(trade, bar, 17);
w.fill(1); if (data.window(bar.symbol, "close", 1)[0] === 1 || bar.close === 1) breach(trade, bar, 18);`,
      ),
    ),
  ],
  [
    "L10",
    "getters of the views on forged receivers",
    strategy(
      "",
      "const i = data.indicator(sma(1));",
      at(
        "for (const o of [bar, i, trade, data, trade.position(bar.symbol)]) { const P = Object.getPrototypeOf(o); for (const k of Reflect.ownKeys(P)) { const d = Object.getOwnPropertyDescriptor(P, k), f = d.get ?? d.value; if (k === 'constructor' || typeof f !== 'function') continue; for (const r of [{}, Object.create(o), new Proxy(o, {}), globalThis, P, null, 1]) try { const v = Reflect.apply(f, r, [bar.symbol, 'close', 1]); if (typeof v === 'object' && v !== null) { for (const each of Object.values(v)) say(trade, bar, each); } else if (typeof v === 'number' || typeof v === 'string') { say(trade, bar, v); breach(trade, bar, 19); } } catch {} } }",
      ),
    ),
  ],
  [
    "L11",
    "a kept view read later: microtask, other handler, setup",
    strategy(
      "let kept;",
      "try { kept = data.bar(data.symbols[0]); say({ target(s, q) { leak = q; } }, { symbol: 'x' }, kept.close); } catch {}",
      `kept = bar; if (n === 50) { Promise.resolve().then(() => { leak = kept.close; }); globalThis.setTimeout?.(() => { leak = kept.close; }, 0); } if (n === 100 && leak !== undefined) say(trade, bar, leak);`,
    ),
  ],
  [
    "L12",
    "prototypes of the views patched",
    strategy(
      "",
      "const i = data.indicator(sma(1)), d = data.bars('1d'), o = [data, i, d, sma(1), param.int(1)]; for (const each of o) patch(each);",
      at(
        "for (const each of [bar, trade, trade.position(bar.symbol)]) patch(each); if (leak) { for (const k of Reflect.ownKeys(leak)) say(trade, bar, leak[k]); } if (typeof bar.close !== 'number') return;",
      ),
    )
      .replace(
        "let n = 0",
        "const patch = (o) => { const P = Object.getPrototypeOf(o); for (const k of Reflect.ownKeys(P)) { try { Object.defineProperty(P, k, { get() { leak = this; return () => 0; } }); } catch {} } };\nlet n = 0",
      ),
  ],
  [
    "L13",
    "engine modules by import()",
    strategy(
      `let got = 0; for (const p of ["lib/engine/engine.ts", "../engine/engine.ts", "lib/engine/sealed_entry.ts", "sandbar/strategy", "lib/core/mod.ts"]) await import(p).then(() => { got++; }, () => {});`,
      "",
      at("if (got) breach(trade, bar, 20);"),
    ),
  ],
  [
    "L14",
    "engine modules by static import",
    `import { Engine } from "lib/engine/engine.ts"; export default Engine;`,
    /^import: /,
  ],
  [
    "L15",
    "relative import out of the folder",
    `import { Engine } from "../../lib/engine/engine.ts"; export default Engine;`,
    /^import: /,
  ],
  ...[
    "strategyParts",
    "specParts",
    "Spec",
    "Indicator",
    "Bar",
    "Trade",
    "Data",
    "KEY",
    "pointBar",
    "Strategy",
    "SmaKernel",
    "readHandlers",
    "paramInfo",
  ].map((name, i) =>
    [
      `L16${String.fromCharCode(97 + i)}`,
      `name that the SDK must not export: ${name}`,
      `${PRELUDE}import { ${name} } from "sandbar/strategy"; export default ${name};`,
      /^load: the strategy could not be loaded at strategies\/x\.ts:\d+: SyntaxError: .*does not provide an export named/,
    ] as const
  ),
]);
