import { assertEquals, assertThrows } from "@std/assert";
import { withoutLinks } from "../../scripts/check/jsr_config.ts";

Deno.test("jsr config: the derived text is the same without links", () => {
  const text = '{\n  "name": "a",\n  "links": ["./b", "./c"],\n  "fmt": {}\n}\n';
  assertEquals(withoutLinks(text), '{\n  "name": "a",\n  "fmt": {}\n}\n');
});

Deno.test("jsr config: links over several lines are left out whole", () => {
  const text = '{\n  "links": [\n    "./b",\n    "./c"\n  ],\n  "fmt": {}\n}\n';
  assertEquals(withoutLinks(text), '{\n  "fmt": {}\n}\n');
});

Deno.test("jsr config: a configuration without links, or with links last, is refused", () => {
  assertThrows(() => withoutLinks('{\n  "name": "a"\n}\n'), Error, 'no "links" entry');
  assertThrows(() => withoutLinks('{\n  "name": "a",\n  "links": ["./b"]\n}\n'), Error, "links");
});
