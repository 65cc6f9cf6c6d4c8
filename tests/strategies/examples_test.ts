/**
 * The example strategies over the bundled prices: that they import the SDK alone, type-check, and still give the same figures.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { type ResultJson, runBacktest } from "../../mod.ts";

const ALL = ["AAPL", "FB", "GOOG", "IBM", "MSFT"];
const FOLDER = new URL("../../strategies/", import.meta.url).pathname;

/**
 * What each example gave on 2026-11-25 with the rules of a run without flags: 100,000 US dollars, 5 basis points of slippage, 0.01 %
 * commission, splits adjusted backwards. They are our own figures, not those of another tool: a change of them has to be meant.
 */
const GOLDEN: readonly [
  file: string,
  symbols: readonly string[],
  orders: number,
  fills: number,
  trades: number,
  refused: number,
  finalEquity: string,
][] = [
  ["buy_and_hold.ts", ["GOOG"], 1, 1, 0, 0, "797363.075671"],
  ["buy_and_hold.ts", ALL, 5, 5, 0, 0, "465928.156864"],
  ["channel_breakout.ts", ["GOOG"], 352, 49, 24, 0, "120990.426621"],
  ["channel_breakout.ts", ALL, 1950, 267, 133, 0, "194259.238371"],
  ["mean_reversion.ts", ["GOOG"], 44, 44, 22, 0, "111275.22461"],
  ["mean_reversion.ts", ALL, 194, 194, 97, 0, "119021.079376"],
  ["momentum_rotation.ts", ["GOOG"], 28, 28, 10, 0, "159454.860065"],
  ["momentum_rotation.ts", ALL, 156, 156, 63, 0, "274951.19099"],
  ["sma_crossover.ts", ["GOOG"], 66, 65, 32, 0, "559517.49317"],
  ["sma_crossover.ts", ALL, 431, 427, 212, 0, "329260.146164"],
];

Deno.test("examples: each file of strategies/ has its figures in the table", () => {
  const files = [...Deno.readDirSync(FOLDER)].map((entry) => entry.name).filter((name) =>
    name.endsWith(".ts")
  );
  assertEquals([...new Set(GOLDEN.map(([file]) => file))].sort(), files.sort());
});

Deno.test("examples: they import the SDK and nothing else, and type-check (SBX-22)", async () => {
  const files = [...new Set(GOLDEN.map(([file]) => file))];
  for (const file of files) {
    const text = Deno.readTextFileSync(FOLDER + file);
    const imported = [...text.matchAll(/\b(?:from|import)\s*\(?\s*"([^"]+)"/g)].map((it) => it[1]);
    assertEquals([...new Set(imported)], ["sandbar/strategy"], file);
  }
  const outcome = await new Deno.Command(Deno.execPath(), {
    args: ["check", "--quiet", "--frozen", ...files],
    cwd: FOLDER,
    env: { NO_COLOR: "1" },
  }).output();
  assertEquals([outcome.code, new TextDecoder().decode(outcome.stderr)], [0, ""]);
});

for (const [file, symbols, ...expected] of GOLDEN) {
  Deno.test(`examples: ${file} on ${symbols.join(", ")} gives the recorded figures`, async () => {
    const { json } = await runBacktest({
      strategy: FOLDER + file,
      symbols,
      report: false,
    });
    assertEquals(figuresOf(json), expected);
  });
}

/** Orders, fills, closed trades, refused orders, final equity. */
function figuresOf(json: ResultJson): readonly (number | string)[] {
  const { orders, fills, trades, refused } = json.counts;
  return [orders, fills, trades, refused, json.account.finalEquity];
}
