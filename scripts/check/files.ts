/**
 * The project's own files: what the checks look at.
 *
 * @module
 */

/** Folders, by path from the root, that are made by running the project or hold faults on purpose. */
const SKIPPED: readonly string[] = [
  ".bench",
  ".git",
  "coverage",
  "data",
  "node_modules",
  "reports",
  "tests/check/samples",
];

/** Returns the paths of all files below the root, with `/`, relative to it, sorted. */
export async function listFiles(root: string): Promise<readonly string[]> {
  const paths: string[] = [];
  await walk(root, "", paths);
  return paths.sort();
}

async function walk(root: string, folder: string, paths: string[]): Promise<void> {
  for await (const entry of Deno.readDir(`${root}/${folder}`)) {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isFile) paths.push(path);
    else if (entry.isDirectory && !SKIPPED.includes(path)) await walk(root, path, paths);
  }
}

/** Returns the text of a file, or undefined when it does not exist. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
