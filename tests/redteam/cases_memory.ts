/**
 * Cases 39 to 44: memory and volume.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { DEFAULT_LIMITS, SealedChild } from "../../lib/sandbox/mod.ts";
import { attack } from "./support/attack.ts";
import { bareChild } from "./support/bare_child.ts";
import { expectEach, outcome, type RedTeamCase, type SourceRow } from "./support/case.ts";
import { onFirstBar, PRELUDE, strategy } from "./support/strategies.ts";

const MEMORY =
  /^memory: the strategy (used more memory than it may|failed in bar 1 .*Array buffer allocation failed)/;
const onBar = (
  label: string,
  code: string,
  pattern = MEMORY,
): SourceRow => [label, onFirstBar(code), pattern];

/** Runs the rows and looks that the host has not grown. */
async function unharmed(rows: readonly SourceRow[]): Promise<string> {
  // Near its limit the collector runs without end: on a loaded machine that takes its time.
  const before = Deno.memoryUsage().rss,
    text = await expectEach(rows, { limits: { stallMs: 20_000 } });
  const grown = (Deno.memoryUsage().rss - before) / 2 ** 20;
  assert(grown < 100, `the host grew by ${grown.toFixed(0)} MiB`);
  return `${text}; the host grew by ${Math.max(0, grown).toFixed(0)} MiB`;
}

export const MEMORY_CASES: readonly RedTeamCase[] = [
  {
    id: "RT-39",
    title: "heap bomb, Map bomb, closure bomb",
    expected: "dead; host memory unchanged",
    run: () =>
      unharmed([
        onBar("arrays", "const a = []; for (;;) a.push(new Array(1e5).fill(1.5));"),
        onBar(
          "Map",
          "const m = new Map(); for (let i = 0;; i++) m.set(i, { i });",
          /^memory: |^throw: .*RangeError: Map maximum size exceeded/,
        ),
        onBar(
          "closures",
          "let f = () => 0; for (;;) { const g = f, x = new Array(1e5).fill(1.5); f = () => [g, x]; }",
        ),
        onBar(
          "texts",
          "let t = 'x'; const a = []; for (let i = 0;; i++) { a.push(t + i); t = 'y'.repeat(1e5) + i; a.push(t.split('')); }",
        ),
      ]),
  },
  {
    id: "RT-40",
    title: "array-buffer bomb; one buffer of 8 GiB",
    expected: "RangeError or dead, below the OS limit",
    run: () =>
      unharmed([
        onBar("many", "const a = []; for (;;) a.push(new Uint8Array(1 << 26).fill(1));"),
        onBar("one", "new ArrayBuffer(8 * 2 ** 30);"),
        onBar(
          "growing",
          "const b = new ArrayBuffer(1, { maxByteLength: 2 ** 33 }); b.resize(2 ** 33);",
          /^memory: |^throw: .*RangeError/,
        ),
        onBar(
          "caught, again and again",
          "const a = []; for (let i = 0; i < 5; i++) try { for (;;) a.push(new Uint8Array(1 << 26)); } catch {} console.log('went on');",
          /^memory: |^done: went on/,
        ),
      ]),
  },
  {
    id: "RT-41",
    title: "text of more than 2^28 characters split into parts",
    expected: "dead",
    run: () => unharmed([onBar("split", "('x'.repeat(2 ** 28) + '0').split('');")]),
  },
  {
    id: "RT-42",
    title: "deep recursion; deep object in an order, a log, a manifest, an error",
    expected: "RangeError",
    run: () =>
      expectEach([
        onBar(
          "recursion",
          "(function f() { return f() + 1; })();",
          /^throw: .*RangeError: Maximum call stack size exceeded/,
        ),
        onBar(
          "order",
          "let o = {}; for (let i = 0; i < 1e5; i++) o = { a: o }; trade.order({ symbol: o, side: 'buy', quantity: 1 });",
          /^throw: .*RangeError: the run has no symbol/,
        ),
        onBar(
          "log",
          "let o = {}; for (let i = 0; i < 1e5; i++) o = { a: o }; console.log(o); console.log('went on');",
          /^done: .{5,1010} \| went on$/,
        ),
        onBar(
          "error",
          "let o = new Error('x'); for (let i = 0; i < 1e5; i++) o = new Error('x', { cause: o }); throw o;",
          /^throw: .*: x$/,
        ),
        [
          "manifest",
          `${PRELUDE}let o = {}; for (let i = 0; i < 1e5; i++) o = { a: o }; export default defineStrategy({ name: "x", needs: { periods: o }, setup() { return {}; } });`,
          /^load: /,
        ],
      ]),
  },
  {
    id: "RT-43",
    title: "flood of requests; one message of 100 MB; flood of log lines, marks, plots, parameters",
    expected: "capped, quota error, or dead",
    run: async () => {
      await unharmed([
        onBar(
          "requests",
          "for (;;) trade.buy(bar.symbol, 1);",
          /^quota: .*more than 10000 requests/,
        ),
        [
          "requests, each bar below the limit",
          strategy("", "", "for (let i = 0; i < 9000; i++) trade.buy(bar.symbol, 1);"),
          /^(quota|memory|timeout): |^throw: .*working orders/,
        ],
        [
          "description",
          `${PRELUDE}export default defineStrategy({ name: "x", description: "x".repeat(1e8), setup() { return {}; } });`,
          /^(quota|memory): /,
        ],
        ["error", strategy("", "", "throw new Error('x'.repeat(1e8));"), /^throw: [^]{50,8000}$/],
        [
          "parameters",
          `${PRELUDE}const params = {}; for (let i = 0; i < 1e5; i++) params["p" + i] = param.int(1); export default defineStrategy({ name: "x", params, setup() { return {}; } });`,
          /^(quota|load): /,
        ],
        [
          "plots",
          strategy("", "for (let i = 0; i < 10000; i++) data.indicator(sma(3)).plot();", ""),
          /^(quota|throw): .*indicators/,
        ],
      ]);
      const log = await attack(
        onFirstBar(
          "for (let i = 0; i < 1e5; i++) { log('\\u0000'.repeat(1e4)); mark('\\ud800'.repeat(1e4)); console.log('z'.repeat(1e4)); }",
        ),
      );
      assertEquals(log.failure, undefined, outcome(log));
      assertEquals(log.log.length, 20_000);
      assert(log.log.every((line) => line.length <= 1000));
      return `log capped at ${log.log.length} notes of at most 1,000 characters`;
    },
  },
  {
    id: "RT-44",
    title: "1000 load and kill cycles (CI: 100)",
    expected: "no zombie, no leaked descriptor, flat memory",
    run: async (size) => {
      const cycles = size === "full" ? 1000 : 100;
      const cycle = async (i: number): Promise<void> => {
        await using child = SealedChild.start(DEFAULT_LIMITS);
        // Half of them die while they come up, the others once they are there.
        if (i % 2 === 0) {
          await child.open({ spec: "{", seriesCount: 0, seed: 0, freeze: true }).catch(() => {});
        }
        child.abort("enough");
      };
      const cycleMany = async (count: number): Promise<void> => {
        for (let i = 0; i < count; i += 4) await Promise.all([0, 1, 2, 3].map((k) => cycle(i + k)));
      };
      // The runtime opens what it needs for signals of children once, not for the first child but for the first that is slow to end.
      await cycleMany(60);
      const rss = Deno.memoryUsage().rss;
      let before = await processState(), after = "";
      // What is opened once makes one round differ, a leak every round.
      for (let round = 0; round < 2 && after !== before; round++) {
        if (after !== "") before = after;
        await cycleMany(cycles);
        after = await processState();
      }
      const grown = (Deno.memoryUsage().rss - rss) / 2 ** 20;
      assertEquals(after, before, `descriptors, children, zombies: ${before}, then ${after}`);
      assert(grown < 50, `the host grew by ${grown.toFixed(0)} MiB`);
      return `${cycles} cycles: ${after}; grew by ${Math.max(0, grown).toFixed(0)} MiB`;
    },
  },
];

/** Descriptors, living children and zombies of this process, seen by one more child. */
async function processState(): Promise<string> {
  const { stdout, stderr } = await bareChild.run([
    "sh",
    "-c",
    `
count() { echo $#; }
children=0; zombies=0
for file in /proc/[0-9]*/stat; do
  line=$(cat $file 2>/dev/null) || continue
  rest=\${line##*) }; set -- $rest
  [ "$2" = "$PPID" ] || continue
  children=$((children + 1)); [ "$1" = Z ] && zombies=$((zombies + 1))
done
echo "$(ls /proc/$PPID/fd | wc -l) descriptors, $((children - 1)) children, $zombies zombies"`,
  ]);
  assertMatch(stdout, /^\d+ descriptors, \d+ children, \d+ zombies$/m, stderr);
  return stdout.trim();
}
