/** What an author is told of a failure. The texts come from an untrusted child. */

import { assert, assertEquals } from "@std/assert";
import { failureOf, placeOf, printable, type Stage } from "../../lib/sandbox/mod.ts";

const SOURCES = {
  "x.ts": `import { sma } from "sandbar/strategy";\nimport "./a.ts";\n`,
  "a.ts":
    `// a comment\n\nimport fs from "node:fs";\nimport { nothing } from "sandbar/strategy";\n`,
};

const TEXTS: readonly (readonly [
  text: string,
  stage: Stage,
  kind: string,
  message: string,
])[] = [
  [
    `TypeError: may not import "node:fs"`,
    "load",
    "import",
    `the strategy tried to import node:fs at strategies/a.ts:3: only "sandbar/strategy" and files of its own folder can be imported`,
  ],
  [
    `TypeError: may not import "./b.ts"`,
    "load",
    "import",
    "the strategy tried to import ./b.ts at strategies/x.ts: the strategy's folder has no such file of TypeScript or JavaScript",
  ],
  [
    `TypeError: may not import "\\x"`,
    "load",
    "load",
    `the strategy could not be loaded: TypeError: may not import "\\x"`,
  ],
  [
    `TypeError: may not import "node:fs"`,
    "run",
    "throw",
    `the strategy failed in bar 5: TypeError: may not import "node:fs"`,
  ],
  [
    "SyntaxError: The requested module 'sandbar/strategy' does not provide an export named 'nothing'",
    "load",
    "load",
    "the strategy could not be loaded at strategies/a.ts:4: SyntaxError: The requested module 'sandbar/strategy' does not provide an export named 'nothing'",
  ],
  [
    "TypeError: it did not load in time (a top-level await that never ends?)",
    "load",
    "timeout",
    "the strategy did not load in time (a top-level await that never ends?)",
  ],
  [
    "Error: boom\n    at onBar (x.ts:12:7)",
    "run",
    "throw",
    "the strategy failed in bar 5 at strategies/x.ts:12: boom",
  ],
  [
    "Error: boom\n    at setup (a.ts:3:1)",
    "setup",
    "throw",
    "the strategy failed in setup at strategies/a.ts:3: boom",
  ],
  [
    "RangeError: Array buffer allocation failed\n    at f (x.ts:2:1)",
    "run",
    "memory",
    "the strategy failed in bar 5 at strategies/x.ts:2: RangeError: Array buffer allocation failed",
  ],
  [
    "RangeError: quota: more than 10000 requests in one step",
    "run",
    "quota",
    "the strategy failed in bar 5: RangeError: quota: more than 10000 requests in one step",
  ],
  ["", "run", "throw", "the strategy failed in bar 5: "],
];

for (const [text, stage, kind, message] of TEXTS) {
  Deno.test(`failure: ${stage}: ${text.split("\n")[0]} (SBX-07, SBX-15, SBX-16)`, () => {
    const found = failureOf(text, stage, "strategies/x.ts", "in bar 5", SOURCES);
    assertEquals([found.kind, found.message], [kind, message]);
  });
}

Deno.test("failure: the place of a run is shown only when it makes sense", () => {
  const timeUs = Date.UTC(2006, 7, 14, 20) * 1000;
  assertEquals(placeOf(499, timeUs, 500, false), "in bar 500 (2006-08-14)");
  assertEquals(placeOf(12_287, timeUs, 20_000, true), "in bar 12,288 (2006-08-14 20:00 UTC)");
  for (const step of [-1, 500, 0.5, NaN, Infinity, "499", null, undefined, {}]) {
    assertEquals(placeOf(step, timeUs, 500, false), undefined);
  }
  for (const time of [NaN, Infinity, -1e300, 1e300, "0", null, undefined, {}]) {
    assertEquals(placeOf(499, time, 500, false), undefined);
  }
});

Deno.test("failure: a strategy's text moves no cursor and turns no words around", () => {
  const shown = printable("a\u001b[2Jb\u202ec\u2066d\u0007e\u2028f\u061cg\u0085h\ud800i\nj");
  assertEquals(shown, "a [2Jb c d e f g h i\nj");
  assertEquals(printable("x".repeat(10_000)).length, 4000);
  assert(printable("Überschuß 年 🙂") === "Überschuß 年 🙂");
});
