/**
 * What a run tells its user beside the figures.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { runBacktest } from "../../lib/backtest/mod.ts";
import { inFolder, write } from "../data/folder.ts";

async function warningsOf(body: string, symbols: string[]): Promise<readonly string[]> {
  let warnings: readonly string[] = [];
  await inFolder(async (folder) => {
    const strategy = write(
      folder,
      "idea.ts",
      `import { defineStrategy } from "sandbar/strategy";\nexport default defineStrategy({ name: "idea", setup() { return { onBar(bar, trade) {\n${body}\n} }; } });\n`,
    );
    warnings = (await runBacktest({ strategy, symbols, report: false })).json.warnings;
  });
  return warnings;
}

Deno.test("warnings: a symbol that begins later than the run is named, with the date that helps", async () => {
  const warnings = await warningsOf("", ["AAPL", "GOOG"]);
  assert(
    warnings.includes(
      "GOOG begins on 2004-08-19, the run on 2000-03-01: until then only the other symbols trade (--from 2004-08-19 starts all together)",
    ),
    warnings.join("\n"),
  );
  assertEquals((await warningsOf("", ["AAPL", "IBM"])).some((it) => it.includes("begins")), false);
});

Deno.test("warnings: weights of more than the whole are asked about, a run without orders too", async () => {
  const greedy = await warningsOf("if (bar.count === 1) trade.targetWeight(bar.symbol, 1);", [
    "AAPL",
    "IBM",
  ]);
  assert(
    greedy.includes(
      "1 order was refused: 1 insufficient_funds; do the weights of a moment add up to more than 1?",
    ),
    greedy.join("\n"),
  );
  const [first] = await warningsOf("", ["IBM"]);
  assertEquals(
    first,
    "the strategy made no orders: is an indicator longer than the run, or a condition never true?",
  );
});
