import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { docExamples, documentsOf, findExamples } from "../../scripts/check/doc_examples.ts";

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
