import { assertEquals } from "@std/assert";
import { findDoorFaults, findUntidyLines } from "../../scripts/check/tidy.ts";

const UNFINISHED = "unfinished work: do it, or describe it in an issue";
const MACHINE = "a path of one machine: use a path relative to the project";
const HOST =
  "the name of a registry's host: packages are named in deno.json, hosts by whoever installs";
const PERMISSION = "all permissions at once: name the ones that are needed";

// The faults are put together here, because this file must be tidy too.
const FAULTS: readonly { file: string; line: string; says: string }[] = [
  { file: "lib/core/a.ts", line: "// TO" + "DO: later", says: UNFINISHED },
  { file: "README.md", line: "This is a HA" + "CK.", says: UNFINISHED },
  { file: "scripts/a.ts", line: 'read("/ho' + 'me/ann/bars.csv")', says: MACHINE },
  { file: "docs/a.md", line: "see `/ro" + "ot/x`", says: MACHINE },
  { file: "lib/core/a.ts", line: 'import "file:///wo' + 'rk/a.ts";', says: MACHINE },
  { file: "README.md", line: "from https://js" + "r.io/@std", says: HOST },
  { file: ".ci/run", line: "curl https://registry.npm" + "js.org/deno", says: HOST },
  { file: "deno.json", line: '"run": "deno run -' + 'A main.ts"', says: PERMISSION },
  { file: ".ci/run", line: "deno test --allow-" + "all", says: PERMISSION },
];

for (const { file, line, says } of FAULTS) {
  Deno.test(`tidy finds in ${file}: ${line}`, () => {
    assertEquals(findUntidyLines(file, `first\n${line}\nlast\n`), [`${file}:2: ${says}`]);
  });
}

const FINE: readonly { file: string; line: string }[] = [
  { file: "lib/core/a.ts", line: "const HACKNEY = 'TODOS';" },
  { file: "lib/core/a.ts", line: 'import "../../homework/a.ts"; // lib/work/a.ts' },
  { file: "tests/redteam/files.ts", line: 'open("/ro' + 'ot/.ssh/id")' },
  { file: "deno.json", line: '"@std/path": "jsr:@std/path@^1.1.0"' },
  { file: "deno.lock", line: "https://registry.npm" + "js.org/deno" },
  { file: "lib/backtest/report/vendor/a.js", line: "// TO" + "DO" },
  { file: "deno.json", line: '"run": "deno run --allow-read=. a-A.ts"' },
  { file: "SECURITY.md", line: "No task runs with `-" + "A`." },
];

for (const { file, line } of FINE) {
  Deno.test(`tidy leaves alone in ${file}: ${line}`, () => {
    assertEquals(findUntidyLines(file, `${line}\n`), []);
  });
}

Deno.test("tidy: a file of lib has at most 400 lines", () => {
  const text = "const a = 1;\n".repeat(400);
  assertEquals(findUntidyLines("lib/core/a.ts", text), []);
  const longer = text + "const b = 1;\n";
  assertEquals(findUntidyLines("lib/core/a.ts", longer), [
    "lib/core/a.ts: 401 lines, at most 400: split it by what it does",
  ]);
  for (const file of ["lib/sandbox/engine.gen.js", "tests/core/a_test.ts", "lib/a/vendor/b.js"]) {
    assertEquals(findUntidyLines(file, longer), []);
  }
});

Deno.test("tidy: a room has a mod.ts that says what it is", () => {
  const good = "/**\n * Floor 0: numbers.\n *\n * @module\n */\n\nexport {};\n";
  assertEquals(findDoorFaults("lib/core/", good), []);
  assertEquals(findDoorFaults("lib/core/", undefined), [
    "lib/core/mod.ts: missing; a room is entered through it",
  ]);
  assertEquals(findDoorFaults("lib/core/", "export {};\n" + good), [
    "lib/core/mod.ts:1: no module doc (a /** … @module */ at the top)",
  ]);
});
