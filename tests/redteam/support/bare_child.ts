/**
 * The child process without its third wall: the sandbox's own command line and environment around a program of the test, which has the
 * runtime's whole surface before it. Shows what the process and Deno's permissions stop alone.
 *
 * @module
 */

import { childArguments, ENVIRONMENT, limitArguments } from "../../../lib/sandbox/launcher.ts";
import { DEFAULT_LIMITS } from "../../../lib/sandbox/mod.ts";

/** What a program left behind. */
export interface Result {
  readonly code: number;
  readonly signal: Deno.Signal | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a bare child differs from a strategy's. */
export interface BareOptions {
  /** Further variables of the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Changes the arguments of Deno; the script comes last. */
  readonly change?: (args: string[]) => string[];
  readonly networkNamespace?: "auto" | "off";
  /** Kills it after so many milliseconds. Default 5,000. */
  readonly timeoutMs?: number;
}

/** Starts a program through the launcher's door, which is the only one that the tests may use beside Deno. */
function start(command: readonly string[], pipe: "piped" | "null" = "null"): Deno.ChildProcess {
  return new Deno.Command("prlimit", {
    args: ["--core=0", ...command],
    stdin: "null",
    stdout: pipe,
    stderr: pipe,
  }).spawn();
}

async function run(command: readonly string[]): Promise<Result> {
  return resultOf(await start(command, "piped").output());
}

/** Runs a program's text in a bare child. */
async function script(code: string, options: BareOptions = {}): Promise<Result> {
  const file = Deno.makeTempFileSync({ dir: "/tmp", prefix: "sandbar_bare_", suffix: ".js" });
  try {
    Deno.writeTextFileSync(file, code);
    const args = childArguments(DEFAULT_LIMITS, file);
    const child = new Deno.Command("prlimit", {
      args: limitArguments(
        { ...DEFAULT_LIMITS, networkNamespace: options.networkNamespace ?? "auto" },
        [Deno.execPath(), ...(options.change?.(args) ?? args)],
      ),
      clearEnv: true,
      env: { ...ENVIRONMENT, ...options.env },
      cwd: "/",
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const timer = setTimeout(() => child.kill("SIGKILL"), options.timeoutMs ?? 5000);
    try {
      return resultOf(await child.output());
    } finally {
      clearTimeout(timer);
    }
  } finally {
    Deno.removeSync(file);
  }
}

function resultOf(output: Deno.CommandOutput): Result {
  const text = new TextDecoder();
  return {
    code: output.code,
    signal: output.signal,
    stdout: text.decode(output.stdout),
    stderr: text.decode(output.stderr),
  };
}

/** The bare child. */
export const bareChild: {
  readonly start: typeof start;
  readonly run: typeof run;
  readonly script: typeof script;
} = { start, run, script };
