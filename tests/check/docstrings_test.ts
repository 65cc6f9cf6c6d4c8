import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { findUndocumented } from "../../scripts/check/docstrings.ts";

Deno.test("docstrings: each marked export or method without one is found, and no other", async () => {
  const root = fromFileUrl(new URL("./samples/docstrings", import.meta.url));
  const lines = (await Deno.readTextFile(`${root}/inner.ts`)).split("\n");
  const expected = lines.flatMap((line, index) => line.endsWith("// found") ? [index + 1] : []);
  const found = await findUndocumented(root, ["mod.ts"]);
  const places = found.map((text) => Number(/^inner\.ts:(\d+): /.exec(text)?.[1]));
  assertEquals(places.sort((a, b) => a - b), expected);
  assert(found.includes("inner.ts:5: Said.stop is public and has no docstring"));
});
