/**
 * A live run resolved from the text of a file and from flags, in a folder that is gone after it.
 *
 * @module
 */

import { assertRejects } from "@std/assert";
import { type LiveConfig, type LiveFlags, resolveLive } from "../../lib/config/mod.ts";
import { SandbarError } from "../../lib/core/mod.ts";
import { inFolder, write } from "../data/folder.ts";

/** What most cases need to start. */
export const ONE: LiveFlags = { strategies: ["mine.ts"] };

/** The user's folder of a case, which need not exist. */
export const USER_DIR = "/user";

/** Returns the run of a file (undefined for none) and flags. */
export async function live(text: string | undefined, flags: LiveFlags = {}): Promise<LiveConfig> {
  let config: LiveConfig | undefined;
  await inFolder(async (folder) => {
    const file = text === undefined
      ? undefined
      : { real: write(folder, "s.yaml", text), shown: "s.yaml" };
    config = await resolveLive({ file, flags, userDir: USER_DIR });
  });
  return config!;
}

/** Returns what is said of a file and flags that cannot be used: the code, then each fault. */
export async function liveFaults(
  text: string | undefined,
  flags: LiveFlags = {},
): Promise<string[]> {
  const error = await assertRejects(() => live(text, flags), SandbarError) as SandbarError;
  const lines = error.message.replace(/^Cannot use the settings(: |, \d+ faults:\n {2})/, "")
    .split("\n  ").map((line) => line.replace(/^s\.yaml:/, ""));
  return [error.code, ...lines];
}
