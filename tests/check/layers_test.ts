import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { listFiles } from "../../scripts/check/files.ts";
import { drawFloors, replaceDrawing } from "../../scripts/check/floors_drawing.ts";
import { readImports } from "../../scripts/check/imports.ts";
import { findLayerFaults, findRoomFaults, sourceFiles } from "../../scripts/check/layers.ts";
import { ROOMS } from "../../scripts/check/rooms.ts";

const GOOD = fromFileUrl(new URL("./samples/layers/good", import.meta.url));
const BAD = fromFileUrl(new URL("./samples/layers/bad", import.meta.url));

Deno.test("layers: nothing is found in the good tree", async () => {
  const imports = await readImports(GOOD, sourceFiles(await listFiles(GOOD)));
  assertEquals(imports.length, 14);
  assertEquals(findLayerFaults(imports), []);
});

Deno.test("layers: each marked import of the bad tree is found, with its reason, and no other", async () => {
  const files = sourceFiles(await listFiles(BAD));
  const found = findLayerFaults(await readImports(BAD, files));
  const expected = await markedLines(files);
  assertEquals(found.map((text) => /^\S+:\d+/.exec(text)?.[0]), expected.map(({ place }) => place));
  expected.forEach(({ why }, index) => {
    const text = found[index] ?? "";
    assert(text.includes(why), `${text} does not say: ${why}`);
  });
});

Deno.test("layers: a folder of lib that is no room is found, and a room that is not there", async () => {
  const found = findRoomFaults(await listFiles(BAD));
  assert(found.some((text) => text.startsWith("lib/utils/mod.ts: in no room")));
  assert(found.some((text) => text.includes("room venue is in the floor table, but lib/venue/")));
  assert(!found.some((text) => text.includes("room market ")));
});

Deno.test("layers: the drawing has a row a room, with the arrows of the code", async () => {
  const imports = await readImports(GOOD, sourceFiles(await listFiles(GOOD)));
  const lines = drawFloors(ROOMS, imports).split("\n");
  const row = (name: string): readonly string[] =>
    (lines.find((line) => line.includes(`| \`${name}\` `)) ?? "").split("|").map((cell) =>
      cell.trim()
    );
  for (const room of ROOMS) assertEquals(row(room.name)[1], String(room.floor));
  assertEquals(row("core")[5], "nothing");
  assertEquals(row("engine")[5], "`strategy`");
  assertEquals(row("sandbox").slice(4, 6), ["yes", "`engine`"]);
  assert(lines.some((line) =>
    line.startsWith("| `statistics` imports `trading` beside it ") &&
    line.includes("| trade metrics measure its round trips ")
  ));
});

Deno.test("layers: the drawing goes between its markers, and is refused without them", () => {
  const text = "a\n<!-- floors:start -->\nold\n<!-- floors:end -->\nb\n";
  const drawn = "a\n<!-- floors:start -->\n\nnew\n\n<!-- floors:end -->\nb\n";
  assertEquals(replaceDrawing(text, "new"), drawn);
  assertEquals(replaceDrawing(drawn, "new"), drawn);
  assertEquals(replaceDrawing("no markers", "new"), undefined);
  assertEquals(replaceDrawing("<!-- floors:end --><!-- floors:start -->", "new"), undefined);
});

/** Returns the places marked with `// found: why`, in the order in which the check reports. */
async function markedLines(
  files: readonly string[],
): Promise<readonly { place: string; why: string }[]> {
  const marked = [];
  for (const file of files) {
    const lines = (await Deno.readTextFile(`${BAD}/${file}`)).split("\n");
    for (const [index, line] of lines.entries()) {
      const why = /\/\/ found: (.*)$/.exec(line)?.[1];
      if (why !== undefined) marked.push({ place: `${file}:${index + 1}`, why });
    }
  }
  return marked;
}
