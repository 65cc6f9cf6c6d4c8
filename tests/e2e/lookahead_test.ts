import { assertEquals, assertStringIncludes } from "@std/assert";
import { inFolder, write } from "../data/folder.ts";
import { run } from "./command.ts";

/** Looks for tomorrow wherever a strategy can look, and buys when it finds it. */
const PEEKER = `import { type Bar, defineStrategy, type Handlers } from "sandbar/strategy";

export default defineStrategy({
  name: "peeker",
  setup({ data }): Handlers {
    let kept: Bar | undefined;
    const tomorrow = (bar: Bar): number[] => {
      const found: number[] = [];
      const last = data.window(bar.symbol, "close", 1)[0];
      if (last !== undefined && last !== bar.close) found.push(last);
      const buffer = new Float64Array(data.window(bar.symbol, "close", 2).buffer);
      for (const value of buffer.subarray(2)) if (value !== bar.close) found.push(value);
      if (kept !== undefined && kept.time > bar.time) found.push(kept.close);
      if (data.bar(bar.symbol).time > bar.time) found.push(data.bar(bar.symbol).close);
      return found;
    };
    return {
      onBar(bar, trade): void {
        kept ??= bar;
        if (tomorrow(bar).some((price) => price > bar.close)) trade.target(bar.symbol, 1);
      },
    };
  },
});
`;

Deno.test("e2e look-ahead: every example decides the same with the future kept out (SBX-27)", async (t) => {
  await inFolder(async (folder) => {
    for (const { name } of Deno.readDirSync("strategies")) {
      if (!name.endsWith(".ts")) continue;
      await t.step(name, async () => {
        const file = `${Deno.cwd()}/strategies/${name}`;
        const ran = await run(
          folder,
          "backtest",
          file,
          "--symbols",
          "GOOG,IBM,MSFT",
          "--from",
          "2008-01-02",
          "--check-lookahead",
          "--no-report",
        );
        assertEquals([ran.code, ran.stderr], [0, ""]);
        assertStringIncludes(
          ran.stdout,
          "every decision is the same with the future kept out of the process",
        );
      });
    }
  });
});

Deno.test("e2e look-ahead: a strategy that looks for tomorrow finds nothing (SBX-27)", () =>
  inFolder(async (folder) => {
    write(folder, "peeker.ts", PEEKER);
    const ran = await run(
      folder,
      "backtest",
      "peeker.ts",
      "--check-lookahead",
      "--no-report",
      "--json",
      "--quiet",
    );
    assertEquals([ran.code, ran.stderr], [0, ""]);
    const json = JSON.parse(ran.stdout);
    assertEquals([json.counts.bars, json.counts.orders, json.lookaheadChecked], [2148, 0, true]);
  }));
