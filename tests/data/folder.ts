/**
 * A folder for one test, gone after it, and short ways to write files of bars into it.
 *
 * @module
 */

/** Runs a test in a folder of its own. */
export async function inFolder(test: (folder: string) => void | Promise<void>): Promise<void> {
  const folder = Deno.makeTempDirSync({ prefix: "sandbar-data-" });
  try {
    await test(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** Writes a file and returns its path. */
export function write(folder: string, name: string, content: string | Uint8Array): string {
  const path = `${folder}/${name}`;
  if (typeof content === "string") Deno.writeTextFileSync(path, content);
  else Deno.writeFileSync(path, content);
  return path;
}

/** The header that most test files have. */
export const HEADER = "time,open,high,low,close,volume\n";

/** Five sessions of 2024 without a fault; 2024-01-01 is a holiday. */
export const GOOD = HEADER +
  "2024-01-02,10,11,9,10.5,100\n" +
  "2024-01-03,10.5,12,10,11.25,200\n" +
  "2024-01-04,11.25,11.5,11,11,300\n" +
  "2024-01-05,11,11,10,10.75,400\n" +
  "2024-01-08,10.75,13,10.5,12.125,500\n";

/** The names in a folder and below it, sorted. */
export function namesBelow(folder: string): string[] {
  const names: string[] = [];
  for (const entry of Deno.readDirSync(folder)) {
    if (entry.isDirectory) {
      names.push(...namesBelow(`${folder}/${entry.name}`).map((it) => `${entry.name}/${it}`));
    } else names.push(entry.name);
  }
  return names.sort();
}
