/**
 * G-06: a configuration file does what it says, or says what is wrong with it.
 *
 * @module
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { inFolder } from "../data/folder.ts";
import { run, SMA } from "../e2e/command.ts";
import { ok } from "./session_process.ts";

Deno.test("G-06 a misspelt key, a wrong type, a value out of bounds and a literal secret are four errors with line and column", async () => {
  await inFolder(async (folder) => {
    Deno.writeTextFileSync(
      `${folder}/bad.yaml`,
      "seeed: 3\nengine: { max_cycles: often }\nrisk: { max_drawdown_pct: 500 }\n" +
        "alerting: { telegram: { bot_token: 123456:abcdef } }\n",
    );
    const { code, stderr, stdout } = await run(folder, "config", "show", "--config=bad.yaml");
    assertEquals([code, stdout], [2, ""]);
    for (const line of [1, 2, 3, 4]) {
      assertEquals(new RegExp(`bad\\.yaml:${line}:\\d+`).test(stderr), true, stderr);
    }
    assertStringIncludes(stderr, "seed");
    assertEquals(stderr.includes("abcdef"), false, "the secret is printed");
  });
});

Deno.test("G-06 values of the file take effect, and each is shown with its line", async () => {
  await inFolder(async (folder) => {
    Deno.writeTextFileSync(
      `${folder}/good.yaml`,
      `venue: { initial_cash: 5000 }\nsymbols: { default: [MSFT] }\nstrategies: [{ id: sma, path: ${SMA} }]\n`,
    );
    const shown = await ok(folder, "config", "show", "--config=good.yaml");
    assertEquals(/venue\.initial_cash +5000 USD +good\.yaml:1/.test(shown), true, shown);
    const result = JSON.parse(
      await ok(folder, "live", "--config=good.yaml", "--json", "--quiet"),
    ) as { account: { initialCash: string }; data: { symbol: string }[] };
    assertEquals([result.account.initialCash, result.data[0]?.symbol], ["5000.00", "MSFT"]);
  });
});
