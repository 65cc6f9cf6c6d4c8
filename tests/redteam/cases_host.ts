/**
 * Cases 22 to 30 and the hostile rows: whether the host stays sound whatever a child sends.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { DEFAULT_LIMITS, SealedChild, StrategyFailure } from "../../lib/sandbox/mod.ts";
import { attack, PATIENT, QUICK } from "./support/attack.ts";
import { expectEach, outcome, type RedTeamCase } from "./support/case.ts";
import { hostileChild } from "./support/hostile_child.ts";
import { at, expectProbes, onFirstBar, strategy } from "./support/strategies.ts";

const BROKE = /^throw: the strategy's process broke the (protocol|rules)/;

/** A behaviour of a hostile child, further code, and what must be said of it. */
type HostileRow = readonly [label: string, behaviour: string, pattern: RegExp, further?: string];

async function expectHostile(rows: readonly HostileRow[]): Promise<string> {
  let last = "";
  for (const [label, behaviour, pattern, further] of rows) {
    // On a busy machine even a flood takes its time: only a silence is to be cut short.
    const limits = pattern.source.includes("timeout") ? QUICK : PATIENT;
    const found = await hostileChild(behaviour, further, { limits });
    last = outcome(found);
    assertMatch(last, pattern, `${label}: found ${last}`);
  }
  return `${rows.length} of ${rows.length} dead; last: ${last}`;
}

const FRAMES: readonly HostileRow[] = [
  ["length of 4 GiB", "raw(15, number, 0xffffffff);", BROKE],
  ["length just above the limit", "raw(12, number, (2 << 20) + 1);", BROKE],
  [
    "frame cut off, then the end",
    "raw(15, number, 8, new Uint8Array(3)); Deno.exit(0);",
    /^throw: .*ended by itself/,
  ],
  ["header cut off", "write(new Uint8Array(5)); Deno.exit(0);", /^throw: .*ended by itself/],
  ["frame cut off, then silence", "raw(15, number, 8, new Uint8Array(3)); block();", /^timeout: /],
  ["unknown kind", "send(99, number, floats(0));", BROKE],
  ["kind of the host", "send(1, number, floats(0));", BROKE],
  [
    "report of a wrong size",
    "send(15, number, floats(0, 0, 0));",
    /^throw: the child's report is malformed/,
  ],
  [
    "rows that do not come out even",
    "send(12, number, new Uint8Array(47)); report(number);",
    /^throw: the child's rows are malformed/,
  ],
  [
    "plots that do not come out even",
    "send(13, number, new Uint8Array(23)); report(number);",
    /^throw: the child's rows are malformed/,
  ],
  [
    "notes in bad UTF-8",
    "send(14, number, new Uint8Array([0xff, 0xfe, 0xc0])); report(number);",
    BROKE,
  ],
  [
    "millions of empty notes",
    "for (let i = 0; i < 4; i++) send(14, number, new Uint8Array(1 << 20).fill(10)); report(number);",
    BROKE,
  ],
  ["error in bad UTF-8", "send(11, number, new Uint8Array([0xff]));", BROKE],
  ["error in bad JSON", "send(11, number, text.encode('{'));", BROKE],
  ["error that is no object", "send(11, number, text.encode('5'));", BROKE],
  ["error that is null", "send(11, number, text.encode('null'));", BROKE],
  ["answer instead of a report", "answer(number, { ok: true });", /^throw: /],
  [
    "hostile fields of an error",
    `answer(number, { ok: false, error: { toString: 1 }, step: "1e99", timeUs: {} });`,
    /^throw: the strategy failed between bars 1 and 50/,
  ],
  [
    "places outside the run",
    "answer(number, { ok: false, error: 'x', step: 1e15, timeUs: 1e300 });",
    /^throw: the strategy failed between bars 1 and 50/,
  ],
  [
    "control and direction characters",
    "answer(number, { ok: false, error: 'a\\u001b[2J\\u202eb\\u0007\\u2066' });",
    /^throw: [\x20-\x7e]*$/,
  ],
  [
    "text like a refused import",
    `answer(number, { ok: false, error: 'TypeError: may not import "\\\\x"' });`,
    /^throw: /,
  ],
  [
    "text like a refused import, at load",
    "",
    /^load: /,
    `function onCommand(number, command) { if (command.do !== "strategy") return false; answer(number, { ok: false, error: 'TypeError: may not import "\\\\x"' }); return true; }`,
  ],
  [
    "description that is no JSON",
    "",
    BROKE,
    `function onCommand(number, command) { if (command.do !== "strategy") return false; answer(number, { ok: true, description: "{" }); return true; }`,
  ],
  [
    "description of another type",
    "",
    /^load: the child's answer is malformed/,
    `function onCommand(number, command) { if (command.do !== "strategy") return false; answer(number, { ok: true, description: {} }); return true; }`,
  ],
  [
    "description with hostile fields",
    "",
    /^load: the strategy was refused/,
    `function onCommand(number, command) { if (command.do !== "strategy") return false; answer(number, { ok: true, description: '{"__proto__":{"name":"x","params":[]},"name":"\\\\u001b[2J","params":{"length":-1}}' }); return true; }`,
  ],
  [
    "report when a command was sent",
    "",
    /^load: .*report that nobody asked for/,
    `function onCommand(number) { report(number); return true; }`,
  ],
  ["flood of empty frames", "for (;;) raw(14, number, 0);", /^(quota|timeout): /],
  [
    "flood of full frames",
    "const big = new Uint8Array(2 << 20); for (;;) send(14, number, big);",
    /^quota: .*more than 64 MiB/,
  ],
];

const ROWS: readonly HostileRow[] = ([
  ["step after the slice", "intents(number, row(50, 2, 5, { time: 1 })); report(number);"],
  ["negative step", "intents(number, row(-1, 2, 5, { time: 1 })); report(number);"],
  ["fractional step", "intents(number, row(1.25, 2, 5, { time: times[1] })); report(number);"],
  ["step NaN", "intents(number, row(NaN, 2, 5, { time: 1 })); report(number);"],
  ["out of order: back-dated", "intents(number, row(30, 2, 5), row(10, 2, 7)); report(number);"],
  ["time of another bar", "intents(number, row(5, 2, 5, { time: times[4] })); report(number);"],
  [
    "time between the bars, backwards",
    "intents(number, row(5, 2, 5, { phase: 0, time: times[3] })); report(number);",
  ],
  ["time NaN", "intents(number, row(5, 2, 5, { time: NaN })); report(number);"],
  ["unknown verb", "intents(number, row(5, 7, 5)); report(number);"],
  ["verb NaN", "intents(number, row(5, NaN, 5)); report(number);"],
  ["negative code", "intents(number, row(5, -2, 5)); report(number);"],
  ["quantity NaN", "intents(number, row(5, 2, NaN)); report(number);"],
  ["quantity infinite", "intents(number, row(5, 2, Infinity)); report(number);"],
  ["fractional quantity", "intents(number, row(5, 2, 0.5)); report(number);"],
  ["quantity 1e13", "intents(number, row(5, 2, 1e13)); report(number);"],
  ["weight 101", "intents(number, row(5, 3, 101)); report(number);"],
  [
    "series that is not there",
    "intents(number, row(5, 2, 5, { code: 2 + 512 * 7 })); report(number);",
  ],
  ["series 2^40", "intents(number, row(5, 2, 5, { code: 2 + 512 * 2 ** 40 })); report(number);"],
  ["order of zero", "intents(number, row(5, 1, 0)); report(number);"],
  [
    "limit order without a price",
    "intents(number, row(5, 1, 5, { code: 1 + 8 })); report(number);",
  ],
  [
    "limit below zero",
    "intents(number, row(5, 1, 5, { code: 1 + 8, limit: -1 })); report(number);",
  ],
  ["price at a market order", "intents(number, row(5, 1, 5, { limit: 1e6 })); report(number);"],
  ["unknown time in force", "intents(number, row(5, 1, 5, { code: 1 + 64 * 5 })); report(number);"],
  ["unknown order type", "intents(number, row(5, 1, 5, { code: 1 + 8 * 5 })); report(number);"],
  ["cancel of no order", "intents(number, row(5, 4, 3)); report(number);"],
  [
    "cancel twice",
    "intents(number, row(5, 1, 5, { code: 1 + 8, limit: 1 }), row(5, 4, 0), row(5, 4, 0)); report(number);",
  ],
] as const).map(([label, behaviour]) => [label, behaviour, BROKE]);

export const HOST_CASES: readonly RedTeamCase[] = [
  {
    id: "RT-22",
    title: "polluted prototypes; replaced JSON.stringify, push, join, before setup and not frozen",
    expected: "only its own output suffers, or dead",
    run: async () => {
      const source = strategy(
        "for (const f of [() => { Object.prototype.ok = true; }, () => { Object.prototype.error = 'x'; }, () => { Array.prototype.toJSON = () => 'x'; }, () => { JSON.stringify = () => '{\"name\":\"evil\",\"params\":[{\"name\":\"x\"}]}'; }, () => { JSON.parse = () => ({}); }, () => { Array.prototype.push = () => 0; }, () => { Array.prototype.join = () => 'oops'; }, () => { String.prototype.slice = () => 'oops'; }, () => { Object.prototype.toString = () => 'oops'; }]) try { f(); } catch {}",
        "data.indicator(sma(3)).plot(); log('line');",
        at("log('still here'); mark('m'); trade.buy(bar.symbol, 1);"),
      );
      const open = await attack(source, { freeze: false, plots: true });
      const frozen = await attack(source, { plots: true });
      assertEquals(outcome(frozen), "done: line | still here | m");
      assertEquals(outcome(open), "done: line | still here | m");
      assertEquals(open.intentsSha256, frozen.intentsSha256);
      return outcome(open);
    },
  },
  {
    id: "RT-23",
    title:
      "hostile order content: __proto__, constructor, 1e400, NaN, -0, huge integers, broken surrogates",
    expected: "refused by the schema, or only known fields are copied",
    run: () =>
      expectEach([[
        "orders",
        onFirstBar(`
const base = () => ({ symbol: bar.symbol, side: "buy", quantity: 1 });
const bad = [JSON.parse('{"__proto__":{"admin":true},"symbol":"ONE","side":"buy","quantity":1}'), { ...base(), constructor: 1 }, { ...base(), admin: true }, { ...base(), quantity: 1e400 }, { ...base(), quantity: NaN }, { ...base(), quantity: -0 }, { ...base(), quantity: 2 ** 60 }, { ...base(), quantity: "1" }, { ...base(), quantity: 1n }, { ...base(), side: "\\ud800" }, { ...base(), symbol: "ONE\\ud800" }, { ...base(), symbol: "__proto__" }, { ...base(), limitPrice: NaN }, { ...base(), limitPrice: -1 }, { ...base(), limitPrice: 1e300 }, { ...base(), limitPrice: 1e-12 }, { ...base(), stopPrice: Infinity }, { ...base(), limitPrice: 1, trailAmount: 1 }, { ...base(), type: "limit" }, { ...base(), type: "toString" }, { ...base(), timeInForce: "gtd" }, null, [], "x", () => 0];
let refused = 0;
for (const each of bad) try { trade.order(each); breach(trade, bar, 1); } catch (e) { if (e instanceof RangeError || e instanceof TypeError) refused++; }
const inherited = Object.create({ admin: 1, limitPrice: 5 }); Object.assign(inherited, base());
trade.order(Object.assign(Object.create(null), base()));
console.log(refused + " of " + bad.length + " refused");`),
        /^done: 25 of 25 refused$/,
      ]]),
  },
  {
    id: "RT-24",
    title: "order with getters, toJSON or a Proxy",
    expected: "runs in the child only; the host receives plain data",
    run: async () => {
      const found = await attack(onFirstBar(`
let reads = 0;
trade.order({ symbol: bar.symbol, side: "buy", get quantity() { reads++; return 3; } });
trade.order(new Proxy({ symbol: bar.symbol, side: "sell", quantity: 2 }, { get(t, k) { reads++; return t[k]; } }));
try { trade.order({ symbol: bar.symbol, side: "buy", quantity: 4, toJSON() { return { quantity: 5 }; } }); breach(trade, bar, 1); } catch {}
console.log("reads " + (reads > 2));`));
      assertEquals(outcome(found), "done: reads true");
      assertEquals(found.quantities, [3, 2]);
      return "orders of 3 and 2 as plain rows";
    },
  },
  {
    id: "RT-25",
    title: "forging a frame by writing bytes itself",
    expected: "no output stream reachable",
    run: () =>
      expectProbes(
        [
          "Deno",
          "process",
          "print",
          "write",
          "postMessage",
          "require",
          "stdout",
          "send",
          "console._stdout",
          "console.log.constructor.prototype.stdout",
        ].map((name) =>
          [
            `(() => { try { return typeof (${name}); } catch { return "undefined"; } })()`,
            /^GOT undefined$/,
          ] as const
        ),
      ),
  },
  {
    id: "RT-26",
    title: "frames of 4 GiB, cut off, bad UTF-8, bad JSON, unknown, unasked, flooding",
    expected: "dead",
    run: () => expectHostile(FRAMES),
  },
  {
    id: "RT-27",
    title: "10 GB on the error stream (CI: 64 MiB)",
    expected: "capped, dead",
    run: async (size) => {
      const bytes = size === "full" ? 10 * 2 ** 30 : 2 ** 26, before = Deno.memoryUsage().rss;
      const found = await hostileChild(
        `const big = new Uint8Array(65536).fill(97); for (let sent = 0; sent < ${bytes}; sent += big.length) Deno.stderr.writeSync(big); report(number);`,
      );
      const grown = (Deno.memoryUsage().rss - before) / 2 ** 20;
      assertMatch(outcome(found), /^quota: .*more than 64 KiB of errors/);
      assert(grown < 64, `the host grew by ${grown} MiB`);
      return `${outcome(found)}; ${found.milliseconds.toFixed(0)} ms`;
    },
  },
  {
    id: "RT-28",
    title: "orders after being declared dead",
    expected: "ignored",
    run: async () => {
      const found = await hostileChild(
        "send(99, number, floats(0)); intents(number, row(5, 2, 5)); report(number); intents(number, row(6, 2, 6)); report(number + 1);",
      );
      assertMatch(outcome(found), BROKE);
      assertEquals(found.quantities, []);
      await using child = SealedChild.start(DEFAULT_LIMITS);
      child.abort("told to stop");
      for (let i = 0; i < 2; i++) {
        await assertRejects(
          () => child.report(() => "late", () => "when"),
          StrategyFailure,
          "told to stop",
        );
      }
      return `${outcome(found)}; no order taken`;
    },
  },
  {
    id: "RT-29",
    title: "time going backwards: clocks over bars, timers and sessions; timers in the past",
    expected: "never backwards; refused",
    run: () =>
      expectEach([[
        "clock",
        `import { defineStrategy } from "sandbar/strategy";
export default defineStrategy({ name: "x", setup({ data }) {
  let last = 0, ticks = 0, refused = 0;
  const look = () => { for (const now of [Date.now(), +new Date(), Temporal.Now.instant().epochMilliseconds]) { if (now < last) console.log("BACKWARDS"); last = now; } ticks++; };
  data.timer("t", { everyMinutes: 7 });
  return {
    onBar(bar, trade) { look(); if (trade.now !== bar.closeTime) console.log("OFF"); for (const at of [bar.time, bar.closeTime - 1, 0, -1]) try { data.timer("past", { at }); } catch { refused++; } },
    onTimer(timer, trade) { look(); if (trade.now !== timer.time) console.log("OFF"); },
    onSession(session, trade) { look(); if (trade.now !== session.time) console.log("OFF"); },
    onStop() { console.log(ticks > 10000 ? "forwards" : "few " + ticks, refused); },
  };
} });`,
        /^done: forwards 6000$/,
      ]]),
  },
  {
    id: "RT-30",
    title: "answer for slice N during slice N+1, answers twice or ahead",
    expected: "dead",
    run: () =>
      expectHostile([
        ["number of the slice before", "report(number - 1);", BROKE],
        ["number of the slice after", "report(number + 1);", BROKE],
        ["rows of another slice", "intents(number - 1, row(5, 2, 5)); report(number);", BROKE],
        ["number 0", "report(0);", BROKE],
        ["number 2^32 - 1", "report(0xffffffff);", BROKE],
        [
          "twice",
          "report(number, 0); report(number, 0);",
          /^throw: (the books of sandbox and host differ|the strategy's process broke)/,
        ],
      ]),
  },
  {
    id: "SE-ROWS",
    title: "rows of intents written by a child fully taken over",
    expected: "refused by the replay",
    run: () => expectHostile(ROWS),
  },
];
