/**
 * A key that nothing reads has no effect, and fails here (CFG-03, G-06).
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { readSettingsFile } from "../../lib/config/config_file.ts";
import { CONFIG_KEYS } from "../../lib/config/mod.ts";
import { liveConfigOf, readLiveSettings } from "../../lib/config/live_resolve.ts";
import { runConfigOf } from "../../lib/config/run_config.ts";
import { Settings } from "../../lib/config/settings.ts";
import { inFolder, write } from "../data/folder.ts";

/** Files that together reach every branch of the resolution: the amount of a commission is read by its own model alone. */
const FILES = ["notional", "per_share", "per_order"].map((model) =>
  `venue: { commission_model: ${model} }\nstrategies: [{ id: a, path: a.ts }]\n`
);

/** Keys that the resolution of a kind of run left unread in every file. */
async function unread(kind: "backtest" | "live"): Promise<string[]> {
  let left = CONFIG_KEYS.map((key) => key.path);
  await inFolder(async (folder) => {
    for (const text of FILES) {
      const file = { real: write(folder, "s.yaml", text), shown: "s.yaml" };
      let settings: Settings;
      if (kind === "live") {
        const live = await readLiveSettings({ file, flags: {}, userDir: folder });
        liveConfigOf(live);
        settings = live.settings;
      } else {
        const read = await readSettingsFile(file.real, file.shown);
        settings = new Settings(read.values);
        runConfigOf(settings, read);
      }
      const unreadHere = new Set(settings.unreadKeys());
      left = left.filter((path) => unreadHere.has(path));
    }
  });
  return left;
}

Deno.test("unread keys: a backtest reads every key that is not for live alone, and a live run every one that is not for backtests alone", async () => {
  const of = (use: "backtest" | "live") =>
    CONFIG_KEYS.filter((key) => key.use === use).map((key) => key.path);
  assertEquals(await unread("backtest"), of("live"));
  assertEquals(await unread("live"), of("backtest"));
});

Deno.test("unread keys: a key counts as read when it is asked for, and showing it does not count", () => {
  const settings = new Settings(
    new Map([["strategies[0].id", { path: "strategies[0].id", at: 0, value: "a" }]]),
  );
  // The form of the file is its reader's matter.
  const all = CONFIG_KEYS.map((key) => key.path).filter((path) => path !== "config_version");
  assertEquals([...settings.keys()], ["strategies[0].id"]);
  settings.show("strategies[0].id");
  settings.show("seed");
  assertEquals(settings.unreadKeys(), all);
  settings.get("strategies[0].id");
  settings.valueOf("seed");
  assertEquals(
    settings.unreadKeys(),
    all.filter((path) => path !== "strategies[].id" && path !== "seed"),
  );
});
