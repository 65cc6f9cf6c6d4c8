import { assertEquals, assertStringIncludes } from "@std/assert";
import { inFolder, namesBelow, write } from "../data/folder.ts";
import { assertRefused, run } from "./command.ts";

/** Type-checks a file as the user's editor would: with the configuration of its own folder. */
async function check(folder: string, file: string): Promise<{ code: number; text: string }> {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["check", "--quiet", "--no-remote", file],
    cwd: folder,
    env: { NO_COLOR: "1" },
  }).output();
  return { code, text: new TextDecoder().decode(stderr) };
}

Deno.test("e2e new: a starting point outside the clone type-checks and runs at once (CLI-14)", () =>
  inFolder(async (folder) => {
    const made = await run(folder, "new", "ideas/DipBuyer");
    assertEquals([made.code, made.stderr], [0, ""]);
    assertEquals(namesBelow(folder), ["ideas/deno.json", "ideas/dip_buyer.ts"]);
    assertStringIncludes(made.stdout, "deno task backtest ideas/dip_buyer.ts");
    assertStringIncludes(
      Deno.readTextFileSync(`${folder}/ideas/deno.json`),
      "`deno task backtest` ignores this file",
    );

    const checked = await check(`${folder}/ideas`, "dip_buyer.ts");
    assertEquals(checked.code, 0, checked.text);
    // The check sees the SDK's types, and is not passed by everything.
    const text = Deno.readTextFileSync(`${folder}/ideas/dip_buyer.ts`);
    write(
      folder,
      "ideas/typo.ts",
      text.replace("targetWeight(symbol, weight)", 'targetWeight(symbol, "all")'),
    );
    const typo = await check(`${folder}/ideas`, "typo.ts");
    assertEquals(typo.code, 1);
    assertStringIncludes(typo.text, "typo.ts:");

    const ran = await run(
      folder,
      "backtest",
      "ideas/dip_buyer.ts",
      "--json",
      "--quiet",
      "--no-report",
    );
    assertEquals([ran.code, ran.stderr], [0, ""]);
    const json = JSON.parse(ran.stdout);
    assertEquals([json.strategy.name, json.counts.trades > 5, json.counts.refused], [
      "dip-buyer",
      true,
      0,
    ]);
  }));

Deno.test("e2e new: the deno.json beside a strategy changes nothing in a run", () =>
  inFolder(async (folder) => {
    await run(folder, "new", "idea");
    const args = ["idea.ts", "--json", "--quiet", "--no-report"];
    const before = JSON.parse((await run(folder, "backtest", ...args)).stdout);
    write(folder, "evil.ts", 'throw new Error("loaded");\n');
    write(
      folder,
      "deno.json",
      '{ "imports": { "sandbar/strategy": "./evil.ts" }, "permissions": { "backtest": { "net": true } } }',
    );
    const after = JSON.parse((await run(folder, "backtest", ...args)).stdout);
    assertEquals(after.hashes, before.hashes);
  }));

Deno.test("e2e new: nothing is overwritten, a configuration that is there stays, a bad name is told", async (t) => {
  await inFolder(async (folder) => {
    write(folder, "deno.jsonc", "{}");
    await t.step("a configuration above", async () => {
      const made = await run(folder, "new", "ideas/one");
      assertEquals(made.code, 0, made.stderr);
      assertEquals(namesBelow(folder), ["deno.jsonc", "ideas/one.ts"]);
      assertStringIncludes(made.stdout, `add to "imports" in ${folder}/deno.jsonc`);
      const [, door = ""] = /"sandbar\/strategy": "(.*)"/.exec(made.stdout) ?? [];
      assertEquals(Deno.statSync(`${folder}/${door}`).isFile, true);
    });
    await t.step("once more", async () => {
      const before = Deno.readTextFileSync(`${folder}/ideas/one.ts`);
      write(folder, "ideas/one.ts", "mine");
      assertRefused(
        await run(folder, "new", "ideas/one.ts"),
        2,
        "Cannot write ideas/one.ts: it is there already",
      );
      assertEquals(Deno.readTextFileSync(`${folder}/ideas/one.ts`), "mine");
      assertEquals(before.length > 500, true);
    });
    const rows: readonly (readonly [path: string, words: string])[] = [
      ["ideas/9lives", 'not a name for a strategy: "9lives"'],
      ["ideas/a.b", 'not a name for a strategy: "a.b"'],
      ["ideas/..", "not a name for a strategy"],
      ["deno.jsonc/idea", "Cannot make the folder deno.jsonc: there is a file in the way"],
      ["/proc/idea", "Cannot make the folder /proc: the system's own files are left alone"],
    ];
    for (const [path, words] of rows) {
      await t.step(path, async () => {
        const ran = await run(folder, "new", path);
        assertEquals([ran.code, ran.stdout], [2, ""], ran.stderr);
        assertStringIncludes(ran.stderr.toLowerCase(), words.toLowerCase());
      });
    }
    assertEquals(namesBelow(folder), ["deno.jsonc", "ideas/one.ts"]);
  });
});

Deno.test("e2e new: in this repository no deno.json is written", async () => {
  // The tests may not write here and the command may: it is asked for a name that is taken.
  const ran = await run(Deno.cwd(), "new", "strategies/buy_and_hold");
  assertRefused(ran, 2, "Cannot write strategies/buy_and_hold.ts: it is there already");
  const names = [...Deno.readDirSync("strategies")].map(({ name }) => name);
  assertEquals(names.includes("deno.json"), false);
});
