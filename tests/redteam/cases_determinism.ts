/**
 * Cases 54 to 62: the same run gives the same result, and knows no time but its own.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertNotEquals, assertRejects } from "@std/assert";
import { runBacktest } from "../../lib/backtest/mod.ts";
import { StrategyFailure } from "../../lib/sandbox/mod.ts";
import { type Attack, attack, marketOf, QUICK } from "./support/attack.ts";
import { expectEach, outcome, type RedTeamCase } from "./support/case.ts";
import { expectProbes, onFirstBar, PRELUDE, probe, strategy } from "./support/strategies.ts";
import { withFolder } from "./support/temporary_folder.ts";

/** What a run over 3,000 bars can depend on: chance, sorting, texts, dates, stacks, orders, indicators. */
const BUSY = strategy(
  "let sum = 0; const list = [];",
  "const fast = data.indicator(sma(5)), slow = data.indicator(ema(20)), m = data.indicator(macd()); data.timer('t', { everyMinutes: 180 });",
  `list.push(Math.random()); if (list.length > 50) list.sort(() => Math.random() - 0.5).pop();
sum = (sum * 31 + round(list[0] * 1e9) + new Error("x").stack.split("\\n").length + String(Math.sin(n)).length + crypto.randomUUID().charCodeAt(3) + new Date().toString().length + new Intl.NumberFormat("de").format(n).length) % 1e6;
if (crossedAbove(fast, slow) || n % 17 === 0) trade.target(bar.symbol, round(sum));
if (m.histogram.value > 0 && n % 5 === 0) trade.buy(bar.symbol, 1 + round(sum % 7), { limitPrice: bar.close * 0.99, timeInForce: "gtc" });`,
);

/** What it gives on every machine, as long as the strategy, the market and the pinned runtime are the same. */
const BUSY_HASH = "8aa4cc4b983fcfc5287e30d2cc833080b8852047f5c7fd2a6f11ba34a4a15ba6";

/** A strategy whose orders depend on how deep a recursion goes. */
const DEPTH = onFirstBar(
  "let depth = 0; const f = (a) => { depth++; return f(a + 1) + 1; }; for (let i = 0; i < 30; i++) { depth = 0; try { f(0); } catch {} } trade.target(bar.symbol, 1 + depth);",
);

/** First bar of the market of fifty hours, milliseconds. */
const CLOSE_MS = (): number => marketOf(50, ["ONE"]).market.bars[0]!.closeTime[0]! / 1000;

async function same(source: string, options: Parameters<typeof attack>[1]): Promise<Attack> {
  const found = await attack(source, options);
  assertEquals(found.failure, undefined, outcome(found));
  return found;
}

export const DETERMINISM_CASES: readonly RedTeamCase[] = [
  {
    id: "RT-54",
    title: "Date in every form, Intl without argument, Temporal.Now, performance.now, zone, locale",
    expected: "virtual values",
    run: async () => {
      const ms = CLOSE_MS(), iso = new Date(ms).toISOString();
      const found = await attack(
        onFirstBar(`
console.log([Date.now(), +new Date(), +new (class extends Date {})(), Reflect.construct(Date, []).getTime(), new Date().constructor.now(), new (Object.getPrototypeOf(new Date(0)).constructor)().getTime(), Temporal.Now.instant().epochMilliseconds, Temporal.Now.zonedDateTimeISO().epochMilliseconds].every((each) => each === ${ms}));
console.log(new Date().toISOString(), Date().includes("GMT+0000"), new Date(undefined).getTime(), new Date(NaN).getTime(), new Date(2020, 0).getTime(), Date.UTC(2020, 0));
console.log(new Intl.DateTimeFormat("en", { dateStyle: "short", timeStyle: "medium", timeZone: "UTC" }).format() === new Intl.DateTimeFormat("en", { dateStyle: "short", timeStyle: "medium", timeZone: "UTC" }).format(${ms}), new Intl.DateTimeFormat("en").formatToParts().map((p) => p.value).join("") === new Intl.DateTimeFormat("en").format(${ms}));
console.log(Intl.DateTimeFormat().resolvedOptions().timeZone, Intl.DateTimeFormat().resolvedOptions().locale, new Date(0).getTimezoneOffset(), Temporal.Now.timeZoneId(), new Date(0).toLocaleString("en-US"));
console.log(performance.now(), performance.timeOrigin, Temporal.Now.plainDateTimeISO().toString().slice(0, 10) === ${
          JSON.stringify(iso.slice(0, 10))
        }, Object.keys(Object.getOwnPropertyDescriptors(Temporal.Now)).length);
for (const k of Reflect.ownKeys(Temporal.Now)) if (typeof Temporal.Now[k] === "function") { const t = String(Temporal.Now[k]()); if (k !== "timeZoneId" && !t.startsWith(${
          JSON.stringify(iso.slice(0, 10))
        }) && !t.startsWith(${
          JSON.stringify(iso.slice(11, 13))
        })) console.log("REAL " + String(k) + t); }`),
        { rows: 50 },
      );
      assertMatch(
        outcome(found),
        new RegExp(
          `^done: true \\| ${iso} true NaN NaN 1577836800000 1577836800000 \\| true true \\| UTC en-US 0 UTC 1/1/1970, 12:00:00.AM \\| 0 0 true \\d+$`,
        ),
      );
      return outcome(found).slice(0, 60);
    },
  },
  {
    id: "RT-55",
    title: "a busy loop measured with every clock",
    expected: "zero",
    run: () =>
      expectEach([[
        "clock",
        onFirstBar(
          "const look = () => Date.now() + performance.now() + Temporal.Now.instant().epochMilliseconds; const a = look(); for (let i = 0, x = 0; i < 3e7; i++) x += i; console.log(look() - a);",
        ),
        /^done: 0$/,
      ]]),
  },
  {
    id: "RT-56",
    title: "random numbers and UUIDs, same and other seed",
    expected: "equal; different",
    run: async () => {
      const draw = [
        "[Math.random(), crypto.randomUUID(), crypto.getRandomValues(new Uint8Array(4)).join(), [3, 1, 2].sort(() => Math.random() - 0.5).join()].join('|')",
      ];
      const [a, b, c] = [
        await probe(draw, { seed: 7 }),
        await probe(draw, { seed: 7 }),
        await probe(draw, { seed: 8 }),
      ];
      assertEquals(a, b);
      assertNotEquals(a, c);
      assertMatch(a[0]!, /\|[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}\|/);
      return a[0]!;
    },
  },
  {
    id: "RT-57",
    title: "strategy over 3,000 bars, six runs; frozen or not, any slice",
    expected: "equal hash",
    run: async () => {
      const hashes = new Set<string>();
      for (let i = 0; i < 6; i++) hashes.add((await same(BUSY, { rows: 3000 })).intentsSha256);
      hashes.add((await same(BUSY, { rows: 3000, freeze: false })).intentsSha256);
      hashes.add((await same(BUSY, { rows: 3000, sliceSteps: 97 })).intentsSha256);
      hashes.add((await same(BUSY, { rows: 3000, sliceSteps: 1 })).intentsSha256);
      hashes.add((await same(BUSY, { rows: 3000, limits: { jit: false } })).intentsSha256);
      const [hash] = hashes;
      assertEquals(hashes.size, 1);
      // Another machine: whoever runs this test gets the same bits, or this line fails.
      assertEquals(hash, BUSY_HASH);
      return hash!;
    },
  },
  {
    id: "RT-58",
    title: "result that depends on the depth of recursion, with and without JIT",
    expected: "hashes differ, the comparison says so (a documented limit)",
    run: async () => {
      const jit = await same(DEPTH, {}), plain = await same(DEPTH, { limits: { jit: false } });
      const again = await same(DEPTH, { limits: { jit: false } });
      assertNotEquals(jit.intentsSha256, plain.intentsSha256);
      assertEquals(plain.intentsSha256, again.intentsSha256);
      return `depth ${jit.quantities[0]! - 1} with JIT, ${plain.quantities[0]! - 1} without`;
    },
  },
  {
    id: "RT-59",
    title: "WeakRef, FinalizationRegistry",
    expected: "absent",
    run: () =>
      expectProbes([["typeof WeakRef + typeof FinalizationRegistry", /^GOT undefinedundefined$/]]),
  },
  {
    id: "RT-60",
    title: "stack traces, also made while another one is made",
    expected: "show only the strategy's own files",
    run: () =>
      expectProbes([
        [
          "new Error('x').stack.split('\\n').slice(1).every((line) => /^ {4}at \\S.* \\(x\\.ts:\\d+:\\d+\\)$/.test(line))",
          /^GOT true$/,
        ],
        [
          "(() => { let inner = 'not called'; const e = new Error('x'); e.toString = () => { inner = new Error('y').stack; return 'z'; }; void e.stack; return inner; })()",
          /^GOT not called$/,
        ],
        [
          "(() => { let inner = 'not called'; class E extends Error { get name() { inner = new Error('y').stack; return 'z'; } get message() { inner = new Error('y').stack; return 'z'; } } void new E().stack; return inner; })()",
          /^GOT not called$/,
        ],
        [
          "(() => { let inner = 'not called'; const p = new Proxy(new Error('x'), { get() { inner = new Error('y').stack; }, getPrototypeOf() { inner = new Error('y').stack; return null; }, getOwnPropertyDescriptor() { inner = new Error('y').stack; } }); Error.captureStackTrace(p); try { void p.stack; } catch {} return inner; })()",
          /^(GOT not called|THROWN TypeError)/,
        ],
        [
          "(() => { try { [1].map(() => { null.x; }); } catch (e) { return e.stack; } })()",
          /^GOT TypeError: Cannot read properties of null \(reading 'x'\)\s+at [^]*x\.ts:\d+:\d+\)$/,
        ],
        [
          "(() => { class Mine extends Error { name = 'Mine'; } return new Mine('m').stack.split('\\n')[0]; })()",
          /^GOT (Error|Mine): m$/,
        ],
      ]),
  },
  {
    id: "RT-61",
    title: "timers due at one instant",
    expected: "fire in creation order, a repeating one by when it was made",
    run: () =>
      expectEach([[
        "timers",
        `${PRELUDE}export default defineStrategy({ name: "x", setup({ data }) { const order = [];
data.timer("b", { afterMinutes: 90 }); data.timer("a", { afterMinutes: 30 }); data.timer("c", { afterMinutes: 90 }); data.timer("e", { everyMinutes: 45 }); data.timer("d", { afterMinutes: 90 }); const gone = data.timer("x", { afterMinutes: 90 }); data.cancelTimer(gone);
return { onTimer(timer) { if (order.length < 6) order.push(timer.name); }, onStop() { console.log(order.join("")); } }; } });`,
        /^done: aebced$/,
      ]]),
  },
  {
    id: "RT-62",
    title: "a run that met a time-out or quota",
    expected: "reported failed, never as a result",
    run: () =>
      withFolder(async (folder) => {
        const told: string[] = [];
        for (
          const [name, code, kind] of [
            ["loop", "if (bar.count === 1500) for (;;);", "timeout"],
            ["flood", "if (bar.count === 1500) for (;;) trade.buy(bar.symbol, 1);", "quota"],
            [
              "memory",
              "if (bar.count === 1500) { const a = []; for (;;) a.push(new Array(1e5).fill(1.5)); }",
              "memory",
            ],
            ["throw", "if (bar.count === 1500) throw new Error('boom');", "throw"],
          ] as const
        ) {
          folder.write(
            `${name}.ts`,
            `import { defineStrategy } from "sandbar/strategy";\nexport default defineStrategy({ name: "x", setup() { return { onBar(bar, trade) {\n${code}\n} }; } });`,
          );
          const options = {
            strategy: folder.at(`${name}.ts`),
            shownAs: `strategies/${name}.ts`,
            report: false,
            limits: QUICK,
          };
          const error = await assertRejects(() => runBacktest(options), StrategyFailure);
          assertEquals(error.kind, kind, error.message);
          told.push(error.message);
        }
        assert(told[0]!.includes("no progress for 0.6 s between bars 0 and 2,148"), told[0]);
        assertEquals(
          told[3],
          "the strategy failed in bar 1,500 (2010-08-03) at strategies/throw.ts:3: boom",
        );
        return told[3]!;
      }),
  },
];
