/**
 * Attacks E1 to E10 (ways out of the realm) and C1 to C17 (confusing the engine), and hostile intent rows.
 *
 * @module
 */

import { QUICK } from "./support/attack.ts";
import type { RedTeamCase } from "./support/case.ts";
import { sealedCases } from "./support/sealed.ts";
import { at, PRELUDE, strategy } from "./support/strategies.ts";

const DONE = /^done: /;

export const ESCAPE_CASES: readonly RedTeamCase[] = sealedCases([
  [
    "E1",
    "Function, eval, async and generator constructors of everything in reach",
    strategy(
      "",
      "",
      at(
        "for (const f of [() => 0, async () => 0, function* () {}, async function* () {}, trade.target, crossedAbove, bar.constructor, data.indicator, Error.prepareStackTrace, Math.random, console.log, log, mark, defineStrategy, param.int, sma]) out(trade, bar, f); for (const o of [bar, trade, data, params, globalThis, param]) out(trade, bar, o);",
      ),
    ),
    DONE,
  ],
  [
    "E2",
    "Error.prepareStackTrace, captureStackTrace, subclass, shadowed Error",
    strategy(
      "let cs; const hook = (e, c) => { cs = c; return 'x'; }; try { Error.prepareStackTrace = hook; } catch {} try { globalThis.Error = class extends Error { static prepareStackTrace = hook; }; } catch {} class E2 extends Error { static prepareStackTrace = hook; } try { TypeError.prepareStackTrace = hook; } catch {} try { Object.prototype.prepareStackTrace = hook; } catch {}",
      "",
      at(
        "try { trade.target('?', 1); } catch (e) { void e.stack; } void new E2().stack; const o = {}; Error.captureStackTrace(o); void o.stack; if (cs) { breach(trade, bar, 30); out(trade, bar, cs[0]); }",
      ),
    ),
    DONE,
  ],
  [
    "E3",
    "text of stacks shows frames of engine or host",
    strategy(
      "",
      "",
      at(
        "const hostText = /lib\\/|child|file:|node:|ext:/; const es = []; for (const f of [() => trade.target('?', 1), () => data.indicator({}), () => sma(-1), () => defineStrategy({}), () => { throw new Proxy(new Error('x'), {}); }, () => { const o = {}; Error.captureStackTrace(o); throw o; }, () => null.x, () => JSON.parse('{'), () => new Intl.NumberFormat('?'), () => 'x'.repeat(-1), () => console.log({ toJSON() { const e = new Error('in'); es.push(e); return 1; } }), () => [1].map(() => { throw new Error('m'); })]) try { f(); } catch (e) { es.push(e); } for (const e of es) if (hostText.test(String(e.stack))) breach(trade, bar, 31);",
      ),
    ),
    DONE,
  ],
  [
    "E4",
    "caller, callee, arguments of engine functions",
    strategy(
      "",
      "",
      at(
        "const F = Object.getPrototypeOf(() => 0); for (const f of [trade.target, crossedAbove, data.indicator, Object.getPrototypeOf(bar).copy, Error.prepareStackTrace, console.log]) for (const k of ['caller', 'arguments', 'callee']) try { const v = f[k]; if (v) breach(trade, bar, 32); } catch {} (function () { try { if (arguments.callee) breach(trade, bar, 33); } catch {} })(); for (const k of ['caller', 'arguments']) { const d = Object.getOwnPropertyDescriptor(F, k); if (d) for (const f of [trade.target, F, () => 0]) try { if (d.get.call(f)) breach(trade, bar, 34); } catch {} }",
      ),
    ),
    DONE,
  ],
  [
    "E5",
    "errors of the engine and of a full stack belong to the realm",
    strategy(
      "",
      "",
      at(
        "const es = []; for (const f of [() => trade.target('?', 1), () => trade.target(bar.symbol, 1e99), () => data.indicator({}), () => sma(-1), () => data.window('?', 'close', 1), () => trade.order({}), () => trade.order(null), () => data.timer(1, {}), () => crossedAbove({}, {}), () => new bar.constructor(), () => data.bars('x')]) try { f(); breach(trade, bar, 35); } catch (e) { es.push(e); } let d = 0; const r = () => { try { r(); } catch (e) { if (d++ < 50) { es.push(e); try { trade.target(bar.symbol, 1); } catch (q) { es.push(q); } } } }; r(); for (const e of es) { out(trade, bar, e); if (!(e instanceof Error)) breach(trade, bar, 36); }",
      ),
    ),
    /^done: |^throw: .*Maximum call stack/,
  ],
  [
    "E6",
    "a Proxy thrown out of onBar",
    strategy(
      "",
      "",
      at(
        "throw new Proxy(new Error('x'), { get(t, k) { leak = k; return { toString() { return 'y'.repeat(1e6); }, slice() { return 1; } }; }, getPrototypeOf() { throw 1; } });",
      ),
    ),
    /^throw: the strategy failed in bar 100 /,
  ],
  [
    "E7",
    "an object thrown whose stack never ends",
    strategy("", "", at("throw { get stack() { for (;;); } };")),
    /^timeout: .*no progress for 0\.6 s between bars 0 and 1,500/,
    { limits: QUICK },
  ],
  [
    "E8",
    "Proxy as definition, as handlers, as parameters",
    `${PRELUDE}const T = { get(t, k, r) { return Reflect.get(t, k); } };
export default defineStrategy(new Proxy({ name: "x", params: new Proxy({ a: param.int(3) }, T), setup: ({ data, params }) => new Proxy({ onBar(bar, trade) { if (this !== undefined) breach(trade, bar, 37); if (params.a !== 3) breach(trade, bar, 38); } }, T) }, T));`,
    DONE,
  ],
  [
    "E9a",
    "strategy forged from the prototype of a real one",
    `${PRELUDE}const d = defineStrategy({ name: "x", setup() { return { onBar() {} }; } }); export default Object.create(Object.getPrototypeOf(d));`,
    /^load: .*must contain/,
  ],
  [
    "E9b",
    "strategy forged as a Proxy",
    `${PRELUDE}const d = defineStrategy({ name: "x", setup() { return { onBar() {} }; } }); export default new Proxy(d, {});`,
    /^load: .*must contain/,
  ],
  [
    "E9c",
    "strategy forged through its constructor",
    `${PRELUDE}const d = defineStrategy({ name: "x", setup() { return { onBar() {} }; } }); export default new d.constructor({}, { name: "x" });`,
    /^load: .*write export default defineStrategy/,
  ],
  [
    "E10",
    "globals that lead out",
    strategy(
      "",
      "",
      at(
        "for (const k of ['Deno', 'process', 'require', 'WebAssembly', 'SharedArrayBuffer', 'Atomics', 'WeakRef', 'fetch', '__bootstrap', 'queueMicrotask', 'setTimeout', 'structuredClone']) if (k in globalThis) breach(trade, bar, 40);",
      ),
    ),
    DONE,
  ],
], true);

export const CONFUSION_CASES: readonly RedTeamCase[] = sealedCases([
  [
    "C1",
    "getters and setters on Object.prototype for fields of option bags and descriptors",
    strategy(
      "for (const k of ['onBar', 'onTimer', 'live', 'dead', 'cursor', 'row', 'place', 'n', 'get', 'set', 'value', 'writable', 'enumerable', 'configurable', 'data', 'params', 'kind', 'close', 'bars', 'min', 'max', 'limitPrice', 'stopPrice', 'type', 'slots', 'next', 'out', 'kernel', 'track', 'group', 'rights', 'short', 'outputs', 'fixed', 'needs', 'description', 'toJSON']) try { Object.defineProperty(Object.prototype, k, { configurable: true, get() { if (typeof this === 'object' && this !== null && this.bars) leak = this.bars; return undefined; }, set(v) { leak = v; Object.defineProperty(this, k, { value: v, writable: true, enumerable: true, configurable: true }); } }); } catch {}",
      "data.indicator(sma(2)); data.bars('1d').indicator(macd());",
      at(
        "if (leak) { const c = leak.close ?? leak; say(trade, bar, c[n + 1]); say(trade, bar, c[n]); } trade.order({ symbol: bar.symbol, side: 'buy', quantity: 1 });",
      ),
    ),
  ],
  [
    "C2",
    "Symbol.species, toPrimitive, hasInstance, iterators of the built-ins",
    strategy(
      "for (const C of [Array, Object.getPrototypeOf(Float64Array), Float64Array, ArrayBuffer, RegExp, Map, Set]) try { Object.defineProperty(C, Symbol.species, { get() { leak = this; return function (...a) { leak = a; }; } }); } catch {} try { Array.prototype[Symbol.iterator] = function* () { leak = this; }; } catch {} try { Object.prototype[Symbol.toPrimitive] = function () { leak = this; return 1; }; } catch {} try { Object.defineProperty(Function.prototype, Symbol.hasInstance, { value() { leak = this; return true; } }); } catch {} try { Object.getPrototypeOf([][Symbol.iterator]()).next = function () { leak = this; return { done: true }; }; } catch {}",
      "data.indicator(sma(2)); try { data.indicator({}); breachLater = true; } catch {} try { data.indicator(Object.create(sma(2))); breachLater = true; } catch {}",
      at("if (breachLater) breach(trade, bar, 50); if (leak) say(trade, bar, leak[n + 1]);"),
    )
      .replace("let n = 0", "let breachLater = false, n = 0"),
    DONE,
  ],
  [
    "C3",
    "quantity and symbol as objects that act when they are coerced",
    strategy(
      "",
      "",
      at(
        "for (const q of [{ valueOf() { breach(trade, bar, 51); return 10; } }, '10', 10n, new Number(10), NaN, Infinity, 0.5, -1e13, [10], undefined, null, Symbol.iterator]) for (const f of ['target', 'targetWeight', 'buy', 'sell']) try { trade[f](bar.symbol, q); if (f !== 'targetWeight' || typeof q !== 'number') breach(trade, bar, 52); } catch {} for (const s of [{ toString: () => bar.symbol }, [bar.symbol], new String(bar.symbol), '__proto__', 'constructor', 'toString', '']) for (const f of ['target', 'close', 'position']) try { trade[f](s, 9); breach(trade, bar, 53); } catch {}",
      ),
    ),
    DONE,
  ],
  [
    "C4",
    "re-entry while an indicator is made: valueOf that makes indicators, constructor of a spec",
    strategy(
      "",
      "const P = sma(3).constructor; let k = 0; const again = { valueOf() { if (k++ < 5) data.indicator(sma(4)); return 3; }, get label() { data.indicator(sma(4)); return 'x'; } }; for (const f of [() => new P(again, 3), () => data.indicator(sma(again)), () => data.indicator(new P({}, { label: 'x', needed: 1, outputs: ['value'], overlay: true, create: () => ({ update(bars) { leak = bars; } }) })), () => data.bars(again), () => data.indicator(again)]) try { f(); bad = true; } catch {}",
      at("if (bad) breach(trade, bar, 54); if (leak) breach(trade, bar, 55);"),
    )
      .replace("let n = 0", "let bad = false, n = 0"),
    DONE,
  ],
  [
    "C5",
    "full stack inside trade.target: half an order",
    strategy(
      "",
      "",
      "if (n > 10 && n < 400) { let k = 0; const f = () => { try { f(); } catch {} if (k++ < 400) try { trade.target(bar.symbol, n * 1000 + k); } catch {} }; try { f(); } catch {} }",
    ),
    /^(throw: .*(broke off half-way|Maximum call stack)|timeout: |done: )/,
    { rows: 500, limits: QUICK },
  ],
  [
    "C6",
    "orders in setup, from a kept trade after the end, from onStop's getter, setup called again",
    strategy(
      "let kept, parts;",
      "keep = data; if (kept) try { kept.target(data.symbols[0], 70000060); } catch {}",
      "kept = trade; if (n === 3) { try { data.indicator(sma(3)); breach(trade, bar, 56); } catch {} try { data.bars('1d'); breach(trade, bar, 57); } catch {} }",
    ).replace("let n = 0", "let keep, n = 0"),
    DONE,
  ],
  [
    "C7",
    "async handler",
    `${PRELUDE}export default defineStrategy({ name: "x", setup() { return { async onBar(bar, trade) { await 0; breach(trade, bar, 58); } }; } });`,
    /^throw: .*onBar must be synchronous/,
  ],
  [
    "C8",
    "generator handler",
    `${PRELUDE}export default defineStrategy({ name: "x", setup() { return { *onBar(bar, trade) { breach(trade, bar, 59); } }; } });`,
    /^throw: .*onBar must be synchronous/,
  ],
  [
    "C9",
    "thenable and Proxy as a handler's result; async setup",
    strategy("", "", "return new Proxy({}, { get() { return (f) => f(1); } });"),
    /^throw: .*onBar must be synchronous/,
  ],
  [
    "C9b",
    "async setup",
    `${PRELUDE}export default defineStrategy({ name: "x", async setup() { return { onBar() {} }; } });`,
    /^throw: .*(failed in setup|setup)/,
  ],
  [
    "C10",
    "top-level await that never settles",
    `${PRELUDE}await new Promise(() => {}); export default defineStrategy({ name: "x", setup() { return { onBar() {} }; } });`,
    /^(load|timeout): .*(did not load in time|never ends|within)/,
    { limits: QUICK },
  ],
  [
    "C11",
    "top-level await that settles",
    `${PRELUDE}await 0; export default defineStrategy({ name: "x", setup() { return { onBar() {} }; } });`,
    DONE,
  ],
  [
    "C12",
    "endless loop in onBar",
    strategy("", "", "for (;;);"),
    /^timeout: .*between bars 0 and 1,500/,
    { limits: QUICK },
  ],
  [
    "C13",
    "flood of intents",
    strategy("", "", "for (let i = 0; ; i++) trade.target(bar.symbol, i % 2 ? 5 : 6);"),
    /^quota: .*more than 10000 requests/,
  ],
  [
    "C14",
    "TypedArray and ArrayBuffer accessors rewrite the rows after the run",
    strategy(
      "const seen = []; for (const [P, k] of [[Object.getPrototypeOf(Float64Array.prototype), 'buffer'], [Object.getPrototypeOf(Float64Array.prototype), 'length'], [ArrayBuffer.prototype, 'byteLength']]) try { const d = Object.getOwnPropertyDescriptor(P, k); Object.defineProperty(P, k, { get() { const b = Reflect.apply(d.get, this, []); try { const r = new Float64Array(b instanceof ArrayBuffer ? b : this); for (let i = 0; i < 600; i += 6) if (r[i + 3] === 100 || r[i + 3] === 200) r[i + 3] = round(seen[40] * 10000); } catch {} return b; } }); } catch {}",
      "",
      "seen.push(bar.close); trade.target(bar.symbol, n % 2 ? 100 : 200);",
    ),
    DONE,
  ],
  [
    "C15",
    "RegExp statics, __defineGetter__",
    strategy(
      `/(\\d+)/.exec("secret 42"); try { Object.prototype.__defineGetter__("rows", function () { leak = this; return undefined; }); } catch {}`,
      "",
      at(
        "for (const k of ['$1', '$&', 'lastMatch', 'input', 'leftContext']) if (RegExp[k]) breach(trade, bar, 60); if (leak) breach(trade, bar, 61);",
      ),
    ),
    DONE,
  ],
  [
    "C16",
    "real clock and randomness",
    strategy(
      "",
      "",
      at(
        "const a = Date.now(); let k = 0; while (Date.now() === a && performance.now() === performance.now() && k < 1e6) k++; if (k < 1e6) breach(trade, bar, 62);",
      ),
    ),
    DONE,
  ],
  [
    "C17",
    "constructors of the views with forged engines",
    strategy(
      "",
      "const B = data.bar(data.symbols[0]).constructor; ctor.push(B, data.constructor, data.bars('1d').constructor, sma(3).constructor, param.int(1).constructor);",
      at(
        "ctor.push(trade.constructor, trade.position(bar.symbol).constructor, data.indicator.constructor); const fake = new Proxy({ target(q) { leak = q; }, indicator(...a) { leak = a; } }, { get(t, k) { return t[k] ?? (() => 0); } }); for (const C of ctor) for (const a of [[], [fake], [{}, fake, 0, 'x'], [undefined, bar], [Object.freeze({ __proto__: null }), bar, data]]) try { const made = new C(...a); if (C !== Function) breach(trade, bar, 63); } catch {}",
      ),
    )
      .replace("let n = 0", "const ctor = []; let n = 0"),
    DONE,
  ],
]);
