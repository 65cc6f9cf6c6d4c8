/**
 * The examples in docstrings and Markdown: each block marked as TypeScript type-checks, and each block marked `run` runs.
 *
 * After the fence: `ts` is type-checked, `ts run` is run as a test too, `ts ignore` is a fragment and left alone.
 *
 * @module
 */

import type { Check } from "./contract.ts";
import { readable, runDeno } from "./deno_command.ts";
import { countTests } from "./ci_counts.ts";
import { listFiles } from "./files.ts";

/** What an example may do: what a backtest of the bundled data does. */
const PERMISSIONS = [
  "--no-prompt",
  "--allow-read=.",
  `--allow-run=${Deno.execPath()},prlimit`,
];

/** One block of code in a file. */
export interface Example {
  readonly file: string;
  /** Line of its opening fence, from 1. */
  readonly line: number;
  /** Line after its closing fence. */
  readonly end: number;
  readonly runs: boolean;
}

/** Type-checks all examples and runs those that say so. */
export const docExamples: Check = {
  name: "doc examples",
  async run({ root }): Promise<readonly string[]> {
    const examples: Example[] = [];
    for (const file of documentsOf(await listFiles(root))) {
      examples.push(...findExamples(file, await Deno.readTextFile(`${root}/${file}`)));
    }
    if (examples.length === 0) return [];
    const files = [...new Set(examples.map(({ file }) => file))];
    const outcome = await runDeno(["check", "--doc-only", ...files], root);
    const faults = outcome.code === 0 ? [] : findTypeFaults(outcome.stdout + outcome.stderr);
    return faults.length > 0 ? faults : await runExamples(root, examples);
  },
};

async function runExamples(root: string, all: readonly Example[]): Promise<readonly string[]> {
  const examples = all.filter(({ runs }) => runs);
  if (examples.length === 0) return [];
  const files = [...new Set(examples.map(({ file }) => file))];
  // Deno names the test of an example after its place; only the marked ones are asked for.
  const names = examples.map(({ file, line, end }) => `${file}#${line}-${end}.`);
  const filter = `/(${names.map((name) => name.replace(/[.#]/g, "\\$&")).join("|")})/`;
  const outcome = await runDeno(
    ["test", "--doc", "--no-check", ...PERMISSIONS, "--filter", filter, ...files],
    root,
  );
  const passed = countTests(outcome.stdout)?.passed ?? 0;
  if (outcome.code === 0 && passed === examples.length) return [];
  return [
    `${passed} of ${examples.length} examples passed\n${readable(outcome.stdout + outcome.stderr)}`,
  ];
}

/**
 * Returns the faults that `deno check` printed, without "is never read": Deno itself adds an import of all that the documented
 * module exports to each example, and no example uses all of it.
 */
export function findTypeFaults(output: string): readonly string[] {
  const parts = readable(output).split("\n\n");
  const faults = parts.filter((part) =>
    !/^TS6(?:133|192|196|198) /.test(part) &&
    !/^(?:Found \d+ errors\.|error: Type checking failed\.)$/.test(part)
  );
  return faults.length > 0 || parts.some((part) => part.startsWith("TS")) ? faults : parts;
}

/** Returns the files whose examples count: Markdown, and the code of lib and of the public door. */
export function documentsOf(files: readonly string[]): readonly string[] {
  return files.filter((file) =>
    /^[^/]+\.md$|^(docs|lib|strategies|tests)\/.*\.md$/.test(file) ||
    (/^lib\/.*\.ts$|^mod\.ts$/.test(file) && !file.includes(".gen."))
  );
}

/** Returns the TypeScript blocks of a file that are not marked `ignore`. */
export function findExamples(file: string, text: string): readonly Example[] {
  const fence = file.endsWith(".md") ? /^\s*```(.*)$/ : /^\s*\*\s*```(.*)$/;
  const examples: Example[] = [];
  let open: { line: number; info: string } | undefined;
  for (const [index, content] of text.split("\n").entries()) {
    const info = fence.exec(content)?.[1]?.trim();
    if (info === undefined) continue;
    if (open === undefined) {
      open = { line: index + 1, info };
      continue;
    }
    const [language, ...marks] = open.info.split(/\s+/);
    if ((language === "ts" || language === "typescript") && !marks.includes("ignore")) {
      examples.push({ file, line: open.line, end: index + 2, runs: marks.includes("run") });
    }
    open = undefined;
  }
  return examples;
}
