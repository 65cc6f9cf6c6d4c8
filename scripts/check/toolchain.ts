/**
 * The checks that Deno itself makes: format, lint (with our own rules) and types.
 *
 * @module
 */

import type { Check } from "./contract.ts";
import { findingsOf, readable, runDeno } from "./deno_command.ts";
import { listFiles } from "./files.ts";

/** Our own rules, as deno.json names them. */
const PLUGIN = "./scripts/check/lint_plugin.ts";

/** Every file is formatted as `deno fmt` formats it. */
export const format: Check = {
  name: "format",
  async run({ root }): Promise<readonly string[]> {
    const outcome = await runDeno(["fmt", "--check"], root);
    return outcome.code === 0 ? [] : findUnformatted(root, outcome.stderr);
  },
};

/** No finding of `deno lint`, the rules of `lint_plugin.ts` among them. */
export const lint: Check = {
  name: "lint",
  async run({ root }): Promise<readonly string[]> {
    return [
      ...findPluginFaults(await Deno.readTextFile(`${root}/deno.json`)),
      ...await findingsOf(["lint", "--compact"], root),
    ];
  },
};

/** Returns a finding when the configuration does not load our rules: without them the lint would pass for nothing. */
export function findPluginFaults(config: string): readonly string[] {
  const { lint } = JSON.parse(config) as { lint?: { plugins?: readonly string[] } };
  if (lint?.plugins?.includes(PLUGIN)) return [];
  return [`deno.json: lint.plugins does not name ${PLUGIN}`];
}

/** Every file that is there type-checks under the strict options of deno.json. */
export const types: Check = {
  name: "types",
  async run({ root }): Promise<readonly string[]> {
    const files = await listFiles(root);
    const parts = ["mod.ts", "lib", "scripts", "strategies", "tests"].filter((part) =>
      files.some((file) => file === part || (file.startsWith(part + "/") && file.endsWith(".ts")))
    );
    return await findingsOf(["check", ...parts], root);
  },
};

/** Returns the files that `deno fmt --check` names, without its long differences; other output as it is (a syntax error). */
export function findUnformatted(root: string, output: string): readonly string[] {
  const files = output.split("\n").flatMap((line) => /^from (.*):$/.exec(line)?.[1] ?? []);
  if (files.length === 0) return [readable(output)];
  const broken = output.split("\n\n").filter((part) => part.includes("Error checking:"));
  return [
    ...broken.map((part) => part.trim()),
    ...files.map((file) => `${file.replace(`${root}/`, "")}: not formatted. Run \`deno fmt\``),
  ];
}
