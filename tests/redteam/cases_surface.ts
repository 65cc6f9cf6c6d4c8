/**
 * Attacks on what the SDK has beside bars and targets: windows, longer periods, timers, several symbols, several outputs, resting orders,
 * parameters, promises of the realm, and whether everything that can be reached is frozen.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { attack, marketOf } from "./support/attack.ts";
import type { RedTeamCase } from "./support/case.ts";
import { sealedCases } from "./support/sealed.ts";
import { at, PRELUDE, strategy } from "./support/strategies.ts";

const DONE = /^done: /;
const TWO = { symbols: ["ONE", "TWO"] };

/** Reads all that the SDK shows, in every handler, and sends every number: none may be of a later bar. */
const SWEEP = (handlers: string): string =>
  `${PRELUDE}
export default defineStrategy({ name: "x", setup({ data }) {
  const fields = ["open", "high", "low", "close", "volume"], prices = fields.map((f) => data.indicator(price(f)));
  const day = data.bars("1d"), four = data.bars("4h"), long = fields.flatMap((f) => [day.indicator(price(f)), four.indicator(price(f)), four.indicator(highest(3, f))]);
  const m = data.indicator(macd(2, 3, 2)); let sent = 0; const kept = [], done = {};
  data.timer("t", { everyMinutes: 37 });
  const tell = (trade, symbol, v) => { if (sent < 1100 && v === v) { sent++; say(trade, { symbol }, v); } };
  const look = (trade, extra, handler) => {
    // Once an instant and handler, and not at every instant: what is sent comes back as orders and fills.
    if (done[handler] === trade.now || round(trade.now / 6e7) % 13 !== 0) return; done[handler] = trade.now; sent = 0;
    for (const symbol of data.symbols) {
      for (const view of [data.bar(symbol), day.bar(symbol), four.bar(symbol), ...kept, ...extra]) { if (view && view.count > 0) for (const f of fields) tell(trade, symbol, view[f]); }
      for (const from of [data, day, four]) for (const f of fields) for (const v of from.window(symbol, f, 3)) tell(trade, symbol, v);
      for (const i of [...prices, ...long, m, m.signal, m.histogram]) { const own = i.at(symbol); tell(trade, symbol, own.value); tell(trade, symbol, own.previous); }
    }
    kept.length = 0; kept.push(...extra);
  };
  return { ${handlers} };
} });`;

const SWEEP_ONE =
  "onStart(t) { look(t, [], 0); }, onBar(bar, t) { look(t, [bar], bar.symbol); if (bar.count % 3 === 0) t.buy(bar.symbol, 1, { limitPrice: bar.close * 0.999, timeInForce: 'gtc' }); }, onFill(f, t) { look(t, [], 1); }, onOrder(o, t) { look(t, [], 2); }, onTimer(e, t) { look(t, [], 3); }, onSession(s, t) { look(t, [], 4); }, onStop(t) { look(t, [], 5); }";
const SWEEP_MANY = SWEEP_ONE.replace(
  "onBar(bar, t) { look(t, [bar], bar.symbol);",
  "onBars(slice, t) { look(t, slice.symbols.map((s) => slice.bar(s)), 6); const bar = slice.bar(slice.symbols[0]);",
);

/** Walks all that can be reached; counts what is not frozen, beside the strategy's own objects. */
const WALK = `
const walk = (roots) => { const open = [], seen = new Set(), stack = roots.map((root, i) => [root, "root" + i]);
  while (stack.length) { const [o, path] = stack.pop(); if ((typeof o !== "object" && typeof o !== "function") || o === null || seen.has(o)) continue; seen.add(o);
    if (!Object.isFrozen(o) && !(ArrayBuffer.isView(o)) && !own.has(o)) open.push(path);
    stack.push([Object.getPrototypeOf(o), path + ".__proto__"]);
    for (const k of Reflect.ownKeys(o)) { const d = Object.getOwnPropertyDescriptor(o, k); for (const part of ["value", "get", "set"]) if (d[part] !== undefined) stack.push([d[part], path + "." + String(k)]); } }
  return open; };`;

/** The proof that the proof works: a strategy that was told the future is found out. */
const CONTROL: RedTeamCase = {
  id: "SE-N00",
  title: "a strategy that knows one later price, and one that reports a breach",
  expected: "found out",
  run: async () => {
    const later = marketOf(1500, ["ONE"]).market.bars[0]!.close[700]!;
    const found = await attack(
      strategy(
        "",
        "",
        // An object like those of another realm: its prototypes end elsewhere.
        at(
          `say(trade, bar, ${later}); breach(trade, bar, 7); out(trade, bar, Object.assign(Object.create(null), { hasOwnProperty: 1 })); out(trade, bar, bar);`,
        ),
      ),
    );
    assertEquals([found.leaks, found.breaches], [1, [7, 1]]);
    const seen = await attack(strategy("", "", `if (n === 701) say(trade, bar, ${later});`));
    assertEquals([seen.leaks, seen.breaches, seen.quantities.length], [0, [], 1]);
    return "one leak and one breach found; the same price a bar later is none";
  },
};

/** A strategy that changes the realm's promises and looks at whatever is handed to it while it loads. */
const promises = (code: string): string =>
  strategy(
    `const P = Promise.prototype, Real = Promise, then = P.then, RA = Reflect.apply, caught = []; let loading = true;
const catchIt = (...list) => { if (loading) for (const each of list) caught.push(each); };
try { ${code} } catch {}`,
    "loading = false;",
    at("console.log(caught.length); for (const each of caught) out(trade, bar, each);"),
  );

/** Slices of one bar keep the future out of the process: equal decisions prove that nobody looked at it, restated past included. */
const SLICES: RedTeamCase = {
  id: "SE-N23",
  title: "decisions with a split, longer periods and two symbols, in slices of 1, 97 and 4,096",
  expected: "the same intents",
  run: async () => {
    const source = strategy(
      "",
      "const a = data.indicator(sma(7)), b = data.indicator(ema(3)), m = data.indicator(macd(3, 6, 3)), d = data.bars('1d'), e = d.indicator(sma(2)), h = data.bars('4h').indicator(highest(3));",
      "const w = data.window(bar.symbol, 'close', 5), s = [a.value, b.value, m.value, m.signal.value, e.value, h.value, d.bar(bar.symbol).close, ...w].reduce((x, y) => y === y ? x + y : x, 0); if (n % 3 === 0) trade.target(bar.symbol, 1 + round(s * 100) % 5000); if (n % 7 === 0) trade.buy(bar.symbol, 1 + n % 5, { limitPrice: bar.close * 0.99, timeInForce: 'gtc' });",
    );
    const hashes = new Set<string>();
    for (const sliceSteps of [1, 97, 4096]) {
      const found = await attack(source, { symbols: ["ONE", "TWO"], splitDay: 30, sliceSteps });
      assertEquals(found.message, "");
      assertEquals(found.quantities.length > 1000, true);
      hashes.add(found.intentsSha256);
    }
    assertEquals(hashes.size, 1);
    const whole = await attack(source, { symbols: ["ONE", "TWO"] });
    assertEquals(hashes.has(whole.intentsSha256), false, "the split had no effect");
    return `intents ${[...hashes][0]!.slice(0, 16)}… each time`;
  },
};

export const SURFACE_CASES: readonly RedTeamCase[] = [
  CONTROL,
  SLICES,
  ...sealedCases([
    ["N01", "every number of every view, one symbol, one slice", SWEEP(SWEEP_ONE), DONE],
    ["N02", "every number of every view, two symbols, onBar", SWEEP(SWEEP_ONE), DONE, TWO],
    [
      "N03",
      "every number of every view, two symbols, onBars, slices of 100",
      SWEEP(SWEEP_MANY),
      DONE,
      { ...TWO, sliceSteps: 100 },
    ],
    [
      "N04",
      "following indicators where no symbol is the handler's",
      `${PRELUDE}export default defineStrategy({ name: "x", setup({ data }) { const i = data.indicator(price("close")), m = data.indicator(macd()); let refused = 0; const look = (t) => { for (const each of [i, m, m.signal, m.histogram]) for (const f of [() => each.value, () => each.previous, () => each.ready, () => crossedAbove(each, 1), () => crossedAbove(i.at("ONE"), each)]) try { f(); breach(t, { symbol: "ONE" }, 1); } catch { refused++; } };
data.timer("t", { afterMinutes: 500 }); return { onStart: look, onBars(slice, t) { if (refused < 100) look(t); }, onTimer(e, t) { look(t); }, onStop(t) { look(t); console.log(refused >= 100 ? "all refused" : refused); } }; } });`,
      /^done: all refused$/,
      TWO,
    ],
    [
      "N05",
      "hostile symbols, periods and fields for .at, bars, bar, window, position",
      strategy(
        "",
        "const i = data.indicator(sma(2)), d = data.bars('1d'); hostile = (t) => { for (const s of ['__proto__', 'constructor', 'TWO ', '', 0, null, undefined, NaN, {}, [], { toString: () => 'ONE' }, ['ONE'], new String('ONE'), Symbol('ONE')]) for (const f of [() => i.at(s), () => data.bar(s), () => d.bar(s), () => data.window(s, 'close', 1), () => t.position(s)]) try { f(); breach(t, { symbol: 'ONE' }, 2); } catch (e) { if (!(e instanceof RangeError || e instanceof TypeError)) breach(t, { symbol: 'ONE' }, 3); } }; for (const p of ['', '1h', '30m', '7m', '0d', '-1d', '1e9d', '__proto__', null, {}, '1d\\u0000', '2d']) try { data.bars(p); refusedAll = false; } catch {}",
        at("hostile(trade); if (!refusedAll) breach(trade, bar, 4);"),
      )
        .replace("let n = 0", "let hostile, refusedAll = true, n = 0"),
      DONE,
    ],
    [
      "N06",
      "timers: hostile options and names, cancelling foreign ones, fractions, far future",
      strategy(
        "",
        "setTimers = (t) => { let made = 0; for (const [name, o] of [['a', {}], ['a', { at: 1, afterMinutes: 1 }], ['a', { everyMinutes: 0 }], ['a', { everyMinutes: -1 }], ['a', { at: NaN }], ['a', { at: Infinity }], ['a', { at: '1' }], ['a', { at: { valueOf() { return 1e15; } } }], ['a', { every: 1 }], ['a', null], [1, { afterMinutes: 1 }], [{}, { afterMinutes: 1 }]]) try { data.timer(name, o); made++; } catch {} if (made) breach(t, { symbol: 'ONE' }, 5); for (const id of [0, -1, NaN, 1e9, '1', {}, null, 1.5]) if (data.cancelTimer(id)) breach(t, { symbol: 'ONE' }, 6); data.timer('far', { at: 8e15 }); data.timer('half', { afterMinutes: 0.123456789 }); }",
        at("setTimers(trade);"),
      )
        .replace("let n = 0", "let setTimers, n = 0"),
      DONE,
    ],
    [
      "N07",
      "console, log and mark with values that act",
      strategy(
        "",
        "",
        at(
          "const acts = { toString() { breach(trade, bar, 7); return 'x'; }, valueOf() { breach(trade, bar, 7); return 1; }, [Symbol.toPrimitive]() { breach(trade, bar, 7); return 1; } }; log(acts); mark(acts); log(new String('x')); mark(Symbol('x')); console.log(Symbol('x'), () => 0, undefined, null, 1n, [1, { a: 2 }]); console.warn(new Proxy({}, { ownKeys() { throw 1; } })); const loop = {}; loop.loop = loop; console.error(loop);",
        ),
      ),
      /^done: symbol function undefined null 1 \[1,\{"a":2\}\] \| \[object\] \| \[object\]$/,
    ],
    [
      "N08",
      "plots, indicators and periods outside setup; too many of them",
      strategy(
        "",
        "keep.push(data.indicator(sma(3))); for (let i = 0; i < 200; i++) data.indicator(sma(2 + i)).plot();",
        at(
          "for (const f of [() => keep[0].plot(), () => data.indicator(sma(3)), () => data.bars('1d')]) try { f(); breach(trade, bar, 8); } catch {}",
        ),
      )
        .replace("let n = 0", "const keep = []; let n = 0"),
      DONE,
      { plots: true },
    ],
    [
      "N09",
      "outputs of an indicator: replaced, forged, read through another handle",
      strategy(
        "",
        "const m = data.indicator(macd()), s = data.indicator(sma(2)); keep.push(m, s);",
        at(
          "const [m, s] = keep; for (const [o, k] of [[m, 'signal'], [m, 'histogram'], [s, 'value'], [s, 'upper'], [bar, 'close'], [trade, 'cash'], [data, 'symbols']]) { for (const f of [() => { o[k] = s; }, () => Object.defineProperty(o, k, { value: 5 }), () => { delete o[k]; }, () => Object.setPrototypeOf(o, null)]) try { f(); } catch {} if (k in o && Object.hasOwn(o, k) && o[k] === 5) breach(trade, bar, 9); } if (typeof m.signal.value !== 'number') breach(trade, bar, 10);",
        ),
      )
        .replace("let n = 0", "const keep = []; let n = 0"),
      DONE,
    ],
    [
      "N10",
      "save and load: absent in a backtest, never called",
      `${PRELUDE}export default defineStrategy({ name: "x", saveVersion: 2, setup() { return { onBar() {}, save() { for (;;); }, load() { for (;;); } }; } });`,
      /^done: $/,
    ],
    [
      "N11",
      "parameters: hostile names, defaults, choices, a list that grows; values cannot be changed",
      `${PRELUDE}let refused = 0; for (const f of [() => param.int(1.5), () => param.int("1"), () => param.int(NaN), () => param.number(Infinity), () => param.boolean(1), () => param.choice([]), () => param.choice([1]), () => param.int(5, { max: 4 }), () => param.int({ valueOf: () => 1 }), () => new (param.int(1).constructor)({}, { kind: "int", default: 1 })]) try { f(); } catch { refused++; }
export default defineStrategy({ name: "x", params: { a: param.int(3), b: param.choice(["x", "y"]) }, setup({ params }) { return { onBar(bar, trade) { if (bar.count > 1) return; try { params.a = 4; } catch {} try { params.c = 4; } catch {} if (params.a !== 3 || params.b !== "x" || params.c !== undefined || Object.getPrototypeOf(params) !== null) breach(trade, bar, 11); console.log(refused); } }; } });`,
      /^done: 10$/,
    ],
    [
      "N12",
      "parameters named __proto__ and constructor",
      `${PRELUDE}export default defineStrategy({ name: "x", params: JSON.parse('{"__proto__":1}'), setup() { return {}; } });`,
      /^load: .*a parameter is made with param\.int/,
    ],
    [
      "N13",
      "parameters that were not made by param",
      `${PRELUDE}export default defineStrategy({ name: "x", params: { a: { kind: "int", default: 1 } }, setup() { return {}; } });`,
      /^load: .*a parameter is made with param\.int/,
    ],
    [
      "N14",
      "several files: circle, other spellings of one path, out of the folder through the tree",
      `${PRELUDE}import { a } from "./a.ts"; import { a as again } from "./a.ts"; import { b } from "./sub/b.ts"; export const own = 5;
export default defineStrategy({ name: "x", setup() { return { onBar(bar, trade) { if (bar.count === 1) { if (a !== again) breach(trade, bar, 12); console.log(a.value + b()); } } }; } });`,
      /^done: 8$/,
      {
        modules: {
          "a.ts": "export const a = { value: 3 };",
          "sub/b.ts": `import { own } from "../x.ts"; export const b = () => own;`,
        },
      },
    ],
    [
      "N15",
      "second file that imports what it may not",
      `${PRELUDE}import "./a.ts"; export default 1;`,
      /^import: the strategy tried to import node:fs at strategies\/a\.ts:2/,
      { modules: { "a.ts": `// first\nimport "node:fs";` } },
    ],
    [
      "N16",
      "resting orders show nothing before a later bar: states right after the request",
      strategy(
        "",
        "",
        "if (n % 10 === 0) { const ids = [trade.buy(bar.symbol, 1), trade.buy(bar.symbol, 1, { limitPrice: bar.close * 2 }), trade.sell(bar.symbol, 1, { stopPrice: bar.close * 2 }), trade.target(bar.symbol, 3)]; for (const id of ids) { const o = trade.order(id); if (o.state !== 'pending' && o.state !== 'cancelled') breach(trade, bar, 13); } if (trade.position(bar.symbol).quantity !== before) breach(trade, bar, 14); } before = trade.position(bar.symbol).quantity;",
      )
        .replace("let n = 0", "let before = 0, n = 0").replace(
          "if (n % 10 === 0)",
          "before = trade.position(bar.symbol).quantity; if (n % 10 === 0)",
        ),
      DONE,
    ],
    [
      "N17",
      "cancel and order with foreign handles",
      strategy(
        "",
        "",
        at(
          "const id = trade.buy(bar.symbol, 1, { limitPrice: 0.01, timeInForce: 'gtc' }); for (const h of [-1, id + 1, 1e9, 0.5, NaN, Infinity, '0', String(id), { valueOf: () => id }, [id], null, undefined, 1n, Symbol()]) { try { if (trade.cancel(h)) breach(trade, bar, 15); } catch {} try { if (trade.order(h)) breach(trade, bar, 16); } catch {} } if (!trade.cancel(id) || trade.cancel(id)) breach(trade, bar, 17);",
        ),
      ),
      DONE,
    ],
    [
      "N18",
      "objects of onFill, onOrder, onTimer, onSession, orders, copies: changed, kept",
      `${PRELUDE}export default defineStrategy({ name: "x", setup({ data }) { data.timer("t", { everyMinutes: 60 }); let looked = 0; const spoil = (o, t) => { looked++; for (const k of Reflect.ownKeys(o)) { try { o[k] = 1; } catch {} try { Object.defineProperty(o, k, { value: 2 }); } catch {} } if (!Object.isFrozen(o)) breach(t, { symbol: "ONE" }, 18); };
return { onBar(bar, t) { n++; spoil(bar.copy(), t); spoil(bar, t); spoil(t.orders, t); for (const o of t.orders) spoil(o, t); if (n % 9 === 0) { t.buy("ONE", 1); t.buy("ONE", 1, { limitPrice: 0.01 }); } }, onFill: spoil, onOrder: spoil, onTimer: spoil, onSession: spoil, onStop() { console.log(looked > 3000 ? "looked" : looked); } }; } });`,
      /^done: looked$/,
    ],
    [
      "N19a",
      "then of the realm's promises replaced, while the child awaits the module",
      promises(
        "P.then = function (a, b) { catchIt(a, b, this); return RA(then, this, [a, b]); }; P.catch = P.then; Object.prototype.then = P.then;",
      ),
      { frozen: /^done: 0$/, open: /^done: [1-9]/ },
    ],
    [
      "N19b",
      "constructor and species of the realm's promises replaced, while the child awaits the module",
      promises(
        "const Own = function (executor) { catchIt(executor, new.target); return new Real(executor); }; Own.resolve = Real.resolve; Object.defineProperty(P, 'constructor', { get() { catchIt(this); return Own; } }); Object.defineProperty(Promise, Symbol.species, { get() { catchIt(this); return Own; } });",
      ),
      { frozen: /^done: 0$/, open: /^done: [1-9]/ },
    ],
    [
      "N20",
      "whatever can be reached is frozen before the strategy is loaded",
      `${PRELUDE}import * as sdk from "sandbar/strategy"; ${WALK}
const own = new Set([globalThis.nothing]); const atLoad = walk([globalThis, ...Object.values(sdk), sma(3), macd(), param.int(1), param.choice(["a"])]);
export default defineStrategy({ name: "x", setup(context) { const { data } = context, i = data.indicator(macd()), d = data.bars("1d"); const inSetup = walk([context, data, i, d, i.at("ONE")]);
return { onBar(bar, trade) { if (bar.count !== 1) return; const id = trade.buy("ONE", 1); const open = [...atLoad, ...inSetup, ...walk([bar, trade, trade.position("ONE"), trade.orders, trade.order(id), bar.copy(), data.symbols])]; console.log(open.length === 0 ? "all frozen" : open.length + ": " + open.slice(0, 9).join(" ")); } }; } });`,
      { frozen: /^done: all frozen$/, open: DONE },
    ],
    [
      "N21",
      "idioms that frozen built-ins must not break",
      strategy(
        "",
        "",
        at(
          "class E extends Error { constructor(m) { super(m); this.name = 'E'; } } const e = new E('m'); e.message = 'n'; const o = {}; o.toString = () => 'o'; o.constructor = 5; o.valueOf = () => 1; function Old() {} Old.prototype = { constructor: Old, toString() { return 'old'; } }; const counts = {}; counts['constructor'] = (counts['constructor'] === undefined) ? 1 : 2; const list = []; list.map = 1; const assigned = Object.assign({}, { toString: 1, name: 2, then: 3 }); console.log(e.name + e.message + o + o.constructor + new Old() + list.map + assigned.then + new Map([[1, 2]]).get(1) + [...new Set([1, 1])].length);",
        ),
      ),
      /^done: En15old1321$/,
    ],
    [
      "N22",
      "onFill of another symbol, handlers that replace themselves, a handler table that changes",
      `${PRELUDE}let reads = 0; export default defineStrategy({ name: "x", setup() { const h = { get onBar() { reads++; return (bar, trade) => { n++; h.onStop = () => { breach(trade, bar, 19); }; if (n === 5) console.log(reads); }; } }; return h; } });`,
      /^done: 1$/,
    ],
  ]),
];
