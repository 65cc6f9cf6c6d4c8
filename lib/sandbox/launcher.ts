/**
 * Starts the child process: the one fixed command line of the sandbox. Operating system limits first, then Deno without a single
 * permission, then our bootstrap. Nothing of the user's goes into the arguments or the environment.
 *
 * @module
 */

import { join } from "@std/path";
import { SandbarError } from "../core/mod.ts";

/** What varies between children. */
export interface LaunchOptions {
  /** Data segment, bytes: the run's columns come on top of V8's own 560 MiB. */
  readonly dataBytes: number;
  /** V8 heap, MiB. */
  readonly heapMb: number;
  /** False starts the child without the process-wide ban on code from text: only to prove the other lock alone. */
  readonly banCodegen: boolean;
  /** True refuses to start where the operating system's limits cannot be set. */
  readonly requireOsLimits: boolean;
  /** `auto` puts the child into an empty network namespace where the system allows it, `off` leaves it in the host's. */
  readonly networkNamespace: "auto" | "off";
  /** False starts V8 without its compiler: eight times slower, and the same depth of recursion in every run. */
  readonly jit: boolean;
}

/** A started child. */
export interface Launched {
  readonly process: Deno.ChildProcess;
  /** False where `prlimit` is missing: only Deno's own walls stand. */
  readonly osLimits: boolean;
}

/** What the child starts with. */
export const BOOTSTRAP: string = join(import.meta.dirname!, "child", "bootstrap.gen.js");

/** Ends the child when the host ends, however it ends: a looping strategy would not notice. */
const WITH_HOST = "setpriv --pdeathsig KILL";

/**
 * Ctrl-C in a terminal reaches every process there. What it means is the host's to say: a child that died of it would look like a strategy that
 * failed.
 */
const HOST_DECIDES = `trap "" INT
`;

/**
 * Runs its arguments through the first door that opens: in an empty network namespace (as root, else through a user namespace) and bound
 * to the life of the host. The text is fixed; the program and its arguments come as `$@` and are not interpreted. The last argument
 * tells the child what it got.
 */
const ISOLATE = `for door in ${
  ["unshare --net", "unshare --map-root-user --net"].map((door) =>
    `"${door} ${WITH_HOST}" "${door}"`
  )
    .join(" ")
}; do
  if $door true 2>/dev/null; then exec $door "$@" isolated; fi
done
`;
const SHARE = `if ${WITH_HOST} true 2>/dev/null; then exec ${WITH_HOST} "$@" shared; fi
exec "$@" shared`;

/** All that a child's environment holds. */
export const ENVIRONMENT: Readonly<Record<string, string>> = {
  DENO_DIR: "/dev/null/none",
  HOME: "/nonexistent",
  TZ: "UTC",
  LANG: "C.UTF-8",
  NO_COLOR: "1",
  PATH: "/usr/bin:/bin",
};

/** Returns the arguments of Deno for a child; SECURITY.md gives the reason of each. */
export function childArguments(
  options: Pick<LaunchOptions, "heapMb" | "banCodegen" | "jit">,
  entry: string = BOOTSTRAP,
): string[] {
  const v8 = [
    `--max-old-space-size=${options.heapMb}`,
    "--max-semi-space-size=16",
    ...(options.banCodegen ? ["--disallow-code-generation-from-strings"] : []),
    ...(options.jit ? [] : ["--jitless"]),
  ];
  return [
    "run",
    "--quiet",
    "--no-prompt",
    "--no-config",
    "--no-lock",
    "--no-npm",
    "--no-remote",
    "--cached-only",
    "--no-code-cache",
    "--no-check",
    "--deny-read",
    "--deny-write",
    "--deny-net",
    "--deny-env",
    "--deny-run",
    "--deny-ffi",
    "--deny-sys",
    "--deny-import",
    `--v8-flags=${v8.join(",")}`,
    entry,
  ];
}

/** Returns the arguments of `prlimit` that start a program inside the limits of the operating system. */
export function limitArguments(
  options: Pick<LaunchOptions, "dataBytes" | "networkNamespace">,
  program: readonly string[],
): string[] {
  const script = HOST_DECIDES + (options.networkNamespace === "auto" ? ISOLATE + SHARE : SHARE);
  return [
    `--data=${options.dataBytes}`,
    "--fsize=0",
    "--core=0",
    "--nofile=64",
    "sh",
    "-c",
    script,
    "sandbar",
    ...program,
  ];
}

/**
 * Starts a child.
 *
 * @param entry Our bootstrap; tests put a hostile program in its place.
 * @throws {SandbarError} `strategy_load` when neither way of starting works, or limits are required and missing.
 */
export function launch(options: LaunchOptions, entry: string = BOOTSTRAP): Launched {
  const common = {
    clearEnv: true,
    env: ENVIRONMENT,
    cwd: "/",
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  } as const;
  const args = childArguments(options, entry);
  try {
    const command = new Deno.Command("prlimit", {
      args: limitArguments(options, [Deno.execPath(), ...args]),
      ...common,
    });
    return { process: command.spawn(), osLimits: true };
  } catch (error) {
    const missing = error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotCapable;
    if (!missing || options.requireOsLimits) {
      throw new SandbarError(
        "strategy_load",
        "Cannot start the sandbox: prlimit (util-linux) is needed to set the operating system's limits",
        { cause: error },
      );
    }
  }
  try {
    return { process: new Deno.Command("deno", { args, ...common }).spawn(), osLimits: false };
  } catch (error) {
    throw new SandbarError("strategy_load", "Cannot start the sandbox: no deno to run it with", {
      cause: error,
    });
  }
}
