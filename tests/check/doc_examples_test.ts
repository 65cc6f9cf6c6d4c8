import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import {
  docExamples,
  documentsOf,
  findExamples,
  findTypeFaults,
} from "../../scripts/check/doc_examples.ts";

const FENCE = "```";

Deno.test("doc examples: blocks of a docstring are found with the lines that Deno names them by", () => {
  const text =
    `/**\n * ${FENCE}ts\n * a();\n * ${FENCE}\n *\n * ${FENCE}ts run\n * b();\n * ${FENCE}\n */\n`;
  assertEquals(findExamples("lib/a.ts", text), [
    { file: "lib/a.ts", line: 2, end: 5, runs: false },
    { file: "lib/a.ts", line: 6, end: 9, runs: true },
  ]);
});

Deno.test("doc examples: other languages and ignored blocks of Markdown are left alone", () => {
  const text = [
    `${FENCE}sh`,
    "deno task check",
    FENCE,
    `${FENCE}ts ignore`,
    "half a …",
    FENCE,
    `${FENCE}typescript`,
    "const a = 1;",
    FENCE,
    FENCE,
    `${"ts"} without a fence`,
    FENCE,
  ].join("\n");
  assertEquals(findExamples("README.md", text), [
    { file: "README.md", line: 7, end: 10, runs: false },
  ]);
});

Deno.test("doc examples: Markdown and code of lib count, generated files and tests do not", () => {
  const files = ["README.md", "docs/a.md", "lib/core/a.ts", "lib/b.gen.ts", "mod.ts", "tests/a.ts"];
  assertEquals(documentsOf(files), ["README.md", "docs/a.md", "lib/core/a.ts", "mod.ts"]);
});

Deno.test("doc examples: only what Deno added itself may be unused; another failure is never hidden", () => {
  const unused =
    "TS6133 [ERROR]: 'b' is declared but its value is never read.\n    at a.ts#3-7.ts:2:1";
  const wrong = "TS2322 [ERROR]: Type 'string' is not assignable.\n    at a.ts#3-7.ts:3:1";
  const end = "error: Type checking failed.";
  assertEquals(findTypeFaults(`${unused}\n\n${end}`), []);
  assertEquals(findTypeFaults(`${unused}\n\n${wrong}\n\nFound 2 errors.\n\n${end}`), [wrong]);
  assertEquals(findTypeFaults(end), [end]);
  assertEquals(findTypeFaults("error: no such file"), ["error: no such file"]);
});

for (
  const { tree, says } of [
    { tree: "good", says: [] },
    { tree: "bad_types", says: ["README.md#3-6.ts:1:7", "is not assignable to type 'number'"] },
    { tree: "bad_run", says: ["1 of 2 examples passed", "two is not three"] },
  ]
) {
  Deno.test(`doc examples: the ${tree} tree`, async () => {
    const root = fromFileUrl(new URL(`./samples/docs/${tree}`, import.meta.url));
    const found = (await docExamples.run({ root, write: false })).join("\n");
    if (says.length === 0) assertEquals(found, "");
    for (const text of says) assert(found.includes(text), found);
  });
}
