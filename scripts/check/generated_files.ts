/**
 * Generated files are committed, and this check says when one is older than its sources.
 *
 * A generator is a script `scripts/generate_NAME.ts`. With `--check` it writes nothing and exits with 1 and a message when what
 * is committed differs from what it would write.
 *
 * @module
 */

import type { Check } from "./contract.ts";
import { findingsOf } from "./deno_command.ts";
import { listFiles } from "./files.ts";

/** What a generator may do here: read the project and start Deno, for its bundler. It writes nothing. */
const PERMISSIONS = ["--no-prompt", "--allow-read=.", `--allow-run=${Deno.execPath()}`];

/** Runs every generator with `--check`. */
export const generatedFiles: Check = {
  name: "generated files",
  async run({ root }): Promise<readonly string[]> {
    const findings: string[] = [];
    for (const script of generatorsOf(await listFiles(root))) {
      const found = await findingsOf(["run", ...PERMISSIONS, script, "--check"], root);
      findings.push(...found.map((text) => `${script}: ${text}`));
    }
    return findings;
  },
};

/** Returns the generators among the project's files. */
export function generatorsOf(files: readonly string[]): readonly string[] {
  return files.filter((file) => /^scripts\/generate_\w+\.ts$/.test(file));
}
