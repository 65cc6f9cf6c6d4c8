/**
 * `deno.jsr.json` is deno.json without `links`: on a machine that reaches JSR it runs the tests against the real standard library,
 * and so proves that our stand-ins behave as it does. The text is derived, so that the two can differ in nothing else.
 *
 * @module
 */

import type { Check } from "./contract.ts";
import { readIfThere } from "./files.ts";

const SOURCE = "deno.json", DERIVED = "deno.jsr.json";

/** The derived configuration equals its source without `links`. */
export const jsrConfig: Check = {
  name: "jsr config",
  async run({ root, write }): Promise<readonly string[]> {
    const expected = withoutLinks(await Deno.readTextFile(`${root}/${SOURCE}`));
    if (expected === await readIfThere(`${root}/${DERIVED}`)) return [];
    if (!write) {
      return [`${DERIVED}: is not ${SOURCE} without links. Run \`deno task check --write\``];
    }
    await Deno.writeTextFile(`${root}/${DERIVED}`, expected);
    return [];
  },
};

/**
 * Returns the text of deno.json without its `links` entry, otherwise unchanged.
 *
 * @throws {Error} When the text has no `links` entry with entries after it, or is no JSON without it.
 */
export function withoutLinks(text: string): string {
  const result = text.replace(/^ *"links": *\[[^\]]*\],\r?\n/m, "");
  if (result === text) throw new Error(`${SOURCE} has no "links" entry to leave out`);
  const parsed = JSON.parse(result) as Record<string, unknown>;
  if ("links" in parsed) throw new Error(`${SOURCE} has "links" twice`);
  return result;
}
