import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Verification } from "../../lib/backtest/mod.ts";
import { inFolder } from "../data/folder.ts";
import { assertRefused, type Ran, run, strategy } from "./command.ts";

/** Buys and sells in turn, every few bars. */
const TURNS = strategy(
  "turns",
  `      onBar(bar, trade) {
        if (++bars % EVERY === 0) trade.targetWeight(bar.symbol, bars % (2 * EVERY) === 0 ? 0 : 0.5);
      },`,
  "let bars = 0;\nconst EVERY = 20;",
);

/** A result of a strategy and bars of one's own. */
async function withResult(
  test: (folder: string, verify: () => Promise<Ran & { json: Verification }>) => Promise<void>,
): Promise<void> {
  await inFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/turns.ts`, TURNS);
    Deno.copyFileSync("lib/data/sample/GOOG.csv", `${folder}/GOOG.csv`);
    const made = await run(
      folder,
      "backtest",
      "turns.ts",
      "--data=GOOG.csv",
      "--symbols=GOOG",
      "--from=2010-01-01",
      "--cash=50000",
      "--out=before",
      "--quiet",
    );
    assertEquals([made.code, made.stderr], [0, ""]);
    await test(folder, async () => {
      const ran = await run(folder, "verify", "before", "--json");
      assertEquals(ran.stderr, "");
      return { ...ran, json: JSON.parse(ran.stdout) as Verification };
    });
  });
}

function differing({ parts }: Verification): string[] {
  return parts.filter(({ equal }) => !equal).map(({ name }) => name);
}

/** Replaces a text in a file, which has it once at least. */
function change(path: string, from: string, to: string): void {
  const text = Deno.readTextFileSync(path);
  assertEquals(text.includes(from), true, `${path} has no ${from}`);
  Deno.writeTextFileSync(path, text.replace(from, to));
}

Deno.test("e2e: verify runs a result again and finds every part the same, wherever its file lies (BT-16)", async () => {
  await withResult(async (folder, verify) => {
    const { code, json } = await verify();
    assertEquals([code, json.equal, json.notes, json.trades.equal], [0, true, [], true]);
    assertEquals(
      json.parts.map(({ name }) => name),
      ["file", "code", "data", "config", "intents", "ledger", "result", "trades"],
    );
    Deno.mkdirSync(`${folder}/other`);
    Deno.renameSync(`${folder}/turns.ts`, `${folder}/other/turns.ts`);
    assertRefused(await run(folder, "verify", "before"), 4, "Cannot load strategy turns.ts");
    const moved = await run(folder, "verify", "before/result.json", "--strategy=other/turns.ts");
    assertEquals([moved.code, moved.stderr], [0, ""]);
    assertStringIncludes(moved.stdout, "before/result.json: the same in every part");
  });
});

Deno.test("e2e: verify names a changed byte of the strategy, with the first trade that differs (BT-16)", async () => {
  await withResult(async (folder, verify) => {
    change(`${folder}/turns.ts`, "EVERY = 20", "EVERY = 21");
    const { code, json } = await verify();
    assertEquals(code, 3);
    assertEquals(differing(json), ["code", "intents", "ledger", "result", "trades"]);
    assertEquals(json.trades.firstDifference?.trade, 1);
    const { stdout } = await run(folder, "verify", "before");
    assertStringIncludes(stdout, "trade 1 is the first that differs, in");
    change(`${folder}/turns.ts`, "EVERY = 21", "EVERY = 20 ");
    assertEquals(differing((await verify()).json), ["code", "result"]);
  });
});

Deno.test("e2e: verify names a changed byte of the bars, and of which symbol (BT-16)", async () => {
  await withResult(async (folder, verify) => {
    change(`${folder}/GOOG.csv`, "806.19,4346400", "806.19,4346401");
    const { code, json } = await verify();
    assertEquals([code, differing(json)], [3, ["data", "result"]]);
    assertStringIncludes(json.parts.find(({ name }) => name === "data")!.detail, "bars of GOOG");
  });
});

Deno.test("e2e: verify names what was changed in the result: a value, a setting, a hash, a trade (BT-16)", async () => {
  await withResult(async (folder, verify) => {
    const path = `${folder}/before/result.json`, whole = Deno.readTextFileSync(path);
    const result = JSON.parse(whole);
    const changed = async (from: string, to: string): Promise<Verification> => {
      change(path, from, to);
      const { code, json } = await verify();
      assertEquals(code, 3);
      Deno.writeTextFileSync(path, whole);
      return json;
    };
    const value = await changed(`"finalCash": "`, `"finalCash": "1`);
    assertEquals(differing(value), ["file"]);
    assertEquals(value.parts[0]?.detail, "account.finalCash");
    const setting = await changed(`"initialCash": 50000000000`, `"initialCash": 60000000000`);
    assertEquals(differing(setting).includes("config"), true);
    const hash = String(result.hashes.ledger), other = hash.startsWith("0") ? "1" : "0";
    const forged = await changed(`"ledger": "${hash}"`, `"ledger": "${other}${hash.slice(1)}"`);
    assertEquals(differing(forged), ["file", "ledger"]);
    change(`${folder}/before/trades.csv`, "closed,GOOG,long,", "closed,GOOG,long,1");
    assertEquals(differing((await verify()).json), ["trades"]);
  });
});

Deno.test("e2e: verify says what to do with a result that cannot be run again", async () => {
  await withResult(async (folder) => {
    const path = `${folder}/before/result.json`;
    const { run: _run, ...rest } = JSON.parse(Deno.readTextFileSync(path));
    Deno.writeTextFileSync(path, JSON.stringify(rest));
    assertRefused(
      await run(folder, "verify", "before"),
      3,
      "Cannot verify before: it does not say how it was run",
    );
    Deno.writeTextFileSync(path, JSON.stringify({ ...rest, run: { symbols: 3 } }));
    assertRefused(await run(folder, "verify", "before"), 3, "its run has not the form");
  });
});
