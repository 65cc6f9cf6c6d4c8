/**
 * Who imports whom, read by Deno's own parser: every `import`, `export … from`, `import()` with a fixed text, and `import type`.
 *
 * @module
 */

import { runDeno } from "./deno_command.ts";

/** One import, as written in a file. */
export interface Import {
  /** Path of the importing file from the root. */
  readonly from: string;
  /** Line of the import in that file, from 1. */
  readonly line: number;
  /** The text between the quotes. */
  readonly specifier: string;
  /** Path of the imported file from the root; undefined when it is no file below the root. */
  readonly to: string | undefined;
}

/** The part of `deno info --json` that is used here. */
interface ModuleGraph {
  readonly modules: readonly {
    readonly specifier: string;
    readonly dependencies?: readonly {
      readonly specifier: string;
      readonly code?: Resolution;
      readonly type?: Resolution;
    }[];
  }[];
}

interface Resolution {
  readonly specifier?: string;
  readonly span?: { readonly start: { readonly line: number } };
}

/**
 * Returns all imports of the files, ordered by file and line.
 *
 * @param root Absolute path of the project's root; its deno.json names the bare specifiers.
 * @param files TypeScript and JavaScript files, as paths from the root.
 * @throws {Error} When Deno cannot read the module graph.
 */
export async function readImports(
  root: string,
  files: readonly string[],
): Promise<readonly Import[]> {
  const base = `file://${root}/`;
  // A module that imports every file, so that one process reads the whole graph; it need not be written to disk.
  const entry = files.map((file) => `import ${JSON.stringify(base + file)};`).join("");
  const outcome = await runDeno(
    [
      "info",
      "--json",
      "--no-lock",
      "--no-npm",
      `data:text/javascript,${encodeURIComponent(entry)}`,
    ],
    root,
  );
  if (outcome.code !== 0) throw new Error(`deno info failed: ${outcome.stderr}`);
  const graph = JSON.parse(outcome.stdout) as ModuleGraph;
  const wanted = new Set(files), imports: Import[] = [];
  for (const module of graph.modules) {
    const from = below(base, module.specifier);
    if (from === undefined || !wanted.has(from)) continue;
    for (const { specifier, code, type } of module.dependencies ?? []) {
      const found = code ?? type;
      imports.push({
        from,
        line: (found?.span?.start.line ?? 0) + 1,
        specifier,
        to: below(base, found?.specifier ?? ""),
      });
    }
  }
  return imports.sort((a, b) => a.from !== b.from ? (a.from < b.from ? -1 : 1) : a.line - b.line);
}

function below(base: string, url: string): string | undefined {
  return url.startsWith(base) ? decodeURIComponent(url.slice(base.length)) : undefined;
}
