/**
 * A folder of its own for a case, removed at its end.
 *
 * @module
 */

import { assert } from "@std/assert";
import { SandbarError } from "../../../lib/core/mod.ts";
import { readStrategy } from "../../../lib/sandbox/mod.ts";
import { bareChild } from "./bare_child.ts";

/** A temporary folder. */
export interface Folder {
  readonly path: string;
  at(name: string): string;
  write(name: string, text: string): void;
  link(target: string, name: string): Promise<void>;
}

/** Runs something with a folder. */
export async function withFolder<T>(run: (folder: Folder) => Promise<T>): Promise<T> {
  const path = Deno.realPathSync(Deno.makeTempDirSync({ dir: "/tmp", prefix: "sandbar_redteam_" }));
  const at = (name: string): string => `${path}/${name}`;
  try {
    return await run({
      path,
      at,
      write: (name, text) => {
        const file = at(name);
        Deno.mkdirSync(file.slice(0, file.lastIndexOf("/")), { recursive: true });
        Deno.writeTextFileSync(file, text);
      },
      // Making links would need the right to read and write everywhere.
      link: async (target, name) => {
        const { code, stderr } = await bareChild.run(["ln", "-s", at(target), at(name)]);
        assert(code === 0, stderr);
      },
    });
  } finally {
    Deno.removeSync(path, { recursive: true });
  }
}

/**
 * Reads a strategy of two files again and again while another process swaps the folder of the second one for a link to a folder with
 * a secret.
 */
async function swapped(
  folder: Folder,
  tell: (read: number, refused: number) => string,
): Promise<string> {
  folder.write("strategy/x.ts", 'import "./part/y.ts";');
  folder.write("strategy/part/y.ts", "export default 'harmless';");
  folder.write("other/y.ts", "export default 'SECRET';");
  const swapper = bareChild.start([
    "sh",
    "-c",
    'cd "$1/strategy" && while :; do mv part aside && ln -s ../other part && rm part && mv aside part; done',
    "swap",
    folder.path,
  ]);
  let read = 0, refused = 0;
  try {
    const until = performance.now() + 1000;
    while (read + refused < 20 || performance.now() < until) {
      try {
        const sources = readStrategy(folder.at("strategy/x.ts"), "x.ts");
        assert(!JSON.stringify(sources.modules).includes("SECRET"), "the swapped folder was read");
        read++;
      } catch (error) {
        if (!(error instanceof SandbarError)) throw error;
        refused++;
      }
    }
  } finally {
    swapper.kill("SIGKILL");
    await swapper.status;
  }
  return tell(read, refused);
}

/** What is done with folders as a whole. */
export const folderOf: { readonly swapped: typeof swapped } = { swapped };
