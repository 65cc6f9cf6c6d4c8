/**
 * Cases 31 to 38: code that does not end.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { DEFAULT_LIMITS, SealedChild, StrategyFailure } from "../../lib/sandbox/mod.ts";
import { QUICK } from "./support/attack.ts";
import { expectEach, outcome, type RedTeamCase, type SourceRow } from "./support/case.ts";
import { hostileChild } from "./support/hostile_child.ts";
import { expectProbes, onFirstBar, PRELUDE, strategy } from "./support/strategies.ts";
import { withFolder } from "./support/temporary_folder.ts";

const STALLED = /^timeout: the strategy made no progress for 0\.6 s between bars 0 and 1,500/;
/** A loop of microtasks may fill the memory before its time is up. */
const NOT_LOADED = /^timeout: the strategy did not load (within|in time)|^memory: /;
const IDLE = `export default defineStrategy({ name: "x", setup() { return { onBar() {} }; } });`;

const onBar = (
  label: string,
  code: string,
  pattern = STALLED,
): SourceRow => [label, onFirstBar(code), pattern];
const atLoad = (
  label: string,
  code: string,
  pattern = NOT_LOADED,
): SourceRow => [label, `${PRELUDE}${code}\n${IDLE}`, pattern];

export const CPU_CASES: readonly RedTeamCase[] = [
  {
    id: "RT-31",
    title: "endless loop in a slice, in setup, in onStart, in onTimer, in onStop",
    expected: "the host's stall limit, naming the bars",
    run: async () => {
      await expectEach([
        [
          "setup",
          strategy("", "for (;;);", ""),
          /^timeout: the strategy did not come to the end of setup within 1\.4 s/,
        ],
        [
          "onStart",
          `${PRELUDE}export default defineStrategy({ name: "x", setup() { return { onStart() { for (;;); } }; } });`,
          /^timeout: the strategy did not come to the end of setup/,
        ],
        [
          "onTimer",
          `${PRELUDE}export default defineStrategy({ name: "x", setup({ data }) { data.timer("t", { afterMinutes: 100 }); return { onTimer() { for (;;); } }; } });`,
          STALLED,
        ],
        [
          "onStop",
          `${PRELUDE}export default defineStrategy({ name: "x", setup() { return { onStop() { for (;;); } }; } });`,
          /^timeout: the strategy made no progress for 0\.6 s after the last bar/,
        ],
      ], { limits: QUICK });
      return await expectEach([[
        "second slice",
        strategy("", "", "if (n === 700) for (;;);"),
        /between bars 500 and 1,000 and was stopped/,
      ]], { limits: QUICK, sliceSteps: 500 });
    },
  },
  {
    id: "RT-32",
    title: "endless loop at load; top-level await without end",
    expected: "host deadline, dead",
    run: () =>
      expectEach([
        atLoad("loop", "for (;;);"),
        atLoad("await", "await new Promise(() => {});"),
        atLoad("await of a thenable that never answers", "await { then() {} };"),
      ], { limits: QUICK }),
  },
  {
    id: "RT-33",
    title: "microtask loop; endless async generator; in a handler a microtask never runs",
    expected: "time-out; no effect",
    run: async () => {
      await expectEach([
        atLoad(
          "microtasks at load",
          "const f = () => Promise.resolve().then(f); f(); await new Promise(() => {});",
        ),
        atLoad(
          "async generator at load",
          "await (async () => { for await (const x of (async function* () { for (;;) yield 1; })()); })();",
        ),
        atLoad(
          "microtasks left behind",
          "const f = () => Promise.resolve().then(f); f();",
          /^(timeout|memory): |^done: $/,
        ),
      ], { limits: QUICK });
      return await expectEach([
        onBar(
          "microtasks in a handler",
          "const f = () => Promise.resolve().then(() => { breach(trade, bar, 1); f(); }); f(); (async () => { await 0; breach(trade, bar, 2); })(); console.log('went on');",
          /^done: went on$/,
        ),
      ]);
    },
  },
  {
    id: "RT-34",
    title: "catastrophic regular expression, try/finally loop, hostile comparator, BigInt power",
    expected: "stall limit or RangeError",
    run: () =>
      expectEach([
        onBar("regular expression", "/(a+)+$/.test('a'.repeat(40) + 'b');"),
        onBar("try/finally", "for (;;) { try { for (;;); } finally { for (;;); } }"),
        onBar(
          "comparator",
          "for (;;) Array.from({ length: 1e5 }, (_, i) => i).sort(() => 0.5 - Math.random());",
        ),
        onBar(
          "BigInt",
          "let x = 3n; for (;;) x = x ** 3n;",
          /^timeout: |^throw: .*RangeError|^memory: /,
        ),
        onBar(
          "replaceAll",
          "for (;;) 'a'.repeat(1e6).replaceAll('a', 'bb');",
          /^timeout: |^memory: /,
        ),
      ], { limits: QUICK }),
  },
  {
    id: "RT-35",
    title: "endless getter or toString while something is shown or an error is told",
    expected: "stall limit",
    run: () =>
      expectEach([
        onBar("toJSON in a log", "console.log({ toJSON() { for (;;); } });"),
        onBar("toString in a log", "console.log({ get x() { for (;;); } });"),
        onBar("stack of a thrown object", "throw { get stack() { for (;;); } };"),
        onBar("toString of a thrown object", "throw { toString() { for (;;); } };"),
        onBar(
          "getter of an order",
          "trade.order({ symbol: bar.symbol, side: 'buy', get quantity() { for (;;); } });",
        ),
        [
          "definition",
          `${PRELUDE}export default defineStrategy({ name: "x", needs: { toJSON() { for (;;); } }, setup() { return {}; } });`,
          /^load: .*unknown field "toJSON"/,
        ],
        [
          "definition, getter",
          `${PRELUDE}export default defineStrategy({ name: "x", needs: { get periods() { for (;;); } }, setup() { return {}; } });`,
          /^timeout: .*did not load within/,
        ],
      ], { limits: QUICK }),
  },
  {
    id: "RT-36",
    title: "timers that re-arm with no delay; 20,000 timers; setTimeout is absent",
    expected: "quota error, work stays bounded",
    run: async () => {
      await expectProbes(
        ["setTimeout", "setInterval", "setImmediate", "queueMicrotask"].map((name) =>
          [`typeof ${name}`, /^GOT undefined$/] as const
        ),
      );
      return await expectEach([
        [
          "no delay",
          `${PRELUDE}export default defineStrategy({ name: "x", setup({ data }) { data.timer("t", { afterMinutes: 0 }); return { onTimer() { data.timer("t", { afterMinutes: 0 }); } }; } });`,
          /^quota: .*timer events between two bars/,
        ],
        [
          "nearly no delay",
          `${PRELUDE}export default defineStrategy({ name: "x", setup({ data }) { data.timer("t", { afterMinutes: 0 }); return { onTimer() { data.timer("t", { afterMinutes: 1e-9 }); } }; } });`,
          /^quota: .*timer events between two bars/,
        ],
        [
          "20,000",
          strategy("", "for (let i = 0; i < 20000; i++) data.timer('t', { everyMinutes: 1 });", ""),
          /^(throw|quota): .*more than 1000 timers wait/,
        ],
      ]);
    },
  },
  {
    id: "RT-37",
    title: "time from deadline to reaped child, ten runs",
    expected: "under 50 ms each",
    run: async (size) => {
      const over: number[] = [], deadlineMs = 150;
      await withFolder(async (folder) => {
        folder.write("loop.js", "for (;;);");
        for (let i = 0; i < 10; i++) {
          const started = performance.now();
          const child = SealedChild.start(
            { ...DEFAULT_LIMITS, loadMs: deadlineMs - 1000 },
            folder.at("loop.js"),
          );
          await assertRejects(
            () => child.open({ spec: "", seriesCount: 0, seed: 0, freeze: true }),
            StrategyFailure,
            "did not come up",
          );
          await child[Symbol.asyncDispose]();
          over.push(performance.now() - started - deadlineMs);
        }
      });
      over.sort((a, b) => a - b);
      // Beside other tests on two cores the system runs some of them late; in a release all ten must be in time.
      assert(over[size === "full" ? 9 : 2]! < 50, `${over.map((each) => each.toFixed(1))} ms`);
      return `${over[0]!.toFixed(1)} to ${over[9]!.toFixed(1)} ms`;
    },
  },
  {
    id: "RT-38",
    title: "twenty looping strategies beside a host heartbeat",
    expected: "no heartbeat gap of 100 ms or more",
    run: async (size) => {
      // Beside other tests on two cores the host waits for these as well.
      const most = size === "full" ? 100 : 250;
      let best = Infinity;
      for (let attempt = 0; attempt < 3 && best >= 100; attempt++) {
        best = Math.min(best, await heartbeatGap());
      }
      assert(best < most, `the longest gap was ${best.toFixed(0)} ms in each of three tries`);
      return `longest gap ${best.toFixed(0)} ms`;
    },
  },
];

/** The longest silence of a heartbeat of 5 ms while twenty children loop, in ms. */
async function heartbeatGap(): Promise<number> {
  const started = performance.now();
  const looping = Array.from(
    { length: 20 },
    () => hostileChild("for (;;);", "", { limits: { loadMs: 9000, stallMs: 700 } }),
  );
  // The start of twenty processes is the operating system's work; what counts is how they run.
  let gap = 0, last = 0;
  const beat = setInterval(() => {
    const now = performance.now();
    if (last !== 0) gap = Math.max(gap, now - last);
    last = now;
  }, 5);
  const ended = await Promise.all(looping);
  clearInterval(beat);
  for (const each of ended) assertMatch(outcome(each), /^timeout: /);
  assertEquals(ended.length, 20);
  assert(performance.now() - started > 600);
  return gap;
}
