/**
 * Runs another Deno: the very binary that runs the checks, never whichever `deno` is first on the path.
 *
 * @module
 */

/** How a command ended. */
export interface Outcome {
  /** Exit code. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs Deno with the arguments in a folder and waits for its end. Colours are off. */
export async function runDeno(args: readonly string[], folder: string): Promise<Outcome> {
  const output = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: folder,
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return {
    code: output.code,
    stdout: decoder.decode(output.stdout),
    stderr: decoder.decode(output.stderr),
  };
}

/** Runs Deno and returns its whole output as one finding when it fails; no finding when it succeeds. */
export async function findingsOf(
  args: readonly string[],
  folder: string,
): Promise<readonly string[]> {
  const outcome = await runDeno(args, folder);
  if (outcome.code === 0) return [];
  const text = readable(outcome.stdout + "\n" + outcome.stderr);
  return [text === "" ? `deno ${args[0]} ended with exit code ${outcome.code}` : text];
}

/** Lines of Deno's output that say nothing about the project: its progress and its own backtrace. */
const NOISE = /^(?:(?:Check|Download|Initialize) \S.*|Stack backtrace:|\s+0: <unknown>)$/;

/** Returns output of Deno without its noise. */
export function readable(output: string): string {
  const lines = output.split("\n").filter((line) => !NOISE.test(line));
  return lines.join("\n").replace(/\n{3,}/g, "\n\n").trim();
}
