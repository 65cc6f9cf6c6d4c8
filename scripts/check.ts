/**
 * `deno task check`: everything about the project that can be known without running it, and the examples of its documents.
 *
 * `--write` mends what follows from something else: the floor table in ARCHITECTURE.md and deno.jsr.json. `--only NAME,NAME` runs
 * these checks alone. Exit code 0 when all passed, 1 when one failed, 2 for an unknown argument.
 *
 * @module
 */

import { fromFileUrl } from "@std/path";
import type { Check } from "./check/contract.ts";
import { docExamples } from "./check/doc_examples.ts";
import { docstrings } from "./check/docstrings.ts";
import { generatedFiles } from "./check/generated_files.ts";
import { jsrConfig } from "./check/jsr_config.ts";
import { layers } from "./check/layers.ts";
import { runChecks } from "./check/run_checks.ts";
import { tidy } from "./check/tidy.ts";
import { format, lint, types } from "./check/toolchain.ts";

const CHECKS: readonly Check[] = [
  format,
  lint,
  layers,
  types,
  docExamples,
  docstrings,
  generatedFiles,
  jsrConfig,
  tidy,
];

const names = CHECKS.map(({ name }) => name.replaceAll(" ", "-"));
let write = false, only: readonly string[] = names;
for (const [index, argument] of Deno.args.entries()) {
  if (argument === "--write") write = true;
  else if (argument === "--only") only = (Deno.args[index + 1] ?? "").split(",");
  else if (Deno.args[index - 1] !== "--only") only = [argument];
}
const unknown = only.find((name) => !names.includes(name));
if (unknown !== undefined) {
  console.error(
    `Unknown argument or check: ${unknown}. Usage: deno task check [--write] [--only NAME,NAME]`,
  );
  console.error(`Checks: ${names.join(", ")}`);
  Deno.exit(2);
}

const failed = await runChecks(CHECKS.filter((_, index) => only.includes(names[index] ?? "")), {
  root: fromFileUrl(new URL("..", import.meta.url)).replace(/[\\/]$/, ""),
  write,
  print: (line) => console.log(line),
  now: () => performance.now(),
});
if (failed > 0) console.error(`${failed} of ${only.length} checks failed`);
Deno.exit(failed > 0 ? 1 : 0);
