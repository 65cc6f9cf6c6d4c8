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
}

/** A started child. */
export interface Launched {
  readonly process: Deno.ChildProcess;
  /** False where `prlimit` is missing: only Deno's own walls stand. */
  readonly osLimits: boolean;
}

const BOOTSTRAP = join(import.meta.dirname!, "child", "bootstrap.gen.js");

const ENVIRONMENT = {
  DENO_DIR: "/dev/null/none",
  HOME: "/nonexistent",
  TZ: "UTC",
  LANG: "C.UTF-8",
  NO_COLOR: "1",
  PATH: "/usr/bin:/bin",
};

/** Returns the arguments of Deno for a child; SECURITY.md gives the reason of each. */
export function childArguments(options: Pick<LaunchOptions, "heapMb" | "banCodegen">): string[] {
  const v8 = [
    `--max-old-space-size=${options.heapMb}`,
    "--max-semi-space-size=16",
    ...(options.banCodegen ? ["--disallow-code-generation-from-strings"] : []),
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
    BOOTSTRAP,
  ];
}

/**
 * Starts a child.
 *
 * @throws {SandbarError} `strategy_load` when neither way of starting works, or limits are required and missing.
 */
export function launch(options: LaunchOptions): Launched {
  const common = {
    clearEnv: true,
    env: ENVIRONMENT,
    cwd: "/",
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  } as const;
  const args = childArguments(options);
  try {
    const limits = [`--data=${options.dataBytes}`, "--fsize=0", "--core=0", "--nofile=64"];
    const command = new Deno.Command("prlimit", {
      args: [...limits, Deno.execPath(), ...args],
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
