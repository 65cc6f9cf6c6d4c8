/**
 * Cases 11 to 21: what a strategy finds in its realm, and whether anything of it leads out.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { attack, type AttackOptions } from "./support/attack.ts";
import { expectEach, outcome, type RedTeamCase } from "./support/case.ts";
import { expectProbes, onFirstBar, probe, type ProbeRow, strategy } from "./support/strategies.ts";

const ABSENT =
  "Deno process require module exports Buffer global fetch WebSocket EventSource XMLHttpRequest URL Blob File navigator Worker self window postMessage BroadcastChannel SharedArrayBuffer Atomics WebAssembly WeakRef FinalizationRegistry caches localStorage sessionStorage indexedDB structuredClone setTimeout setInterval setImmediate clearTimeout queueMicrotask prompt alert confirm Request Response Headers FormData AbortController Event EventTarget MessageChannel TextEncoder ReadableStream WebTransport CompressionStream importScripts reportError print gc d8 __bootstrap Function.prototype.caller";

/** Every own key of the global object, and of nothing else. */
export const GLOBAL_KEYS =
  "AggregateError Array ArrayBuffer AsyncDisposableStack BigInt BigInt64Array BigUint64Array Boolean DataView Date DisposableStack Error EvalError Float16Array Float32Array Float64Array Function Infinity Int16Array Int32Array Int8Array Intl Iterator JSON Map Math NaN Number Object Promise Proxy RangeError ReferenceError Reflect RegExp Set String SuppressedError Symbol SyntaxError Temporal TypeError URIError Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakSet console crypto decodeURI decodeURIComponent encodeURI encodeURIComponent escape eval globalThis isFinite isNaN parseFloat parseInt performance undefined unescape";

const LEADS_OUT = (value: string): string =>
  `(() => { let o = ${value}, n = 0; const found = [];
    while (o !== null && o !== undefined && n++ < 9) {
      try { found.push(typeof o.constructor.constructor("return typeof Deno")()); } catch (e) { found.push(e instanceof EvalError ? "blocked" : e instanceof TypeError ? "none" : "odd " + e); }
      o = Object.getPrototypeOf(o);
    }
    return found.join(); })()`;

const ONLY_BLOCKED = /^GOT (?=.*blocked)(blocked|none|,)+$/;

const STACK_TRICKS: readonly ProbeRow[] = [
  [
    "(() => { let seen = 'nothing'; try { Error.prepareStackTrace = (e, sites) => { seen = typeof sites; }; } catch (e) { return 'locked'; } void new Error('x').stack; return seen; })()",
    /^GOT locked$/,
  ],
  [
    "(() => { try { Object.defineProperty(Error, 'prepareStackTrace', { value: (e, sites) => sites }); } catch { return 'locked'; } return typeof new Error('x').stack; })()",
    /^GOT locked$/,
  ],
  ["delete Error.prepareStackTrace", /^THROWN TypeError/],
  [
    "(() => { class E extends Error {} E.prepareStackTrace = (e, sites) => sites; return typeof new E('x').stack; })()",
    /^GOT string$|^THROWN TypeError/,
  ],
  [
    "(() => { class E extends Error { static prepareStackTrace = (e, sites) => sites; } return typeof new E('x').stack; })()",
    /^GOT string$/,
  ],
  [
    "(() => { try { globalThis.Error = function () {}; } catch { return 'locked'; } return typeof Error.prepareStackTrace; })()",
    /^GOT locked$/,
  ],
  [
    "(() => { try { Object.defineProperty(globalThis, 'Error', { get: () => class { static prepareStackTrace = (e, sites) => sites; } }); } catch { return 'locked'; } return 'open'; })()",
    /^GOT locked$/,
  ],
  [
    "(() => { const o = {}; Error.captureStackTrace(o); return typeof o.stack; })()",
    /^GOT string$/,
  ],
  [
    "(() => { try { Object.prototype.prepareStackTrace = (e, sites) => sites; } catch {} try { TypeError.prepareStackTrace = (e, sites) => sites; } catch {} return typeof new TypeError('x').stack; })()",
    /^GOT string$/,
  ],
  ["(() => { Error.stackTraceLimit = 1e9; return 'assigned'; })()", /^THROWN TypeError/],
];

const SITE_TRICKS: readonly ProbeRow[] = [
  [
    "(() => { const calls = []; const sites = new Proxy([{ getFileName: () => 'strategy:x' }], { get(t, k) { calls.push(String(k)); return t[k]; } }); const text = Error.prepareStackTrace(new Error('x'), sites); return typeof text; })()",
    /^GOT string$/,
  ],
  [
    "(() => { let caught = 'none'; const e = new Error('x'); Object.defineProperty(e, 'toString', { value() { caught = typeof this + (new Error('y').stack.includes('realm')); return 'z'; } }); void e.stack; return caught; })()",
    /^GOT none$/,
  ],
  [
    "typeof Error.prepareStackTrace.caller + typeof Error.prepareStackTrace.arguments",
    /^THROWN TypeError/,
  ],
  [
    "(() => { const e = new Error('x'); return ['getThis', 'getFunction', 'getEvalOrigin'].map((k) => typeof e[k]).join(); })()",
    /^GOT undefined,undefined,undefined$/,
  ],
];

/** Nearly fills the stack at every depth and looks where the errors come from. */
const STACK_FULL = strategy(
  "",
  "",
  `if (n === 1) {
  const errors = [], hostText = /lib\\/|bootstrap|file:|ext:|node:/;
  const look = () => { const text = new Error("x").stack; if (typeof text === "string" && hostText.test(text)) breach(trade, bar, 4); };
  const calls = [
    look, look, () => { try { look(); } catch (e) { if (hostText.test(String(e.stack))) breach(trade, bar, 5); throw e; } }, () => trade.target(bar.symbol, 1), () => trade.target("?", 1), () => data.window(bar.symbol, "close", 3),
    () => console.log({ toJSON() { throw 1; } }), () => Date(), () => new Date().toISOString(), () => Math.random(), () => crypto.randomUUID(),
    () => data.indicator({}), () => trade.orders, () => bar.copy(), () => new Intl.DateTimeFormat().format(), () => "x".localeCompare("y"),
    () => Temporal.Now.instant(), () => import("x"), () => /a/.exec("a"), () => [3, 1].sort(), () => JSON.stringify({ a: [1] }), () => { null.x; },
    () => ({}).stack, () => Error.captureStackTrace({}), () => new Proxy({}, {}).x, () => Reflect.construct(Error, ["y"]).stack, () => eval("1"),
    () => new Function("1"), () => trade.cancel(1), () => trade.position(bar.symbol).quantity, () => performance.now(), () => mark("x"), () => log("x"),
  ];
  for (const call of calls) {
    for (let spare = 0; spare < 60; spare++) {
      let left = spare;
      const fall = () => { try { fall(); } catch (e) { if (left-- <= 0) { if (left === -1) try { call(); } catch (q) { errors.push(q); } } else throw e; } };
      try { fall(); } catch (e) { errors.push(e); }
    }
  }
  for (const e of errors) { out(trade, bar, e); if (typeof e === "object" && !(e instanceof Error)) breach(trade, bar, 3); }
  console.log(errors.length > 100 ? "many errors, all of this realm" : "only " + errors.length);
}`,
);

/** Case 11 to 20 by number; case 21 runs them again without the process-wide flag. */
function realmCase(number: number): (options: AttackOptions) => Promise<string> {
  switch (number) {
    case 11:
      return (options) =>
        expectProbes(
          ABSENT.split(" ").map((name) => [
            name.includes(".")
              ? `(() => { "use strict"; return typeof (() => 0).caller; })()`
              : `typeof globalThis.${name} + (typeof ${name} === "undefined")`,
            name.includes(".")
              ? /^THROWN TypeError|^GOT undefined/
              : name === "global"
              ? /^GOT undefinedtrue$/
              : /^GOT undefinedtrue$/,
          ]),
          options,
        );
    case 12:
      return async (options) => {
        const [names, symbols] = await probe([
          "Reflect.ownKeys(globalThis).filter((k) => typeof k === 'string').sort().join(' ')",
          "Reflect.ownKeys(globalThis).filter((k) => typeof k === 'symbol').map(String).join() + Object.getPrototypeOf(globalThis).constructor.name",
        ], options);
        assertEquals(names, `GOT ${GLOBAL_KEYS}`);
        assertEquals(symbols, "GOT Object");
        return `${GLOBAL_KEYS.split(" ").length} keys`;
      };
    case 13:
      return async (options) => {
        await expectProbes(
          [
            "globalThis",
            "(() => 0)",
            "import.meta",
            "[]",
            "new Error('x')",
            "Intl",
            "console.log",
            "crypto.randomUUID",
            "Temporal.Now.instant",
            "Date",
            "Date.now",
            "performance.now",
            "defineStrategy",
          ]
            .filter((each) => each !== "import.meta").map((each) =>
              [LEADS_OUT(each), ONLY_BLOCKED] as const
            ),
          options,
        );
        return await expectEach([[
          "views",
          strategy(
            "const setups = [];",
            "setups.push(data, params, log, mark, data.indicator(sma(3)), data.indicator(macd()), param.int(3), sma(3), defineStrategy, data.timer('t', { everyMinutes: 60 }), data.bars('1d'), data.bar(data.symbols[0]));",
            "if (n < 3) { for (const o of [...setups, bar, trade, trade.position(bar.symbol), trade.orders, bar.copy(), bar.close, trade.target, data.window(bar.symbol, 'close', 2), data.symbols]) out(trade, bar, o); trade.buy(bar.symbol, 1); } if (n === 3) console.log('no way out');",
          ),
          /^done: no way out$/,
        ]], options);
      };
    case 14:
      return (options) =>
        expectProbes(
          [
            "eval('1')",
            "(0, eval)('1')",
            "globalThis.eval('1')",
            "new Function('return 1')()",
            "Function('return 1')()",
            "(() => {}).constructor('return 1')()",
            "(async () => {}).constructor('return 1')()",
            "(function* () {}).constructor('yield 1')()",
            "(async function* () {}).constructor('yield 1')()",
            "Reflect.construct(Function, ['return 1'])()",
            "Reflect.apply(Function, null, ['return 1'])()",
            "class extends Function {}.constructor('return 1')",
            "[].map.constructor('return 1')()",
            "Function.prototype.constructor.call(null, 'return 1')",
          ]
            .map((each) =>
              [each, /^THROWN EvalError: Code generation from strings disallowed/] as const
            ),
          options,
        );
    case 15:
      return (options) =>
        expectEach([["stack nearly full", STACK_FULL, /^done: many errors, all of this realm$/]], {
          rows: 5,
          ...options,
        });
    case 16:
      return (options) =>
        expectProbes(
          [
            "'node:fs'",
            "'x'",
            "'sandbar/strategy'",
            "'./x.ts'",
            "Symbol()",
            "{ toString() { throw new TypeError('own'); } }",
          ].map((form) => [
            `import(${form}).then(() => "loaded", (e) => { if (!(e instanceof TypeError)) return "foreign " + e; try { return e.constructor.constructor("return typeof Deno")(); } catch (q) { return "blocked " + (q instanceof EvalError); } })`,
            /^GOT blocked true$/,
          ]),
          options,
        );
    case 17:
      return (options) => expectProbes(STACK_TRICKS, options);
    case 18:
      return (options) => expectProbes(SITE_TRICKS, options);
    case 19:
      return (options) =>
        expectProbes(
          [
            "__io",
            "__in",
            "realm",
            "engine",
            "KEY",
            "MODULES",
            "context",
            "harden",
            "hardenObject",
            "freezeRealm",
            "shape",
            "connect",
            "writeLine",
            "nowUs",
            "strategyParts",
            "specParts",
            "pointBar",
            "namespace",
          ]
            .map((name) =>
              [
                `typeof ${name} + typeof globalThis[${JSON.stringify(name)}]`,
                /^GOT undefinedundefined$/,
              ] as const
            ),
          options,
        );
    default:
      return (options) => {
        const spy =
          "new Proxy({}, { get(t, k) { console.log('asked ' + String(k)); return undefined; }, getPrototypeOf() { console.log('proto'); return null; }, has() { console.log('has'); return true; } })";
        return expectEach([
          [
            "proxy from a handler",
            onFirstBar(`return ${spy};`),
            /^throw: .*onBar must be synchronous and return nothing/,
          ],
          [
            "thenable from a handler",
            onFirstBar("return { then(f) { f(1); } };"),
            /^throw: .*onBar must be synchronous/,
          ],
          [
            "proxy as handlers",
            strategy(
              "",
              `return new Proxy({ onBar(bar) { if (bar.count === 1) console.log(String(this)); } }, {});`,
              "",
            ),
            /^done: undefined$/,
          ],
          [
            "thenable as strategy",
            `export default { then(f) { f({ setup() {} }); } };`,
            /^load: .*must contain: export default defineStrategy/,
          ],
          [
            "proxy as strategy",
            `export default ${spy};`,
            /^load: .*must contain: export default defineStrategy/,
          ],
          [
            "export named then",
            `export function then(f) { f({}); } export default 1;`,
            /^(load|import|timeout): /,
          ],
        ], { ...options });
      };
  }
}

const TITLES: readonly (readonly [title: string, expected: string])[] = [
  ["platform globals: runtime, network, threads, storage", "each is undefined"],
  ["list of global own keys", "equals the fixed list"],
  ["constructors through prototypes of global, SDK, views and functions", "code-generation error"],
  ["direct and indirect eval; Function, async and generator constructors", "code-generation error"],
  ["errors of calls made with the stack nearly full", "belong to the inner realm"],
  ["constructor of a rejected import's error", "code-generation error"],
  [
    "Error.prepareStackTrace: assign, redefine, subclass, replace Error",
    "locked, or only a string",
  ],
  ["call sites: this, function, constructor", "unreachable"],
  ["names used inside the child and the engine", "undefined"],
  ["Proxy or thenable from a handler, as handlers, as strategy", "host objects stay untouched"],
];

export const REALM_CASES: readonly RedTeamCase[] = [
  ...TITLES.map(([title, expected], i): RedTeamCase => ({
    id: `RT-${11 + i}`,
    title,
    expected,
    run: async () => {
      // With the process-wide ban on code from text, frozen and not frozen.
      await realmCase(11 + i)({ freeze: false });
      return await realmCase(11 + i)({});
    },
  })),
  {
    id: "RT-21",
    title: "cases 11 to 20 without the process-wide flag",
    expected: "same outcomes",
    run: async () => {
      for (let number = 11; number <= 20; number++) {
        await realmCase(number)({ limits: { banCodegen: false } });
      }
      const found = await attack(onFirstBar("eval('1')"), { limits: { banCodegen: false } });
      assert(outcome(found).includes("Code generation from strings disallowed"), outcome(found));
      return "10 of 10 as with it";
    },
  },
];
