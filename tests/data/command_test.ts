import { assertEquals, assertStringIncludes } from "@std/assert";
import { GOOD, inFolder, namesBelow, write } from "./folder.ts";

/** Runs `scripts/data.ts` as the task does, with the rights of the task, for a user in a folder. */
async function data(
  folder: string,
  ...args: string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  const output = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--allow-read",
      "--allow-write",
      "--allow-env=INIT_CWD",
      "scripts/data.ts",
      ...args,
    ],
    env: { INIT_CWD: folder, NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  return {
    code: output.code,
    stdout: decoder.decode(output.stdout),
    stderr: decoder.decode(output.stderr),
  };
}

Deno.test("data: a file is imported, listed and checked, with paths of the user", () =>
  inFolder(async (folder) => {
    write(folder, "a.csv", GOOD);
    const imported = await data(folder, "import", "a.csv", "--symbol", "a", "--period", "1d");
    assertEquals([imported.code, imported.stderr], [0, ""]);
    assertStringIncludes(imported.stdout, "A 1d: 5 bars, 2024-01-02T14:30:00Z to ");
    assertEquals(namesBelow(folder), ["a.csv", "data/A/1d.arrow"]);

    const listed = JSON.parse((await data(folder, "list", "--json")).stdout);
    assertEquals(listed.catalog.length, 1);
    assertEquals([listed.catalog[0].symbol, listed.catalog[0].rows], ["A", 5]);
    assertEquals(listed.bundled.length, 5);
    const table = (await data(folder, "list")).stdout.trim().split("\n");
    assertEquals(table.length, 7);
    assertStringIncludes(table[1]!, "2024-01-08");

    assertEquals((await data(folder, "check")).code, 0);
    write(folder, "data/A/1d.arrow", "damaged");
    const bad = await data(folder, "check");
    assertEquals([bad.code, bad.stdout.includes("1 series, 1 bad")], [3, true]);
  }));

Deno.test("data: synthetic bars say that they are", () =>
  inFolder(async (folder) => {
    const args = ["generate", "--symbol", "demo", "--bars", "500", "--period", "1m", "--seed", "7"];
    const made = await data(folder, ...args);
    assertEquals(made.code, 0);
    assertStringIncludes(made.stderr, "synthetic");
    assertStringIncludes((await data(folder, "list")).stdout, "synthetic, seed 7");
    assertEquals((await data(folder, ...args)).code, 2);
    assertEquals((await data(folder, ...args, "--replace")).code, 0);
  }));

Deno.test("data: what is wrong is one message without a stack, and its exit code (CLI-02)", async (t) => {
  const cases: [args: string[], code: number, message: string][] = [
    [["import", "no.csv", "--symbol", "A", "--period", "1d"], 3, "there is no file no.csv"],
    [
      ["import", "bad.csv", "--symbol", "A", "--period", "1d"],
      3,
      "Cannot read bars: bad.csv line 3: high 12 is below close 13",
    ],
    [["import", "a.csv", "--symbol", "A", "--period", "1day-ish"], 2, "Unknown period"],
    [["import", "a.csv", "--symbol", "A B", "--period", "1d"], 2, "Not a symbol"],
    [["import", "a.csv", "--period", "1d"], 2, "--symbol"],
    [["import", "a.csv", "--symbol", "A", "--period", "1d", "--calender", "XNYS"], 2, "--calendar"],
    [["import", "a.csv", "--symbol", "A", "--period", "1d", "--calendar", "XTKS"], 2, "XNYS"],
    [["import", "a.csv", "--symbol", "A", "--period", "1d", "--accept", "gaps"], 2, "high_low"],
    [["import", "a.csv", "--symbol", "A", "--period", "1d", "--actions", "no.csv"], 3, "no.csv"],
    [["improt", "a.csv"], 2, "Did you mean import?"],
    [["generate", "--symbol", "A", "--bars", "many"], 2, "whole number"],
    [[], 2, "Usage: deno task data"],
  ];
  await inFolder(async (folder) => {
    write(folder, "a.csv", GOOD);
    write(folder, "bad.csv", GOOD.replace("11.25,200", "13,200"));
    for (const [args, code, message] of cases) {
      await t.step(args.join(" ") || "no command", async () => {
        const result = await data(folder, ...args);
        assertEquals([result.code, result.stdout], [code, ""], result.stderr);
        assertStringIncludes(result.stderr, message);
        assertEquals(/^\s+at /m.test(result.stderr), false, result.stderr);
      });
    }
    assertEquals(namesBelow(folder), ["a.csv", "bad.csv"]);
  });
});
